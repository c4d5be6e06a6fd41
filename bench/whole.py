"""Whole processes: our command as a user runs it, and the leanest process around each Rego engine.

Guarantees: the same product and rules for all; ours reads CycloneDX and a file of declared facts, and writes the JSON
report; the peers read the facts as JSON that was prepared for them.  Verdicts are compared, and for us the totals of
failing and unknown elements too (the report lists the first of them).
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import msgspec

from bench import answers, forms, inventory, oracle, rules, text
from bench.answers import Answer, Answers, Idiom
from bench.peers import opa, rego, regorus_
from bench.rails import Shape, compose
from bench.record import Row, State
from bench.timing import LEAST, Process, process

ROOT = Path(__file__).parents[1]
LABELS = {"opa": opa.NAME, "regorus": regorus_.NAME}
DAY = (dt.date(1970, 1, 1) + dt.timedelta(days=inventory.AS_OF)).isoformat()


def prepare(n: int, count: int, folder: Path) -> dict[str, Path]:
    """Write the inputs of all processes."""
    folder.mkdir(parents=True, exist_ok=True)
    product, program = inventory.make(n), rules.make(count)
    shapes: list[Shape[str]] = [Shape(r) for r in program.requirements]
    texts = {
        "sbom": (f"{n}.cdx.json", forms.cyclonedx(product)),
        "facts": (f"{n}.facts.json", forms.facts_file(product)),
        "input": (f"{n}.input.json", forms.peer_json(product)),
        "policy": (f"{count}/rules.rw", text.rules(program).encode()),
        "vocabulary": (f"{count}/attributes.rw", text.vocabulary().encode()),
        "deny": (f"{count}/deny.rego", rego.write(shapes, "deny").encode()),
        "full": (f"{count}/full.rego", rego.write(shapes, "full").encode()),
    }
    (folder / str(count)).mkdir(exist_ok=True)
    for name, data in texts.values():
        (folder / name).write_bytes(data)
    return {key: folder / name for key, (name, _) in texts.items()}


def _command(paths: dict[str, Path]) -> list[str]:
    """Our command."""
    return [
        sys.executable, "-m", "rulewright", "check", str(paths["sbom"]), "--policy", str(paths["policy"]),
        "--facts", str(paths["facts"]), "--as-of", DAY, "--format", "json",
    ]  # fmt: skip


def short(found: Answers) -> str:
    """A digest of verdicts and of how many elements each rests on: what a report with cut lists still tells."""
    return _digest({rule: (answer.verdict, _total(answer)) for rule, answer in found.items()})


def _total(answer: Answer) -> int:
    return len(answer.fail) if answer.verdict == "fail" else len(answer.unknown) if answer.verdict == "unknown" else 0


def _digest(counted: Mapping[str, tuple[str, int]]) -> str:
    return answers.digest({k: Answer(cast("answers.Verdict", v), (str(n),)) for k, (v, n) in counted.items()}, "full")


def told(output: bytes, listing: set[str]) -> str:
    """The same digest of our JSON report; `listing` are the rules whose elements are counted."""
    counted: dict[str, tuple[str, int]] = {}
    for result in json.loads(output)["results"]:
        rule = "bench:" + result["requirement"].partition(":")[2]
        total = result["reason"][0].get("elements_total", 0) if rule in listing else 0
        counted[rule] = (result["verdict"], total)
    return _digest(counted)


def _listing(count: int) -> set[str]:
    shapes: list[Shape[str]] = [Shape(r) for r in rules.make(count).requirements]
    return {s.id for s in shapes if s.family in {"each", "reach"}}


def _row(engine: str, idiom: Idiom, n: int, count: int, done: Process, digest: str, wanted: str) -> Row:
    state: State = "right" if digest == wanted else "wrong"
    return Row(
        family="process", engine=engine, idiom=idiom, n=n, rules=count, state=state, cpu=done.cpu, runs=done.runs,
        peak=done.peak, digest=digest, covered=count,
    )  # fmt: skip


def _ours(n: int, count: int, paths: dict[str, Path], want: Answers) -> Row:
    caches = {"PYTHONPATH": "src", "RULEWRIGHT_CACHE_DIR": str(paths["policy"].parent / "cache")}
    done = process(_command(paths), ROOT, caches, runs=1)  # fills the cache of compiled rules
    if done.code not in {0, 1}:
        note = f"exit {done.code}"
        return Row(family="process", engine="ours (check)", idiom="full", n=n, rules=count, state="not run", note=note)
    done = process(_command(paths), ROOT, caches, runs=LEAST)
    return _row("ours (check)", "full", n, count, done, told(done.output, _listing(count)), short(want))


def _peer(name: str, idiom: Idiom, n: int, count: int, paths: dict[str, Path], want: Answers, runs: int) -> Row:
    library = [str(opa.library())] if name == "opa" else []
    command = [sys.executable, "bench/cold.py", name, *library, str(paths[idiom]), str(paths["input"])]
    done = process(command, ROOT, runs=runs)
    document = json.loads(done.output)
    if name == "opa":
        document = document["result"][0]["expressions"][0]["value"]
    shapes: list[Shape[str]] = [Shape(r) for r in rules.make(count).requirements]
    got = compose(shapes, rego.read(document), idiom)
    return _row(LABELS[name], idiom, n, count, done, answers.digest(got, idiom), answers.digest(want, idiom))


def _installed(name: str) -> bool:
    return opa.installed() if name == "opa" else importlib.util.find_spec("regorus") is not None


def rows(n: int, count: int, build: Path, most: float) -> Iterator[Row]:
    """One line per engine and idiom; a peer is left out above 10,000 components, or after a run of more than `most` s."""
    paths = prepare(n, count, build / "process")
    want = oracle.judge(rules.make(count), inventory.make(n))
    yield _ours(n, count, paths, want)
    for name in ("opa", "regorus"):
        for idiom in ("deny", "full"):
            empty = Row(family="process", engine=LABELS[name], idiom=idiom, n=n, rules=count, state="not run")
            pairs = n * count
            if not _installed(name):
                yield msgspec.structs.replace(empty, note="not installed")
            elif pairs > (2_000_000 if idiom == "deny" else 200_000) or most < 1:
                yield msgspec.structs.replace(empty, note="too long; see warm evaluation")
            else:
                runs = LEAST if pairs <= 200_000 else 3
                yield _peer(name, idiom, n, count, paths, want, runs)
