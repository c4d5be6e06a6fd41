"""Does compliance-trestle read our OSCAL documents and accept our signatures of them, and refuse altered ones?

    python -m tests.attest.peers.trestle_accepts FOLDER [TRESTLE]

Files are written into FOLDER, which is made where it is not there; use a new one.  TRESTLE is the command of compliance-trestle 5.2 (default: the one on
the path).  One line for each document and case; the exit code is 1 where an answer is another than expected, 2 without trestle.
Not a test of pytest: trestle and its libraries are not among the dependencies of this project.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives import serialization

from rulewright.attest import dsse
from rulewright.attest.views import oscal_poam, oscal_results
from rulewright.attest.views.trestle import statement
from tests.attest import good
from tests.attest.views import contexts

ENVIRONMENT = {**os.environ, "TRESTLE_BETA_FEATURES": "json-signing"}
KEYS = ("maker", "lab-p256")
"""Ed25519 and ECDSA P-256; trestle knows no ML-DSA as a plain signature."""
STRANGER = "stranger"
WORKSPACE = "workspace"
"""Where trestle imports to; it refuses to import what lies there already."""


class Row(NamedTuple):
    """An answer of trestle: whether it accepted, and whether it should have."""

    document: str
    case: str
    accepted: bool
    expected: bool

    @property
    def right(self) -> bool:
        """Whether the answer is the expected one."""
        return self.accepted == self.expected


def check(folder: Path, trestle: str) -> list[Row]:
    """Ask trestle about the documents of the good bundle and of a result with every status."""
    rows: list[Row] = []
    for name, context in (("good", contexts.context(good.report())), ("every-status", contexts.context())):
        place = folder / name
        (place / WORKSPACE).mkdir(parents=True, exist_ok=True)
        _run(trestle, ["init"], place / WORKSPACE)
        for view in (oscal_results, oscal_poam):
            rows.extend(_of_view(view.NAME, view.render(context), place, trestle))
    rows.extend(_of_bundle(folder / "bundle", trestle))
    return rows


def _of_view(name: str, document: bytes, place: Path, trestle: str) -> Iterator[Row]:
    """Import, and signatures of each kind of key, right and wrong."""
    label = f"{place.name}/{name}"
    path = place / name
    path.write_bytes(document)
    imported = _run(trestle, ["import", "-f", str(path), "-o", path.stem], place / WORKSPACE)
    yield Row(label, "import", imported, expected=True)
    for key in KEYS:
        envelope = _envelope(document, key)
        yield Row(label, f"signed by {key}", _verified(path, envelope, key, place, trestle), expected=True)
    envelope = _envelope(document, KEYS[0])
    yield Row(label, "another key", _verified(path, envelope, STRANGER, place, trestle), expected=False)
    other = place / f"other-{name}"
    other.write_bytes(document)
    yield Row(label, "another file name", _verified(other, envelope, KEYS[0], place, trestle), expected=False)
    path.write_bytes(document.replace(b'"not-satisfied"', b'"satisfied"', 1))
    yield Row(label, "a finding turned into a pass", _verified(path, envelope, KEYS[0], place, trestle), expected=False)
    path.write_bytes(document)


def _of_bundle(place: Path, trestle: str) -> Iterator[Row]:
    """The envelopes that stand in a bundle, for the views beside them."""
    place.mkdir(parents=True, exist_ok=True)
    members = good.members()
    for view in (oscal_results, oscal_poam):
        path = place / view.NAME
        path.write_bytes(members[f"views/{view.NAME}"])
        envelope = members[f"statements/{view.NAME.removesuffix('.json')}.dsse.json"]
        yield Row(
            f"bundle/{view.NAME}", "as bundled", _verified(path, envelope, "maker", place, trestle), expected=True
        )


def _envelope(document: bytes, key: str) -> bytes:
    payload = statement(document)
    signer = good.key(key)
    signature = dsse.Signature(signer.sign(dsse.pae(dsse.IN_TOTO, payload)), signer.public.id)
    return dsse.encode(dsse.Envelope(payload, dsse.IN_TOTO, (signature,)))


def _verified(path: Path, envelope: bytes, key: str, place: Path, trestle: str) -> bool:
    """Whether `trestle verify` accepts an envelope for a file by a key."""
    signature, public = place / f"{path.name}.dsse.json", place / f"{key}.pem"
    signature.write_bytes(envelope)
    made = good.key(key).private.public_key()
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    words = ["verify", "-f", str(path), "--signature", str(signature), "--public-key", str(public)]
    return _run(trestle, words, place)


def _run(trestle: str, words: Sequence[str], place: Path) -> bool:
    """Whether a command of trestle ends well."""
    done = subprocess.run([trestle, *words], cwd=place, env=ENVIRONMENT, capture_output=True, check=False, timeout=300)
    return done.returncode == 0


def main(words: Sequence[str]) -> int:
    """Print the answers; return the exit code."""
    if not words:
        sys.stdout.write(__doc__ or "")
        return 2
    trestle = shutil.which(words[1] if len(words) > 1 else "trestle")
    if trestle is None:
        sys.stdout.write("there is no `trestle`: install compliance-trestle 5.2 in an environment of its own\n")
        return 2
    rows = check(Path(words[0]).resolve(), trestle)
    for row in rows:
        answer = "accepted" if row.accepted else "refused"
        sys.stdout.write(f"{'ok  ' if row.right else 'FAIL'} {row.document}: {row.case}: {answer}\n")
    return 0 if rows and all(row.right for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
