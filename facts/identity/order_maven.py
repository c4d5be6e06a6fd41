"""Maven's version order (`maven`), as keys that compare with `<`.

Guarantees: total, in linear time; the order of Maven's ComparableVersion, whose lists become one chain of tokens.
Where ComparableVersion is no order (it finds 1-alpha < 1 < 1.sp.1 < 1-alpha), the POM reference's rule stands: a qualifier
orders the same after a dot as after a hyphen, and zeros before a qualifier count for nothing.
Source: Maven, POM reference, "Version Order Specification"; ComparableVersion of Maven 4.
"""

import re

Key = tuple[object, ...]
_Token = tuple[int, int, str, int]

_PIECE = re.compile(r"[0-9]+|[^0-9.-]+|[.-]")
_ALIASES = {"cr": "rc", "final": "", "ga": "", "release": ""}
_LETTERS = {"a": "alpha", "b": "beta", "m": "milestone"}
_EARLIER = {"alpha": 0, "beta": 1, "milestone": 2, "rc": 3, "snapshot": 4}
# What may stand at one place: qualifiers of unfinished versions, the end, other qualifiers, `-1`, `.1`.
_EARLY, _END, _RELEASE, _SERVICE, _OTHER, _HYPHEN, _DOT = range(7)
_WORDS = frozenset({_EARLY, _RELEASE, _SERVICE, _OTHER})
_ZEROS = frozenset({(_DOT, 0, "", 0), (_HYPHEN, 0, "", 0)})
_NOTHING = _ZEROS | {(_RELEASE, 0, "", -1)}
_LAST: _Token = (_END, 0, "", 0)


def maven(text: str) -> Key:
    """Give the key of any text; words are compared without case."""
    kept: list[_Token] = []
    for token in _chain(text.lower()):
        if token[0] in _WORDS:
            while kept and kept[-1] in _ZEROS:
                kept.pop()
        kept.append(token)
    while kept and kept[-1] in _NOTHING:
        kept.pop()
    return (*kept, _LAST)


def _chain(text: str) -> list[_Token]:
    """Cut at `.`, `-` and between letters and digits; a word followed by a number, with or without a hyphen, is one token."""
    pieces = _PIECE.findall(text)
    chain: list[_Token] = []
    nested, word, wanted = False, "", True
    for piece, behind in zip(pieces, (*pieces[1:], ""), strict=True):
        if piece in ".-":
            if word:
                if piece == "-" and behind.isdigit():
                    continue
                chain.append(_word(word, -1))
            elif wanted:
                chain.append((_HYPHEN if nested else _DOT, 0, "", 0))
            nested, word, wanted = piece == "-", "", True
        elif not piece.isdigit():
            word, wanted = piece, False
        else:
            chain.append(_word(word, int(piece)) if word else (_HYPHEN if nested else _DOT, int(piece), "", 0))
            # Letters right behind a number open a list, as a hyphen does.
            nested, word, wanted = behind not in {".", "-"}, "", False
    return [*chain, _word(word, -1)] if word else chain


def _word(word: str, number: int) -> _Token:
    """Rank a qualifier; `number` is -1 where none follows."""
    if number >= 0:
        word = _LETTERS.get(word, word)
    word = _ALIASES.get(word, word)
    if word in _EARLIER:
        return _EARLY, _EARLIER[word], "", number
    if not word or word == "sp":
        return (_SERVICE if word else _RELEASE), 0, "", number
    return _OTHER, 0, word, number
