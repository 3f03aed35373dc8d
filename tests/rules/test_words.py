"""The list of phrases to avoid, and the program that finds them."""

import pytest

from support import words

HABITS = words.habits()


def hits(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [
        (number, found)
        for passage in words.passages(path)
        for number, found, _ in words.found_in(passage, HABITS)
    ]


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.pattern.pattern)
def test_each_phrase_is_found_where_it_should_be(tmp_path, habit):
    assert habit.why
    assert habit.instead
    for index, sentence in enumerate([*habit.found, *habit.passed]):
        path = tmp_path / f"{index}.md"
        path.write_text(sentence, encoding="utf-8")
        found = [hit for each in words.passages(path) for hit in words.found_in(each, [habit])]
        assert bool(found) is (sentence in habit.found), sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1  # Take note of it.\n", [(1, "Take note of")]),
        ("# A comment takes\n# note of two lines.\n", [(1, "takes note of")]),
        ("# A comment takes\n\n# note of one line.\n", []),
        ('def f():\n    """Do it.\n\n    Take note of it.\n    """\n', [(4, "Take note of")]),
        ('raise ValueError(\n    f"{name} is " "here, but"\n    " for it"\n)\n', [(2, "but for")]),
        ('f"{x!r} and {y}, but for {z}"\n', [(1, "but for")]),
        ("rf'''{x}\nbut for \\w{y[\"a\"]}'''\n", [(2, "but for")]),
        ('x = "but for"\n', []),
        ("but_for = take.note(of)\n", []),
        (
            '"""Do it.\n\n>>> print("but for it")\nbut for it\n\nAll but for it.\n"""\n',
            [(6, "but for")],
        ),
        ('"""Do ``all but for it``, `but for it`."""\n', []),
        ('b"all but for it"\n', []),
        ('"all but for it"  # not prose\n"all but for it"\n', [(2, "but for")]),
    ],
    ids=[
        "comment",
        "comment of two lines",
        "two comments",
        "docstring",
        "message of pieces",
        "f-string",
        "f-string of lines",
        "name",
        "code",
        "doctest",
        "backquotes",
        "bytes",
        "not prose",
    ],
)
def test_the_prose_of_a_module(tmp_path, text, expected):
    assert hits(tmp_path, "module.py", text) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.md", "All but\nfor it.\n\nAll but for it.\n", [(1, "but for"), (4, "but for")]),
        ("a.md", "All but\n\nfor it.\n", []),
        ("a.md", "```\nbut for it\n```\nbut for it\n", [(4, "but for")]),
        ("a.md", "~~~text\nbut for it\n```\nbut for it\n~~~\n", []),
        ("a.md", "`but for it` and `` but for ` it ``\n", []),
        ("a.jinja", "{% if x == 'but for' %}but for{{ y }}{% endif %}\n", [(1, "but for")]),
        ("a.toml", '# All but\n# for it.\nx = "but for it"\n', [(1, "but for"), (3, "but for")]),
        (
            "a.js",
            "// All but\n// for it.\n/* All\n * but for it. */\n",
            [(1, "but for"), (4, "but for")],
        ),
    ],
    ids=[
        "Markdown",
        "paragraphs",
        "fence",
        "other fence",
        "code",
        "template",
        "TOML",
        "JavaScript",
    ],
)
def test_the_prose_of_other_files(tmp_path, name, text, expected):
    assert hits(tmp_path, name, text) == expected


def test_what_is_found_is_printed_with_what_to_write_instead(tmp_path, capsys):
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text("All except it.\n", encoding="utf-8")
    bad.write_text("Take note of it.\nAll but for it.\n", encoding="utf-8")
    assert words.main([str(good)]) == 0
    assert capsys.readouterr().out == ""
    assert words.main([str(good), str(bad)]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f'{bad.as_posix()}:1: "Take note of": ')
    assert second.startswith(f'{bad.as_posix()}:2: "but for": ')
    assert second.endswith('; write "except" or "except for" instead')


def test_the_files_are_those_of_the_repository():
    try:
        names = {path.relative_to(words.ROOT).as_posix() for path in words.files()}
    except OSError:
        pytest.skip("git is not installed")
    if not names:
        pytest.skip("this is not a checkout")
    assert {"README.md", "Makefile", "tests/support/words.py", "spec/fetch.toml"} < names
    assert "tests/support/words.toml" not in names
    assert not [name for name in names if name.endswith((".json", ".tsv"))]
