"""`rulewright convert` to Rego and CEL, and from policies of sbomqs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rulewright.cli.literals import Checks
from rulewright.cli.main import main
from rulewright.dsl.bridges import sbomqs

RULES = """standard acme.out edition "1" {
  title "Out"

  requirement a shall {
    title "No telnet"
    check not iface.telnet_present
  }

  requirement b shall {
    title "No old library"
    check no component c where c.version in vers"pypi/<2.0.7"
  }

  requirement c should {
    title "Licences \\" # of *kinds*"
    check {
      every component c where c.type = library { c.license allows {MIT} };
      every component c { c.supplier is known }
    }
    evidence any of sbom fresh 30d
  }
}
"""
POLICY = """policy:
  - name: approved_licenses
    type: whitelist
    rules:
      - field: license
        values: [MIT, Apache-2.0]
        patterns: ["^BSD-.*"]
    action: fail
  - name: 'banned "things"'
    type: blacklist
    rules:
      - field: name
        values: [log4j, 'a"b\\c']
        patterns: ["log4j-1.*"]
      - field: license
        values: [GPL-3.0-only]
    action: warn
  - name: metadata
    type: required
    rules:
      - field: supplier
      - field: sbom_author
      - field: comp_moon_phase
    action: pass
"""


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.rw").write_text(RULES, encoding="utf-8")
    Path("policy.yaml").write_text(POLICY, encoding="utf-8")


def test_what_cannot_be_said_is_told_and_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "rules.rw", "--to", "rego", "-o", "rules.rego", "--no-cache"]) == 0
    told = capsys.readouterr().err
    assert "RW0850" in told
    assert "`acme.out:b` cannot be said in Rego" in told
    assert "version ranges (VERS)" in told
    assert "evidence clause" in told
    text = Path("rules.rego").read_text(encoding="utf-8")
    assert text.count("# METADATA") == 2
    assert "acme.out:b" not in text
    assert 'lost["acme.out:a"] := []' in text


def test_nothing_left_is_a_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "rules.rw", "--to", "cel", "--requirement", "b", "-o", "x.json", "--no-cache"]) == 2
    assert "RW0850" in capsys.readouterr().err
    assert not Path("x.json").exists()


def test_cel_is_an_envelope(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "rules.rw", "--to", "cel", "--requirement", "acme.out:c", "--no-cache", "-q"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["format"] == "rulewright-cel/1"
    (only,) = found["requirements"]
    assert (only["id"], only["level"]) == ("acme.out:c", "should")
    assert len(only["lost"]) == 2
    assert [line["label"] for line in only["check"]] == ["check#1", "check#2"]


def test_an_unknown_requirement_has_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "rules.rw", "--to", "rego", "--requirement", "acme.out:aa", "--no-cache"]) == 2
    assert "did you mean `acme.out:a`?" in capsys.readouterr().err


def test_a_vocabulary_has_nothing_to_export(capsys: pytest.CaptureFixture[str]) -> None:
    Path("v.rw").write_text('vocabulary acme.v edition "1" {\n}\n', encoding="utf-8")
    assert main(["convert", "v.rw", "--to", "rego", "--no-cache"]) == 2
    assert "RW0851" in capsys.readouterr().err


def test_no_file_is_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    Path("kept").write_text("x", encoding="utf-8")
    assert main(["convert", "rules.rw", "--to", "rego", "-o", "kept", "--no-cache"]) == 2
    assert main(["convert", "policy.yaml", "-o", "kept", "--no-cache"]) == 2
    assert main(["convert", "rules.rw", "--to", "rego", "-o", "rules.rw", "--force", "--no-cache"]) == 2
    assert Path("kept").read_text(encoding="utf-8") == "x"
    assert Path("rules.rw").read_text(encoding="utf-8") == RULES
    capsys.readouterr()


def test_the_input_needs_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    Path("p.yaml").write_text("format: rulewright-facts/1\niface.telnet_present: true\n", encoding="utf-8")
    assert main(["facts", "p.yaml", "--format", "policy-input", "--no-cache"]) == 2
    assert "add `--policy`" in capsys.readouterr().err
    assert main(["facts", "p.yaml", "--format", "policy-input", "-p", "rules.rw", "--no-cache"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["facts"]["iface.telnet_present"] is True
    assert found["collections"].get("component", {"completeness": "absent"})["completeness"] == "absent"


def test_a_policy_of_sbomqs_compiles_is_clean_and_tested(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "policy.yaml", "--id", "acme.sbom", "--edition", "2", "-o", "p.rw"]) == 0
    told = capsys.readouterr().err
    assert "RW0853" in told
    assert "/policy/2/rules/2" in told
    text = Path("p.rw").read_text(encoding="utf-8")
    assert text.startswith('policy acme.sbom edition "2" {')
    assert text.count("\n  requirement ") == 5
    assert "# not taken over, since no fact answers it: required of metadata: comp_moon_phase" in text
    assert main(["test", "p.rw", "--no-cache"]) == 0
    assert main(["lint", "p.rw", "--no-cache", "--deny-warnings"]) == 0


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ("{name: log4j-1.2, license: MIT, supplier: X}", "fail"),
        ("{name: a, license: MIT, supplier: X}", "pass"),
        ("{license: MIT, supplier: X}", "unknown"),
    ],
)
def test_a_missing_value_is_unknown_and_a_pattern_matches_anywhere(
    facts: str, verdict: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", "policy.yaml", "--id", "acme.sbom", "-o", "p.rw", "-q"]) == 0
    Path("f.yaml").write_text(
        f"format: rulewright-facts/1\nproduct: {{id: p}}\ncomponents:\n  complete: true\n  items:\n    - {facts}\n",
        encoding="utf-8",
    )
    assert main(["check", "f.yaml", "-p", "p.rw", "--format", "json", "--as-of", "2026-11-01", "--no-cache"]) in {0, 1}
    results = {r["requirement"]: r["verdict"] for r in json.loads(capsys.readouterr().out)["results"]}
    assert results["acme.sbom:banned-things-name"] == verdict


@pytest.mark.parametrize("kind", ["required", "whitelist"])
def test_every_field_gives_rules_that_compile(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    fields = sorted({*sbomqs._COMPONENT, *(f"sbom_{name}" for name in sbomqs._DOCUMENT)})
    values = "" if kind == "required" else ", values: [MIT]"
    rules = "\n".join(f"      - {{field: {field}{values}}}" for field in fields)
    Path("one.yaml").write_text(f"policy:\n  - name: n\n    type: {kind}\n    rules:\n{rules}\n", encoding="utf-8")
    assert main(["convert", "one.yaml"]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("\n  requirement ") + shown.err.count("RW0853") == len(fields)
    assert ("RW0853" in shown.err) is (kind != "required")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a", "there is no list `policy`"),
        ("policy: []", "there is no list `policy`"),
        ("policy: [1]", "a policy is no table"),
        ("policy: [{type: required}]", "has no `name`"),
        ("policy: [{name: n, type: allowlist}]", "`allowlist` is no type of policy"),
        ("policy: [{name: n, type: required, action: stop}]", "`stop` is no action"),
        ("policy: [{name: n, type: required}]", "has no rules"),
        ("policy: [{name: n, typo: 1}]", "a policy has no `typo`"),
        ("policy: [{name: n, type: required, rules: [1]}]", "has no field"),
        ("policy: [{name: n, type: whitelist, rules: [{field: name}]}]", "nothing to compare with"),
        (
            "policy: [{name: n, type: whitelist, rules: [{field: name, operator: in, values: [x]}]}]",
            "a form that is not known",
        ),
        ("policy: [&a {name: n}, *a]", "not YAML"),
        ("policy: [", "not YAML"),
    ],
)
def test_a_file_that_is_no_policy_is_a_diagnostic(text: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text(text, encoding="utf-8")
    assert main(["convert", "bad.yaml", "-o", "out.rw"]) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert "RW0852" in shown
    assert not Path("out.rw").exists()


def verdicts(policy: str, licences: list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Import a policy of one rule; its verdict for each licence of a component."""
    Path("one.yaml").write_text(policy, encoding="utf-8")
    assert main(["convert", "one.yaml", "--id", "acme.one", "-o", "one.rw", "-q", "--force"]) == 0
    found = []
    for licence in licences:
        item = f"{{name: a, license: {json.dumps(licence)}}}"
        Path("f.yaml").write_text(
            f"format: rulewright-facts/1\nproduct: {{id: p}}\ncomponents: {{complete: true, items: [{item}]}}\n",
            encoding="utf-8",
        )
        capsys.readouterr()
        words = ["check", "f.yaml", "-p", "one.rw", "--format", "json", "--as-of", "2026-11-01", "--no-cache"]
        assert main(words) in {0, 1}
        (result,) = json.loads(capsys.readouterr().out)["results"]
        found.append(result["verdict"])
    return found


def test_a_banned_licence_is_banned_wherever_an_expression_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    policy = "policy: [{name: n, type: blacklist, rules: [{field: license, values: [GPL-3.0-only, Odd terms]}]}]\n"
    banned = [
        "GPL-3.0-only",
        "GPL-3.0-only OR MIT",
        "MIT AND GPL-3.0-only",
        "(gpl-3.0-only AND Zlib) OR MIT",
        "Odd terms",
    ]
    allowed = ["MIT", "GPL-2.0-only", "LicenseRef-GPL-3.0-only", "MIT OR Zlib"]
    assert verdicts(policy, banned, capsys) == ["fail"] * len(banned)
    assert verdicts(policy, allowed, capsys) == ["pass"] * len(allowed)


def test_a_licence_in_words_is_compared_as_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    policy = "policy: [{name: n, type: whitelist, rules: [{field: license, values: [MIT, Proprietary]}]}]\n"
    assert verdicts(policy, ["MIT", "MIT OR Zlib", "Proprietary"], capsys) == ["pass"] * 3
    assert "pass" not in verdicts(policy, ["GPL-3.0-only", "Proprietary!"], capsys)


def test_many_values_are_several_patterns(capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"component-with-a-long-name-{number}" for number in range(200)]
    data = {"policy": [{"name": "n", "type": "blacklist", "rules": [{"field": "name", "values": names}]}]}
    Path("many.yaml").write_text(json.dumps(data), encoding="utf-8")
    assert main(["convert", "many.yaml"]) == 0
    text = capsys.readouterr().out
    assert "not taken over" not in text
    assert [name for name in names if name not in text] == []
    assert text.count("not c.name matches regex") > 3


def test_a_pattern_is_judged_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    policy = "policy: [{name: n, type: blacklist, rules: [{field: name, patterns: [ok, 'a)|(b']}]}]\n"
    Path("one.yaml").write_text(policy, encoding="utf-8")
    assert main(["convert", "one.yaml", "-o", "one.rw"]) == 2
    told = capsys.readouterr().err
    assert "RW0852" in told
    assert "`a)|(b` is no pattern: " in told
    assert "/policy/0/rules/0/patterns/1" in told
    assert not Path("one.rw").exists()


def test_a_rule_that_cannot_be_said_leaves_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    rules = [{"field": "name", "patterns": ["a" * 1_999]}, {"field": "version", "values": ["1.0"]}]
    rules += [{"field": "supplier", "values": ["b" * 3_000]}]
    data = {"policy": [{"name": "n", "type": "blacklist", "rules": rules}]}
    Path("long.yaml").write_text(json.dumps(data), encoding="utf-8")
    assert main(["convert", "long.yaml", "-o", "long.rw"]) == 0
    told = capsys.readouterr().err
    assert told.count("warning[RW0854]") == 2
    assert "long.yaml: /policy/0/rules/0" in told or "long.yaml /policy/0/rules/0" in told
    assert "/policy/0/rules/2" in told
    assert "<rules>" not in told
    text = Path("long.rw").read_text(encoding="utf-8")
    assert text.count("\n  requirement ") == 1
    assert text.count("# not taken over, since it cannot be said: ") == 2
    assert main(["test", "long.rw", "--no-cache"]) == 0


def test_a_text_of_the_file_never_becomes_a_rule() -> None:
    data = {"policy": [{"name": 'x" } requirement y shall {\n', "type": "required", "rules": [{"field": 'z"\n}'}]}]}
    made = sbomqs.imported(data, "a.b", "1", 'o"\nx', Checks())
    assert made.taken == 0
    assert not any(line.startswith("requirement") for line in map(str.strip, made.text.splitlines()))
