"""Python values become IDL values as JavaScript values do in a browser."""

import array
import enum
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from whatwg_websockets import (
    AbortController,
    Blob,
    CloseEvent,
    Event,
    EventTarget,
    MessageEvent,
)
from whatwg_websockets.webidl.conversions import (
    convert_to_int,
    is_buffer_source,
    is_object,
    number_to_string,
    to_boolean,
    to_bytes,
    to_clamped_long_long,
    to_clamped_unsigned_short,
    to_dom_string,
    to_enforced_unsigned_long_long,
    to_enumeration,
    to_number,
    to_scalar_value_string,
    to_string,
    to_unsigned_short,
    to_usv_string,
)
from whatwg_websockets.webidl.missing import MISSING


class Word(str, enum.Enum):  # noqa: UP042
    ONE = "eins"


class Number(enum.IntEnum):
    ONE = 1


class Secret(int):
    def __str__(self):
        return "secret"


class Titled(enum.Enum):
    ONE = 1


class Joined(list):
    def __str__(self):
        return " and ".join(map(str, self))


class Numeral:
    def __init__(self, text):
        self._text = text

    def __str__(self):
        return self._text


class Shown:
    def __str__(self):
        return "[object Shown]"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        (Word.ONE, "eins"),
        (None, "null"),
        (MISSING, "undefined"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-7, "-7"),
        (Number.ONE, "1"),
        (Secret(7), "7"),
        (2**53 + 1, "9007199254740993"),
        (10**25, "10000000000000000000000000"),
        (1.0, "1"),
        ([], ""),
        ([1, 2.0, "a", True], "1,2,a,true"),
        ((1, (2, 3)), "1,2,3"),
        ([None, 1, MISSING], ",1,"),
        ([[], [[1], 2], [[]]], ",1,2,"),
        (Shown(), "[object Shown]"),
        (Joined([1, 2]), "1 and 2"),
        ([Joined([1, 2]), 3], "1 and 2,3"),
        (Titled.ONE, "Titled.ONE"),
        (Decimal("1.50"), "1.50"),
        (PurePosixPath("/a/b"), "/a/b"),
        (ValueError("what"), "what"),
    ],
)
def test_to_string(value, expected):
    result = to_string(value)
    assert result == expected
    assert type(result) is str
    assert to_dom_string(value) == expected


class Kind:
    pass


@dataclass
class Record:
    field: int


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Kind(), "[object Object]"),
        (Record(1), "[object Object]"),
        ({"a": 1}, "[object Object]"),
        ({1}, "[object Object]"),
        (Kind, "[object Object]"),
        (print, "[object Object]"),
        (b"bytes", "[object ArrayBuffer]"),
        (bytearray(b"bytes"), "[object ArrayBuffer]"),
        (memoryview(b"bytes"), "[object ArrayBuffer]"),
        (Event("x"), "[object Event]"),
        (MessageEvent("x"), "[object MessageEvent]"),
        (CloseEvent("x"), "[object CloseEvent]"),
        (EventTarget(), "[object EventTarget]"),
        (AbortController(), "[object AbortController]"),
        (AbortController().signal, "[object AbortSignal]"),
        (Blob(["x"]), "[object Blob]"),
        (type("Mine", (EventTarget,), {})(), "[object EventTarget]"),
        ([1, {}], "1,[object Object]"),
    ],
)
def test_an_object_without_a_str_of_its_own_is_written_as_in_a_browser_with_a_warning(
    value, expected
):
    with pytest.warns(RuntimeWarning, match="was converted to the string '.object") as warned:
        assert to_string(value) == expected
    assert len(warned) == 1
    assert warned[0].filename == __file__


def test_an_instance_of_an_interface_may_have_a_str_of_its_own():
    class Named(EventTarget):
        def __str__(self):
            return "named"

    assert to_string(Named()) == "named"


def test_a_warning_names_the_type():
    with pytest.warns(RuntimeWarning, match="of type dict .* dict does not define __str__"):
        to_string({})


def test_a_list_that_contains_itself_is_an_error():
    one, other = [1], [2]
    one.append(other)
    other.append((one,))
    for value in (one, other, [one]):
        with pytest.raises(ValueError, match="a list that contains itself"):
            to_string(value)


def test_a_list_that_stands_twice_in_another_is_none():
    shared = [1]
    assert to_string([shared, shared, [shared]]) == "1,1,1"


def test_lists_that_are_nested_too_deeply_are_an_error():
    value = []
    for _ in range(100_000):
        value = [value]
    for convert in (to_string, to_number):
        with pytest.raises(RecursionError, match="lists are nested too deeply"):
            convert(value)


def test_an_int_of_too_many_digits_is_an_error_that_says_so():
    with pytest.raises(ValueError, match=r"sys\.set_int_max_str_digits"):
        to_string(10**10_000)
    with pytest.raises(ValueError, match=r"sys\.set_int_max_str_digits"):
        to_string([10**10_000])


def test_an_int_of_too_many_digits_is_a_number():
    assert to_clamped_unsigned_short(10**10_000) == 65535
    assert to_clamped_unsigned_short("0x1" + "0" * 10_000) == 65535
    with pytest.raises(TypeError, match=r"int that repr\(\) cannot show> is not a finite number"):
        to_enforced_unsigned_long_long(10**10_000)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (1.5, "1.5"),
        (-1.5, "-1.5"),
        (0.1, "0.1"),
        (123.456, "123.456"),
        (100.0, "100"),
        (1e16, "10000000000000000"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (-1e21, "-1e+21"),
        (1.5e300, "1.5e+300"),
        (1e-5, "0.00001"),
        (1e-6, "0.000001"),
        (1.25e-6, "0.00000125"),
        (1e-7, "1e-7"),
        (1.25e-7, "1.25e-7"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
    ],
)
def test_number_to_string(number, expected):
    assert number_to_string(number) == expected
    assert to_string(number) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_in_one_of_four_forms_and_reads_back(number):
    text = number_to_string(number)
    assert to_number(text) == number
    magnitude = abs(number)
    if magnitude == 0 or 1e-6 <= magnitude < 1e21:
        assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", text)
    else:
        assert re.fullmatch(r"-?[1-9](\.[0-9]*[1-9])?e[+-][1-9][0-9]*", text)


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("", ""),
        ("plain", "plain"),
        ("\u00e9\u4e16\U0001f600", "\u00e9\u4e16\U0001f600"),
        ("a\ud800b", "a\ufffdb"),
        ("\ud800", "\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\ud800\ud83d\ude00\udc00", "\ufffd\U0001f600\ufffd"),
        ("\udc00\ud800", "\ufffd\ufffd"),
    ],
)
def test_surrogates_that_stand_alone_are_replaced(string, expected):
    assert to_scalar_value_string(string) == expected
    assert to_usv_string(string) == expected


@given(st.lists(st.sampled_from([0x61, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xFFFF, 0x1F600])))
def test_surrogates_are_read_as_in_utf_16(code_points):
    expected = []
    rest = list(code_points)
    while rest:
        first = rest.pop(0)
        if 0xD800 <= first < 0xDC00 and rest and 0xDC00 <= rest[0] < 0xE000:
            expected.append(0x10000 + ((first - 0xD800) << 10) + (rest.pop(0) - 0xDC00))
        else:
            expected.append(0xFFFD if 0xD800 <= first < 0xE000 else first)
    assert to_scalar_value_string("".join(map(chr, code_points))) == "".join(map(chr, expected))


def test_a_usv_string_is_a_string_first():
    assert to_usv_string(None) == "null"
    assert to_usv_string([1, None]) == "1,"


@pytest.mark.parametrize("value", [True, 1, -1.5, "x", math.inf, Shown()])
def test_true_values(value):
    assert to_boolean(value) is True


@pytest.mark.parametrize("value", [False, 0, 0.0, "", None, MISSING, math.nan])
def test_false_values(value):
    assert to_boolean(value) is False


@pytest.mark.parametrize("value", [print, Shown(), [], {}, b"", int])
def test_objects(value):
    assert is_object(value)


@pytest.mark.parametrize("value", [None, MISSING, "", "x", 0, 1.5, True])
def test_primitives_are_no_objects(value):
    assert not is_object(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, 0),
        (True, 1),
        (False, 0),
        (12, 12),
        (1.5, 1.5),
        (2**53 + 1, 2**53),
        (10**400, math.inf),
        (-(10**400), -math.inf),
        (Fraction(10**400), math.inf),
        (Decimal("2.5"), 2.5),
        ("", 0),
        (" \t\n\ufeff\u2028", 0),
        (" 12 ", 12),
        ("-1.5e2", -150),
        ("+.5", 0.5),
        ("5.", 5),
        ("010", 10),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ("0x10", 16),
        ("0XfF", 255),
        ("0o17", 15),
        ("0b101", 5),
        ("0x" + "f" * 300, math.inf),
        ([], 0),
        ([7], 7),
        (["8"], 8),
        (Numeral("3000"), 3000),
        (Numeral("  "), 0),
        (Joined([]), 0),
        (Joined(["1e3"]), 1000),
        (PurePosixPath("12"), 12),
    ],
)
def test_to_number(value, expected):
    assert to_number(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        MISSING,
        math.nan,
        "garbage",
        "1_000",
        "1e",
        ".",
        "inf",
        "nan",
        "infinity",
        "-0x10",
        "0x",
        "\u0661",
        "1 2",
        [1, 2],
        {},
        Shown(),
        Numeral("many"),
        Kind(),
        b"12",
        1j,
        Event("1"),
        Decimal("sNaN"),
    ],
)
def test_what_is_no_number_is_nan(value):
    assert math.isnan(to_number(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1000, 1000),
        (-1, 0),
        (65535, 65535),
        (65536, 65535),
        (10**400, 65535),
        (math.inf, 65535),
        (-math.inf, 0),
        (math.nan, 0),
        (None, 0),
        (True, 1),
        ("", 0),
        (" 12 ", 12),
        ("0x10", 16),
        ("garbage", 0),
        (MISSING, 0),
        (0.5, 0),
        (1.5, 2),
        (2.5, 2),
        (999.5, 1000),
        (1000.5, 1000),
        (2999.5, 3000),
        (-0.5, 0),
        (65535.5, 65535),
    ],
)
def test_clamp_unsigned_short(value, expected):
    result = to_clamped_unsigned_short(value)
    assert result == expected
    assert type(result) is int


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        (65535, 65535),
        (65536, 0),
        (65537, 1),
        (-1, 65535),
        (1.9, 1),
        (-1.9, 65535),
        (-0.5, 0),
        (math.nan, 0),
        (math.inf, 0),
        (-math.inf, 0),
        (None, 0),
        ("3000", 3000),
    ],
)
def test_unsigned_short_wraps_around(value, expected):
    assert to_unsigned_short(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(127, 127), (128, -128), (255, -1), (256, 0), (-128, -128), (-129, 127), (1e21, 0)],
)
def test_signed_types_wrap_around_in_twos_complement(value, expected):
    assert convert_to_int(value, 8, signed=True) == expected


def test_the_bounds_of_a_small_signed_type():
    assert convert_to_int(1000, 8, signed=True, clamp=True) == 127
    assert convert_to_int(-1000, 8, signed=True, clamp=True) == -128


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-5, -5),
        (2**60, 2**53 - 1),
        (-(2**60), -(2**53) + 1),
        (math.inf, 2**53 - 1),
        (math.nan, 0),
        (-2.5, -2),
    ],
)
def test_clamp_long_long(value, expected):
    assert to_clamped_long_long(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0), (-0.9, 0), (1.9, 1), (2**53 - 1, 2**53 - 1), ("5", 5)]
)
def test_enforce_range_takes_what_fits(value, expected):
    assert to_enforced_unsigned_long_long(value) == expected


@pytest.mark.parametrize("value", [-1, 2**53, math.nan, math.inf, -math.inf, "x", MISSING])
def test_enforce_range_refuses_the_rest(value):
    with pytest.raises(TypeError):
        to_enforced_unsigned_long_long(value)


@given(st.integers() | st.floats(), st.sampled_from([8, 16, 32]), st.booleans(), st.booleans())
@example(-0.0, 8, True, True)
def test_an_integer_always_fits_its_type(value, bit_length, signed, clamp):
    result = convert_to_int(value, bit_length, signed=signed, clamp=clamp)
    if signed:
        assert -(2 ** (bit_length - 1)) <= result < 2 ** (bit_length - 1)
    else:
        assert 0 <= result < 2**bit_length


def test_enumeration():
    assert to_enumeration("blob", "BinaryType", ("blob", "arraybuffer")) == "blob"
    assert to_enumeration(None, "Nullish", ("null",)) == "null"
    with pytest.raises(TypeError, match="'BLOB' is not a value of BinaryType: blob, arraybuffer"):
        to_enumeration("BLOB", "BinaryType", ("blob", "arraybuffer"))


@pytest.mark.parametrize(
    ("buffer", "expected"),
    [
        (b"abc", b"abc"),
        (bytearray(b"abc"), b"abc"),
        (memoryview(b"abc"), b"abc"),
        (memoryview(b"abcdef")[::2], b"ace"),
        (memoryview(b"abc")[::-1], b"cba"),
        (memoryview(b"abcdef").cast("B", (2, 3)), b"abcdef"),
        (array.array("B", [1, 2]), b"\x01\x02"),
        (array.array("H", [0x0101]), b"\x01\x01"),
    ],
)
def test_bytes_of_buffers(buffer, expected):
    assert is_buffer_source(buffer)
    result = to_bytes(buffer)
    assert result == expected
    assert type(result) is bytes


def test_bytes_are_a_snapshot():
    buffer = bytearray(b"before")
    snapshot = to_bytes(buffer)
    buffer[:] = b"after "
    assert snapshot == b"before"


def test_immutable_bytes_are_not_copied():
    data = b"x" * 100
    assert to_bytes(data) is data


def test_a_subclass_of_bytes_gives_plain_bytes():
    class Tagged(bytes):
        pass

    assert type(to_bytes(Tagged(b"x"))) is bytes


@pytest.mark.parametrize("value", ["text", 5, None, [1, 2], Shown()])
def test_other_values_are_no_buffers(value):
    assert not is_buffer_source(value)
    with pytest.raises(TypeError):
        to_bytes(value)


def test_a_released_view_has_no_bytes():
    view = memoryview(b"abc")
    view.release()
    with pytest.raises(ValueError, match="released"):
        to_bytes(view)
