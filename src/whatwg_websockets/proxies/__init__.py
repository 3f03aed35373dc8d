"""Which proxy is asked for a connection, if any: what settings and environment variables say.

Nothing here connects to anything.
"""
