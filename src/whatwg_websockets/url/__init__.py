"""The URL Standard: URLs in their parts."""
