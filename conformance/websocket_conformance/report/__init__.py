"""What came out of runs, of whichever suite, and everything that is written of it.

`model` is a run in the project's own terms; `saved` is its file. `from_embedded`, `from_autobahn`
and `from_api` make runs of what each suite leaves behind. `site`, `junit`, `markdown` and `badge`
write runs down, and `baseline` tells new failures from those that are known.
"""
