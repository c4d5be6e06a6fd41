"""What the page asks for, done by the command line itself in a folder of its own.

Guarantees: the answer is that of `rulewright lint`, `check`, `test` and `fmt`, so the playground has no meaning of its own;
each run is bounded in time and leaves nothing behind.  Rule files beside the policy, and the packs locked there, are copied
for it, so they count as they do for the commands.
What it does not do: write any file of the user, or follow documents that tests name by a relative path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from typing import Annotated

import msgspec

SECONDS = 60
"""How long one command may run."""
POLICY, PRODUCT, FACTS = "playground-policy.rw", "product", "facts.yaml"
PACKS = "packs"
MAX_RULES = 4 * 1024 * 1024
"""Bytes of a rule file beside the policy; a larger one would be refused anyway."""
_ANSWERED = {0, 1, 3}


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands on the page."""

    policy: str
    product: str = ""
    facts: str = ""
    as_of: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d\d-\d\d)?$")] = ""


class Said(msgspec.Struct, frozen=True):
    """What one command said: exit code, data, words."""

    code: int
    out: bytes
    words: str


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the page shows: diagnostics of the policy, the result, the tests, the policy laid out; and words."""

    code: int
    diagnostics: msgspec.Raw | None = None
    result: msgspec.Raw | None = None
    tests: msgspec.Raw | None = None
    text: str | None = None
    words: str = ""


def check(asked: Asked, beside: str = "") -> Answer:
    """Judge the policy, then the product by it."""
    with _folder(asked, beside) as folder:
        linted = _run(folder, "lint", POLICY, "--format", "json", "--quiet")
        found = msgspec.Raw(linted.out) if linted.out else None
        if linted.code not in _ANSWERED or not asked.product.strip() + asked.facts.strip():
            return Answer(linted.code, found, words=linted.words)
        words = ["check", *([PRODUCT] if asked.product.strip() else [FACTS]), "--policy", POLICY, "--format", "json"]
        words += ["--facts", FACTS] if asked.product.strip() and asked.facts.strip() else []
        words += ["--as-of", asked.as_of] if asked.as_of else []
        checked = _run(folder, *words)
        result = msgspec.Raw(checked.out) if checked.code in _ANSWERED and checked.out else None
        return Answer(checked.code, found, result, words=checked.words)


def run_tests(asked: Asked, beside: str = "") -> Answer:
    """Run the tests that stand in the policy, with what they cover."""
    with _folder(asked, beside) as folder:
        said = _run(folder, "test", POLICY, "--format", "json", "--coverage")
        tests = msgspec.Raw(said.out) if said.code in _ANSWERED and said.out else None
        return Answer(said.code, tests=tests, words=said.words)


def layout(asked: Asked, _beside: str = "") -> Answer:
    """Lay the policy out."""
    with _folder(asked, "") as folder:
        said = _run(folder, "fmt", "--quiet", POLICY)
        with open(os.path.join(folder, POLICY), encoding="utf-8") as file:
            return Answer(said.code, text=file.read(), words=said.words)


WORK = {"check": check, "test": run_tests, "layout": layout}


def _folder(asked: Asked, beside: str) -> tempfile.TemporaryDirectory[str]:
    """A folder that goes away again, with what stands on the page, and the rules that lie beside a policy."""
    made = tempfile.TemporaryDirectory(prefix="rulewright-playground-")
    if beside:
        _copy_rules(beside, made.name)
    for name, text in ((POLICY, asked.policy), (PRODUCT, asked.product), (FACTS, asked.facts)):
        with open(os.path.join(made.name, name), "w", encoding="utf-8", newline="") as file:
            file.write(text)
    return made


def _copy_rules(policy: str, folder: str) -> None:
    """Copy the rule files beside a policy, and the packs that are locked there."""
    with os.scandir(os.path.dirname(policy)) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            name = entry.name
            if name == os.path.basename(policy):
                continue
            if entry.is_file() and entry.stat().st_size <= MAX_RULES and name.endswith((".rw", ".rw.json", ".lock")):
                shutil.copyfile(entry.path, os.path.join(folder, name))
            elif name == PACKS and entry.is_dir():
                shutil.copytree(entry.path, os.path.join(folder, name))


def _run(folder: str, *words: str) -> Said:
    """Run one command there."""
    surroundings = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100"}
    command = [sys.executable, "-m", "rulewright", *words]
    try:
        done = subprocess.run(  # noqa: S603  our own command, with words of our own
            command,
            cwd=folder,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Said(4, b"", f"stopped after {SECONDS} seconds")
    return Said(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))
