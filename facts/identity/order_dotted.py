"""The orders of NuGet, Conan, CRAN, Hackage, OpenSSL and of points in time, as keys that compare with `<`.

Guarantees: total, in linear time; `None` for what is no version of the scheme.
Where Conan's own comparison is no order (it finds 2 < 10 < 1a < 2), a total one stands here: a part that begins with digits
orders by that number, then by the rest.
Source: NuGet.Versioning; Conan, "Version ranges and comparison"; R's package_version; Haskell's Package Versioning Policy;
OpenSSL's release strategy; RFC 3339.
"""

import re

Key = tuple[object, ...]

_NUGET = re.compile(r"([0-9]+(?:\.[0-9]+){0,3})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]*)?\Z")
_OPENSSL = re.compile(
    r"([0-9]+)\.([0-9]+)\.([0-9]+)([a-z]*)(?:-?(dev|alpha|beta|pre|rc)\.?-?([0-9]*)(-dev)?)?(?:\+[!-~]*)?\Z"
)
_CRAN = re.compile(r"[0-9]+(?:[.-][0-9]+)*\Z")
_HACKAGE = re.compile(r"[0-9]+(?:\.[0-9]+)*\Z")
_DIGITS = re.compile("[0-9]+")
_EARLY = {"dev": 0, "alpha": 1, "beta": 2, "pre": 3, "rc": 4, None: 5}
_START = re.compile(r"([0-9]*)(.*)", re.DOTALL)
_FRACTION = re.compile(r"\.([0-9]+)")
_EMPTY, _SIGN, _NUMBER, _WORD = range(4)


def nuget(text: str) -> Key | None:
    """Give the key of up to four numbers with labels; case and what follows `+` count for nothing."""
    found = _NUGET.match(text)
    if not found:
        return None
    numbers = [int(number) for number in found[1].split(".")]
    numbers += [0] * (4 - len(numbers))
    labels = found[2].lower().split(".") if found[2] else ()
    ranked = tuple((0, int(label), "") if label.isdigit() else (1, 0, label) for label in labels)
    return (*numbers, 0 if ranked else 1, ranked)


def conan(text: str) -> Key | None:
    """Give the key of `1.2.3-pre+build`; any text may stand between the dots."""
    main, plus, build = text.rpartition("+")
    if not plus:
        main, build = text, ""
    main, hyphen, early = main.partition("-")
    return _items(main), (0, _items(early)) if hyphen else (1,), (1, _items(build)) if plus else (0,)


def _items(text: str) -> Key:
    items = [_item(part) for part in text.split(".")]
    while items and items[-1] == (_NUMBER, 0, ""):
        items.pop()
    return tuple(items)


def _item(part: str) -> tuple[int, int, str]:
    found = _START.match(part)
    digits, rest = found.groups() if found else ("", part)
    if digits:
        return _NUMBER, int(digits), rest
    if not rest:
        return _EMPTY, 0, ""
    return (_SIGN if rest < "0" else _WORD), 0, rest


def cran(text: str) -> Key | None:
    """Give the key of numbers with dots or hyphens between: 1.0 comes before 1.0.0."""
    return tuple(map(int, _DIGITS.findall(text))) if _CRAN.match(text) else None


def hackage(text: str) -> Key | None:
    """Give the key of numbers with dots between: 1.0 comes before 1.0.0."""
    return tuple(map(int, _DIGITS.findall(text))) if _HACKAGE.match(text) else None


def openssl(text: str) -> Key | None:
    """Give the key of `1.0.2zh` or `3.2.0-beta1`: letters count up, `-dev`, `-alpha`, `-beta` come before the release."""
    found = _OPENSSL.match(text)
    if not found:
        return None
    major, minor, patch, letters, stage, number, dev = found.groups()
    return int(major), int(minor), int(patch), letters, _EARLY[stage], int(number or 0), 0 if dev else 1


def moment(text: str) -> Key | None:
    """Give the key of an RFC 3339 date-time with capital `T` and `Z`, to any fraction of a second."""
    from rulewright.facts.identity.dates import is_rfc3339, parse_instant

    if not is_rfc3339(text) or text.upper() != text:
        return None
    fraction = _FRACTION.search(text)
    return parse_instant(text), fraction[1].rstrip("0") if fraction else ""
