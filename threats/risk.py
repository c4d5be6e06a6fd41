"""The risk of the attacks behind an objective, from public tables: how bad, how used, how reachable.

Guarantees: whole numbers only, the same for the same inputs; every point can be explained (`Judged.why`); a threat that no
table knows counts as average, never as harmless; exposure that is not known counts as exposed.
What it does not do: learn, or know the particular vulnerabilities of a product.  A learned model takes the same
arguments and gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

import msgspec

NAME = "public-tables/1"
"""The name of this way to rank, for the plan."""

SEVERITY = {"Very High": 10, "High": 8, "Medium": 5, "Low": 3, "Very Low": 1}
LIKELIHOOD = {"High": 6, "Medium": 4, "Low": 2}
MATURITY = {
    "observed adversarial technique": 9,
    "observed adversarial behavior": 9,
    "known exploitable weakness": 7,
    "proof of concept": 3,
}
USED = ((50, 10), (20, 8), (10, 7), (3, 5), (1, 3))
"""From so many exploited vulnerabilities, groups or campaigns on, so many points of use."""
AVERAGE = 5

REACH = {
    "network": 10,
    "radio": 7,
    "local": 4,
    "none": 2,
}
_GROUPS = {
    "radio": "ble wifi zigbee lora rf radio matter",
    "local": "hw boot storage bin os integrity build comp input malware",
    "none": "doc dev org report sbom support supply data privacy product claim id own resil log mon",
}
_REACH_OF = {group: reach for reach, groups in _GROUPS.items() for group in groups.split()}
_LOCAL = ("iface.debug", "iface.usb")


class Weight(msgspec.Struct, frozen=True):
    """What the table says of one weakness, pattern, technique or threat."""

    severity: str
    likelihood: str
    used: int
    maturity: str
    name: str


class Judged(msgspec.Struct, frozen=True):
    """Points from 0 to 1000, and their grounds in words."""

    points: int
    why: tuple[str, ...]


@cache
def weights() -> dict[str, Weight]:
    """The table, by id."""
    text = resources.files("rulewright.threats").joinpath("data/weights.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {row[0]: Weight(row[1], row[2], int(row[3] or 0), row[4], row[5]) for row in rows}


def judge(threats: Sequence[str], attributes: Sequence[str], *, online: bool | None) -> Judged:
    """Judge an objective by its threats (`CWE-…`, `CAPEC-…`, `ATTACK-T…`, `EMB3D-TID-…`) and its attributes.

    `online` says whether the product can reach the internet; unknown counts as yes.
    points = 1000 * severity/10 * (use + 2)/12 * reach/10, each between 0 and 10.
    """
    known = [(threat, weights()[threat]) for threat in threats if threat in weights()]
    bad, bad_why = _severity(known)
    used, used_why = _use(known)
    reach, reach_why = _reach(attributes, online=online)
    return Judged(1000 * bad * (used + 2) * reach // 1200, tuple(w for w in (bad_why, used_why, reach_why) if w))


def _severity(known: Iterable[tuple[str, Weight]]) -> tuple[int, str]:
    """The worst pattern's typical severity."""
    graded = [(SEVERITY[w.severity], threat, w) for threat, w in known if w.severity in SEVERITY]
    if not graded:
        return AVERAGE, "severity not stated by any source, taken as medium"
    worst, threat, weight = max(graded, key=lambda found: (found[0], found[1]))
    return worst, f"{threat} ({weight.name}): typical severity {weight.severity.lower()}"


def _use(known: Sequence[tuple[str, Weight]]) -> tuple[int, str]:
    """How far the attacks are used in the wild: the strongest witness."""
    found = [(_points(weight), threat, weight) for threat, weight in known]
    best = max(found, key=lambda f: (f[0], f[2].used, f[1]), default=(0, "", None))
    points, threat, weight = best
    if weight is None:
        return AVERAGE, "use in attacks not recorded by any source, taken as average"
    if weight.used:
        what = "known exploited vulnerabilities" if threat.startswith("CWE") else "recorded uses"
        return points, f"{threat}: {weight.used} {what}"
    if weight.maturity:
        return points, f"{threat} ({weight.name}): {weight.maturity}"
    return points, f"{threat} ({weight.name}): likelihood {weight.likelihood.lower() or 'not stated'}"


def _points(weight: Weight) -> int:
    used = next((points for least, points in USED if weight.used >= least), 0)
    return max(used, MATURITY.get(weight.maturity, 0), LIKELIHOOD.get(weight.likelihood, 0))


def _reach(attributes: Sequence[str], *, online: bool | None) -> tuple[int, str]:
    """From how far an attacker gets at it: the farthest of its attributes."""
    kinds = {_kind(name) for name in attributes} or {"none"}
    kind = max(kinds, key=lambda k: REACH[k])
    if kind == "network" and online is False:
        return REACH["radio"], "reachable from the local network: the product is not internet-connectable"
    words = {
        "network": "reachable over a network"
        + ("" if online else " (whether it is online is not known: taken as yes)"),
        "radio": "reachable by radio",
        "local": "reachable with the device in hand",
        "none": "a matter of process and documents",
    }
    return REACH[kind], words[kind]


def _kind(attribute: str) -> str:
    if attribute.startswith(_LOCAL):
        return "local"
    return _REACH_OF.get(attribute.partition(".")[0], "network")
