"""The File API: Blob."""
