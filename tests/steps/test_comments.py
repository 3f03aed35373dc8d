"""The reader of step comments: what it finds, where, and which statement it holds it for."""

from textwrap import dedent

import pytest

from whatwg_websockets.steps.comments import read_source, read_sources, source_folder
from whatwg_websockets.steps.grammar import Mark


def read(tmp_path, text):
    path = tmp_path / "toys.py"
    path.write_text(dedent(text), encoding="utf-8")
    return read_source(path, "toys")


def steps_of(source):
    [function] = source.functions
    return {step.number: step for step in function.steps}


def test_a_marked_function(tmp_path):
    source = read(
        tmp_path,
        '''\
        @other
        @algorithm("toy-play", "play(toy)")
        def play(toy):
            """Play with it.

            For a while.
            """
            # 1. Take a toy.
            take(toy)
            # 2. Put it
            #    back.
            put(
                toy,
            )
        ''',
    )
    [play] = source.functions
    assert (play.module, play.qualified_name) == ("toys", "play")
    assert (play.anchor, play.name) == ("toy-play", "play(toy)")
    assert (play.line, play.last_line) == (1, 14)
    assert play.docstring == "Play with it.\n\nFor a while."
    take, put = play.steps
    assert (take.number, take.text, take.line) == ("1", "Take a toy.", 8)
    assert (take.statement, take.last_line) == (9, 9)
    assert (put.number, put.text, put.line) == ("2", "Put it back.", 10)
    assert (put.statement, put.last_line) == (12, 14)
    assert put.is_carried_out
    assert put.words == "Put it back."
    assert source.strays == ()


def test_a_function_without_a_docstring_and_without_steps(tmp_path):
    [play] = read(tmp_path, '@algorithm("a", "b")\ndef play(): pass\n').functions
    assert (play.docstring, play.steps, play.line, play.last_line) == ("", (), 1, 2)


@pytest.mark.parametrize(
    "mark",
    [
        "@algorithm",
        '@algorithm("a")',
        '@algorithm("a", NAME)',
        '@algorithm(name="a", anchor="b")',
        '@other.algorithm("a", "b")',
        '@other("a", "b")',
    ],
)
def test_what_is_no_mark(tmp_path, mark):
    source = read(tmp_path, f"{mark}\ndef play():\n    # 1. Play.\n    pass\n")
    assert source.functions == ()
    assert [stray.number for stray in source.strays] == ["1"]


def test_methods_and_nested_functions(tmp_path):
    source = read(
        tmp_path,
        """\
        class Toy:
            @algorithm("toy-play", "play()")
            async def play(self):
                # 1. Begin.
                @algorithm("toy-play", "play(): end")
                def end():
                    # 2. End.
                    pass
                    # 3. n/a: nothing more.
                # 4. Rest.
                def rest():
                    # 5. Sleep.
                    pass
                if True:
                    @algorithm("toy-wake", "wake up")
                    def wake(): pass
        """,
    )
    play, end, wake = source.functions
    assert play.qualified_name == "Toy.play"
    assert end.qualified_name == "Toy.play.end"
    assert wake.qualified_name == "Toy.play.wake"
    assert [step.number for step in play.steps] == ["1", "4", "5"]
    assert [step.number for step in end.steps] == ["2", "3"]
    assert play.steps[0].statement == 5
    assert play.steps[0].last_line == 6


def test_comments_behind_the_code_belong_to_the_function(tmp_path):
    source = read(
        tmp_path,
        """\
        @algorithm("a", "b")
        def play():
            # 1. Begin.
            pass

            # 2. n/a: the end.
            # On two lines.

        # 3. A stray.
        other = 1
        """,
    )
    [play] = source.functions
    assert [step.number for step in play.steps] == ["1", "2"]
    assert play.last_line == 7
    assert play.steps[1].text == "n/a: the end. On two lines."
    assert play.steps[1].statement is None
    assert play.steps[1].last_line is None
    assert [stray.number for stray in source.strays] == ["3"]


def test_comments_to_the_end_of_the_file(tmp_path):
    text = '@algorithm("a", "b")\ndef play():\n    pass\n    # 1. n/a: the end.'
    [play] = read(tmp_path, text).functions
    assert play.last_line == 4


@pytest.mark.parametrize(
    ("text", "mark", "words"),
    [
        ("Do it.", Mark.CARRIED_OUT, "Do it."),
        ("n/a: there is no page.", Mark.NOT_APPLICABLE, "there is no page."),
        ("not built: no page is kept.", Mark.NOT_BUILT, "no page is kept."),
    ],
)
def test_the_mark_of_a_step(tmp_path, text, mark, words):
    source = read(tmp_path, f'@algorithm("a", "b")\ndef play():\n    # 1. {text}\n    pass\n')
    step = steps_of(source)["1"]
    assert (step.mark, step.words) == (mark, words)
    assert step.is_carried_out is (mark is Mark.CARRIED_OUT)


ORDER = ["1", "2", "2.1", "2.2", "3", "4", "4.1", "4.1.1", "5"]


@pytest.mark.parametrize(
    ("number", "stands_for"),
    [
        ("2", ["2"]),
        ("9", ["9"]),
        ("1-3", ["1", "2", "2.1", "2.2", "3"]),
        ("2.1-2.2", ["2.1", "2.2"]),
        ("3-4", ["3", "4", "4.1", "4.1.1"]),
        ("4-4", ["4", "4.1", "4.1.1"]),
        ("4-5", ["4", "4.1", "4.1.1", "5"]),
        ("4-3", ["4", "3"]),
        ("4-9", ["4", "9"]),
    ],
)
def test_what_a_step_stands_for(tmp_path, number, stands_for):
    text = f'@algorithm("a", "b")\ndef play():\n    pass\n    # {number}. n/a: no toy.\n'
    [step] = steps_of(read(tmp_path, text)).values()
    assert step.number == number
    assert list(step.stands_for(ORDER)) == stands_for


def test_the_numbers_of_steps(tmp_path):
    source = read(
        tmp_path,
        """\
        @algorithm("a", "b")
        def play():
            # 1. One.
            # 2.10. Two.
            # 3a. Three.
            # 3a.1b. Four.
            # 4 is not a step.
            # 5.no step
            #6. no step
            pass
        """,
    )
    assert list(steps_of(source)) == ["1", "2.10", "3a", "3a.1b"]
    assert {step.statement for step in source.functions[0].steps} == {10}


def test_a_step_stands_directly_above_its_statement(tmp_path):
    source = read(
        tmp_path,
        """\
        @algorithm("a", "b")
        def play(toy):
            # 1. An empty line is between.

            # 2. Above half a statement.
            if toy: take(toy)
            # 3. Above no statement.
            else:
                rest(
                    # 4. Inside of a statement.
                    toy
                )
        """,
    )
    statements = {number: step.statement for number, step in steps_of(source).items()}
    assert statements == {"1": None, "2": 6, "3": None, "4": None}


def test_the_head_of_a_compound_statement(tmp_path):
    source = read(
        tmp_path,
        '''\
        @algorithm("a", "b")
        def play(toy):
            # 1. If.
            if (
                toy
            ):
                # 2. Inside.

                take(toy)
            # 3. Otherwise, if.
            elif toy:
                pass
            # 4. Match.
            match toy:
                # 5. A case.
                case (
                    None
                ):
                    pass
                case _: pass
            # 6. Try.
            try:
                pass
            # 7. Catch.
            except ValueError: pass
            # 8. A class.
            @final
            class Toy:
                """A toy."""
            # 9. A function.
            def put():
                @first
                def last(): pass
        ''',
    )
    lines = {number: (step.statement, step.last_line) for number, step in steps_of(source).items()}
    assert lines == {
        "1": (4, 6),
        "2": (None, None),
        "3": (11, 11),
        "4": (14, 14),
        "5": (16, 18),
        "6": (22, 22),
        "7": (25, 25),
        "8": (27, 28),
        "9": (31, 31),
    }


def test_requirements(tmp_path):
    source = read(
        tmp_path,
        """\
        # § toys-tidy. Everything goes
        # back.
        TIDY = True
        # § rfc1.2-a_b. n/a: there are no toys.
        # § no dot
        """,
    )
    tidy, none = source.requirements
    assert (tidy.number, tidy.text, tidy.line) == ("toys-tidy", "Everything goes back.", 1)
    assert (tidy.statement, tidy.is_carried_out) == (3, True)
    assert (none.number, none.is_carried_out) == ("rfc1.2-a_b", False)
    assert source.misspelt == (5,)


def test_several_requirements_on_one_comment(tmp_path):
    source = read(
        tmp_path,
        """\
        # § toys-1, -2, games-1. Everything goes
        # back.
        TIDY = True
        # § toys-3 to -5. n/a: there are no toys.
        """,
    )
    several, all_of_a_range = source.requirements
    assert several.number == "toys-1, -2, games-1"
    assert several.numbers == ("toys-1", "toys-2", "games-1")
    assert several.stands_for(()) == several.numbers
    assert (several.text, several.statement) == ("Everything goes back.", 3)
    assert all_of_a_range.numbers == ("toys-3", "toys-5")
    order = ["toys-3", "toys-4", "toys-5", "toys-6"]
    assert all_of_a_range.stands_for(order) == ("toys-3", "toys-4", "toys-5")
    assert source.misspelt == ()


def test_a_step_and_a_requirement_above_one_statement(tmp_path):
    source = read(
        tmp_path,
        """\
        @algorithm("a", "b")
        def play():
            # 1. Take a toy.
            # § toys-tidy. Put it back.
            pass
        """,
    )
    assert steps_of(source)["1"].text == "Take a toy."
    assert steps_of(source)["1"].statement == 5
    assert source.requirements[0].statement == 5


def test_what_looks_like_a_comment_in_a_literal_is_none(tmp_path):
    source = read(
        tmp_path,
        '''\
        """
        # 1. Text.
        """
        BYTES = b"""
        # 2. Bytes.
        """
        FORMATTED = f"""{BYTES}
        # 3. Formatted.
        # § toys-tidy. Formatted.
        {BYTES}"""
        TWO = (
            "a"
            # 4. A comment between two texts.
            "b"
        )
        X = 1  # 5. Behind code.
        ''',
    )
    assert [stray.number for stray in source.strays] == ["4"]
    assert source.requirements == ()


def test_lines_are_counted_as_python_counts_them(tmp_path):
    text = 'X = "\x0b \x1c \u2028"\n\f\n@algorithm("a", "b")\ndef play():\n    # 1. Play.\n    pass'
    step = steps_of(read(tmp_path, text))["1"]
    assert (step.line, step.statement) == (5, 6)


@pytest.mark.parametrize("text", [b"if", b"\xff", b'"""'])
def test_what_is_no_python(tmp_path, text):
    path = tmp_path / "toys.py"
    path.write_bytes(text)
    with pytest.raises(SyntaxError) as raised:
        read_source(path, "toys")
    assert raised.value.filename == str(path)
    assert raised.value.lineno == 1


def test_all_modules_of_a_package(tmp_path):
    package = tmp_path / "toys"
    (package / "box").mkdir(parents=True)
    for name in ("__init__.py", "ball.py", "box/__init__.py", "box/lid.py", "notes.txt"):
        (package / name).write_text("", encoding="utf-8")
    modules = [source.module for source in read_sources(package)]
    assert modules == ["toys", "toys.ball", "toys.box", "toys.box.lid"]


def test_the_project_s_own_modules():
    sources = read_sources()
    assert all(source.path.is_relative_to(source_folder()) for source in sources)
    anchors = {function.anchor for source in sources for function in source.functions}
    assert "dom-websocket-close" in anchors
