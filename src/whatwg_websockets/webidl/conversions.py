"""Conversions of Python values to the types of Web IDL, as a browser converts JavaScript values.

Python has other types than JavaScript. The table shows which type stands for which:

================================ ==========================================
Python                           JavaScript
================================ ==========================================
``MISSING``                      undefined
``None``                         null
``bool``                         Boolean
``str``                          String (see ``to_usv_string`` for surrogates)
``float``                        Number
``int``                          Number; converted to a string it keeps all digits, like a BigInt
``list``, ``tuple``              Array
anything with the buffer protocol ArrayBuffer, or a view on one
everything else                  an object
================================ ==========================================

The ``__str__`` of an object's class stands for ``toString()``. An object whose class does not
define ``__str__`` is converted as by JavaScript's ``Object.prototype.toString()``: an instance of
one of our interfaces becomes "[object WebSocket]", a dict "[object Object]". That is nearly always
a mistake, so a RuntimeWarning is issued.

Source: https://webidl.spec.whatwg.org/#js-type-mapping
"""

import math
import re
from collections.abc import Collection, Iterable
from typing import Final, SupportsFloat, SupportsIndex

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.messages import shown, warn_the_program
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.platform_object import PlatformObject

_WHITE_SPACE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""The characters that JavaScript trims from both ends of a string before reading a number."""

_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_RADIX: Final = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_INFINITY: Final = re.compile(r"[+-]?Infinity")


def is_object(value: object) -> bool:
    """Return whether a value would be an object in JavaScript, rather than a primitive.

    Source: https://tc39.es/ecma262/#sec-object-type
    """
    return not (value is None or value is MISSING or isinstance(value, (str, int, float)))


@algorithm("js-to-boolean", "convert a JavaScript value to boolean")
def to_boolean(value: object) -> bool:
    """Convert a value to a boolean by its truth, which is Python's own except for NaN.

    Source: https://webidl.spec.whatwg.org/#js-boolean
    """
    # 1. Test the truth of the value as Python does, except that NaN is false.
    # 2. Return Python's True or False, which stand for the IDL boolean values.
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def to_string(value: object) -> str:
    """Convert a value to a string as JavaScript's ``String()`` would.

    Raises:
        ValueError: a list contains itself; or an int has more digits than
            ``sys.set_int_max_str_digits()`` allows.
        RecursionError: lists are nested too deeply.

    Source: https://tc39.es/ecma262/#sec-tostring
    """
    if isinstance(value, str):
        return str.__str__(value)
    if value is None:
        return "null"
    if value is MISSING:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return number_to_string(value)
    string = _object_to_string(value)
    if string is None:
        string = f"[object {_class_name(value)}]"
        kind = type(value).__name__
        warn_the_program(
            f"a value of type {kind} was converted to the string {string!r}, as in a browser, "
            f"since {kind} does not define __str__; convert it to a string before you pass it"
        )
    return string


def _object_to_string(value: object) -> str | None:
    """Convert an object to a string by its own ``__str__``; None if its class does not define one.

    ``bytes`` define ``__str__``, but it writes a Python literal, so they are treated as an
    ArrayBuffer, which does not have a string of its own.
    """
    if isinstance(value, (bytes, bytearray)):
        return None
    if type(value).__str__ is not object.__str__:
        return str.__str__(str(value))
    if isinstance(value, (list, tuple)):
        try:
            return _array_to_string(value, frozenset())
        except RecursionError:
            raise RecursionError("lists are nested too deeply to become a string") from None
    return None


def _array_to_string(array: Iterable[object], around: frozenset[int]) -> str:
    """Join the elements of an array with commas; null and undefined become empty strings."""
    if id(array) in around:
        raise ValueError("a list that contains itself cannot become a string")
    around |= {id(array)}
    strings = []
    for element in array:
        if element is None or element is MISSING:
            strings.append("")
        elif isinstance(element, (list, tuple)) and type(element).__str__ is object.__str__:
            strings.append(_array_to_string(element, around))
        else:
            strings.append(to_string(element))
    return ",".join(strings)


def _class_name(value: object) -> str:
    """Name an object as JavaScript's ``Object.prototype.toString()`` does."""
    if isinstance(value, PlatformObject):
        return value._interface
    return "ArrayBuffer" if is_buffer_source(value) else "Object"


def number_to_string(number: float) -> str:
    """Write a number in decimal as JavaScript does: the shortest digits that read back the same.

    Python finds the same digits, but writes 1.0, 1e+16 and 1e-05 where JavaScript writes
    1, 10000000000000000 and 0.00001.

    Source: https://tc39.es/ecma262/#sec-numeric-types-number-tostring
    """
    if math.isnan(number):
        return "NaN"
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    if math.isinf(number):
        return f"{sign}Infinity"
    mantissa, _, exponent = float.__repr__(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    padded = (whole + fraction).lstrip("0")
    # The value is 0.DIGITS times ten to the power of POINT.
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(padded))
    digits = padded.rstrip("0")
    return sign + _place_point(digits, point)


def _place_point(digits: str, point: int) -> str:
    """Write 0.DIGITS times ten to the power of POINT, with an exponent if the point is far off."""
    count = len(digits)
    if count <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{rest}e{point - 1:+d}"


@algorithm("js-to-DOMString", "convert a JavaScript value to DOMString")
def to_dom_string(value: object) -> str:
    """Convert a value to a DOMString.

    Source: https://webidl.spec.whatwg.org/#js-DOMString
    """
    # 1. No DOMString of this library has [LegacyNullToEmptyString], so null becomes "null".
    # 2. Convert the value to a string as ToString does.
    # 3. Return the Python string, which stands for the DOMString.
    return to_string(value)


@algorithm("js-to-USVString", "convert a JavaScript value to USVString")
def to_usv_string(value: object) -> str:
    """Convert a value to a USVString: a string of Unicode scalar values.

    Source: https://webidl.spec.whatwg.org/#js-USVString
    """
    # 1. Convert the value to a DOMString, as ToString does.
    # 2. Convert the DOMString to a scalar value string.
    return to_scalar_value_string(to_string(value))


@algorithm("javascript-string-convert", "convert a string into a scalar value string")
def to_scalar_value_string(string: str) -> str:
    r"""Convert a string to a scalar value string, which UTF-8 can encode.

    A lone surrogate becomes U+FFFD. Two that form a pair, which a Python string can hold as two
    code points, become the character that they mean in UTF-16.

    Source: https://infra.spec.whatwg.org/#javascript-string-convert
    """
    try:
        # 1. Replace each surrogate with U+FFFD; a string that UTF-8 can encode has no surrogates.
        string.encode()
    except UnicodeEncodeError:
        return string.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return string


def to_number(value: object) -> float:
    """Convert a value to a number as JavaScript's ``Number()`` would.

    An object's ``__float__`` or ``__index__`` stands for its ``valueOf()``. An object that has
    neither is converted to a string first.

    Source: https://tc39.es/ecma262/#sec-tonumber
    """
    if value is None:
        return 0.0
    if isinstance(value, str):
        return _string_to_number(value)
    # Numbers are tested first, since the tests for the protocols take 10 µs.
    if isinstance(value, (int, float, SupportsFloat, SupportsIndex)):
        return _numeric_to_number(value)
    string = None if value is MISSING else _object_to_string(value)
    return math.nan if string is None else _string_to_number(string)


def _numeric_to_number(value: SupportsFloat | SupportsIndex) -> float:
    """Convert a number to a double; one beyond the range of a double becomes infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf  # type: ignore[operator]
    except (TypeError, ValueError):
        return math.nan


def _string_to_number(string: str) -> float:
    """Read a number from a whole string; an empty string is 0, and what is not a number is NaN.

    Source: https://tc39.es/ecma262/#sec-stringtonumber
    """
    text = string.strip(_WHITE_SPACE)
    if text == "":
        return 0.0
    if _DECIMAL.fullmatch(text) or _INFINITY.fullmatch(text):
        return float(text)
    if _RADIX.fullmatch(text):
        return to_number(int(text, 0))
    return math.nan


def to_unrestricted_double(value: object) -> float:
    """Convert a value to an unrestricted double: any number, including NaN and the infinities.

    An int that a double represents exactly stays an int, so that it is written without ".0".

    Source: https://webidl.spec.whatwg.org/#js-unrestricted-double
    """
    if type(value) is int and abs(value) <= 2**53:
        return value
    return to_number(value)


@algorithm("abstract-opdef-converttoint", "ConvertToInt(V, bitLength, signedness)")
def convert_to_int(
    value: object,
    bit_length: int,
    *,
    signed: bool,
    enforce_range: bool = False,
    clamp: bool = False,
) -> int:
    """Convert a value to an integer of a given size.

    Args:
        value: the value to convert.
        bit_length: 8, 16, 32 or 64.
        signed: whether the type has negative values.
        enforce_range: whether the type has [EnforceRange]: a value out of range is an error.
        clamp: whether the type has [Clamp]: a value out of range becomes the nearest in range.
            With neither, the value wraps around.

    Raises:
        TypeError: with ``enforce_range``, the value is out of range or not a finite number.

    Source: https://webidl.spec.whatwg.org/#abstract-opdef-converttoint
    """
    if bit_length == 64:
        # 1. Limit a type of 64 bits to the integers that a double represents exactly.
        # 1.1. Set the upper bound of a 64-bit type to 2**53 - 1, the largest safe integer.
        upper_bound = 2**53 - 1
        # 1.2. Set the lower bound of an unsigned 64-bit type to 0.
        # 1.3. Set the lower bound of a signed 64-bit type to the negative of the upper bound.
        lower_bound = -(2**53) + 1 if signed else 0
    elif not signed:
        # 2. Give an unsigned type of fewer than 64 bits the whole range of the bits.
        # 2.1. Set the lower bound of an unsigned type to 0.
        lower_bound = 0
        # 2.2. Set the upper bound of an unsigned type to the number whose bits are all set.
        upper_bound = (1 << bit_length) - 1
    else:
        # 3. Give a signed type of fewer than 64 bits the range of two's complement.
        # 3.1. Set the lower bound of a signed type to the number of which only the sign bit is set.
        lower_bound = -(1 << (bit_length - 1))
        # 3.2. Set the upper bound of a signed type to the number of which all bits except the sign
        #      bit are set.
        upper_bound = (1 << (bit_length - 1)) - 1
    # 4. Convert the value to a double, which is NaN for a value that cannot be read as a number.
    # 5. Take 0 for negative zero, since a Python integer has no negative zero.
    number = to_number(value)
    if enforce_range:
        # 6. Refuse a number out of range if the type has [EnforceRange].
        # 6.1. Throw a TypeError if the number is NaN or infinite.
        if not math.isfinite(number):
            raise TypeError(f"{shown(value)} is not a finite number")
        # 6.2. Cut the fraction off, so that -0.5 becomes 0 and is in range.
        integer = math.trunc(number)
        # 6.3. Throw a TypeError if the integer is out of range.
        if not lower_bound <= integer <= upper_bound:
            raise TypeError(f"{shown(value)} is not between {lower_bound} and {upper_bound}")
        # 6.4. Return the integer, which is in range.
        return integer
    if clamp and not math.isnan(number):
        # 7. Move a number out of range to the nearest bound if the type has [Clamp].
        # 7.1. Clamp the number, which may be infinite, to the bounds.
        number = min(max(number, lower_bound), upper_bound)
        # 7.2. Round the number to the nearest integer, and a half to the even neighbour, as round()
        #      does.
        # 7.3. Return the rounded number, which is in range because the bounds are integers.
        return round(number)
    # 8. If the number is NaN, an infinity or zero, return 0.
    if not math.isfinite(number):
        return 0
    # 9. Cut the fraction off the number.
    integer = math.trunc(number)
    # 10. Take the integer modulo 2 to the power of the bit length.
    integer %= 1 << bit_length
    # 11. If the type is signed and the sign bit is set, subtract 2 to the power of the bit length.
    if signed and integer >= 1 << (bit_length - 1):
        return integer - (1 << bit_length)
    # 12. Return the integer, whose sign bit is not set or whose type is unsigned.
    return integer


@algorithm("js-to-unsigned-short", "convert a JavaScript value to unsigned short")
def to_unsigned_short(value: object) -> int:
    """Convert a value to an unsigned short, 0 to 65535; what does not fit wraps around.

    Source: https://webidl.spec.whatwg.org/#js-unsigned-short
    """
    # 1. Convert the value to an unsigned integer of 16 bits.
    # 2. Return the Python int, which stands for the IDL value.
    return convert_to_int(value, 16, signed=False)


def to_unsigned_long(value: object) -> int:
    """Convert a value to an unsigned long, 0 to 2**32 - 1; what does not fit wraps around.

    Source: https://webidl.spec.whatwg.org/#js-unsigned-long
    """
    return convert_to_int(value, 32, signed=False)


def to_clamped_unsigned_short(value: object) -> int:
    """Convert a value to ``[Clamp] unsigned short``, 0 to 65535; what does not fit is clamped.

    Source: https://webidl.spec.whatwg.org/#Clamp
    """
    return convert_to_int(value, 16, signed=False, clamp=True)


def to_clamped_long_long(value: object) -> int:
    """Convert a value to ``[Clamp] long long``, within 53 bits and a sign.

    Source: https://webidl.spec.whatwg.org/#Clamp
    """
    return convert_to_int(value, 64, signed=True, clamp=True)


def to_enforced_unsigned_long_long(value: object) -> int:
    """Convert a value to ``[EnforceRange] unsigned long long``, 0 to 2**53 - 1.

    Raises:
        TypeError: the value is negative, too large, or not a finite number.

    Source: https://webidl.spec.whatwg.org/#EnforceRange
    """
    return convert_to_int(value, 64, signed=False, enforce_range=True)


@algorithm("js-to-enumeration", "convert a JavaScript value to enumeration")
def to_enumeration(value: object, name: str, values: Collection[str]) -> str:
    """Convert a value to one of the strings of an enumeration.

    An attribute setter ignores a string that is not a value of the enumeration, so it tests the
    string before it calls this function. Everywhere else such a string is an error.

    Args:
        value: the value to convert.
        name: the enumeration's name, for the error message.
        values: the strings of the enumeration.

    Raises:
        TypeError: the string is not a value of the enumeration.

    Source: https://webidl.spec.whatwg.org/#js-to-enumeration
    """
    # 1. Convert the value to a string as ToString does.
    string = to_string(value)
    # 2. Throw a TypeError if the string is not a value of the enumeration.
    if string not in values:
        raise TypeError(f"{shown(string)} is not a value of {name}: {', '.join(values)}")
    # 3. Return the string, which is the enumeration value.
    return string


def is_buffer_source(value: object) -> bool:
    """Return whether a value holds bytes: whether it has the buffer protocol.

    Source: https://webidl.spec.whatwg.org/#dfn-buffer-source-type
    """
    if isinstance(value, (bytes, bytearray, memoryview)):
        return True
    try:
        memoryview(value)  # type: ignore[arg-type]
    except TypeError:
        return False
    return True


@algorithm("dfn-get-buffer-source-copy", "get a copy of the buffer source")
def to_bytes(buffer_source: object) -> bytes:
    """Return a copy of the bytes that a buffer holds now, in the order of its items.

    ``bytes`` are returned as they are, since they never change. A view with gaps gives the bytes
    that it shows.

    Raises:
        TypeError: the object does not have the buffer protocol.
        ValueError: the object is a memoryview that was released.

    Source: https://webidl.spec.whatwg.org/#dfn-get-buffer-source-copy
    """
    # 1. The Python object itself stands for the JavaScript buffer source.
    if type(buffer_source) is bytes:
        return buffer_source
    # 2. Get the buffer of the object through a memoryview.
    # 3. Begin the copy at the offset of the view, which is 0 for a whole buffer.
    # 4. Copy as many bytes as the view has.
    # 5. Take the bytes that a view shows, from its offset on.
    # 6. Take all the bytes of an object that is not a view.
    # 7. Raise a ValueError for a memoryview that was released; a Python buffer cannot be detached.
    # 8. Make a byte sequence as long as the view.
    # 9. Copy the bytes in the order in which the view shows them.
    # 10. Return the copy as `bytes`, which never change.
    return memoryview(buffer_source).tobytes()  # type: ignore[arg-type]
