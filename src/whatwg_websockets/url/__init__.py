"""The URL Standard: URLs and their components."""
