"""The attestations whose views are judged: real products, made by the commands as anybody would make them.

Guarantees: each is a bundle of `rulewright attest` over a result of `rulewright check`, with the facts and the program at hand; the days
are fixed.  The keys are thrown away: signatures are looked at elsewhere.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from rulewright.attest import container
from rulewright.cli.main import main
from tests.attest import good
from tests.attest.views import test_vex

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "policies" / "examples"
AS_OF = "2026-11-21"
STATEMENTS = "statements.cdx.json"
"""An SBOM with statements about vulnerabilities of every kind, made up."""

RESULTS: Mapping[str, tuple[Path, tuple[str, ...]]] = MappingProxyType({
    "log collector": (ROOT, ("policies/examples/log-collector.cdx.json", "--policy", "policies/example.rw", "--as-of", AS_OF)),
    "petclinic with facts": (ROOT, ("policies/examples/petclinic.cdx.json", "--facts", "policies/examples/petclinic.facts.yaml", "--policy", "policies/example.rw", "--as-of", AS_OF)),
    "camera": (good.DATA, ("camera.cdx.json", "--facts", "camera.facts.yaml", "--policy", "camera.rw", "--as-of", good.AS_OF)),
    "log collector, Cyber Resilience Act": (ROOT, ("policies/examples/log-collector.cdx.json", "--policy", "eu.cra", "--as-of", "2027-12-11", "--conflicts")),
    "statements about vulnerabilities": (Path(), (STATEMENTS, "--policy", str(good.DATA / "camera.rw"), "--as-of", AS_OF)),
})  # fmt: skip
"""The result by its name: where the command runs (the folder to work in, if nowhere else), and its words."""


def bundles(folder: Path) -> dict[str, dict[str, bytes]]:
    """The members of each bundle."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STATEMENTS).write_text(json.dumps(test_vex.SBOM), encoding="utf-8")
    return {name: _bundle(folder.resolve(), name) for name in RESULTS}


def _bundle(folder: Path, name: str) -> dict[str, bytes]:
    place, words = RESULTS[name]
    stem = name.replace(" ", "-").replace(",", "")
    result, made, seed = folder / f"{stem}.json", folder / f"{stem}.zip", folder / "seed"
    seed.write_text(good.SEED.hex(), encoding="ascii")
    with contextlib.chdir(place if place.is_absolute() else folder):
        code = main(["check", *words, "--format", "json", "--output", str(result), "--quiet"])
        assert code in (0, 1), f"{name}: the check ends with {code}"
        code = main(["attest", str(result), "--ephemeral", "--seed", str(seed), "--no-page", "--output", str(made), "--force", "--quiet"])  # fmt: skip
    assert code == 0, f"{name}: attesting ends with {code}"
    return container.decode(made.read_bytes())
