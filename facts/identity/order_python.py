"""Python's version order (`pypi`), as keys that compare with `<`.

Guarantees: total, in linear time; the order of PEP 440; `None` for what PEP 440 does not describe.
Source: Python packaging specifications, "Version specifiers" (PEP 440).
"""

import re

Key = tuple[object, ...]

_VERSION = re.compile(
    r"v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)"
    r"(?:[._-]?(alpha|a|beta|b|preview|pre|c|rc)[._-]?([0-9]+)?)?"
    r"(?:-([0-9]+)|[._-]?(post|rev|r)[._-]?([0-9]+)?)?"
    r"(?:[._-]?(dev)[._-]?([0-9]+)?)?"
    r"(?:\+([a-z0-9]+(?:[._-][a-z0-9]+)*))?\Z"
)
_SEPARATOR = re.compile(r"[._-]")
_STAGES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "pre": 2, "preview": 2, "rc": 2}
_DEV, _FINAL = -1, 3


def python(text: str) -> Key | None:
    """Give the key of a version of PEP 440, in any of its spellings."""
    found = _VERSION.match(text.lower())
    if not found:
        return None
    epoch, release, stage, stage_number, implicit, post, post_number, dev, dev_number, local = found.groups()
    numbers = [int(number) for number in release.split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    if stage:
        early = (_STAGES[stage], int(stage_number or 0))
    else:
        # A bare development release comes before the pre-releases.
        early = (_DEV if dev and not (post or implicit) else _FINAL, 0)
    after = int(implicit or post_number or 0) if post or implicit else -1
    unfinished = (0, int(dev_number or 0)) if dev else (1, 0)
    labels = _SEPARATOR.split(local) if local else ()
    more = tuple((1, int(label), "") if label.isdigit() else (0, 0, label) for label in labels)
    return int(epoch or 0), tuple(numbers), early, after, unfinished, more
