"""Write the page of other people's validators and verifiers: what they say of our attestations, and of envelopes.

Guarantees: the page says what `docs/reference/attestation-peers.json` says, and a test holds it to that; who could not be asked is told so.
`make peers` asks them; `PYTHONPATH=. python docs/scripts/attestation_peers.py --take` takes what they said, where all parts were asked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGE = REFERENCE / "attestation-peers.md"
RESULTS = REFERENCE / "attestation-peers.json"
TAKEN = ROOT / "build" / "peers" / "results.json"
HEAD = """# Other validators and verifiers
Generated from `docs/reference/attestation-peers.json` by `make pages`; do not edit. `make peers` asks everybody again, in an environment
of its own under `build/peers`; `python docs/scripts/attestation_peers.py --take` puts the answers here.

Who could not be asked is written *not had*, and counts as nothing. JSON Schemas and the XML Schema are the official ones; they are not
part of this project.
"""
VIEWS = """
## Do they take our views?
Each document of each attestation goes to each validator of its format. Each validator must also refuse a *control*: the same document
with one change that the format forbids. Errors are counted by document.

| validator | version | files | documents | with errors | controls refused |
|---|---|---|--:|--:|--:|
"""
SIGNATURES = """
## Do they take our signatures?
The root of an attestation as a Sigstore bundle (`attest/sigstore_bundle.py`), signed by our own key and stamped by our own RFC 3161
authority, without any log or certificate; and the envelopes in a bundle that sign its OSCAL views. Changed ones must be refused.

| verifier | version | accepted, as it must | refused, as it must | otherwise |
|---|---|--:|--:|--:|
"""
ENVELOPES = """
## What they answer on envelopes
Each row is one envelope, made from one good statement by one change (`tests/attest/peers/cases.py`): is it signed as asked? *DSSE* is what
the specification, version 1.0.2, and what it refers to say: ✓ valid, ✗ must be refused, – left open. Answers: ✓ accepted, ✗ refused, – does
not apply or is left to the caller. **Bold**: other than the specification says. What is left open, ours refuses: two programs could read
it differently.

"""
TAIL = """
How each was asked:

- *ours*: `rulewright verify`, its checks of the envelope, the type, the signatures and the statement.
- *securesystemslib*: `json.loads`, `Envelope.from_dict`, `Envelope.verify` with keys that have the ids in the envelope.
- *sigstore-python*: the reading and verifying of an envelope inside `Verifier.verify_dsse`, with our key; the whole takes certificates only. One signature, ECDSA.
- *trestle verify*: what the command calls, on the same changes of an envelope about an OSCAL document. Any one signature suffices.
- *@sigstore/verify*: in a bundle of version 0.3 with our key, and neither log nor time asked for. One signature.
- *node:crypto*, *WebCrypto*: the thirty lines (`verifiers.mjs`) that somebody writes from the specification and no library: parse, encode, try each signature. They show
  what the platform's base64 and JSON let through, not the work of a project.

Where ours is stricter than the specification, on purpose: DSSE and in-toto say that a member which a reader does not know is ignored. Here
it is refused, since some readers take `Payload` for `payload`, and since nothing that nobody looks at may stand in evidence. A later version of the format will have a type of
its own.
"""
CORPUS = """
## What a signature alone lets through
The attack corpus (`tests/attest/corpus`) holds bundles that ours does not call valid; the counts are those of the day on which the job ran. Verifiers of envelopes see the root's envelope
alone, and are asked whether the maker's key signed it, wherever a lenient reader finds one. What they accept here is no fault of theirs where the
attack lies elsewhere, as in a stale list or a row that is missing: it is what somebody has to write around such a library.

"""
SIGNS = {"accept": "✓", "refuse": "✗", "n/a": "–", "not had": "not had", "valid": "✓", "open": "–"}
PACKAGES = {"sigstore-python": "sigstore", "trestle verify": "compliance-trestle", "trestle": "compliance-trestle", "node:crypto": "node", "WebCrypto": "node"}  # fmt: skip
COLUMNS = ("ours", "securesystemslib", "sigstore-python", "trestle verify", "@sigstore/verify", "node:crypto", "WebCrypto")  # fmt: skip


def _version(found: dict[str, Any], name: str) -> str:
    return found["versions"].get(PACKAGES.get(name, name), "") or "not had"


def _views(found: dict[str, Any]) -> Iterator[str]:
    for row in found["views"]["rows"]:
        version = _version(found, row["package"]) if row["package"] else row["version"]
        files = ", ".join(f"`{name}`" for name in row["files"])
        counts = "not had | not had" if row["not_had"] else f"{len(row['errors'])} | {row['controls_refused']} of {row['controls']}"  # fmt: skip
        yield f"| {row['validator']} | {version} | {files} | {row['documents']} | {counts} |"
    yield ""
    yield "The attestations, each made by `rulewright check` and `rulewright attest`, with the number of their documents:"
    yield ""
    yield from (f"- {item['name']}: {item['documents']}" for item in found["views"]["results"])
    yield ""
    alone = ", ".join(f"`{name}`" for name in found["views"]["without"])
    yield f"No independent validator can be had here for {alone}: our own checks look at them when a bundle is built."


def _signatures(found: dict[str, Any]) -> Iterator[str]:
    for name in sorted({row["verifier"] for row in found["signatures"]}):
        rows = [row for row in found["signatures"] if row["verifier"] == name]
        right = [row["answer"] for row in rows if row["answer"] == row["expected"]]
        other = "not had" if all(row["answer"] == "not had" for row in rows) else str(len(rows) - len(right))
        yield f"| {name} | {_version(found, name)} | {right.count('accept')} | {right.count('refuse')} | {other} |"
    yield ""
    yield "What was tried:"
    yield ""
    for row in found["signatures"]:
        yield f"- {row['verifier']}, {row['case']}: {row['answer']}"


def _envelopes(found: dict[str, Any]) -> Iterator[str]:
    heads = [name if name == "ours" else f"{name} {_version(found, name)}" for name in COLUMNS]
    yield f"| envelope | DSSE | {' | '.join(heads)} |"
    yield f"|---|:-:|{':-:|' * len(COLUMNS)}"
    for row in found["envelopes"]:
        cells = [_cell(row["spec"], row["answers"][name][0]) for name in COLUMNS]
        yield f"| {row['case']} ({row['why']}) | {SIGNS[row['spec']]} | {' | '.join(cells)} |"
    yield ""
    yield "Answers other than the specification's: " + ", ".join(_others(found)) + "."


def _other(spec: str, answer: str) -> bool:
    """Whether an answer is not the specification's."""
    return (spec, answer) in {("valid", "refuse"), ("refuse", "accept")}


def _cell(spec: str, answer: str) -> str:
    return f"**{SIGNS[answer]}**" if _other(spec, answer) else SIGNS[answer]


def _others(found: dict[str, Any]) -> Iterator[str]:
    for name in COLUMNS:
        answers = [(row["spec"], row["answers"][name][0]) for row in found["envelopes"]]
        asked = sum(answer in ("accept", "refuse") and spec != "open" for spec, answer in answers)
        yield f"{name} {sum(_other(*pair) for pair in answers)} of {asked}"


def _corpus(found: dict[str, Any]) -> Iterator[str]:
    rows = found["corpus"]
    names = list(rows[0]["accepted"])
    yield f"| group | attacks | with an envelope | {' | '.join(f'{name} accepts' for name in names)} |"
    yield f"|---|--:|--:|{'--:|' * len(names)}"
    last: dict[str, Any] = {"group": "**all**", "cases": 0, "asked": 0, "accepted": dict.fromkeys(names, 0)}
    for row in rows:
        last["cases"], last["asked"] = last["cases"] + row["cases"], last["asked"] + row["asked"]
        last["accepted"] = {name: last["accepted"][name] + row["accepted"][name] for name in names}
    for row in (*rows, last):
        counts = " | ".join(str(row["accepted"][name]) for name in names)
        yield f"| {row['group']} | {row['cases']} | {row['asked']} | {counts} |"


def page() -> str:
    """Return the whole page."""
    found: dict[str, Any] = json.loads(RESULTS.read_bytes())
    parts = [HEAD, VIEWS, "\n".join(_views(found)) + "\n", SIGNATURES, "\n".join(_signatures(found)) + "\n"]
    return "".join(
        [*parts, ENVELOPES, "\n".join(_envelopes(found)) + "\n", TAIL, CORPUS, "\n".join(_corpus(found)) + "\n"]
    )


def take() -> None:
    """Take the results of the last whole job."""
    found = json.loads(TAKEN.read_bytes())
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--take"]:
        take()
    PAGE.write_text(page(), encoding="utf-8")
