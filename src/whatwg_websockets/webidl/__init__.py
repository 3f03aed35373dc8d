"""Web IDL: how Python values are converted where a browser has JavaScript values."""
