"""5 Ping and Pong frames: kept from the page.

The protocol answers Pings by itself (:mod:`whatwg_websockets.rfc6455.control_frames`), and no
event tells the page of a Ping or a Pong. The standard lets a user agent send Pings of its own to
keep a network path open; this one does not: servers that want to know whether we live ask us.

Source: https://websockets.spec.whatwg.org/#ping-and-pong-frames
"""

# § websockets-pings-allowed. n/a: it is a permission, and this client makes no use of it.
# § websockets-pings-not-for-servers. n/a: there is no Ping and no Pong that nobody asked for.
# § websockets-pings-hidden. n/a: no event and no attribute is there that could tell of them.
