"""The tests of one compilation, with the documents that they name.

Guarantees: facts, evaluator and comparison are those of `engine.trial`; each document is read once.
"""

from __future__ import annotations

from collections.abc import Mapping

from rulewright import dsl
from rulewright.cli.compiling import Compiled
from rulewright.cli.testing.fixture import Fixtures
from rulewright.engine.trial.run import Trials


def trials(compiled: Compiled, tests: tuple[dsl.TestCase, ...], folders: Mapping[str, str]) -> Trials:
    """The tests; `folders` says where the documents lie that a rule file names."""
    assert compiled.program is not None
    return Trials(compiled.program, tests, Fixtures(compiled, folders).facts)
