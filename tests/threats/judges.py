"""Independent matchers, asked the same questions as ours: which record of a feed concerns which version of a package.

Guarantees: the judges share no code with `threats`: OSV is evaluated as its schema writes it, with the version orders of the
package `osv`; RustSec by the package `semantic-version`; CVE records entry by entry with the versions of `cve-bin-tool`.  Judges
that are not at hand are skipped: they are looked for where `RULEWRIGHT_JUDGES` says (a folder of unpacked packages, without
what else they need).
What it does not do: match names.  Both sides are asked about the packages that the feed itself names.
"""

from __future__ import annotations

import gzip
import importlib
import json
import os
import re
import sys
import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from rulewright.facts.statements import Match
from rulewright.threats.match import Matcher
from tests.threats import samples

Json = dict[str, Any]
Question = tuple[str, str]
"""A package (in the feed's own words) and a version."""
Answers = set[tuple[Question, int]]
"""Questions with the lines of the feed that concern them."""
PER_PACKAGE = 40
_NUMBER = re.compile(r"\d+")
_PLAIN = re.compile(r"\d+(?:\.\d+)*\Z")


class Outcome(msgspec.Struct, frozen=True):
    """Pairs of question and record: both say affected, only ours, only the judge's; ours by name only are counted apart."""

    title: str
    judge: str
    records: int
    questions: int
    elsewhere: int
    """Our matches of records that the judge does not connect with the package: under another name, or said elsewhere in it."""
    both: int
    only_ours: int
    only_judge: int
    hints: int
    reasons: dict[str, int] = {}

    @property
    def precision(self) -> float:
        """The share of our matches that the judge confirms."""
        return self.both / (self.both + self.only_ours) if self.both + self.only_ours else 1.0

    @property
    def recall(self) -> float:
        """The share of the judge's matches that are ours."""
        return self.both / (self.both + self.only_judge) if self.both + self.only_judge else 1.0


def lines(path: Path) -> list[Json]:
    """The records of a feed of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def near(version: str) -> list[str]:
    """Versions around one: the last of its numbers one more and one less, and one with a further number."""
    semver = re.match(r"v?(\d+\.\d+)\.(\d+)\Z", version)
    if semver:
        patch = int(semver[2])
        return [f"{semver[1]}.{n}" for n in (patch - 1, patch + 1) if n >= 0] + [f"{version}-rc.1"]
    found = list(_NUMBER.finditer(version))
    if not found:
        return []
    last = found[-1]
    value = int(last[0])
    made = [version[: last.start()] + str(n) + version[last.end() :] for n in (value - 1, value + 1) if n >= 0]
    return [*made, f"{version}.1"]


def spread(versions: Iterable[str]) -> list[str]:
    """A bounded number of them, evenly."""
    ordered = sorted(set(versions))
    step = max(1, len(ordered) // PER_PACKAGE)
    return ordered[::step][:PER_PACKAGE]


def compared(
    title: str, judge: str, path: Path, asked: dict[Question, Json], told: Callable[[Question], Iterator[int]],
    records: int, why: Callable[[Question, int, bool], str], candidates: Callable[[Question], set[int]],
) -> Outcome:  # fmt: skip
    """Put the questions to both sides."""
    questions = sorted(asked)
    matcher = Matcher(samples.indices(path), None)
    ours: dict[tuple[Question, int], str] = {}
    found = matcher.matched(samples.product(*(asked[q] for q in questions)))
    for match in found.matches:
        if match.component:
            key = (questions[match.component - 1], line_of(match))
            ours[key] = max(ours.get(key, ""), match.quality, key=("", "name_only", "range", "hash", "exact").index)
    all_sure = {key for key, quality in ours.items() if quality != "name_only"}
    sure = {key for key in all_sure if key[1] in candidates(key[0])}
    judged = {(q, line) for q in questions for line in told(q)}
    reasons: dict[str, int] = defaultdict(int)
    for question, line in sorted(sure ^ judged):
        reasons[why(question, line, (question, line) in sure)] += 1
    hints = len(ours) - len(all_sure)
    return Outcome(
        title, judge, records, len(questions), len(all_sure) - len(sure), len(sure & judged), len(sure - judged), len(judged - sure),
        hints, dict(reasons),
    )  # fmt: skip


def line_of(match: Match) -> int:
    """The line of the feed that a match comes from."""
    found = re.match(r":(\d+)", match.pointer)
    assert found, match.pointer
    return int(found[1])


# --- OSV -----------------------------------------------------------------------------------------------------------------

_TYPES = {"PyPI": "pypi", "Go": "golang"}


def osv_orders() -> Any:
    """The module `osv.ecosystems`, without the rest of its package, or `None`."""
    folder = os.environ.get("RULEWRIGHT_JUDGES", "")
    if not (Path(folder) / "osv/ecosystems").is_dir():
        return None
    if "osv" not in sys.modules:
        stub = types.ModuleType("osv")
        stub.__path__ = [str(Path(folder) / "osv")]
        sys.modules["osv"] = stub
        for name in ("repos",):  # what fetches from the network is not needed to compare versions
            sys.modules[f"osv.{name}"] = types.ModuleType(f"osv.{name}")
            setattr(stub, name, sys.modules[f"osv.{name}"])
    return importlib.import_module("osv.ecosystems")


def osv(path: Path, ecosystem: str, more: Iterable[Question] = ()) -> Outcome:  # noqa: C901  one judge, told whole
    """OSV's own evaluation: listed, or in a range after sorting its events."""
    records = lines(path)
    order = osv_orders().get(ecosystem)
    by_package: dict[str, list[tuple[int, Json]]] = defaultdict(list)
    stated: dict[str, set[str]] = defaultdict(set)
    for number, record in enumerate(records, 1):
        for affected in () if record.get("withdrawn") else record.get("affected", ()):
            package = affected["package"]["name"]
            by_package[package].append((number, affected))
            stated[package].update(affected.get("versions") or ())
            for value in events(affected):
                stated[package].update([value, *near(value)])
    for package, version in more:
        if package in by_package:
            stated[package].add(version)
    questions = {(package, version) for package, versions in stated.items() for version in spread(versions) if version}

    def told(question: Question) -> Iterator[int]:
        for number, affected in by_package[question[0]]:
            if _osv_says(order, affected, question[1]):
                yield number

    def why(question: Question, line: int, ours: bool) -> str:  # noqa: FBT001  as `compared` calls it
        named = [a for number, a in by_package[question[0]] if number == line]
        ends = [(k, v) for a in named for r in a.get("ranges", ()) for e in r["events"] for k, v in e.items()]
        if {v for k, v in ends if k == "introduced"} & {v for k, v in ends if k == "fixed"}:
            return "introduced and fixed at one version: affected from there for us, fixed for the judge"
        if ours and ends == [("introduced", "0")]:
            return "every version is affected: for us also one that is none of the ecosystem's"
        if ecosystem == "Go" and not re.match(r"v?\d+\.\d+\.\d+", question[1]):
            return "a Go version without three numbers"
        return "only ours" if ours else "only the judge's"

    asked = {q: samples.component(purl=f"pkg:{_TYPES[ecosystem]}/{q[0]}@{quoted(q[1])}") for q in questions}
    return compared(
        f"OSV, {ecosystem}",
        "`osv` 0.0.22 and the schema's algorithm",
        path,
        asked,
        told,
        len(records),
        why,
        lambda q: {n for n, _ in by_package[q[0]]},
    )


def quoted(version: str) -> str:
    """A version within a package URL."""
    from urllib.parse import quote

    return quote(version, safe="")


def events(affected: Json) -> list[str]:
    """All versions that the ranges name."""
    ranges = [r for r in affected.get("ranges", ()) if r.get("type") != "GIT"]
    return [v for r in ranges for e in r["events"] for k, v in e.items() if k != "limit" and v not in {"0", "*"}]


def _osv_says(order: Any, affected: Json, version: str) -> bool:
    if version in (affected.get("versions") or ()):
        return True
    try:
        key = order.sort_key(version)
        for each in affected.get("ranges", ()):
            if each.get("type") == "GIT":
                continue
            # "0" sorts before every version, pre-releases of 0.0.0 too.
            first = [event for event in each["events"] if event.get("introduced") == "0"]
            others = [event for event in each["events"] if event.get("introduced") != "0"]
            ordered = [*first, *sorted(others, key=lambda e: order.sort_key(next(iter(e.values()))))]
            vulnerable = False
            for event in ordered:
                if "introduced" in event and (event["introduced"] == "0" or key >= order.sort_key(event["introduced"])):
                    vulnerable = True
                if "fixed" in event and key >= order.sort_key(event["fixed"]):
                    vulnerable = False
                if "last_affected" in event and key > order.sort_key(event["last_affected"]):
                    vulnerable = False
            if vulnerable:
                return True
    except (ValueError, TypeError):
        return False
    return False


# --- RustSec --------------------------------------------------------------------------------------------------------------


def rustsec(path: Path, more: Iterable[Question] = ()) -> Outcome:  # noqa: C901  one judge, told whole
    """RustSec's rule with the specifications of `semantic-version`."""
    import tomllib

    from semantic_version import SimpleSpec, Version

    records = [tomllib.loads(r["markdown"].partition("```toml\n")[2].partition("\n```")[0]) for r in lines(path)]
    by_package: dict[str, list[tuple[int, list[Any]]]] = defaultdict(list)
    stated: dict[str, set[str]] = defaultdict(set)
    for number, record in enumerate(records, 1):
        head, versions = record["advisory"], record.get("versions", {})
        if head.get("withdrawn") or head.get("informational", "unsound") != "unsound":
            continue
        requirements = [*versions.get("patched", ()), *versions.get("unaffected", ())]
        # A bare version is a caret requirement in Cargo, an equality in this judge's grammar.
        plain = [re.sub(r"(?:^|,)(?=\d)", lambda m: f"{m[0]}^", r.replace(" ", "")) for r in requirements]
        by_package[head["package"]].append((number, [SimpleSpec(r) for r in plain]))
        for found in re.findall(r"\d+\.\d+\.\d+(?:-[\w.]+)?", " ".join(requirements)):
            stated[head["package"]].update([found, *near(found)[:-1]])
        stated[head["package"]].add("0.0.1")
    for package, version in more:
        if package in by_package:
            stated[package].add(version)
    questions = {(p, v) for p, versions in stated.items() for v in spread(versions) if re.match(r"\d+\.\d+\.\d+", v)}

    def told(question: Question) -> Iterator[int]:
        version = Version(question[1])
        for number, specs in by_package[question[0]]:
            if not any(spec.match(version) for spec in specs):
                yield number

    def why(question: Question, line: int, ours: bool) -> str:  # noqa: FBT001  as `compared` calls it
        del line
        if "-" in question[1]:
            return "a pre-release: the judge leaves it out of a requirement that names none, we order it"
        return "only ours" if ours else "only the judge's"

    asked = {q: samples.component(purl=f"pkg:cargo/{q[0]}@{quoted(q[1])}") for q in questions}
    return compared(
        "RustSec, Cargo",
        "`semantic-version` and RustSec's rule",
        path,
        asked,
        told,
        len(records),
        why,
        lambda q: {n for n, _ in by_package[q[0]]},
    )


# --- CVE ------------------------------------------------------------------------------------------------------------------


def cve_versions() -> Any:
    """The version class of `cve-bin-tool`, or `None`."""
    path = Path(os.environ.get("RULEWRIGHT_JUDGES", "")) / "cve_bin_tool/version_compare.py"
    if not path.is_file():
        return None
    import importlib.util

    spec = importlib.util.spec_from_file_location("cve_bin_tool_version_compare", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Version


def cve(path: Path) -> Outcome:  # noqa: C901  one judge, told whole
    """CVE records that speak of a product in plain numbers alone, entry by entry, as a scanner of names and versions reads them."""
    make = cve_versions()
    records = lines(path)
    by_product: dict[str, dict[int, list[Json]]] = defaultdict(dict)
    stated: dict[str, set[str]] = defaultdict(set)
    for number, record in enumerate(records, 1):
        for key, listed in _products(record).items():
            entries = [entry for affected in listed for entry in affected.get("versions", ())]
            if all(affected.get("versions") for affected in listed) and all(map(_simple, entries)):
                by_product[key][number] = listed
                ends = {entry.get(name, "") for entry in entries for name in ("version", "lessThan", "lessThanOrEqual")}
                for end in filter(_PLAIN.match, ends):
                    stated[key].update([end, *near(end)])
    questions = {(p, v) for p, versions in stated.items() for v in spread(versions)}

    def told(question: Question) -> Iterator[int]:
        for number, listed in by_product[question[0]].items():
            if any(_cve_says(make, affected, question[1]) for affected in listed):
                yield number

    def why(question: Question, line: int, ours: bool) -> str:  # noqa: FBT001  as `compared` calls it
        if "-rc" in question[1]:
            return "a pre-release: lower than its release for us, above or beside it for the judge"
        number = question[1].rstrip(".0")
        entries = [e for affected in by_product[question[0]][line] for e in affected["versions"]]
        ends = {e.get(name, "") for e in entries for name in ("version", "lessThan", "lessThanOrEqual")}
        if any(end.rstrip(".0") == number and end != question[1] for end in ends):
            return "zeros at the end: 1.0 and 1.0.0 are one version for us, two for the judge"
        if ours and _spellings(records[line - 1]) > 1:
            return "the record says it under another name of the product, too"
        return "only ours" if ours else "only the judge's"

    asked = {q: samples.component(cpe=f"cpe:2.3:a:{q[0]}:{q[1]}:*:*:*:*:*:*:*") for q in questions}
    title, judge = "CVE 5, products", "`cve-bin-tool` 3.4 versions, entry by entry"
    return compared(title, judge, path, asked, told, len(records), why, lambda q: set(by_product[q[0]]))


def _products(record: Json) -> dict[str, list[Json]]:
    """What all containers of a record say, by vendor and product as a CPE would write them."""
    found: dict[str, list[Json]] = defaultdict(list)
    containers = record["containers"]
    for container in (containers["cna"], *containers.get("adp", ())):
        for affected in container.get("affected", ()):
            vendor, product = (
                re.sub(r"[\s_-]+", "_", affected.get(name, "").lower()) for name in ("vendor", "product")
            )
            named = vendor not in {"n/a", "unknown", ""} and product and re.fullmatch(r"[\w .-]+", vendor + product)
            key = "linux:linux_kernel" if (vendor, product) == ("linux", "linux") else f"{vendor}:{product}"
            if named:
                found[key].append(affected)
    return found


def _spellings(record: Json) -> int:
    """Under how many names a record speaks of products."""
    containers = record["containers"]
    listed = [a for c in (containers["cna"], *containers.get("adp", ())) for a in c.get("affected", ())]
    return len({(a.get("vendor"), a.get("product")) for a in listed})


def _simple(entry: Json) -> bool:
    ends = [entry.get(name, "0") for name in ("version", "lessThan", "lessThanOrEqual")]
    return (
        all(_PLAIN.match(end) or end == "*" for end in ends)
        and not entry.get("changes")
        and entry.get("versionType") != "git"
    )


def _cve_says(make: Any, affected: Json, version: str) -> bool:
    statuses = {entry["status"] for entry in affected["versions"] if _within(make, entry, version)}
    if "unaffected" in statuses:
        return False
    return "affected" in statuses or (not statuses and affected.get("defaultStatus") == "affected")


def _within(make: Any, entry: Json, version: str) -> bool:
    low, below, upto = entry.get("version", "0"), entry.get("lessThan"), entry.get("lessThanOrEqual")
    if not below and not upto:
        return low == "*" or bool(make(version) == make(low))
    if low not in {"0", "*"} and make(version) < make(low):
        return False
    if below and below != "*":
        return bool(make(version) < make(below))
    return not upto or upto == "*" or bool(make(version) <= make(upto))


def in_corpus(shared: Path, kind: str) -> set[Question]:
    """The packages of a type that real documents list."""
    pattern = re.compile(rb'pkg:%s/([^"@?#\\\s]+)@([^"?#\\\s]+)' % kind.encode())
    found: set[Question] = set()
    for path in sorted((shared / "corpus").rglob("*")):
        if path.is_file() and path.stat().st_size < 8 << 20:
            for name, version in pattern.findall(path.read_bytes()):
                from urllib.parse import unquote

                found.add((unquote(name.decode("utf-8", "replace")), unquote(version.decode("utf-8", "replace"))))
    return found
