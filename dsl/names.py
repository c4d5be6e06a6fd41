"""Names: what the front end wants of a vocabulary, and guesses for names that are not in it.

Guarantees: a guess depends on the candidates only, not on their order.  `facts.vocabulary.Vocabulary` satisfies
`VocabularyLike` by its structure; this folder does not import it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Protocol

from rulewright.dsl.limits import MAX_GUESSES


class TypeLike(Protocol):
    """A kind (`bool`, `enum`, …) with the words of an enum or of a set's members."""

    @property
    def kind(self) -> str:
        """One of the kinds of `facts.types.Kind`, as text."""

    @property
    def values(self) -> tuple[str, ...]:
        """The words; empty: any."""

    @property
    def open_values(self) -> bool:
        """Whether other words are legal too."""


class FieldLike(Protocol):
    """A field of a collection's elements."""

    @property
    def type(self) -> TypeLike:
        """Its type."""


class CollectionLike(Protocol):
    """A collection."""

    @property
    def name(self) -> str:
        """Singular."""

    @property
    def plural(self) -> str:
        """Plural."""

    @property
    def fields(self) -> Mapping[str, FieldLike]:
        """Its fields by name."""

    @property
    def parents(self) -> tuple[str, ...]:
        """Collections whose elements own elements of this one."""

    @property
    def graph(self) -> bool:
        """Whether its elements depend on one another."""


class AttributeLike(Protocol):
    """A scalar attribute of the product."""

    @property
    def type(self) -> TypeLike:
        """Its type."""

    @property
    def detectors(self) -> tuple[str, ...]:
        """Who could supply it."""

    @property
    def fresh(self) -> int | None:
        """For how many days an observation counts."""

    @property
    def level(self) -> int:
        """From which level on a graded finding counts (`facts.types.Level`)."""

    @property
    def domain(self) -> str:
        """The range of its values, as it is declared."""

    def has(self, value: int) -> bool:
        """Whether a number, in the representation of the kind, is in that range."""


class VocabularyLike(Protocol):
    """All collections and attributes, by name."""

    @property
    def collections(self) -> Mapping[str, CollectionLike]:
        """Collections by singular name."""

    @property
    def attributes(self) -> Mapping[str, AttributeLike]:
        """Attributes by name."""


def find_collection(vocabulary: VocabularyLike, name: str) -> CollectionLike | None:
    """A collection by its singular or plural name."""
    found = vocabulary.collections.get(name)
    if found is None:
        found = next((c for c in vocabulary.collections.values() if c.plural == name), None)
    return found


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that the author probably meant: the same but for case and signs, or else the closest."""
    return _suggested(word, frozenset(candidates))


@lru_cache(maxsize=256)
def _suggested(word: str, candidates: frozenset[str]) -> str | None:
    """A guess, made once for the same question: packs cite the same outside standards again and again."""
    if not candidates:
        return None
    from difflib import get_close_matches

    known = sorted(_narrowed(word, candidates))
    plain = _plain(word)
    same = [c for c in known if _plain(c) == plain]
    if same:
        return same[0]
    close = get_close_matches(word[:100], known, n=1, cutoff=0.6)
    if close:
        return close[0]
    folded = {_plain(c): c for c in reversed(known)}
    close = get_close_matches(plain[:100], sorted(folded), n=1, cutoff=0.75)
    return folded[close[0]] if close else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """The hint with that guess."""
    guess = suggest(word, candidates)
    return f"did you mean `{guess}`?" if guess is not None else None


def _narrowed(word: str, known: frozenset[str]) -> Iterable[str]:
    """All candidates, or of very many those that start alike and are about as long."""
    if len(known) <= MAX_GUESSES:
        return known
    first, size = word[:1].lower(), len(word)
    near = [c for c in known if c[:1].lower() == first and abs(len(c) - size) <= 4]
    return near if len(near) <= MAX_GUESSES else sorted(near, key=lambda c: (-_common(c, word), c))[:MAX_GUESSES]


def _common(one: str, other: str) -> int:
    """How many characters two words share at their start."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _plain(word: str) -> str:
    """A word without case and signs."""
    return "".join(c for c in word.lower() if c.isalnum())
