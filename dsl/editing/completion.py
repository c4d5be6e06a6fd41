"""What could stand at a place: the grammar says which keywords and whether a name; the position says which names.

Guarantees: a keyword is offered only where the grammar takes it and the module's kind allows it; parts that stand at most
once are not offered twice; sorted by likelihood, then by name; no duplicates; nothing inside comments.
What it does not do: promise that what is offered makes the whole right.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from rulewright.dsl import tree
from rulewright.dsl.cut_parts import cut_requirement
from rulewright.dsl.editing.offers import Names, Offer
from rulewright.dsl.editing.outline import Outline
from rulewright.dsl.editing.positions import names_at, unfit_operators
from rulewright.dsl.editing.prefix import Prefix, prefix, word_before
from rulewright.dsl.editing.words import MEANINGS, SNIPPETS
from rulewright.dsl.editing.workspace import Workspace
from rulewright.dsl.module import ALLOWED
from rulewright.dsl.tables import WORDS

_TOP = ("policy", "standard", "vocabulary", "test")
_KEYWORDS = {terminal: word for word, terminal in WORDS.items()}
_MAKES = {
    "valid": "Dates", "scope": "Scope", "use": "Use", "param": "Param", "define": "Define", "axiom": "Axiom",
    "objective": "ObjectiveItem", "attribute": "Attribute", "requirement": "Requirement", "exclude": "Exclude",
    "tighten": "Change", "weaken": "Change", "set": "SetParam", "prefer": "Prefer", "assume": "Assume",
    "unstated": "Unstated", "waiver": "Waiver",
}  # fmt: skip
_SETTINGS = ("title", "publisher", "license", "force", "jurisdiction", "source", "valid")
_ORDER = (
    *("title", "clause", "severity", "objective", "refs", "applies", "check", "evidence", "fix", "effort"),
    *("use", "requirement", "param", "define", "scope", "publisher", "force", "license", "valid", "waiver", "exclude"),
    *("not", "every", "no", "some", "meets", "all", "any", "at", "manual"),
)
_GOES_ON = (
    *("where", "of", "under", "is", "in", "and", "or", "not", "matches", "allows", "requires", "within", "before"),
    *("after", "implies", "subset", "as", "sha256", "because", "fresh", "trust", "at"),
)
_PHRASES = {"applies": "applies when", "if": "if unknown fail", "reading": "reading contested",
            "unstated": "unstated completeness", "requires": "requires any"}  # fmt: skip
_ONCE = {"REQUIREMENT": "rpart", "WAIVER": "wpart", "OBJECTIVE": "opart", "ATTRIBUTE": "apart"}


def complete(outline: Outline, workspace: Workspace, offset: int) -> tuple[Offer, ...]:
    """Everything that could stand at an offset, the likeliest first; none in a comment or a text."""
    text = outline.source.text
    state = state_at(outline, offset)
    if state is None:
        at = (word_before(text, offset), offset)
        found = list(_top(at)) if not text[:offset].rpartition("\n")[2].lstrip().startswith("#") else []
    else:
        seen, module = state
        if seen.comment:
            return ()
        names = Names(workspace, outline, module)
        found = list(names_at(seen, names))
        if seen.quoted:
            found = [o for o in found if o.text.startswith('"')] if "STRING" in seen.can else []
        else:
            unfit = unfit_operators(seen, names)
            found += (o for o in _keywords(seen, outline, module, offset) if o.label.partition(" ")[0] not in unfit)
            stem = text[seen.word[0] : seen.word[1]].rpartition(".")[0]
            if stem:
                found = [o for o in found if o.label.casefold().startswith(f"{stem.casefold()}.")]
        end = offset + (seen.quoted and text[offset : offset + 1] == '"')
        found = [msgspec.structs.replace(o, at=(seen.word[0], end)) for o in found]
    unique: dict[tuple[str, bool], Offer] = {}
    for offer in sorted(found, key=lambda o: (o.rank, o.label, o.snippet)):
        unique.setdefault((offer.label, offer.kind == "snippet"), offer)
    return tuple(unique.values())


def state_at(outline: Outline, offset: int) -> tuple[Prefix, int] | None:
    """The grammar's state at an offset, and the module; none outside all modules and tests."""
    text = outline.source.text
    piece = outline.piece_before(offset)
    if piece is None or (piece.start != "head" and offset > piece.at[1]):
        return None
    start, since = piece.start, piece.at[0]
    if start == "head" and offset > piece.at[1]:
        start, since = "items", piece.at[1] + 1
    seen = prefix(text, offset, start, since)
    if start == "test" and seen.can <= {"$END"}:
        return None
    return seen, piece.module


def _top(at: tuple[int, int]) -> Iterator[Offer]:
    """What starts a module or a test."""
    for place, word in enumerate(_TOP):
        yield Offer(word, "keyword", word, doc=MEANINGS[word], rank=place, at=at)
    for snippet in SNIPPETS:
        if snippet.keyword in _TOP:
            yield Offer(snippet.keyword, "snippet", snippet.body, snippet.detail, rank=6, snippet=True, at=at)


def _keywords(seen: Prefix, outline: Outline, module: int, offset: int) -> Iterator[Offer]:
    """The keywords that can follow, but for those that the compiler would refuse."""
    taken = _taken(seen, outline, module, offset)
    allowed = _allowed(seen, outline, module)
    for terminal in sorted(seen.can):
        word = _KEYWORDS.get(terminal, "")
        if not word or word in taken or (allowed is not None and word not in allowed):
            continue
        rank = _rank(word, seen)
        phrase = _PHRASES.get(word, word) if _phrased(word, seen) else word
        yield Offer(phrase, "keyword", phrase, doc=MEANINGS[word], rank=rank)
        for snippet in SNIPPETS:
            if snippet.keyword == word:
                yield Offer(word, "snippet", snippet.body, snippet.detail, rank=rank + 50, snippet=True)


def _rank(word: str, seen: Prefix) -> int:
    """How likely a keyword is: what goes on with a line before what starts a new one, unless a new line was begun."""
    goes_on = word in _GOES_ON and not seen.fresh
    place = _GOES_ON.index(word) if goes_on else _ORDER.index(word) + 20 if word in _ORDER else len(_ORDER) + 20
    return 5 + place


def _phrased(word: str, seen: Prefix) -> bool:
    """Whether the keyword goes on with the next one of its phrase: as a part or an operator it always does."""
    return word != "if" or "APPLIES" in seen.can or seen.last("REQUIREMENT") is not None


def _inside(seen: Prefix) -> str:
    """The container whose parts may follow: the nearest with an open brace."""
    names = [s.name for s in seen.symbols]
    for place in range(len(names) - 1, -1, -1):
        if names[place] in _ONCE and "LBRACE" in names[place:]:
            return names[place]
    return ""


def _taken(seen: Prefix, outline: Outline, module: int, offset: int) -> frozenset[str]:
    """The parts that stand already and may not stand twice."""
    inside = _inside(seen)
    if inside:
        back = seen.last(inside) or 1
        since = seen.tokens[seen.symbols[-back].first].start
        found = {t.text for what, t in seen.closed if what == _ONCE[inside] and t.start > since}
        found |= {t.text for s in seen.symbols[-back + 1 :] for t in seen.tokens[s.first : s.first + 1]}
        if inside == "REQUIREMENT":
            piece = outline.piece_before(offset)
            end = piece.at[1] if piece is not None else offset
            text = outline.source.text
            found |= {
                text[p.at[0] :].split(None, 1)[0] for p in cut_requirement(text, (since, end)) if p.at[0] > offset
            }
        return frozenset(found) if _at_part(seen, inside) else frozenset()
    if "REQUIREMENT" in seen.can and module >= 0:
        items = [n.node for n in outline.items(module)]
        return frozenset(i.key for i in items if isinstance(i, tree.Setting | tree.Dates) and i.key in _SETTINGS)
    return frozenset()


def _at_part(seen: Prefix, inside: str) -> bool:
    """Whether a part of the container may start here."""
    marks = {"REQUIREMENT": "CHECK", "WAIVER": "APPROVED", "OBJECTIVE": "RELATED", "ATTRIBUTE": "MEANING"}
    return marks[inside] in seen.can


def _allowed(seen: Prefix, outline: Outline, module: int) -> frozenset[str] | None:
    """The items that a module of this kind may hold; none where no item can follow."""
    if "REQUIREMENT" not in seen.can or module < 0:
        return None
    piece = next((p for p in outline.pieces if p.module == module), None)
    head = outline.head_of(piece) if piece is not None else None
    if head is None:
        return None
    items = frozenset(_KEYWORDS.values()) - frozenset(_SETTINGS) - frozenset(_MAKES)
    kinds = ALLOWED[head.kind]
    good = {word for word, made in _MAKES.items() if made in kinds}
    settings = set(_SETTINGS) - ({"valid"} if "Dates" not in kinds else set())
    return items | frozenset(good) | frozenset(settings)
