"""`spec check`: comments that are missing, invented, out of order, doubled or empty are found."""

from dataclasses import replace

import pytest

from support.toys import CODE, INDEX, heading
from whatwg_websockets.steps.check import check
from whatwg_websockets.steps.comments import read_sources
from whatwg_websockets.steps.index import read_index
from whatwg_websockets.steps.tally import Row, total_of


@pytest.fixture
def toys(house):
    """Write an index and a package, then check the package against the index."""

    def toys(code=CODE, index=INDEX, **more):
        house.write({"toys/play.py": code, "spec/toys.toml": index})
        house.write({f"toys/{name}.py": text for name, text in more.items()})
        return check(read_index(house.index), read_sources(house.source))

    return toys


def faults(report):
    return [str(fault) for fault in report.faults]


def test_nothing_is_wrong(toys):
    report = toys()
    assert faults(report) == []
    assert report.rows == (
        Row("toys", "1.1", "play(toy)", "toy-play", ("toys.play.play",), 4, 0, 1, 5),
        Row("toys", "", None, "", ("toys.play",), 1, 0, 0, 1),
    )
    assert report.left_out == ()


def test_a_standard_without_requirements_has_no_row_for_them(toys):
    report = toys(CODE.split("\n\n\n# §")[0] + "\n", INDEX.split("[[requirement]]")[0])
    assert faults(report) == []
    assert len(report.rows) == 1


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (
            "    # 1. Take a toy.\n",
            "",
            "toys/play.py:6: step 1 has no comment below here; write `# 1. ` and the gist above"
            " the code, or the reason behind `n/a: ` or `not built: `",
        ),
        (
            "    # 2. Turn a toy.\n    # 2.1. Turn a toy to the left.\n",
            "",
            "toys/play.py:8: steps 2 and 2.1 have no comments below here; write `# 2. ` and the"
            " gist above the code, or the reason behind `n/a: ` or `not built: `",
        ),
        (
            "    # 3b. n/a: there are no dolls.\n",
            "",
            "toys/play.py:13: step 3b has no comment below here; write `# 3b. ` and the gist above"
            " the code, or the reason behind `n/a: ` or `not built: `",
        ),
        (
            "# 3b. n/a: there are no dolls.",
            "# 3b. n/a: there are no dolls.\n    # 9. n/a: no toy has nine lives.",
            "toys/play.py:16: 'play(toy)' has no step 9, only 1 to 3b; write the standard's number,"
            " or take the number away",
        ),
        (
            "# 3b. n/a: there are no dolls.",
            "# 3b. n/a: there are no dolls.\n    # 1. n/a: the toy is taken.",
            "toys/play.py:16: step 1 has a comment in toys/play.py:8 already; leave one",
        ),
        (
            "    # 1. Take a toy.\n    take(toy)\n    # 2. Turn a toy.\n",
            "    # 2. Turn a toy.\n    take(toy)\n    # 1. Take a toy.\n",
            "toys/play.py:10: step 1 is below step 2, which comes after it in the standard;"
            " move it up",
        ),
        (
            "    # 1. Take a toy.\n",
            "    # 1. Take a toy.\n\n",
            "toys/play.py:8: step 1 is not directly above a statement; move it there, or say"
            " after `n/a: ` or `not built: ` why it has no statement",
        ),
        (
            "n/a: there are no dolls.",
            "n/a:",
            "toys/play.py:15: step 3b is n/a without a reason; say in a few words why it is",
        ),
        (
            "n/a: there are no dolls.",
            "n/a: dolls.",
            "toys/play.py:15: step 3b is n/a without a reason; say in a few words why it is",
        ),
        (
            "n/a: there are no dolls.",
            "N/A (dolls) there are no dolls.",
            "toys/play.py:15: step 3b says n/a in another form; write `n/a: ` and the reason",
        ),
        (
            "def tidy(): ...",
            "def tidy():\n    # 1. Open the box.\n    ...",
            "toys/play.py:20: step 1 is outside of every function that is marked with @algorithm;"
            " mark the function, or take the number away",
        ),
        (
            "# § toys-tidy. Back it goes.\n",
            "",
            "spec/toys.toml:21: no comment says where requirement 'toys-tidy' is carried out;"
            " write `# § toys-tidy. ` above the code",
        ),
        (
            "# § toys-tidy. Back it goes.",
            "# § toys-tidy. Back it goes.\n# § toys-tiny. Toys are small.",
            "toys/play.py:19: the index has no requirement 'toys-tiny'; write 'toys-tidy', or add"
            " it to the index",
        ),
        (
            "# § toys-tidy. Back it goes.",
            "# § toys-tidy. Back it goes.\n# § x. Toys are small.",
            "toys/play.py:19: the index has no requirement 'x'; add it to the index",
        ),
        (
            "Back it goes.",
            "n/a: no",
            "toys/play.py:18: requirement toys-tidy is n/a without a reason; say in a few words"
            " why it is",
        ),
        (
            "Back it goes.",
            "Back it goes.\n# § toys-tidy. n/a: there are no boxes.",
            "toys/play.py:19: requirement toys-tidy cannot be n/a and be carried out, and"
            " toys/play.py:18 says otherwise; take one of them away",
        ),
    ],
)
def test_a_fault_says_where_it_is_and_how_to_mend_it(toys, before, after, found):
    assert CODE.count(before) == 1
    assert faults(toys(CODE.replace(before, after))) == [found]


def test_a_requirement_may_be_carried_out_in_two_places(toys):
    report = toys(more="# § toys-tidy. The box takes toys.\n")
    assert faults(report) == []
    assert report.rows[-1].where == ("toys.more", "toys.play")
    assert report.rows[-1].carried_out == 1


def test_an_algorithm_that_no_function_carries_out(toys):
    report = toys("# § toys-tidy. Back it goes.\n")
    assert faults(report) == [
        "spec/toys.toml:8: no function carries out 'play(toy)'; mark one with @algorithm, or write"
        ' `status = "not built"` and the reason'
    ]
    assert report.rows[0] == Row("toys", "1.1", "play(toy)", "toy-play", (), 0, 0, 0, 5)


def test_an_algorithm_without_numbers_has_no_steps(toys):
    index = INDEX.split('"1" =')[0] + "\n[[requirement]]" + INDEX.split("[[requirement]]")[1]
    step = '@algorithm("toy-play", "play(toy)")\ndef play():\n    # 1. n/a: toys rest.\n    pass\n'
    assert faults(toys("# § toys-tidy. Back it goes.\n" + step, index)) == [
        "toys/play.py:4: 'play(toy)' has no numbered steps; take the number 1 away"
    ]


PARTS = """\
    @algorithm("toy-play", "play(toy): take: hands")
    def take(toy):
        # 1. Take a toy.
        toy.take()
        # § toys-tidy. Back it goes.
        toy.back()
    @algorithm("toy-play", "play(toy)")
    def play(toy):
        # 2. Turn a toy.
        # 2.1. Turn a toy to the left.
        toy.turn()
    @algorithm("toy-play", "play(toy): throw")
    def throw(toy):
        # 3a. (a ball) Throw it.
        toy.throw()
        # 3b. n/a: there are no dolls.
"""


def test_several_functions_may_carry_out_one_algorithm(toys):
    report = toys(PARTS)
    assert faults(report) == []
    where = tuple(f"toys.play.{name}" for name in ("take", "play", "throw"))
    assert report.rows[0] == Row("toys", "1.1", "play(toy)", "toy-play", where, 4, 0, 1, 5)


def test_a_missing_step_is_missed_where_the_one_before_it_is(toys):
    assert faults(toys(PARTS.replace("        # 2.1. Turn a toy to the left.\n", ""))) == [
        "toys/play.py:9: step 2.1 has no comment below here; write `# 2.1. ` and the gist above"
        " the code, or the reason behind `n/a: ` or `not built: `"
    ]


def test_two_functions_cannot_have_one_mark(toys):
    again = '\n\n@algorithm("toy-play", "play(toy)")\ndef again(): ...\n'
    assert faults(toys(CODE + again)) == [
        "toys/play.py:22: 'play(toy)' is marked in toys/play.py:6 too; call a function for a part"
        " of it 'play(toy): part'"
    ]


def test_one_function_cannot_have_two_marks(toys):
    mark = '@algorithm("toy-play", "play(toy)")\n'
    code = CODE.replace(mark, mark + mark.replace("(toy)", "(toy): again"))
    assert faults(toys(code)) == [
        "toys/play.py:6: a function has two marks, so its steps could belong to either algorithm;"
        " give each algorithm a function"
    ]


@pytest.mark.parametrize(
    ("mark", "problem"),
    [
        (
            '"toy-play", "plays(toy)"',
            "no algorithm at 'toy-play' is called 'plays(toy)'; call it 'play(toy)', or a part of"
            " it 'name: part'",
        ),
        (
            '"toy-plays", "play(toy)"',
            "the index has no algorithm at 'toy-plays'; write 'toy-play', or add it to the index",
        ),
        ('"x", "play(toy)"', "the index has no algorithm at 'x'; add it to the index"),
        (
            '"toys#toy-play", "play(toy)"',
            "the index has no algorithm at 'toys#toy-play'; write 'toy-play', or add it to the"
            " index",
        ),
    ],
)
def test_a_mark_that_means_no_algorithm(toys, mark, problem):
    code = f"{CODE}\n\n@algorithm({mark})\ndef more():\n    # 1. Play more.\n    ...\n"
    assert faults(toys(code)) == [f"toys/play.py:22: {problem}"]


def test_the_anchor_of_an_rfc_has_its_id_before_it(toys):
    index = INDEX.replace('"toys"', '"rfc9"').replace('"toy-play"', '"section-1"')
    code = CODE.replace('"toy-play"', '"rfc9#section-1"')
    assert faults(toys(code, index)) == []


def test_a_standard_that_is_not_carried_out_is_left_out(toys, house):
    draft = INDEX.replace('"toys"', '"draft"').replace("toys-tidy", "draft-tidy")
    draft = draft.replace("[standard]\n", '[standard]\nstatus = "draft"\n')
    more = (
        '\n[[algorithm]]\nanchor = "toy-stream"\nname = "stream"\nsection = "1"\nkind = "getter"\n'
    )
    house.write({"spec/draft.toml": f"{draft}{more}[algorithm.steps]\n"})
    code = (
        CODE
        + '\n\n@algorithm("toy-stream", "stream")\ndef stream():\n    # 1. Toys flow.\n    ...\n'
    )
    report = toys(code)
    assert faults(report) == []
    assert {row.standard for row in report.rows} == {"toys"}
    assert [standard.id for standard in report.left_out] == ["draft"]


def test_faults_are_in_the_order_of_files_and_lines(toys):
    report = toys("# 1. A stray.\n# 2. Another.\n", other="# 1. A stray.\n")
    assert [str(fault).split(": ")[0] for fault in report.faults] == [
        "spec/toys.toml:8",
        "spec/toys.toml:21",
        "toys/other.py:1",
        "toys/play.py:1",
        "toys/play.py:2",
    ]


MORE = """
[[requirement]]
id = "toys-3"
anchor = "tidy"
section = "2"
kind = "requirement"
gist = "Toys are counted."

[[requirement]]
id = "toys-4"
anchor = "tidy"
section = "2"
kind = "requirement"
gist = "Toys are named."
"""

GAMES = (
    heading("games", "Games Standard")
    + """
[[requirement]]
id = "games-1"
anchor = "rules"
section = "1"
kind = "requirement"
gist = "Games have rules."
"""
)

RANGE = """\
    @algorithm("toy-play", "play(toy)")
    def play(toy):
        # 1. Take a toy.
        take(toy)
        # 2-3a. n/a: there is no room to turn in.
        # 3b. not built: no doll sits yet.
    # § toys-tidy. Back it goes.
"""


def test_the_three_marks_are_counted_apart(toys):
    report = toys(RANGE)
    assert faults(report) == []
    row = report.rows[0]
    assert (row.carried_out, row.not_built, row.not_applicable, row.total) == (1, 1, 3, 5)


def test_a_range_has_what_is_below_its_last_step(toys):
    report = toys(RANGE.replace("2-3a.", "1-2.").replace("        # 1. Take a toy.\n", ""))
    assert faults(report) == [
        "toys/play.py:4: step 3a has no comment below here; write `# 3a. ` and the gist above the"
        " code, or the reason behind `n/a: ` or `not built: `"
    ]
    assert report.rows[0].not_applicable == 3


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (
            "# 2-3a. n/a: there is no room to turn in.",
            "# 2-3a. Turn the toy and throw it.\n        turn(toy)",
            "toys/play.py:5: step 2-3a is a range, and a range has no code; give each that is"
            " carried out a comment of its own",
        ),
        (
            "# 2-3a. n/a: there is no room to turn in.",
            "# 2-3a. n/a: there is no room to turn in.\n        # 2.1. n/a: there is no left.",
            "toys/play.py:6: step 2.1 has a comment in toys/play.py:5 already; leave one",
        ),
        (
            "        # 1. Take a toy.\n        take(toy)\n        # 2-3a. n/a: there is no room",
            "        # 2-3a. n/a: boxes rest.\n        # 1. Take a toy.\n        take(toy)\n"
            "        #",
            "toys/play.py:4: step 1 is below step 3a, which comes after it in the standard; move"
            " it up",
        ),
        (
            "# 3b. not built: no doll sits yet.",
            "# 3b. not built:",
            "toys/play.py:6: step 3b is not built without a reason; say in a few words why it is",
        ),
        (
            "# 3b. not built: no doll sits yet.",
            "# 3b. Not built, no doll sits yet.",
            "toys/play.py:6: step 3b says not built in another form; write `not built: ` and"
            " the reason",
        ),
        (
            "# 3b. not built: no doll sits yet.",
            "# 3b. (a doll) not built: no doll sits yet.",
            "toys/play.py:6: step 3b says not built in another form; write `not built: ` and"
            " the reason",
        ),
        (
            "# § toys-tidy. Back it goes.",
            "# § toys-tidy. Back it goes.\n    # § toys-tidy. not built: there is no box yet.",
            "toys/play.py:8: requirement toys-tidy cannot be not built and be carried out, and"
            " toys/play.py:7 says otherwise; take one of them away",
        ),
        (
            "# § toys-tidy. Back it goes.",
            "# § toys-tidy. Back it goes.\n    # § toys-tidy and more.",
            "toys/play.py:8: a comment that begins with § names requirements; write `# § id. ` or"
            " `# § id, -2. ` and a sentence, or begin it otherwise",
        ),
    ],
)
def test_a_fault_of_a_range_or_a_mark(toys, before, after, found):
    assert RANGE.count(before) == 1
    assert faults(toys(RANGE.replace(before, after))) == [found]


@pytest.mark.parametrize("number", ["3a-2", "2-2"])
def test_a_range_that_leads_nowhere(toys, number):
    assert (
        f"toys/play.py:5: step {number} does not lead from one to a later one; write two in their"
        " order"
    ) in faults(toys(RANGE.replace("2-3a.", f"{number}.")))


def test_a_range_to_a_step_that_is_not_there(toys):
    found = faults(toys(RANGE.replace("2-3a.", "2-7.")))
    assert (
        "toys/play.py:5: 'play(toy)' has no step 7, only 1 to 3b; write the standard's number, or"
        " take the number away"
    ) in found


@pytest.mark.parametrize(
    "comments",
    [
        "# § toys-3, -4. Toys are known.\nKNOWN = True",
        "# § toys-3, toys-4. Toys are known.\nKNOWN = True",
        "# § toys-4, -3, -tidy. Toys are known.\nKNOWN = True",
        "# § toys-3 to -4. n/a: there are no toys.",
        "# § toys-3 to toys-4. not built: there are no toys yet.",
    ],
)
def test_several_requirements_on_one_comment(toys, comments):
    report = toys(f"{CODE}\n\n{comments}\n", INDEX + MORE)
    assert faults(report) == []
    assert report.rows[-1].total == 3


def test_an_unknown_one_among_several_requirements(toys):
    report = toys(f"{CODE}\n\n# § toys-3, -5, -4. Toys are known.\n", INDEX + MORE)
    assert faults(report) == [
        "toys/play.py:22: the index has no requirement 'toys-5'; write 'toys-4', 'toys-3' or"
        " 'toys-tidy', or add it to the index"
    ]


@pytest.mark.parametrize("ids", ["toys-4 to -3", "toys-4 to -4", "toys-3 to games-1"])
def test_a_range_of_requirements_that_leads_nowhere(toys, house, ids):
    house.write({"spec/games.toml": GAMES})
    code = f"{CODE}\n\n# § {ids}. n/a: there are no toys.\n"
    assert (
        f"toys/play.py:22: requirement {ids} does not lead from one to a later one; write two in"
        " their order"
    ) in faults(toys(code, INDEX + MORE))


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        (
            "toys-3, 4",
            "toys/play.py:22: the index has no requirement '4'; write '-4', or add it to the index",
        ),
        ("toys-3, -4, toys-3", "names 'toys-3' more than once; leave one"),
        ("toys-3 and -4", "toys/play.py:22: a comment that begins with § names requirements;"),
        ("toys-3, 4, -tidy", "toys/play.py:22: the list of ids `toys-3, 4, -tidy` is malformed:"),
        ("-3, toys-4", "toys/play.py:22: the list of ids `-3, toys-4` is malformed:"),
        ("-3 to -4", "toys/play.py:22: the list of ids `-3 to -4` is malformed:"),
        ("toys-3, -4, -9", "toys/play.py:22: the index has no requirement 'toys-9'; write"),
    ],
)
def test_a_wrong_list_of_ids(toys, ids, found):
    report = faults(toys(f"{CODE}\n\n# § {ids}. Toys are known.\n", INDEX + MORE))
    assert any(found in fault for fault in report)


def test_a_range_that_skips_a_step(toys):
    report = faults(toys(RANGE.replace("2-3a.", "2-2.1.")))
    assert report == [
        "toys/play.py:5: step 3a has no comment below here; write `# 3a. ` and the gist above the"
        " code, or the reason behind `n/a: ` or `not built: `"
    ]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("# 1 Take", "# 1"),
        ("#1. Take", "#1."),
        ("#1 Take", "#1"),
        ("# 1.Take", "# 1."),
        ("# 1: Take", "# 1:"),
        ("# 1) Take", "# 1)"),
        ("# 1 n/a: take", "# 1"),
        ("# 1 (it is there) Take", "# 1"),
    ],
)
def test_what_is_nearly_the_number_of_a_step_is_named(toys, written, named):
    report = faults(toys(CODE.replace("# 1. Take", written)))
    assert (
        f"toys/play.py:8: `{named}` does not name a step; write `# 1. ` and a sentence, or begin"
        " the comment otherwise"
    ) in report


@pytest.mark.parametrize("comment", ["# 2 toys are red.", "# 1.5 m is far.", "# The 2 toys rest."])
def test_another_comment_with_a_number(toys, comment):
    assert faults(toys(CODE.replace("    take(toy)", f"    {comment}\n    take(toy)"))) == []


def test_a_comment_outside_of_marked_functions_may_begin_with_a_number(toys):
    assert faults(toys(f"{CODE}\n\n# 2 Toys.\nTOYS = 2\n")) == []


@pytest.mark.parametrize("comment", ["# 1. Take a toy.", "# § toys-tidy. Tidy the toys."])
def test_a_comment_behind_a_statement(toys, comment):
    assert (
        "toys/play.py:9: a comment that names a step or a requirement is behind a statement; write"
        " the comment above the statement"
    ) in faults(toys(CODE.replace("    take(toy)", f"    take(toy)  {comment}")))


def test_another_comment_behind_a_statement(toys):
    assert faults(toys(CODE.replace("    take(toy)", "    take(toy)  # 2 toys."))) == []


def test_a_branch_without_its_case(toys):
    assert faults(toys(CODE.replace("3a. (a ball) Throw it.", "3a. Throw the ball."))) == [
        "toys/play.py:13: step 3a is a branch, and the comment does not name its case; write"
        " `# 3a. (the case) ` and the sentence"
    ]


@pytest.mark.parametrize("steps", ["2, 2.1, 3a", "2 to 3a", "2-2.1-3a", "2 and 3a", "2\u20133a"])
def test_a_list_of_steps(toys, steps):
    report = faults(toys(RANGE.replace("2-3a.", f"{steps}.")))
    assert (
        "toys/play.py:5: a comment names one step, or a range of steps without code; write a"
        " comment for each step, or `# 2-4. n/a: ` and the reason"
    ) in report


def test_a_list_of_numbers_outside_of_every_algorithm(toys):
    assert faults(toys(f"{CODE}\n\n# 1, 2. These are numbers.\n")) == []


def test_a_range_to_an_unknown_step_has_one_fault(toys):
    report = faults(toys(RANGE.replace("2-3a.", "2-7.")))
    assert [fault for fault in report if "does not lead" in fault] == []


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (
            "Take a toy.",
            "take a toy",
            "the comment of step 1 is not a whole sentence: it does not begin with a capital"
            " letter, a figure, or a name in quotation marks and does not end with a full stop;"
            " begin with a capital letter and end with a full stop",
        ),
        (
            "there are no dolls.",
            "nor are there dolls.",
            "the reason of step 3b is not a whole sentence: it leans on something said before with"
            " its first word 'nor'; begin without it",
        ),
        (
            "Back it goes.",
            "The box.",
            "the comment of requirement toys-tidy is not a whole sentence: it has no verb that the"
            " checker knows in 'The box.'; say with a verb what happens, or add the verb to"
            " steps/verbs.py",
        ),
    ],
)
def test_a_comment_that_is_not_a_sentence(toys, before, after, problem):
    [fault] = toys(CODE.replace(before, after)).faults
    assert fault.problem == problem


def test_the_words_count_also_where_the_mark_names_no_algorithm(toys):
    code = CODE.replace("Take a toy.", "take a toy.").replace('"toy-play"', '"toy-pray"')
    assert any("step 1 is not a whole sentence" in fault for fault in faults(toys(code)))


def test_how_much_is_carried_out_is_told_of_what_can_be():
    row = Row("toys", "", None, "", (), 199, 1, 50, 250)
    total = total_of([row])
    assert (total.possible, total.percent) == (200, 99)
    assert total_of([replace(row, not_built=0)]).percent == 100
    assert total_of([replace(row, carried_out=0, not_built=0)]).percent == 100
