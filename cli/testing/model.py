"""What a run of tests found: the model behind every format of `rulewright test`, and its JSON (`rulewright-tests/1`).

Guarantees: plain data in a fixed order (files as named, tests as written, survivors by place); no clock, no float, no path
that the user did not give.  Percentages are rounded down: 100 means all.  What was not asked for is `null`.
`cli/schemas/rulewright-tests-1.schema.json` describes the JSON; `docs/scripts/schemas.py` writes it.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Place(msgspec.Struct, frozen=True):
    """Where something stands: file as it is named to people, line and column from 1."""

    file: str
    line: int
    column: int


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A test.  `name` is stable: the requirement and the number of the test among its own.

    `found` is the verdict (`null`: it could not be run), `wrong` what is wrong; empty when the test passes.
    """

    name: str
    requirement: str
    expect: str
    found: str | None
    wrong: str
    place: Place


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a check, `applies when` or the scope: the outcomes that it can have, and by which test each was seen first."""

    requirement: str
    where: str
    text: str
    place: Place
    possible: tuple[str, ...]
    seen: dict[str, Place]


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """The outcomes seen of those possible, and the lines, in the order of the rules."""

    seen: int
    possible: int
    percent: int | None
    lines: tuple[Line, ...]


class Survivor(msgspec.Struct, frozen=True, kw_only=True):
    """A change that no test notices: what was changed (`said`), in which part (`where`) of the requirement.

    `tried` is false where the requirement is too large to try every change: nobody knows whether a test would notice it.
    """

    name: str
    requirement: str
    kind: str
    where: str
    said: str
    place: Place
    tried: bool = True


class Mutation(msgspec.Struct, frozen=True, kw_only=True):
    """`killed`: changes that a test notices, `counted`: all but those proven to change nothing (`equivalent`).

    `untold`: changes of levels and of the evidence clause that no test in a file can state, and that are not counted.
    `untried`: how many of the survivors were not tried.
    """

    killed: int
    counted: int
    percent: int | None
    equivalent: int
    untold: int
    untried: int
    survivors: tuple[Survivor, ...]


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """A test to add: `block` begins the block that it belongs to, `text` is its line, `near` the test that it is like.

    It expects what the rules say now: a person has to read whether that is what the standard means.
    """

    requirement: str
    block: str
    text: str
    verdict: str
    near: Place | None
    notices: tuple[str, ...]
    sees: tuple[str, ...]


class File(msgspec.Struct, frozen=True, kw_only=True):
    """The tests of one file or module.  `unreached`: what no proposal was found for.

    `untested`: there are rules to test in it, and no test; then the run is no pass.
    """

    name: str
    tests: int
    passed: int
    untested: bool = False
    cases: tuple[Case, ...]
    coverage: Coverage | None = None
    mutation: Mutation | None = None
    proposals: tuple[Proposed, ...] | None = None
    unreached: tuple[str, ...] = ()


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """Texts of another file that requirements of this run use (the checks of objectives): noticed where any test notices."""

    name: str
    mutation: Mutation


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """Why a file could not be run: the code of the diagnostic and its words, as on the terminal.  `place` is `null` where it is about all of it."""

    diagnostic: str
    message: str
    place: Place | None


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """A file that cannot be read or does not compile: none of its tests was run."""

    name: str
    problems: tuple[Flaw, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A run."""

    format: Literal["rulewright-tests/1"] = "rulewright-tests/1"
    tests: int
    passed: int
    files: tuple[File, ...]
    shared: tuple[Shared, ...] = ()
    broken: tuple[Broken, ...] = ()


def encode(report: Report) -> str:
    """The JSON, a line end behind it."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"
