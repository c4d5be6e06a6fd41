"""What a case of the attack corpus is: named inputs of a verifier, and the answer that the procedure asks for.

Guarantees: a case says what it changes and which verdict and code docs/reference/attestation.md gives it; making its inputs needs no
clock, no network and no file.  Signatures of ML-DSA and ECDSA are other bytes on each run; everything else is the same.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache, partial
from hashlib import sha256, sha512
from typing import Any, Literal

import msgspec

from rulewright.attest import keys
from rulewright.attest.trust import Seen
from rulewright.attest.verify import Artifact, Given
from tests.attest import good

Verdict = Literal["valid", "invalid", "unreadable", "undecided"]


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """What a verifier is given: files as bytes, keys as PEM, the day; `seen` is the trust policy seen before."""

    bundle: bytes
    at: str = good.AT
    trust: bytes | None = None
    anchors: tuple[bytes, ...] = ()
    anchors_needed: int | None = None
    keys: tuple[bytes, ...] = ()
    artifacts: tuple[tuple[str, bytes], ...] = ()
    statuses: tuple[bytes, ...] = ()
    disclosures: tuple[bytes, ...] = ()
    grace: int = 0
    require_pass: bool = False
    seen: Seen | None = None

    def given(self) -> Given:
        """The inputs as the Python verifier takes them."""
        return Given(
            bundle=self.bundle,
            at=date.fromisoformat(self.at),
            trust=self.trust,
            anchors=tuple(map(keys.from_pem, self.anchors)),
            anchors_needed=self.anchors_needed,
            keys=tuple(map(keys.from_pem, self.keys)),
            artifacts=tuple(Artifact(n, sha256(d).hexdigest(), sha512(d).hexdigest()) for n, d in self.artifacts),
            statuses=self.statuses,
            disclosures=self.disclosures,
            grace=self.grace,
            require_pass=self.require_pass,
            seen=self.seen,
        )

    def request(self) -> dict[str, Any]:
        """The inputs as the page takes them."""
        return {
            "bundle": self.bundle,
            "at": self.at,
            "trust": self.trust,
            "anchors": list(self.anchors),
            "anchorsNeeded": self.anchors_needed,
            "keys": list(self.keys),
            "artifacts": [{"name": name, "bytes": data} for name, data in self.artifacts],
            "statuses": list(self.statuses),
            "disclosures": list(self.disclosures),
            "grace": self.grace,
            "requirePass": self.require_pass,
            "seen": msgspec.to_builtins(self.seen),
        }


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One case: what is changed, where the like was seen before, and what a verifier must answer."""

    name: str
    group: str
    change: str
    precedent: str
    verdict: Verdict
    code: str
    make: Callable[[], Inputs]
    needs: str = ""
    """A module without which the Python verifier cannot answer."""


class Group:
    """The cases of one kind of attack."""

    def __init__(self, name: str, title: str) -> None:
        self.name, self.title = name, title
        self.cases: list[Case] = []

    def add(self, name: str, change: str, verdict: Verdict, code: str, make: Callable[[], Inputs], **more: str) -> None:  # fmt: skip
        """One case; `more` are `precedent` and `needs`."""
        if (verdict == "valid") != (code == "") or name in {case.name for case in self.cases} or not change:
            raise ValueError(f"{self.name}/{name}: a valid case has no code, any other one; names are distinct")
        made = {"precedent": "", "needs": "", **more}
        self.cases.append(
            Case(name=name, group=self.name, change=change, verdict=verdict, code=code, make=make, **made)
        )

    def case(self, verdict: Verdict, code: str = "", **more: str) -> Callable[[Callable[[], Inputs]], Callable[[], Inputs]]:  # fmt: skip
        """A function that makes a case: its name is the case's, its docstring says what is changed."""

        def register(make: Callable[[], Inputs]) -> Callable[[], Inputs]:
            change = " ".join((make.__doc__ or "").split())
            self.add(make.__name__.replace("_", "-"), change, verdict, code, make, **more)
            return make

        return register

    def each(
        self,
        verdict: Verdict,
        code: str,
        table: Iterable[tuple[str, str, Any]],
        make: Callable[[Any], Inputs],
        **more: str,
    ) -> None:
        """A family of cases that differ in one thing: name, what is changed, the thing."""
        for name, change, thing in table:
            self.add(name, change, verdict, code, partial(make, thing), **more)


def pem(*names: str) -> tuple[bytes, ...]:
    """Public keys by name."""
    return tuple(keys.to_pem(good.public(name)) for name in names)


@cache
def _usual() -> tuple[bytes, bytes]:
    """Trust policy and status list beside the good bundle."""
    return good.trust_file(), good.status_list()


def given(bundle: bytes, **changes: Any) -> Inputs:
    """A bundle beside what makes the good one valid, with changes."""
    base: dict[str, Any] = {
        "bundle": bundle,
        "trust": _usual()[0],
        "anchors": pem("anchor"),
        "statuses": _usual()[1:],
    }
    return Inputs(**{**base, **changes})


def text64(data: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(data).decode()
