"""The runs that the docs show: they are kept as small files, and shown as tables and reports.

`kept` makes a small file from a saved run, and reads it; `tables` writes the tables of README and
docs from these files; `reports` makes Sphinx show them. `make tables` starts `kept_runs`.
"""
