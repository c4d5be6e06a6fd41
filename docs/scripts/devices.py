"""Write what was measured on device trees into the page of devices: the comparison with naive searches, the cost, the gap.

Guarantees: the page says what `docs/devices.json` says, and a test holds it to that.  The trees are not in the repository:
`RULEWRIGHT_TREES=FOLDER PYTHONPATH=.:src python docs/scripts/devices.py --take` measures again, where FOLDER is
`legacy`, `hardened` (as build_device_trees.sh makes them) and `iotgoat` (the unpacked overlay).
"""

from __future__ import annotations

import contextlib
import html
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/devices.md"
RESULTS = ROOT / "docs/devices.json"
GOLDEN = ROOT / "tests/devices/gap.md"
TREES = ("legacy", "hardened", "iotgoat")
METHODS = ("rulewright", "file names", "strings")
COMMAND = (
    "compare", "legacy", "hardened", "-p", "etsi.en_303_645", "-p", "eu.cra", "--facts", "gateway.context.yaml",
    "--new-facts", "gateway-2.facts.yaml", "--as-of", "2027-12-11",
)  # fmt: skip
EXAMPLES = ("gateway.context.yaml", "gateway-2.facts.yaml")


def page() -> str:
    """Return the whole page, its generated parts made anew."""
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    parts = {
        "comparison": _comparison(results),
        "cost": _cost(results),
        "gap": _gap(GOLDEN.read_text(encoding="utf-8")),
    }
    for name, lines in parts.items():
        start, end = f"<!-- devices: {name} -->\n", f"<!-- /devices: {name} -->"
        before, _, rest = text.partition(start)
        text = before + start + "\n".join(lines) + "\n" + end + rest.partition(end)[2]
    return text


def _comparison(results: dict[str, Any]) -> Iterable[str]:
    """The counts, then every topic of every tree."""
    yield "| tree | method | true | false | missed |\n|---|---|--:|--:|--:|"
    for tree in TREES:
        for method in METHODS:
            true, false, missed = results["counts"][tree][method]
            yield f"| {tree} | {method} | {true} | {false} | {missed} |"
    yield "\n| tree | looked for | really | rulewright | file names | strings |\n|---|---|---|---|---|---|"
    for tree in TREES:
        for row in results["rows"][tree]:
            cells = [
                row["truth"] or "not there",
                row["ours"] or "–",
                *(f"`{row[k]}`" if row[k] else "–" for k in ("name", "string")),
            ]
            if any(cell not in {"–", "not there"} for cell in cells):
                yield f"| {tree} | {row['topic']} | " + " | ".join(cells) + " |"


def _cost(results: dict[str, Any]) -> Iterable[str]:
    yield "| tree | files | CPU | memory |\n|---|--:|--:|--:|"
    for row in results["cost"]:
        yield f"| {row['tree']} | {row['files']:,} | {row['cpu']:.1f} s | {row['memory']} MiB |"


def _gap(report: str) -> Iterable[str]:
    """The head of the report, and its first closed requirements."""
    plain = html.unescape(report).replace("<code>", "`").replace("</code>", "`")
    lines = plain.splitlines()
    yield (
        "```\n$ rulewright "
        + " ".join(COMMAND[:7])
        + " \\\n    "
        + " ".join(COMMAND[7:])
        + " \\\n    --format markdown\n```\n"
    )
    yield lines[2]
    yield "\nClosed, having failed before:\n"
    start = next(number for number, line in enumerate(lines) if "<summary>Closed" in line) + 2
    shown = False
    for line in lines[start:]:
        if line.startswith("</details>"):
            break
        if line.startswith("- "):
            shown = "(fail to pass" in line
        if shown and "not looked at" not in line:
            yield line.replace("  - ", "    - ", 1)


# --- measuring -------------------------------------------------------------------------------------------------------------


def take() -> None:
    """Search, run and compare again."""
    import msgspec

    from rulewright.devices.tree import folder
    from tests.devices.compared import compared, counts

    trees = Path(os.environ.get("RULEWRIGHT_TREES", "")).absolute()
    if not all((trees / name).is_dir() for name in TREES):
        sys.exit("RULEWRIGHT_TREES names the folder of the trees: " + ", ".join(TREES))
    rows = {name: compared(name, folder(name, str(trees / name))) for name in TREES}
    with tempfile.TemporaryDirectory() as made:
        larger = {f"hardened, {n} times": _multiplied(trees / "hardened", Path(made), n) for n in (5, 24)}
        cost = [_measured(name, tree) for name, tree in ({name: trees / name for name in TREES[:2]} | larger).items()]
    found = {
        "counts": {name: counts(of) for name, of in rows.items()},
        "rows": {name: [msgspec.to_builtins(row) for row in of] for name, of in rows.items()},
        "cost": cost,
    }
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    GOLDEN.write_text(gap(trees), encoding="utf-8")


def gap(trees: Path) -> str:
    """The gap report as Markdown; names in it do not depend on where the trees are."""
    from rulewright.cli.main import main as run

    with tempfile.TemporaryDirectory() as made, contextlib.chdir(made):
        for name in TREES[:2]:
            Path(name).symlink_to(trees / name)
        for name in EXAMPLES:
            shutil.copy(ROOT / "policies/examples" / name, name)
        code = run([*COMMAND, "--format", "markdown", "--output", "gap.md", "--no-cache", "--quiet"])
        if code not in {0, 1}:
            sys.exit(f"compare ended with {code}")
        return Path("gap.md").read_text(encoding="utf-8")


def _multiplied(tree: Path, where: Path, copies: int) -> Path:
    """A tree with copies of itself below /opt, by hard links."""
    root = where / str(copies)
    for number in range(copies):
        target = root if number == 0 else root / "opt" / f"copy{number}"
        shutil.copytree(tree, target, symlinks=True, copy_function=_link, dirs_exist_ok=True)
    return root


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _measured(name: str, tree: Path) -> dict[str, str | int | float]:
    """The CPU time and the largest memory of `facts` on a tree, as a process of its own."""
    code = "import resource,sys; from rulewright.cli.main import main; main(sys.argv[1:]);"
    code += "u=resource.getrusage(resource.RUSAGE_SELF); print(u.ru_utime+u.ru_stime, u.ru_maxrss//1024)"
    command = [sys.executable, "-c", code, "facts", str(tree), "--format", "json", "--output", os.devnull, "--quiet"]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603 -- our own
    files = sum(len(names) for _, _, names in os.walk(tree))
    return {"tree": name, "files": files, "cpu": round(float(out[-2]), 1), "memory": int(out[-1])}


def main() -> None:
    """Write the page."""
    if "--take" in sys.argv:
        take()
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main()
