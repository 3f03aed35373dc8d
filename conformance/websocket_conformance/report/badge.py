"""Write a badge: a small picture for a README that shows how many cases are at their best."""

from html import escape

from websocket_conformance.results.run import Run

_GREEN, _YELLOW, _RED, _GREY = "#2f7d4f", "#8a6100", "#b3261e", "#5b616e"
_HEIGHT = 20
_PADDING = 7
_WIDTHS = {"il.,:;|!' ": 3.6, "frt()-/": 4.6, "mw": 9.8, "MW": 10.4}
_WIDTH = 6.9
_CAPITAL = 8.0


def badge(run: Run) -> str:
    """Return the badge of a run, as SVG."""
    label = {"api": "WebSocket API", "autobahn": "Autobahn"}.get(run.suite, "WebSocket conformance")
    return drawn(label, value(run), colour(run))


def value(run: Run) -> str:
    """Return the text of the badge."""
    of = f"{run.good:,} / {run.asked:,}"
    return f"{of}, interrupted" if run.interrupted else of


def colour(run: Run) -> str:
    """Return green if all cases are at their best, yellow if few are not, and else red."""
    if not run.asked or run.interrupted:
        return _GREY
    if run.is_best:
        return _GREEN
    return _YELLOW if run.good >= 0.95 * run.asked else _RED


def drawn(label: str, text: str, fill: str) -> str:
    """Return a picture with a label on grey and a text on a colour."""
    left, right = (round(_width(part) + 2 * _PADDING) for part in (label, text))
    width, title = left + right, escape(f"{label}: {text}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" '
        f'role="img" aria-label="{title}"><title>{title}</title>'
        f'<clipPath id="r"><rect width="{width}" height="{_HEIGHT}" rx="4"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="{_HEIGHT}" fill="#3b3f47"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{fill}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" '
        'text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14" textLength="{left - 2 * _PADDING}">{escape(label)}</text>'
        f'<text x="{left + right / 2:g}" y="14" textLength="{right - 2 * _PADDING}">'
        f"{escape(text)}</text></g></svg>\n"
    )


def _width(text: str) -> float:
    """Return the estimated width of a text; the picture fits the text to this width."""
    narrow = {char: width for chars, width in _WIDTHS.items() for char in chars}
    return sum(narrow.get(char, _CAPITAL if char.isupper() else _WIDTH) for char in text)
