"""The runs that the docs rest on: kept as small files, shown as tables and as reports.

`kept` makes a small file of a saved run, and a run of such a file; `tables` writes the tables of
README and docs from them; `reports` has Sphinx show them. `make tables` starts `kept_runs`.
"""
