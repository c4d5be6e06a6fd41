"""What the compiler, the linter and the analyser say of one file.

Guarantees: everything that the compiler says of the file is kept, errors of the files that it uses, too; a file without an
error is judged whole.  It writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from rulewright import dsl
from rulewright.cli.authors.lint_targets import Target
from rulewright.cli.compiling import compile_with_tests, vocabulary_of
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.dsl.lint import Options, Rule, lint_source
from rulewright.dsl.lint.repairs import repaired
from rulewright.dsl.source import SourceText, decode

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


class Judge(msgspec.Struct, frozen=True):
    """How to judge: the rules, what they are told, the texts of the other files of the run, and remarks of the analyser."""

    rules: tuple[Rule, ...]
    options: Options
    least: Severity
    """from which severity on the compiler is heard about the file; its errors always"""
    together: Mapping[str, bytes]
    remarks: Mapping[str, tuple[Diagnostic, ...]]
    """by file"""

    def findings(self, target: Target, text: bytes | None = None) -> tuple[Diagnostic, ...]:
        """Everything about a file; about another text of it, when one is given."""
        rules = target.rules
        if text is not None:
            rules = msgspec.structs.replace(rules, texts={**rules.texts, target.name: text})
        compiled, _ = compile_with_tests(rules)
        found = [d for d in compiled.diagnostics if self._heard(d, target.name)]
        sources = {name: dsl.Source(name, data) for name, data in rules.texts.items()}
        decoded = decode(sources[target.name])
        if isinstance(decoded, SourceText):
            found = [repaired(d, decoded) for d in found]
        vocabulary = vocabulary_of(sources)
        found += lint_source(
            target.name, sources, vocabulary, self.rules,
            options=self.options, together=self._beside(target), more=self.remarks.get(target.name, ()),
        )  # fmt: skip
        return tuple(sorted(found, key=Diagnostic.sort_key))

    def _heard(self, found: Diagnostic, name: str) -> bool:
        """Whether something that the compiler says is told: errors always, the rest of this file to those who want it."""
        own = found.span is None or found.span.file == name
        return found.is_error or (own and _ORDER.index(found.severity) <= _ORDER.index(self.least))

    def _beside(self, target: Target) -> Iterable[dsl.Source]:
        """The other files of the run."""
        return (dsl.Source(name, text) for name, text in self.together.items() if name != target.name)
