"""Header lists, section 2.2.2 of the Fetch Standard.

https://fetch.spec.whatwg.org/#concept-header-list
"""

from whatwg_websockets.fetch.header_list import HeaderList


def test_append_puts_a_header_at_the_end():
    headers = HeaderList()
    headers.append(b"A", b"1")
    headers.append(b"B", b"2")
    assert headers.headers == [(b"A", b"1"), (b"B", b"2")]


def test_append_writes_a_name_as_it_is_written_already():
    """Step 1: the first one's case."""
    headers = HeaderList([(b"X", b"0"), (b"Accept", b"1")])
    headers.append(b"ACCEPT", b"2")
    assert headers.headers == [(b"X", b"0"), (b"Accept", b"1"), (b"Accept", b"2")]


def test_append_writes_a_name_as_the_first_one_is_written():
    headers = HeaderList([(b"A", b"1"), (b"a", b"2")])
    headers.append(b"a", b"3")
    assert headers.headers == [(b"A", b"1"), (b"a", b"2"), (b"A", b"3")]


def test_set_gives_the_first_header_of_a_name_the_value_and_removes_the_others():
    headers = HeaderList([(b"x", b"0"), (b"A", b"1"), (b"X", b"2"), (b"x", b"3"), (b"B", b"4")])
    headers.set(b"X", b"5")
    assert headers.headers == [(b"x", b"5"), (b"A", b"1"), (b"B", b"4")]


def test_set_adds_a_header_that_is_not_there():
    headers = HeaderList([(b"A", b"1")])
    headers.set(b"B", b"2")
    headers.append(b"b", b"3")
    assert headers.headers == [(b"A", b"1"), (b"B", b"2"), (b"B", b"3")]


def test_a_token_of_a_structured_field_is_written_as_it_is():
    headers = HeaderList([(b"A", b"1")])
    headers.set_a_structured_field_value(b"A", "same-origin")
    assert headers.headers == [(b"A", b"same-origin")]


def test_prepend_puts_a_header_before_all_others():
    headers = HeaderList([(b"A", b"1")])
    headers.prepend(b"B", b"2")
    assert headers.headers == [(b"B", b"2"), (b"A", b"1")]
    assert headers.contains(b"b")


def test_combine_adds_to_the_value_that_is_there():
    headers = HeaderList([(b"X", b"0"), (b"A", b"1")])
    headers.combine(b"a", b"2")
    headers.combine(b"A", b"3")
    assert headers.headers == [(b"X", b"0"), (b"A", b"1, 2, 3")]


def test_combine_adds_to_the_first_of_several():
    headers = HeaderList([(b"A", b"1"), (b"A", b"2")])
    headers.combine(b"A", b"3")
    assert headers.headers == [(b"A", b"1, 3"), (b"A", b"2")]


def test_combine_appends_where_there_is_none():
    headers = HeaderList()
    headers.combine(b"A", b"1")
    assert headers.headers == [(b"A", b"1")]


def test_names_compare_without_regard_to_case():
    headers = HeaderList([(b"Sec-WebSocket-Key", b"1"), (b"sec-websocket-KEY", b"2")])
    assert headers.contains(b"SEC-websocket-key")
    assert not headers.contains(b"Sec-WebSocket")
    assert headers.values(b"sec-websocket-key") == [b"1", b"2"]
    assert headers.values(b"other") == []


def test_a_list_is_a_copy_of_what_it_is_made_of():
    made_of = [(b"A", b"1")]
    headers = HeaderList(made_of)
    headers.append(b"B", b"2")
    assert made_of == [(b"A", b"1")]


def test_a_copy_is_a_list_of_its_own():
    headers = HeaderList([(b"Accept", b"1")])
    copy = headers.copy()
    copy.append(b"accept", b"2")
    copy.append(b"X", b"3")
    assert copy.headers == [(b"Accept", b"1"), (b"Accept", b"2"), (b"X", b"3")]
    assert headers.headers == [(b"Accept", b"1")]
    assert not headers.contains(b"x")
