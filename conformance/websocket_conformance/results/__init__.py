"""The types that all parts of the judge share.

`verdict` has the verdicts, `result` the result of one case, and `run` the results of all cases with
one implementation. `seen` is the end of a connection as its page saw it.
"""
