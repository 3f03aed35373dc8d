"""The unmodified web-platform-tests of a checkout, for an implementation behind a page.

`checkout` finds the tests by the rules of WPT's manifest, `pages` says which pages a test has, and
`left_out` which of them cannot be run here, and why. `serving` starts the servers that WPT's tests
need, and `server` is their program: files over HTTP and HTTPS, with what `wrappers` generates, and
WPT's own handlers on ws and wss. `loading` has an implementation load a page, and `answer` reads
what the page says. `counts` knows how many subtests each page had when they were counted.
`fetching` brings a checkout, and `product` lets WPT's own runner run this implementation.
"""
