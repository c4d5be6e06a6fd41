"""The judges of literals in rules, joined from the identity readers: what the compiler may not import itself.

Guarantees: each answers `None` for a good literal, else a few words on what is wrong.
"""

from __future__ import annotations


class Checks:
    """The real checks (`dsl.LiteralChecks`)."""

    def vers(self, text: str) -> str | None:
        """Judge a version range without its `vers:`."""
        from rulewright.facts.identity.versions import Vers

        found = Vers.parse(text)
        return found if isinstance(found, str) else None

    def license(self, text: str) -> str | None:
        """Judge a licence identifier, deprecated ones and `LicenseRef-…` included."""
        from rulewright.facts.identity.licenses import is_known_id, known_ids

        if is_known_id(text):
            return None
        from difflib import get_close_matches

        close = get_close_matches(text, known_ids(), 1)
        return (
            f"the SPDX list has no such licence; did you mean `{close[0]}`?"
            if close
            else "the SPDX list has no such licence"
        )

    def purl_pattern(self, text: str) -> str | None:
        """Judge a pattern of package URLs."""
        from rulewright.facts.identity.purl_match import compile_pattern

        found = compile_pattern(text)
        return found if isinstance(found, str) else None

    def cpe_pattern(self, text: str) -> str | None:
        """Judge a pattern of CPE names."""
        from rulewright.facts.identity import cpe

        return None if cpe.read(text) is not None else "it is no CPE 2.2 or 2.3 name"

    def regex(self, text: str) -> str | None:
        """Judge a regular expression of RE2's syntax."""
        from rulewright.facts.identity.patterns import Fault, compile_regex

        found = compile_regex(text)
        return found.message if isinstance(found, Fault) else None

    def glob(self, text: str) -> str | None:
        """Judge a glob."""
        from rulewright.facts.identity.patterns import Fault, compile_glob

        found = compile_glob(text)
        return found.message if isinstance(found, Fault) else None
