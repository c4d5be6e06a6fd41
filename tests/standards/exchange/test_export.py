"""What is written is valid, deterministic, and read again as it was."""

import json
from pathlib import Path

import pytest

from rulewright.cli import gathering
from rulewright.cli.compiling import compile_rules
from rulewright.diagnostics import Diagnostic
from rulewright.standards.exchange import exported, imported
from rulewright.standards.exchange.described import described, modules
from rulewright.standards.exchange.exported import FORMATS, Exported
from rulewright.standards.exchange.model import Entry, Standard
from rulewright.standards.exchange.names import named, reference, token, uuid
from tests.standards.exchange.support import (
    BARE,
    CHOICE,
    DAY,
    SCHEMAS,
    compiled,
    document,
    refusals,
    rules,
    taken,
    words,
)

WORDS = words()
SAME = [name for name in Entry.__struct_fields__ if name not in {"levels", "lines", "remarks"}]
"""What survives both formats; levels and labels of lines have a place in one of them each."""


def original(word: str) -> Standard:
    """The standard as it is described before it is written."""
    found = rules(word)
    name, _, edition = word.partition("@")
    info = next(m for m in found.program.modules if (m.id, m.edition) == (name, edition))
    return described(found.program, info, *modules(found.texts)[name, edition])


@pytest.mark.parametrize("word", WORDS)
def test_every_pack_is_valid_and_comes_back(word: str) -> None:
    """In all formats: ids, titles, levels, references, texts."""
    before = original(word)
    assert before.entries
    for form in ("oscal-catalog", "cyclonedx-1.6", "cyclonedx-1.7"):
        data = document(word, form).data
        assert refusals(data, form) == []
        (after,) = taken(data).standards
        assert (after.id, after.edition, after.since, after.until) == (
            before.id,
            before.edition,
            before.since,
            before.until,
        )
        assert (after.license, after.force) == (" ".join(before.license.split()), before.force)
        back = {e.id: e for e in after.entries}
        assert len(back) == len(after.entries)
        assert {e.id: [getattr(e, f) for f in SAME] for e in before.entries} == {
            e.id: [getattr(e, f) for f in SAME] for e in after.entries
        }
        for entry in before.entries:
            if form == "oscal-catalog":
                assert back[entry.id].lines == entry.lines
            else:
                assert back[entry.id].levels == tuple(sorted(entry.levels))


@pytest.mark.parametrize("word", ["eu.cra@2024", "owasp.isvs@1.0", "cisa.minimum_elements@2026", "jp.jc_star@1"])
def test_the_pack_of_an_export_says_the_same(word: str) -> None:
    """After a round trip and a compilation: all but the checks, and to whom it applies."""
    before = rules(word).program
    for form in ("oscal-catalog", "cyclonedx"):
        objectives = {name for r in before.requirements for name in r.objective}
        found = imported.take(document(word, form).data, "given.json", objectives=objectives)
        after = compiled(found.text).program
        assert after is not None
        for old, new in zip(before.requirements, after.requirements, strict=True):
            for name in (
                "id",
                "title",
                "level",
                "severity",
                "clause",
                "objective",
                "threats",
                "fix",
                "effort",
                "condition",
            ):
                assert getattr(new, name) == getattr(old, name), (old.id, name)
            assert (new.valid_from, new.valid_until) == (old.valid_from, old.valid_until), old.id
            assert new.refs == old.refs, old.id
            assert all(line.text.startswith("manual ") for line in new.lines)


@pytest.mark.parametrize("word", [CHOICE, BARE, "owasp.scvs@1.0", "bsi.tr_03183_2@2.1.0"])
def test_profiles_are_valid(word: str) -> None:
    assert refusals(document(word, "oscal-profile").data, "oscal-profile") == []


def test_the_newer_schemas_agree(shared: Path) -> None:
    for form in ("oscal-catalog", "oscal-profile"):
        newer = shared / f"vectors/oscal/json-schema/{form.replace('-', '_')}_schema.json"
        if not newer.is_file():
            pytest.skip("the newer schemas of OSCAL are not on this machine")
        for word in (CHOICE, "etsi.en_303_645@3.1.3", "owasp.isvs@1.0", "eu.cra@2024"):
            assert refusals(document(word, form).data, form, newer) == []


@pytest.mark.parametrize("form", ["oscal-catalog", "oscal-profile"])
def test_the_schema_can_refuse(form: str) -> None:
    """A judge that accepts anything is none."""
    tree = json.loads(document(CHOICE, form).data)
    tree[form.removeprefix("oscal-")]["metadata"]["last-modified"] = "yesterday"
    assert len(refusals(json.dumps(tree).encode(), form)) >= 1
    assert (SCHEMAS / "NOTICE").is_file()


def test_several_standards_are_one_document() -> None:
    """A group each in OSCAL, an entry each in CycloneDX; they come back as modules of one file."""
    names = ["etsi.en_303_645@3.1.3", "owasp.masvs@2.1", "nist.ssdf@1.1"]
    for form in ("oscal-catalog", "cyclonedx"):
        made = exported.export([rules(n) for n in names], form)
        assert isinstance(made, Exported)
        assert refusals(made.data, form) == []
        found = taken(made.data)
        assert [s.name for s in found.standards] == names
        assert [len(s.entries) for s in found.standards] == [78, 24, 42]
        assert found.text.count("\nstandard ") == 3


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_rules_give_the_same_bytes(form: str) -> None:
    one, two = document(CHOICE, form), document(CHOICE, form)
    assert one.data == two.data
    assert one.data.endswith(b"}\n")
    assert one.data != document(CHOICE, form, "2026-11-23").data


def test_the_day_is_that_of_the_edition() -> None:
    tree = json.loads(document("etsi.en_303_645@3.1.3", "oscal-catalog", "").data)["catalog"]
    assert tree["metadata"]["last-modified"] == "2024-09-10T00:00:00Z"
    assert (
        json.loads(document("owasp.scvs@1.0", "cyclonedx", "").data)["metadata"]["timestamp"] == "2020-06-01T00:00:00Z"
    )


def test_a_control_has_what_a_requirement_has() -> None:
    tree = json.loads(document("etsi.en_303_645@3.1.3", "oscal-catalog").data)["catalog"]
    groups = {g["title"]: g for g in tree["groups"]}
    control = groups["5.1"]["controls"][0]
    assert control["id"] == "etsi.en_303_645_5.1-1"
    assert control["props"][0] == {"name": "label", "value": "5.1-1"}
    said = {(p["name"], p["value"]) for p in control["props"] if p.get("ns") == "urn:rulewright:oscal"}
    assert {("level", "shall"), ("severity", "critical"), ("objective", "PW-UNIQUE"), ("clause", "5.1")} <= said
    assert {("threat", "CWE-1392"), ("edition", "3.1.3")} <= said
    assert [p["name"] for p in control["parts"]] == ["statement", "guidance", "overview", "assessment-objective"]
    assert "auth.default_password_kind" in control["parts"][-1]["prose"]


def test_parameters_and_references_are_in_the_catalogue() -> None:
    tree = json.loads(document("eu.cra@2024", "oscal-catalog").data)["catalog"]
    assert {p["id"]: p["values"] for p in tree["params"]}["eu.cra_fix_5f_days"] == ["30"]
    isvs = json.loads(document("owasp.isvs@1.0", "oscal-catalog").data)["catalog"]
    resources = {f"#{r['uuid']}" for r in isvs["back-matter"]["resources"]}
    links = [link for g in isvs["groups"] for c in g["controls"] for link in c.get("links", [])]
    assert len(links) > 50
    assert {link["href"] for link in links} <= resources
    assert {link["rel"] for link in links} == {"reference"}


def test_levels_are_those_that_the_standard_names() -> None:
    (standard,) = json.loads(document("owasp.scvs@1.0", "cyclonedx").data)["definitions"]["standards"]
    assert {level["identifier"]: len(level["requirements"]) for level in standard["levels"]} == {
        "L1": 36,
        "L2": 62,
        "L3": 87,
    }
    headings = [
        r
        for r in standard["requirements"]
        if {"name": "rulewright:heading", "value": "true"} in r.get("properties", [])
    ]
    assert [h["identifier"] for h in headings] == ["V1", "V2", "V3", "V4", "V5", "V6"]


def test_a_profile_is_the_selection_of_a_policy() -> None:
    """Taken, taken out with the reason, changed with the reason, set; what has no place is counted."""
    made = document(CHOICE, "oscal-profile")
    tree = json.loads(made.data)["profile"]
    files = {f"#{r['uuid']}": r["rlinks"][0]["href"] for r in tree["back-matter"]["resources"] if "rlinks" in r}
    taken_of = {files[i["href"]]: i["include-controls"][0]["with-ids"] for i in tree["imports"]}
    assert {name: len(ids) for name, ids in taken_of.items()} == {
        "cisa.minimum_elements@2026.oscal-catalog.json": 23,
        "owasp.scvs@1.0.oscal-catalog.json": 86,
        "acme.choice@3.oscal-catalog.json": 1,
    }
    scvs = taken_of["owasp.scvs@1.0.oscal-catalog.json"]
    assert "owasp.scvs_1.1" in scvs
    assert "owasp.scvs_1.2" not in scvs
    gone = [(p["value"], p["remarks"]) for p in tree["metadata"]["props"] if p["name"] == "excluded"]
    assert gone == [("owasp.scvs_1.2", "we take no binaries in")]
    alters = {a["control-id"]: a for a in tree["modify"]["alters"]}
    assert alters["owasp.scvs_1.1"]["removes"] == [{"by-name": "level", "by-item-name": "prop"}]
    ((weak,), (tight,)) = (alters[f"owasp.scvs_{n}"]["adds"][0]["props"] for n in ("1.1", "1.3"))
    assert (weak["value"], tight["value"]) == ("should", "critical")
    assert weak["remarks"] == "weaken: level shall to should, because our build tells us in spring"
    assert tight["remarks"] == "tighten: severity medium to critical"
    (setting,) = tree["modify"]["set-parameters"]
    assert (setting["param-id"], setting["values"]) == ("cisa.minimum_elements_oldest_5f_cyclonedx", ["1.6"])
    assert setting["props"][0]["value"] == "our tools write it"
    (note,) = made.diagnostics
    assert note.code == "RW3106"
    assert note.message.endswith("110 checks, 1 assumption")


def test_a_profile_names_only_controls_of_the_catalogues() -> None:
    tree = json.loads(document(CHOICE, "oscal-profile").data)["profile"]
    for item in tree["imports"]:
        ids = item["include-controls"][0]["with-ids"]
        word = next(
            w for w in WORDS if ids[0].startswith(f"{w.partition('@')[0]}_") and w in json.dumps(tree["back-matter"])
        )
        catalogue = document(word, "oscal-catalog").data.decode()
        gone = [i for x in item.get("exclude-controls", []) for i in x["with-ids"]]
        assert [i for i in [*ids, *gone] if f'"id": "{i}"' not in catalogue] == []


@pytest.mark.parametrize(
    ("names", "form", "message"),
    [
        (["nist.ssdf@1.1", "owasp.scvs@1.0"], "oscal-profile", "a profile is the selection of one policy"),
        (["bsi.tr_03183_2@2.1.0", "bsi.tr_03183_2@2.0.0"], "oscal-catalog", "a catalogue holds one edition of"),
        ([BARE], "oscal-catalog", "`acme.bare@1` has no requirement of its own"),
        ([BARE], "cyclonedx", "`acme.bare@1` has no requirement of its own"),
        (["csa_iot.matter@1.5"], "oscal-catalog", "`csa_iot.matter@1.5` says no first day"),
        (["csa_iot.matter@1.5"], "oscal-profile", "`csa_iot.matter@1.5` says no first day"),
    ],
)
def test_what_cannot_be_written_is_told(names: list[str], form: str, message: str) -> None:
    made = exported.export([rules(n) for n in names], form)
    assert isinstance(made, Diagnostic)
    assert made.code == "RW3105"
    assert made.message.startswith(message)


def test_two_editions_are_two_standards_of_a_document() -> None:
    made = exported.export([rules(f"etsi.en_303_645@{e}") for e in ("2.1.1", "3.1.3")], "cyclonedx", DAY)
    assert isinstance(made, Exported)
    assert refusals(made.data, "cyclonedx") == []


ODD = b"""policy acme.odd edition "1 a/b" {
  param none : string = ""
  param level : int = 1 in 1..9
  requirement level shall { title "Level" clause "level" check not iface.telnet_present }
  requirement "a b: \xe2\x80\x9cc\xe2\x80\x9d_" may { clause "level" check manual "Is it?" }
  requirement "_" should { clause "level" check manual "Is it?" }
}
"""


def test_odd_names_are_valid_and_come_back() -> None:
    """Ids and editions that no token or address may hold, an empty parameter, a clause that is a requirement."""
    shipped = rules("owasp.scvs@1.0")
    texts = {
        name: text
        for name, text in shipped.texts.items()
        if b"\nvocabulary " in text or text.startswith(b"vocabulary ")
    }
    texts["odd.rw"] = ODD
    made = compile_rules(gathering.Rules(texts=texts, roots=["odd.rw"]), {}, use_cache=False)
    assert made.program is not None, made.diagnostics
    odd = exported.Rules("odd.rw", made.program, texts, "odd.rw")
    for form in FORMATS:
        found = exported.export([odd], form, DAY)
        assert isinstance(found, Exported)
        assert refusals(found.data, form) == []
        if form != "oscal-profile":
            assert {e.id for e in taken(found.data).standards[0].entries} == {"level", "a b: “c”_", "_"}


def test_references_and_names_are_each_others_opposite() -> None:
    for name in ("a@1", "x@1 a/b", "é@%41", "a?b#c"):
        assert named(reference(name)) == name
        assert set(reference(name)) <= set("abcdefghijklmnopqrstuvwxyzABCDEF0123456789._-@%")
    assert named("%FF%zz") == "\ufffd%zz"


def test_names_are_tokens_and_distinct() -> None:
    names = ["5.1-1", "5_1", "5 1", "5_20_1", "a:b", "é", "", "_", "__"]
    tokens = [token("a.b", name) for name in names]
    assert len(set(tokens)) == len(names)
    assert all(set(t) <= set("abcdefghijklmnopqrstuvwxyzABCDEF0123456789._-") for t in tokens)
    assert uuid("a", "bc") != uuid("ab", "c")
    assert uuid("a")[14] == "5"
    assert uuid("a")[19] in "89ab"
