"""A run with something of everything, and bundles made of its result, for tests of replays."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rulewright.attest import build, container
from rulewright.cli.code_digest import code_digest
from rulewright.cli.enclosing import enclosed
from rulewright.cli.main import main
from rulewright.engine.compare_read import decode
from rulewright.engine.result import Report
from tests.attest.good import SEED, key
from tests.cli.conftest import POLICY as SMALL_POLICY
from tests.cli.conftest import SBOM
from tests.cli.test_devices import FILES
from tests.cli.test_feeds import CVE, KEV
from tests.cli.test_feeds import POLICY as KNOWN

AS_OF = ("--as-of", "2026-11-21")
SMALL = ["check", "cam.json", "-p", "small.rw", *AS_OF, "-f", "json", "-q"]
RICH = [
    *("check", "docs", "more.tar.json", "--facts", "facts.toml", "--facts", "other.yaml", "-p", "small.rw", "-p", "known.rw"),
    *("-p", "ntia.minimum_elements@2021", "--feeds", "feeds", "--feeds", "lone.json", "--placed-on-market", "2027-01-02"),
    *("--same-product", "--validate", "--conflicts", "--param", "level=3", "--limit", "7", "--fail-on", "should", *AS_OF, "-f", "json", "-q"),
]  # fmt: skip


def lay(place: Path) -> None:
    """Put the documents of `RICH` into a folder that holds `cam.json` and `small.rw`."""
    (place / "docs/in").mkdir(parents=True)
    (place / "docs/cam.json").write_text(json.dumps(SBOM), encoding="utf-8")
    (place / "docs/in-line.txt").write_text("a note", encoding="utf-8")
    part = {**SBOM, "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b70"}
    (place / "docs/in/part.json").write_text(json.dumps(part), encoding="utf-8")
    (place / "docs/link.json").symlink_to("cam.json")
    third = {**SBOM, "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b71"}
    (place / "more.tar.json").write_text(json.dumps(third), encoding="utf-8")
    (place / "report.pdf").write_bytes(b"a report")
    digest = hashlib.sha256(b"a report").hexdigest()
    (place / "facts.toml").write_text(
        f'[[documents]]\nfile = "report.pdf"\ndate = 2026-08-01\nsha256 = "{digest}"\nsigner = "Jo Doe"\n'
        "[documents.facts]\niface.telnet_present = false\n",
        encoding="utf-8",
    )
    (place / "other.yaml").write_text("product:\n  markets: [EU]\n", encoding="utf-8")
    (place / "known.rw").write_text(KNOWN, encoding="utf-8")
    (place / "feeds/kev").mkdir(parents=True)
    (place / "feeds/cve.jsonl").write_text(json.dumps(CVE) + "\n", encoding="utf-8")
    (place / "feeds/kev/kev.json").write_text(json.dumps(KEV), encoding="utf-8")
    (place / "feeds/kev/same.json").write_text(json.dumps({**KEV, "catalogVersion": "2"}), encoding="utf-8")
    (place / "feeds/epss_2026-11-20.csv").write_text("CVE-2026-24061,0.979,0.999\n", encoding="utf-8")
    other = json.loads(json.dumps(CVE).replace("24061", "24062"))
    (place / "lone.json").write_text(json.dumps(other), encoding="utf-8")


def tree(place: Path) -> Path:
    """A device's root file system as a folder."""
    for name, data in FILES.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    return place


def fresh(folder: Path, words: list[str]) -> bytes:
    """The result of a run in a new folder, which holds what `RICH` names."""
    folder.mkdir()
    (folder / "cam.json").write_text(json.dumps(SBOM), encoding="utf-8")
    (folder / "small.rw").write_text(SMALL_POLICY, encoding="utf-8")
    lay(folder)
    with contextlib.chdir(folder):
        assert main([*words, "-o", "result.json"]) in {0, 1}
    return (folder / "result.json").read_bytes()


def members(result: bytes, change: Callable[[Report], Report] = lambda r: r, **changes: Any) -> dict[str, bytes]:
    """The members of a bundle made of a result, `change`d before it is signed."""
    report = decode(result)
    found = enclosed(report)
    assert found.problems == ()
    given: dict[str, Any] = {
        "report": change(report),
        "seed": SEED,
        "code": code_digest(),
        "run": found.run,
        "files": found.files,
        "products": found.products,
        "program": found.program,
        "program_sha256": report.run.program if report.run is not None else None,
    }
    return container.decode(build.seal(build.build(build.Order(**{**given, **changes})), [key("maker")]))


def write(path: Path, made: Mapping[str, bytes]) -> str:
    """A bundle as a file."""
    path.write_bytes(container.encode(made))
    return str(path)
