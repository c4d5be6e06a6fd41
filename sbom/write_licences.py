"""Licences as SPDX documents hold them: expressions, and entries for what is in no list.

Guarantees: every `LicenseRef-` that is written has an entry; a licence that is no expression gets one of its own, by its
name, and the same name the same one.  The text of such a licence is not among the facts, and its entry says so.
"""

from __future__ import annotations

import hashlib
import re

from rulewright.facts.identity import licenses

_UNFIT = re.compile(r"[^A-Za-z0-9.-]+")
_REF = re.compile(r"(?<![\w:.-])LicenseRef-[A-Za-z0-9.-]+")
_WORDS = frozenset({"NONE", "NOASSERTION"})
NO_TEXT = "NOASSERTION"
"""What stands for a text that is not known."""


class Custom:
    """The licences of one document that are in no list: name by identifier."""

    def __init__(self) -> None:
        self.names: dict[str, str | None] = {}

    def expression(self, text: str, name: str | None = None) -> str:
        """The text as an expression; `name` is what its own licences are called, where that is known."""
        if text in _WORDS:
            return text
        if licenses.is_valid(text):
            refs = self.refs(text)
            for ref in refs:
                known = name if len(refs) == 1 and name and "; " not in name and name != ref else None
                self.names[ref] = self.names.get(ref) or known
            return text
        ref = f"LicenseRef-{_UNFIT.sub('-', text).strip('-')[:60] or 'unnamed'}"
        if self.names.get(ref, text) != text:
            ref += f"-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        self.names[ref] = text
        return ref

    @staticmethod
    def refs(expression: str) -> list[str]:
        """The licences of an expression that are in no list."""
        return sorted(set(_REF.findall(expression)))
