"""5 Ping and Pong frames: kept from the page.

The protocol answers Pings by itself (:mod:`whatwg_websockets.rfc6455.control_frames`), and no
event tells the page of a Ping or a Pong. The standard lets a user agent send Pings of its own to
keep a network path open; this one does not: servers that want to know whether we live ask us.

Source: https://websockets.spec.whatwg.org/#ping-and-pong-frames
"""
