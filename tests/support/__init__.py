"""What the tests of the main floor share: a server that does as it is told, and a recorder."""
