"""What an editor shows about the name or keyword under the pointer, as Markdown.

Guarantees: texts of rule files are escaped, so that none of them becomes a link, a picture or markup; the order of lines
is fixed; what is counted is counted over all files of the workspace.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.editing.colours import terminal_at
from rulewright.dsl.editing.offers import attribute_detail, type_text
from rulewright.dsl.editing.outline import Node, Outline
from rulewright.dsl.editing.words import MEANINGS
from rulewright.dsl.editing.workspace import Spot, Target, Workspace, node_at
from rulewright.dsl.source import At
from rulewright.dsl.tables import WORDS

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|!~])")
_KEYWORDS = {terminal: word for word, terminal in WORDS.items()}


class Hover(NamedTuple):
    """Markdown, and the stretch that it is about."""

    markdown: str
    at: At


def hover(outline: Outline, workspace: Workspace, offset: int) -> Hover | None:
    """What is known of the name at an offset, or else of the keyword."""
    found = outline.mark_at(offset)
    if found is not None:
        spot = Spot(outline, *found)
        told = _told(spot, workspace)
        return Hover("\n\n".join(told), spot.mark.at) if told else None
    token = terminal_at(outline, offset)
    if token is not None and token.type in _KEYWORDS:
        word = _KEYWORDS[token.type]
        return Hover(f"**{word}**: {escaped(MEANINGS[word], code=True)}", (token.start, token.end))
    return None


def escaped(text: str, *, code: bool = False) -> str:
    """A text that shows as it is; with `code`, words in backticks stay code."""
    if code:
        return "`".join(_MARKUP.sub(r"\\\1", part) if n % 2 == 0 else part for n, part in enumerate(text.split("`")))
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def span(text: str) -> str:
    """A code span."""
    return f"`{' '.join(text.split()).replace('`', chr(39))}`"


def _told(spot: Spot, workspace: Workspace) -> list[str]:
    """Paragraphs about a mark."""
    target = workspace.resolve(spot)
    mark = spot.mark
    if target is None:
        kind = workspace.type_of(mark.of) if mark.what == "word" and mark.of else None
        if kind is not None and mark.name in kind.values:
            return [f"{span(mark.name)} is a value of {span(mark.of)}: {escaped(type_text(kind))}"]
        return [f"{span(mark.name)}: detector"] if mark.what == "detector" else []
    match target.what:
        case "attribute":
            return _attribute(target, workspace)
        case "field" | "collection":
            return _collection(target.name, workspace)
        case "variable":
            return [f"{span(f'{mark.name} : {mark.of}')}: an element of the quantifier or `define`"]
        case "module":
            return _module(target, workspace)
        case "objective":
            return _objective(target, workspace)
        case _:
            return _declared(target, workspace)


def _attribute(target: Target, workspace: Workspace) -> list[str]:
    """An attribute: type, role, meaning, who supplies it, who uses it."""
    found = workspace.lexicon.attributes.get(target.name)
    if found is None:
        return [span(f"attribute {target.name}")]
    parts = [f"{span(f'attribute {target.name}')} : {escaped(attribute_detail(found))}", escaped(found.doc)]
    node = node_at(workspace.outline(target.file), target.at) if target.file else None
    unit = _setting(node.node.parts, "unit") if node and isinstance(node.node, tree.Attribute) else ""
    facts = [
        f"unit: {escaped(unit)}" if unit else "",
        f"detectors: {escaped(', '.join(found.detectors))}" if found.detectors else "",
        f"sources combine by: {found.merge}" if found.merge != "agree" else "",
        f"an observation counts for {found.fresh} days" if found.fresh is not None else "",
        f"EMB3D: {escaped(', '.join(found.emb3d))}" if found.emb3d else "",
    ]
    parts += ["  \n".join(f for f in facts if f), f"used by {_count(len(users(target, workspace)), 'requirement')}"]
    return [p for p in parts if p]


def users(target: Target, workspace: Workspace) -> tuple[tuple[str, At], ...]:
    """The requirements in which a target is mentioned: file and place."""
    found: dict[tuple[str, At], None] = {}
    for place in workspace.references(target):
        node = node_at(workspace.outline(place.file), place.at)
        if node is not None and isinstance(node.node, tree.Requirement):
            found[place.file, node.at(node.node.at)] = None
    return tuple(found)


def _collection(name: str, workspace: Workspace) -> list[str]:
    """A collection, or a field of one."""
    head, _, rest = name.partition(".")
    found = workspace.collection(head)
    if found is None:
        return []
    if rest:
        field = found.fields[rest]
        return [f"{span(f'{head}.{rest}')} : {escaped(type_text(field.type))}", escaped(field.doc)]
    owners = f"belongs to: {', '.join(found.parents)}" if found.parents else ""
    fields = f"fields: {', '.join(found.fields)}"
    return [
        p for p in (f"{span(f'collection {found.name}')}: {escaped(found.doc)}", escaped(owners), escaped(fields)) if p
    ]


def _module(target: Target, workspace: Workspace) -> list[str]:
    """A module: title, publisher, dates."""
    outline = workspace.outline(target.file)
    piece = outline.piece_at(target.at[0])
    head = outline.head_of(piece) if piece is not None else None
    if piece is None or head is None:
        return []
    items = [n for n in outline.items(piece.module) if isinstance(n.node, tree.Setting | tree.Dates)]
    parts = [f"{span(f'{head.kind} {head.id.text}')} edition {escaped(head.edition.text)}"]
    for key in ("title", "publisher", "force", "jurisdiction", "license", "source"):
        text = _setting([n.node for n in items if isinstance(n.node, tree.Setting)], key)
        parts += [f"**{escaped(text)}**" if key == "title" else f"{key}: {escaped(text)}"] if text else []
    dates = [outline.source.clean(n.at(n.node.at)) for n in items if isinstance(n.node, tree.Dates)]
    requirements = sum(isinstance(n.node, tree.Requirement) for n in outline.items(piece.module))
    parts += [escaped(d) for d in dates]
    return [*parts, _count(requirements, "requirement")] if requirements else parts


def _setting(parts: object, key: str) -> str:
    """The text of a setting among parts."""
    assert isinstance(parts, list | tuple)
    return next((p.value.text for p in parts if isinstance(p, tree.Setting) and p.key == key), "")


def _objective(target: Target, workspace: Workspace) -> list[str]:
    """An objective: what it is, what it counters, when it is met, the standards behind it."""
    node = workspace.objectives.get(target.name)
    if node is None:
        return []
    parts = [f"{span(f'objective {target.name}')}: **{escaped(node.text.text)}**"]
    threats = [n.text for p in node.parts if isinstance(p, tree.Names) and p.key == "threats" for n in p.names]
    parts += [f"against: {escaped(', '.join(threats))}"] if threats else []
    lines = objective_lines(target.name, workspace)
    parts += ["met when:\n" + "\n".join(f"- {span(line)}" for line in lines)] if lines else []
    behind = workspace.standards.get(target.name, ())
    parts += [f"{_count(len(behind), 'standard')}: {escaped(', '.join(behind))}"] if behind else []
    return parts


def objective_lines(name: str, workspace: Workspace) -> list[str]:
    """The lines of an objective's check, as written."""
    target = workspace.shared.get(("objective", name))
    node = node_at(workspace.outline(target.file), target.at) if target is not None else None
    if target is None or node is None or not isinstance(node.node, tree.ObjectiveItem):
        return []
    source = workspace.outline(target.file).source
    return [source.clean(node.at(e.at)) for p in node.node.parts if isinstance(p, tree.Check) for e in p.lines]


def _declared(target: Target, workspace: Workspace) -> list[str]:
    """A `define`, a parameter, an alias, an axiom, a waiver: its own text; a requirement: more."""
    outline = workspace.outline(target.file)
    node = node_at(outline, target.at)
    if node is None:
        return []
    if isinstance(node.node, tree.Requirement):
        return _requirement(node, node.node, outline, workspace)
    if isinstance(node.node, tree.Use):
        used = workspace.module(node.node.module.text, node.node.edition.text)
        spot = Target("module", node.node.module.text, used[0].name, _head_at(*used)) if used else None
        own = [f"{span(target.name)} stands for {span(node.node.module.text)}"]
        return own + (_module(spot, workspace) if spot else [])
    return [f"```rw\n{outline.source.clean(node.at(node.node.at))}\n```"]


def _head_at(outline: Outline, module: int) -> At:
    """Where a module's head starts."""
    return next((p.at for p in outline.pieces if p.start == "head" and p.module == module), (0, 0))


def _requirement(node: Node, found: tree.Requirement, outline: Outline, workspace: Workspace) -> list[str]:
    """A requirement: title, level, clause, condition, how it is decided, what it is for."""
    piece = outline.piece_at(node.base)
    head = outline.head_of(piece) if piece is not None else None
    where = f"{head.id.text} {head.edition.text}" if head is not None else ""
    level = found.level.text if found.level is not None else _setting(found.parts, "level")
    words = [level, _setting(found.parts, "severity"), where]
    parts = [f"{span(f'requirement {found.id.text}')} · {escaped(' · '.join(w for w in words if w))}"]
    title = _setting(found.parts, "title")
    parts += [f"**{escaped(title)}**"] if title else []
    for key in ("clause", "condition", "source", "reading"):
        text = _setting(found.parts, key)
        parts += [f"{key}: {escaped(text)}"] if text else []
    parts += _decided(node, found, outline, workspace)
    for name in (n for p in found.parts if isinstance(p, tree.Names) and p.key == "objective" for n in p.names):
        objective = workspace.objectives.get(name.text)
        parts.append(f"objective {span(name.text)}" + (f": {escaped(objective.text.text)}" if objective else ""))
    return parts


def _decided(node: Node, found: tree.Requirement, outline: Outline, workspace: Workspace) -> list[str]:
    """How a requirement is decided: when it applies, the lines of its check, its evidence."""
    told = []
    for part in found.parts:
        if isinstance(part, tree.Applies | tree.Evidence):
            told.append(span(outline.source.clean(node.at(part.at))))
        elif isinstance(part, tree.Check):
            lines = []
            for line in part.lines:
                lines.append(f"- {span(outline.source.clean(node.at(line.at)))}")
                if isinstance(line, t.Meets):
                    lines += [f"  - {span(x)}" for x in objective_lines(line.name.text, workspace)]
            told.append("check:\n" + "\n".join(lines))
    return told


def _count(number: int, word: str) -> str:
    """`1 standard`, `2 standards`."""
    return f"{number} {word}{'' if number == 1 else 's'}"
