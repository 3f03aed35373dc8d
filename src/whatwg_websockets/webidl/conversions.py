"""From Python values to the types of Web IDL, the way a browser converts JavaScript values.

Python has other types than JavaScript, so the table below says what stands for what:

================================ ==========================================
Python                           JavaScript
================================ ==========================================
``MISSING``                      undefined
``None``                         null
``bool``                         Boolean
``str``                          String (see ``to_usv_string`` for surrogates)
``float``                        Number
``int``                          Number; as a string it has all its digits, as a BigInt has
``list``, ``tuple``              Array
anything with the buffer protocol ArrayBuffer, or a view on one
everything else                  an object
================================ ==========================================

The ``__str__`` of an object's class is its ``toString()``. An object whose class has none of its
own has that of JavaScript's ``Object.prototype``: an instance of one of our interfaces becomes
"[object WebSocket]", a dict "[object Object]". As in a browser that is nearly always a mistake, so
a RuntimeWarning says so.

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
"""What JavaScript trims from the ends of a string that is to be a number."""

_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_RADIX: Final = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_INFINITY: Final = re.compile(r"[+-]?Infinity")


def is_object(value: object) -> bool:
    """Tell whether a value would be an object in JavaScript, rather than a primitive.

    Source: https://tc39.es/ecma262/#sec-object-type
    """
    return not (value is None or value is MISSING or isinstance(value, (str, int, float)))


@algorithm("js-to-boolean", "convert a JavaScript value to boolean")
def to_boolean(value: object) -> bool:
    """Convert a value to a boolean by its truth, which is Python's own but for NaN.

    Source: https://webidl.spec.whatwg.org/#js-boolean
    """
    # 1. Python's own truth of a value is ToBoolean's, but for NaN.
    # 2. Python's True and False stand for the IDL boolean values.
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
            f"since {kind} has no __str__ of its own; convert it yourself to say what is in it"
        )
    return string


def _object_to_string(value: object) -> str | None:
    """Convert an object to what it says of itself; None if it says nothing.

    ``bytes`` have a ``__str__``, which writes Python; an ArrayBuffer says nothing.
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
    """Join the elements of an array; null and undefined leave a gap."""
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
    """Write 0.DIGITS times ten to the power of POINT, with an exponent where it is far off."""
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
    # 1. No type of this library has [LegacyNullToEmptyString].
    # 2. ToString is carried out on the value.
    # 3. A Python string stands for the DOMString.
    return to_string(value)


@algorithm("js-to-USVString", "convert a JavaScript value to USVString")
def to_usv_string(value: object) -> str:
    """Convert a value to a USVString: a string of Unicode scalar values.

    Source: https://webidl.spec.whatwg.org/#js-USVString
    """
    # 1. The value is converted to a DOMString, which is what ToString makes of it.
    # 2. The DOMString is converted to a string of scalar values.
    return to_scalar_value_string(to_string(value))


@algorithm("javascript-string-convert", "convert a string into a scalar value string")
def to_scalar_value_string(string: str) -> str:
    r"""Make a string one that UTF-8 can write.

    A surrogate that stands alone becomes U+FFFD. Two that form a pair, which a Python string can
    hold as two code points, become the character they mean, as they would be in UTF-16.

    Source: https://infra.spec.whatwg.org/#javascript-string-convert
    """
    try:
        # 1. A string that UTF-8 can write has no surrogates; in any other each becomes U+FFFD.
        string.encode()
    except UnicodeEncodeError:
        return string.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return string


def to_number(value: object) -> float:
    """Convert a value to a number as JavaScript's ``Number()`` would.

    An object's ``__float__`` or ``__index__`` is its ``valueOf()``. One that has neither goes by
    its string.

    Source: https://tc39.es/ecma262/#sec-tonumber
    """
    if value is None:
        return 0.0
    if isinstance(value, str):
        return _string_to_number(value)
    # Numbers are first, since to ask for the others takes 10 µs.
    if isinstance(value, (int, float, SupportsFloat, SupportsIndex)):
        return _numeric_to_number(value)
    string = None if value is MISSING else _object_to_string(value)
    return math.nan if string is None else _string_to_number(string)


def _numeric_to_number(value: SupportsFloat | SupportsIndex) -> float:
    """Take a number as a double; one that is out of a double's reach is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf  # type: ignore[operator]
    except (TypeError, ValueError):
        return math.nan


def _string_to_number(string: str) -> float:
    """Read a number from a whole string; nothing reads as 0, and what is no number as NaN.

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
    """Convert a value to an unrestricted double: any number, NaN and the infinities included.

    An int that a double has exactly stays an int, so that it is written as it was given.

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
    """Convert a value to an integer of so many bits.

    Args:
        value: what is converted.
        bit_length: 8, 16, 32 or 64.
        signed: whether the type has negative values.
        enforce_range: the type carries [EnforceRange]: what does not fit is an error.
        clamp: the type carries [Clamp]: what does not fit becomes the nearest that does.
            With neither, the value wraps around.

    Raises:
        TypeError: with ``enforce_range``, the value is out of range or no finite number.

    Source: https://webidl.spec.whatwg.org/#abstract-opdef-converttoint
    """
    if bit_length == 64:
        # 1. Of 64 bits only those are used that a double can tell apart.
        # 1.1. Above it, neighbours become one number.
        upper_bound = 2**53 - 1
        # 1.2. Unsigned starts at 0.
        # 1.3. Signed reaches as far down as up.
        lower_bound = -(2**53) + 1 if signed else 0
    elif not signed:
        # 2. A smaller unsigned type has all its bits.
        # 2.1. There are no negative values.
        lower_bound = 0
        # 2.2. All bits set.
        upper_bound = (1 << bit_length) - 1
    else:
        # 3. A smaller signed type as well, in two's complement.
        # 3.1. There is one more value on this side,
        lower_bound = -(1 << (bit_length - 1))
        # 3.2. as the place of one on this side is taken by 0.
        upper_bound = (1 << (bit_length - 1)) - 1
    # 4. The number is a double, and NaN for a value that has no number.
    # 5. The integer that is returned has no negative zero, since no Python int has one.
    number = to_number(value)
    if enforce_range:
        # 6. With [EnforceRange] nothing is bent.
        # 6.1. There is no integer that it could stand for.
        if not math.isfinite(number):
            raise TypeError(f"{shown(value)} is not a finite number")
        # 6.2. Cut off the fraction first: -0.5 is 0 and in range.
        integer = math.trunc(number)
        # 6.3. Too much is the program's mistake, so it hears of it.
        if not lower_bound <= integer <= upper_bound:
            raise TypeError(f"{shown(value)} is not between {lower_bound} and {upper_bound}")
        # 6.4. What is left fits.
        return integer
    if clamp and not math.isnan(number):
        # 7. With [Clamp] a number goes to the nearest that fits.
        # 7.1. Infinity is cut down here as well.
        number = min(max(number, lower_bound), upper_bound)
        # 7.2. Python's round() takes the even neighbour of a half, as is asked for here.
        # 7.3. It fits: the bounds are integers, so rounding does not lead across them.
        return round(number)
    # 8. Otherwise, what has no remainder counts as 0,
    if not math.isfinite(number):
        return 0
    # 9. a fraction is cut off,
    integer = math.trunc(number)
    # 10. and the rest wraps around.
    integer %= 1 << bit_length
    # 11. In a signed type the upper half are the negative values.
    if signed and integer >= 1 << (bit_length - 1):
        return integer - (1 << bit_length)
    # 12. The lower half, or an unsigned type: it stays as it is.
    return integer


@algorithm("js-to-unsigned-short", "convert a JavaScript value to unsigned short")
def to_unsigned_short(value: object) -> int:
    """Convert a value to an unsigned short, 0 to 65535; what does not fit wraps around.

    Source: https://webidl.spec.whatwg.org/#js-unsigned-short
    """
    # 1. The value is converted to an integer of 16 bits without a sign.
    # 2. A Python int stands for the IDL value.
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
        TypeError: the value is negative, too large, or no finite number.

    Source: https://webidl.spec.whatwg.org/#EnforceRange
    """
    return convert_to_int(value, 64, signed=False, enforce_range=True)


@algorithm("js-to-enumeration", "convert a JavaScript value to enumeration")
def to_enumeration(value: object, name: str, values: Collection[str]) -> str:
    """Convert a value to one of the strings of an enumeration.

    An attribute setter ignores a string that is not among them, so it asks before it converts;
    everywhere else it is an error.

    Args:
        value: what is converted.
        name: the enumeration's name, for the error message.
        values: the strings of the enumeration.

    Raises:
        TypeError: the string is not among the values.

    Source: https://webidl.spec.whatwg.org/#js-to-enumeration
    """
    # 1. ToString is carried out on the value.
    string = to_string(value)
    # 2. A string that is no value of the enumeration is an error.
    if string not in values:
        raise TypeError(f"{shown(string)} is not a value of {name}: {', '.join(values)}")
    # 3. The string is the value of the enumeration.
    return string


def is_buffer_source(value: object) -> bool:
    """Tell whether a value holds bytes: whether it has the buffer protocol.

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
    """Take a copy of the bytes that a buffer holds now, in the order of its items.

    Immutable ``bytes`` are their own copy. A view with gaps gives the bytes that it shows.

    Raises:
        TypeError: the object has no buffer protocol.
        ValueError: the object is a memoryview that was released.

    Source: https://webidl.spec.whatwg.org/#dfn-get-buffer-source-copy
    """
    # 1. The buffer source is the Python object itself.
    if type(buffer_source) is bytes:
        return buffer_source
    # 2. A memoryview knows the buffer of whatever has the buffer protocol.
    # 3. The bytes begin where the view begins.
    # 4. The length is that of the view.
    # 5. A view shows the bytes from its own offset on, in its own length.
    # 6. Any other object with the buffer protocol shows all of its bytes.
    # 7. A buffer in Python cannot be detached; a memoryview that was released is an error.
    # 8. The copy is as long as the view.
    # 9. The bytes are copied in the order in which the view shows them.
    # 10. The copy is Python's immutable `bytes`.
    return memoryview(buffer_source).tobytes()  # type: ignore[arg-type]
