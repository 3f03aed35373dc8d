"""Section 5 of the WebSockets Standard: Ping and Pong frames, which are hidden from the page.

:mod:`whatwg_websockets.rfc6455.control_frames` answers Pings, and no event tells the page of a Ping
or a Pong. The standard allows a user agent to send Pings in order to keep a network path open. This
client does not: a server that wants to know whether the client is alive sends a Ping.

Source: https://websockets.spec.whatwg.org/#ping-and-pong-frames
"""

# § websockets-pings-allowed. This client does not use the permission to send Pings.
# § websockets-pings-not-for-servers. This client sends no Pings, and sends a Pong only to answer a
#   Ping.
# § websockets-pings-hidden. No event and no attribute reveals Pings and Pongs to the page.
