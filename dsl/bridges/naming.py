"""Names that Rego and CEL read: of packages, helpers, variables.

Guarantees: every result is letters, digits and underscores, does not begin with a digit, and is no word of either language
nor a name that the exports themselves use; different variables of one requirement keep different names.
"""

from __future__ import annotations

import re

_REGO = {
    "as", "contains", "default", "else", "every", "false", "if", "import", "in", "input", "data", "not", "null", "package",
    "some", "true", "with", "count", "regex", "glob", "object", "opa", "graph", "json", "time",
}  # fmt: skip
_CEL = {
    "break", "const", "continue", "for", "function", "let", "loop", "namespace", "return", "var", "void", "while", "int",
    "uint", "double", "bool", "string", "bytes", "list", "map", "type", "dyn", "timestamp", "duration", "has", "all",
    "exists", "size", "matches", "filter",
}  # fmt: skip
_OURS = {
    "facts", "states", "valid", "collections", "admitted", "as_of", "known", "silent", "state", "no_state", "listed",
    "linked", "related", "present", "complete", "owned", "children", "today", "verdicts", "lost", "element", "assumed_complete",
    "unstated_is_open", "v1", "rego",
}  # fmt: skip
WORDS = frozenset(_REGO | _CEL | _OURS)
"""Words of the languages, of their standard libraries, and of our prelude."""


def identifier(text: str) -> str:
    """Make an identifier of an id like `ntia.minimum_elements` or `5.6-1`."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", text) or "_"
    plain = f"n{plain}" if plain[0].isdigit() else plain
    return f"{plain}_" if plain in WORDS else plain


def variables(names: frozenset[str]) -> dict[str, str]:
    """Name the variables of a requirement, each apart from the others."""
    given: dict[str, str] = {}
    for name in sorted(names):
        chosen = identifier(name)
        while chosen in given.values():
            chosen += "_"
        given[name] = chosen
    return given
