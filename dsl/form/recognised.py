"""Whether a rule file is in the JSON form: told by how it begins, at no cost for those that are not.

Guarantees: no rule text that compiles begins so.  What it does not do: say that the JSON is right.
"""

from __future__ import annotations

import re

_BEGINS = re.compile(rb'(?:\xef\xbb\xbf)?[ \t\r\n]*\{[ \t\r\n]*["}]')


def is_form(data: bytes) -> bool:
    """Whether the bytes of a rule file are JSON rather than rule text."""
    return _BEGINS.match(data) is not None


def plain(data: bytes) -> bytes:
    """The rule text of a rule file in either form, for a search in it; nothing where the JSON is wrong."""
    if not is_form(data):
        return data
    from rulewright.dsl.form.reading import rule_text

    return rule_text(data).encode()
