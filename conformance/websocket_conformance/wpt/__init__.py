"""The unmodified web-platform-tests (WPT), for an implementation that can load their pages.

`checkout` finds the tests by the rules of WPT's manifest, `reading` reads their metadata, `pages`
has the pages of each test, and `left_out` the pages that cannot be run here, with the reasons.
`serving` starts the servers that WPT's tests need, and `server` is the servers' program: it serves
files over HTTP and HTTPS, with the pages that `wrappers` generates, and WPT's own `handlers` on ws
and wss, with the names in `hosts` and the `certificates` for them. `loading` runs an implementation
to load a page, and `answer` reads the result that the page prints. `counts` has the number of
subtests that each page had when they were counted. `fetching` fetches a checkout, and `product`
lets WPT's own runner run this implementation.
"""
