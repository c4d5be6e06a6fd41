"""Build wheel and sdist, install the wheel far from the checkout, run it there.

Guarantees: what a user installs holds every package and every pack of the checkout, installs no
top-level package but `rulewright`, and its command answers. Run by `make package`; no test of the
suite, because it builds and installs.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("attest", "cli", "devices", "dsl", "engine", "facts", "policies", "sbom", "standards", "threats")


class SmokeError(Exception):
    """What was built is not what the checkout holds."""


def run(*command: str | Path, cwd: Path = ROOT, allowed: tuple[int, ...] = (0,)) -> str:
    """Run a command without this checkout on its path; raise `SmokeError` on any other exit code."""
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS"}}
    done = subprocess.run(list(command), cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode not in allowed:
        shown = " ".join(str(part) for part in command)
        raise SmokeError(f"exit {done.returncode}: {shown}\n{done.stdout}{done.stderr}")
    return done.stdout


def shipped(root: Path = ROOT) -> set[str]:
    """Return the tracked files that a wheel must hold, by their place in it."""
    names = run("git", "ls-files", "-z", "--", *FOLDERS, "src/rulewright", cwd=root).split("\0")
    prefix = "src/rulewright/"
    return {"rulewright/" + name.removeprefix(prefix) for name in names if name and not (root / name).is_symlink()}


def build(into: Path) -> tuple[Path, Path]:
    """Build both artefacts with the pinned backend and return wheel and sdist."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", into, ROOT)
    (wheel,) = into.glob("*.whl")
    (sdist,) = into.glob("*.tar.gz")
    return wheel, sdist


def compare(wheel: Path, sdist: Path) -> str:
    """Hold the artefacts against the tracked files; return a line that says what was counted."""
    expected = shipped()
    held = set(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(sdist) as archive:
        source = {name.partition("/")[2] for name in archive.getnames()}
    if missing := sorted(expected - held):
        raise SmokeError(f"the wheel lacks {missing}")
    if strange := sorted({name.partition("/")[0] for name in held} - {"rulewright"}):
        strange = [name for name in strange if not name.endswith((".dist-info", ".data"))]
        if strange:
            raise SmokeError(f"the wheel installs {strange} next to rulewright")
    lacking = {f for f in FOLDERS if f"{f}/__init__.py" not in source} | {"tests/conftest.py"} - source
    if lacking:
        raise SmokeError(f"the sdist lacks {sorted(lacking)}")
    pages = {name.rpartition("/")[2] for name in held if "/share/man/man1/" in name}
    written = {page.name for page in (ROOT / "docs/man").glob("*.1")}
    if not written or pages != written:
        raise SmokeError(f"the manual pages of the wheel differ: {sorted(pages ^ written)}")
    packages = sum(name.endswith("/__init__.py") for name in held)
    packs = sum(name.endswith(".rw") for name in held)
    return f"{packages} packages, {packs} packs, {len(pages)} manual pages, {len(expected)} files in the wheel"


def install(wheel: Path, place: Path) -> Path:
    """Install the wheel with its pinned dependencies into a fresh environment; return its programs."""
    venv.create(place, with_pip=True)
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    pip: list[str | Path] = [
        programs / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]
    run(*pip, "--require-hashes", "-r", ROOT / "requirements/runtime.txt")
    run(*pip, "--no-deps", wheel)
    return programs


ASK = """
import importlib.util, sys
strange = [name for name in sys.argv[1:] if importlib.util.find_spec(name)]
assert not strange, strange
from importlib.resources import files
def count(place):
    return sum(count(p) if p.is_dir() else p.name.endswith(".rw") for p in place.iterdir())
print(count(files("rulewright.standards")) + count(files("rulewright.policies")))
"""


def answer(programs: Path, away: Path) -> str:
    """Run the installed command outside the checkout on the example; return what was seen."""
    packs = run(programs / "python", "-I", "-c", ASK, *FOLDERS, cwd=away).strip()
    if "check" not in run(programs / "rulewright", "--help", cwd=away):
        raise SmokeError("`rulewright --help` does not name `check`")
    products = sorted((ROOT / "policies/examples").glob("*.cdx.json"))
    if not products:
        raise SmokeError("no example SBOM in policies/examples")
    for name in (
        "policies/example.rw",
        *(f"policies/examples/{p.name}" for p in (ROOT / "policies/examples").iterdir()),
    ):
        (away / Path(name).name).write_bytes((ROOT / name).read_bytes())
    for product in products:
        facts = product.name.replace(".cdx.json", ".facts.yaml")
        command = ["check", product.name, "--policy", "example.rw", "--format", "json", "--as-of", "2026-11-21"]
        command += ["--facts", facts] if (away / facts).is_file() else []
        if '"rulewright-result/1"' not in run(programs / "rulewright", *command, cwd=away, allowed=(0, 1)):
            raise SmokeError(f"no result for {product.name}")
    return f"{packs} packs found from the installed package, {len(products)} examples checked"


def main() -> int:
    """Build, compare, install, run; return 0, or 1 with the reason on stderr."""
    with tempfile.TemporaryDirectory(prefix="rulewright-smoke-") as name:
        away = Path(name)
        try:
            wheel, sdist = build(away / "dist")
            print(f"package: {compare(wheel, sdist)}")
            print(f"package: {answer(install(wheel, away / 'venv'), away)}")
        except SmokeError as error:
            print(f"package: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
