"""The map from the standards to the code: reads step comments, and never is read by the house."""
