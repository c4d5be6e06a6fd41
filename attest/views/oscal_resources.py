"""The back matter of our OSCAL documents: what was read, what is attested, what it was judged by.

Guarantees: each file once, by name and digests; a link is a relative name, never a path of this machine; nothing is embedded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rulewright.attest.views.context import Context
from rulewright.attest.views.oscal_common import code, identified, input_uuid, markup, props
from rulewright.attest.views.told import text
from rulewright.standards.exchange.names import reference, uuid
from rulewright.standards.exchange.oscal import Tree, kept


def back_matter(context: Context) -> Tree:
    """What was read, what is attested, what it was judged by."""
    found = [*_plan(context), *_inputs(context), *_subjects(context)]
    return {"resources": list({str(item["uuid"]): item for item in found}.values())}


def plan_uuid(context: Context) -> str:
    """The UUID of the resource that stands for the assessment plan: the policies."""
    return identified("plan", context)


def _plan(context: Context) -> Iterator[Tree]:
    policies = context.report.policies
    names = ", ".join(f"{item.id}@{item.edition}" for item in policies)
    yield {
        "uuid": plan_uuid(context),
        "title": "Assessment plan: the policies and standards, as rules",
        "description": f"The rules that were evaluated: {code(names) or 'none named'}.",
        "props": props([("plan", "rules")])
        + [found for item in policies for found in props([("policy", f"{item.id}@{item.edition} {item.sha256}")])],
        "citation": {"text": markup(names) or "none named"},
    }


def _inputs(context: Context) -> Iterator[Tree]:
    for item in context.report.inputs:
        pairs = [("kind", item.kind), ("format", item.format), ("product", item.product), ("bytes", str(item.bytes))]
        yield _file(input_uuid(text(item.name), item.sha256), item.name, {"sha256": item.sha256}, pairs)


def _subjects(context: Context) -> Iterator[Tree]:
    for item in context.subjects:
        digests = [f"{name}:{value}" for name, value in sorted(item.digest.items())]
        kind = item.annotations.get("kind", "")
        yield _file(uuid("subject", item.name, *digests), item.name, item.digest, [("subject", kind)])


def _file(identity: str, name: str, digests: Mapping[str, str], pairs: Sequence[tuple[str, str]]) -> Tree:
    """A file by its digests."""
    names = {"sha256": "SHA-256", "sha512": "SHA-512"}
    hashes = [{"algorithm": names[key], "value": value} for key, value in sorted(digests.items()) if key in names]
    link = kept({"href": reference(text(name)) or "-", "hashes": hashes})
    return kept({"uuid": identity, "title": markup(name) or "-", "props": props(pairs), "rlinks": [link]})
