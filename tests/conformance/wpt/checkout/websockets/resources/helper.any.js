// What is in a folder of resources is no test.
