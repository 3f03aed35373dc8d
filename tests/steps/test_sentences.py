"""The sentences of step comments: what keeps one from standing alone."""

import pytest

from whatwg_websockets.steps.sentences import flaws

LEANS = "leans on something said before with its first word "
LEANING_PHRASE = "leans on something said before with its beginning "
REFERS = "refers to something outside of the comment with "
BEGINNING = "does not begin with a capital letter, a figure, or a name in quotation marks"
ONE_WORD = "is not more than one word"
NO_STOP = "does not end with a full stop"


def problems(text, **is_branch):
    return [flaw.problem for flaw in flaws(text, **is_branch)]


def no_comma(word):
    return f"begins with {word!r} and has no comma in front of a main clause"


def no_noun(word):
    return f"has {word!r} and no noun before that the word could stand for"


def no_same_noun(words):
    return f"has {words!r} and not the same noun before"


def goes_on(verb):
    return f"begins with {verb!r} and does not say what goes on"


def no_subject(verb):
    return f"has no subject in front of the verb {verb!r}"


def no_verb(sentence):
    return f"has no verb that the checker knows in {sentence!r}"


@pytest.mark.parametrize(
    "text",
    [
        "The toy goes back into its box.",
        "The toy stops. Then it rests.",
        "1005 and 1006 are never sent.",
        "0.5 is cut off.",
        '"permessage-deflate" is offered.',
        "`close` takes the last branch.",
        "'ws' and 'wss' are the schemes.",
        "“ws” is a scheme.",
        "readyState stays OPEN.",
        "max_size is in bytes.",
        "close() was called.",
        "utf8 is the encoding.",
        "Ähnliches is kept.",
        "Iteration ends here.",
        'Sockets say "no."',
        "The toy rests (see `rest`.)",
        "n/a: the request has no body.",
        "n/a: Python has one kind of string.",
        'n/a: "no-store" is never set.',
        "not built: no store is kept yet.",
        "n/a:",
        "n/a: toys.",
        "This client sends no toy.",
        "There is no box.",
        "n/a: there are no boxes.",
        "Both the toy and the box are red.",
        "Both of the toys are red.",
        "The same toy goes back.",
        "If the box is open, close it.",
        "If a toy is lost, say so, and look for it.",
        "Without a box, the toy rests.",
        "In the box, a toy lies.",
        "Throw the ball, e.g. to the left, and wait.",
        "Percent-decode the name of the toy.",
        "Throw the balls, bricks, etc.",
        "The toys rest.",
        "Do not throw the toy.",
        "The toy doesn't fly.",
        "`throw()` takes the toy.",
        '"throw" takes the toy.',
        "What the box holds is a toy.",
        "Whether the toy flies depends on the throw.",
        "Take the toy, and return it.",
        "Take the rest of the toys. Throw them.",
        "Return the same toy each time.",
        "Toys are the same if their names are the same.",
        "Assert that toys are red.",
        "Remember that toy boxes are red.",
        "Take a toy, and throw that toy.",
        "Throw a toy, which differs from that of the box.",
        "Compare the toy with those in the box.",
        "The caller cancels this coroutine.",
        "Take the toy or the box; the latter is red.",
        "Take the next toy.",
        "Put a box above it and below the toy.",
        "The toy is thrown if the box is above 2.",
        "Throw the toy in the same way as the ball.",
        "Throw the toy for the same reason as the ball.",
        "Red toys as well as blue toys are thrown.",
        "Repeat the throw.",
        "Continue the game.",
        "Instead of the toy, throw the ball.",
        "Next to the toy, a ball lies.",
        "In the case of a toy, throw the ball.",
        "Use a toy that is as red as the ball.",
        "The toys rest. Each is red.",
        "The toy, if it is red, rests.",
        "Say that the toy is red.",
        "Take those toys that are red.",
        "Each toy is red.",
        "Each of the toys is red.",
        "Neither toy rests.",
        "Return `it`.",
        'Say "Both are red."',
        "Have the toy rest.",
        "Do nothing.",
        "Step 2 of the game is done.",
        "Bytes were sent before the event loop reached step 1.",
        "Stop the toy after a step.",
        "Names that the toys have are red.",
    ],
)
def test_a_sentence_that_stands_alone(text):
    assert flaws(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nor 1006.", [LEANS + "'nor'"]),
        ("Nor is 1006 sent.", [LEANS + "'Nor'"]),
        ("and the toy", [LEANS + "'and'", NO_STOP]),
        ("So the toy rests.", [LEANS + "'So'"]),
        ("It rests.", [LEANS + "'It'"]),
        ("It's the toy.", [LEANS + "'It'"]),
        ("Their toys rest.", [LEANS + "'Their'"]),
        ("which is a toy.", [LEANS + "'which'"]),
        ("the toy rests.", [BEGINNING]),
        ("permessage-deflate is offered.", [BEGINNING]),
        ("ws: the scheme.", [BEGINNING]),
        ("(the toy) The toy rests.", [BEGINNING]),
        ("… and rests.", [BEGINNING]),
        ("The toy rests,", [NO_STOP]),
        ("The toy rests:", [NO_STOP]),
        ("Does the toy rest?", [NO_STOP]),
        ("Rests.", [ONE_WORD]),
        ("2.", [ONE_WORD]),
        ("rests", [BEGINNING, ONE_WORD, NO_STOP]),
        ("n/a: so no toy rests.", [LEANS + "'so'"]),
        ("n/a: it has no toy.", [LEANS + "'it'"]),
        ("n/a: which has no toy.", [LEANS + "'which'"]),
        ("n/a: the toy rests", [NO_STOP]),
        ("n/a: (in parallel) the toy rests.", [BEGINNING]),
        ("not built: nor is the box", [LEANS + "'nor'", NO_STOP]),
        ("Otherwise the toy rests.", [LEANS + "'Otherwise'"]),
        ("This is the toy.", [LEANS + "'This'"]),
        ("That toy rests.", [LEANS + "'That'"]),
        ("Such a toy rests.", [LEANS + "'Such'"]),
        ("Here the toy rests.", [LEANS + "'Here'"]),
        ("There the toy rests.", [LEANING_PHRASE + "'There'"]),
        ("Both toys rest.", [LEANING_PHRASE + "'Both'"]),
        ("All of them rest.", [LEANING_PHRASE + "'All of them'"]),
        ("If not, the toy rests.", [LEANING_PHRASE + "'If not'"]),
        ("The others rest.", [LEANING_PHRASE + "'The others'"]),
        ("The same goes for the box.", [LEANING_PHRASE + "'The same goes'"]),
        ("n/a: this box has no toy.", [LEANS + "'this'"]),
        ("Return it.", [no_noun("it")]),
        ("Do not return it.", [no_noun("it")]),
        ("Always return it.", [no_noun("it")]),
        ("Percent-decode it.", [no_noun("it")]),
        ("Return true if it is red.", [no_noun("it")]),
        ("Wait until they rest.", [no_noun("they")]),
        ("Before converting it, wait.", [no_noun("it")]),
        ("Throw them, and return its name.", [no_noun("them")]),
        ("Each is red.", [no_noun("Each")]),
        ("Each then rests.", [no_noun("Each")]),
        ("Neither rests.", [no_noun("Neither")]),
        ("Both are red and rest.", [no_noun("Both")]),
        ("Return both.", [no_noun("both")]),
        ("Set this to true.", [no_noun("this")]),
        ("n/a: nothing uses it.", [no_noun("it")]),
        ("After that, return true.", [no_noun("that")]),
        ("Encode the rest of these.", [no_noun("these")]),
        ("The rest of these are red.", [no_noun("these")]),
        ("The rest of the toys are red likewise.", [REFERS + "'likewise'"]),
        ("Step 2 is done.", [REFERS + "'Step 2'"]),
        ("The toy rests until step 3a.1.", [REFERS + "'step 3a.1'"]),
        ("The toy rests in steps 3 and 4.", [REFERS + "'steps 3'"]),
        ("n/a: step 3 has no toy.", [REFERS + "'step 3'"]),
        ("Does nothing.", [no_subject("Does")]),
        ("The toy rests. Has no box.", [no_subject("Has")]),
        ("If the toy rests, is red.", [no_subject("is")]),
        ("Returns the toy that rests, and it is red.", [no_subject("Returns")]),
        ("n/a: does not exist.", [no_subject("does")]),
        ("Without a box the toy rests.", [no_comma("Without")]),
        ("On the box.", [no_comma("On")]),
        ("Where the toys lie.", [no_comma("Where")]),
        ("As the box was made.", [no_comma("As")]),
        ("For the toy, and for the box.", [no_verb("For the toy, and for the box.")]),
        ("To the left.", [no_verb("To the left.")]),
        ("The toy of the box.", [no_verb("The toy of the box.")]),
        ("A box, with all the toys in it.", [no_verb("A box, with all the toys in it.")]),
        ("The names of the toys.", [no_verb("The names of the toys.")]),
        ("A toy that is lost.", [no_verb("A toy that is lost.")]),
        ("Made without a box.", [no_verb("Made without a box.")]),
        ("n/a: no toys here.", [no_verb("no toys here.")]),
        ("The toy rests. The box.", [no_verb("The box.")]),
        ("Do so in the box.", [LEANING_PHRASE + "'Do so'"]),
        ("Do the same for the toy.", [LEANING_PHRASE + "'Do the same'"]),
        ("The same happens to the toy.", [LEANING_PHRASE + "'The same happens'"]),
        ("In that case, throw the toy.", [LEANING_PHRASE + "'In that case'"]),
        ("In this case, throw the toy.", [LEANING_PHRASE + "'In this case'"]),
        ("n/a: in either case, no toy rests.", [LEANING_PHRASE + "'in either case'"]),
        ("Next, throw the toy.", [LEANING_PHRASE + "'Next,'"]),
        ("Finally, throw the toy.", [LEANING_PHRASE + "'Finally,'"]),
        ("Instead, throw the toy.", [LEANING_PHRASE + "'Instead,'"]),
        ("As before, throw the toy.", [LEANING_PHRASE + "'As before,'"]),
        ("A second time, throw the toy.", [LEANING_PHRASE + "'A second time'"]),
        ("For the same reason, throw the toy.", [LEANING_PHRASE + "'For the same reason'"]),
        ("Until then, the toy rests.", [LEANING_PHRASE + "'Until then'"]),
        ("Only then throw the toy.", [LEANING_PHRASE + "'Only then'"]),
        ("Continue with the toy.", [goes_on("Continue")]),
        ("Repeat for the toy.", [goes_on("Repeat")]),
        ("Go on until the toy rests.", [goes_on("Go on")]),
        ("Throw that toy into the box.", [no_same_noun("that toy")]),
        ("Throw the ball into that box.", [no_same_noun("that box")]),
        ("Throw this toy into the box.", [no_same_noun("this toy")]),
        ("If these toys rest, throw the ball.", [no_same_noun("these toys")]),
        ("Throw the ball and those toys.", [no_same_noun("those toys")]),
        ("Throw the former into the box.", [no_noun("the former")]),
        ("If the latter is red, throw the toy.", [no_noun("the latter")]),
        ("Take the toy; throw the latter.", [no_noun("the latter")]),
        ("Return the red one.", [no_noun("the red one")]),
        ("Return another one.", [no_noun("another one")]),
        ("Throw the other into the box.", [no_noun("the other")]),
        ("Return the same.", [no_noun("the same")]),
        ("The rest is thrown into the box.", [no_noun("The rest")]),
        ("Throw the toy as above.", [REFERS + "'as above'"]),
        ("See above, and throw the toy.", [REFERS + "'See above'"]),
        ("Throw the toys below.", [REFERS + "'below'"]),
        ("Throw the above toy.", [REFERS + "'the above'"]),
        ("Throw the aforementioned toy.", [REFERS + "'aforementioned'"]),
        ("The previous step throws the toy.", [REFERS + "'previous step'"]),
        ("Throw the toy in the sentence below.", [REFERS + "'sentence below'"]),
        ("The toy is red in the same way.", [REFERS + "'in the same way'"]),
        ("The toy is red for the same reason.", [REFERS + "'for the same reason'"]),
        ("Throw the toy, too.", [REFERS + "', too'"]),
        ("Throw the toy as well.", [REFERS + "'as well'"]),
        (
            "The smallest red toy in the largest box of all.",
            [no_verb("The smallest red toy in the largest b...")],
        ),
    ],
)
def test_a_fragment(text, found):
    assert problems(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(a ball) The ball is thrown.", []),
        ("(a ball) Throw it.", []),
        ("(it is red) Throw the ball.", []),
        ("(null) Throw it.", [no_noun("it")]),
        ("(a ball) The ball (or two) is thrown.", []),
        ("The ball is thrown.", []),
        ("(a ball) Its skin.", [LEANS + "'Its'"]),
        ("(a ball) the ball is thrown.", [BEGINNING]),
        ("(a ball) Throw that ball.", []),
        ("(a ball) Throw that toy.", [no_same_noun("that toy")]),
        ("(a ball) In that case, throw the ball.", [LEANING_PHRASE + "'In that case'"]),
        ("(a ball)", [BEGINNING, ONE_WORD, NO_STOP]),
    ],
)
def test_a_branch_may_have_its_case_in_front(text, found):
    assert problems(text, is_branch=True) == found


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("It rests.", "name what the word stands for"),
        ("And the toy rests.", "begin without it"),
        ("All of them rest.", "name what the words stand for"),
        ("the toy rests.", "begin with a capital letter"),
        ("Rests.", "write a sentence"),
        ("The toy rests", "end with a full stop"),
        ("With a box.", "add the comma, or the main clause"),
        ("Return it.", "name what the word stands for"),
        ("Throw that toy.", "name what the words stand for"),
        ("Continue with the toy.", "say what is done"),
        ("Step 2 is done.", "say what is done, or whose step is meant"),
        ("Does nothing.", "name the subject, or write an imperative"),
        ("The box.", "say with a verb what happens, or add the verb to steps/verbs.py"),
    ],
)
def test_each_flaw_has_a_remedy(text, remedy):
    assert [flaw.remedy for flaw in flaws(text)] == [remedy]
