"""Make `data/weights.tsv`: what public sources say of how bad and how used each kind of attack is.

Sources, read from a folder of feeds: CISA KEV (weaknesses of exploited vulnerabilities), CAPEC (typical severity and
likelihood), ATT&CK for ICS (who used a technique), the mapping of KEV to ATT&CK, EMB3D (maturity of a threat).
Guarantees: one row per id, sorted, the same for the same feeds; counts and words as the sources give them, no judgement.
Run `python -m rulewright.threats.weigh FEEDS > threats/data/weights.tsv` when the feeds are renewed.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, str]
COLUMNS = ("id", "severity", "likelihood", "used", "maturity", "name")


def _json(path: Path) -> Any:  # noqa: ANN401  # a document of somebody else's
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return json.load(stream)


def _external(thing: Mapping[str, Any], source: str) -> str:
    """The id that a source gives to a STIX object."""
    references: list[dict[str, str]] = thing.get("external_references", [])
    return next((r.get("external_id", "") for r in references if r.get("source_name") == source), "")


def weaknesses(feeds: Path) -> Iterator[Row]:
    """CWEs by the number of exploited vulnerabilities (KEV) that have them."""
    catalogue = _json(next(iter(sorted(feeds.glob("kev/kev_2*.json.gz")))))
    for cwe, count in Counter(c for v in catalogue["vulnerabilities"] for c in v.get("cwes", ())).items():
        yield {"id": cwe, "used": str(count)}


def patterns(feeds: Path) -> Iterator[Row]:
    """CAPEC attack patterns."""
    for path in sorted(feeds.glob("capec/capec-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            for thing in map(json.loads, stream):
                name = _external(thing, "capec")
                if thing.get("type") == "attack-pattern" and name and not thing.get("revoked"):
                    yield {
                        "id": name,
                        "severity": thing.get("x_capec_typical_severity") or "",
                        "likelihood": thing.get("x_capec_likelihood_of_attack") or "",
                        "name": thing["name"],
                    }


def techniques(feeds: Path) -> Iterator[Row]:
    """ATT&CK techniques: by groups, campaigns and malware that used them, and by exploited vulnerabilities mapped to them."""
    used: Counter[str] = Counter()
    names: dict[str, str] = {}
    objects = _json(next(iter(sorted(feeds.glob("attack/ics-attack-*.json.gz")))))["objects"]
    ids = {o["id"]: _external(o, "mitre-attack") for o in objects if o["type"] == "attack-pattern"}
    names.update((ids[o["id"]], o["name"]) for o in objects if o["type"] == "attack-pattern")
    for link in (o for o in objects if o["type"] == "relationship" and o["relationship_type"] == "uses"):
        used[ids.get(link["target_ref"], "")] += 1
    for path in sorted(feeds.glob("attack/kev_to_attack_*.json.gz")):
        for mapping in _json(path)["mapping_objects"]:
            used[mapping["attack_object_id"] or ""] += 1
            names.setdefault(mapping["attack_object_id"] or "", mapping["attack_object_name"] or "")
    for technique, name in names.items():
        if technique:
            yield {"id": f"ATTACK-{technique}", "used": str(used[technique]), "name": name}


def embedded(feeds: Path) -> Iterator[Row]:
    """EMB3D threats by maturity."""
    for path in sorted(feeds.glob("emb3d/emb3d-stix-*.json.gz")):
        for thing in _json(path)["objects"]:
            if thing["type"] == "vulnerability":
                yield {
                    "id": f"EMB3D-{thing['x_mitre_emb3d_threat_id']}",
                    "maturity": thing["x_mitre_emb3d_threat_maturity"],
                    "name": thing["name"],
                }


def table(feeds: Path) -> str:
    """The whole table as text."""
    rows = [row for part in (weaknesses, patterns, techniques, embedded) for row in part(feeds)]
    lines = ["\t".join(row.get(column, "") for column in COLUMNS) for row in rows]
    return "\n".join(["\t".join(COLUMNS), *sorted(set(lines))]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table(Path(sys.argv[1])))
