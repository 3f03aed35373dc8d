"""5 Ping and Pong frames: kept from the page.

The protocol answers Pings by itself (:mod:`whatwg_websockets.rfc6455.control_frames`), and no
event tells the page of a Ping or a Pong. The standard lets a user agent send Pings of its own to
keep a network path open; this one does not: servers that want to know whether we live ask us.

Source: https://websockets.spec.whatwg.org/#ping-and-pong-frames
"""

# § websockets-pings-allowed. This client makes no use of the permission to send Pings.
# § websockets-pings-not-for-servers. No Ping and no Pong is sent that nobody asked for.
# § websockets-pings-hidden. No event and no attribute tells the page of Pings and Pongs.
