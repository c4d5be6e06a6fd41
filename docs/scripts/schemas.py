"""Write the JSON Schemas of the documents of an attestation from `attest/model.py`, and that of rules in JSON, into `cli/schemas/`.

Guarantees: what a schema says is what the reader accepts in types, members and named values; every member is required where the
document has it always, and no other is allowed; digests, and the two times of the root, have their form.  What ties members to each
other is in docs/reference/attestation.md and the verifier's to judge.  A test fails when a file is not what this would write.
"""

import json
from pathlib import Path
from typing import Any  # a schema: JSON of any shape

import msgspec

from rulewright.attest import model
from rulewright.cli.testing import model as testing
from rulewright.dsl.form import schema as rules

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "cli" / "schemas"
DOCUMENTS: dict[str, tuple[type[msgspec.Struct], str]] = {
    "root": (model.RootStatement, "The signed root of an attestation: an in-toto Statement v1 with the predicate of `rulewright attest`."),
    "rows": (model.Rows, "All requirements of an attestation in short: `rows.json`."),
    "seed": (model.Seed, "What all salts of an attestation come from: `seed.json`."),
    "run": (model.Run, "What it takes to evaluate again: `run.json`."),
    "disclosure": (model.Disclosure, "Some rows of an attestation with their proofs, as `rulewright disclose` writes them."),
    "trust": (model.Trust, "Whom a verifier trusts for what: the payload of a trust policy."),
    "status": (model.StatusList, "What became of attestations: the payload of a status list."),
}  # fmt: skip
"""The middle of the file's name, the type, and what it is."""
TESTS = "tests"
"""The name of the schema of what `rulewright test --format json` prints."""
RULES = "rules"
"""The name of the schema that `dsl/form/schema.py` makes."""
FORMS = {
    **dict.fromkeys(
        (
            "sha256",
            "code",
            "program",
            "run",
            "commitment",
            "tree",
            "requirements",
            "detail",
            "root",
            "supersedes",
            "by",
        ),
        "^[0-9a-f]{64}$",
    ),
    "detail": "^[A-Za-z0-9_-]{43}$",
    "asOf": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
    "validUntil": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
}
"""The pattern of a member that is text, by its name."""
COMMON = "Canonical JSON (RFC 8785) without floats. What the members mean: docs/reference/attestation.md."


def path(name: str) -> Path:
    """Where the schema of a document lies."""
    return FOLDER / f"rulewright-{name}-1.schema.json"


def schema(name: str) -> dict[str, object]:
    """The schema of one document of an attestation."""
    kind, about = DOCUMENTS[name]
    return _schema(name, kind, f"{about} {COMMON}")


def of_tests() -> dict[str, object]:
    """The schema of the result of tests."""
    about = (
        "What `rulewright test --format json` prints. Every key is always there; what was not asked for is null. See "
    )
    return _schema(TESTS, testing.Report, f"{about}docs/reference/testing.md.")


def _schema(name: str, kind: type[msgspec.Struct], description: str) -> dict[str, object]:
    """The schema of a type."""
    made = msgspec.json.schema(kind, schema_hook=lambda _: {"description": "Any JSON value."})
    head: dict[str, object] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:rulewright:schema:rulewright-{name}-1",
        "title": f"rulewright-{name}/1",
        "description": description,
    }
    body = _always(made, omitting=name == "disclosure")
    assert isinstance(body, dict)
    return head | body


def _always(node: object, *, omitting: bool) -> object:
    """Every member is required, but in a disclosure those that may be left out; no default is left, since none is ever used."""
    if isinstance(node, list):
        return [_always(item, omitting=omitting) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _always(value, omitting=omitting) for key, value in node.items() if key != "default"}
    members = made.get("properties")
    if made.get("type") == "object" and isinstance(members, dict):
        own = omitting and made.get("title") in {"Shown", "Disclosure"}
        required = node.get("required", []) if own else list(members)
        made["required"] = sorted(required, key=list(members).index)
        for member, inner in members.items():
            if own and member not in required:
                members[member] = _said(inner)
            _shape(members[member], FORMS.get(member, ""))
    return made


def _said(inner: dict[str, Any]) -> dict[str, Any]:
    """A member that is left out where it has nothing to say: never null."""
    left = [option for option in inner["anyOf"] if option != {"type": "null"}]
    return left[0] if len(left) == 1 else {**inner, "anyOf": left}


def _shape(inner: dict[str, Any], pattern: str) -> None:
    """Give a member that is text, or text or null, its pattern."""
    for option in inner.get("anyOf", [inner]):
        if pattern and option.get("type") == "string":
            option["pattern"] = pattern


def text(name: str) -> str:
    """A schema as its file has it."""
    made = rules.schema() if name == RULES else of_tests() if name == TESTS else schema(name)
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name in [*DOCUMENTS, TESTS, RULES]:
        path(name).write_text(text(name), encoding="utf-8")
        print(f"wrote {path(name).relative_to(ROOT)}")
