"""Write the reports of runs of any suite.

`from_embedded`, `from_autobahn`, `from_api` and `from_wpt` make runs of the results of each suite.
The first two use `telling`, which describes what was expected and what was exchanged, and `frames`,
which describes frames and octets. `saved` writes and reads a run as a file, and `baseline`
separates new failures from known ones. `site` writes the pages of runs, which `boards`, `drawings`
and `talk` make; `account` describes what a peer did; and `keeping` chooses the folder, so that no
report of a few cases replaces a report of more. `junit`, `markdown` and `badge` write runs for
other programs. `autobahn_files` writes the files that readers of Autobahn's reports know, and
`publishing` puts these beside a site.
"""
