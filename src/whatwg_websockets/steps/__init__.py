"""The map from the standards to the code: reads step comments; no other package imports it."""
