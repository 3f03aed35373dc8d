"""What is written of runs, of whichever suite.

`from_embedded`, `from_autobahn` and `from_api` make runs of what each suite leaves behind, the
first two with `telling`, which has the words for what was expected and what went to and fro, and
`frames` those for frames and octets. `saved` is a run as a file, and `baseline` tells new
failures from those that are known. `site` writes runs for people, with what `boards`, `drawings`
and `talk` make of them, and `account` says what a peer did; `keeping` finds the place, so that no
report of a few cases replaces one of more. `junit`, `markdown` and `badge` write runs for other
programs; `autobahn_files` writes the files that readers of Autobahn's reports know, and
`publishing` puts those beside a site.
"""
