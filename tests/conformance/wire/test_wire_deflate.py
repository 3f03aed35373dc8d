import zlib
from collections import OrderedDict

import pytest

from websocket_conformance.cases.payloads import Stream
from websocket_conformance.fuzzing import compressed as compressing
from websocket_conformance.fuzzing.compressed import compressed
from websocket_conformance.wire.deflate import (
    TAIL,
    Asked,
    BadParameterError,
    Deflater,
    Inflater,
    Parameters,
    TooLongError,
    Way,
    accept_offer,
    offer_for,
    offers,
    parse_extensions,
    parse_parameters,
    ways,
)

NOTHING, FORGET, NINE = Asked(), Asked(no_context_takeover=True), Asked(max_window_bits=9)


def test_extensions_are_read_with_their_parameters():
    field = 'Foo, permessage-deflate; a; b=1; c="2" , ,'
    assert parse_extensions(field) == [
        ("foo", []),
        ("permessage-deflate", [("a", None), ("b", "1"), ("c", "2")]),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("permessage-deflate", Parameters()),
        ("permessage-deflate; client_max_window_bits", Parameters(may_limit_client=True)),
        (
            "permessage-deflate; client_max_window_bits=10; server_max_window_bits=9;"
            "server_no_context_takeover; client_no_context_takeover",
            Parameters(True, True, 9, 10, may_limit_client=True),
        ),
    ],
)
def test_an_offer(text, expected):
    assert offers(text) == [expected]


@pytest.mark.parametrize(
    "parameter",
    [
        "unknown",
        "server_no_context_takeover=1",
        "client_no_context_takeover; client_no_context_takeover",
        "server_max_window_bits",
        "server_max_window_bits=7",
        "server_max_window_bits=16",
        "server_max_window_bits=010",
        "client_max_window_bits=eleven",
    ],
)
def test_an_offer_with_a_bad_parameter_is_declined_and_the_next_one_counts(parameter):
    bad = f"permessage-deflate; {parameter}"
    assert offers(bad) == []
    assert offers(f"{bad}, permessage-deflate") == [Parameters()]


def test_a_response_must_say_how_large_the_clients_window_is():
    with pytest.raises(BadParameterError, match="client_max_window_bits"):
        parse_parameters([("client_max_window_bits", None)], offer=False)
    parameters = parse_parameters([("client_max_window_bits", "12")], offer=False)
    assert parameters.client_max_window_bits == 12


@pytest.mark.parametrize(
    ("offered", "asked", "expected"),
    [
        ("permessage-deflate", (NOTHING,), "permessage-deflate"),
        ("permessage-deflate", (FORGET,), "permessage-deflate; client_no_context_takeover"),
        ("permessage-deflate", (NINE,), None),
        (
            "permessage-deflate; client_max_window_bits",
            (NINE,),
            "permessage-deflate; client_max_window_bits=9",
        ),
        (
            "permessage-deflate, permessage-deflate; client_max_window_bits=15",
            (NINE, NOTHING),
            "permessage-deflate; client_max_window_bits=9",
        ),
        ("permessage-deflate", (NINE, FORGET), "permessage-deflate; client_no_context_takeover"),
        (
            "permessage-deflate; server_max_window_bits=10; server_no_context_takeover",
            (NOTHING,),
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10",
        ),
        ("permessage-deflate; server_max_window_bits=8", (NOTHING,), None),
        ("x-webkit-deflate-frame", (NOTHING,), None),
        ("", (NOTHING,), None),
    ],
)
def test_what_a_server_makes_of_offers(offered, asked, expected):
    agreed = accept_offer(offers(offered), asked)
    assert (agreed and str(agreed)) == expected


def test_a_clients_offer_says_all_that_it_asks_for():
    assert str(offer_for(Asked(True, 9))) == (
        "permessage-deflate; client_no_context_takeover; client_max_window_bits; "
        "server_no_context_takeover; server_max_window_bits=9"
    )


def test_each_side_has_its_own_way():
    agreed = Parameters(True, False, 9, 12)
    assert ways(agreed, is_server=True) == (Way(9, True), Way(12, False))
    assert ways(agreed, is_server=False) == (Way(12, False), Way(9, True))
    assert ways(Parameters(), is_server=True) == (Way(15, False), Way(15, False))


@pytest.mark.parametrize("way", [Way(15, False), Way(15, True), Way(9, False), Way(9, True)])
def test_messages_come_out_as_they_went_in(way):
    deflater, inflater = Deflater(way), Inflater(way)
    for payload in (b"Hello" * 1000, b"", bytes(range(256)) * 300, b"Hello" * 1000):
        octets = deflater.compress(payload)
        inflater.start()
        half = len(octets) // 2
        found = inflater.decompress(octets[:half]) + inflater.decompress(octets[half:])
        inflater.end()
        assert found == payload


def test_the_example_of_the_rfc_with_and_without_a_window_to_look_back_to():
    """RFC 7692, section 7.2.3."""
    deflater = Deflater(Way(15, False))
    assert deflater.compress(b"Hello") == bytes.fromhex("f248cdc9c90700")
    assert deflater.compress(b"Hello") == bytes.fromhex("f200110000")
    forgetful = Deflater(Way(15, True))
    assert forgetful.compress(b"Hello") == forgetful.compress(b"Hello")


def test_a_block_that_says_it_is_the_last_one_does_not_end_the_connection():
    """RFC 7692, section 7.2.3.4."""
    inflater = Inflater(Way(15, False))
    for _ in range(2):
        inflater.start()
        assert inflater.decompress(bytes.fromhex("f348cdc9c9070000")) == b"Hello"
        inflater.end()


def test_a_last_block_may_end_with_its_frame_and_the_next_message_goes_on():
    inflater = Inflater(Way(15, False))
    last = zlib.compressobj(wbits=-15)
    octets = last.compress(b"Hello") + last.flush()
    for _ in range(2):
        inflater.start()
        assert inflater.decompress(octets) == b"Hello"
        assert inflater.decompress(b"\x00") == b""
        inflater.end()


def test_many_streams_in_one_frame_are_taken_one_after_the_other():
    empty_and_final = b"\x03\x00"
    assert Inflater(Way(15, False)).decompress(empty_and_final * 100_000) == b""


@pytest.mark.parametrize("most", [0, 1, 99_999])
def test_no_more_is_decompressed_than_may_be(most):
    octets = Deflater(Way(15, False)).compress(bytes(100_000))
    assert len(Inflater(Way(15, False)).decompress(octets, 100_000)) == 100_000
    with pytest.raises(TooLongError):
        Inflater(Way(15, False)).decompress(octets, most)


def test_broken_data_is_an_error():
    with pytest.raises(zlib.error):
        Inflater(Way(15, False)).decompress(b"\xff\xff")


@pytest.mark.parametrize("way", [Way(15, False), Way(15, True), Way(10, False)])
def test_compressing_once_for_all_gives_what_each_would_have_got(way):
    stream = Stream("json", 5000, 12)
    deflater = Deflater(way)
    expected = [deflater.compress(stream[index]) for index in range(12)]
    one, other = compressed(stream, way), compressed(stream, way)
    assert [(next(one), next(other)) for _ in range(12)] == [(e, e) for e in expected]


@pytest.fixture
def nothing_kept(monkeypatch):
    monkeypatch.setattr(compressing, "beginnings", OrderedDict())


def test_who_goes_on_after_what_is_kept_compresses_the_same(monkeypatch, nothing_kept):
    monkeypatch.setattr(compressing, "KEPT_OF_ONE", 3_000_000)
    stream, way = Stream("document", 1_000_000, 12), Way(15, False)
    for _ in range(2):
        inflater = Inflater(way)
        for index, message in enumerate(compressed(stream, way)):
            assert inflater.decompress(message + TAIL) == stream[index]
    (beginning,) = compressing.beginnings.values()
    assert 2 < len(beginning.payloads) < 6


def test_what_was_asked_for_last_is_kept(monkeypatch, nothing_kept):
    monkeypatch.setattr(compressing, "KEPT", 15_000)
    for size in (9000, 9001, 9002, 9000, 9003):
        list(compressed(Stream("document", size, 1), Way(15, True)))
    assert [size for _, size, _ in compressing.beginnings] == [9002, 9000, 9003]
