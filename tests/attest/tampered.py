"""Bundles made from the good one by one named change, signed again where the change is one that only a signer can make."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

import msgspec

from rulewright.attest import container, disclosure, dsse, model
from rulewright.attest.canonical import dump
from rulewright.attest.derived import derive
from rulewright.attest.model import Row
from rulewright.attest.rows import tallies
from rulewright.attest.verify import Given, verify
from tests.attest import good

AT = date.fromisoformat(good.AT)
Change = Callable[[Any], object]


@cache
def _members() -> Mapping[str, bytes]:
    return container.decode(good.bundle())


def members() -> dict[str, bytes]:
    """The members of the good bundle."""
    return dict(_members())


def given(**changes: Any) -> Given:
    """What makes the good bundle valid, with changes."""
    base: dict[str, Any] = {
        "bundle": good.bundle(),
        "at": AT,
        "trust": good.trust_file(),
        "anchors": (good.public("anchor"),),
        "statuses": (good.status_list(),),
    }
    return Given(**{**base, **changes})


def outcome(**changes: Any) -> tuple[str, str, str]:
    """The verdict, its code, and the check that it comes from."""
    found = verify(given(**changes))
    wanted = "unsure" if found.verdict == "undecided" else "fail"
    name = next((check.name for check in found.checks if check.outcome == wanted), "")
    return found.verdict, found.code, name


def pack(changes: Mapping[str, bytes | None]) -> bytes:
    """The good bundle with members replaced, added or (`None`) left out."""
    merged = {**members(), **changes}
    return container.encode({name: data for name, data in merged.items() if data is not None})


def root() -> Any:
    """The statement of the good bundle as plain data."""
    return json.loads(dsse.decode(members()["root.dsse.json"]).payload)


def sealed(payload: bytes, names: tuple[str, ...] = good.MAKER, kind: str = dsse.IN_TOTO) -> bytes:
    """An envelope around a payload."""
    message = dsse.pae(kind, payload)
    made = tuple(dsse.Signature(good.key(name).sign(message), good.public(name).id) for name in names)
    return dsse.encode(dsse.Envelope(payload, kind, made))


def resigned(
    change: Change, names: tuple[str, ...] = good.MAKER, extra: Mapping[str, bytes | None] | None = None
) -> bytes:
    """The good bundle with another root, signed again, and what follows from it."""
    plain = root()
    change(plain)
    payload = dump(plain)
    made: dict[str, bytes | None] = {"root.dsse.json": sealed(payload, names), **(extra or {})}
    rows_data = made.get("rows.json") or members()["rows.json"]
    try:
        statement = model.decode(payload, model.RootStatement, 1 << 22)
        rows = model.decode(rows_data, model.Rows, 1 << 22).rows
        derived = derive(payload, statement, rows)
    except (model.ModelError, IndexError):
        return pack(made)
    return pack(made | {f"statements/{name}.dsse.json": sealed(data, names[:1]) for name, data in derived.items()})


def predicate(**changes: Any) -> bytes:
    """The good bundle with members of the predicate replaced, signed again."""
    return resigned(lambda plain: plain["predicate"].update(changes))


def retold(
    results: Change = lambda _: None,
    rows: Callable[[list[Row]], list[Row]] = lambda listed: listed,
    also: Change = lambda _: None,
    *,
    details: bool = True,
) -> bytes:
    """The good bundle with other results and rows, to which the root commits: what only a signer can make."""
    told = json.loads(members()["results.json"])
    results(told)
    listed = [*model.decode(members()["rows.json"], model.Rows, 1 << 22).rows]
    by_name = {(item["requirement"], item["product"]): item for item in told["results"]}
    if details:
        listed = [_detailed(row, by_name) for row in listed]
    listed = rows(listed)
    data = dump(told)
    summary = {
        "commitment": disclosure.blinded(good.SEED, "results", data),
        "tree": disclosure.Tree(good.SEED, listed).root,
        "leaves": len(listed),
        "requirements": disclosure.requirements(listed),
    }

    def change(plain: Any) -> None:
        plain["predicate"]["results"] = summary
        plain["predicate"]["verdicts"] = msgspec.to_builtins(tallies(listed))
        plain["predicate"]["gate"] = "fail" if any(row.blocks for row in listed) else "pass"
        also(plain)

    rows_data = model.encode(model.Rows(rows=tuple(listed)))
    return resigned(change, extra={"results.json": data, "rows.json": rows_data})


def _detailed(row: Row, by_name: Mapping[tuple[str, str], Any]) -> Row:
    """A row with the digest of the result that is there."""
    whole = by_name.get((row.requirement, row.product))
    label = disclosure.salt(good.SEED, "detail", row.requirement, row.product)
    return row if whole is None else msgspec.structs.replace(row, detail=disclosure.detail(label, whole))


def changed(name: str, **changes: Any) -> Callable[[list[Row]], list[Row]]:
    """Rows with one requirement's row changed."""

    def change(listed: list[Row]) -> list[Row]:
        return [msgspec.structs.replace(row, **changes) if row.requirement == name else row for row in listed]

    return change


def result_of(told: Any, name: str) -> Any:
    """The result of a requirement."""
    return next(item for item in told["results"] if item["requirement"] == name)


def envelope(change: Change) -> bytes:
    """The good bundle with its root's envelope changed as JSON."""
    plain = json.loads(members()["root.dsse.json"])
    change(plain)
    return pack({"root.dsse.json": json.dumps(plain).encode()})


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
