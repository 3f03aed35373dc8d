"""The order in which the branches of a tee get chunks, ends and errors, tick by tick."""

import pytest

from support.readable_orders import Programs, opened, settle
from whatwg_websockets import ReadableStream

PROGRAMS = Programs()
logs = PROGRAMS.logs


@logs(
    "true; pull; tick 1; pull; tick 2; a chunk 0; tick 3; tick 4; tick 5; tick 6; tick 7; "
    "tick 8; b chunk 0; pull; pull; b chunk 1; b chunk 2; b closed nothing; b done nothing; a"
    " chunk 1; a closed nothing; a chunk 2; a done nothing"
)
async def both_branches_of_a_tee_have_each_chunk(log):
    chunks = iter(range(3))

    def pull(controller):
        log("pull")
        chunk = next(chunks, None)
        if chunk is None:
            controller.close()
        else:
            controller.enqueue(chunk)

    stream = ReadableStream({"pull": pull}, {"highWaterMark": 0})
    one, other = (branch.getReader() for branch in stream.tee())
    log(stream.locked)
    log.then(one.closed, "a closed")
    log.then(other.closed, "b closed")
    log.then(one.read(), "a")
    log.ticks(8)
    await settle()
    log.then(other.read(), "b")
    await settle()
    for _ in range(3):
        log.then(other.read(), "b")
    await settle()
    for _ in range(3):
        log.then(one.read(), "a")


@logs(
    "a closed nothing; then; source [one, two]; tick 1; tick 2; tick 3; a nothing; b nothing;"
    " tick 4; tick 5; tick 6"
)
async def a_tee_is_cancelled_when_both_branches_are(log):
    one, other = ReadableStream(cancel=lambda reason: log("source", reason)).tee()
    reader = one.getReader()
    log.then(reader.closed, "a closed")
    log.then(reader.cancel("one"), "a")
    await settle()
    log("then")
    log.then(other.cancel("two"), "b")
    log.ticks(6)


@logs(
    "source [one, two]; tick 1; tick 2; tick 3; b failed TypeError; a failed TypeError; tick "
    "4; tick 5; tick 6"
)
async def a_tee_whose_second_branch_is_cancelled_first(log):
    def cancel(reason):
        log("source", reason)
        raise TypeError

    one, other = ReadableStream(cancel=cancel).tee()
    log.then(other.cancel("two"), "b")
    log.then(one.cancel("one"), "a")
    log.ticks(6)


@logs("b chunk x; b closed nothing; tick 1; a nothing; tick 2; tick 3; tick 4; tick 5")
async def one_branch_of_a_tee_is_cancelled(log):
    stream, controller = opened(cancel=lambda _: log("source"))
    one, other = stream.tee()
    log.then(one.cancel(), "a")
    reader = other.getReader()
    log.then(reader.read(), "b")
    log.then(reader.closed, "b closed")
    await settle()
    controller.enqueue("x")
    await settle()
    controller.close()
    log.ticks(5)


@logs("tick 1; a chunk x; b chunk x; a closed failed e; b closed failed e; tick 2; tick 3; tick 4")
async def an_error_reaches_both_branches_of_a_tee(log):
    stream, controller = opened()
    one, other = (branch.getReader() for branch in stream.tee())
    log.then(one.closed, "a closed")
    log.then(other.closed, "b closed")
    log.then(one.read(), "a")
    log.then(other.read(), "b")
    await settle()
    controller.enqueue("x")
    controller.error("e")
    log.ticks(4)


@logs("tick 1; b closed failed e; tick 2; a nothing; tick 3; tick 4")
async def an_error_in_a_tee_ends_the_wait_of_a_cancelled_branch(log):
    stream, controller = opened()
    one, other = stream.tee()
    log.then(one.cancel(), "a")
    log.then(other.getReader().closed, "b closed")
    await settle()
    controller.error("e")
    log.ticks(4)


@pytest.mark.parametrize("name", PROGRAMS)
async def test_the_order_is_that_of_the_reference_implementation(name):
    await PROGRAMS.check(name)
