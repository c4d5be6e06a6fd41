"""Tailoring: what a policy changes in the requirements that it uses, and in its own.

Guarantees: `tighten` only raises, `weaken` only lowers and has a reason, and both are recorded in the requirement;
an id that does not exist is a diagnostic; the order of the lines does not matter.
What it does not do: prove that a `set` implies the base (analysis does); `prefer` is recorded on both requirements.
"""

from __future__ import annotations

from msgspec.structs import replace

from rulewright.diagnostics import Label
from rulewright.dsl import ir, tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.link import Frame, Instance
from rulewright.dsl.module import Loaded
from rulewright.dsl.names import did_you_mean, find_collection
from rulewright.dsl.params import Override
from rulewright.dsl.requirement import GRADES, LEVELS, named
from rulewright.dsl.source import At


def find_target(frame: Frame, target: tree.Target) -> str | None:
    """The full id of a requirement that a line names, or None after a diagnostic."""
    context, desk, wanted = frame.context, frame.context.desk, target.id.text
    if target.alias is None:
        owner: Loaded = frame.module
    else:
        used = frame.uses.get(target.alias.text)
        if used is None:
            if not any(u.alias.text == target.alias.text for u in frame.module.all(tree.Use)):
                stated = target.alias.text
                declare = f'declare it: `use ID edition "…" as {stated}`'
                hint = did_you_mean(stated, frame.uses)
                context.error("RW0213", f"`{stated}` is no alias of a `use`", target.alias, hint or declare)
            return None
        owner = used.module
    if wanted in owner.node.broken:
        return None
    ids = owner.requirements
    if wanted not in ids:
        hint = did_you_mean(wanted, ids)
        if target.alias is None and hint is None:
            alias = next(
                (a for a, u in frame.uses.items() if wanted in u.module.requirements),
                None,
            )
            hint = f'did you mean `{alias}:"{wanted}"`?' if alias else None
        desk.error("RW0405", f"`{owner.id}` has no requirement `{wanted}`", target.id.at, hint)
        return None
    return f"{owner.id}:{wanted}"


def overrides_of(frame: Frame, alias: str, used: Loaded) -> dict[str, Override]:
    """What `set alias.param = …` sets in a used module."""
    found: dict[str, Override] = {}
    first: dict[str, At] = {}
    desk = frame.context.desk
    for node in frame.module.all(tree.SetParam):
        owner, _, name = node.path.text.rpartition(".")
        if owner != alias:
            continue
        known = [p.name.text for p in used.all(tree.Param)]
        if name not in known:
            if name not in used.node.broken:
                desk.error("RW0203", f"`{used.id}` has no parameter `{name}`", node.path.at, did_you_mean(name, known))
        elif name in found:
            label = (Label(desk.source.span(first[name]), "the first one"),)
            desk.sink.add("RW0409", f"`{node.path.text}` is set twice", desk.source, node.at, labels=label)
        else:
            found[name], first[name] = Override(node.value, desk, node.value.at), node.at
    return found


def apply_tailoring(frame: Frame) -> None:
    """Apply all tailoring lines of a policy."""
    _check_sets(frame)
    _changes(frame)
    _record_sets(frame)
    for prefer in frame.module.all(tree.Prefer):
        winner, loser = find_target(frame, prefer.winner), find_target(frame, prefer.loser)
        if winner is not None and loser is not None:
            _record(frame, winner, "prefer", f"over {loser}", prefer.because.text, prefer.at)
            _record(frame, loser, "prefer", f"gives way to {winner}", prefer.because.text, prefer.at)
    for exclude in frame.module.all(tree.Exclude):
        _exclude(frame, exclude)
    _assumptions(frame)


def _record(frame: Frame, key: str, action: str, detail: str, because: str, at: At) -> None:
    """Note in a requirement what was done to it."""
    found = frame.result.requirements.get(key)
    if found is not None:
        place = frame.context.desk.source.place(at)
        tailored = (*found.tailored, ir.Tailored(action, detail, because, place))
        ordered = tuple(sorted(tailored, key=lambda x: (x.action, x.detail, x.because)))
        frame.result.requirements[key] = replace(found, tailored=ordered)


def _exclude(frame: Frame, node: tree.Exclude) -> None:
    """Take a requirement out."""
    key = find_target(frame, node.target)
    if key is None:
        return
    desk = frame.context.desk
    if key in frame.result.excluded:
        desk.error("RW0409", f"`{key}` is excluded twice", node.at)
        return
    if not node.because.text.strip():
        desk.error("RW0410", "the reason is empty", node.because.at)
    frame.result.requirements.pop(key, None)
    frame.result.excluded[key] = ir.Excluded(key, node.because.text, desk.source.place(node.at))


def _changes(frame: Frame) -> None:
    """`tighten` and `weaken`."""
    seen: dict[tuple[str, str], tree.Change] = {}
    desk = frame.context.desk
    for node in frame.module.all(tree.Change):
        key = find_target(frame, node.target)
        if key is None:
            continue
        first = seen.setdefault((key, node.aspect), node)
        if first is not node:
            label = (Label(desk.source.span(first.at), "the first one"),)
            desk.sink.add(
                "RW0409", f"the {node.aspect} of `{key}` is changed twice", desk.source, node.at, labels=label
            )
        else:
            _change(frame, key, node)


def _change(frame: Frame, key: str, node: tree.Change) -> None:
    """Raise or lower a severity or a level."""
    desk = frame.context.desk
    found = frame.result.requirements.get(key)
    order = list(LEVELS) if node.aspect == "level" else list(GRADES)
    what = "a level" if node.aspect == "level" else "a severity"
    word = named(node.value, {w: w for w in order}, what, desk)
    if word is None or found is None:
        return
    if found.right and node.aspect == "level":
        hint = "exclude it, with the reason"
        desk.error("RW0411", f"`{key}` is a right: it can be taken out, not made an obligation", node.at, hint)
        return
    before = found.level if node.aspect == "level" else found.severity
    step = order.index(word) - order.index(before)
    if (step <= 0) if node.action == "tighten" else (step >= 0):
        other = "weaken" if node.action == "tighten" else "tighten"
        hint = f"write `{other} … because …`" if step else "delete the line"
        message = (
            f"`{node.action}` to {word}: the {node.aspect} is {before} already"
            if not step
            else f"from {before} to {word} does not {node.action}"
        )
        desk.error("RW0411", message, node.value.at, hint)
        return
    if node.action == "weaken" and (node.because is None or not node.because.text.strip()):
        desk.error("RW0410", "`weaken` needs a reason", node.at, 'end the line with `because "…"`')
        return
    changed = replace(found, level=LEVELS[word]) if node.aspect == "level" else replace(found, severity=GRADES[word])
    frame.result.requirements[key] = changed
    _record(
        frame, key, node.action, f"{node.aspect} {before} to {word}", node.because.text if node.because else "", node.at
    )


def _check_sets(frame: Frame) -> None:
    """`set` lines whose alias is not known, or that set the module's own parameter."""
    desk = frame.context.desk
    for node in frame.module.all(tree.SetParam):
        owner, _, name = node.path.text.rpartition(".")
        if not owner:
            hint = "write the value into its `param`" if name in frame.context.params else "write `set alias.param = …`"
            desk.error("RW0203", f"`{name}` is not a parameter of a used module", node.path.at, hint)
        elif (
            owner not in frame.uses
            and owner not in frame.module.node.broken
            and not any(u.alias.text == owner for u in frame.module.all(tree.Use))
        ):
            desk.error("RW0213", f"`{owner}` is no alias of a `use`", node.path.at, did_you_mean(owner, frame.uses))


def _record_sets(frame: Frame) -> None:
    """Note `set` in the requirements whose meaning depends on the parameter."""
    for node in frame.module.all(tree.SetParam):
        owner, _, name = node.path.text.rpartition(".")
        used = frame.uses.get(owner)
        if used is None:
            continue
        value = frame.context.desk.source.clean(node.value.at)
        because = node.because.text if node.because else ""
        for key, found in list(frame.result.requirements.items()):
            if any((p.module, p.name) == (used.module.id, name) for p in found.params):
                _record(frame, key, "set", f"{name} = {value}", because, node.at)


def _assumptions(frame: Frame) -> None:
    """`assume … complete` and `unstated completeness is open`."""
    desk, result = frame.context.desk, frame.result
    for node in frame.module.all(tree.Assume):
        name = _collection(frame, node.collection)
        if name is not None:
            result.assumptions.append(ir.Assumption(name, "closed", node.because.text, desk.source.place(node.at)))
    for item in frame.module.all(tree.Unstated):
        if item.state.text != "open":
            desk.error(
                "RW0209",
                f"`{item.state.text}` is not a state of completeness",
                item.state.at,
                "write `open`, or `assume … complete because …`",
            )
            continue
        name = "*" if item.collection is None else _collection(frame, item.collection)
        if name is not None:
            result.unstated_open.add(name)
    _contradiction(frame, result)


def _contradiction(frame: Frame, result: Instance) -> None:
    """A collection assumed complete and hardened to open at once."""
    for node in frame.module.all(tree.Assume):
        found = find_collection(frame.context.vocabulary, node.collection.text)
        if found is not None and found.name in result.unstated_open:
            frame.context.desk.error(
                "RW0409", f"`{found.plural}` are assumed complete and hardened to open at once", node.at
            )


def _collection(frame: Frame, name: t.Name) -> str | None:
    """A collection's singular name, or None after a diagnostic."""
    found = find_collection(frame.context.vocabulary, name.text)
    if found is None:
        known = [x for c in frame.context.vocabulary.collections.values() for x in (c.name, c.plural)]
        frame.context.error("RW0206", f"there is no collection `{name.text}`", name, did_you_mean(name.text, known))
        return None
    return found.name
