"""Replay: something that was true once, or of something else, is shown again."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from typing import Any, Literal

from rulewright.attest import container, disclose, model
from rulewright.attest.disclosure import Tree
from rulewright.attest.model import StatusEntry
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given

GROUP = Group("replay", "Replay")
case = GROUP.case
ZERO = "0" * 64


def entry(state: Literal["revoked", "superseded", "suspended"], root: str | None = None, **changes: Any) -> StatusEntry:
    """An entry for the good bundle, or for another root."""
    base: dict[str, Any] = {"since": "2026-02-02", "reason": "a fault", "by": None}
    return StatusEntry(root=make.digest() if root is None else root, state=state, **{**base, **changes})


def listed(*lists: bytes, **changes: Any) -> Inputs:
    """The good bundle beside status lists."""
    return given(make.pack({}), statuses=lists, **changes)


@cache
def _older() -> dict[str, bytes]:
    """The members of an older bundle, of another seed and day, in which nothing failed."""
    seed = hashlib.sha256(b"older").digest()
    made = container.decode(container.encode(good.members(seed=seed, artifacts=good.order().artifacts)))
    return {name: made[name] for name in (*make.members(), "views/report.md")}


@case("invalid", "RW4014", precedent="SLSA VSA, step 2")
def old_attestation_for_new_firmware() -> Inputs:
    """The attestation of the old firmware is shown with the new one."""
    return given(make.pack({}), artifacts=(("camera-2.0.bin", good.FIRMWARE + b"a new feature"),))


GROUP.each(
    "invalid",
    "RW4050",
    [
        ("revoked", "The status list says that the attestation was revoked.", lambda: (good.status_list((entry("revoked"),)),)),
        ("suspended", "The status list says that the attestation is suspended.", lambda: (good.status_list((entry("suspended"),)),)),
        ("revoked-in-the-future", "The status list says that it will be revoked.", lambda: (good.status_list((entry("revoked", since="2027-01-01"),)),)),
        ("revoked-in-another-list", "Another list than the one that the root names says so.", lambda: (good.status_list(), good.status_list((entry("revoked"),), list="urn:other"))),
        ("revoked-in-a-newer-list", "The newer of two lists says so.", lambda: (good.status_list((entry("revoked"),), number=8), good.status_list())),
        ("revoked-in-one-of-two", "One of two lists with the same number says so.", lambda: (good.status_list(), good.status_list((entry("revoked"),)))),
        ("revoked-among-others", "The entry stands among others.", lambda: (good.status_list(tuple(sorted((entry("superseded", ZERO), entry("revoked"), entry("suspended", "f" * 64)), key=lambda one: one.root))),)),
    ],
    lambda lists: listed(*lists()),
    precedent="revocation",
)  # fmt: skip


@case("invalid", "RW4054", precedent="SLSA VSA: freshness")
def superseded() -> Inputs:
    """The status list names the attestation that takes its place."""
    return listed(good.status_list((entry("superseded", by="f" * 64),)))


@case("invalid", "RW4050")
def revoked_and_out_of_date() -> Inputs:
    """The list that says that it was revoked is of a list that is otherwise in force."""
    return listed(good.status_list((entry("revoked"),)), good.status_list(list="urn:other"), grace=3)


GROUP.each(
    "invalid",
    "RW4051",
    [
        ("status-list-stale", "The status list ran out yesterday.", ("2026-02-02", 0)),
        (
            "status-list-frozen",
            "The status list ran out a month ago, as if newer ones were withheld.",
            ("2026-01-03", 0),
        ),
        ("status-list-after-the-grace", "The status list ran out one day before the grace.", ("2026-01-31", 2)),
    ],
    lambda pair: listed(good.status_list(this_update="2026-01-01", next_update=pair[0]), grace=pair[1]),
    precedent="TUF: freeze",
)
GROUP.each(
    "valid",
    "",
    [
        ("status-list-on-its-last-day", "The status list runs out today.", ("2026-02-03", 0)),
        (
            "status-list-within-the-grace",
            "The status list ran out as many days ago as the grace has.",
            ("2026-02-01", 2),
        ),
    ],
    lambda pair: listed(good.status_list(this_update="2026-01-01", next_update=pair[0]), grace=pair[1]),
)


@case("invalid", "RW4051")
def old_list_beside_a_newer_one_that_ran_out() -> Inputs:
    """Of two lists the one with the higher number ran out; the other has not."""
    old = good.status_list(number=8, this_update="2026-01-01", next_update="2026-02-01")
    return listed(good.status_list(), old)


@case("valid")
def suspension_lifted() -> Inputs:
    """The list with the highest number lifts a suspension."""
    return listed(good.status_list((entry("suspended"),)), good.status_list(number=8))


@case("valid")
def another_attestation_revoked() -> Inputs:
    """The status list says that another attestation was revoked."""
    return listed(good.status_list((entry("revoked", ZERO),)))


@case("undecided", "RW4052")
def status_list_missing() -> Inputs:
    """The root names a status list, and none is given."""
    return listed()


@case("undecided", "RW4052")
def status_list_of_another_name() -> Inputs:
    """Another status list is given than the one that the root names."""
    return listed(good.status_list(list="urn:example:other:status"))


@case("invalid", "RW4052")
def status_list_asked_for() -> Inputs:
    """A rule asks for a status list, and none is given."""
    return listed(trust=make.ruled(status=True))


@case("invalid", "RW4052")
def no_status_list_named() -> Inputs:
    """A rule asks for a status list, and the root names none."""
    return given(make.predicate(status=None), trust=make.ruled(status=True))


@case("valid")
def no_status_list_needed() -> Inputs:
    """The root names no status list, and no rule asks for one."""
    return given(make.predicate(status=None), statuses=())


GROUP.each(
    "invalid",
    "RW4053",
    [
        ("status-list-of-tomorrow", "The status list is from tomorrow.", {"this_update": "2026-02-04"}),
        ("status-list-unsorted", "The entries of the status list are out of order.", {"entries": (entry("revoked", "f" * 64), entry("revoked", ZERO))}),
        ("status-list-entry-twice", "An entry of the status list stands twice.", {"entries": (entry("revoked", ZERO), entry("suspended", ZERO))}),
        ("status-list-bad-day", "A day of the status list is none.", {"next_update": "2026-02-30"}),
        ("status-list-bad-root", "A root in the status list is in capitals.", {"entries": (entry("revoked", "A" * 64),)}),
        ("status-list-negative", "The number of the status list is negative.", {"number": -1}),
    ],
    lambda changes: listed(good.status_list(**changes)),
)  # fmt: skip
GROUP.each(
    "invalid",
    "RW4053",
    [
        ("status-list-no-json", "The status list is no JSON.", b"not revoked"),
        ("status-list-empty", "The status list is an empty file.", b""),
        ("status-list-unsealed", "The status list has no envelope.", b'{"entries":[]}'),
    ],
    lambda data: listed(good.status_list(), data),
)


# --- parts of an older attestation


@case("invalid", "RW4060", precedent="SLSA VSA: policy")
def results_of_an_older_attestation() -> Inputs:
    """The results are those of an older attestation."""
    return given(make.pack({"results.json": make.members()["results.json"].replace(b'"fail"', b'"pass"')}))


@case("invalid", "RW4061")
def rows_of_an_older_attestation() -> Inputs:
    """The rows are those of an older attestation with the same requirements."""
    return given(make.pack({"rows.json": _older()["rows.json"]}))


@case("invalid", "RW4060")
def seed_of_another_attestation() -> Inputs:
    """The seed is that of another attestation."""
    return given(make.pack({"seed.json": _older()["seed.json"]}))


@case("invalid", "RW4060")
def seed_rows_and_results_of_another_attestation() -> Inputs:
    """Seed, rows and results are those of another attestation of the same maker."""
    parts: dict[str, bytes | None] = {name: _older()[name] for name in ("seed.json", "rows.json", "results.json")}
    return given(make.pack(parts))


@case("invalid", "RW4068", precedent="SLSA VSA: freshness")
def vsa_of_an_older_attestation() -> Inputs:
    """The verification summary is the maker's own, of an older attestation."""
    name = "statements/vsa.dsse.json"
    return given(make.pack({name: _older()[name]}))


@case("invalid", "RW4066")
def view_of_another_attestation() -> Inputs:
    """The report is that of another attestation."""
    return given(make.pack({"views/report.md": _older()["views/report.md"] + b"\n"}))


@case("invalid", "RW4060")
def root_of_another_attestation() -> Inputs:
    """The root is that of another attestation; all the rest is of this one."""
    return given(make.pack({"root.dsse.json": _older()["root.dsse.json"]}))


GROUP.each(
    "invalid",
    "RW4064",
    [
        ("results-of-another-day", "The results are of another day than the root.", lambda told: told.update(as_of="2026-01-01T00:00:00Z")),
        ("results-of-another-policy", "A policy of the results is not that of the root.", lambda told: told["policies"][0].update(sha256=ZERO)),
        ("results-without-a-policy", "The results were made without a policy that the root names.", lambda told: told["policies"].pop()),
        ("results-of-other-inputs", "An input of the results is not that of the root.", lambda told: told["inputs"][0].update(sha256=ZERO)),
        ("results-of-fewer-inputs", "The results were made without an input that the root names.", lambda told: told["inputs"].pop()),
        ("results-of-an-older-feed", "The results were made with a feed that the root does not name.", lambda told: told["inputs"].append({**told["inputs"][0], "kind": "feed", "sha256": "e" * 64})),
        ("results-of-another-engine", "The results are of another version of the engine.", lambda told: told["engine"].update(version="0.0.1")),
        ("results-of-another-level", "The results were made with another level that blocks.", lambda told: told.update(fail_on="never")),
    ],
    lambda change: given(make.retold(change)),
    precedent="SLSA VSA: policy digest only SHOULD",
)  # fmt: skip

RUN = model.Run(
    as_of="2026-02-01T00:00:00Z", fail_on="shall", limit=20, same_product=False, validate=False, conflicts=False,
    placed_on_market=None, params={}, roots=(), texts=(model.Text(name="a.rw", sha256=t.digest(b"text")),), given=(),
    unrepeatable=(), program=ZERO,
)  # fmt: skip


def run(data: bytes, signed: bytes | None = None, *inputs: tuple[str, bytes]) -> Inputs:
    """A bundle with a run to which the root commits, and inputs."""
    extra: dict[str, bytes | None] = {"run.json": data, **{f"inputs/{name}": content for name, content in inputs}}
    named = t.digest(data if signed is None else signed)
    return given(make.resigned(lambda plain: plain["predicate"].update(run=named), extra=extra))


TEXT = (t.digest(b"text"), b"text")
GOOD_RUN = model.encode(RUN)
GROUP.add("run-and-inputs", "The run and its inputs are enclosed.", "valid", "", partial(run, GOOD_RUN, None, TEXT))
GROUP.add("run-without-inputs", "The run is enclosed, and none of its inputs.", "valid", "", partial(run, GOOD_RUN))
GROUP.add("run-of-another-day", "The run is that of another day.", "invalid", "RW4066", partial(run, GOOD_RUN.replace(b"2026-02-01T", b"2026-01-01T"), GOOD_RUN))  # fmt: skip
GROUP.add("run-malformed", "The run is none.", "invalid", "RW4066", partial(run, b"{}"))
GROUP.add("run-with-white-space", "The run has white space.", "invalid", "RW4066", partial(run, GOOD_RUN + b"\n"))
GROUP.add("input-changed", "An input is not the file of its name.", "invalid", "RW4066", partial(run, GOOD_RUN, None, (TEXT[0], b"older text")))  # fmt: skip
GROUP.add("input-that-nobody-names", "An input is not named by the run.", "invalid", "RW4066", partial(run, GOOD_RUN, None, (t.digest(b"x"), b"x")))  # fmt: skip


@case("invalid", "RW4065")
def run_that_is_not_signed() -> Inputs:
    """The bundle holds a run, and the root names none."""
    return given(make.pack({"run.json": GOOD_RUN}))


@case("invalid", "RW4066")
def input_without_a_run() -> Inputs:
    """The bundle holds an input, and no run that names it."""
    return given(make.pack({f"inputs/{TEXT[0]}": TEXT[1]}))


# --- disclosures


def tree() -> Tree:
    """The tree of the good bundle."""
    return Tree(good.SEED, make.rows())


def disclosed(data: bytes) -> Inputs:
    """The root alone, beside a disclosure."""
    return given(make.members()["root.dsse.json"], disclosures=(data,))


@case("invalid", "RW4082", precedent="a proof used again")
def disclosure_of_another_root() -> Inputs:
    """The disclosure is of another root."""
    return disclosed(disclose.make(tree(), ZERO, [1]))


@case("invalid", "RW4082", precedent="a proof used again")
def disclosure_of_an_older_root() -> Inputs:
    """The disclosure is of an older attestation, and names this root."""
    seed = hashlib.sha256(b"older").digest()
    return disclosed(disclose.make(Tree(seed, make.rows()), make.digest(), [1]))
