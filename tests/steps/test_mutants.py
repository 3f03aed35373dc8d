import pytest

from whatwg_websockets.steps.comments import read_source
from whatwg_websockets.steps.mutants import mutants, mutate
from whatwg_websockets.steps.places import places

CASES = {
    "a statement": ("x = f(\n    1,\n)\ny = 2", 1, "taken out", "pass\n\n\ny = 2"),
    "a condition": ("if ä and b:\n    f()", 1, "turned round", "if not (ä and b):\n    f()"),
    "a condition of several lines": (
        "if (\n    a\n):\n    f()",
        1,
        "turned round",
        "if (\n    not (a)\n):\n    f()",
    ),
    "elif": (
        "if a:\n    f()\nelif b:\n    g()",
        3,
        "turned round",
        "if a:\n    f()\nelif not (b):\n    g()",
    ),
    "while": ("while a: f()", 1, "turned round", "while not (a): f()"),
    "a loop": ("for a in b:\n    f()\ng()", 1, "taken out", "pass\n\ng()"),
    "a case": (
        "match a:\n    case 1:\n        f()",
        2,
        "taken out",
        "match a:\n    case 1 if False:\n        f()",
    ),
    "a case with a guard": (
        "match a:\n    case b if b:\n        f()",
        2,
        "turned round",
        "match a:\n    case b if not (b):\n        f()",
    ),
    "except": (
        "try:\n    f()\nexcept OSError:\n    g()",
        3,
        "taken out",
        "try:\n    f()\nexcept ():\n    g()",
    ),
    "a function": (
        '@d\ndef f():\n    """Do."""\n    g()\nh()',
        1,
        "emptied",
        "@d\ndef f():\n    return\n\nh()",
    ),
    "a coroutine": ("async def f(): await g()", 1, "emptied", "async def f(): return"),
    "a variable that is nonlocal elsewhere": (
        "def f():\n    a = 1\n    def g():\n        nonlocal b, a\n        a = 2\n    b = (1,\n2)",
        2,
        "taken out",
        "def f():\n    if False: a = 1\n    def g():\n        nonlocal b, a\n        a = 2\n"
        "    b = (1,\n2)",
    ),
    "one that has a type, and more lines": (
        "def f():\n    a: int = (\n    1)\n    def g(): nonlocal_a = 2; a\n",
        2,
        "taken out",
        "def f():\n    pass\n\n    def g(): nonlocal_a = 2; a\n",
    ),
    "a class": ("class A:\n    x = 1\n    y = 2", 1, "emptied", "class A:\n    pass\n"),
}


@pytest.mark.parametrize(("text", "line", "what", "mutated"), CASES.values(), ids=CASES)
def test_a_mutant(text, line, what, mutated):
    compile(mutated, "mutant", "exec")
    assert mutate(text, line) == (what, mutated)


def test_a_line_on_which_nothing_begins():
    with pytest.raises(ValueError, match="line 2"):
        mutate("f(\n1)", 2)


def test_one_mutant_a_statement(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "toys.py"
    file.write_text(
        '@algorithm("toy", "play(toy)")\ndef play(toy):\n    # 1. Take it,\n    # 2. and turn it.\n'
        "    turn(take(toy))\n    # 3. n/a: no.\n    # 4. No more.\n"
    )
    (mutant,) = mutants(places([read_source(file, "toys")]))
    assert mutant.path == file
    assert mutant.name == "play(toy) 1, 2"
    assert mutant.where == "toys.py:3"
    assert mutant.text.splitlines()[4] == "    pass"


def test_every_mutant_of_this_project_is_python_and_another():
    made = mutants(places())
    assert len(made) > 300
    for mutant in made:
        original = mutant.path.read_text()
        compile(mutant.text, str(mutant.path), "exec")
        assert mutant.text != original
        assert mutant.text.count("\n") == original.count("\n")
