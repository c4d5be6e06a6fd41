"""Other names of products in CPEs, and the products behind packages that no ecosystem keeps.

Guarantees: a name stands in one class at most; the table is small, readable and ours (`data/aliases.tsv`).  What is not in it
keeps its own name only.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from rulewright.threats import keys


@cache
def _table() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, str]]:
    """Classes of equal products by member, and packages' products."""
    classes: dict[str, tuple[str, ...]] = {}
    packages: dict[str, str] = {}
    text = files("rulewright.threats").joinpath("data/aliases.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        stated, _, named = line.partition("\t")
        members = tuple(keys.product(*each.split("/")) for each in stated.split())
        classes |= dict.fromkeys(members, members)
        packages |= dict.fromkeys(named.split(), members[0])
    return MappingProxyType(classes), MappingProxyType(packages)


def same(key: str) -> tuple[str, ...]:
    """All keys of a product, its own among them."""
    return _table()[0].get(key, (key,))


def product_of(package: str) -> str:
    """The key of the product that a package of this name is built from; empty where the table does not say."""
    return _table()[1].get(package.lower(), "")
