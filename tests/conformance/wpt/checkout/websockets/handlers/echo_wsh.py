"""Sends back what comes."""


def web_socket_do_extra_handshake(request):
    """Take any request."""


def web_socket_transfer_data(request):
    """Send back each message, until there is no other."""
    while True:
        message = request.ws_stream.receive_message()
        if message is None:
            return
        request.ws_stream.send_message(message, binary=isinstance(message, bytes))
