"""One attestation, repeated in many environments: other Pythons, hash seeds, time zones, locales, folders, threads, engines.

    python ci/replay_everywhere.py [--python python3.12]… [--work build/replay] [--no-install] [BUNDLE…]

The interpreter that runs this must have Rulewright and its extra `attest`.  Without a BUNDLE, the examples of the repository are
checked and attested with a throw-away key, and `rulewright check` is repeated in every environment, too.  Every further
Python gets an environment of its own below the work folder, with the pinned runtime dependencies; a Python that is not there
is said and left out (`--no-install`: environments that are not made yet are left out as well).  Prints one line per
environment; ends with 0 where all bytes agree, 1 where some do not, 2 where nothing could be compared.
"""

# ruff: noqa: INP001, S603, T201  # a script, not a package; it runs this repository's own commands, and prints its table
from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-11-21"
RUNS = (
    ("policies/examples/log-collector.cdx.json", "-p", "policies/example.rw"),
    ("policies/examples/petclinic.cdx.json", "-p", "policies/example.rw", "--facts", "policies/examples/petclinic.facts.yaml"),
    ("policies/examples/log-collector.cdx.json", "-p", "etsi.en_303_645", "-p", "ntia.minimum_elements", "--conflicts"),
)  # fmt: skip
"""What is checked and attested where no bundle is given, from the root of the repository."""
PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")
ENVIRONMENTS: tuple[tuple[str, dict[str, str], tuple[str, ...]], ...] = (
    ("plain", {}, ()),
    ("hash seed 1, Kiritimati, C", {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}, ()),
    ("hash seed 4242, Adak, C.UTF-8", {"PYTHONHASHSEED": "4242", "TZ": "America/Adak", "LC_ALL": "C.UTF-8"}, ()),
    ("one thread, optimised", {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONOPTIMIZE": "1"}, ()),
    ("eight threads, Turkish", {"OMP_NUM_THREADS": "8", "OPENBLAS_NUM_THREADS": "8", "LANG": "tr_TR.UTF-8"}, ()),
    ("the reference engine", {"PYTHONHASHSEED": "7"}, ("--engine", "reference")),
)


def main() -> int:
    """Make the bundles, repeat them everywhere, say how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundles", nargs="*", type=Path)
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--work", type=Path, default=ROOT / "build/replay")
    parser.add_argument("--no-install", action="store_true")
    given = parser.parse_args()
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    bundles = [path.resolve() for path in given.bundles] or [made(run, work / f"{n}.zip") for n, run in enumerate(RUNS)]
    runs = () if given.bundles else RUNS
    expected = [checked(sys.executable, run, {}, ()) for run in runs]
    lines = wrong = 0
    for name in (sys.executable, *(given.python or PYTHONS)):
        python = sys.executable if name == sys.executable else installed(name, work, install=not given.no_install)
        if python is None:
            print(f"  -     {name} is not there, or has no environment")
            continue
        for title, environment, options in ENVIRONMENTS:
            found = [checked(python, run, environment, options) for run in runs]
            good = found == expected and all(replayed(python, path, environment, options) for path in bundles)
            print(f"  {'same ' if good else 'OTHER'} {version(python)}, {title}", flush=True)
            lines, wrong = lines + 1, wrong + (not good)
    print(f"{lines - wrong} of {lines} environments give the same bytes for {len(bundles)} attestations")
    return 1 if wrong else 0 if lines else 2


def made(words: tuple[str, ...], path: Path) -> Path:
    """A bundle of a run, with a seed that everybody knows and a key that nobody keeps."""
    result, seed = path.with_suffix(".json"), path.with_suffix(".seed")
    result.write_bytes(_ran(sys.executable, ["check", *words, "--as-of", DAY, "-f", "json", "-q"], {}, ROOT, (0, 1)))
    seed.write_text("5e" * 32 + "\n", encoding="ascii")
    line = ["attest", str(result), "--ephemeral", "--seed", str(seed), "--output", str(path), "--force", "-q"]
    _ran(sys.executable, line, {}, ROOT, (0,))
    return path


def checked(python: str, words: tuple[str, ...], environment: dict[str, str], options: tuple[str, ...]) -> str:
    """The digest of a run's result."""
    with tempfile.TemporaryDirectory() as cache:
        line = ["check", *words, *options, "--as-of", DAY, "-f", "json", "-q"]
        out = _ran(python, line, {**environment, "RULEWRIGHT_CACHE_DIR": cache}, ROOT, (0, 1))
    return sha256(out).hexdigest()


def replayed(python: str, bundle: Path, environment: dict[str, str], options: tuple[str, ...]) -> bool:
    """Whether a bundle gives the same bytes, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        line = ["replay", str(bundle), *options, "-q"]
        try:
            _ran(python, line, environment, Path(folder), (0,))
        except subprocess.CalledProcessError as error:
            sys.stderr.write((error.stdout + error.stderr).decode("utf-8", "replace"))
            return False
    return True


def installed(name: str, work: Path, *, install: bool) -> str | None:
    """An environment of a Python with this checkout; `None` where there is no such Python."""
    found = shutil.which(name)
    home = work / name
    python = home / "bin/python"
    ready = home / "ready"
    if (
        ready.exists()
        or found is None
        or subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode
    ):
        return str(python) if ready.exists() else None
    if not install:
        return None
    subprocess.run([found, "-m", "venv", "--clear", str(home)], check=True)
    pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    pinned = [f"-r{ROOT / 'requirements' / file}" for file in ("runtime.txt", "build.txt")]
    subprocess.run([*pip, "--require-hashes", *pinned], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], check=True)
    ready.touch()
    return str(python)


def version(python: str) -> str:
    """What a Python calls itself."""
    line = [python, "-c", "import platform as p; print(p.python_implementation(), p.python_version())"]
    return subprocess.run(line, capture_output=True, check=True, text=True).stdout.strip()


def _ran(python: str, words: list[str], environment: dict[str, str], folder: Path, codes: tuple[int, ...]) -> bytes:
    """Run Rulewright; its stdout.  Raises `CalledProcessError` for other exit codes."""
    line = [python, "-m", "rulewright", *words]
    done = subprocess.run(line, cwd=folder, env={**os.environ, **environment}, capture_output=True, check=False)
    if done.returncode not in codes:
        raise subprocess.CalledProcessError(done.returncode, line, done.stdout, done.stderr)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
