"""Write the page of matching: what independent matchers say to the same feeds.

Guarantees: the page says what `docs/reference/matching.json` says, and a test holds it to that.
`RULEWRIGHT_JUDGES=FOLDER PYTHONPATH=. python docs/scripts/matching.py --take` asks the judges again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).resolve().parent.parent / "reference"
PAGE = REFERENCE / "matching.md"
RESULTS = REFERENCE / "matching.json"
HEAD = """# Known vulnerabilities: feeds and matching
Generated from `docs/reference/matching.json` by `make pages`; do not edit.

`--feeds` takes files and folders, as they are published, packed or not: OSV (JSON, JSON lines, lists, zip), CVE records 5.x, CSAF 2
advisories, RustSec, CISA's KEV (JSON or CSV) and EPSS (CSV). What a file is, its content says. A feed is read once: its index lies in
the cache folder under the digest of the feed's bytes, so a changed feed is always read anew and a damaged index is made again.

## How a component is looked up
| it has | it is asked for by | versions are ordered by |
|---|---|---|
| a package URL of a language's ecosystem | type, namespace and name | the ecosystem |
| a package URL of a distribution | its own and its source package's name, in its release | the distribution |
| | the upstream product, where the table of aliases knows it; else by name alone | the product, without what the packager adds |
| a CPE | vendor and product, under all names in the table of aliases; editions and targets must not differ | the product |
| hashes | the hash | the same bytes are affected |
| only a name, or a package URL of no ecosystem (`generic`, `oci`, `github`) | the name alone | the product |

`match` says how surely: `exact` (the version is listed), `range` (it lies in a range), `hash`, or `name_only`: the name fits, but the
version is missing or cannot be compared, the release of the distribution is not known, or only the name was asked for. What cannot be
looked up at all is not *without vulnerabilities*: `component.matchable` is false, `component.unmatchable_reason` says why, the input
gets a finding (RW1407), and the list of vulnerabilities counts as open.

A distribution fixes flaws without taking the upstream version. `vulnerability.backport` holds the evidence where there is some: the
distribution's own advisory, a patch in the component's pedigree that resolves the vulnerability, or a packager's changelog, handed
over as the property `rulewright:changelog` (its text) or `rulewright:changelog-fixes` (identifiers). Such a vulnerability counts as
`fixed` until a statement (VEX) says otherwise. In a changelog, to be mentioned is not to be fixed.

Records of several feeds are joined by their aliases, one vulnerability for each CVE. KEV and EPSS are those of `--as-of`: the newest
catalogue and the newest scores that are not after it. Withdrawn and rejected records match nothing. A version of which a CVE record says
nothing counts as unaffected unless its `defaultStatus` is *affected*: the format's default, *unknown*, stands in nearly every record.

## Against other matchers
The same feeds, the same packages, versions around every version that the records name, and those that the documents of our corpus
list. A pair is a version of a package with a record. *Only by name* and *elsewhere* (records that the judge does not connect with
the package, since they call it by another name or speak of it in words) are ours and are counted apart.
"""
TABLE = """| feed | judge | records | versions | pairs both | only ours | only the judge's | precision | recall | only by name | elsewhere |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""


def page() -> str:
    """Return the whole page."""
    rows: list[dict[str, Any]] = json.loads(RESULTS.read_text(encoding="utf-8"))
    lines = [HEAD, TABLE]
    for row in rows:
        both = row["both"]
        precision, recall = (100 * both / (both + row[other]) for other in ("only_ours", "only_judge"))
        numbers = (row[key] for key in ("records", "questions", "both", "only_ours", "only_judge"))
        counts = " | ".join(f"{number:,}" for number in numbers)
        rates = f"{precision:.2f} % | {recall:.2f} % | {row['hints']:,} | {row['elsewhere']:,}"
        lines.append(f"| {row['title']} | {row['judge']} | {counts} | {rates} |")
    lines.append("\n## Every difference")
    for row in rows:
        lines += [f"- {row['title']}: {count:,} × {reason}." for reason, count in sorted(row["reasons"].items())]
    return "\n".join(lines) + "\n"


def take() -> None:
    """Ask every judge again and keep the answers."""
    import msgspec

    from tests.threats import judges

    shared = Path(__file__).resolve().parents[2].parent / "shared"
    feeds = shared / "feeds"
    if judges.osv_orders() is None or judges.cve_versions() is None:
        sys.exit("the judges are not at hand: RULEWRIGHT_JUDGES names the folder of their unpacked packages")
    corpus = {kind: judges.in_corpus(shared, kind) for kind in ("pypi", "golang", "cargo")}
    found = [
        judges.osv(feeds / "osv/pypi_dev.jsonl.gz", "PyPI", corpus["pypi"]),
        judges.osv(feeds / "osv/go_dev.jsonl.gz", "Go", corpus["golang"]),
        judges.rustsec(feeds / "osv/rustsec_dev.jsonl.gz", corpus["cargo"]),
        judges.cve(feeds / "cve5/vulnrichment_dev.jsonl.gz"),
    ]
    rows = [msgspec.to_builtins(outcome) for outcome in found]
    RESULTS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Write the page."""
    if "--take" in sys.argv:
        take()
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main()
