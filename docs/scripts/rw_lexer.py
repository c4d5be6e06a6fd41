"""A Pygments lexer for rule files, `rulewright`: for documents and terminals that show them.

Guarantees: the parts joined are the text; what the language's own lexer takes for a token is one here, and keywords are
those that the grammar takes at their place, in whole files; in a fragment, every word of the language counts as one.
As a hook of MkDocs it colours the blocks `rw` of this site.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pygments.lexer import Lexer  # type: ignore[import-untyped] # Pygments has no types of its own
from pygments.lexers import LEXERS  # type: ignore[import-untyped] # as above
from pygments.token import (  # type: ignore[import-untyped] # as above
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Whitespace,
)

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

Kind = Any  # a token type of Pygments

__all__ = ["RulewrightLexer"]

_KINDS: dict[str, Kind] = {
    "keyword": Keyword,
    "namespace": Name.Namespace,
    "type": Name.Class,
    "class": Name.Class,
    "decorator": Name.Label,
    "property": Name.Attribute,
    "variable": Name.Variable,
    "parameter": Name.Constant,
    "function": Name.Function,
    "enumMember": Name,
    "string": String,
    "number": Number,
    "comment": Comment.Single,
    "operator": Operator,
}
_SIGNS = frozenset("{}()[],;:.<>…")


class RulewrightLexer(Lexer):  # type: ignore[misc] # as above
    """Rule files (`.rw`)."""

    name = "Rulewright"
    aliases: ClassVar[list[str]] = ["rulewright", "rw"]
    filenames: ClassVar[list[str]] = ["*.rw"]
    mimetypes: ClassVar[list[str]] = ["text/x-rulewright"]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, Kind, str]]:
        """Place, kind and text of each part."""
        last = 0
        for start, end, kind in _coloured(text):
            if start > last:
                yield from _between(text, last, start)
            yield start, kind, text[start:end]
            last = end
        yield from _between(text, last, len(text))


def _coloured(text: str) -> Iterator[tuple[int, int, Kind]]:
    """The parts that mean something, by the colours of the language server; a fragment by its words alone."""
    from rulewright.dsl.editing.colours import colours
    from rulewright.dsl.editing.outline import outline
    from rulewright.dsl.source import Source, SourceText, decode

    source = decode(Source("", text.encode("utf-8", "replace")))
    if isinstance(source, SourceText) and source.text == text:
        whole = outline(source)
        if whole.pieces:
            yield from ((c.start, c.end, _KINDS[c.kind]) for c in colours(whole))
            return
    yield from _by_words(text)


def _by_words(text: str) -> Iterator[tuple[int, int, Kind]]:
    """The tokens of a fragment: every word of the language counts as a keyword."""
    from rulewright.dsl.editing.colours import COMMENT, plain_kind
    from rulewright.dsl.editing.prefix import tokens_of
    from rulewright.dsl.tables import WORDS

    found = [
        (t.start, t.end, Keyword if t.text in WORDS else _KINDS.get(plain_kind(t.type), Text))
        for t in tokens_of(text, 0, len(text))
    ]
    found += [(*hit.span(), Comment.Single) for hit in COMMENT.finditer(text) if hit[0].startswith("#")]
    yield from sorted((f for f in found if text[f[0]] not in _SIGNS), key=lambda f: f[:2])


def _between(text: str, start: int, end: int) -> Iterator[tuple[int, Kind, str]]:
    """White space and signs between parts; any other character is an error of the text."""
    for place in range(start, end):
        sign = text[place]
        yield place, Whitespace if sign.isspace() else Punctuation if sign in _SIGNS else Error, sign


def register() -> None:
    """Let Pygments find the lexer by the name `rw`."""
    sys.path[:0] = [root] if (root := str(Path(__file__).resolve().parent.parent.parent)) not in sys.path else []
    names = RulewrightLexer
    LEXERS["RulewrightLexer"] = ("docs.scripts.rw_lexer", names.name, names.aliases, names.filenames, names.mimetypes)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Called by MkDocs."""
    register()
    return config
