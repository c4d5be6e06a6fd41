"""A small standard with tests, compiled from text."""

from __future__ import annotations

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.cli.literals import Checks
from rulewright.engine.trial.run import Trials
from rulewright.facts.vocabulary import Vocabulary

WORDS = """vocabulary acme.words edition "1" {
  attribute acme.kind  : enum {door, lock, lamp} given
  attribute acme.years : int in 0..20 choice
  attribute acme.telnet : bool choice
  attribute acme.start : date given
}
"""
HEAD = 'standard acme.s edition "1" {\n  scope acme.kind in {door, lock}\n'


def small(body: str, tests: str = "", more: str = "") -> tuple[Trials, Vocabulary]:
    """The tests of a standard with some requirements; its scope is `acme.kind in {door, lock}`; `more` attributes."""
    texts = {"words.rw": WORDS.replace("\n}", f"\n{more}\n}}"), "s.rw": f"{HEAD}{body}\n}}\n{tests}"}
    sources = {name: dsl.Source(name, text.encode()) for name, text in texts.items()}
    vocabulary = vocabulary_of(sources)
    compiled = dsl.compile(sources, ["s.rw"], vocabulary, checks=Checks(), tests=True)
    assert compiled.program is not None, compiled.diagnostics
    assert [d for d in compiled.diagnostics if d.is_error] == []
    return Trials(compiled.program, compiled.tests, lambda _file, _name: "no documents here"), vocabulary
