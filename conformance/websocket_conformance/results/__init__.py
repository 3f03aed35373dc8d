"""The words that all of the judge shares.

`verdict` is what a case is worth, `result` what became of it, and `run` what came out of all cases
with one implementation. `seen` is what a page saw of the end of its connection.
"""
