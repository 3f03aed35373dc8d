"""The File API: the Blob interface."""
