"""One form of JSON and of base64: what is written is read again, what is read would be written so, and nothing else is taken."""

import base64
import json
from contextlib import suppress
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from rulewright.attest import limits
from rulewright.attest.canonical import NotAdmissibleError, admissible, canonical, dump
from rulewright.attest.encoding import (
    NotEncodedError,
    from_base64,
    from_base64url,
    is_sha256,
    to_base64,
    to_base64url,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.text(st.characters(max_codepoint=0xD7FF), max_size=8)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-limits.INTEGER, limits.INTEGER) | TEXTS,
    lambda below: st.lists(below, max_size=5) | st.dictionaries(NAMES, below, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    data = dump(value)
    assert canonical(data) == value
    assert admissible(data) == value
    assert dump(canonical(data)) == data


@given(VALUES)
@example({"\ud7ff": 1, "\x7f": 2, "\x1f": 3, "é": 4, "": 5, "\\": 6, '"': 7, "/": 8})
def test_the_bytes_are_those_of_the_library(value: Any) -> None:
    assert dump(value) == rfc8785.dumps(value)


@given(VALUES, st.sampled_from([None, 1, 4]), st.booleans())
def test_another_layout_is_admissible_and_canonical_only_if_it_is_the_one(
    value: Any,
    indent: int | None,
    ascii_: bool,  # noqa: FBT001  # drawn
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_).encode()
    assert admissible(text) == value
    if text != dump(value):
        with pytest.raises(NotAdmissibleError):
            canonical(text)


@given(st.binary(max_size=40) | st.text(alphabet='{}[]",:0123456789eE+-.truefalsn\\u ', max_size=40).map(str.encode))
def test_no_bytes_raise_anything_else_and_what_is_taken_is_the_one_form(data: bytes) -> None:
    for read in (canonical, admissible):
        try:
            value = read(data)
        except NotAdmissibleError:
            continue
        assert dump(value) == data or read is admissible


@given(VALUES, st.data())
def test_a_changed_byte_is_refused_or_another_value(value: Any, data: st.DataObject) -> None:
    whole = bytearray(dump(value))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = canonical(bytes(whole))
    except NotAdmissibleError:
        return
    assert dump(found) != dump(value)


REFUSED = {
    "a float": b"1.5",
    "a whole float": b"1.0",
    "an exponent": b"1e3",
    "minus nought": b"-0",
    "not a number": b"NaN",
    "infinity": b"-Infinity",
    "beyond 2^53-1": b"9007199254740992",
    "below -(2^53-1)": b"-9007199254740992",
    "a large integer": b"1" * 5_000,
    "white space": b'{"a": 1}',
    "a line end": b"{}\n",
    "order": b'{"b":1,"a":1}',
    "a member twice": b'{"a":1,"a":1}',
    "a member twice, escaped": b'{"a":1,"\\u0061":1}',
    "an escape too many": b'"\\u0061"',
    "a solidus escaped": b'"\\/"',
    "an escape in capitals": b'"\\u001F"',
    "half a pair": b'"\\ud800"',
    "half a pair in bytes": b'"\xed\xa0\x80"',
    "a mark of byte order": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16-le"),
    "no UTF-8": b'"\xff"',
    "an overlong form": b'"\xc0\xaf"',
    "a far name": '{"\U0001f602":1}'.encode(),
    "a private name": '{"\ue000":1}'.encode(),
    "more after it": b"{}{}",
    "a comma too many": b"[1,]",
    "nothing": b"",
    "a comment": b"{}//",
    "a nought in front": b"01",
    "a control character": b'"\x01"',
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_two_programs_could_read_differently_is_refused(name: str) -> None:
    with pytest.raises(NotAdmissibleError):
        canonical(REFUSED[name])


LAYOUT = {
    "white space",
    "a line end",
    "order",
    "an escape too many",
    "a solidus escaped",
    "an escape in capitals",
    "minus nought",
}


@pytest.mark.parametrize("name", REFUSED)
def test_admissible_takes_other_layouts_alone(name: str) -> None:
    if name in LAYOUT:
        admissible(REFUSED[name])
    else:
        with pytest.raises(NotAdmissibleError):
            admissible(REFUSED[name])


@pytest.mark.parametrize(("before", "after"), [("[", "]"), ('{"a":', "}")])
def test_depth_is_bounded_for_reading_and_writing(before: str, after: str) -> None:
    fits = (before * limits.DEPTH + after * limits.DEPTH).replace(":}", ":{}}").encode()
    fits = fits if before == "[" else (before * (limits.DEPTH - 1) + "{}" + after * (limits.DEPTH - 1)).encode()
    assert dump(canonical(fits)) == fits
    for many in (limits.DEPTH + 1, 100_000):
        deep = (before * many + "1" + after * many).encode()
        for read in (canonical, admissible):
            with pytest.raises(NotAdmissibleError):
                read(deep)
    value: Any = 1
    for _ in range(limits.DEPTH + 2):
        value = [value]
    with pytest.raises(NotAdmissibleError):
        dump(value)


def test_brackets_in_texts_are_no_depth() -> None:
    data = dump(["[{" * 500, '"[\\"' * 100])
    assert dump(canonical(data)) == data


def test_size_is_bounded() -> None:
    assert canonical(b'"1234"', 6) == "1234"
    for read in (canonical, admissible):
        with pytest.raises(NotAdmissibleError):
            read(b'"1234"', 5)


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), 2**53, {1: 2}, {"\ue000": 1}, "\ud800", b"a", {"a": {1}}, object()]
)
def test_what_has_no_place_is_not_written(value: object) -> None:
    with pytest.raises(NotAdmissibleError):
        dump(value)


# --- base64


@given(st.binary(max_size=60))
def test_base64_has_one_form(data: bytes) -> None:
    plain, safe = to_base64(data), to_base64url(data)
    assert from_base64(plain) == data
    assert from_base64url(safe) == data
    assert from_base64(base64.urlsafe_b64encode(data).decode()) == data


@given(st.text(alphabet="AZaz09+/-_= \n", max_size=12))
def test_what_is_taken_would_be_written_so(text: str) -> None:
    with suppress(NotEncodedError):
        assert to_base64(from_base64(text)) == text.replace("-", "+").replace("_", "/")
    with suppress(NotEncodedError):
        assert to_base64url(from_base64url(text)) == text


@pytest.mark.parametrize(
    "text", ["A", "AA", "AAA", "AA=", "AB==", "AAB=", "AA==\n", " AA==", "AA==AA==", "A+A_", "AA-+", "é", "AA==="]
)
def test_another_form_of_base64_is_refused(text: str) -> None:
    with pytest.raises(NotEncodedError):
        from_base64(text)


@pytest.mark.parametrize("text", ["A", "AB", "AAB", "AA==", "AAA=", "A+AA", "A/AA", "AA\n", "é"])
def test_another_form_of_base64url_is_refused(text: str) -> None:
    with pytest.raises(NotEncodedError):
        from_base64url(text)


def test_digests_are_in_lower_case_and_whole() -> None:
    assert is_sha256("0123456789abcdef" * 4)
    for text in ("0123456789ABCDEF" * 4, "0" * 63, "0" * 65, "g" * 64, "0" * 64 + "\n", "\u0661" * 64):
        assert not is_sha256(text)
