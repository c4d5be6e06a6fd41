"""Attestations of about a thousand requirements: whole commands, the same in memory, and compliance-trestle on comparable content.

Guarantees: all shipped standards are judged on one real SBOM; the result is attested, verified, repeated and one row of it disclosed. A line is right
only if the bundle verifies, one with a changed row does not, and repeating gives the same bytes. Trestle signs and verifies the OSCAL
assessment results of the same requirements, made beforehand; its line is right if it accepts them and refuses a changed finding.
What it does not do: compare what the signatures mean; trestle's says one digest, ours all that docs/reference/attestation.md lists.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.record import Row, State
from bench.timing import LEAST, Process, process, repeat

ROOT = Path(__file__).parents[1]
SBOM = "policies/examples/log-collector.cdx.json"
DAY, LATER = "2026-11-21", "2026-11-22"
ONE = "etsi.en_303_645:5.1-1"
"""The row that is disclosed."""
INSIDE = "build and sign, in memory", "verify, in memory"


def standards() -> list[str]:
    """The ids of all shipped standards."""
    return sorted({path.parent.name for path in (ROOT / "standards").glob("*/*.rw")})


class Bench:
    """A folder with key, result and bundle."""

    def __init__(self, build: Path) -> None:
        self.place = build / "attestation"
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True, mode=0o700)
        self.env = {"PYTHONPATH": str(ROOT / "src"), "RULEWRIGHT_CACHE_DIR": str(self.place)}
        (self.place / "seed").write_text("5e" * 32, encoding="ascii")
        self.once("keys", "new", self.path("key.pem"), "--unencrypted", "-q")
        asked = [word for name in standards() for word in ("-p", name)]
        self.once("check", SBOM, *asked, "--as-of", DAY, "-f", "json", "-q", "-o", self.path("result.json"))
        result = (self.place / "result.json").read_bytes()
        self.report, self.digest = json.loads(result), hashlib.sha256(result).hexdigest()[:16]

    def path(self, name: str) -> str:
        """A file of the folder."""
        return str(self.place / name)

    def words(self, *words: str) -> list[str]:
        """One of our commands."""
        return [sys.executable, "-m", "rulewright", *words]

    def once(self, *words: str) -> Process:
        """Run one of our commands once."""
        return process(self.words(*words), ROOT, self.env, runs=1)

    def attest(self, name: str, *more: str) -> list[str]:
        """The command that attests."""
        given = ("--key", self.path("key.pem"), "--seed", self.path("seed"), "--force", "-q")
        return self.words("attest", self.path("result.json"), *given, "-o", self.path(name), "--force", *more)

    def verify(self, name: str) -> list[str]:
        """The command that verifies."""
        return self.words("verify", self.path(name), "--key", self.path("key.pem.pub"), "--at", LATER, "-q")

    def row(self, engine: str, done: Process, *, right: bool, size: int = 0) -> Row:
        """A line."""
        state: State = "right" if right else "wrong"
        return Row(
            family="attestation", engine=engine, n=len(self.report["results"]), rules=len(standards()), state=state,
            cpu=done.cpu, runs=done.runs, peak=done.peak, size=size, digest=self.digest,
        )  # fmt: skip

    def size(self, name: str) -> int:
        """How many bytes a file has."""
        return (self.place / name).stat().st_size

    def measured(self, command: Sequence[str], runs: int = LEAST) -> Process:
        """Run a command several times."""
        return process(command, ROOT, self.env, runs=runs)


def altered(bundle: bytes) -> bytes:
    """The bundle with a fail told as a pass."""
    from rulewright.attest import container

    members = container.decode(bundle)
    rows = members["rows.json"].replace(b'"status":"fail"', b'"status":"pass"', 1)
    return container.encode({**members, "rows.json": rows})


def ours(bench: Bench) -> Iterator[Row]:
    """Our commands, then the same without the process around them."""
    whole = bench.measured(bench.attest("whole.zip"))
    plain = bench.measured(bench.attest("plain.zip", "--no-views"))
    (bench.place / "altered.zip").write_bytes(altered((bench.place / "whole.zip").read_bytes()))
    good = bench.measured(bench.verify("whole.zip"))
    bad = bench.measured(bench.verify("altered.zip"), runs=1)
    again = bench.measured(bench.words("replay", bench.path("whole.zip"), "-q"))
    valid = whole.code == plain.code == good.code == 0 and bad.code == 1 and again.code == 0
    yield bench.row("`attest`, all views", whole, right=valid, size=bench.size("whole.zip"))
    yield bench.row("`attest --no-views`", plain, right=valid, size=bench.size("plain.zip"))
    yield bench.row("`verify`", good, right=valid)
    yield bench.row("`replay`", again, right=valid)
    part = bench.path("part.json")
    one = bench.measured(bench.words("disclose", bench.path("whole.zip"), ONE, "-q", "-o", part))
    yield bench.row("`disclose`, one requirement", one, right=one.code == 0, size=bench.size("part.json"))
    told = process([sys.executable, "-m", "bench.attestation", str(bench.place)], ROOT, bench.env, runs=1)
    found = json.loads(told.output) if told.code == 0 else {}
    for engine in INSIDE:
        timing = found.get(engine, {"cpu": 0, "runs": 0, "right": False})
        done = Process(timing["cpu"], timing["runs"], 0, b"", 0)
        yield bench.row(engine, done, right=bool(timing["right"]))


def inside(place: Path) -> dict[str, dict[str, object]]:
    """Build and sign without views, and verify, in this process, the files read and the modules loaded beforehand."""
    import datetime as dt

    from rulewright.attest import build, signers
    from rulewright.attest.verify import Given, verify
    from rulewright.engine.compare_read import decode

    report = decode((place / "result.json").read_bytes())
    order = build.Order(report=report, seed=bytes(32), code="0" * 64, views=())
    key = signers.from_pkcs8((place / "key.pem").read_bytes(), None)
    first, made = repeat(lambda: build.seal(build.build(order), [key]), budget=5)
    bundle = (place / "whole.zip").read_bytes()
    given = Given(bundle=bundle, at=dt.date.fromisoformat(LATER), keys=(key.public,))
    second, said = repeat(lambda: verify(given).verdict, budget=5)
    return {
        INSIDE[0]: {"cpu": first.cpu, "runs": first.runs, "right": len(made) > 0},
        INSIDE[1]: {"cpu": second.cpu, "runs": second.runs, "right": said == "valid"},
    }


def trestle(bench: Bench) -> Iterator[Row]:
    """Compliance-trestle on the OSCAL assessment results of the same bundle."""
    from rulewright.attest import container

    program = Path(sys.executable).with_name("trestle")
    names = "trestle sign", "trestle verify"
    if not program.exists():
        for engine in names:
            yield Row(family="attestation", engine=engine, n=0, rules=0, state="not run", note="not installed")
        return
    name = "oscal-assessment-results.json"
    document = container.decode((bench.place / "whole.zip").read_bytes())[f"views/{name}"]
    (bench.place / name).write_bytes(document)
    file, envelope, beta = ("-f", bench.path(name)), bench.path("envelope.json"), "--beta"
    env = bench.env | {"PYTHONWARNINGS": "ignore"}
    sign = [str(program), "sign", beta, *file, "--private-key", bench.path("key.pem"), "-o", envelope, "--overwrite"]
    verify = [str(program), "verify", beta, *file, "--signature", envelope, "--public-key", bench.path("key.pem.pub")]
    signed = process(sign, bench.place, env)
    good = process(verify, bench.place, env)
    (bench.place / name).write_bytes(document.replace(b'"not-satisfied"', b'"satisfied"', 1))
    bad = process(verify, bench.place, env, runs=1)
    right = signed.code == good.code == 0 and bad.code != 0
    yield bench.row(names[0], signed, right=right, size=bench.size("envelope.json"))
    yield bench.row(names[1], good, right=right)


def rows(build: Path) -> Iterator[Row]:
    """All lines of the family."""
    bench = Bench(build)
    yield from ours(bench)
    yield from trestle(bench)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(inside(Path(sys.argv[1]))))
