"""What a signer, a helper of theirs, or a crowd of dropped files cannot make the page say: findings of a review, one case each.

Each case is answered by both verifiers, line by line.  One browser is started for all tests here, and none where there is no Chromium.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rulewright.attest import disclose, dsse, keys, limits, model, page, trust
from rulewright.attest.canonical import dump
from rulewright.attest.disclosure import Tree
from rulewright.attest.verify import verify
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.browser import Browser, Page, find
from tests.attest.corpus.case import Inputs, given, pem


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    if find() is None:
        pytest.skip("no Chromium on this machine")
    path = tmp_path_factory.mktemp("page") / "verify.html"
    path.write_bytes(page.page())
    with Browser() as browser:
        yield browser.open(path)


# --- bundles


def alone(**changes: Any) -> bytes:
    """The root alone, with members of the predicate replaced, signed again."""
    plain = t.root()
    plain["predicate"].update(changes)
    return t.sealed(dump(plain))


def tally(**counts: int) -> dict[str, Any]:
    """The one tally, with nothing but these counts."""
    nothing = dict.fromkeys(("pass", "fail", "waived", "unknown", "error", "notApplicable", "blocking"), 0)
    return {"standard": "acme.camera", **nothing, **counts}


def leaves(count: int) -> dict[str, Any]:
    return {**t.root()["predicate"]["results"], "leaves": count}


PASSING: dict[str, Any] = {"gate": "pass", "verdicts": [tally(**{"pass": 6})]}


def statements_of(members: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in members.items() if name.startswith("statements/") and "oscal" not in name}


def bare(extra: Mapping[str, bytes | None]) -> bytes:
    """The good bundle without what only the seed ties to the root, with members added."""
    gone = {
        name: None
        for name in t.members()
        if name.startswith(("views/", "inputs/", "statements/")) or name in {"rows.json", "results.json", "seed.json"}
    }
    return t.pack({**gone, **extra})


def resaid(name: str, change: Callable[[Any], object], names: tuple[str, ...] = ("maker",)) -> bytes:
    """The good bundle without rows, with one statement that says something else, signed."""
    plain = json.loads(dsse.decode(t.members()[f"statements/{name}.dsse.json"]).payload)
    change(plain)
    return bare({f"statements/{name}.dsse.json": t.sealed(dump(plain), names)})


def passed(told: Any) -> None:
    """A summary that praises."""
    told["predicate"].update(verificationResult="PASSED")


def another_root() -> bytes:
    """The statements of another attestation of the same signer, beside a root without rows."""
    return bare(statements_of(good.members(code="0" * 64)))


def long_waiver(until: str) -> bytes:
    def results(told: Any) -> None:
        for item in told["results"]:
            if item["waived"] is not None:
                item["waived"]["until"] = until

    def rows(listed: list[model.Row]) -> list[model.Row]:
        return [msgspec.structs.replace(r, waiver=r.waiver and msgspec.structs.replace(r.waiver, until=until)) for r in listed]  # fmt: skip

    return t.retold(results, rows)


def silent_pass() -> bytes:
    """A pass for which no reason is given."""
    name = next(item for item in json.loads(t.members()["results.json"])["results"] if item["verdict"] == "pass")
    return t.retold(lambda told: t.result_of(told, name["requirement"]).update(reason=[]))


def feeds(until: str) -> bytes:
    inputs = t.root()["predicate"]["inputs"]
    feed = {**inputs[0], "kind": "feed", "sha256": "0" * 64}
    return alone(inputs=[*inputs, feed], validUntil=until)


def colliding() -> bytes:
    """A waived requirement, and one that failed whose plain property is that of the waiver."""
    told = json.loads(t.members()["results.json"])
    results = told["results"]
    waived = next(item["requirement"] for item in results if item["waived"] is not None)
    failed = next(item["requirement"] for item in results if item["verdict"] == "fail" and item["waived"] is None)

    t.result_of(told, failed)["requirement"] = f"{waived}-waived"
    by_name = {(item["requirement"], item["product"]): item for item in results}

    def rows(listed: list[model.Row]) -> list[model.Row]:
        made = [msgspec.structs.replace(r, requirement=f"{waived}-waived") if r.requirement == failed else r for r in listed]  # fmt: skip
        return sorted((t._detailed(row, by_name) for row in made), key=lambda row: (row.requirement, row.product))

    return t.retold(lambda plain: plain.update(told), rows, details=False)


BUNDLES: list[tuple[str, tuple[str, str, str], Callable[[], bytes], dict[str, Any]]] = [
    ("statements of another root", ("invalid", "RW4068", "statements"), another_root, {}),
    ("the root as its own summary", ("invalid", "RW4068", "statements"), lambda: bare({"statements/vsa.dsse.json": t.members()["root.dsse.json"]}), {}),
    ("a summary that praises", ("invalid", "RW4068", "statements"), lambda: resaid("vsa", passed), {}),
    ("a summary of another product", ("invalid", "RW4068", "statements"), lambda: resaid("svr", lambda told: told["subject"].pop()), {}),
    ("a statement that is not canonical", ("invalid", "RW4068", "statements"), lambda: bare({"statements/svr.dsse.json": t.sealed(b"{ }")}), {}),
    ("statements that are whole", ("valid", "", ""), lambda: bare(statements_of(t.members())), {}),
    ("a statement by a stranger", ("invalid", "RW4067", "statements"), lambda: resaid("svr", lambda _: None, ("stranger",)), {}),
    ("an OSCAL signature that is none", ("invalid", "RW4067", "statements"), lambda: t.pack({"statements/oscal-evil.dsse.json": b"evil"}), {}),
    ("an OSCAL signature by a stranger", ("invalid", "RW4067", "statements"), lambda: t.pack({"statements/oscal-poam.dsse.json": t.sealed(b"{}", ("stranger",))}), {}),
    ("a gate that is open although something blocks", ("invalid", "RW4062", "statement"), lambda: alone(gate="pass"), {}),
    ("counts that are fewer than the rows", ("invalid", "RW4062", "statement"), lambda: alone(gate="pass", verdicts=[tally(**{"pass": 1})]), {}),
    ("a tally of nothing", ("invalid", "RW4062", "statement"), lambda: alone(gate="pass", verdicts=[tally()], results=leaves(0)), {}),
    ("more blocks than fails", ("invalid", "RW4062", "statement"), lambda: alone(verdicts=[tally(**{"pass": 5, "fail": 1, "blocking": 2})]), {}),
    ("blocks although it never may", ("invalid", "RW4062", "statement"), lambda: alone(failOn="never"), {}),
    ("too many rows", ("invalid", "RW4007", "statement"), lambda: alone(gate="pass", verdicts=[tally(**{"pass": limits.ROWS + 1})], results=leaves(limits.ROWS + 1)), {}),
    ("too many products", ("invalid", "RW4007", "statement"), lambda: alone(products=[{"id": str(n), "name": "", "version": ""} for n in range(limits.PRODUCTS + 1)]), {}),
    ("a standard with a letter that looks like another", ("invalid", "RW4012", "statement"), lambda: alone(verdicts=[{**tally(**{"pass": 6}), "standard": "\u0430cme.camera"}], gate="pass"), {}),
    ("a standard with a space", ("invalid", "RW4012", "statement"), lambda: alone(verdicts=[{**tally(**{"pass": 6}), "standard": "acme.camera "}], gate="pass"), {}),
    ("two standards that differ in case", ("invalid", "RW4012", "statement"), lambda: alone(verdicts=[{**tally(**{"pass": 3}), "standard": name} for name in ("Acme", "acme")], gate="pass"), {}),
    ("all that passes, alone", ("valid", "", ""), lambda: alone(**PASSING), {"require_pass": True}),
    ("nothing blocks because nothing may", ("invalid", "RW4015", "gate"), lambda: alone(gate="pass", failOn="never", verdicts=[tally(**{"pass": 3, "fail": 3})]), {"require_pass": True}),
    ("nothing applies", ("invalid", "RW4015", "gate"), lambda: alone(gate="pass", verdicts=[tally(notApplicable=6)]), {"require_pass": True}),
    ("it holds for ever", ("invalid", "RW4012", "period"), lambda: alone(validUntil="9999-12-31"), {}),
    ("it held before it began", ("invalid", "RW4012", "period"), lambda: alone(validUntil="2026-01-31"), {}),
    ("feeds that hold a week", ("valid", "", ""), lambda: feeds("2026-02-08"), {}),
    ("feeds that hold longer", ("invalid", "RW4012", "period"), lambda: feeds("2026-02-09"), {}),
    ("a waiver that has ended", ("invalid", "RW4063", "logic"), lambda: long_waiver("2025-01-01"), {}),
    ("a waiver until no day", ("invalid", "RW4063", "logic"), lambda: long_waiver("for ever"), {}),
    ("a pass without a reason", ("invalid", "RW4063", "logic"), silent_pass, {}),
    ("a log that is named, without a proof", ("undecided", "RW4073", "log"), lambda: alone(log="log.example/2026"), {}),
    ("properties that collide with a waiver's", ("valid", "", ""), colliding, {}),
]  # fmt: skip


def answered(shown: Page, inputs: Inputs) -> tuple[str, str, str]:
    """The page's verdict, its code, and the check that it comes from, once each line is that of the Python verifier."""
    found = shown.call("rulewright.verify", inputs.request())
    expected = verify(inputs.given())
    mine = [(check["name"], check["outcome"], check["code"]) for check in found["checks"]]
    assert mine == [(check.name, check.outcome, check.code) for check in expected.checks]
    assert (found["verdict"], found["code"], found["gate"]) == (expected.verdict, expected.code, expected.gate)
    wanted = "unsure" if found["verdict"] == "undecided" else "fail"
    return found["verdict"], found["code"], next((name for name, outcome, _ in mine if outcome == wanted), "")


@pytest.mark.parametrize(("wanted", "make", "more"), [case[1:] for case in BUNDLES], ids=[case[0] for case in BUNDLES])
def test_a_bundle(shown: Page, wanted: tuple[str, str, str], make: Callable[[], bytes], more: dict[str, Any]) -> None:
    assert answered(shown, given(make(), **more)) == wanted


def test_there_is_no_gate_where_the_attestation_is_not_valid(shown: Page) -> None:
    inputs = given(alone(**PASSING))
    assert shown.call("rulewright.verify", inputs.request())["gate"] == "pass"
    late = msgspec.structs.replace(inputs, at="2026-12-31")
    assert shown.call("rulewright.verify", late.request())["gate"] == ""


def test_a_run_that_is_not_named_cannot_be_repeated(shown: Page) -> None:
    inputs = given(alone(run=None))
    told = shown.call("rulewright.verify", inputs.request())["checks"]
    assert [check["outcome"] for check in told if check["name"] == "inputs"] == ["note"]
    assert answered(shown, inputs)[0] == "valid"


def test_a_key_that_does_not_count_for_the_root_signs_no_statement(shown: Page) -> None:
    """Statements are the maker's first key's; that one is revoked, and the other one is enough for the root."""
    gone = {"maker": good.entry("maker", revoked=model.Revoked(on="2026-01-15", reason="lost", compromised_since=None))}
    rule = msgspec.structs.replace(good.RULE, threshold=1, hybrid=False)
    bundle = t.predicate()
    assert answered(shown, given(bundle, trust=good.trust_file(rules=(rule,))))[0] == "valid"
    found = answered(shown, given(bundle, trust=good.trust_file(gone, rules=(rule,))))
    assert found == ("invalid", "RW4067", "statements")


def test_a_rule_holds_whatever_the_case_of_a_standard(shown: Page) -> None:
    lab = msgspec.structs.replace(good.RULE, role="lab", standards=("acme.camera",), threshold=1, hybrid=False)
    stricter = good.trust_file(rules=(good.RULE, lab))
    other = alone(**{**PASSING, "verdicts": [{**PASSING["verdicts"][0], "standard": "ACME.Camera"}]})
    for bundle in (good.bundle(), other):
        assert answered(shown, given(bundle, trust=stricter)) == ("invalid", "RW4026", "policy rules")


# --- trust policies


def policy(version: int, root: tuple[str, ...], threshold: int, *names: str) -> bytes:
    """A trust policy with another role `root`, signed by some keys."""
    base = good.trust(version=version)
    role = model.Role(keys=tuple(sorted(good.public(name).id for name in root)), threshold=threshold)
    listed = {**base.keys, **{good.public(name).id: good.entry(name) for name in root}}
    made = msgspec.structs.replace(base, keys=listed, roles={**base.roles, "root": role})
    return good.signed(made, model.TRUST_TYPE, *names)


def test_one_anchor_cannot_replace_a_policy_that_two_made(shown: Page) -> None:
    first = policy(3, ("anchor", "old"), 2, "anchor", "old")
    seen = trust.seen(trust.read(first))
    both = {"anchors": pem("anchor", "old"), "seen": seen}
    refused = ("invalid", "RW4030", "trust policy")

    def judged(data: bytes, **more: Any) -> tuple[str, str, str]:
        return answered(shown, given(good.bundle(), trust=data, **{**both, **more}))

    assert judged(first)[0] == "valid"
    taken = policy(4, ("stranger",), 1, "stranger", "anchor")
    assert judged(taken) == refused
    assert judged(taken, anchors_needed=1) == ("invalid", "RW4031", "trust policy")
    assert judged(taken, anchors_needed=1, seen=None)[0] == "valid"
    assert judged(taken, anchors=(), seen=msgspec.structs.replace(seen, id="urn:example:another"))[0] == "valid"
    assert judged(policy(4, ("stranger",), 1, "stranger", "anchor", "old"))[0] == "valid"
    assert judged(policy(2, ("anchor", "old"), 2, "anchor", "old"))[1] == "RW4031"
    assert judged(first, seen=msgspec.structs.replace(seen, sha256="0" * 64))[1] == "RW4031"


def test_a_rule_needs_a_threshold_that_somebody_must_meet(shown: Page) -> None:
    for threshold in (0, -5):
        rule = msgspec.structs.replace(good.RULE, threshold=threshold)
        found = answered(shown, given(good.bundle(), trust=good.trust_file(rules=(rule,))))
        assert found == ("invalid", "RW4030", "trust policy")


# --- disclosures


def rows_of(change: Callable[[model.Row], model.Row]) -> tuple[bytes, Tree, str, dict[tuple[str, str], dict[str, object]]]:  # fmt: skip
    """A root over changed rows with the counts of the good one, its tree and digest, and the results."""
    rows = [change(row) for row in model.decode(t.members()["rows.json"], model.Rows, 1 << 22).rows]
    tree = Tree(good.SEED, rows)
    envelope = alone(results={**t.root()["predicate"]["results"], "tree": tree.root})
    told = json.loads(t.members()["results.json"])["results"]
    results = {(item["requirement"], item["product"]): item for item in told}
    return envelope, tree, disclose.digest(dsse.decode(envelope).payload), results


def row_changed(was: str, /, **changes: Any) -> Callable[[model.Row], model.Row]:
    """A change of the rows of a status."""
    return lambda row: msgspec.structs.replace(row, **changes) if row.status == was else row


DISCLOSED: list[tuple[str, bool, Callable[[model.Row], model.Row], bool]] = [
    ("as they are", True, lambda row: row, True),
    ("more passes than are counted", False, row_changed("fail", status="pass", blocks=False), False),
    ("a fail that does not block", False, row_changed("fail", blocks=False), False),
    ("a waiver that has ended", False, row_changed("waived", waiver=model.Waiver(id="w", approved_by="x", until="2025-01-01")), False),
    ("a waiver that is not there", False, row_changed("waived", waiver=None), False),
    ("another severity than in the result", False, row_changed("fail", severity="none at all"), True),
    ("a standard that is not counted", False, lambda row: msgspec.structs.replace(row, requirement=f"another:{row.requirement}"), False),
]  # fmt: skip


@pytest.mark.parametrize(("holds", "change", "whole"), [c[1:] for c in DISCLOSED], ids=[c[0] for c in DISCLOSED])
def test_a_disclosure(shown: Page, holds: bool, change: Callable[[model.Row], model.Row], whole: bool) -> None:  # noqa: FBT001  # a parameter of the table
    envelope, tree, digest, results = rows_of(change)
    made = disclose.make(tree, digest, range(6), details=results if whole else None)
    found = answered(shown, given(envelope, disclosures=(made,)))
    assert found == (("valid", "", "") if holds else ("invalid", "RW4082", "disclosures"))


def test_a_disclosed_result_is_that_of_its_row(shown: Page) -> None:
    """A row that says pass, and under it, bound by its digest, a result that says fail."""
    envelope, tree, digest, results = rows_of(row_changed("fail", level="may", blocks=False))
    at = next(index for index, row in enumerate(tree.rows) if row.status == "fail")
    made = disclose.make(tree, digest, [at], details=results)
    assert answered(shown, given(envelope, disclosures=(made,)))[1] == "RW4082"
    other = {name: {**whole, "product": "another"} for name, whole in results.items()}
    envelope, tree, digest, _ = rows_of(lambda row: row)
    assert answered(shown, given(envelope, disclosures=(disclose.make(tree, digest, [at], details=other),)))[1] == "RW4082"  # fmt: skip


# --- what is told


def test_contradictions_are_sorted_as_by_the_python_verifier(shown: Page) -> None:
    def result(name: str, *others: str) -> dict[str, Any]:
        return {"requirement": name, "conflicts": [{"id": "same", "others": list(others), "facts": ["f"]}]}

    results = {"analysed": {"complete_up_to": 2, "left": []}, "results": [result("a", "c"), result("a", "b"), result("a")]}  # fmt: skip
    found = shown.call("(results) => rulewright.parts.conflicts(results)", results)["found"]
    assert [one["requirements"] for one in found] == [["a"], ["a", "b"], ["a", "c"]]


def text_of(shown: Page, name: str = "answer") -> str:
    return str(
        shown.evaluate(f"document.getElementById('{name}').{'innerText' if name == 'answer' else 'textContent'}")
    )


def test_counts_without_rows_are_the_signer_s_word(shown: Page) -> None:
    shown.call("rulewright.show", given(alone(**PASSING)).request())
    assert "says that the product complies" in text_of(shown)
    assert "these counts are the signer’s word" in text_of(shown)
    shown.call("rulewright.show", given(good.bundle()).request())
    assert "signer’s word" not in text_of(shown)


def test_what_nobody_may_block_does_not_comply(shown: Page) -> None:
    never = alone(gate="pass", failOn="never", verdicts=[tally(**{"pass": 2, "fail": 3, "unknown": 1})])
    shown.call("rulewright.show", given(never).request())
    assert "the product complies" not in text_of(shown)
    assert "Not altogether" in text_of(shown)
    shown.call("rulewright.show", given(never, require_pass=True).request())
    assert text_of(shown).startswith("This attestation is genuine, but does not show the pass that was asked for.")


# --- files that are dropped


_DROP = """async (files, field) => {
  const held = new DataTransfer();
  for (const { name, bytes } of files) held.items.add(new File([bytes], name));
  const place = field === null ? document.querySelector("footer") : document.getElementById(field).closest(".field");
  place.dispatchEvent(new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
  const chosen = () => Object.fromEntries([...document.querySelectorAll(".chosen")].map((one) => [one.id.replace("-chosen", ""), one.textContent]));
  const waiting = () => document.querySelectorAll("#waiting-files li").length;
  const count = () => Object.values(chosen()).filter(Boolean).length + waiting();
  const before = JSON.stringify([chosen(), waiting()]);
  for (let turn = 0; turn < 100 && JSON.stringify([chosen(), waiting()]) === before; turn += 1) await new Promise((good) => setTimeout(good, 20));
  for (let turn = 0; turn < 50; turn += 1) {
    const seen = count();
    await new Promise((good) => setTimeout(good, 60));
    if (count() === seen) break;
  }
  return [chosen(), waiting()];
}"""
_PRESS = """(text) => [...document.querySelectorAll("#waiting-files button")].find((one) => one.textContent === text).click()"""


def dropped(shown: Page, files: Mapping[str, bytes], field: str | None = None) -> tuple[dict[str, str], int]:
    """What is chosen, and how many files wait, after a drop onto a field or anywhere else."""
    held, waiting = shown.call(_DROP, [{"name": name, "bytes": data} for name, data in files.items()], field)
    return {name: text.split(" (")[0] for name, text in held.items() if text}, waiting


def test_what_says_whom_to_trust_is_not_taken_from_a_heap(shown: Page, tmp_path: Path) -> None:
    path = tmp_path / "verify.html"
    path.write_bytes(page.page())
    shown.open(path)
    shown.evaluate(f"document.getElementById('at').value = '{good.AT}'")
    own, other = good.trust_file(), policy(9, ("stranger",), 1, "stranger")
    assert dropped(shown, {"mine.json": own}, "trust") == ({"trust": "mine.json"}, 0)
    heap = {"camera.zip": good.bundle(), "other.json": other, "key.pem": keys.to_pem(good.public("stranger")), "list.json": good.status_list()}  # fmt: skip
    taken = {"trust": "mine.json", "bundle": "camera.zip", "statuses": "list.json"}
    assert dropped(shown, heap) == (taken, 2)
    assert shown.evaluate("document.getElementById('waiting').hidden") is False
    assert "other.json looks like a trust policy" in text_of(shown, "waiting")
    shown.call(_PRESS, "It must have signed the trust policy")
    assert text_of(shown, "anchors-chosen").startswith("key.pem")
    shown.call(_PRESS, "Leave it out")
    assert text_of(shown, "trust-chosen").startswith("mine.json")
    assert shown.evaluate("document.getElementById('waiting').hidden") is True
    held, waiting = dropped(shown, {"one.json": own, "two.json": other}, "trust")
    assert (held["trust"], waiting) == ("mine.json", 2)


def test_a_policy_that_was_used_before_is_remembered_by_its_file(shown: Page, tmp_path: Path) -> None:
    path = tmp_path / "verify.html"
    path.write_bytes(page.page())
    shown.open(path)
    shown.evaluate(f"document.getElementById('at').value = '{good.AT}'")
    dropped(shown, {"new.json": good.trust_file(version=2)}, "trust")
    dropped(shown, {"old.json": good.trust_file()}, "seen")
    dropped(shown, {"camera.zip": good.bundle()})
    wait = "new Promise((good) => { const look = () => (document.getElementById('answer').innerText.includes('%s') ? good(true) : setTimeout(look, 20)); look(); })"
    assert shown.evaluate(wait % "Version 3 was seen before")
    dropped(shown, {"broken.json": base64.b64encode(b"no policy")}, "seen")
    told = "new Promise((good) => { const look = () => (document.getElementById('progress').innerText.includes('Nothing was checked') ? good(true) : setTimeout(look, 20)); look(); })"
    assert shown.evaluate(told)
    assert shown.evaluate("document.getElementById('answer').hidden") is True
