"""The servers that WPT's tests need, as a program: ``python -m websocket_conformance.wpt.server``.

Its arguments are a checkout and an empty folder. wptserve, WPT's own server, serves files over HTTP
and HTTPS, with the substitutions in files with ``.sub.`` in their names, the header fields in
``.headers`` files, WPT's own handlers in Python, and the generated pages and workers that run
scripts. WPT's WebSocket handlers are served over ws and wss, by one process each. When all servers
listen, the program writes their ports and the certificate of their authority to a file in the
folder. It serves until its standard input ends.
"""

import json
import logging
import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any

from wptserve import handlers as wptserve_handlers
from wptserve import routes as wptserve_routes
from wptserve import stash
from wptserve.config import ConfigBuilder
from wptserve.request import Server
from wptserve.server import WebTestHttpd

from websocket_conformance.wpt import certificates, handlers, hosts, wrappers
from websocket_conformance.wpt.certificates import Certificates
from websocket_conformance.wpt.checkout import REWRITTEN
from websocket_conformance.wpt.reading import read_script
from websocket_conformance.wpt.serving import READY

_SERVERS = 2
"""The number of file servers over HTTP, and over HTTPS, as in WPT's configuration."""

_START_SECONDS = 60.0
_LOGGER = logging.getLogger(__name__)


class Generated:
    """Answers requests for generated pages and workers that run a script.

    Args:
        root: the checkout.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def __call__(self, request: Any, response: Any) -> None:
        """Answer a request; without the script that it needs, the status is 404."""
        path = request.url_parts.path
        for ending, of_file, of_script, kind, write in wrappers.GENERATED:
            if path.endswith(ending):
                stem = path.removesuffix(ending)
                file = wptserve_handlers.filesystem_path(str(self._root), request)
                source = Path(file.removesuffix(ending) + of_file)
                if source.is_file():
                    text = write(f"{stem}{of_script}", read_script(source.read_bytes()))
                    self._answer(request, response, source, kind, text)
                    return
        wptserve_handlers.file_handler(request, response)

    def _answer(self, request: Any, response: Any, source: Path, kind: str, text: str) -> None:
        response.headers.set(b"Content-Type", kind.encode())
        response.headers.update(wptserve_handlers.load_headers(request, str(source)))
        response.content = text.encode()
        wptserve_handlers.wrap_pipeline(str(source), request, response)


def _routes(root: Path) -> list[tuple[Any, str, Any]]:
    generated = Generated(root)
    own = [("GET", f"*{ending}", generated) for ending, *_ in wrappers.GENERATED]
    return [*own, *wptserve_routes.routes]


@contextmanager
def _files(root: Path, files: Certificates, scheme: str) -> Iterator[WebTestHttpd]:
    """Run a file server on a port that the system chooses; its configuration is set later."""
    server = WebTestHttpd(
        host=hosts.ADDRESS,
        port=0,
        doc_root=str(root),
        routes=_routes(root),
        rewrites=[("GET", asked, served) for asked, served in REWRITTEN.items()],
        config={},
        use_ssl=scheme == "https",
        key_file=str(files.key),
        certificate=str(files.server),
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def _handlers(
    context: SpawnContext, root: Path, files: Certificates | None
) -> Iterator[tuple[int, list[str]]]:
    """Run a process with WPT's WebSocket handlers; yield its port, and the unreadable handlers."""
    ours, theirs = context.Pipe()
    tls = (files.server, files.key) if files else (None, None)
    process = context.Process(target=handlers.serve, args=(root, *tls, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(_START_SECONDS):
            raise RuntimeError("the server of WPT's handlers does not start")
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def _config(root: Path, files: Certificates, ports: dict[str, list[int]]) -> Any:
    """Return WPT's configuration, which substitutions and WPT's own handlers use."""
    return ConfigBuilder(
        _LOGGER,
        browser_host=hosts.HOST,
        alternate_hosts={"alt": hosts.ALTERNATE},
        subdomains=hosts.SUBDOMAINS,
        not_subdomains=hosts.NO_SUBDOMAINS,
        doc_root=str(root),
        server_host=hosts.ADDRESS,
        check_subdomains=False,
        ports=ports,
        ssl={
            "type": "pregenerated",
            "pregenerated": {
                "host_key_path": str(files.key),
                "host_cert_path": str(files.server),
                "ca_cert_path": str(files.authority),
            },
        },
    )


def main(root: Path, directory: Path) -> None:
    """Serve a checkout until standard input ends, and write the ports to a file in a folder."""
    files = certificates.made(directory)
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        stack.enter_context(stash.StashServer(mp_context=context))
        port, unread = stack.enter_context(_handlers(context, root, None))
        tls_port, _ = stack.enter_context(_handlers(context, root, files))
        ports = {"ws": [port], "wss": [tls_port]}
        for scheme in ("http", "https"):
            some = [stack.enter_context(_files(root, files, scheme)) for _ in range(_SERVERS)]
            ports[scheme] = [server.port for server in some]
        # HTTP/2 is not served, but a script that most tests include needs a port for it.
        ports["h2"] = ports["https"][:1]
        Server.config = stack.enter_context(_config(root, files, ports))
        _say_where(directory, ports, files, unread)
        sys.stdin.read()


def _say_where(
    directory: Path, ports: dict[str, list[int]], files: Certificates, unread: list[str]
) -> None:
    new = directory / f".{READY}"
    text = json.dumps({"ports": ports, "authority": str(files.authority), "unread": unread})
    new.write_text(text, encoding="utf-8")
    os.replace(new, directory / READY)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
