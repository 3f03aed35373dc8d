"""DOMException: the exception of web interfaces, whose kind is its name."""

from types import MappingProxyType
from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.conversions import to_dom_string
from whatwg_websockets.webidl.missing import MISSING

LEGACY_CODES: Final = MappingProxyType(
    {
        "IndexSizeError": 1,
        "HierarchyRequestError": 3,
        "WrongDocumentError": 4,
        "InvalidCharacterError": 5,
        "NoModificationAllowedError": 7,
        "NotFoundError": 8,
        "NotSupportedError": 9,
        "InUseAttributeError": 10,
        "InvalidStateError": 11,
        "SyntaxError": 12,
        "InvalidModificationError": 13,
        "NamespaceError": 14,
        "InvalidAccessError": 15,
        "TypeMismatchError": 17,
        "SecurityError": 18,
        "NetworkError": 19,
        "AbortError": 20,
        "URLMismatchError": 21,
        "QuotaExceededError": 22,
        "TimeoutError": 23,
        "InvalidNodeTypeError": 24,
        "DataCloneError": 25,
    }
)
"""The legacy code of each error name that has one.

Source: https://webidl.spec.whatwg.org/#dfn-error-names-table
"""


class DOMException(Exception):
    """An error of a web interface.

    Python code raises and catches it like any exception. The kind of error is in ``name``::

        try:
            socket.close(4)
        except DOMException as error:
            assert error.name == "InvalidAccessError"

    Args:
        message: what went wrong, for a person to read; converted to a string.
        name: one of the error names of Web IDL, such as ``SyntaxError``; by default ``Error``.

    Source: https://webidl.spec.whatwg.org/#idl-DOMException
    """

    INDEX_SIZE_ERR: Final = 1
    DOMSTRING_SIZE_ERR: Final = 2
    HIERARCHY_REQUEST_ERR: Final = 3
    WRONG_DOCUMENT_ERR: Final = 4
    INVALID_CHARACTER_ERR: Final = 5
    NO_DATA_ALLOWED_ERR: Final = 6
    NO_MODIFICATION_ALLOWED_ERR: Final = 7
    NOT_FOUND_ERR: Final = 8
    NOT_SUPPORTED_ERR: Final = 9
    INUSE_ATTRIBUTE_ERR: Final = 10
    INVALID_STATE_ERR: Final = 11
    SYNTAX_ERR: Final = 12
    INVALID_MODIFICATION_ERR: Final = 13
    NAMESPACE_ERR: Final = 14
    INVALID_ACCESS_ERR: Final = 15
    VALIDATION_ERR: Final = 16
    TYPE_MISMATCH_ERR: Final = 17
    SECURITY_ERR: Final = 18
    NETWORK_ERR: Final = 19
    ABORT_ERR: Final = 20
    URL_MISMATCH_ERR: Final = 21
    QUOTA_EXCEEDED_ERR: Final = 22
    TIMEOUT_ERR: Final = 23
    INVALID_NODE_TYPE_ERR: Final = 24
    DATA_CLONE_ERR: Final = 25

    @algorithm("dom-domexception-domexception", "new DOMException(message, name)")
    def __init__(self, message: object = MISSING, name: object = MISSING) -> None:
        message_string = "" if message is MISSING else to_dom_string(message)
        # 1. Set the exception's name to the given name, or to "Error".
        self._name = "Error" if name is MISSING else to_dom_string(name)
        # 2. Set the exception's message to the given message, or to the empty string.
        self._message = message_string
        super().__init__(self._message, self._name)

    @property
    def name(self) -> str:
        """The error's name, such as ``SyntaxError``.

        Source: https://webidl.spec.whatwg.org/#dom-domexception-name
        """
        # § webidl-domexception-name. The name attribute returns the name that the constructor was
        #   given.
        return self._name

    @property
    def message(self) -> str:
        """What went wrong, for a person to read.

        Source: https://webidl.spec.whatwg.org/#dom-domexception-message
        """
        # § webidl-domexception-message. The message attribute returns the message that the
        #   constructor was given.
        return self._message

    @property
    def code(self) -> int:
        """The legacy code of the error's name, or 0 for a name that does not have one.

        Source: https://webidl.spec.whatwg.org/#dom-domexception-code
        """
        # § webidl-domexception-code. The code attribute returns the legacy code of the exception's
        #   name, or 0 for a name without a legacy code.
        return LEGACY_CODES.get(self._name, 0)

    def __str__(self) -> str:
        return f"{self._name}: {self._message}" if self._message else self._name
