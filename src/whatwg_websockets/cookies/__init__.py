"""Cookies: the algorithms of "Cookies: HTTP State Management Mechanism", and a cookie jar."""
