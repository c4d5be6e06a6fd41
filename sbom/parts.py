"""Components as columns are made of them: part by part, whether they are kept or decoded for the purpose (`shelf`).

Guarantees: the parts of a document follow one another and hold every component.  It decodes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from rulewright.sbom.cyclonedx_model import Component, Property, Reference

SMALL = 32 * 1024 * 1024
"""Documents up to so many bytes are read as a whole: that is faster."""
LINKED = b'"bom"'
"""How the type of a reference to another bill of materials is written."""
SPOKEN = b"cdx:cisa:"
"""How the names of properties begin that say of a field that it is unknown or withheld."""


class Part(msgspec.Struct, eq=False):
    """Components that follow one another from row `start` on, and the lists that they hold as bytes."""

    start: int
    items: Sequence[Component]
    references: Callable[[], list[list[Reference]]]
    properties: Callable[[], list[list[Property]]]


class Parts(msgspec.Struct, eq=False):
    """Whatever holds the components, part by part.  `may_mention`: whether a text may stand in a property."""

    each: Callable[[], Iterator[Part]]
    may_mention: Callable[[bytes], bool]
    shelved: bool = False
