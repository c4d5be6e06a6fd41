"""Write the page of identity: how `facts/identity` answers the published suites and independent judges.

Guarantees: the page says what `docs/reference/identity.json` says; tests hold the page against the file, and the file against
the suites where these are at hand.  `PYTHONPATH=. python docs/scripts/identity.py --take` puts every suite again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.facts.identity.verdicts import Outcome

REFERENCE = Path(__file__).resolve().parent.parent / "reference"
PAGE = REFERENCE / "identity.md"
RESULTS = REFERENCE / "identity.json"
SUITES = 15
DPKG_PAIRS = 6_000
PACKAGING_PAIRS = 20_000
HEAD = """# Identity and version order
Generated from `docs/reference/identity.json` by `make pages`; do not edit.

Package URLs, CPE, VERS, licence expressions and the order of versions are the project's own code, in `facts/identity`. This page
counts how it answers the suites that the specifications and the package managers publish, and what independent judges say to
the same questions. Every difference is counted and has its reason. The suites are not part of this project; tests read them
from `../shared/vectors` or from where `RULEWRIGHT_SUITES` says, in the folders named here, and skip what is absent.
"""
ORDERS = """## What every order keeps
Each scheme makes a key of a version, and keys compare as numbers and texts do: the order is total (of three versions, the answers
for two pairs never contradict the third), takes linear time, and needs the standard library alone. A version has at most 256
characters; a longer one, a text without a digit, and what the ecosystem's own grammar refuses are no version: the answer is
*unknown*, never a guess. Where an ecosystem's own comparison contradicts itself, the module that orders it (`order_…`) says what
stands instead.
"""


def page() -> str:
    """Return the whole page."""
    taken = json.loads(RESULTS.read_text(encoding="utf-8"))
    return "\n".join(
        [HEAD, _table("Suites", taken["suites"]), _table("Judges", taken["judges"]), ORDERS, *_reasons(taken)]
    )


def _table(title: str, rows: list[dict[str, Any]]) -> str:
    head = [
        f"## {title}",
        "",
        "| what | from | licence | folder | cases | agree | differ |",
        "|---|---|---|---|--:|--:|--:|",
    ]
    lines = [
        f"| {row['title']} | {row['source']} | {row['licence']} | {row['folder']} | {row['cases']:,} | {row['agree']:,} "
        f"| {row['cases'] - row['agree']:,} |"
        for row in rows
    ]
    return "\n".join([*head, *lines, ""])


def _reasons(taken: dict[str, Any]) -> list[str]:
    out = ["## Every difference"]
    for row in [*taken["suites"], *taken["judges"]]:
        if row["differences"]:
            out.append(f"\n### {row['title']}")
        for reason, count, examples in row["differences"]:
            shown = ", ".join(f"`{text}`" if text.strip() and "`" not in text else "an empty text" for text in examples)
            out.append(f"- {count:,}: {reason} For example: {shown}.".replace("|", "\\|"))
    return [*out, ""]


def _row(title: str, source: str, licence: str, folder: str, found: Outcome) -> dict[str, Any]:
    return {
        "title": title,
        "source": source,
        "licence": licence,
        "folder": folder,
        "cases": found.cases,
        "agree": found.agree,
        "differences": [list(difference) for difference in found.differences],
    }


def suites() -> list[dict[str, Any]]:
    """Put every suite that is at hand."""
    from tests.facts.identity import suites as known
    from tests.facts.identity import verdicts

    rows = []
    for name, title, commit, found in (
        ("purl-spec", "Package URLs", "16f3d0e3", verdicts.purl_suite()),
        ("vers-spec", "VERS: ranges and version orders", "9305f036", verdicts.vers_suite()),
    ):
        if found:
            rows.append(_row(title, f"package-url/{name}@{commit}", "MIT", f"`{name}`", found))
    for name, source in known.ORDERS.items():
        if found := verdicts.order_suite(name):
            folder = f"`{name.partition('-')[0] if name.startswith('go-') else name}`"
            rows.append(_row(source.title, f"{source.repository}@{source.commit}", source.licence, folder, found))
    return rows


def judges() -> list[dict[str, Any]]:
    """Ask every independent judge that is there."""
    from tests.facts.identity import oracles
    from tests.facts.identity.suites import pairs

    rows = []
    for title, source, licence, found in (
        (
            f"`dpkg --compare-versions` on {DPKG_PAIRS:,} generated pairs",
            "dpkg",
            "GPL-2.0-or-later",
            oracles.dpkg(DPKG_PAIRS),
        ),
        ("Python's versions, generated", "packaging", "Apache-2.0 or BSD-2-Clause", oracles.packaging(PACKAGING_PAIRS)),
        (
            "Which licence expressions are valid, generated",
            "license-expression",
            "Apache-2.0",
            oracles.license_expressions(),
        ),
    ):
        if found:
            rows.append(_row(title, source, licence, "", found))
    for scheme, found in oracles.univers(pairs("osv-scalibr") or []).items():
        rows.append(_row(f"`{scheme}` versions of OSV's fixtures", "univers", "Apache-2.0 and others", "", found))
    return rows


def take() -> None:
    """Put everything again and keep the answers."""
    taken = {"suites": suites(), "judges": judges()}
    if len(taken["suites"]) < SUITES:
        sys.exit(
            f"{len(taken['suites'])} of {SUITES} suites are at hand: nothing kept (RULEWRIGHT_SUITES names their folder)"
        )
    RESULTS.write_text(json.dumps(taken, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if "--take" in sys.argv[1:]:
        take()
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")
