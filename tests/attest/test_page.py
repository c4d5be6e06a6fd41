"""The page that verifies in a browser: its bytes, its answers beside those of the Python verifier, and what people see.

One browser is started for all tests here, and none where there is no Chromium.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
import pytest

from rulewright.attest import container, dsse, keys, limits, model, page
from rulewright.attest import time as stamping
from rulewright.attest import trust as trusting
from rulewright.attest.canonical import NotAdmissibleError, admissible, canonical
from rulewright.attest.log import checkpoint, cosign, note, proof
from rulewright.attest.verify import verify
from tests.attest import good, logs, test_verify, tsa, vectors
from tests.attest import tampered as t
from tests.attest.browser import Browser, Page, find

WITHIN = ("archive", "members", "envelope", "payload", "signatures", "signature", "subjects", "digests", "tokens", "token", "depth",
          "document", "proof", "keys", "values", "note", "rows", "tallies", "products")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("page")
    (made / "verify.html").write_bytes(page.page())
    return made


@pytest.fixture(scope="module")
def shown(folder: Path) -> Iterator[Page]:
    if find() is None:
        pytest.skip("no Chromium on this machine")
    with Browser() as browser:
        opened = browser.open(folder / "verify.html")
        opened.send("Log.enable")
        opened.send("Runtime.enable")
        yield opened


def request(**changes: Any) -> dict[str, Any]:
    """What makes the good bundle valid, as the page takes it."""
    base: dict[str, Any] = {
        "bundle": good.bundle(),
        "at": good.AT,
        "trust": good.trust_file(),
        "anchors": [keys.to_pem(good.public("anchor"))],
        "statuses": [good.status_list()],
    }
    return {**base, **changes}


def outcome(shown: Page, **changes: Any) -> tuple[str, str, str]:
    """The verdict, its code, and the check that it comes from."""
    found = shown.call("rulewright.verify", request(**changes))
    wanted = "unsure" if found["verdict"] == "undecided" else "fail"
    name = next((check["name"] for check in found["checks"] if check["outcome"] == wanted), "")
    return found["verdict"], found["code"], name


# --- the bytes


def source(name: str) -> str:
    return (Path(page.__file__).parent / name).read_text(encoding="utf-8")


def test_the_page_is_the_same_each_time_and_runs_only_what_its_policy_names() -> None:
    text = page.page().decode()
    assert page.page().decode() == text
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert len(policy) == 1
    for kind in ("script", "style"):
        parts = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        assert len(parts) == 1
        assert f"{kind}-src 'sha256-{base64.b64encode(sha256(parts[0].encode()).digest()).decode()}'" in policy[0]
    assert "default-src 'none'" in policy[0]
    assert "unsafe" not in policy[0]


def test_every_source_is_in_the_page_and_none_writes_markup_or_loads_anything() -> None:
    here = {path.name for path in Path(page.__file__).parent.iterdir() if path.suffix in {".js", ".css", ".html"}}
    assert here == {*page.SCRIPTS, "style.css", "template.html"}
    banned = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(|\bfetch\b|XMLHttp|WebSocket|\bimport\b|JSON\.parse"
    )
    assert [(name, found[0]) for name in page.SCRIPTS for found in banned.finditer(source(name))] == []
    assert re.findall(r"(?:src|href)=\"(?!data:)", source("template.html")) == []
    assert "url(" not in source("style.css")


# --- what both verifiers must agree on


def test_the_bounds_are_those_of_the_python_verifier(shown: Page) -> None:
    assert shown.call("rulewright.parts.limits") == {name: getattr(limits, name.upper()) for name in WITHIN}


def form(kind: Any) -> Any:
    """A type of `model` as the page describes it."""
    plain = {str: "text", int: "number", bool: "truth", object: "any"}
    if kind in plain:
        return plain[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return ["one", *sorted(inner)]
    if type(None) in inner:
        found = form(Union[tuple(one for one in inner if one is not type(None))])  # noqa: UP007  # made while running
        return f"?{found}" if found == "text" else ["or null", found]
    if origin is tuple:
        return [form(inner[0])] if inner[-1] is Ellipsis else ["tuple", *map(form, inner)]
    if origin is dict:
        return {"": form(inner[1])}
    return members(kind)


def members(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The members of a model, those that may be absent with a question mark."""
    made = {}
    for field in msgspec.structs.fields(kind):
        if kind.__struct_config__.omit_defaults and field.default is None:
            made[f"{field.encode_name}?"] = form(get_args(field.type)[0])
        else:
            made[field.encode_name] = form(field.type)
    return made


def sorted_choices(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: sorted_choices(inner) for name, inner in told.items()}
    if isinstance(told, list):
        return ["one", *sorted(told[1:])] if told[0] == "one" else [sorted_choices(inner) for inner in told]
    return told


def test_the_models_are_those_of_the_python_verifier(shown: Page) -> None:
    told = shown.call("rulewright.parts.models")
    kinds = ("RootStatement", "Rows", "Seed", "Run", "Disclosure", "Trust", "StatusList")
    assert sorted(told) == sorted(kinds)
    for name in kinds:
        assert sorted_choices(told[name]) == members(getattr(model, name)), name


def test_the_good_bundle_is_valid_line_by_line(shown: Page) -> None:
    found = shown.call("rulewright.verify", request(artifacts=[{"name": "fw.bin", "bytes": good.FIRMWARE}]))
    expected = verify(t.given(artifacts=(test_verify.firmware(),)))
    told = msgspec.convert(found, type(expected), strict=True)
    assert (told.verdict, told.root, told.gate, told.keys) == ("valid", expected.root, "fail", expected.keys)
    assert [(c.name, c.outcome, c.code) for c in told.checks] == [(c.name, c.outcome, c.code) for c in expected.checks]


def test_every_check_and_code_is_answered_as_by_the_python_verifier(shown: Page) -> None:
    """One change for each check and code of the Python verifier's own tests."""
    wrong = []
    done = set()
    tables: tuple[tuple[str, list[tuple[str, str, str, Any]]], ...] = (
        ("unreadable", test_verify.READING),
        ("invalid", test_verify.BUNDLES),
    )
    for verdict, table in tables:
        for name, check, code, make in table:
            if (check, code) in done:
                continue
            done.add((check, code))
            found = outcome(shown, bundle=make())
            wrong += [(name, found)] if found != (verdict, code, check) else []
    for name, verdict, code, lists in test_verify.STATUS:
        if ("status", code) in done:
            continue
        done.add(("status", code))
        found = outcome(shown, statuses=list(lists))
        wrong += [(name, found)] if found[:2] != (verdict, code) else []
    assert wrong == []
    assert len(done) > 35


def test_whom_nobody_trusts(shown: Page) -> None:
    pem = {name: keys.to_pem(good.public(name)) for name in ("maker", "status", "stranger")}
    assert outcome(shown, trust=None, anchors=[], statuses=[])[:2] == ("undecided", "RW4021")
    assert outcome(shown, trust=None, keys=[pem["maker"], pem["status"]])[0] == "valid"
    assert outcome(shown, trust=None, keys=[pem["stranger"]])[:2] == ("invalid", "RW4020")
    assert outcome(shown, trust=None, keys=[b"no key"])[:2] == ("invalid", "RW4101")
    assert outcome(shown, anchors=[pem["stranger"]])[:2] == ("invalid", "RW4030")
    assert outcome(shown, trust=b"{}")[:2] == ("invalid", "RW4030")
    newer = msgspec.to_builtins(trusting.seen(trusting.read(good.trust_file(version=4))))
    assert outcome(shown, seen=newer)[:2] == ("invalid", "RW4031")
    assert outcome(shown, seen={**newer, "id": "urn:example:another"})[0] == "valid"
    assert outcome(shown, seen={"version": 2, "sha256": ""})[:2] == ("invalid", "RW4002")
    assert outcome(shown, at="2025-12-31")[:2] == ("invalid", "RW4032")


def test_keys_run_out_and_are_revoked(shown: Page) -> None:
    def trusting(**changes: Any) -> str:
        return outcome(shown, trust=good.trust_file({"maker": good.entry("maker", **changes)}))[1]

    gone = model.Revoked(on="2026-01-15", reason="lost", compromised_since=None)
    assert trusting(valid_until="2026-01-31") == "RW4028"
    assert trusting(revoked=gone) == "RW4028"
    both = {name: good.entry(name, revoked=gone) for name in good.MAKER}
    assert outcome(shown, trust=good.trust_file(both))[1] == "RW4023"
    late = {name: good.entry(name, valid_from="2026-03-01") for name in good.MAKER}
    assert outcome(shown, trust=good.trust_file(late))[1] == "RW4022"


LACKING = """const own = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (form, data, algorithm, ...rest) {
  if (String(algorithm?.name).startsWith("ML-DSA")) return Promise.reject(new DOMException("no", "NotSupportedError"));
  return own.call(this, form, data, algorithm, ...rest);
};"""


def test_a_browser_without_an_algorithm_does_not_say_that_it_holds(shown: Page, folder: Path) -> None:
    script = shown.send("Page.addScriptToEvaluateOnNewDocument", source=LACKING)["identifier"]
    shown.open(folder / "verify.html")
    alone = t.resigned(lambda _: None, ("maker-mldsa",))
    pem = [keys.to_pem(good.public(name)) for name in ("maker-mldsa", "status")]
    assert outcome(shown, trust=None, anchors=[], keys=pem, bundle=alone) == ("undecided", "RW4020", "signatures")
    assert outcome(shown)[::2] == ("undecided", "policy rules"), "half of a hybrid signature cannot be checked"
    assert outcome(shown, bundle=t.resigned(lambda _: None, ("stranger",)))[0] != "valid"
    shown.send("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
    shown.open(folder / "verify.html")
    assert outcome(shown)[0] == "valid"


def test_a_byte_here_or_there(shown: Page) -> None:
    """A bundle with one byte of a member changed, packed again: as the Python verifier says."""
    lean = {name: data for name, data in t.members().items() if not name.startswith("views/")}
    places = [(name, at) for name in sorted(lean) for at in range(3, len(lean[name]), max(1, len(lean[name]) // 2))]
    for name, at in places:
        data = bytearray(lean[name])
        data[at] ^= 1
        bundle = container.encode({**lean, name: bytes(data)})
        assert outcome(shown, bundle=bundle) == t.outcome(bundle=bundle), (name, at)


def test_hostile_texts_end_in_an_answer(shown: Page) -> None:
    deep = b"[" * 200_000
    many = b'{"payload":"","payloadType":"x","signatures":[' + b'{"sig":"AA=="},' * 50_000 + b'{"sig":"AA=="}]}'
    assert outcome(shown, bundle=b"{" + deep)[:2] == ("unreadable", "RW4004")
    assert outcome(shown, bundle=many)[:2] == ("unreadable", "RW4007")
    assert outcome(shown, bundle=b"{" + b"," * 1_000_001)[:2] == ("unreadable", "RW4004")
    assert outcome(shown, bundle=b"", trust=deep, statuses=[b"", deep], disclosures=[deep])[:2] == (
        "unreadable",
        "RW4001",
    )
    assert outcome(shown, bundle=None)[0] == "unreadable"
    assert shown.call("rulewright.verify", {})["verdict"] == "unreadable"


def test_timestamps(shown: Page) -> None:
    signature = b"a signature"
    imprints = {stamping.imprint(signature).hex(): "key one"}
    own = tsa.authority()

    def judged(response: bytes, *authorities: model.Tsa) -> Any:
        plain = [msgspec.to_builtins(one) for one in authorities or (own.tsa,)]
        return shown.call("rulewright.parts.time", response, imprints, plain)

    time = "2026-11-22T12:00:00Z"
    token = own.reply(signature, time)
    assert judged(token)["value"] == {"time": time, "authority": own.tsa.name, "key": "key one"}
    assert judged(own.reply(b"another", time))["code"] == "RW4043"
    assert judged(own.reply(signature, time, spoil=True))["code"] == "RW4043"
    assert judged(own.reply(signature, "2100-01-01T00:00:00Z"))["code"] == "RW4044"
    assert judged(own.reply(signature, time, status=2))["code"] == "RW4043"
    assert judged(token + b"\0")["code"] == "RW4043"
    assert judged(token, model.Tsa(name="none", certificates=()))["code"] == "RW4043"
    assert {judged(token[:end])["code"] for end in range(0, len(token), 31)} == {"RW4043"}


def test_proofs_of_a_log(shown: Page) -> None:
    witness = logs.signer("w.example", kind=note.COSIGNATURE)
    store = logs.log(9)
    head = checkpoint.decode(store["checkpoint"])
    seen = head.with_lines([cosign.sign(head, witness, 1_700_000_000)])
    data = logs.proved(store, seen, 5)
    for trusted in (
        logs.trust(),
        logs.trust(witness.vkey, quorum=1),
        logs.trust(witness.vkey, quorum=2),
        logs.trust(origin="other"),
    ):
        for leaf in (logs.entry(5), logs.entry(6)):
            for text in (data, data[:-1], data.replace(b"index 5", b"index 05")):
                expected = proof.judge(text, leaf, [trusted], None)
                found = shown.call("rulewright.parts.log", text, leaf, [msgspec.to_builtins(trusted)], None)
                assert found["code"] == getattr(expected, "code", "")


# --- public vectors, with the browser's cryptography and the page's own readers


@pytest.mark.corpus
@pytest.mark.parametrize("stem", [*vectors.WYCHEPROOF])
def test_wycheproof(shown: Page, shared: Path, stem: str) -> None:
    told = json.loads((shared / "vectors" / "wycheproof" / f"{stem}.json").read_bytes())
    cases, expected, key = [], [], None
    for group in told["testGroups"]:
        der = group.get("publicKeyDer")
        key = bytes.fromhex(der) if isinstance(der, str) else b"none"
        for case in group["tests"]:
            cases.append([key, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"])])
            expected.append((case["tcId"], case["result"] == "valid" and not case.get("ctx")))
    call = "async (cases) => { const all = []; for (const [k, s, m] of cases) all.push(await rulewright.parts.verifies(k, s, m).catch(() => false)); return all; }"
    found = shown.call(call, cases)
    assert len(found) == told["numberOfTests"]
    assert [number for (number, wanted), got in zip(expected, found, strict=True) if wanted != got] == []


@pytest.mark.corpus
def test_json_is_taken_and_refused_as_by_the_python_reader(shown: Page, shared: Path) -> None:
    paths = sorted((shared / "vectors" / "json-parsing" / "test_parsing").iterdir())
    listed = [path.read_bytes() for path in paths]
    call = "async (all) => { const found = []; for (const one of all) found.push([(await rulewright.parts.admissible(one)).code, (await rulewright.parts.canonical(one)).code]); return found; }"
    found = shown.call(call, listed)
    for path, data, (admitted, in_form) in zip(paths, listed, found, strict=True):
        for reader, code in ((admissible, admitted), (canonical, in_form)):
            try:
                reader(data)
                taken = True
            except NotAdmissibleError:
                taken = False
            assert taken == (code == ""), (path.name, reader.__name__)


# --- what people see


def text_of(shown: Page) -> str:
    told: str = shown.evaluate("document.getElementById('answer').innerText")
    return told


def test_a_person_reads_the_two_answers_apart(shown: Page) -> None:
    shown.call("rulewright.show", request())
    told = text_of(shown)
    assert told.startswith("This attestation is genuine, and says that the product does NOT comply.")
    assert "2 of 6 requirements block" in told
    shown.call("rulewright.show", request(bundle=t.resigned(lambda _: None, ("stranger",))))
    assert text_of(shown).startswith("This attestation must not be relied on.")
    assert "It claims, and that must not be relied on" in text_of(shown)
    shown.call("rulewright.show", request(at="2027-01-01", trust=good.trust_file(expires="2028-01-01"), grace=400))
    assert text_of(shown).startswith("This attestation was signed by whom it should be, but must not be relied on.")
    shown.call("rulewright.show", request(bundle=b"PK"))
    assert text_of(shown).startswith("This is no attestation that can be read.")


def test_rows_that_were_not_signed_are_not_shown(shown: Page) -> None:
    shown.call("rulewright.show", request(bundle=test_verify.rows_of(lambda rows: rows[1].update(status="pass"))))
    assert "they are not those that were signed" in text_of(shown)
    assert shown.evaluate("document.querySelectorAll('.requirement').length") == 0


def test_requirements_are_filtered_and_opened(shown: Page) -> None:
    shown.call("rulewright.show", request())
    count = "document.querySelectorAll('.requirement').length"
    choose = "(() => { const box = document.getElementById('by-status'); box.value = '%s'; box.dispatchEvent(new Event('input', { bubbles: true })); return %s; })()"
    assert [shown.evaluate(choose % (status, count)) for status in ("fail", "blocks", "waived", "")] == [2, 2, 1, 6]
    shown.evaluate(
        "document.querySelectorAll('.requirement').forEach((one) => { one.open = true; one.dispatchEvent(new Event('toggle')); })"
    )
    told = text_of(shown)
    assert "Give each component the version that its supplier uses." in told
    assert "licences@acme.example until 2026-12-31" in told


def test_names_cannot_be_markup_or_hide_or_imitate(shown: Page) -> None:
    name = "<img src=x onerror=alert(1)><script>top.broken=1</script> c\u0430mera \u202egpj.exe \x1b[2J"
    product = {"id": "pkg:generic/camera@1.0", "name": name, "version": "1.0"}
    shown.call("rulewright.show", request(bundle=t.predicate(products=[product])))
    told = text_of(shown)
    assert "<script>top.broken=1</script>" in told
    assert "⟨U+202E⟩" in told
    assert "⟨U+001B⟩[2J" in told
    assert "[mixed alphabets]" in told
    assert shown.evaluate("document.querySelectorAll('#answer img, #answer script').length") == 0
    assert shown.evaluate("typeof window.broken") == "undefined"


def test_files_are_taken_by_the_form_and_nothing_breaks_its_policy(shown: Page, folder: Path) -> None:
    files = {
        "bundle": good.bundle(),
        "trust": good.trust_file(),
        "statuses": good.status_list(),
        "artifacts": good.FIRMWARE,
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    shown.open(folder / "verify.html")
    shown.evaluate(f"document.getElementById('at').value = '{good.AT}'")
    for name in ("trust", "statuses", "artifacts", "bundle"):
        shown.choose(f"#{name}", folder / name)
    ready = "new Promise((good) => { const look = () => (document.querySelectorAll('.requirement').length ? good(true) : setTimeout(look, 20)); look(); })"
    assert shown.evaluate(ready)
    told = text_of(shown)
    assert told.startswith("This attestation is genuine")
    assert "1 file given, each of which is among the 2 subjects" in told
    faults = [item for item in shown._browser.events if item["method"] in {"Log.entryAdded", "Runtime.exceptionThrown"}]
    assert faults == []


def test_every_field_has_a_label_and_the_answer_is_announced(shown: Page) -> None:
    unlabelled = (
        "[...document.querySelectorAll('input, select')].filter((one) => one.labels.length === 0).map((one) => one.id)"
    )
    assert shown.evaluate(unlabelled) == []
    shown.call("rulewright.show", request())
    assert shown.evaluate("document.getElementById('progress').getAttribute('aria-live')") == "polite"
    assert "This attestation is genuine" in shown.evaluate("document.getElementById('progress').textContent")
    assert shown.evaluate("document.activeElement.id") == "headline"
    assert shown.evaluate("document.documentElement.lang") == "en"


def test_disclosed_rows_are_shown_without_results(shown: Page) -> None:
    from rulewright.attest import disclose
    from rulewright.attest.disclosure import Tree

    envelope = t.members()["root.dsse.json"]
    rows = model.decode(t.members()["rows.json"], model.Rows, 1 << 22).rows
    tree, root = Tree(good.SEED, rows), disclose.digest(dsse.decode(envelope).payload)
    one = disclose.make(tree, root, [1])
    pair = ("acme.camera:C.20", rows[0].product)
    gone = disclose.make(tree, root, [], disclose.around(rows, pair), absent=pair)
    shown.call("rulewright.show", request(bundle=envelope, disclosures=[one, gone]))
    told = text_of(shown)
    assert "✗ not met acme.camera:C.2" in told
    assert "there is no row for acme.camera:C.20" in told
    assert outcome(shown, bundle=envelope, disclosures=[one.replace(b'"leaves":6', b'"leaves":7')])[:2] == (
        "invalid",
        "RW4082",
    )
    assert (
        outcome(shown, bundle=envelope, disclosures=[one.replace(b'"status":"fail"', b'"status":"pass"')])[1]
        == "RW4082"
    )


def test_the_page_is_wide_enough_for_a_telephone_and_can_be_printed(shown: Page, tmp_path: Path) -> None:
    shown.size(360, 740, mobile=True)
    shown.call("rulewright.show", request())
    assert shown.evaluate("document.documentElement.scrollWidth") == 360
    shown.size(1000, 800)
    shown.screenshot(tmp_path / "page.png", whole=False)
    picture = (tmp_path / "page.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])) == (1000, 800)
    shown.pdf(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF-")
    shown.media(kind="print")
    assert shown.evaluate("getComputedStyle(document.getElementById('form')).display") == "none"
    shown.media()
