"""The standards that the makers of CycloneDX publish: all of their requirements, and ours against theirs.

The digests are those of the sorted ids (and levels) in the published files, so a pack is held even where the files are not.
"""

import hashlib
import json
from pathlib import Path

import pytest

from tests.standards.exchange.support import compiled, rules, taken

PUBLISHED = {
    "asvs-5.0.0": 442,
    "bsimm-v13": 141,
    "bsimm-v14": 142,
    "bsimm-v15": 144,
    "masvs-2.0.0": 27,
    "nist_secure-software-development-framework_1.1": 65,
    "ssaf-DRAFT-2023-11": 10,
}
LEAVES = {
    "owasp.scvs@1.0": (87, "57c563f45f36bb4aa3bf632815c6596dba9d66d2f58293dd267cc8d8ade48118"),
    "owasp.masvs@2.1": (24, "6c2b837cdde68c4ecc6df4e664c036426ee5d4aec02e71f2eb4418d90e3d854d"),
    "nist.ssdf@1.1": (42, "f20404878ff2724b41622bdae0a6d15203945dfab8aa1bb61a3db444e49740b2"),
}
"""Requirements that nothing stands under, of SCVS 1.0, MASVS 2.1.0 and SSDF 1.1 as published."""
SCVS_LEVELS = "9a5d651daf3ec003c19ce3a77991222ed5ddeb63e1f331d66ebc1266ee2ff61d"


def file(shared: Path, name: str) -> Path:
    """The published file, or skip."""
    found = sorted(shared.glob(f"corpus/cyclonedx-json/*/published/{name}-????????.cdx.json"))
    if not found:
        pytest.skip(f"{name} is not among the shared documents")
    return found[0]


@pytest.mark.corpus
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_standard_becomes_a_pack(shared: Path, name: str) -> None:
    data = file(shared, name).read_bytes()
    (theirs,) = json.loads(data)["definitions"]["standards"]
    found = taken(data)
    assert not [d for d in found.diagnostics if d.is_error]
    program = compiled(found.text).program
    assert program is not None
    ids = [r.id.partition(":")[2] for r in program.requirements]
    stated = [r.get("identifier") or r["bom-ref"] for r in theirs["requirements"]]
    assert len(ids) == len(stated) == PUBLISHED[name]
    twice = {i for i in stated if stated.count(i) > 1}
    assert set(stated) <= set(ids)
    assert len(set(ids) - set(stated)) == sum(stated.count(i) - 1 for i in twice)
    members = {m for level in theirs.get("levels", []) for m in level.get("requirements", [])}
    references = {r["bom-ref"] for r in theirs["requirements"]}
    assert sum(r.condition.startswith("levels ") for r in program.requirements) == len(members & references)


def digest(lines: list[str]) -> str:
    """The digest of sorted lines."""
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


@pytest.mark.parametrize("word", LEAVES)
def test_our_packs_have_the_published_ids(word: str) -> None:
    own = [r.id.partition(":")[2] for r in rules(word).program.requirements]
    assert (len(own), digest(own)) == LEAVES[word]


def test_our_scvs_has_the_published_levels() -> None:
    lines = []
    for requirement in rules("owasp.scvs@1.0").program.requirements:
        levels = requirement.condition.removeprefix("levels ").replace("L", "").replace(",", "")
        lines.append(f"{requirement.id.partition(':')[2]} {levels}")
    assert digest(lines) == SCVS_LEVELS


@pytest.mark.corpus
def test_our_subset_of_asvs_is_one(shared: Path) -> None:
    published = {e.id for e in taken(file(shared, "asvs-5.0.0").read_bytes()).standards[0].entries}
    own = {r.id.partition(":")[2] for r in rules("owasp.asvs@5.0").program.requirements}
    assert own
    assert own <= published


@pytest.mark.corpus
def test_ssdf_is_what_is_published(shared: Path) -> None:
    name = "nist_secure-software-development-framework_1.1"
    entries = taken(file(shared, name).read_bytes()).standards[0].entries
    over = {e.parent for e in entries}
    leaves = [e.id for e in entries if e.id not in over]
    assert (len(leaves), digest(leaves)) == LEAVES["nist.ssdf@1.1"]
