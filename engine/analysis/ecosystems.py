"""How package URLs decide about the order of versions: classes of their types that no test of a version tells apart.

Guarantees: two types are in one class iff each test answers alike for both on all versions that are tried; every scheme that
can matter has a class.  A component without a package URL, or with one that cannot be read, is of the class of no type.
What it does not do: divide versions (`space`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.analysis.cells import InEcosystem, Label, mentioned
from rulewright.engine.analysis.texts import versions_near
from rulewright.facts.identity.purl import purl_type
from rulewright.facts.identity.versions import known_schemes, scheme_of_purl_type
from rulewright.facts.types import Value


class Ecosystems:
    """The classes of package URL types for the versions of one collection."""

    def __init__(self, ordering: Sequence[ir.Test], tests: Sequence[ir.Test], as_of: int) -> None:
        """Find the classes; `ordering` are the tests for which they matter."""
        self._judges = [predicates.judge(test, "version", as_of) for test in ordering]
        self._versions = versions_near(tests, [str(value) for value in mentioned(tests)])
        self._numbers: dict[tuple[object, ...], int] = {}
        self._of_type: dict[str, int] = {}
        self.types: list[str] = []
        for name in ("", "generic", *_one_per_scheme(), "oci"):
            self._class(name)
        self.judges: dict[Label, predicates.Judge] = {
            InEcosystem(test, number): _paired(judge, self.types[number])
            for test, judge in zip(ordering, self._judges, strict=True)
            for number in range(len(self.types))
        }

    def number(self, purl: str) -> int:
        """The class of a package URL; of the empty text, that of no type."""
        return self._class((purl_type(purl) or "") if purl else "")

    def membership(self) -> dict[Label, predicates.Judge]:
        """Per class, whether a package URL is in it: what tells URLs apart beside their own tests."""
        return {
            InEcosystem(ir.Is("known"), number): partial(self._in_class, number) for number in range(len(self.types))
        }

    def _in_class(self, number: int, purl: Value) -> bool:
        return self.number(str(purl)) == number

    def _class(self, name: str) -> int:
        """The class of a type; a new one where it is like none before."""
        found = self._of_type.get(name)
        if found is None:
            answers = tuple(judge((version, name)) for judge in self._judges for version in self._versions)
            found = self._numbers.get(answers)
            if found is None:
                found = self._numbers[answers] = len(self.types)
                self.types.append(name)
            self._of_type[name] = found
        return found


def _paired(judge: predicates.Judge, name: str) -> Callable[[Value], predicates.Truth]:
    return lambda version: judge((str(version), name))


def _one_per_scheme() -> list[str]:
    """A type of package URL for every order that versions can have."""
    found: dict[str, str] = {}
    for name in known_schemes():
        scheme = scheme_of_purl_type(name)
        if scheme is not None:
            found.setdefault(scheme, name)
    return list(found.values())
