"""Web IDL: what Python values mean where a browser has JavaScript values."""
