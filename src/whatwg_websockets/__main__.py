"""``python -m whatwg_websockets``: the command ``whatwg-websockets``."""

from whatwg_websockets.cli import main

if __name__ == "__main__":
    main()
