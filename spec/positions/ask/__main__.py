"""``python -m ask [--record] [--ours] [question ...]``, in ``spec/positions``, or ``make ask``."""

import argparse
import json
from pathlib import Path

from ask import chromium, ours, questions
from ask.scenario import QUESTIONS

ANSWERS = Path(__file__).with_name("answers.json")


def main() -> None:
    """Ask, print both answers side by side, and keep Chromium's if that is wanted."""
    parser = argparse.ArgumentParser(prog="ask", description=questions.__doc__)
    parser.add_argument("names", nargs="*", metavar="question", help="by default all")
    parser.add_argument("--record", action="store_true", help="keep the answers in answers.json")
    parser.add_argument(
        "--ours", action="store_true", help="leave Chromium out, use its last answers"
    )
    options = parser.parse_args()
    names = options.names or list(QUESTIONS)
    unknown = [name for name in names if name not in QUESTIONS]
    if unknown:
        parser.error(f"no such question: {', '.join(unknown)}; there are {', '.join(QUESTIONS)}")
    kept = json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {"answers": {}}
    if options.ours:
        theirs = {name: kept["answers"].get(name, {}) for name in names}
    else:
        theirs = dict(chromium.ask(names))
    for name, own in ours.ask(names):
        _print(name, theirs[name], own)
    if options.record and not options.ours:
        answers = {**kept["answers"], **theirs}
        kept = {
            "chromium": chromium.version(),
            "answers": {name: answers[name] for name in QUESTIONS if name in answers},
        }
        ANSWERS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def _print(name: str, theirs: dict[str, list[str]], own: dict[str, list[str]]) -> None:
    print(f"{'' if theirs == own else '* '}{name}")
    for part in ("page", "wire"):
        left, right = theirs.get(part, ["(not asked)"]), own[part]
        for i in range(max(len(left), len(right))):
            one = left[i] if i < len(left) else ""
            two = right[i] if i < len(right) else ""
            mark = " " if one == two else "|"
            print(f"  {part if i == 0 else '':5}{one[:66]:67}{mark} {two[:66]}")


if __name__ == "__main__":
    main()
