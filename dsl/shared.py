"""What vocabularies share: a name has one meaning in a compilation.

Guarantees: two vocabularies that declare one attribute or one objective differently are an error with both places, whichever is
read first; the same declaration twice is none.  Within one vocabulary, twice is always an error (`module.unique`).
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.diagnostics import Label
from rulewright.dsl import tree
from rulewright.dsl.module import Loaded
from rulewright.dsl.sink import Sink

_Shared = tree.Attribute | tree.ObjectiveItem
_HINT = "choose another name: all rules of a run mean the same by it"


def said_once(vocabularies: Sequence[Loaded], sink: Sink) -> None:
    """Say what is declared in two vocabularies with two meanings: RW0419."""
    first: dict[tuple[type[_Shared], str], tuple[_Shared, Loaded]] = {}
    for module in vocabularies:
        for node in module.node.items:
            if not isinstance(node, tree.Attribute | tree.ObjectiveItem):
                continue
            known, home = first.setdefault((type(node), node.name.text), (node, module))
            if home is module or known == node:
                continue
            what = "attribute" if isinstance(node, tree.Attribute) else "objective"
            label = (Label(home.source.span(known.name.at), f"in `{home.id}` edition `{home.edition}`"),)
            message = f"the {what} `{node.name.text}` is declared differently in another vocabulary"
            sink.add("RW0419", message, module.source, node.name.at, labels=label, hint=_HINT)
