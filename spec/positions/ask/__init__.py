"""The programs that ask a browser what it does where the standard leaves a question open.

Each question is a page and a server that misbehaves as the question needs. The same scenario is run
through headless Chromium and through ``whatwg_websockets``; what the page saw and what went over
the wire are set side by side.
"""
