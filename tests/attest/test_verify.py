"""Each check of the procedure, by a table of changes to one good bundle: what fails, with which code, in which line."""

from __future__ import annotations

import base64
import json
from datetime import date
from functools import partial
from typing import Any

import msgspec
import pytest

from rulewright.attest import container, dsse, limits, model
from rulewright.attest.canonical import dump
from rulewright.attest.codes import CODES
from rulewright.attest.verification import NAMES, Check, judged
from rulewright.attest.verify import Artifact, Given, verify
from tests.attest import good
from tests.attest import tampered as t

HEX = "0" * 64


def subject(**changes: Any) -> bytes:
    return t.resigned(lambda plain: plain["subject"][0].update(changes))


def digests(**changes: str) -> bytes:
    return t.resigned(lambda plain: plain["subject"][0]["digest"].update(changes))


def tally(**changes: int) -> bytes:
    return t.resigned(lambda plain: plain["predicate"]["verdicts"][0].update(changes))


def deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def many(count: int) -> bytes:
    listed = [
        {"digest": {"sha256": f"{n:064x}"}, "name": "n", "annotations": {"kind": "document"}} for n in range(count)
    ]
    return t.resigned(lambda plain: plain.update(subject=listed))


def signatures(count: int) -> bytes:
    return t.envelope(lambda plain: plain.update(signatures=plain["signatures"][:1] * count))


def raw(change: Any) -> bytes:
    """The good bundle with the bytes of its envelope changed."""
    return t.pack({"root.dsse.json": change(t.members()["root.dsse.json"])})


def payload(data: bytes) -> bytes:
    return t.pack({"root.dsse.json": t.sealed(data)})


def rows_of(change: Any) -> bytes:
    plain = json.loads(t.members()["rows.json"])
    change(plain["rows"])
    return t.pack({"rows.json": dump(plain)})


def statement(name: str, data: bytes, names: tuple[str, ...] = good.MAKER) -> bytes:
    return t.pack({f"statements/{name}.dsse.json": t.sealed(data, names)})


def derived(name: str) -> bytes:
    return dsse.decode(t.members()[f"statements/{name}.dsse.json"]).payload


RUN = model.Run(
    as_of="2026-02-01T00:00:00Z", fail_on="shall", limit=20, same_product=False, validate=False, conflicts=False,
    placed_on_market=None, params={}, roots=(), texts=(model.Text(name="a.rw", sha256=t.digest(b"text")),), given=(),
    unrepeatable=(), program=HEX,
)  # fmt: skip


def with_run(data: bytes = model.encode(RUN), told: bytes | None = None, **inputs: bytes) -> bytes:
    extra: dict[str, bytes | None] = {"run.json": data}
    extra |= {f"inputs/{name.removeprefix('f')}": content for name, content in inputs.items()}
    run = t.digest(data if told is None else told)
    return t.resigned(lambda plain: plain["predicate"].update(run=run), extra=extra)


def swapped(plain: Any) -> None:
    plain["rows"][0], plain["rows"][1] = plain["rows"][1], plain["rows"][0]


def verdict(name: str, word: str) -> Any:
    return lambda told: t.result_of(told, name).update(verdict=word)


def dated(*days: str) -> dict[str, Any]:
    return dict(zip(("this_update", "next_update"), days, strict=True))


def entry(state: Any, root: str | None = None) -> model.StatusEntry:
    digest = t.digest(dsse.decode(t.members()["root.dsse.json"]).payload) if root is None else root
    return model.StatusEntry(root=digest, state=state, since="2026-02-02", reason="a fault", by=None)


def _crowd() -> bytes:
    """An archive that says that it has more members than a bundle, and has not."""
    data = bytearray(good.bundle())
    data[-14:-10] = (5000).to_bytes(2, "little") * 2
    return bytes(data)


# What is given, the check that fails, its code.
READING = [
    ("nothing", "container", "RW4001", lambda: b""),
    ("white space before an envelope", "container", "RW4001", lambda: b" " + t.members()["root.dsse.json"]),
    ("cut off", "container", "RW4001", lambda: good.bundle()[:-1]),
    ("something behind", "container", "RW4001", lambda: good.bundle() + b"\n"),
    ("something before", "container", "RW4001", lambda: b"\n" + good.bundle()),
    ("no root", "container", "RW4001", lambda: t.pack({"root.dsse.json": None})),
    ("a strange member", "container", "RW4003", lambda: t.pack({"setup.exe": b"MZ"})),
    ("a folder in views", "container", "RW4003", lambda: t.pack({"views/a/b.html": b"x"})),
    ("an input with a name", "container", "RW4003", lambda: t.pack({"inputs/sbom.json": b"x"})),
    ("33 timestamps", "container", "RW4002", lambda: t.pack({f"time/{n}.tsr": b"x" for n in range(limits.TOKENS + 1)})),
    ("too many members", "container", "RW4002", _crowd),
    ("no JSON", "envelope", "RW4004", lambda: b"{"),
    ("a member twice", "envelope", "RW4004", lambda: raw(lambda data: data[:-1] + b',"payload":""}')),
    ("an escaped member twice", "envelope", "RW4004", lambda: raw(lambda data: data[:-1] + b',"\\u0070ayload":""}')),
    ("deep", "envelope", "RW4004", lambda: raw(lambda data: data[:-1] + b',"x":' + deep(70) + b"}")),
    ("a byte order mark", "envelope", "RW4004", lambda: raw(lambda data: b"\xef\xbb\xbf" + data)),
    ("NaN", "envelope", "RW4004", lambda: raw(lambda data: data[:-1] + b',"x":NaN}')),
    ("another member", "envelope", "RW4005", lambda: t.envelope(lambda plain: plain.update(Payload=""))),
    ("no signatures", "envelope", "RW4005", lambda: t.envelope(lambda plain: plain.update(signatures=[]))),
    ("stray base64", "envelope", "RW4005", lambda: t.envelope(lambda plain: plain.update(payload=plain["payload"] + "\n"))),
    ("an empty signature", "envelope", "RW4005", lambda: t.envelope(lambda plain: plain["signatures"][0].update(sig=""))),
    ("33 signatures", "envelope", "RW4007", lambda: signatures(33)),
    ("a long signature", "envelope", "RW4007", lambda: t.envelope(lambda plain: plain["signatures"][0].update(sig="AAAA" * 3000))),
    ("another type", "payload type", "RW4006", lambda: t.pack({"root.dsse.json": t.sealed(dump(t.root()), kind="application/json")})),
    ("a trust policy", "payload type", "RW4006", good.trust_file),
]  # fmt: skip
BUNDLES = [
    ("signed by a stranger", "signatures", "RW4020", lambda: t.resigned(lambda _: None, ("stranger",))),
    ("other payload", "signatures", "RW4020", lambda: t.envelope(lambda plain: plain.update(payload=base64.b64encode(dump(t.root() | {"subject": []})).decode()))),
    ("not canonical", "statement", "RW4004", lambda: payload(json.dumps(t.root()).encode())),
    ("statement v0.1", "statement", "RW4010", lambda: t.resigned(lambda plain: plain.update(_type="https://in-toto.io/Statement/v0.1"))),
    ("no object", "statement", "RW4010", lambda: payload(b"[]")),
    ("another predicate", "statement", "RW4011", lambda: payload(derived("vsa"))),
    ("a strange member of the predicate", "statement", "RW4012", lambda: t.predicate(extra=1)),
    ("a member of the statement that is absent", "statement", "RW4012", lambda: t.resigned(lambda plain: plain.pop("subject"))),
    ("no products", "statement", "RW4012", lambda: t.predicate(products=[])),
    ("no tallies", "statement", "RW4012", lambda: t.predicate(verdicts=[])),
    ("a negative count", "statement", "RW4012", lambda: tally(error=-1)),
    ("a day that is none", "statement", "RW4012", lambda: t.predicate(validUntil="2026-02-30")),
    ("a time that is a day", "statement", "RW4012", lambda: t.predicate(asOf="2026-02-01")),
    ("a digest in capitals", "statement", "RW4012", lambda: t.predicate(program="A" * 64)),
    ("tallies twice", "statement", "RW4012", lambda: t.resigned(lambda plain: plain["predicate"]["verdicts"].append(plain["predicate"]["verdicts"][0]))),
    ("views out of order", "statement", "RW4012", lambda: t.resigned(lambda plain: plain["predicate"]["views"].reverse())),
    ("inputs twice", "statement", "RW4012", lambda: t.resigned(lambda plain: plain["predicate"]["inputs"].append(plain["predicate"]["inputs"][0]))),
    ("no subject", "statement", "RW4013", lambda: t.resigned(lambda plain: plain.update(subject=[]))),
    ("a digest of another kind only", "statement", "RW4013", lambda: subject(digest={"sha1": "0" * 40})),
    ("a subject's digest in capitals", "statement", "RW4013", lambda: digests(sha256="A" * 64)),
    ("a short SHA-512", "statement", "RW4013", lambda: digests(sha512="0" * 64)),
    ("a nameless subject", "statement", "RW4013", lambda: subject(name="")),
    ("another annotation", "statement", "RW4013", lambda: subject(annotations={"kind": "artifact", "x": "y"})),
    ("1,025 subjects", "statement", "RW4007", lambda: many(limits.SUBJECTS + 1)),
    ("33 digests", "statement", "RW4007", lambda: digests(**{f"d{n}": "0" for n in range(limits.DIGESTS)})),
    ("another engine", "policy rules", "RW4027", lambda: t.resigned(lambda plain: plain["predicate"]["engine"].update(id="urn:other"))),
    ("one key of two", "policy rules", "RW4028", lambda: t.resigned(lambda _: None, ("maker",))),
    ("the lab alone", "policy rules", "RW4026", lambda: t.resigned(lambda _: None, ("lab-p256",))),
    ("the same signature twice", "policy rules", "RW4028", lambda: t.envelope(lambda plain: plain.update(signatures=plain["signatures"][:1] * 2))),
    ("from the future", "period", "RW4040", lambda: t.predicate(asOf="2026-02-04T00:00:00Z")),
    ("before it began", "period", "RW4012", lambda: t.predicate(validUntil="2026-01-31")),
    ("for ever", "period", "RW4012", lambda: t.predicate(validUntil="9999-12-31")),
    ("run out", "period", "RW4041", lambda: t.predicate(validUntil="2026-02-02")),
    ("other results", "results", "RW4060", lambda: t.pack({"results.json": t.members()["results.json"] + b" "})),
    ("results that are none", "results", "RW4060", lambda: t.retold(lambda told: told.update(format="other/1"))),
    ("a malformed seed", "results", "RW4069", lambda: t.pack({"seed.json": b'{"format":"rulewright-seed/1","seed":"00"}'})),
    ("another seed", "results", "RW4060", lambda: t.pack({"seed.json": model.encode(model.Seed(seed="11" * 32))})),
    ("malformed rows", "results", "RW4061", lambda: t.pack({"rows.json": b"[]"})),
    ("a row that is left out", "rows", "RW4061", lambda: rows_of(lambda rows: rows.pop())),
    ("a row twice", "rows", "RW4061", lambda: rows_of(lambda rows: rows.append(rows[-1]))),
    ("rows out of order", "rows", "RW4061", lambda: rows_of(lambda rows: rows.reverse())),
    ("a fail that became a pass", "rows", "RW4061", lambda: rows_of(lambda rows: rows[1].update(status="pass", blocks=False))),
    ("another requirement", "rows", "RW4061", lambda: rows_of(lambda rows: rows[5].update(requirement="acme.camera:C.7"))),
    ("another count", "statement", "RW4062", lambda: tally(fail=1)),
    ("a standard of which nothing is counted", "statement", "RW4062", lambda: t.resigned(lambda plain: plain["predicate"]["verdicts"].append(dict.fromkeys(plain["predicate"]["verdicts"][0], 0) | {"standard": "z"}))),
    ("an open gate", "statement", "RW4062", lambda: t.predicate(gate="pass")),
    ("counts of another kind", "tallies", "RW4062", lambda: tally(**{"pass": 2, "waived": 0})),
    ("a standard that is not there", "tallies", "RW4062", lambda: t.resigned(lambda plain: plain["predicate"]["verdicts"][0].update(standard="z"))),
    ("waived without a waiver", "logic", "RW4063", lambda: t.retold(rows=t.changed("acme.camera:C.3", waiver=None))),
    ("a pass under a waiver", "logic", "RW4063", lambda: t.retold(rows=t.changed("acme.camera:C.3", status="pass"))),
    ("a fail that does not block", "logic", "RW4063", lambda: t.retold(rows=t.changed("acme.camera:C.2", blocks=False))),
    ("a should that blocks", "logic", "RW4063", lambda: t.retold(rows=t.changed("acme.camera:C.6", blocks=True))),
    ("a row told as a pass", "logic", "RW4063", lambda: t.retold(rows=t.changed("acme.camera:C.6", status="pass"))),
    ("another severity", "logic", "RW4063", lambda: t.retold(rows=t.changed("acme.camera:C.6", severity="high"))),
    ("another waiver", "logic", "RW4063", lambda: t.retold(rows=t.changed("acme.camera:C.3", waiver=model.Waiver(id="w-2", approved_by="x", until="2026-12-31")))),
    ("another detail", "logic", "RW4063", lambda: t.retold(lambda told: told["results"][0].update(title="x"), details=False)),
    ("a pass with a line that failed", "logic", "RW4063", lambda: t.retold(lambda told: t.result_of(told, "acme.camera:C.1")["reason"][0].update(verdict="unknown"))),
    ("not applicable without a reason", "logic", "RW4063", lambda: t.retold(lambda told: t.result_of(told, "acme.camera:C.5").update(reason=[]))),
    ("a result without a row", "logic", "RW4061", lambda: t.retold(rows=lambda listed: listed[:-1])),
    ("a row without a result", "logic", "RW4061", lambda: t.retold(lambda told: told["results"].pop())),
    ("a result twice", "logic", "RW4061", lambda: t.retold(lambda told: told["results"].append(told["results"][0]))),
    ("results of another day", "logic", "RW4064", lambda: t.retold(lambda told: told.update(as_of="2026-01-01T00:00:00Z"))),
    ("results of another level", "logic", "RW4064", lambda: t.retold(lambda told: told.update(fail_on="never"))),
    ("results of another engine", "logic", "RW4064", lambda: t.retold(lambda told: told["engine"].update(version="9"))),
    ("results of other documents", "logic", "RW4064", lambda: t.retold(lambda told: told["inputs"].pop())),
    ("results of other policies", "logic", "RW4064", lambda: t.retold(lambda told: told["policies"].pop())),
    ("contradictions dropped", "logic", "RW4064", lambda: t.retold(_contradicting)),
    ("contradictions made up", "logic", "RW4064", lambda: t.predicate(conflicts={"completeUpTo": 2, "left": [], "found": []})),
    ("a view that is not listed", "views", "RW4065", lambda: t.pack({"views/more.html": b"x"})),
    ("another view", "views", "RW4066", lambda: t.pack({"views/report.html": b"<p>all is well</p>"})),
    ("no envelope of a statement", "statements", "RW4067", lambda: t.pack({"statements/vsa.dsse.json": b"{}"})),
    ("a stranger's statement", "statements", "RW4067", lambda: statement("vsa", derived("vsa"), ("stranger",))),
    ("a known key that did not sign the root", "statements", "RW4067", lambda: statement("vsa", derived("vsa"), ("lab-p256",))),
    ("a statement of another type", "statements", "RW4067", lambda: t.pack({"statements/vsa.dsse.json": t.sealed(derived("vsa"), kind="text/plain")})),
    ("a passed VSA", "statements", "RW4068", lambda: statement("vsa", derived("vsa").replace(b"FAILED", b"PASSED"))),
    ("one statement for another", "statements", "RW4068", lambda: statement("svr", derived("vsa"))),
    ("a run that is not listed", "inputs", "RW4065", lambda: t.pack({"run.json": model.encode(RUN)})),
    ("another run", "inputs", "RW4066", lambda: with_run(told=b"{}")),
    ("a malformed run", "inputs", "RW4066", lambda: with_run(b"{}")),
    ("an input without a run", "inputs", "RW4066", lambda: t.pack({f"inputs/{t.digest(b'x')}": b"x"})),
    ("an input that nobody names", "inputs", "RW4066", lambda: with_run(**{f"f{t.digest(b'x')}": b"x"})),
    ("another input", "inputs", "RW4066", lambda: with_run(**{f"f{t.digest(b'text')}": b"x"})),
]  # fmt: skip


def _contradicting(told: Any) -> None:
    told["analysed"] = {"complete_up_to": 3, "left": []}
    told["results"][0]["conflicts"] = [{"id": "c1", "others": ["acme.camera:C.2"], "facts": ["f"], "region": "true"}]


@pytest.mark.parametrize(("check", "code", "make"), [pytest.param(*rest, id=name) for name, *rest in READING])
def test_what_is_no_bundle_is_unreadable(check: str, code: str, make: Any) -> None:
    assert t.outcome(bundle=make()) == ("unreadable", code, check)


@pytest.mark.parametrize(("check", "code", "make"), [pytest.param(*rest, id=name) for name, *rest in BUNDLES])
def test_a_changed_bundle_is_invalid(check: str, code: str, make: Any) -> None:
    assert t.outcome(bundle=make()) == ("invalid", code, check)


def test_the_good_bundle_is_valid() -> None:
    found = verify(t.given(artifacts=(firmware(),)))
    assert (found.verdict, found.code, found.gate) == ("valid", "", "fail")
    assert [check.name for check in found.checks] == list(NAMES[:-1])
    assert set(found.keys) == {good.public(name).id for name in good.MAKER}
    assert found.root == good.root_digest(t.members())


def test_what_can_be_looked_at_is_looked_at_even_where_the_bundle_is_unreadable() -> None:
    cut = {check.name: check.outcome for check in verify(t.given(bundle=b"PK")).checks}
    assert [name for name, outcome in cut.items() if outcome != "skip"] == ["container", "trust policy"]
    retyped = t.pack({"root.dsse.json": t.sealed(dump(t.root()), kind="application/json")})
    told = {check.name: check.outcome for check in verify(t.given(bundle=retyped)).checks}
    assert (told["payload type"], told["signatures"], told["rows"]) == ("fail", "ok", "ok")


def firmware(data: bytes = good.FIRMWARE) -> Artifact:
    return Artifact("fw.bin", t.digest(data), "")


STATUS = [
    ("none given", "undecided", "RW4052", ()),
    ("malformed", "invalid", "RW4053", (b"{}",)),
    ("a trust policy", "invalid", "RW4053", (good.trust_file(),)),
    ("signed by the maker", "invalid", "RW4053", (good.signed(model.decode(dsse.decode(good.status_list()).payload, model.StatusList, 1 << 20), model.STATUS_TYPE, "maker"),)),
    ("entries out of order", "invalid", "RW4053", (good.status_list((entry("revoked", "b" * 64), entry("revoked", "a" * 64))),)),
    ("from tomorrow", "invalid", "RW4053", (good.status_list(**dated("2026-02-04", "2026-03-01")),)),
    ("out of date", "invalid", "RW4051", (good.status_list(**dated("2026-01-01", "2026-02-02")),)),
    ("revoked", "invalid", "RW4050", (good.status_list((entry("revoked"),)),)),
    ("suspended", "invalid", "RW4050", (good.status_list((entry("suspended"),)),)),
    ("superseded", "invalid", "RW4054", (good.status_list((entry("superseded"),)),)),
    ("another attestation revoked", "valid", "", (good.status_list((entry("revoked", HEX),)),)),
    ("revoked in another list", "invalid", "RW4050", (good.status_list(), good.status_list((entry("revoked"),), list="urn:other"))),
    ("only another list", "undecided", "RW4052", (good.status_list(list="urn:other"),)),
    ("lifted in a newer number", "valid", "", (good.status_list((entry("suspended"),)), good.status_list(number=8))),
    ("revoked in a newer number", "invalid", "RW4050", (good.status_list((entry("revoked"),), number=8), good.status_list())),
]  # fmt: skip


@pytest.mark.parametrize(("verdict", "code", "lists"), [pytest.param(*rest, id=name) for name, *rest in STATUS])
def test_status_lists(verdict: str, code: str, lists: tuple[bytes, ...]) -> None:
    assert t.outcome(statuses=lists)[:2] == (verdict, code)


def test_a_grace_lets_an_old_status_list_count_for_so_many_days() -> None:
    old = (good.status_list(**dated("2026-01-01", "2026-02-01")),)
    assert [t.outcome(statuses=old, grace=days)[1] for days in (0, 1, 2, 10**9)] == ["RW4051", "RW4051", "", ""]


def test_a_status_list_that_a_rule_asks_for_must_be_there() -> None:
    strict = good.trust_file(rules=(msgspec.structs.replace(good.RULE, status=True),))
    assert t.outcome(trust=strict)[1] == ""
    assert t.outcome(trust=strict, statuses=()) == ("invalid", "RW4052", "status")
    assert t.outcome(trust=strict, bundle=t.predicate(status=None)) == ("invalid", "RW4052", "status")
    assert t.outcome(bundle=t.predicate(status=None), statuses=())[0] == "valid"


def test_a_key_given_by_hand_may_sign_a_status_list() -> None:
    by_hand = partial(t.outcome, trust=None, anchors=())
    assert by_hand(keys=(good.public("maker"), good.public("status")))[0] == "valid"
    assert by_hand(keys=(good.public("maker"),)) == ("invalid", "RW4053", "status")


def test_nobody_to_trust_is_undecided_and_never_valid() -> None:
    found = verify(Given(bundle=good.bundle(), at=t.AT, statuses=(good.status_list(),)))
    assert (found.verdict, found.code) == ("undecided", "RW4021")
    assert {check.name for check in found.checks if check.outcome == "unsure"} == {"signatures", "status", "statements"}


def test_what_is_wrong_is_invalid_even_where_nobody_is_trusted() -> None:
    changed = statement("vsa", derived("vsa").replace(b"FAILED", b"PASSED"))
    assert verify(Given(bundle=changed, at=t.AT)).code == "RW4068"


def test_an_envelope_alone_is_a_bundle() -> None:
    found = verify(t.given(bundle=t.members()["root.dsse.json"]))
    assert found.verdict == "valid"
    skipped = {check.name for check in found.checks if check.outcome == "skip"}
    assert {"results", "rows", "tallies", "logic", "statements"} <= skipped
    assert next(check.outcome for check in found.checks if check.name == "inputs") == "note"


@pytest.mark.parametrize("also", [(), ("rows.json",), ("results.json",)])
def test_without_the_seed_rows_and_results_are_not_taken_for_signed(also: tuple[str, ...]) -> None:
    changed = rows_of(lambda rows: rows[5].update(severity="high"))
    stripped = {**container.decode(changed), "seed.json": None, **dict.fromkeys(also)}
    assert t.outcome(bundle=t.pack(stripped))[:2] == ("undecided", "RW4069")


def test_views_without_the_seed_are_not_taken_for_signed() -> None:
    gone: dict[str, bytes | None] = dict.fromkeys(("seed.json", "rows.json", "results.json"))
    assert t.outcome(bundle=t.pack({**gone, "views/report.html": b"other"})) == ("undecided", "RW4069", "views")


def test_a_bundle_may_hold_less_but_says_so() -> None:
    found = verify(t.given(bundle=t.pack({"views/report.html": None, "results.json": None})))
    outcomes = {check.name: check.outcome for check in found.checks}
    assert found.verdict == "valid"
    assert (outcomes["views"], outcomes["results"], outcomes["rows"]) == ("note", "skip", "ok")


def test_inputs_that_the_run_names_are_good() -> None:
    found = verify(t.given(bundle=with_run(**{f"f{t.digest(b'text')}": b"text"})))
    assert found.verdict == "valid"
    assert next(check.outcome for check in found.checks if check.name == "inputs") == "ok"


def test_artefacts() -> None:
    assert t.outcome(artifacts=(firmware(),))[0] == "valid"
    assert t.outcome(artifacts=(firmware(), firmware(b"other"))) == ("invalid", "RW4014", "artefacts")


def test_the_gate_counts_only_where_a_pass_is_required() -> None:
    assert t.outcome(require_pass=True) == ("invalid", "RW4015", "gate")
    passed = t.retold(_all_pass, lambda listed: [msgspec.structs.replace(row, blocks=False, status="not_applicable" if row.status == "not_applicable" else "pass", of=None, waiver=None) for row in listed])  # fmt: skip
    assert t.outcome(require_pass=True, bundle=passed)[0] == "valid"


def test_what_nothing_ties_to_the_signature_is_named() -> None:
    found = verify(t.given(bundle=t.pack({"readme.txt": b"ALL PASS", "verify.html": b"<p>all is well</p>"})))
    told = next(check.text for check in found.checks if check.name == "container")
    assert found.verdict == "valid"
    assert told.endswith("not judged, so do not rely on it: readme.txt, verify.html")


def test_the_gate_is_told_only_of_what_is_valid() -> None:
    passed = t.retold(_all_pass, lambda listed: [msgspec.structs.replace(row, blocks=False, status="not_applicable" if row.status == "not_applicable" else "pass", of=None, waiver=None) for row in listed])  # fmt: skip
    assert verify(t.given(bundle=passed)).gate == "pass"
    assert verify(t.given(bundle=passed, statuses=())).gate == ""
    assert verify(t.given(bundle=passed, at=date(2030, 1, 1))).gate == ""


def test_a_statement_is_signed_by_a_key_that_counts() -> None:
    """A key of the policy that signed the root, but is revoked, does not vouch for a statement beside it."""
    names = (*good.MAKER, "lab-p256")
    payload = dsse.decode(t.members()["root.dsse.json"]).payload
    made = t.pack(
        {"root.dsse.json": t.sealed(payload, names), "statements/vsa.dsse.json": t.sealed(derived("vsa"), names[2:])}
    )
    lab = msgspec.structs.replace(good.RULE, role="lab", threshold=1, hybrid=False)
    assert t.outcome(bundle=made, trust=good.trust_file(rules=(good.RULE, lab)))[0] == "valid"
    assert t.outcome(bundle=made) == ("invalid", "RW4067", "statements")
    revoked = good.entry("lab-p256", revoked=model.Revoked(on="2026-01-02", reason="stolen", compromised_since=None))
    assert t.outcome(bundle=made, trust=good.trust_file({"lab-p256": revoked})) == ("invalid", "RW4067", "statements")


def test_statements_of_another_attestation_of_the_same_signer_are_refused_without_rows() -> None:
    """An outsider drops the rows of a failing bundle, and encloses the passed summary of another one."""
    report = good.report()
    results = tuple(found for found in report.results if found.verdict == "pass")
    other = good.members(report=msgspec.structs.replace(report, results=results))
    assert b'"PASSED"' in dsse.decode(other["statements/vsa.dsse.json"]).payload
    for name in ("vsa", "svr", "test-result"):
        member = f"statements/{name}.dsse.json"
        bare = {"root.dsse.json": t.members()["root.dsse.json"], member: other[member]}
        assert t.outcome(bundle=container.encode(bare)) == ("invalid", "RW4068", "statements")
        own = verify(t.given(bundle=container.encode({**bare, member: t.members()[member]})))
        assert next(check.outcome for check in own.checks if check.name == "statements") == "note"


def _all_pass(told: Any) -> None:
    for item in told["results"]:
        if item["verdict"] != "not_applicable":
            item.update(verdict="pass", waived=None, blocks=False)
            for line in item["reason"]:
                line["verdict"] = "pass"


def test_days_of_the_validity_are_included() -> None:
    days = ("2026-01-31", "2026-02-01", "2026-12-31", "2027-01-01")
    lists = (good.status_list(**dated("2026-01-01", "2027-12-31")),)
    trust = good.trust_file(expires="2028-01-01")
    found = [t.outcome(at=date.fromisoformat(day), statuses=lists, trust=trust)[1] for day in days]
    assert found == ["RW4040", "", "", "RW4041"]


def test_the_verdict_is_that_of_the_first_failure_else_of_the_first_doubt() -> None:
    listed = (Check("status", "unsure", "", "A"), Check("rows", "fail", "", "B"), Check("logic", "fail", "", "C"))
    assert judged(listed) == ("invalid", "B")
    assert judged(listed[:1]) == ("undecided", "A")
    assert judged((Check("container", "fail", "", "D"), *listed)) == ("unreadable", "D")


def test_every_code_of_a_verification_is_explained() -> None:
    told = {row[2] for table in (READING, BUNDLES, STATUS) for row in table if row[2]}
    assert told <= set(CODES)
