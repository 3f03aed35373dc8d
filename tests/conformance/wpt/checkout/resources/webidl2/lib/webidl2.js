// This stands for the parser of Web IDL.
