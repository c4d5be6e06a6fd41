"""How the mutations of the corpus are made: the good bundle without its longer documents, changed, and signed again where only a
signer can make the change.

Guarantees: every bundle starts from `tests.attest.good`; nothing here expects an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from rulewright.attest import container, dsse, model
from rulewright.attest.canonical import dump
from rulewright.attest.model import Row
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.corpus.case import Inputs, given, text64

Change = Callable[[Any], object]
PRODUCT = "pkg:generic/camera@1.0"
STANDARD = "acme.camera"
LEFT_OUT = ("views/", "statements/oscal-", "statements/svr", "statements/test-result")
KEPT = frozenset({"views/report.md"})


def lean(bundle: bytes) -> bytes:
    """A bundle without most of its documents and derived statements: a verifier notes that they are not there."""
    found = container.decode(bundle)
    return container.encode(
        {name: data for name, data in found.items() if not name.startswith(LEFT_OUT) or name in KEPT}
    )  # fmt: skip


@cache
def _base() -> Mapping[str, bytes]:
    return container.decode(lean(good.bundle()))


def members() -> dict[str, bytes]:
    """The members of the bundle that mutations start from."""
    return dict(_base())


def pack(changes: Mapping[str, bytes | None]) -> bytes:
    """The bundle with members replaced, added or (`None`) left out."""
    merged = {**members(), **changes}
    return container.encode({name: data for name, data in merged.items() if data is not None})


def resigned(change: Change, names: tuple[str, ...] = good.MAKER, extra: Mapping[str, bytes | None] | None = None) -> bytes:  # fmt: skip
    """The bundle with another root, signed again, and the statements that follow from it."""
    return lean(t.resigned(change, names, extra))


def predicate(**changes: Any) -> bytes:
    """The bundle with members of the predicate replaced, signed again."""
    return resigned(lambda plain: plain["predicate"].update(changes))


def retold(results: Change = lambda _: None, rows: Callable[[list[Row]], list[Row]] = lambda listed: listed, also: Change = lambda _: None, *, details: bool = True) -> bytes:  # fmt: skip
    """The bundle with other results and rows, to which the root commits."""
    return lean(t.retold(results, rows, also, details=details))


def root_file(data: bytes) -> bytes:
    """The bundle with other bytes as its root's envelope."""
    return pack({"root.dsse.json": data})


def enveloped(change: Change) -> bytes:
    """The bundle with its root's envelope changed as JSON, signatures as they are."""
    plain = json.loads(members()["root.dsse.json"])
    change(plain)
    return root_file(json.dumps(plain).encode())


def payload(data: bytes, names: tuple[str, ...] = good.MAKER, kind: str = dsse.IN_TOTO) -> bytes:
    """The bundle with other bytes as its root's payload, signed again."""
    return root_file(t.sealed(data, names, kind))


def root_bytes() -> bytes:
    """The payload of the root."""
    return dsse.decode(members()["root.dsse.json"]).payload


def derived(name: str) -> bytes:
    """The payload of a derived statement."""
    return dsse.decode(t.members()[f"statements/{name}.dsse.json"]).payload


def statement(name: str, data: bytes, names: tuple[str, ...] = good.MAKER, kind: str = dsse.IN_TOTO) -> bytes:
    """The bundle with another derived statement, signed."""
    return pack({f"statements/{name}.dsse.json": t.sealed(data, names, kind)})


def restated(name: str, change: Change) -> bytes:
    """The bundle with a derived statement changed and signed again by the maker."""
    plain = json.loads(derived(name))
    change(plain)
    return statement(name, dump(plain))


def digest() -> str:
    """The digest of the root's payload."""
    return t.digest(root_bytes())


def rows() -> tuple[Row, ...]:
    """The rows."""
    return model.decode(members()["rows.json"], model.Rows, 1 << 22).rows


def rows_file(change: Change) -> bytes:
    """The bundle with `rows.json` changed and nothing signed again."""
    plain = json.loads(members()["rows.json"])
    change(plain["rows"])
    return pack({"rows.json": dump(plain)})


def trusting(change: Change, *names: str) -> bytes:
    """The trust policy changed as JSON, signed by its anchor or by others."""
    document = json.loads(model.encode(good.trust()))
    change(document)
    return good.signed(document, model.TRUST_TYPE, *(names or ("anchor",)))


def ruled(**changes: Any) -> bytes:
    """The trust policy with its rule changed."""
    return good.trust_file(rules=(msgspec.structs.replace(good.RULE, **changes),))


def signed_by(names: Iterable[str], message: bytes | None = None) -> list[dict[str, str]]:
    """Signatures over the root, or over another message, as an envelope lists them."""
    over = dsse.pae(dsse.IN_TOTO, root_bytes()) if message is None else message
    return [{"keyid": good.public(name).id, "sig": text64(good.key(name).sign(over))} for name in names]


def with_signatures(signatures: list[Any]) -> bytes:
    """The bundle with other signatures of its root."""
    return enveloped(lambda plain: plain.update(signatures=signatures))


def signatures() -> list[dict[str, str]]:
    """The signatures of the root: of `maker`, then of `maker-mldsa`."""
    listed: list[dict[str, str]] = json.loads(members()["root.dsse.json"])["signatures"]
    return sorted(listed, key=lambda item: item["keyid"] != good.public("maker").id)


def listed(change: Callable[[list[Row]], list[Row]]) -> Inputs:
    """A bundle in which the signer commits to other rows beside the results as they are."""
    return given(retold(rows=change))


def lab_rule() -> bytes:
    """A trust policy by which the lab must sign beside the maker."""
    lab = msgspec.structs.replace(good.RULE, role="lab", threshold=1, hybrid=False)
    return good.trust_file(rules=(good.RULE, lab))
