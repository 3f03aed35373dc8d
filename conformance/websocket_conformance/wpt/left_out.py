"""The pages that are left out, by name, and the reasons."""

from fnmatch import fnmatchcase

from websocket_conformance.wpt.pages import WptPage, WptScope

_SCOPES = {
    WptScope.SHARED_WORKER: "A shared worker serves several documents; a page here has only one.",
    WptScope.SERVICE_WORKER: "A service worker handles the requests of a browser's documents, and "
    "no browser runs here.",
    WptScope.OTHER: "It runs in a scope that is neither a window nor a dedicated worker.",
}

_FLAGS = {"h2": "It needs WebSockets over HTTP/2, and WebSockets over HTTP/1.1 are tested here."}

_PAGES = {
    "/streams/transferable/*": "It tests streams that are transferred to another realm, which is "
    "not built.",
    "/streams/readable-streams/owning-type*": "It tests streams that own their chunks, which is a "
    "proposal.",
    "/streams/readable-streams/read-task-handling.window.html": "It needs a NodeIterator, which "
    "documents do not have here.",
    "/streams/idlharness-shadowrealm.window.html": "It runs in a ShadowRealm, which the "
    "engine does not have.",
    "/websockets/back-forward-cache-*": "It tests documents that a browser keeps for its back "
    "button, and documents are not kept here.",
    "/websockets/Create-on-worker-shutdown.any*": "It runs code in a worker that has closed "
    "itself, from a URL of a blob.",
    "/websockets/security/002.html*": "It does not test WebSockets: it tests that XMLHttpRequest "
    "does not send Sec-WebSocket-Key.",
}


def why_left_out(page: WptPage) -> str:
    """Return why a page is left out; empty for a page that is not left out."""
    if page.scope in _SCOPES:
        return _SCOPES[page.scope]
    for flag, reason in _FLAGS.items():
        if flag in page.flags:
            return reason
    named = (why for pattern, why in _PAGES.items() if fnmatchcase(page.id, pattern))
    return next(named, "")
