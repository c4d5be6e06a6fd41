"""Shipped rules ready to be exported, the official schemas, and a small catalogue and document of others."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jsonschema_rs

from rulewright import dsl
from rulewright.cli import library
from rulewright.cli.compiling import compile_rules, vocabulary_of
from rulewright.cli.gathering import gather
from rulewright.cli.literals import Checks
from rulewright.sbom.schema_judge import refused
from rulewright.standards.exchange import exported, imported
from rulewright.standards.exchange.exported import Exported, Rules
from tests.standards.packs import ROOT

POLICY = b"""policy acme.choice edition "3" {
  title     "Our choice"
  publisher "Acme"
  force     house
  valid     from 2026-03-01

  use owasp.scvs edition "1.0" as scvs
  use cisa.minimum_elements edition "2026" as cisa

  exclude scvs:"1.2" because "we take no binaries in"
  weaken scvs:"1.1" level should because "our build tells us in spring"
  tighten scvs:"1.3" severity critical
  set cisa.oldest_cyclonedx = "1.6" because "our tools write it"
  unstated completeness is open

  requirement own shall {
    title "Every component has a name"
    check every component c { c.name is known }
  }
}
"""
SCHEMAS = Path(__file__).parent / "schemas"
CHOICE = "acme.choice@3"
BARE = "acme.bare@1"
OWN = {
    CHOICE: POLICY,
    BARE: b'policy acme.bare edition "1" {\n  valid from 2026-01-01\n  use owasp.scvs edition "1.0" as scvs\n}\n',
}
DAY = "2026-11-22"
CATALOG = {
    "catalog": {
        "uuid": "74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724",
        "metadata": {
            "title": "House rules",
            "last-modified": "2024-02-01T13:57:28Z",
            "version": "7",
            "oscal-version": "1.1.3",
            "parties": [{"uuid": "11111111-1111-4111-8111-111111111111", "type": "organization", "name": "Acme"}],
            "links": [{"href": "#22222222-2222-4222-8222-222222222222", "rel": "license"}],
        },
        "groups": [
            {
                "id": "ac",
                "title": "Access",
                "controls": [
                    {
                        "id": "ac-1",
                        "title": "Passwords",
                        "params": [{"id": "ac-1_prm", "label": "a number of characters"}],
                        "props": [{"name": "label", "value": "AC-1"}],
                        "parts": [
                            {
                                "id": "ac-1_smt",
                                "name": "statement",
                                "prose": "Passwords:",
                                "parts": [
                                    {
                                        "id": "ac-1_smt.a",
                                        "name": "item",
                                        "props": [{"name": "label", "value": "a."}],
                                        "prose": "must have {{ insert: param, ac-1_prm }};",
                                    }
                                ],
                            },
                            {
                                "id": "ac-1_gdn",
                                "name": "guidance",
                                "prose": 'See "NIST" \\ [there](https://example.org).',
                            },
                        ],
                        "controls": [{"id": "ac-1.1", "title": "Passwords should be checked against a list"}],
                    },
                    {
                        "id": "ac-2",
                        "title": "Gone",
                        "props": [{"name": "status", "value": "withdrawn"}],
                    },
                ],
            }
        ],
        "back-matter": {
            "resources": [{"uuid": "22222222-2222-4222-8222-222222222222", "description": "All rights with Acme."}]
        },
    }
}
BOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "metadata": {"licenses": [{"license": {"id": "CC-BY-SA-4.0"}}]},
    "definitions": {
        "standards": [
            {
                "bom-ref": "std",
                "name": "Some Standard",
                "version": "1.2",
                "owner": "Somebody",
                "requirements": [
                    {"bom-ref": "h", "identifier": "V1", "title": "Inventory", "text": "An introduction."},
                    {
                        "bom-ref": "r1",
                        "identifier": "1.1",
                        "text": "Everything shall be listed.",
                        "parent": "h",
                        "openCre": ["CRE:616-305"],
                        "descriptions": ["Assessment Question: Do you have a list? Yes or no."],
                    },
                    {"bom-ref": "r2", "title": "No identifier here", "parent": "h"},
                ],
                "levels": [
                    {"bom-ref": "l1", "identifier": "Level 1", "requirements": ["r1"]},
                    {"bom-ref": "l2", "identifier": "Level 2", "requirements": ["r1", "r2"]},
                ],
            }
        ]
    },
}


@cache
def rules(word: str) -> Rules:
    """A shipped standard, or a policy above, compiled alone."""
    if word in OWN:
        found = gather(["owasp.scvs@1.0", "cisa.minimum_elements@2026"])
        found.texts["own.rw"], found.roots = OWN[word], ["own.rw"]
    else:
        found = gather([word])
    made = compile_rules(found, {})
    assert made.program is not None, made.diagnostics
    return Rules(word, made.program, found.texts, found.roots[0])


def words() -> list[str]:
    """Every shipped standard, and the policy above."""
    return [f"{m.id}@{m.edition}" for m in library.shipped() if m.kind == "standard"] + [CHOICE]


def document(word: str, form: str, day: str = DAY) -> Exported:
    """A shipped standard or policy in a format."""
    made = exported.export([rules(word)], form, day)
    assert isinstance(made, Exported), made
    return made


@cache
def _oscal(path: Path) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(json.loads(path.read_bytes()), validate_formats=True)


def refusals(data: bytes, form: str, *more: Path) -> list[str]:
    """What the official schemas say against a document; `more` are further schemas of OSCAL."""
    tree = json.loads(data)
    if not form.startswith("oscal"):
        return refused(tree, "cyclonedx", tree["specVersion"])
    paths = (SCHEMAS / f"{form}-1.1.3.schema.json", *more)
    return [f"{error.instance_path}: {error.message}" for path in paths for error in _oscal(path).iter_errors(tree)]


def taken(tree: object, wanted: tuple[str, str] = ("", "")) -> imported.Imported:
    """Import a document."""
    data = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return imported.take(data, "given.json", wanted)


def compiled(text: str) -> dsl.Compiled:
    """Compile a pack against the shipped vocabulary."""
    name = "standards/vocabulary.rw"
    sources = {name: dsl.Source(name, (ROOT / name).read_bytes()), "pack.rw": dsl.Source("pack.rw", text.encode())}
    return dsl.compile(sources, ["pack.rw"], vocabulary_of(sources), checks=Checks())
