"""What runs in parallel to the page: TCP, TLS, and a connection's life on them."""
