"""What is written of runs, of whichever suite.

`from_embedded`, `from_autobahn` and `from_api` make runs of what each suite leaves behind. `saved`
is a run as a file, and `baseline` tells new failures from those that are known. `site` writes runs
for people, with what `boards`, `drawings`, `frames` and `talk` make of them; `junit`, `markdown`
and `badge` write them for other programs; `autobahn_files` writes the files that readers of
Autobahn's reports know, and `publishing` puts those beside a site.
"""
