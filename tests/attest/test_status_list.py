"""Making status lists: numbers grow, a revocation is final, a verifier takes what is made."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from rulewright.attest import dsse, model, status, status_list
from rulewright.attest.model import StatusEntry, StatusList
from rulewright.attest.signers import generate
from rulewright.attest.status_list import StatusError

SIGNER, STRANGER = generate("ed25519"), generate("ed25519")
A, B, C = (letter * 64 for letter in "abc")
LIST = status_list.new("urn:acme:status", "2026-02-01")


def later(before: StatusList = LIST, day: str = "2026-02-03") -> StatusList:
    return status_list.renewed(before, day)


def test_a_new_list_speaks_for_thirty_days() -> None:
    assert (LIST.number, LIST.this_update, LIST.next_update, LIST.entries) == (1, "2026-02-01", "2026-03-03", ())


def test_a_verifier_takes_what_is_made() -> None:
    made = status_list.marked(later(), B, "revoked", "wrong firmware")
    made = status_list.marked(later(made), A, "superseded", "newer", C)
    data = status_list.envelope(made, [SIGNER])
    assert status.read(data)[0] == made == status_list.read(data, [STRANGER.public, SIGNER.public])
    assert [entry.root for entry in made.entries] == [A, B]


def test_renewing_keeps_the_span_and_counts_on() -> None:
    made = later()
    assert (made.number, made.this_update, made.next_update) == (2, "2026-02-03", "2026-03-05")
    assert status_list.renewed(made, "2026-02-04", 3).next_update == "2026-02-07"


@pytest.mark.parametrize("days", [0, -1, 3_661, 10**7])
def test_a_list_speaks_for_a_day_at_least_and_not_for_ever(days: int) -> None:
    with pytest.raises(StatusError, match="1 to 3,660 days"):
        status_list.new("urn:a", "2026-02-01", days)


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", ""])
def test_days_are_days(day: str) -> None:
    with pytest.raises(StatusError, match="no day"):
        status_list.new("urn:a", day)
    with pytest.raises(StatusError, match="no day"):
        status_list.renewed(LIST, day)


@pytest.mark.parametrize("name", ["", "a\nb"])
def test_a_list_has_a_name(name: str) -> None:
    with pytest.raises(StatusError, match="name"):
        status_list.new(name, "2026-02-01")


def test_a_list_does_not_go_back_in_time() -> None:
    with pytest.raises(StatusError, match="last updated on 2026-02-01"):
        status_list.renewed(LIST, "2026-01-31")


@pytest.mark.parametrize(
    ("said", "arguments"),
    [
        ("SHA-256", ("abc", "revoked", "why")),
        ("SHA-256", (A, "superseded", "why", "abc")),
        ("reason", (A, "revoked", " ")),
        ("exactly one other", (A, "superseded", "why")),
        ("exactly one other", (A, "superseded", "why", A)),
        ("exactly one other", (A, "revoked", "why", B)),
    ],
)
def test_entries_that_say_nothing_are_refused(said: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(StatusError, match=said) as error:
        status_list.marked(later(), *arguments)
    assert error.value.code == "RW4105"


def test_a_revocation_is_final() -> None:
    gone = status_list.marked(later(), A, "revoked", "why")
    for state, by in (("revoked", None), ("suspended", None), ("superseded", B)):
        with pytest.raises(StatusError, match="final"):
            status_list.marked(gone, A, state, "again", by)  # type: ignore[arg-type]  # each is a state
    with pytest.raises(StatusError, match="is revoked"):
        status_list.restored(gone, A)


def test_a_suspension_ends_either_way() -> None:
    held = status_list.marked(later(), A, "suspended", "looking into it")
    assert status_list.restored(later(held), A).entries == ()
    assert status_list.entry_of(status_list.marked(later(held), A, "revoked", "it was"), A) == StatusEntry(
        root=A, state="revoked", since="2026-02-03", reason="it was", by=None
    )
    with pytest.raises(StatusError, match="suspended already"):
        status_list.marked(held, A, "suspended", "again")
    with pytest.raises(StatusError, match="is not in the list"):
        status_list.restored(held, B)


def test_what_is_superseded_is_not_suspended_but_may_be_revoked() -> None:
    old = status_list.marked(later(), A, "superseded", "newer", B)
    with pytest.raises(StatusError, match="superseded since"):
        status_list.marked(old, A, "suspended", "why")
    with pytest.raises(StatusError, match="superseded already"):
        status_list.marked(old, A, "superseded", "newer", B)
    found = status_list.entry_of(status_list.marked(old, A, "revoked", "wrong"), A)
    assert found is not None
    assert (found.state, found.by) == ("revoked", None)


def test_a_list_is_only_carried_on_where_a_known_key_signed_it() -> None:
    data = status_list.envelope(LIST, [SIGNER])
    assert status_list.read(data, None) == LIST
    for known in ([], [STRANGER.public]):
        with pytest.raises(StatusError, match="none of the keys") as error:
            status_list.read(data, known)
        assert error.value.code == "RW4053"


ENTRY = StatusEntry(root=A, state="revoked", since="2026-02-01", reason="why", by=None)


@pytest.mark.parametrize(
    "changes",
    [
        {"entries": (replace(ENTRY, root=B), ENTRY)},
        {"entries": (ENTRY, ENTRY)},
        {"entries": (replace(ENTRY, root="A" * 64),)},
        {"entries": (replace(ENTRY, since="x"),)},
        {"entries": (replace(ENTRY, state="superseded"),)},
        {"entries": (replace(ENTRY, by=B),)},
        {"number": 0},
        {"next_update": "2026-01-01"},
    ],
)
def test_lists_that_contradict_themselves_are_neither_made_nor_read(changes: dict[str, Any]) -> None:
    wrong = replace(LIST, **changes)
    with pytest.raises(StatusError) as made:
        status_list.envelope(wrong, [SIGNER])
    assert made.value.code == "RW4105"
    payload = model.encode(wrong)
    message = dsse.pae(model.STATUS_TYPE, payload)
    signed = dsse.Envelope(payload, model.STATUS_TYPE, (dsse.Signature(SIGNER.sign(message)),))
    with pytest.raises(StatusError) as read:
        status_list.read(dsse.encode(signed), [SIGNER.public])
    assert read.value.code == "RW4053"


def test_other_documents_are_no_lists() -> None:
    data = status_list.envelope(LIST, [SIGNER])
    found = dsse.decode(data)
    other = dsse.Envelope(found.payload, model.TRUST_TYPE, found.signatures)
    empty = dsse.Envelope(b"{}", found.payload_type, found.signatures)
    for wrong in (b"{}", b"", dsse.encode(other), dsse.encode(empty)):
        with pytest.raises(StatusError) as error:
            status_list.read(wrong, None)
        assert error.value.code == "RW4053"
