"""The page of the playground, put together from its parts: one HTML text that loads nothing.

Guarantees: whatever stands in the texts at first, it cannot leave its place in the page.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from rulewright.dsl.tables import WORDS

if TYPE_CHECKING:
    from rulewright.cli.playground.work import Asked

_PLACES = re.compile(r"NONCE|/\*(?:STYLE|DATA|SCRIPT)\*/")
PARTS = ("colours.js", "editor.js", "show.js", "main.js")


@cache
def part(name: str) -> str:
    """A part of the page, as shipped."""
    return (resources.files("rulewright.cli.playground") / name).read_text(encoding="utf-8")


def page(begin: Asked, nonce: str) -> str:
    """The whole page; `nonce` is what its policy names."""
    texts = {"policy": begin.policy, "product": begin.product, "facts": begin.facts, "as_of": begin.as_of}
    data = json.dumps({"begin": texts, "words": sorted(WORDS)}, ensure_ascii=True).replace("<", "\\u003c")
    parts = {
        "NONCE": nonce,
        "/*STYLE*/": part("style.css"),
        "/*DATA*/": data,
        "/*SCRIPT*/": "\n".join(part(name) for name in PARTS),
    }
    return _PLACES.sub(lambda found: parts[found[0]], part("page.html"))
