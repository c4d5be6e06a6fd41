"""Values to try for texts, licences, versions, package URLs and CPE names, made from what the rules mention.

Guarantees: for plain texts, every combination of patterns and constants that some text can have is there (`automata`); for
licences, every combination that expressions over the licences mentioned, and one that is not, can have; for the others what is
constructed here: each value is judged by the evaluator's tests, so a combination is never invented.
`unknowns` says, in words, where there may be more combinations than were found; `opaque` are the tests of which that is so:
an answer that no value here has must not be taken for one that no value has.
What it does not do: judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, product
from typing import NamedTuple

from rulewright.dsl import ir
from rulewright.engine.analysis.automata import Pattern, tell_apart
from rulewright.engine.analysis.cells import Candidate, Label, other_than
from rulewright.facts.types import Value

Judges = Mapping[Label, Callable[[Value], object]]
Truths = tuple[int, int]
_MOST = 3_000
_COMBINED = 300
"""So many expressions over licences are tried, and as many again with a licence that SPDX does not know."""


class Tried(NamedTuple):
    """Values to try; what may be missing, in words; and the tests of which not all combinations with the others are there."""

    candidates: list[Candidate]
    unknowns: list[str]
    opaque: frozenset[ir.Test] = frozenset()


def candidates(
    kind: str, tests: Sequence[ir.Test], named: Sequence[Value], judges: Judges, types: Sequence[str] = ()
) -> Tried:
    """Values that the tests may tell apart; `judges` are the tests as functions, `types` those of package URLs to have."""
    constants = [str(value) for value in named]
    match kind:
        case "license":
            made, fresh, unknowns = _licences(tests, constants, judges)
        case "version":
            made, fresh, unknowns = versions_near(tests, constants), ["latest"], list[str]()
        case "purl":
            made, fresh, unknowns = _purls(tests, types)
        case "cpe":
            made, fresh, unknowns = _cpes(tests)
        case _:
            made, fresh, unknowns = [""], [other_than(constants)], []
    opaque = frozenset(_own(kind, tests) if unknowns else ())
    patterns = {test for test in tests if isinstance(test, ir.Glob | ir.Regex)}
    if patterns:
        told, unread = _patterns(patterns, constants, judges)
        made = [*made, *told, *(text + other for text in told for other in constants if kind != "string")]
        if kind != "string" and any(not _of_text(test, kind) for test in tests):
            unknowns.append(f"patterns of a {kind} together with other tests: only what could be constructed")
            opaque |= patterns
        elif unread:
            listed = ", ".join(f'"{text}"' for text in sorted(test.pattern for test in unread))
            unknowns.append(f"patterns that are not looked into: {listed}")
            opaque |= unread
    values = dict.fromkeys(text for text in made if text not in fresh and text not in constants)
    found = [Candidate(text) for text in constants]
    found += [Candidate(text, fresh=True) for text in fresh if text not in constants]
    found += [Candidate(text, named=text == "" and kind == "string") for text in values]
    return Tried(found, unknowns, opaque)


def _own(kind: str, tests: Sequence[ir.Test]) -> Iterable[ir.Test]:
    """The tests that only this kind has."""
    own = {"license": ir.LicenseAllows | ir.LicenseRequiresAny, "purl": ir.PurlLike, "cpe": ir.CpeLike}.get(kind)
    return [test for test in tests if own is not None and isinstance(test, own)]


def _of_text(test: ir.Test, kind: str) -> bool:
    """Whether a test reads a value as any text: patterns and constants; of its state nothing is to be constructed."""
    if isinstance(test, ir.Is):
        return test.adjective not in {"valid", "empty"}
    return isinstance(test, ir.Glob | ir.Regex | ir.OneOf) or (isinstance(test, ir.Cmp) and kind != "version")


def _patterns(
    patterns: Iterable[ir.Glob | ir.Regex], constants: Sequence[str], judges: Judges
) -> tuple[list[str], frozenset[ir.Glob | ir.Regex]]:
    """Texts that tell patterns apart; and those of which not all is known, as they read otherwise than the evaluator has it."""
    by_pattern: dict[Pattern, ir.Glob | ir.Regex] = {
        ("glob" if isinstance(test, ir.Glob) else "regex", test.pattern): test for test in patterns
    }
    told = tell_apart(
        sorted(text for kind, text in by_pattern if kind == "glob"),
        sorted(text for kind, text in by_pattern if kind == "regex"),
        constants,
    )
    unread = {by_pattern[pattern] for pattern in told.left_out}
    for pattern, test in by_pattern.items():
        if any(judges[test](text) is not (pattern in matched) for text, matched in told.texts.items()):
            unread.add(test)
    return list(told.texts), frozenset(unread)


# --- licences ----------------------------------------------------------------------------------------------------------


def _licences(
    tests: Sequence[ir.Test], constants: Sequence[str], judges: Judges
) -> tuple[list[str], list[str], list[str]]:
    """Expressions over the licences mentioned: the tests of OR and AND follow from those of their parts."""
    from rulewright.facts.identity.licenses import known_ids

    ids = _licence_ids(tests, constants)
    other = next(name for name in known_ids() if name not in ids and not name.endswith(("-only", "-or-later")))
    found: dict[Truths, str] = {}
    for name in (*ids, other, "LicenseRef-other"):
        found.setdefault(_truths(name, judges), name)
    grown = list(found.items())
    for one, text in grown:
        for two, part in list(found.items()):
            _join(found, grown, one, two, text, part)
    listed = list(found.items())
    unlisted: dict[Truths, str] = {}
    unknown = _truths("Unlisted-1.0", judges)
    for one, text in [((-1, 0), ""), *listed]:
        inner = (f"{_bracketed(text)} AND " if text else "") + "Unlisted-1.0"
        met = one[0] & unknown[0], one[1] | unknown[1]
        for two, part in [((0, -1), ""), *listed]:
            joined = f"({inner}) OR {_bracketed(part)}" if part else inner
            if len(unlisted) < _COMBINED:
                unlisted.setdefault((met[0] | two[0], met[1] & two[1]), joined)
    full = len(listed) >= _COMBINED or len(unlisted) >= _COMBINED
    unknowns = ["more combinations of licences than are looked at"] if full else []
    return [*(t for t in found.values() if t != other), *unlisted.values(), "", "no licence ("], [other], unknowns


def _licence_ids(tests: Sequence[ir.Test], constants: Sequence[str]) -> list[str]:
    """The licences that tests mention, those without their exceptions, and later versions of them."""
    ids = dict.fromkeys(constants)
    for test in tests:
        if isinstance(test, ir.LicenseAllows | ir.LicenseRequiresAny):
            ids.update(dict.fromkeys(test.ids))
    for name in list(ids):
        plain = name.partition(" WITH ")[0]
        ids[plain] = None
        if plain.endswith("-only"):
            ids[plain.removesuffix("-only") + "-or-later"] = None
    return list(ids)


def _join(
    found: dict[Truths, str], grown: list[tuple[Truths, str]], one: Truths, two: Truths, text: str, part: str
) -> None:
    """Add the OR and the AND of two expressions where they differ from all others."""
    either, both = (one[0] | two[0], one[1] & two[1]), (one[0] & two[0], one[1] | two[1])
    for truths, word in ((either, "OR"), (both, "AND")):
        if truths not in found and len(found) < _COMBINED:
            found[truths] = f"{_bracketed(text)} {word} {_bracketed(part)}"
            grown.append((truths, found[truths]))


def _bracketed(text: str) -> str:
    return f"({text})" if " OR " in text or " AND " in text else text


def _truths(text: str, judges: Judges) -> Truths:
    """Which tests of licences say yes and which say no; `requires-any` turned round, so that AND and OR are those of logic."""
    yes = no = 0
    for place, (test, judge) in enumerate(judges.items()):
        if isinstance(test, ir.LicenseAllows | ir.LicenseRequiresAny):
            truth = judge(text)
            turned = isinstance(test, ir.LicenseRequiresAny)
            yes |= (truth is not turned and truth is not None) << place
            no |= (truth is turned) << place
    return yes, no


# --- versions ----------------------------------------------------------------------------------------------------------

_BEHIND = (
    ".0", ".1", ".0.1", "-0", "-1", "-alpha", "-alpha.0", "-rc1", "-rc.1", "rc1", "a1", ".dev0", "a0.dev0", ".post1",
    "~rc1", "~", "+1", "p1", "_rc1", "_p1", "-SNAPSHOT", ".z", "z", "-z",
)  # fmt: skip
_ANYHOW = (
    "0",
    "0.0.0",
    "0.0.1",
    "0-0",
    "0.0.0-0",
    "0.dev0",
    "0a0.dev0",
    "0~~",
    "1",
    "1.0",
    "999999",
    "999999.0.0",
    "9:9",
    "9!9",
    "v9999999",
)


def versions_near(tests: Sequence[ir.Test], constants: Sequence[str]) -> list[str]:
    """Versions at, between and beyond those that rules name; none at all."""
    from rulewright.facts.identity.versions import Vers

    named = dict.fromkeys(constants)
    for test in tests:
        if isinstance(test, ir.InVers):
            found = Vers.parse(test.range)
            named.update({} if isinstance(found, str) else dict.fromkeys(c.version for c in found.constraints))
    made: dict[str, None] = dict.fromkeys(named)
    made.update(dict.fromkeys(near for version in named for near in _near(version)))
    made.update(dict.fromkeys([*_ANYHOW, "(devel)", ""]))
    return list(made)


def _near(version: str) -> Iterable[str]:
    """Versions close to one: longer ones, and those with one number changed by one."""
    for tail in _BEHIND:
        yield version + tail
    start = 0
    while start < len(version):
        end = start
        while end < len(version) and version[end].isdigit() and version[end].isascii():
            end += 1
        if end > start:
            number = int(version[start:end])
            rest = version[end:]
            for other in {number + 1, max(number - 1, 0)}:
                yield f"{version[:start]}{other}{rest}"
                yield f"{version[:start]}{other}"
            if number:
                yield f"{version[:start]}{number - 1}.999999"
        start = end + 1


# --- package URLs ------------------------------------------------------------------------------------------------------


def _purls(tests: Sequence[ir.Test], types: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Package URLs of the types, paths and versions that patterns name, in every combination."""
    from rulewright.facts.identity.purl_match import compile_pattern
    from rulewright.facts.identity.purl_types import WILDCARD

    patterns = [
        found for t in tests if isinstance(t, ir.PurlLike) and not isinstance(found := compile_pattern(t.pattern), str)
    ]
    unknowns = []
    if any(pattern.qualifiers or pattern.subpath for pattern in patterns):
        unknowns.append("qualifiers and subpaths of package URLs: only those of the patterns themselves")

    def texts(parts: Iterable[str | None]) -> list[str]:
        globs = [_as_glob(part, WILDCARD) for part in parts if part is not None]
        found = tell_apart(globs, [], [])
        if not found.complete:
            unknowns.append("patterns of package URLs overlap in too many ways")
        return [text for text in found.texts if text]

    types = list(dict.fromkeys(["generic", *filter(None, types), *texts(p.type for p in patterns)]))
    paths = [*texts(p.path for p in patterns), "other"]
    paths += [f"{path}x" for path in paths if path.endswith("/")]
    paths += [f"other/{path}" for path in paths if "/" not in path]
    versions = ["", *(f"@{text}" for text in texts(p.version for p in patterns))]
    tails = [""]
    for pattern in patterns:
        pairs = "&".join(f"{key}={value.replace(WILDCARD, 'x')}" for key, value in pattern.qualifiers)
        tails.append(
            (f"?{pairs}" if pairs else "") + (f"#{pattern.subpath.replace(WILDCARD, 'x')}" if pattern.subpath else "")
        )
    whole = (f"pkg:{t}/{p}{v}{tail}" for t, p, v, tail in product(types, paths, versions, dict.fromkeys(tails)))
    made = [text.replace(" ", "%20") for text in islice(whole, _MOST)]
    if next(whole, None) is not None:
        unknowns.append("more combinations of package URLs than are looked at")
    return [*made, "no package URL"], ["pkg:generic/other"], unknowns


def _as_glob(part: str, wildcard: str) -> str:
    escaped = "".join(f"\\{char}" if char in "*?[\\" else char for char in part)
    return escaped.replace(wildcard, "*")


# --- CPE names ---------------------------------------------------------------------------------------------------------


def _cpes(tests: Sequence[ir.Test]) -> tuple[list[str], list[str], list[str]]:
    """CPE names with the parts that patterns name, in combination."""
    from rulewright.facts.identity.cpe import read

    patterns = [found.values for t in tests if isinstance(t, ir.CpeLike) and (found := read(t.pattern)) is not None]
    if not patterns:
        return ["no CPE name", ""], [_OTHER_CPE], []
    parts = []
    for number, other in enumerate(_OTHER_CPE.removeprefix("cpe:2.3:").split(":")):
        named = [pattern[number].replace("*", "x").replace("?", "x") for pattern in patterns if pattern[number] != "*"]
        parts.append(list(dict.fromkeys([*named, other, *(["*"] if named else [])])))
    made = ["cpe:2.3:" + ":".join(values) for values in islice(product(*parts), _MOST)]
    wild = any(("*" in value and value != "*") or "?" in value for pattern in patterns for value in pattern)
    size = 1
    for part in parts:
        size *= len(part)
    unknowns = ["more combinations of CPE names than are looked at"] if wild or size > _MOST else []
    return [*made, "no CPE name", ""], [_OTHER_CPE], unknowns


_OTHER_CPE = "cpe:2.3:a:other:other:1:*:*:*:*:*:*:*"
