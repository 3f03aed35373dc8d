"""DOMException: names, messages, and the codes of old."""

import copy
import pickle

import pytest

from whatwg_websockets import undefined
from whatwg_websockets.webidl.dom_exception import DOMException


def test_without_arguments():
    error = DOMException()
    assert (error.name, error.message, error.code) == ("Error", "", 0)
    assert str(error) == "Error"


@pytest.mark.parametrize(
    ("arguments", "message", "name"),
    [
        ((5, None), "5", "null"),
        ((None, 1.0), "null", "1"),
        ((True, ["Abort", "Error"]), "true", "Abort,Error"),
        ((undefined, undefined), "", "Error"),
    ],
)
def test_its_arguments_are_converted(arguments, message, name):
    error = DOMException(*arguments)
    assert (error.message, error.name) == (message, name)
    assert error.args == (message, name)


def test_name_and_message():
    error = DOMException("no such code", "InvalidAccessError")
    assert error.name == "InvalidAccessError"
    assert error.message == "no such code"
    assert error.code == 15
    assert str(error) == "InvalidAccessError: no such code"
    assert repr(error) == "DOMException('no such code', 'InvalidAccessError')"


@pytest.mark.parametrize(
    ("name", "constant", "code"),
    [
        ("IndexSizeError", "INDEX_SIZE_ERR", 1),
        ("HierarchyRequestError", "HIERARCHY_REQUEST_ERR", 3),
        ("WrongDocumentError", "WRONG_DOCUMENT_ERR", 4),
        ("InvalidCharacterError", "INVALID_CHARACTER_ERR", 5),
        ("NoModificationAllowedError", "NO_MODIFICATION_ALLOWED_ERR", 7),
        ("NotFoundError", "NOT_FOUND_ERR", 8),
        ("NotSupportedError", "NOT_SUPPORTED_ERR", 9),
        ("InUseAttributeError", "INUSE_ATTRIBUTE_ERR", 10),
        ("InvalidStateError", "INVALID_STATE_ERR", 11),
        ("SyntaxError", "SYNTAX_ERR", 12),
        ("InvalidModificationError", "INVALID_MODIFICATION_ERR", 13),
        ("NamespaceError", "NAMESPACE_ERR", 14),
        ("InvalidAccessError", "INVALID_ACCESS_ERR", 15),
        ("TypeMismatchError", "TYPE_MISMATCH_ERR", 17),
        ("SecurityError", "SECURITY_ERR", 18),
        ("NetworkError", "NETWORK_ERR", 19),
        ("AbortError", "ABORT_ERR", 20),
        ("URLMismatchError", "URL_MISMATCH_ERR", 21),
        ("QuotaExceededError", "QUOTA_EXCEEDED_ERR", 22),
        ("TimeoutError", "TIMEOUT_ERR", 23),
        ("InvalidNodeTypeError", "INVALID_NODE_TYPE_ERR", 24),
        ("DataCloneError", "DATA_CLONE_ERR", 25),
    ],
)
def test_the_codes_of_old(name, constant, code):
    error = DOMException("", name)
    assert error.code == code
    assert getattr(DOMException, constant) == code
    assert getattr(error, constant) == code


@pytest.mark.parametrize("name", ["EncodingError", "OperationError", "NotAllowedError", "mine"])
def test_newer_names_have_no_code(name):
    assert DOMException("", name).code == 0


def test_codes_without_a_name():
    assert DOMException.DOMSTRING_SIZE_ERR == 2
    assert DOMException.NO_DATA_ALLOWED_ERR == 6
    assert DOMException.VALIDATION_ERR == 16


@pytest.mark.parametrize("attribute", ["name", "message", "code"])
def test_it_cannot_be_changed(attribute):
    with pytest.raises(AttributeError):
        setattr(DOMException(), attribute, "x")


def test_it_is_raised_and_caught_like_any_exception():
    with pytest.raises(DOMException, match="SyntaxError: bad URL"):
        raise DOMException("bad URL", "SyntaxError")


@pytest.mark.parametrize("duplicate", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
@pytest.mark.parametrize(
    "error",
    [DOMException("m", "AbortError"), DOMException(name="AbortError", message="m")],
)
def test_it_can_be_copied(duplicate, error):
    error = duplicate(error)
    assert (error.name, error.message, error.code) == ("AbortError", "m", 20)
