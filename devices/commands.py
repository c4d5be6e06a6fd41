"""What a started command runs, and the place that names it."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from rulewright.devices.model import Place, Start, Step

_CARRIERS = frozenset({"busybox", "toybox", "setsid", "cttyhack", "exec"})


def program(start: Start) -> str:
    """The name of the program of a command, an applet's own name where one is called by it; `-sh` is `sh`."""
    words = [posixpath.basename(word).lstrip("-") for word in start.words[:2]]
    return words[1] if len(words) > 1 and words[0] in _CARRIERS else words[0]


def at(chain: Sequence[Step], without: str = "/") -> Place:
    """The place that names a command: the last one in its chain that is no binary; else the path given."""
    places = [step.place for step in chain if step.kind != "binary"]
    return places[-1] if places else Place(without or "/")
