"""Cookies: the algorithms of "Cookies: HTTP State Management Mechanism", and a jar of them."""
