// A file in a folder of resources is not a test.
