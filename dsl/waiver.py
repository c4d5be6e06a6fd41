"""Waivers: accepted deviations, complete or refused.

Guarantees: a waiver names an existing requirement, has a product, a reason, an approver, an approval that is not after
its end, and an end.  What it does not do: judge whether it has expired; that depends on the day of the run.
"""

from __future__ import annotations

from rulewright.diagnostics import Severity
from rulewright.dsl import ir, tree
from rulewright.dsl.link import Frame
from rulewright.dsl.lower import TRUE
from rulewright.dsl.module import unique
from rulewright.dsl.requirement import Parts
from rulewright.dsl.tailor import find_target


def lower_waivers(frame: Frame) -> None:
    """Add the waivers of a policy to the program."""
    desk = frame.context.desk
    for node in unique(((w.id, w) for w in frame.module.all(tree.Waiver)), "waiver", desk).values():
        waiver = _waiver(frame, node)
        if waiver is not None:
            frame.result.waivers.append(waiver)


def _waiver(frame: Frame, node: tree.Waiver) -> ir.Waiver | None:
    """One waiver, or None after diagnostics."""
    desk = frame.context.desk
    frame.lowering.budget.again()
    target = find_target(frame, node.target)
    if target is not None and target in frame.result.excluded:
        message = f"the waiver `{node.id.text}` is for a requirement that this policy excludes"
        hint = "delete the waiver or the `exclude`"
        desk.sink.add("RW0414", message, desk.source, node.target.at, hint=hint, severity=Severity.WARNING)
    parts = Parts(node.parts, desk)
    approved, until, provided = (parts.by_key.get(k) for k in ("approved", "until", "provided"))
    missing = [key for key in ("product", "because", "approved", "until") if key not in parts.by_key]
    if missing:
        names = ", ".join(f"`{key}`" for key in missing)
        desk.error("RW0412", f"the waiver `{node.id.text}` lacks {names}", node.id.at, _LACKS.get(missing[0]))
    for key in ("product", "because"):
        if key not in missing and not parts.text(key).strip():
            desk.error("RW0410", f"`{key}` is empty", node.id.at)
            return None
    condition: ir.Expr | None = TRUE
    if isinstance(provided, tree.Provided):
        condition = frame.lowering.expression(provided.expr)
    if not isinstance(approved, tree.Approved) or not isinstance(until, tree.Until) or missing:
        return None
    if approved.on.days > until.day.days:
        desk.error("RW0412", "the waiver ends before it was approved", until.at)
        return None
    if target is None or condition is None or not parts.good:
        return None
    return ir.Waiver(
        id=node.id.text,
        requirement=target,
        product=parts.text("product"),
        because=parts.text("because"),
        approved_by=approved.by.text,
        approved_on=approved.on.days,
        until=until.day.days,
        provided=condition,
        place=desk.source.place(node.at),
    )


_LACKS = {
    "product": 'say for which product it holds: `product "pkg:generic/acme/cam2@2.3"`',
    "because": 'say why: `because "…"`',
    "approved": 'say who took the risk: `approved by "psirt@acme.example" on 2026-08-01`',
    "until": "say when it ends: `until 2026-12-31`",
}
