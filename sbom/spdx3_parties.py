"""People, organisations and programs of SPDX 3.

Guarantees: a contact is the first e-mail address, else the first address with a scheme, as written; an agent that is not
in the document has no name here.  It checks no address.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rulewright.facts.types import State
from rulewright.sbom import spdx3_model as model
from rulewright.sbom import spdx3_words, words
from rulewright.sbom.spdx2_party import Party
from rulewright.sbom.spdx3_nodes import Nodes

_KINDS = (
    (model.Person, "person"),
    (model.Organization, "organization"),
    (model.SoftwareAgent, "tool"),
    (model.Tool, "tool"),
)
_NOBODY = Party()


class Parties(msgspec.Struct, eq=False):
    """The parties of a document by identifier."""

    nodes: Nodes
    known: dict[str, Party] = msgspec.field(default_factory=dict)

    def of(self, ident: str | None) -> Party:
        """One party."""
        if not ident:
            return _NOBODY
        found = self.known.get(ident)
        if found is None:
            found = self.known[ident] = self._read(ident)
        return found

    def _read(self, ident: str) -> Party:
        stands = spdx3_words.individual(ident)
        if stands is not None:
            return Party(name=State.DECLARED_UNKNOWN if stands == spdx3_words.NO_ASSERTION else State.MISSING)
        if spdx3_words.term(ident) == "SpdxOrganization":
            return Party("organization", "SPDX")
        node = self.nodes.get(ident, model.Element)
        if node is None:
            return _NOBODY
        kind = next((word for cls, word in _KINDS if isinstance(node, cls)), "")
        contact = _contact(node)
        name = words.text(node.name or "")
        if name is State.MISSING and "name" in self.nodes.decoded.fitter.marks.get(id(node), ()):
            name = State.MALFORMED
        return Party(kind, contact if name is State.MISSING and contact else name, contact)

    def name(self, idents: Iterable[str]) -> words.Cell:
        """The names of several parties; a state only where none has a name."""
        found = [self.of(ident).name for ident in idents]
        names = [name for name in found if isinstance(name, str)]
        return ", ".join(names) or next(iter(found), None)

    def contact(self, idents: Iterable[str]) -> str | None:
        """The first contact of several parties."""
        return next((contact for ident in idents if (contact := self.of(ident).contact)), None)


def _contact(node: model.Element) -> str | None:
    """E-mail address or URL of an agent."""
    listed = [i for i in node.external_identifier or () if isinstance(i, model.ExternalIdentifier) and i.identifier]
    mails = [i.identifier for i in listed if spdx3_words.word(i.external_identifier_type) == "email"]
    urls = [i.identifier for i in listed if "://" in (i.identifier or "")]
    return next(iter([*mails, *urls]), None)
