"""Why a file that nobody named takes part: said with what is wrong in it.

Guarantees: a note is added, nothing else is changed.  Vocabularies count for every rule file beside them, so a slip in one of
them stops commands about its neighbours, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from rulewright.cli.gathering import Rules
from rulewright.diagnostics import Diagnostic


def explained(rules: Rules, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """What is wrong with some rules, with a note where a vocabulary takes part because of where it lies."""
    unnamed = {
        module.name
        for module in rules.shelf
        if module.kind == "vocabulary" and not module.shipped and module.held is None
    } - {*rules.roots}
    return tuple(_noted(each, rules, unnamed) for each in found) if unnamed else tuple(found)


def _noted(found: Diagnostic, rules: Rules, unnamed: set[str]) -> Diagnostic:
    """One diagnostic, with its note."""
    files = dict.fromkeys(name for name in _files(found) if name in unnamed)
    if not files:
        return found
    return replace(found, notes=(*found.notes, *(_why(name, rules) for name in files)))


def _files(found: Diagnostic) -> Iterator[str]:
    """The files that a diagnostic is about."""
    if found.span is not None:
        yield found.span.file
    elif found.source is not None:
        yield found.source
    yield from (label.span.file for label in found.labels)


def _why(name: str, rules: Rules) -> str:
    """Why a file is read."""
    beside = next((root for root in rules.roots if os.path.dirname(root) == os.path.dirname(name)), None)
    return f"`{name}` is read because it declares a vocabulary" + (f" beside `{beside}`" if beside else "")
