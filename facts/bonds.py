"""What ties elements of several documents on one product: dependencies across documents, and elements that are the same.

Guarantees: a bond names rows of each document's own component table.  It does not say why.
"""

from __future__ import annotations

import msgspec


class Bond(msgspec.Struct, frozen=True):
    """The component `row` of part `part` and the component `other_row` of part `other`.

    `kind` is `depends_on` (the first needs the second), `needed_by` (the other way round) or `same`.
    """

    part: int
    row: int
    other: int
    other_row: int
    kind: str
