"""Do Microsoft's SARIF Multitool and the CSAF validator of the BSI accept our views, and refuse altered ones?

    python -m tests.attest.peers.views_accepted FOLDER NODE_MODULES

Files are written into FOLDER, which is made where it is not there.  NODE_MODULES holds `@microsoft/sarif-multitool-linux` 5 and
`@secvisogram/csaf-validator-lib` 2; node 20 is on the path.  One line for each document; the exit code is 1 where an answer is another
than expected, 2 without the tools.  Not a test of pytest: the tools are not among the dependencies of this project.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rulewright.attest.views import csaf, sarif
from tests.attest.views import test_vex
from tests.attest.views.support import NAMES, changed, given

MULTITOOL = "@microsoft/sarif-multitool-linux/Sarif.Multitool"
CSAF = "@secvisogram/csaf-validator-lib"
SCRIPT = """
import fs from 'node:fs'
const [lib, file] = process.argv.slice(2)
const validate = (await import(lib + '/validate.js')).default
const tests = []
for (const part of ['schemaTests', 'mandatoryTests', 'optionalTests'])
  tests.push(...Object.values(await import(`${lib}/${part}.js`)).filter(test => typeof test === 'function'))
const found = await validate(tests, JSON.parse(fs.readFileSync(file)))
console.log(JSON.stringify({tests: tests.length, errors: found.tests.filter(t => !t.isValid).map(t => t.name),
  warnings: found.tests.filter(t => t.warnings.length).map(t => t.name)}))
"""


def sarif_errors(folder: Path, modules: Path, name: str, log: bytes) -> list[str]:
    """The rules of the Multitool that a log breaks at level `error`."""
    path, out = folder / f"{name}.sarif", folder / f"{name}.found.sarif"
    path.write_bytes(log)
    subprocess.run(
        [modules / MULTITOOL, "validate", path, "-o", out, "--log", "ForceOverwrite"],
        check=False,
        capture_output=True,
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        timeout=120,
    )
    found = json.loads(out.read_text(encoding="utf-8-sig"))["runs"][0]["results"]
    return [result["ruleId"] for result in found if result.get("level", "warning") == "error"]


def csaf_report(folder: Path, modules: Path, name: str, document: bytes) -> dict[str, Any]:
    """What the validator makes of a document: number of tests, names of those that failed or warn."""
    path, script = folder / f"{name}.json", folder / "validate.mjs"
    path.write_bytes(document)
    script.write_text(SCRIPT, encoding="utf-8")
    node = shutil.which("node") or "node"
    done = subprocess.run([node, script, modules / CSAF, path], check=True, capture_output=True, timeout=120)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def answers(folder: Path, modules: Path) -> Iterator[tuple[str, bool]]:
    """What was tried, and whether the answer is the one expected."""
    for name in NAMES:
        errors = sarif_errors(folder, modules, name, sarif.render(given(name)))
        yield f"SARIF {name}: {len(errors)} errors", not errors
    broken = changed(sarif.render(given("every-status")), lambda log: log["runs"][0]["results"][0].update(ruleIndex=99))
    errors = sarif_errors(folder, modules, "broken", broken)
    yield f"SARIF with an index without rule: {', '.join(errors)}", bool(errors)
    document = csaf.render(test_vex.FOUND)
    found = csaf_report(folder, modules, "csaf", document)
    said = f"{found['tests']} tests, {len(found['errors'])} errors, warnings of {', '.join(found['warnings'])}"
    yield f"CSAF: {said}", not found["errors"]
    broken = changed(document, lambda d: d["vulnerabilities"][1].pop("flags"))
    found = csaf_report(folder, modules, "broken", broken)
    yield f"CSAF without a justification: {', '.join(found['errors'])}", bool(found["errors"])


def main(arguments: Sequence[str]) -> int:
    """Try everything; the exit code."""
    folder, modules = Path(arguments[0]), Path(arguments[1]).resolve()
    if not (modules / MULTITOOL).exists() or not (modules / CSAF).exists() or shutil.which("node") is None:
        sys.stdout.write("there is no node, or NODE_MODULES lacks the validators\n")
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    good = True
    for said, expected in answers(folder, modules):
        sys.stdout.write(f"{'as expected' if expected else 'UNEXPECTED'}: {said}\n")
        good &= expected
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
