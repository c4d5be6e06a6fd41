"""The risk of the attacks behind an objective, from public tables: how bad, how used, how reachable.

Guarantees: whole numbers only, the same for the same inputs; every point can be explained (`Judged.why`); a threat that no
table knows counts as average, never as harmless; one more threat, or one more attribute, never makes the risk less;
exposure that is not known counts as exposed.
What it does not do: learn, or know the particular vulnerabilities of a product.  A learned model takes the same
arguments and gives the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources

import msgspec

NAME = "public-tables/1"
"""The name of this way to rank, for the plan."""

SEVERITY = {"Very High": 10, "High": 8, "Medium": 5, "Low": 3, "Very Low": 1}
LIKELIHOOD = {"High": 7, "Medium": 4, "Low": 2}
MATURITY = {
    "observed adversarial technique": 9,
    "observed adversarial behavior": 9,
    "known exploitable weakness": 7,
    "proof of concept": 4,
}
USED = ((50, 10), (20, 9), (10, 8), (3, 7), (1, 6))
"""From so many exploited vulnerabilities, groups or campaigns on, so many points of use: each more than `AVERAGE`."""
AVERAGE = 5
"""Of a threat about which no source states it."""
LEAST = 1
"""Of an objective for which no threat is named."""

REACH = {
    "network": 10,
    "radio": 7,
    "local": 4,
    "none": 2,
}
_GROUPS = {
    "radio": "ble wifi zigbee lora rf radio matter",
    "local": "hw boot storage bin os integrity build comp input malware",
    "none": "doc dev org report sbom support supply data privacy product claim id own resil log mon component dependency "
    "document license",
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


_NOTHING = Weight("", "", 0, "", "")


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
    bad, worst, how_bad = _severity(threats)
    used, witness, how_used = _use(threats)
    reach, how_near = _reach(attributes, online=online)
    why = (*_said((worst, how_bad), (witness, how_used)), how_near)
    return Judged(1000 * bad * (used + 2) * reach // 1200, tuple(filter(None, why)))


def _severity(threats: Sequence[str]) -> tuple[int, str, str]:
    """The worst of the threats' typical severities: points, the threat, what is said of it."""
    found = [(SEVERITY.get(_weight(t).severity, AVERAGE), _weight(t).severity in SEVERITY, t) for t in threats]
    points, stated, threat = max(found, default=(LEAST, False, ""))
    if not found:
        return points, "", "no threat is named for it"
    if not stated:
        return points, "", "severity not stated by any source, taken as medium"
    return points, threat, f"typical severity {_weight(threat).severity.lower()}"


def _use(threats: Sequence[str]) -> tuple[int, str, str]:
    """How far the attacks are used in the wild, by the strongest witness: points, the threat, what is said of it."""
    if not threats:
        return LEAST, "", ""
    points, _, _, threat = max((_points(t), _weight(t).used, bool(_weight(t).maturity), t) for t in threats)
    weight = _weight(threat)
    if weight.used:
        what = "known exploited vulnerabilit" if threat.startswith("CWE") else "recorded use"
        one, more = ("y", "ies") if threat.startswith("CWE") else ("", "s")
        return points, threat, f"{weight.used} {what}{one if weight.used == 1 else more}"
    if weight.maturity or weight.likelihood:
        return points, threat, weight.maturity or f"likelihood {weight.likelihood.lower()}"
    return points, "", "use in attacks not recorded by any source, taken as average"


def _weight(threat: str) -> Weight:
    return weights().get(threat, _NOTHING)


def _said(*found: tuple[str, str]) -> list[str]:
    """What is said of threats, each named once."""
    told: dict[str, list[str]] = {}
    for threat, words in found:
        told.setdefault(threat or words, []).append(words)
    return [
        f"{_named(threat)}: {', '.join(words)}" if threat not in words else threat for threat, words in told.items()
    ]


def _named(threat: str) -> str:
    return f"{threat} ({_weight(threat).name})" if _weight(threat).name else threat


def _points(threat: str) -> int:
    """The strongest statement of any source; average where none states anything."""
    weight = _weight(threat)
    used = next((points for least, points in USED if weight.used >= least), 0)
    return max(used, MATURITY.get(weight.maturity, 0), LIKELIHOOD.get(weight.likelihood, 0)) or AVERAGE


def _reach(attributes: Sequence[str], *, online: bool | None) -> tuple[int, str]:
    """From how far an attacker gets at it: the farthest of its attributes."""
    kinds = {_kind(name) for name in attributes} or {"network"}
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
