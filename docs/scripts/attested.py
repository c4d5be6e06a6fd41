"""The camera of docs/how-to-attest.md as an attestation with fixed keys, in a folder: what the texts and pictures show being verified.

Guarantees: files of the guide itself, keys and seed that are public knowledge, so the same answers on every machine.  The keys are
of use for examples alone.
"""

import contextlib
import io
import re
import sys
from hashlib import sha256, sha512
from pathlib import Path

from rulewright.attest import build, container, keys, model
from rulewright.cli.main import main
from rulewright.engine.compare_read import decode

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # the tests are no package that is installed

from tests.attest import good  # noqa: E402  # found by the line before

GUIDE = ROOT / "docs" / "how-to-attest.md"
AS_OF, AT = "2026-11-22", "2026-11-23"
FIRMWARE = b"the firmware\n"
VIEWS = ("report_html", "report_markdown", "sarif", "oscal_results", "oscal_poam")
OWNERS = {"anchor": "Acme, head of security"}
SAYS = "Acme, product security"


def source(language: str) -> str:
    """The first example of a notation in the guide."""
    return GUIDE.read_text(encoding="utf-8").partition(f"```{language}\n")[2].partition("```")[0]


def result(folder: Path, *, complies: bool = True) -> bytes:
    """What `check` finds of the camera; without its waiver, it does not comply."""
    rules = source("rw")
    if not complies:
        rules = re.sub(r"\n  waiver .*?\n  }\n", "", rules, flags=re.DOTALL)
    (folder / "camera.rw").write_text(rules, encoding="utf-8")
    (folder / "camera.cdx.json").write_text(source("json"), encoding="utf-8")
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    words = ["check", "camera.cdx.json", "-p", "camera.rw", "--as-of", AS_OF, "-f", "json", "-q", "--no-cache"]
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        code = main(words)
    if code != (0 if complies else 1):
        raise SystemExit(f"the camera of the guide: `check` ended with {code}")
    out.flush()
    buffer = out.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


def bundle(folder: Path, *, complies: bool = True) -> bytes:
    """The attestation, signed by the maker's two keys."""
    artifact = build.Artifact("camera-1.0.bin", sha256(FIRMWARE).hexdigest(), sha512(FIRMWARE).hexdigest())
    order = build.Order(
        report=decode(result(folder, complies=complies)),
        seed=good.SEED,
        code=sha256(b"code").hexdigest(),
        artifacts=(artifact,),
        views=VIEWS,
    )
    return build.seal(build.build(order), [good.key(name) for name in good.MAKER])


def trust() -> bytes:
    """The trust policy of the guide."""
    listed = {name: good.entry(name, owner=OWNERS.get(name, SAYS)) for name in (*good.MAKER, "anchor")}
    roles = {
        "root": model.Role(keys=(good.public("anchor").id,), threshold=1),
        "manufacturer": model.Role(keys=tuple(sorted(good.public(name).id for name in good.MAKER)), threshold=2),
    }
    own = {good.public(name).id: entry for name, entry in listed.items()}
    return good.trust_file(
        id="urn:acme:trust", version=1, issued="2026-11-01", expires="2027-12-31", keys=own, roles=roles
    )


def changed(made: bytes) -> bytes:
    """The same attestation after somebody turned a fail into a pass."""
    members = container.decode(made)
    rows = members["rows.json"].replace(b'"status":"fail"', b'"status":"pass"')
    assert rows != members["rows.json"]
    return container.encode({**members, "rows.json": rows})


def prepare(folder: Path) -> None:
    """The files that the commands of the guide name, the receiver's among them."""
    made = bundle(folder)
    files = {
        "camera.rwa.zip": made,
        "changed.rwa.zip": changed(made),
        "trust.json": trust(),
        "root.pem.pub": keys.to_pem(good.public("anchor")),
        "camera-1.0.bin": FIRMWARE,
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
