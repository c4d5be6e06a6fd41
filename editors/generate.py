"""Make the TextMate grammar and the snippets of the VS Code extension from the language's own tables.

Guarantees: every keyword of `dsl/grammar.lark` is in the grammar, and nothing else is a keyword; the texts depend on the
tables alone; a test holds the files to them.  Run `PYTHONPATH=. python editors/generate.py` after a change of the grammar.
What it does not do: tell keywords from names by their place: the language server does.
"""

from __future__ import annotations

import json
from pathlib import Path

from rulewright.dsl.editing.words import SNIPPETS, VERDICTS
from rulewright.dsl.requirement import GRADES, LEVELS
from rulewright.dsl.tables import WORDS

HERE = Path(__file__).resolve().parent / "vscode"
_HEADS = ("standard", "policy", "vocabulary", "test")
_OPERATORS = (
    *("and", "or", "not", "implies", "in", "is", "matches", "allows", "requires", "within", "before", "after", "where"),
    *("every", "some", "no", "at", "least", "most", "of", "under", "meets", "manual", "all", "any"),
)
_NAME = r"[A-Za-z_][A-Za-z0-9_]*(?:[.\-][A-Za-z0-9_]+)*"


def _words(words: tuple[str, ...]) -> str:
    """A pattern of whole words: no part of a path or of a name with hyphens."""
    return rf"(?<![\w.\-])(?:{'|'.join(sorted(words, key=lambda w: (-len(w), w)))})(?![\w.\-])"


def grammar() -> dict[str, object]:
    """The TextMate grammar."""
    others = tuple(word for word in WORDS if word not in _OPERATORS and word not in _HEADS)
    patterns = [
        {"name": "comment.line.number-sign.rulewright", "match": "#.*$"},
        {"name": "string.regexp.vers.rulewright", "match": r'(?<![\w.\-])vers"[^"\\]*(?:\\.[^"\\]*)*"'},
        {
            "name": "string.quoted.double.rulewright",
            "begin": '"',
            "end": '"|$',
            "patterns": [{"name": "constant.character.escape.rulewright", "match": r'\\["\\]'}],
        },
        {
            "match": rf"^({'|'.join(_HEADS)})[ \t]+({_NAME})?",
            "captures": {"1": {"name": "keyword.other.rulewright"}, "2": {"name": "entity.name.namespace.rulewright"}},
        },
        {
            "match": rf"(?<![\w.\-])(requirement|waiver|define|param|axiom|attribute|objective)[ \t]+({_NAME})",
            "captures": {"1": {"name": "keyword.other.rulewright"}, "2": {"name": "entity.name.type.rulewright"}},
        },
        {"name": "constant.numeric.date.rulewright", "match": r"(?<![\w.\-])\d{4}-\d\d-\d\d(?![\w-])"},
        {"name": "constant.numeric.duration.rulewright", "match": r"(?<![\w.\-])\d+[dwmy](?!\w)"},
        {"name": "constant.numeric.rulewright", "match": r"(?<![\w.\-])-?\d+(?:\.\d+)?(?!\w)"},
        {"name": "keyword.operator.word.rulewright", "match": _words(_OPERATORS)},
        {"name": "keyword.other.rulewright", "match": _words((*others, *_HEADS))},
        {"name": "constant.language.rulewright", "match": _words(("true", "false", *VERDICTS, *LEVELS, *GRADES))},
        {"name": "keyword.operator.rulewright", "match": r"!=|<=|>=|=|<|>|\?|\.\.\."},
        {"name": "variable.other.property.rulewright", "match": r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+"},
    ]
    return {"name": "Rulewright", "scopeName": "source.rulewright", "fileTypes": ["rw"], "patterns": patterns}


def snippets() -> dict[str, object]:
    """The snippets, by what they are."""
    return {s.detail: {"prefix": s.keyword, "body": s.body.split("\n"), "description": s.detail} for s in SNIPPETS}


def files() -> dict[Path, str]:
    """The files by their paths."""
    made = {
        HERE / "syntaxes" / "rulewright.tmLanguage.json": grammar(),
        HERE / "snippets" / "rulewright.json": snippets(),
    }
    return {path: json.dumps(value, indent=2, ensure_ascii=False) + "\n" for path, value in made.items()}


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, "utf-8")
