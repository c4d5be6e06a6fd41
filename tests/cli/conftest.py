"""A small product, a small policy, and a cache of their own for every test."""

import json
from pathlib import Path

import pytest

SBOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    "version": 1,
    "metadata": {
        "timestamp": "2026-11-01T09:30:00Z",
        "component": {"type": "device", "name": "cam", "version": "2.3", "bom-ref": "cam"},
    },
    "components": [
        {"type": "library", "name": "zlib", "version": "1.3", "bom-ref": "z", "supplier": {"name": "zlib authors"}},
        {"type": "library", "name": "busybox", "version": "1.36.1", "bom-ref": "b"},
    ],
}
POLICY = """policy acme.small edition "1.0" {
  title "A small policy"
  param level : int = 1 in 1..9

  requirement suppliers shall {
    title    "Every library names its supplier"
    severity high
    check    every component c where c.type = library { c.supplier is known }
    fix      "Ask the supplier."
  }
  requirement telnet shall {
    title    "Telnet is off"
    severity critical
    check    not iface.telnet_present
  }
  requirement names should {
    title "Every component has a name"
    check every component c { c.name is known }
  }
}

test suppliers {
  given { component = [ { type = library, name = "a", supplier = "b" } ] complete } expect pass
  given { component = [ { type = library, name = "a" } ] complete } expect fail on "a"
}
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with `cam.json` and `small.rw`; no colours, fixed width."""
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("RULEWRIGHT_DEBUG", raising=False)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    (work / "cam.json").write_text(json.dumps(SBOM), encoding="utf-8")
    (work / "small.rw").write_text(POLICY, encoding="utf-8")
    return work
