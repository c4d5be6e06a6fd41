"""Licences of SPDX 3 as expressions: simple ones as written, expanded ones put together.

Guarantees: a set of which a member is declared unknown is unknown, one of which a member cannot be read is malformed;
sets that hold themselves, or are too long, are malformed.  It does not judge identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from rulewright.facts.types import State
from rulewright.sbom import spdx3_model as model
from rulewright.sbom import spdx3_words, words
from rulewright.sbom.spdx3_nodes import Nodes, ref, refs

_DEEPEST = 50
"""Levels of sets within sets."""
_LONGEST = 20_000
"""Characters of an expression that is put together; sets that are shared could double it at every level."""
_SIMPLE = re.compile(r"[A-Za-z0-9.+:-]+\Z")
_UNFIT = re.compile(r"[^A-Za-z0-9.-]+")


class Claim(msgspec.Struct, frozen=True):
    """What one licence element says: identifier, name of what is no identifier, expression, whether the text is there."""

    expression: words.Cell = None
    name: str | None = None
    text_present: bool = False

    @property
    def id(self) -> words.Cell:
        """The expression where it is a single identifier."""
        text = self.expression
        return text if isinstance(text, str) and _SIMPLE.match(text) and text != spdx3_words.NONE else None


_UNREADABLE = Claim(State.MALFORMED)


class Licences(msgspec.Struct, eq=False):
    """The licences of a document by identifier."""

    nodes: Nodes
    elsewhere: frozenset[str]
    """Identifiers of elements of other documents."""
    known: dict[str, Claim] = msgspec.field(default_factory=dict)

    def of(self, ident: str, depth: int = 0) -> Claim:
        """One licence.  Each is read once; one that is asked for while it is read holds itself."""
        found = self.known.get(ident)
        if found is None:
            if depth > _DEEPEST:
                return _UNREADABLE
            self.known[ident] = _UNREADABLE
            found = self.known[ident] = self._read(ident, depth)
        return found

    def _read(self, ident: str, depth: int) -> Claim:
        if ident.startswith(spdx3_words.LISTED):
            return Claim(_last(ident))
        stands = spdx3_words.individual_cell(ident)
        if stands is not None:
            return Claim(stands)
        node = self.nodes.get(ident, model.Element)
        if node is None:
            return Claim(State.MISSING if ident in self.elsewhere else State.MALFORMED)
        return self._element(node, ident, depth)

    def _element(self, node: model.Element, ident: str, depth: int) -> Claim:
        match node:
            case model.LicenseExpression():
                return self._expression(node)
            case model.LicensingText() | model.License():
                text = bool(node.simplelicensing_license_text)
                if isinstance(node, model.ListedLicense):
                    return Claim(_last(ident), text_present=text)
                return Claim(_custom(ident, node.name, "LicenseRef-"), node.name, text)
            case model.LicenseAddition():
                listed = isinstance(node, model.ListedException)
                return Claim(_last(ident) if listed else _custom(ident, node.name, "AdditionRef-"), node.name)
            case model.IndividualLicense():
                return Claim(spdx3_words.individual_cell(_last(ident)) or State.MALFORMED)
            case model.ConjunctiveSet() | model.DisjunctiveSet():
                word = "AND" if isinstance(node, model.ConjunctiveSet) else "OR"
                return self._joined(refs(node.expandedlicensing_member), f" {word} ", depth)
            case model.OrLater():
                later = self._joined([ref(node.expandedlicensing_subject_license) or ""], "", depth)
                return Claim(f"{later.expression}+" if isinstance(later.expression, str) else later.expression)
            case model.WithAddition():
                ends = (node.expandedlicensing_subject_extendable_license, node.expandedlicensing_subject_addition)
                return self._joined([ref(end) or "" for end in ends], " WITH ", depth)
            case _:
                return Claim(State.MALFORMED)

    def _expression(self, node: model.LicenseExpression) -> Claim:
        """A simple expression; names are those of the texts that its own identifiers stand for."""
        text = node.simplelicensing_license_expression
        if text is None:
            return Claim(State.MALFORMED)
        entries = [e for e in node.simplelicensing_custom_id_to_uri or () if isinstance(e, model.DictionaryEntry)]
        found = [(e.key, self.nodes.get(e.value, model.Element)) for e in entries]
        names = sorted({str(n.name or key) for key, n in found if n is not None})
        texts = any(isinstance(n, model.LicensingText) for _, n in found)
        tokens = {t.strip("()") for t in text.split() if "LicenseRef-" in t}
        return Claim(words.text(text), "; ".join(names or sorted(tokens)) or None, texts)

    def _joined(self, members: Sequence[str], joint: str, depth: int) -> Claim:
        """Several licences as one expression."""
        found = [self.of(member, depth + 1) for member in members]
        cells = [claim.expression for claim in found]
        states = [cell for cell in cells if isinstance(cell, State)]
        if states or not cells:
            return Claim(min(states, default=State.MALFORMED))
        parts = [f"({c})" if len(cells) > 1 and (" AND " in str(c) or " OR " in str(c)) else str(c) for c in cells]
        if sum(map(len, parts)) > _LONGEST:
            return _UNREADABLE
        names = sorted({claim.name for claim in found if claim.name})
        return Claim(joint.join(parts), "; ".join(names) or None, any(claim.text_present for claim in found))


def _last(ident: str) -> str:
    """The last step of an identifier."""
    return re.split(r"[/#]", ident.rstrip("/#"))[-1]


def _custom(ident: str, name: str | None, prefix: str) -> str:
    """The identifier of a licence that is not listed, as expressions write it."""
    last = _last(ident)
    start = last.find(prefix)
    if start >= 0:
        return last[start:]
    return prefix + (_UNFIT.sub("-", last if not last.startswith("_:") else name or last).strip("-") or "unnamed")
