"""Logic of the results: what is signed contradicts itself, or says more than the results do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from rulewright.attest import container, disclose, disclosure, dsse, model
from rulewright.attest.canonical import dump
from rulewright.attest.disclosure import Tree
from rulewright.attest.model import Row
from rulewright.attest.views import trestle
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given

GROUP = Group("logic", "Logic of the results")
case = GROUP.case
C1, C2, C3, C4, C5, C6 = (f"{make.STANDARD}:C.{number}" for number in range(1, 7))
"""pass; fail, shall; waived; unknown, shall; not applicable; fail or unknown, should."""
SOFT = "AMPEL: a soft failure is PASSED"
ABSENT = "AMPEL: controls listed without their status"


def statuses() -> dict[str, str]:
    """The status of each row."""
    return {row.requirement: row.status for row in make.rows()}


def changed(name: str, **changes: Any) -> Inputs:
    """A row changed, to which the signer commits; the results are as they are."""
    return given(make.retold(rows=t.changed(name, **changes)))


def unsigned(change: Callable[[Any], None]) -> Inputs:
    """The rows changed, and nothing signed again."""
    return given(make.rows_file(change))


def retold(change: Callable[[Any], None]) -> Inputs:
    """The results changed, to which the signer commits with rows that are as they are but for their digests."""
    return given(make.retold(change))


def of(told: Any, name: str) -> Any:
    return t.result_of(told, name)


# --- without signing again

GROUP.each(
    "invalid",
    "RW4061",
    [
        ("fail-shown-as-pass-unsigned", "A fail is changed to a pass, and nothing is signed again.", lambda rows: rows[1].update(status="pass", blocks=False)),
        ("unknown-shown-as-pass-unsigned", "An unknown is changed to a pass, and nothing is signed again.", lambda rows: rows[3].update(status="pass", blocks=False)),
        ("waiver-removed-unsigned", "A waived row is changed to a pass, and nothing is signed again.", lambda rows: rows[2].update(status="pass", of=None, waiver=None)),
        ("row-left-out-unsigned", "A row is left out.", lambda rows: rows.pop(1)),
        ("last-row-left-out-unsigned", "The last row is left out.", lambda rows: rows.pop()),
        ("all-rows-left-out-unsigned", "All rows are left out.", lambda rows: rows.clear()),
        ("row-added-unsigned", "A row is added.", lambda rows: rows.append({**rows[0], "requirement": f"{make.STANDARD}:C.9"})),
        ("row-twice-unsigned", "A row stands twice.", lambda rows: rows.insert(1, rows[0])),
        ("row-for-another-unsigned", "A row that failed is replaced by a second one that passed.", lambda rows: rows.__setitem__(1, rows[0])),
        ("rows-reversed-unsigned", "The rows are in another order.", lambda rows: rows.reverse()),
        ("row-renamed-unsigned", "A row is about another requirement.", lambda rows: rows[5].update(requirement=f"{make.STANDARD}:C.7")),
        ("row-of-another-product-unsigned", "A row is about another product.", lambda rows: rows[5].update(product="pkg:generic/camera@2.0")),
        ("level-lowered-unsigned", "A row has a lower level.", lambda rows: rows[1].update(level="may", blocks=False)),
        ("basis-raised-unsigned", "A row rests on something else.", lambda rows: rows[0].update(basis="manual")),
        ("row-of-a-strange-status", "A row has a status that is none.", lambda rows: rows[0].update(status="passed")),
        ("row-with-a-further-member", "A row has a member that the model does not have.", lambda rows: rows[0].update(note="x")),
        ("row-without-a-member", "A row lacks its waiver, which may be `null`.", lambda rows: rows[0].pop("waiver")),
    ],
    unsigned,
    precedent="in-toto: the monotonic rule",
)  # fmt: skip
GROUP.each(
    "undecided",
    "RW4069",
    [
        ("no-seed", "The seed is left out, and nothing ties the rows to the signature.", ("seed.json",)),
        ("no-seed-no-rows", "Seed and rows are left out.", ("seed.json", "rows.json")),
        ("no-seed-no-results", "Seed and results are left out.", ("seed.json", "results.json")),
        ("views-alone", "Seed, rows and results are left out, and documents are there.", ("seed.json", "results.json", "rows.json")),
    ],
    lambda names: given(make.pack(dict.fromkeys(names))),
)  # fmt: skip


@case("undecided", "RW4069")
def fail_shown_as_pass_without_the_seed() -> Inputs:
    """The seed is left out, and a fail is changed to a pass in rows of the right number and names."""
    plain = json.loads(make.members()["rows.json"])
    plain["rows"][5].update(severity="none")
    return given(make.pack({"rows.json": dump(plain), "seed.json": None, "results.json": None, "statements/vsa.dsse.json": None, "statements/svr.dsse.json": None, "statements/test-result.dsse.json": None}))  # fmt: skip


@case("undecided", "RW4069")
def report_without_the_seed() -> Inputs:
    """The root alone, with a report that says that all is well."""
    root = {"root.dsse.json": make.members()["root.dsse.json"]}
    return given(container.encode({**root, "views/report.md": b"All is well."}))


GROUP.each(
    "invalid",
    "RW4069",
    [
        ("seed-short", "The seed has 31 bytes.", b'{"format":"rulewright-seed/1","seed":"' + b"0" * 62 + b'"}'),
        ("seed-capitals", "The seed is in upper case.", b'{"format":"rulewright-seed/1","seed":"' + b"A" * 64 + b'"}'),
        ("seed-malformed", "The seed is no JSON.", b"0" * 64),
        ("seed-of-another-format", "The seed has the format of a later version.", b'{"format":"rulewright-seed/2","seed":"' + b"0" * 64 + b'"}'),
    ],
    lambda data: given(make.pack({"seed.json": data})),
)  # fmt: skip

# --- signed by an insider

GROUP.each(
    "invalid",
    "RW4063",
    [
        ("fail-shown-as-pass", "A fail is told as a pass; the results say fail.", (C2, {"status": "pass", "blocks": False})),
        ("unknown-shown-as-pass", "An unknown is told as a pass; the results say unknown.", (C4, {"status": "pass", "blocks": False})),
        ("unknown-shown-as-not-applicable", "An unknown is told as not applicable.", (C4, {"status": "not_applicable", "blocks": False})),
        ("waived-shown-as-pass", "A waived row is told as a pass, without its waiver.", (C3, {"status": "pass", "of": None, "waiver": None})),
        ("waived-shown-as-not-applicable", "A waived row is told as not applicable.", (C3, {"status": "not_applicable", "of": None, "waiver": None})),
        ("pass-under-a-waiver", "A row has a waiver, and is told as a pass.", (C3, {"status": "pass"})),
        ("waived-without-a-waiver", "A row is told as waived, and has no waiver.", (C3, {"waiver": None})),
        ("waived-of-nothing", "A row is told as waived, and not what it would be.", (C3, {"of": None})),
        ("fail-waived-by-the-signer", "A fail is told as waived; the results have no waiver.", (C2, {"status": "waived", "of": "fail", "waiver": model.Waiver(id="w-9", approved_by="x", until="2026-12-31"), "blocks": False})),
        ("waiver-of-another", "The waiver of a row is another one.", (C3, {"waiver": model.Waiver(id="w-2", approved_by="x", until="2026-12-31")})),
        ("waiver-prolonged", "The waiver of a row ends later.", (C3, {"waiver": model.Waiver(id="w-1", approved_by="licences@acme.example", until="2029-12-31")})),
        ("fail-that-does-not-block", "A fail of a `shall` does not block.", (C2, {"blocks": False})),
        ("unknown-that-does-not-block", "An unknown of a `shall` does not block.", (C4, {"blocks": False})),
        ("should-that-blocks", "A `should` blocks, where only `shall` may.", (C6, {"blocks": True})),
        ("pass-that-blocks", "A pass blocks.", (C1, {"blocks": True})),
        ("waived-that-blocks", "A waived row blocks.", (C3, {"blocks": True})),
        ("level-lowered", "A fail has a lower level than its result, so that it does not block.", (C2, {"level": "should", "blocks": False})),
        ("severity-lowered", "A row has another severity than its result.", (C2, {"severity": "low"})),
        ("error-shown-as-fail", "A fail is told as an error.", (C2, {"status": "error"})),
        ("pass-shown-as-unknown", "A pass is told as unknown, which does not help anybody.", (C1, {"status": "unknown", "blocks": True})),
    ],
    lambda pair: changed(pair[0], **pair[1]),
    precedent=SOFT,
)  # fmt: skip


def both(name: str, change: Callable[[Any], None], **row: Any) -> Inputs:
    """A result and its row changed together, to which the signer commits."""
    return given(make.retold(lambda told: change(of(told, name)), t.changed(name, **row)))


@case("invalid", "RW4063", precedent=SOFT)
def pass_with_a_line_that_failed() -> Inputs:
    """Result and row say pass, and a line of the reason says fail."""
    return both(C2, lambda one: one.update(verdict="pass", blocks=False), status="pass", blocks=False)


@case("invalid", "RW4063", precedent=SOFT)
def pass_with_a_line_that_is_unknown() -> Inputs:
    """Result and row say pass, and a line of the reason says unknown."""
    return retold(lambda told: of(told, C1)["reason"][0].update(verdict="unknown"))


@case("invalid", "RW4063", precedent=SOFT)
def pass_with_a_line_in_error() -> Inputs:
    """Result and row say pass, and a line of the reason says error."""
    return retold(lambda told: of(told, C1)["reason"][-1].update(verdict="error"))


@case("invalid", "RW4063")
def not_applicable_without_a_reason() -> Inputs:
    """A requirement is not applicable, and no reason is given."""
    return retold(lambda told: of(told, C5).update(reason=[]))


@case("invalid", "RW4063")
def fail_made_not_applicable_without_a_reason() -> Inputs:
    """A fail is told as not applicable in result and row, and no reason is given."""
    return both(
        C2,
        lambda one: one.update(verdict="not_applicable", blocks=False, reason=[]),
        status="not_applicable",
        blocks=False,
    )


@case("invalid", "RW4063", precedent="a salt used again")
def detail_of_another_result() -> Inputs:
    """The digest of one row's result is that of another row's."""
    other = next(row.detail for row in make.rows() if row.requirement == C1)
    return given(make.retold(rows=t.changed(C2, detail=other)))


@case("invalid", "RW4063")
def result_changed_beside_its_digest() -> Inputs:
    """The title of a result is another one, and the row has the digest of the old one."""
    return given(make.retold(lambda told: told["results"][0].update(title="another title"), details=False))


@case("invalid", "RW4061")
def result_without_a_row() -> Inputs:
    """The signer leaves out a row; the results still have it."""
    return given(make.retold(rows=lambda listed: [row for row in listed if row.requirement != C2]))


@case("invalid", "RW4061")
def row_without_a_result() -> Inputs:
    """The signer leaves out a result; the rows still have it."""
    return retold(lambda told: told["results"].pop())


@case("invalid", "RW4061")
def result_twice() -> Inputs:
    """A result stands twice, first as it was and then otherwise."""
    return retold(lambda told: told["results"].append({**told["results"][0], "verdict": "fail"}))


@case("invalid", "RW4064")
def row_of_another_product() -> Inputs:
    """A row is about a product that the results do not know."""
    return changed(C1, product="pkg:generic/camera@2.0")


def _rows_twice(listed: list[Row]) -> list[Row]:
    return [*listed[:1], *listed]


@case("invalid", "RW4061")
def row_twice_signed() -> Inputs:
    """A row stands twice, and the signer commits to it."""
    return given(make.retold(rows=_rows_twice))


@case("invalid", "RW4061")
def rows_unsorted_signed() -> Inputs:
    """The rows are out of order, and the signer commits to it, so that neighbours prove nothing."""
    return given(make.retold(rows=lambda listed: listed[::-1]))


GROUP.each(
    "invalid",
    "RW4061",
    [
        ("requirements-of-another", "The list of requirements is another one.", {"requirements": "0" * 64}),
        ("tree-of-another", "The tree is another one.", {"tree": "0" * 64}),
    ],
    lambda changes: given(make.resigned(lambda plain: plain["predicate"]["results"].update(changes))),
)
GROUP.each(
    "invalid",
    "RW4062",
    [
        ("leaves-fewer", "The root says that there are fewer rows.", {"leaves": 5}),
        ("leaves-more", "The root says that there are more rows.", {"leaves": 7}),
        ("leaves-none", "The root says that there are no rows.", {"leaves": 0}),
    ],
    lambda changes: given(make.resigned(lambda plain: plain["predicate"]["results"].update(changes))),
)


def tally(**changes: int) -> Inputs:
    """The tally changed, and the root signed again."""
    return given(make.resigned(lambda plain: plain["predicate"]["verdicts"][0].update(changes)))


GROUP.each(
    "invalid",
    "RW4062",
    [
        ("tally-of-fails", "The root counts no fail.", {"fail": 0}),
        ("tally-of-unknowns", "The root counts no unknown.", {"unknown": 0}),
        ("tally-waived-as-pass", "The root counts the waived row as a pass.", {"pass": 2, "waived": 0}),
        ("tally-of-blocking", "The root says that nothing blocks.", {"blocking": 0}),
        ("tally-of-passes", "The root counts more passes.", {"pass": 100}),
    ],
    lambda changes: tally(**changes),
    precedent="Conforma: counts alone are signed",
)


@case("invalid", "RW4062")
def tally_of_a_standard_that_is_not_there() -> Inputs:
    """The root tallies a standard that no row is of."""
    more = dict.fromkeys(("pass", "fail", "waived", "unknown", "error", "notApplicable", "blocking"), 0)
    return given(make.resigned(lambda plain: plain["predicate"]["verdicts"].append({"standard": "z", **more})))


@case("invalid", "RW4062")
def tally_under_another_name() -> Inputs:
    """The tally is that of another standard."""
    return given(make.resigned(lambda plain: plain["predicate"]["verdicts"][0].update(standard="etsi.en_303_645")))


@case("invalid", "RW4062")
def gate_open() -> Inputs:
    """The root says that the gate is open, and rows block."""
    return given(make.predicate(gate="pass"))


@case("invalid", "RW4062")
def gate_open_required() -> Inputs:
    """The root says that the gate is open, rows block, and a pass is required."""
    return given(make.predicate(gate="pass"), require_pass=True)


@case("invalid", "RW4015")
def gate_closed_required() -> Inputs:
    """The gate is closed, and a pass is required."""
    return given(make.pack({}), require_pass=True)


@case("invalid", "RW4062")
def fail_on_changed() -> Inputs:
    """The root says that nothing may block, and the rows say otherwise."""
    return given(make.predicate(failOn="never"))


GROUP.each(
    "invalid",
    "RW4012",
    [
        ("count-negative", "A count is -1.", lambda said: said["verdicts"][0].update(error=-1)),
        ("leaves-negative", "The number of rows is -1.", lambda said: said["results"].update(leaves=-1)),
        ("input-negative", "The size of an input is -1.", lambda said: said["inputs"][0].update(bytes=-1)),
        ("tallies-twice", "A standard is tallied twice.", lambda said: said["verdicts"].append(said["verdicts"][0])),
        ("tallies-none", "No standard is tallied.", lambda said: said.update(verdicts=[])),
        ("views-unsorted", "The views are out of order.", lambda said: said["views"].reverse()),
        ("views-twice", "A view is listed twice.", lambda said: said["views"].append(said["views"][-1])),
        ("inputs-twice", "An input is listed twice.", lambda said: said["inputs"].append(said["inputs"][0])),
        ("gate-unknown", "The gate is neither open nor closed.", lambda said: said.update(gate="unknown")),
        ("digest-in-capitals", "The digest of the program is in capitals.", lambda said: said.update(program="A" * 64)),
        ("digest-short", "A commitment has 63 digits.", lambda said: said["results"].update(commitment="0" * 63)),
        ("digest-newline", "The digest of a policy ends with a newline.", lambda said: said["policies"][0].update(sha256="0" * 64 + "\n")),
        ("supersedes-a-name", "What is superseded is named, not given by its digest.", lambda said: said.update(supersedes="the old one")),
        ("decision-unknown", "A decision is of a kind that is none.", lambda said: said["decisions"].append({"kind": "ignore", "requirement": C2, "sha256": "0" * 64})),
    ],
    lambda change: given(make.resigned(lambda plain: change(plain["predicate"]))),
)  # fmt: skip


def _contradicting(told: Any) -> None:
    """Results that stand in a contradiction."""
    told["analysed"] = {"complete_up_to": 3, "left": []}
    told["results"][0]["conflicts"] = [{"id": "c1", "others": [C2], "facts": ["f"], "region": "true"}]


FOUND: dict[str, Any] = {
    "completeUpTo": 3,
    "left": [],
    "found": [{"id": "c1", "requirements": [C1, C2], "facts": ["f"]}],
}


def contradicting(conflicts: Any) -> Inputs:
    """Results that stand in a contradiction, beside what the root says of them."""
    return given(make.retold(_contradicting, also=lambda plain: plain["predicate"].update(conflicts=conflicts)))


GROUP.add("contradictions-told", "Root and results tell of one contradiction.", "valid", "", lambda: contradicting(FOUND))  # fmt: skip
GROUP.each(
    "invalid",
    "RW4064",
    [
        ("contradictions-dropped", "The results stand in a contradiction, and the root says that nobody looked.", None),
        ("contradiction-dropped", "The root does not tell of the contradiction.", {**FOUND, "found": []}),
        ("contradiction-renamed", "The contradiction has another id.", {**FOUND, "found": [{"id": "c2", "requirements": [C1, C2], "facts": ["f"]}]}),
        ("contradiction-of-fewer", "A requirement is left out of the contradiction.", {**FOUND, "found": [{"id": "c1", "requirements": [C1], "facts": ["f"]}]}),
        ("contradiction-twice", "The contradiction is told twice.", {**FOUND, "found": FOUND["found"] * 2}),
        ("contradictions-complete", "The root says that more was looked at.", {**FOUND, "completeUpTo": 9}),
    ],
    contradicting,
)  # fmt: skip


@case("invalid", "RW4064")
def contradictions_made_up() -> Inputs:
    """The root says that contradictions were looked for, and the results do not."""
    return given(make.predicate(conflicts={"completeUpTo": 2, "left": [], "found": []}))


GROUP.each(
    "invalid",
    "RW4060",
    [
        ("results-of-another-format", "The results have the format of a later version.", lambda told: told.update(format="rulewright-result/2")),
        ("results-without-results", "The results have no list of results.", lambda told: told.pop("policies")),
        ("results-with-a-strange-verdict", "A verdict is none.", lambda told: of(told, C1).update(verdict="passed")),
        ("results-with-a-truth-for-a-waiver", "A waiver is a truth value.", lambda told: of(told, C3).update(waived=True)),
    ],
    retold,
)  # fmt: skip

# --- documents beside the root


@case("invalid", "RW4066", precedent="a view that contradicts the root")
def report_changed() -> Inputs:
    """The report says pass where it said fail."""
    report = make.members()["views/report.md"].replace(b"not met", b"met").replace(b"fail", b"pass")
    return given(make.pack({"views/report.md": report + b"."}))


@case("invalid", "RW4066", precedent="a view that contradicts the root")
def sarif_without_results() -> Inputs:
    """The SARIF view has no results any more."""
    return given(make.pack({"views/results.sarif": b'{"runs":[],"version":"2.1.0"}'}))


@case("invalid", "RW4066")
def view_empty() -> Inputs:
    """A view is empty."""
    return given(make.pack({"views/report.md": b""}))


@case("invalid", "RW4066")
def views_exchanged() -> Inputs:
    """One view stands under the name of another."""
    return given(make.pack({"views/report.md": t.members()["views/results.sarif"]}))


@case("invalid", "RW4065")
def view_that_is_not_listed() -> Inputs:
    """The bundle holds a document that the root does not list."""
    return given(make.pack({"views/declaration-of-conformity.pdf": b"%PDF-1.7"}))


GROUP.each(
    "invalid",
    "RW4068",
    [
        ("vsa-passed", "The verification summary says `PASSED`.", ("vsa", lambda said: said.update(verificationResult="PASSED"))),
        ("vsa-with-a-level", "The verification summary lists a level.", ("vsa", lambda said: said.update(verifiedLevels=["RULEWRIGHT_ACME_CAMERA"]))),
        ("vsa-of-another-policy", "The verification summary names another policy.", ("vsa", lambda said: said["policy"]["digest"].update(sha256="e" * 64))),
        ("vsa-of-another-root", "The verification summary rests on another root.", ("vsa", lambda said: said["inputAttestations"][0]["digest"].update(sha256="0" * 64))),
        ("vsa-of-another-time", "The verification summary is newer than the root.", ("vsa", lambda said: said.update(timeVerified="2026-02-03T00:00:00Z"))),
        ("svr-with-a-waived-property", "A waived requirement is listed as met.", ("svr", lambda said: said.update(properties=sorted([*said["properties"], "RULEWRIGHT_ACME_CAMERA_C_3"])))),
        ("svr-with-an-unknown-property", "An unknown requirement is listed as met.", ("svr", lambda said: said.update(properties=sorted([*said["properties"], "RULEWRIGHT_ACME_CAMERA_C_4"])))),
        ("svr-with-a-failed-property", "A requirement that failed is listed as met.", ("svr", lambda said: said.update(properties=sorted([*said["properties"], "RULEWRIGHT_ACME_CAMERA_C_2"])))),
        ("svr-with-a-made-up-property", "A property that is no requirement is listed.", ("svr", lambda said: said["properties"].append("SLSA_BUILD_LEVEL_3"))),
        ("test-result-passed", "The test result says `PASSED`.", ("test-result", lambda said: said.update(result="PASSED"))),
        ("test-result-waived-as-passed", "A waived requirement is among the passed tests.", ("test-result", lambda said: said.update(passedTests=[*said["passedTests"], *said["warnedTests"]], warnedTests=[]))),
        ("test-result-without-fails", "The failed tests are left out.", ("test-result", lambda said: said.update(failedTests=[]))),
        ("test-result-of-another-root", "The test result rests on another root.", ("test-result", lambda said: said["configuration"][0]["digest"].update(sha256="0" * 64))),
    ],
    lambda pair: given(make.restated(pair[0], lambda plain: pair[1](plain["predicate"]))),
    precedent=f"{SOFT}; {ABSENT}",
)  # fmt: skip

# --- disclosures


def tree() -> Tree:
    """The tree of the good bundle."""
    return Tree(good.SEED, make.rows())


def disclosed(change: Callable[[Any], object], *shown: int, **more: Any) -> Inputs:
    """The root alone, beside a disclosure that was changed."""
    plain = json.loads(disclose.make(tree(), make.digest(), shown or (1,), **more))
    change(plain)
    return given(make.members()["root.dsse.json"], disclosures=(dump(plain),))


def item(change: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda plain: change(plain["shown"][0])


PAIR = (f"{make.STANDARD}:C.20", make.PRODUCT)
"""What is not there: it would stand between C.2 and C.3."""
GROUP.each(
    "invalid",
    "RW4082",
    [
        ("disclosed-fail-as-pass", "A disclosed fail is changed to a pass.", item(lambda one: one["row"].update(status="pass", blocks=False))),
        ("disclosed-row-renamed", "A disclosed row is about another requirement.", item(lambda one: one["row"].update(requirement=C1))),
        ("disclosed-salt", "The salt of a disclosed row is another one.", item(lambda one: one.update(salt="A" * 22))),
        ("disclosed-salt-padded", "The salt of a disclosed row is padded.", item(lambda one: one.update(salt=one["salt"] + "=="))),
        ("disclosed-without-salt", "The salt of a disclosed row is left out.", item(lambda one: one.pop("salt"))),
        ("disclosed-index", "A disclosed row claims another place.", item(lambda one: one.update(index=0))),
        ("disclosed-index-negative", "A disclosed row claims the place -1.", item(lambda one: one.update(index=-1))),
        ("disclosed-index-beyond", "A disclosed row claims a place after the last one.", item(lambda one: one.update(index=6))),
        ("disclosed-path-cut", "The proof of a disclosed row is cut off.", item(lambda one: one.update(path=one["path"][:-43]))),
        ("disclosed-path-longer", "The proof of a disclosed row has a hash more.", item(lambda one: one.update(path=one["path"] + "A" * 43))),
        ("disclosed-path-empty", "The proof of a disclosed row is empty.", item(lambda one: one.update(path=""))),
        ("disclosed-leaf-and-row", "A disclosed row has its leaf, too.", item(lambda one: one.update(leaf=[C2, make.PRODUCT, "A" * 43]))),
        ("disclosed-neither", "A disclosed place has neither leaf nor row.", item(lambda one: (one.pop("row"), one.pop("salt")))),
        ("disclosed-null", "A disclosed row has a leaf that is `null`.", item(lambda one: one.update(leaf=None))),
        ("disclosed-detail-without-salt", "A result is shown without its salt.", item(lambda one: one.update(detail={"verdict": "pass"}))),
        ("disclosed-detail-of-another", "A result is shown that is not that of its row.", item(lambda one: one.update(detail={"verdict": "pass"}, detail_salt="A" * 22))),
        ("disclosed-twice", "A place of the tree is shown twice.", lambda plain: plain["shown"].append(plain["shown"][0])),
        ("disclosed-leaves", "The disclosure claims another number of rows.", lambda plain: plain.update(leaves=2)),
        ("disclosed-absent-unproven", "Something is claimed to be absent, and no neighbours are shown.", lambda plain: plain.update(absent=PAIR)),
        ("disclosed-absent-and-there", "A row that is shown is claimed to be absent.", lambda plain: plain.update(absent=(C2, make.PRODUCT))),
        ("disclosed-further-member", "The disclosure has a member that the model does not have.", lambda plain: plain.update(note="complete")),
        ("disclosed-format", "The disclosure has the format of a later version.", lambda plain: plain.update(format="rulewright-disclosure/2")),
    ],
    disclosed,
    precedent="a proof used again",
)  # fmt: skip


@case("invalid", "RW4082")
def absence_with_a_gap() -> Inputs:
    """A row that is there is claimed to be absent, between two rows that are no neighbours."""
    return disclosed(lambda plain: plain.update(absent=(C3, make.PRODUCT)), 1, 3)


@case("invalid", "RW4082")
def absence_elsewhere() -> Inputs:
    """Two neighbours are shown, and what is claimed to be absent would stand elsewhere."""
    return disclosed(lambda plain: plain.update(absent=(f"{make.STANDARD}:C.50", make.PRODUCT)), 1, 2)


@case("invalid", "RW4082")
def absence_with_one_side() -> Inputs:
    """Only one neighbour is shown, and it is not the last leaf."""
    return disclosed(lambda plain: plain.update(absent=PAIR), 1)


@case("invalid", "RW4082")
def rows_out_of_order_disclosed() -> Inputs:
    """The signer's rows are out of order, and a disclosure shows two of them."""
    listed = list(make.rows())[::-1]
    summary = Tree(good.SEED, listed)
    bundle = t.resigned(lambda plain: plain["predicate"]["results"].update(tree=summary.root), extra={"rows.json": None, "results.json": None})  # fmt: skip
    root = container.decode(bundle)["root.dsse.json"]
    shown = disclose.make(summary, t.digest(dsse.decode(root).payload), (0, 1))
    return given(root, disclosures=(shown,))


GROUP.each(
    "valid",
    "",
    [
        ("disclosed-row", "One row is disclosed.", ((1,), {})),
        ("disclosed-all", "All rows are disclosed.", ((0, 1, 2, 3, 4, 5), {})),
        ("disclosed-names", "One row is disclosed, and its neighbours by name.", ((1,), {"named": (0, 2)})),
        ("disclosed-absence", "Two neighbours prove that something is absent.", ((1, 2), {"absent": PAIR})),
        ("disclosed-absence-at-the-end", "The last leaf proves that nothing follows.", ((5,), {"absent": ("zzz:1", make.PRODUCT)})),
        ("disclosed-absence-at-the-begin", "The first leaf proves that nothing stands before.", ((0,), {"absent": ("aaa:1", make.PRODUCT)})),
    ],
    lambda pair: disclosed(lambda _: None, *pair[0], **pair[1]),
)  # fmt: skip


@case("valid")
def disclosed_with_its_result() -> Inputs:
    """One row is disclosed with its whole result."""
    told = json.loads(make.members()["results.json"])
    details = {(C2, make.PRODUCT): of(told, C2)}
    return disclosed(lambda _: None, 1, details=details)


def _all_pass(told: Any) -> None:
    for one in told["results"]:
        if one["verdict"] != "not_applicable":
            one.update(verdict="pass", waived=None, blocks=False)
            for line in one["reason"]:
                line["verdict"] = "pass"


def _passing(row: Row) -> Row:
    status = "not_applicable" if row.status == "not_applicable" else "pass"
    return msgspec.structs.replace(row, blocks=False, status=status, of=None, waiver=None)


@case("valid")
def everything_passes() -> Inputs:
    """Everything passes, and a pass is required."""
    return given(make.retold(_all_pass, lambda listed: list(map(_passing, listed))), require_pass=True)


# --- roots without their rows: the counts must add up by themselves


def alone(bundle: bytes) -> bytes:
    """The root of a bundle alone."""
    return container.decode(bundle)["root.dsse.json"]


def counted(**counts: int) -> Any:
    """A root that counts this, and says that its gate is open."""
    none = dict.fromkeys(("pass", "fail", "waived", "unknown", "error", "notApplicable", "blocking"), 0)
    return lambda said: said.update(gate="pass", verdicts=[{"standard": make.STANDARD, **none, **counts}])


def leaves(count: int) -> Any:
    """A root that passes all of so many rows."""

    def change(said: Any) -> None:
        counted(**{"pass": count})(said)
        said["results"]["leaves"] = count

    return change


def rootward(change: Any, **changes: Any) -> Inputs:
    """The root alone, its predicate changed and signed again."""
    return given(alone(make.resigned(lambda plain: change(plain["predicate"]))), **changes)


GROUP.each(
    "invalid",
    "RW4062",
    [
        ("alone-gate-open", "The root alone says that its gate is open, and that two rows block.", lambda said: said.update(gate="pass")),
        ("alone-gate-closed", "The root alone says that its gate is closed, and that nothing blocks.", lambda said: said["verdicts"][0].update(blocking=0)),
        ("alone-fewer-counted", "The root alone counts one row of six.", counted(**{"pass": 1})),
        ("alone-more-counted", "The root alone counts seven rows of six.", counted(**{"pass": 7})),
        ("alone-nothing-counted", "The root alone counts no row, and has none.", leaves(0)),
        ("alone-more-blocking", "The root alone says that more rows block than are not met.", lambda said: said["verdicts"][0].update(blocking=4)),
        ("alone-blocking-though-nothing-may", "The root alone says that nothing may block, and that two rows do.", lambda said: said.update(failOn="never")),
    ],
    lambda change: rootward(change, require_pass=True),
    precedent="Conforma: counts alone are signed",
)  # fmt: skip
GROUP.each(
    "invalid",
    "RW4007",
    [
        ("rows-too-many", "The root counts 10,001 rows.", leaves(10_001)),
        ("products-too-many", "The root names 1,025 products.", lambda said: said.update(products=[{"id": f"p{n}", "name": "p", "version": ""} for n in range(1_025)])),
        ("tallies-too-many", "The root tallies 1,025 standards.", lambda said: said.update(verdicts=[{**said["verdicts"][0], "standard": f"s{n:04}"} for n in range(1_025)])),
    ],
    rootward,
)  # fmt: skip
GROUP.each(
    "valid",
    "",
    [
        ("rows-as-many-as-may-be", "The root counts 10,000 rows.", leaves(10_000)),
        ("products-as-many-as-may-be", "The root names 1,024 products.", lambda said: said.update(products=[{"id": f"p{n}", "name": "p", "version": ""} for n in range(1_024)])),
    ],
    rootward,
)  # fmt: skip


@case("invalid", "RW4064")
def root_of_another_product() -> Inputs:
    """The root names another product than the rows and the results."""
    return given(make.predicate(products=[{"id": "pkg:generic/door@1.0", "name": "door", "version": "1.0"}]))


@case("invalid", "RW4064")
def root_of_a_product_more() -> Inputs:
    """The root names a second product, about which there is no row."""
    more = {"id": "pkg:generic/door@1.0", "name": "door", "version": "1.0"}
    return given(make.resigned(lambda plain: plain["predicate"]["products"].append(more)))


@case("invalid", "RW4064")
def root_of_another_version() -> Inputs:
    """The root gives the product another version than the results."""
    return given(make.resigned(lambda plain: plain["predicate"]["products"][0].update(version="9.9")))


@case("invalid", "RW4012")
def two_products_with_one_id() -> Inputs:
    """The root names two products under one id."""
    return given(make.resigned(lambda plain: plain["predicate"]["products"].append({"id": make.PRODUCT, "name": "other", "version": "9"})))  # fmt: skip


@case("undecided", "RW4073")
def log_named_and_a_proof_of_nothing() -> Inputs:
    """The root names a log; somebody puts a proof beside it that nobody can judge, since no log is trusted."""
    return given(make.resigned(lambda plain: plain["predicate"].update(log="log.example/1"), extra={"log/proof.tlog-proof": b"x"}))  # fmt: skip


def _sidecar(document: bytes) -> Inputs:
    """The bundle with a view of OSCAL, and a signature in the form of compliance-trestle over some document of that name."""
    name = "oscal-poam.json"
    view = b'{"plan-of-action-and-milestones":{}}'
    listed = {"name": name, "mediaType": "application/oscal+json", "commitment": disclosure.blinded(good.SEED, f"views/{name}", view)}  # fmt: skip
    signed = good.signed(json.loads(trestle.payload(name, document or view)), dsse.IN_TOTO, "maker")

    def change(plain: Any) -> None:
        plain["predicate"]["views"] = [listed if one["name"] == name else one for one in plain["predicate"]["views"]]

    more = {f"views/{name}": view, "statements/oscal-poam.dsse.json": signed}
    return given(container.encode({**container.decode(make.resigned(change)), **more}))


@case("invalid", "RW4068")
def signature_over_another_view() -> Inputs:
    """The signature over a view is that over a view of another attestation of the same maker."""
    return _sidecar(b'{"plan-of-action-and-milestones":{"title":"all is well"}}')


@case("valid")
def signature_over_a_view() -> Inputs:
    """A view with a signature in the form of compliance-trestle."""
    return _sidecar(b"")


@case("undecided", "RW4073")
def log_named_and_no_proof() -> Inputs:
    """The root names a log, and no proof of it is there."""
    return given(make.predicate(log="log.example/1"))


# --- what may not be said to pass


def _nothing_may_block(told: Any) -> None:
    told["fail_on"] = "never"
    for one in told["results"]:
        one["blocks"] = False


def _never(listed: list[Row]) -> list[Row]:
    return [msgspec.structs.replace(row, blocks=False) for row in listed]


def never(**changes: Any) -> Inputs:
    """A run that was told that nothing blocks."""
    said = lambda plain: plain["predicate"].update(failOn="never")  # noqa: E731  # a change like the others
    return given(make.retold(_nothing_may_block, _never, said), **changes)


GROUP.add("never", "The run was told that nothing blocks.", "valid", "", never)
GROUP.add("never-required", "The run was told that nothing blocks, and a pass is required.", "invalid", "RW4015", lambda: never(require_pass=True))  # fmt: skip


def _waived(row: Row) -> Row:
    waiver = next(row.waiver for row in make.rows() if row.waiver is not None)
    return msgspec.structs.replace(row, blocks=False, status="waived", of="fail", waiver=waiver)


def _all_waived(told: Any) -> None:
    waived = of(told, C3)["waived"]
    for one in told["results"]:
        one.update(verdict="fail", waived=waived, blocks=False)


@case("invalid", "RW4015")
def everything_waived_required() -> Inputs:
    """Everything is waived, and a pass is required."""
    return given(make.retold(_all_waived, lambda listed: list(map(_waived, listed))), require_pass=True)


def until(day: str) -> Inputs:
    """The waiver ends on another day, in results and rows."""

    def rows(listed: list[Row]) -> list[Row]:
        return [
            row if row.waiver is None else msgspec.structs.replace(row, waiver=msgspec.structs.replace(row.waiver, until=day))
            for row in listed
        ]  # fmt: skip

    return given(make.retold(lambda told: of(told, C3)["waived"].update(until=day), rows))


GROUP.each(
    "invalid",
    "RW4063",
    [
        ("waived-until-last-year", "The waiver ended before the run.", "2025-01-01"),
        ("waived-a-day-too-short", "The waiver ends a day before the attestation.", "2026-12-30"),
        ("waived-until-no-day", "The end of the waiver is no day.", "9999"),
        ("waived-until-a-time", "The end of the waiver is a time.", "2026-12-31T00:00:00Z"),
    ],
    until,
)
GROUP.add("waived-longer", "The waiver ends after the attestation.", "valid", "", lambda: until("2027-01-01"))


@case("invalid", "RW4063")
def pass_without_a_reason() -> Inputs:
    """A pass has no line of a reason."""
    return given(make.retold(lambda told: of(told, C1).update(reason=[])))


# --- derived statements without the rows

WITHOUT: dict[str, bytes | None] = dict.fromkeys(("rows.json", "results.json", "seed.json", "views/report.md"))


def unrowed(name: str, change: Callable[[Any], object], names: tuple[str, ...] = good.MAKER) -> Inputs:
    """A derived statement changed and signed again, in a bundle without rows."""
    plain = json.loads(make.derived(name))
    change(plain)
    return given(make.pack({**WITHOUT, f"statements/{name}.dsse.json": t.sealed(dump(plain), names)}))


GROUP.each(
    "invalid",
    "RW4068",
    [
        ("unrowed-vsa-passed", "Without rows, the verification summary says `PASSED`, and two rows block.", ("vsa", lambda plain: plain["predicate"].update(verificationResult="PASSED"))),
        ("unrowed-vsa-of-another-root", "Without rows, the verification summary rests on another root.", ("vsa", lambda plain: plain["predicate"]["inputAttestations"][0]["digest"].update(sha256="0" * 64))),
        ("unrowed-vsa-of-no-root", "Without rows, the verification summary rests on no root.", ("vsa", lambda plain: plain["predicate"].update(inputAttestations=[]))),
        ("unrowed-vsa-of-another-file", "Without rows, the verification summary is about another file.", ("vsa", lambda plain: plain["subject"][0]["digest"].update(sha256="0" * 64))),
        ("unrowed-vsa-of-a-file-less", "Without rows, the verification summary leaves a file out.", ("vsa", lambda plain: plain["subject"].pop())),
        ("unrowed-vsa-of-another-kind", "Without rows, an SVR stands for the verification summary.", ("vsa", lambda plain: plain.update(predicateType="https://in-toto.io/attestation/svr/v0.2"))),
        ("unrowed-svr-of-another-root", "Without rows, the SVR is about another root.", ("svr", lambda plain: plain["predicate"][model.ROOT]["digest"].update(sha256="0" * 64))),
        ("unrowed-svr-of-no-root", "Without rows, the SVR names no root.", ("svr", lambda plain: plain["predicate"].pop(model.ROOT))),
        ("unrowed-test-result-of-another-root", "Without rows, the test result rests on another root.", ("test-result", lambda plain: plain["predicate"]["configuration"][0]["digest"].update(sha256="0" * 64))),
        ("unrowed-test-result-of-another-version", "Without rows, the test result is a statement of another version.", ("test-result", lambda plain: plain.update(_type="https://in-toto.io/Statement/v2"))),
    ],
    lambda pair: unrowed(*pair),
    precedent="a VSA of another build",
)  # fmt: skip


@case("invalid", "RW4068")
def root_as_a_derived_statement() -> Inputs:
    """Without rows, the root itself stands for the verification summary."""
    return given(make.pack({**WITHOUT, "statements/vsa.dsse.json": make.members()["root.dsse.json"]}))


@case("invalid", "RW4068")
def unrowed_not_canonical() -> Inputs:
    """Without rows, the verification summary is not in canonical form."""
    data = json.dumps(json.loads(make.derived("vsa"))).encode()
    return given(make.pack({**WITHOUT, "statements/vsa.dsse.json": t.sealed(data)}))


@case("valid")
def unrowed_and_about_this_root() -> Inputs:
    """Without rows, the derived statements are those of this root."""
    return given(make.pack({**WITHOUT, **{name: data for name, data in t.members().items() if name.startswith("statements/")}}))  # fmt: skip


# --- disclosures that contradict the root, themselves or their results


def contrary(rows: Callable[[list[Row]], list[Row]], shown: tuple[int, ...], also: Any = lambda _: None, **more: Any) -> Inputs:  # fmt: skip
    """The root alone over changed rows, beside a disclosure of some of them."""
    listed = rows(list(make.rows()))
    held = Tree(good.SEED, listed)
    bundle = make.retold(rows=rows, also=also)
    root = alone(bundle)
    data = disclose.make(held, t.digest(dsse.decode(root).payload), shown, **more)
    return given(root, disclosures=(data,))


def _as_they_are(listed: list[Row]) -> list[Row]:
    return listed


def _passes(listed: list[Row]) -> list[Row]:
    return [msgspec.structs.replace(row, status="pass", of=None, waiver=None, blocks=False) for row in listed]


def _all_passed(plain: Any) -> None:
    counted(**{"pass": 6})(plain["predicate"])


@case("invalid", "RW4082")
def disclosed_fail_of_a_root_that_passes() -> Inputs:
    """The root counts six rows that pass, and a row that blocks is shown."""
    return contrary(_as_they_are, (1,), _all_passed)


@case("invalid", "RW4082")
def disclosed_pass_whose_result_fails() -> Inputs:
    """Rows are shown as passes, and their results fail."""
    told = json.loads(make.members()["results.json"])
    details = {(item["requirement"], item["product"]): item for item in told["results"]}
    return contrary(_passes, (0, 1, 2), details=details)


@case("invalid", "RW4082")
def disclosed_row_that_contradicts_itself() -> Inputs:
    """A row that is shown fails and does not block, although the root counts it so."""
    return contrary(t.changed(C2, blocks=False), (1,))


@case("invalid", "RW4082")
def disclosed_row_of_no_standard_tallied() -> Inputs:
    """A row is shown of a standard that the root does not tally."""
    return contrary(_as_they_are, (0,), lambda plain: plain["predicate"]["verdicts"][0].update(standard="other"))


@case("invalid", "RW4082")
def disclosed_row_of_an_expired_waiver() -> Inputs:
    """The waiver of a row that is shown ended before the run."""
    waiver = model.Waiver(id="w-1", approved_by="x", until="2025-01-01")
    return contrary(t.changed(C3, waiver=waiver), (2,))


@case("valid")
def disclosed_all_with_their_results() -> Inputs:
    """Every row is shown with its result."""
    told = json.loads(make.members()["results.json"])
    details = {(item["requirement"], item["product"]): item for item in told["results"]}
    return contrary(_as_they_are, (0, 1, 2, 3, 4, 5), details=details)
