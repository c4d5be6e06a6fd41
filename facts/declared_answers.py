"""Answers of named persons to the questions that standards ask (`manual "…?"`), from the list `answers` of a facts file.

Guarantees: an answer names the question (requirement of an edition, and number), what is answered, who says so and the
day; what lacks one of these is refused, never passed over.  The question's own words (`asked`) are kept with it.  Answers to one question that contradict each other are a
conflict with both as witnesses.  What it does not do: know which questions there are (the command line does), or open
the documents that an answer rests on.
"""

from __future__ import annotations

from collections.abc import Mapping

from rulewright.facts.base import ANSWER, Basis, Fact
from rulewright.facts.declared_sources import Sources
from rulewright.facts.declared_values import WrongError, day, similar
from rulewright.facts.lazy import deferred
from rulewright.facts.merge import settle
from rulewright.facts.types import State

DETECTOR = "manual"
_KEYS = ("requirement", "question", "asked", "answer", "by", "on", "document", "sha256", "because")
_ASKED = deferred(r"[\w.\-]+@[^:\s][^:]*:\S.*")
_SHA256 = deferred(r"[0-9a-fA-F]{64}")
_WORDS: dict[object, bool] = {"yes": True, "no": False, "true": True, "false": False, True: True, False: False}


def read_answer(item: object, sources: Sources, place: str) -> tuple[str, Fact]:
    """One entry of the list: the name of the answer, and the answer.  Raises `WrongError`."""
    if not isinstance(item, Mapping):
        raise WrongError("an answer is a mapping", f"it has {', '.join(_KEYS)}")
    unknown = sorted(str(key) for key in item if key not in _KEYS)
    if unknown:
        raise WrongError(f"`{unknown[0]}` is not part of an answer", similar(unknown[0], _KEYS))
    name = _name(item.get("requirement"), item.get("question", 1))
    if "answer" not in item:
        raise WrongError("`answer` is not stated", "it is yes, no, or ? where it is not known")
    value = _value(item["answer"])
    state = State.DECLARED_UNKNOWN if value is None else State.KNOWN
    own = sources.own
    by, on = person(item.get("by")), item.get("on")
    if on is None:
        raise WrongError("`on` is not stated", "the day on which it was answered, as in 2026-08-01")
    fact = Fact(state, value, own, place, own.trust, day(on), DETECTOR, (), by, basis_of(item), None, text_asked(item))
    return name, fact


def text_asked(item: Mapping[object, object]) -> str:
    """The question that is answered, in words; empty where it is not stated.  Raises `WrongError`."""
    stated = item.get("asked")
    if stated is None:
        return ""
    if not isinstance(stated, str) or not stated.strip():
        raise WrongError("`asked` is text", "the question as the standard asks it; leave it out where it is not known")
    return stated


def joined(found: Mapping[str, list[Fact]]) -> dict[str, Fact]:
    """The answers by name; several to one question are settled like facts of several sources."""
    return {name: settle(facts, "agree") for name, facts in found.items()}


def person(stated: object) -> str:
    """Who says something.  Raises `WrongError` when nobody is named."""
    if stated is None:
        raise WrongError("`by` is not stated", 'name a person and a role: `by: "Jo Doe, product security"`')
    if not isinstance(stated, str) or not any(map(str.isalnum, stated)):
        raise WrongError("`by` names nobody", 'name a person and a role: `by: "Jo Doe, product security"`')
    return stated.strip()


def basis_of(item: Mapping[object, object]) -> Basis | None:
    """What a statement rests on: a document, its digest, a reason.  Raises `WrongError`."""
    texts = {key: item[key] for key in ("document", "sha256", "because") if item.get(key) is not None}
    if not texts:
        return None
    for key, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise WrongError(f"`{key}` is text", "leave it out where there is nothing to say")
    document, sha256, because = (str(texts.get(key, "")) for key in ("document", "sha256", "because"))
    if sha256 and not _SHA256.fullmatch(sha256):
        raise WrongError("`sha256` has 64 hexadecimal digits")
    if sha256 and not document:
        raise WrongError("`sha256` is the digest of a `document`, and none is stated")
    return Basis(document, sha256.lower(), because)


def _name(requirement: object, question: object) -> str:
    if requirement is None:
        raise WrongError("`requirement` is not stated", 'write it as "etsi.en_303_645@3.1.3:5.0-1"')
    if not isinstance(requirement, str) or not _ASKED.fullmatch(requirement) or "#" in requirement:
        raise WrongError(f"`{requirement}` names no requirement", 'write it as "etsi.en_303_645@3.1.3:5.0-1"')
    number = int(question) if isinstance(question, str) and question.isdecimal() and len(question) < 5 else question
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise WrongError(f"`{question}` is no number of a question", "the first question of a requirement is 1")
    return f"{ANSWER}{requirement}" if number == 1 else f"{ANSWER}{requirement}#{number}"


def _value(stated: object) -> bool | None:
    if stated is None or stated == "?":
        return None
    word = stated.lower() if isinstance(stated, str) else stated
    if not isinstance(word, str | bool) or word not in _WORDS:
        raise WrongError(f"`{stated}` is no answer", "it is yes, no, or ? where it is not known")
    return _WORDS[word]
