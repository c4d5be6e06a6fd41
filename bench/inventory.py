"""A made-up product of `n` components, the same for the same size and seed on every machine.

Guarantees: every field is one that the CycloneDX reader knows; each is missing in a fixed share of the components;
dependencies form a graph without cycles in which every component but the root has one to three parents.
What it does not do: look like any product that exists.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

Value = bool | int | str | tuple[str, ...]
T = TypeVar("T")

AS_OF = 20_758
"""The day of every run, 2026-11-01, as a day number."""

LICENSES: dict[str, tuple[tuple[str, ...], ...]] = {
    "MIT": (("MIT",),),
    "Apache-2.0": (("Apache-2.0",),),
    "BSD-3-Clause": (("BSD-3-Clause",),),
    "ISC": (("ISC",),),
    "Zlib": (("Zlib",),),
    "MPL-2.0": (("MPL-2.0",),),
    "GPL-2.0-only": (("GPL-2.0-only",),),
    "GPL-3.0-only": (("GPL-3.0-only",),),
    "LGPL-2.1-only": (("LGPL-2.1-only",),),
    "AGPL-3.0-only": (("AGPL-3.0-only",),),
    "MIT OR Apache-2.0": (("MIT",), ("Apache-2.0",)),
    "GPL-2.0-only OR MIT": (("GPL-2.0-only",), ("MIT",)),
    "Apache-2.0 AND MIT": (("Apache-2.0", "MIT"),),
    "BSD-3-Clause OR GPL-3.0-only": (("BSD-3-Clause",), ("GPL-3.0-only",)),
}
"""Each licence expression with its choices, for peers that cannot read expressions."""

TYPES = ("library",) * 13 + (
    "framework",
    "framework",
    "application",
    "firmware",
    "operating_system",
    "file",
    "container",
)
SCOPES = ("required",) * 6 + ("optional",) * 3 + ("excluded",)
HASHES: tuple[tuple[str, ...], ...] = (
    ("SHA-256",),
    ("SHA-256",),
    ("SHA-256",),
    ("SHA-256", "SHA-512"),
    ("SHA-512",),
    ("SHA-1", "SHA-256"),
    ("MD5", "SHA-1", "SHA-256"),
    ("SHA-384",),
    ("SHA-1",),
    ("MD5",),
)
ECOSYSTEMS = ("npm", "cargo", "gem", "hex", "generic")
WORDS = (
    "alder",
    "birch",
    "cedar",
    "daisy",
    "elder",
    "fern",
    "gorse",
    "hazel",
    "iris",
    "jasmin",
    "kelp",
    "larch",
    "maple",
    "nettle",
    "oak",
    "pine",
    "quince",
    "rowan",
    "sorrel",
    "thyme",
    "ulex",
    "vetch",
    "willow",
    "yarrow",
)
SUPPLIERS = tuple(f"{w.title()} {kind}" for kind in ("GmbH", "Ltd", "Foundation") for w in WORDS)
GROUPS = tuple(f"org.{w}" for w in WORDS)
PEOPLE = tuple(f"{w.title()} {v.title()}" for w in WORDS[:8] for v in WORDS[8:13])

MISSING = {
    "version": 0.03, "group": 0.10, "supplier": 0.07, "publisher": 0.09, "author": 0.08, "purl": 0.05, "cpe": 0.10,
    "license": 0.06, "copyright": 0.09, "hash_algorithms": 0.08, "deployable_uri": 0.07, "homepage": 0.10,
    "end_of_support": 0.06,
}  # fmt: skip
"""The share of components in which a field is missing; the fields not named here are never missing."""

FIELDS = ("id", "type", "name", "scope", *MISSING, "dependency_count")
KINDS = {
    "id": "string", "type": "enum", "name": "string", "version": "version", "group": "string", "supplier": "string",
    "publisher": "string", "author": "string", "purl": "purl", "cpe": "cpe", "license": "license", "copyright": "string",
    "scope": "enum", "hash_algorithms": "set", "deployable_uri": "string", "homepage": "string", "end_of_support": "date",
    "dependency_count": "int",
}  # fmt: skip

ATTRIBUTE_GROUPS = (
    "device",
    "iface",
    "update",
    "crypto",
    "access",
    "logging",
    "privacy",
    "support",
    "process",
    "product",
)
ENUM_WORDS = ("none", "basic", "enhanced", "high")
MARKETS = ("AU", "CN", "EU", "JP", "KR", "UK", "US")


def _attributes() -> dict[str, str]:
    """Name and kind of the 120 product attributes: half switches, the rest levels, numbers, sets and dates."""
    kinds = ("bool", "bool", "enum", "bool", "int", "bool", "set", "bool", "enum", "bool", "int", "date")
    return {f"{g}.{WORDS[i]}": kinds[(i + j) % 12] for j, g in enumerate(ATTRIBUTE_GROUPS) for i in range(12)}


ATTRIBUTES = _attributes()
ATTRIBUTE_MISSING = 0.06


@dataclass(frozen=True, slots=True)
class Inventory:
    """A product.  `cells[field][i]` is the value of component `i`, `None` where missing; component 0 is the root.

    `children[i]` are the components that `i` depends on, ascending; `None` where the document says nothing of them.
    """

    size: int
    cells: dict[str, list[Value | None]]
    children: list[tuple[int, ...] | None]
    attributes: dict[str, Value | None]

    @property
    def ids(self) -> list[str]:
        """The reference of each component."""
        return [str(i) for i in self.cells["id"]]

    def edges(self) -> list[tuple[int, int]]:
        """Pairs (parent, child), sorted."""
        return [(p, c) for p, kids in enumerate(self.children) for c in kids or ()]


class Dice:
    """Numbers that do not change with the Python version: only `random.Random.random` promises that."""

    def __init__(self, *seed: object) -> None:
        self.roll = random.Random(":".join(map(str, seed))).random

    def below(self, n: int) -> int:
        """An integer from 0 to n - 1."""
        return int(self.roll() * n)

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[int(self.roll() * len(items))]


def _component(dice: Dice, i: int, n: int) -> dict[str, Value]:
    """All fields of one component, before some are dropped."""
    below = dice.below
    lib = "lib" if below(10) < 3 else ""
    name = f"{lib}{dice.pick(WORDS)}-{dice.pick(WORDS)}-{below(n // 3 + 3)}{'-dev' if below(12) == 0 else ''}"
    version = f"{below(4)}.{below(20)}.{below(10)}"
    group = dice.pick(GROUPS)
    scheme = "http" if below(25) == 0 else "https"
    return {
        "id": f"c{i}",
        "type": "application" if i == 0 else dice.pick(TYPES),
        "name": name,
        "scope": dice.pick(SCOPES),
        "version": version,
        "group": group,
        "supplier": dice.pick(SUPPLIERS),
        "publisher": dice.pick(SUPPLIERS),
        "author": dice.pick(PEOPLE),
        "purl": f"{'' if below(50) == 0 else 'pkg:'}{dice.pick(ECOSYSTEMS)}/{name}@{version}",
        "cpe": f"cpe:2.3:a:{group[4:]}:{name}:{version}:*:*:*:*:*:*:*",
        "license": dice.pick(_LICENSE_NAMES),
        "copyright": f"Copyright {2010 + below(16)} {dice.pick(SUPPLIERS)}",
        "hash_algorithms": dice.pick(HASHES),
        "deployable_uri": f"{scheme}://download.{group[4:]}.example/{name}/{version}.tar.gz",
        "homepage": f"{scheme}://{group[4:]}.example/{below(40)}",
        "end_of_support": AS_OF - 60 + below(1500),
    }


_LICENSE_NAMES = tuple(LICENSES)[:3] * 4 + tuple(LICENSES)


def _graph(dice: Dice, n: int) -> list[tuple[int, ...] | None]:
    """Children of each component: everyone has one to three parents among those before it; 1 leaf in 20 is unstated."""
    kids: list[list[int]] = [[] for _ in range(n)]
    for child in range(1, n):
        parents = {dice.below(child) for _ in range(1 + (dice.roll() < 0.42) + (dice.roll() < 0.2))}
        for parent in parents:
            kids[parent].append(child)
    return [tuple(k) if k or dice.below(20) else None for k in kids]


def _attribute(dice: Dice, kind: str) -> Value:
    """A value of a product attribute."""
    match kind:
        case "bool":
            return dice.below(4) > 0
        case "int":
            return dice.below(400)
        case "enum":
            return dice.pick(ENUM_WORDS)
        case "date":
            return AS_OF - 400 + dice.below(1500)
        case _:
            return tuple(m for m in MARKETS if dice.below(2)) or ("EU",)


@lru_cache(maxsize=4)
def make(n: int, seed: int = 1) -> Inventory:
    """The product of `n` components (1 and up)."""
    dice = Dice("inventory", n, seed)
    missing = list(MISSING.items())
    cells: dict[str, list[Value | None]] = {name: [] for name in FIELDS}
    append: dict[str, Callable[[Value | None], None]] = {name: column.append for name, column in cells.items()}
    for i in range(n):
        component = _component(dice, i, n)
        for name, share in missing:
            append[name](None if dice.roll() < share else component[name])
        for name in ("id", "type", "name", "scope"):
            append[name](component[name])
    children = _graph(dice, n)
    cells["dependency_count"] = [None if kids is None else len(kids) for kids in children]
    attributes = {
        name: None if dice.roll() < ATTRIBUTE_MISSING else _attribute(dice, kind) for name, kind in ATTRIBUTES.items()
    }
    return Inventory(n, cells, children, attributes)
