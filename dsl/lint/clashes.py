"""Which two parts of a conjunction ask one fact for different answers.

Guarantees: what is found, no product can meet; facts are compared with words and texts only.  What it does not do: reason
about numbers, dates or several facts; the analyser does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.common import conjuncts
from rulewright.dsl.names import VocabularyLike

Defines = Mapping[str, tree.Define]


def defines_of(module: tree.Module) -> dict[str, tree.Define]:
    """The `define`s of a module that take no element, by name."""
    return {d.name.text: d for d in module.items if isinstance(d, tree.Define) and not d.formals}


def params_of(module: tree.Module) -> frozenset[str]:
    """The names of its parameters."""
    return frozenset(p.name.text for p in module.items if isinstance(p, tree.Param))


def opened(expr: t.Expr, defines: Defines, depth: int = 8) -> Iterator[t.Expr]:
    """The conjuncts of a condition, with those of the `define`s that it names."""
    for item in conjuncts(expr):
        define = defines.get(item.name.text) if isinstance(item, t.Call) else None
        if define is not None and depth:
            yield from opened(define.expr, defines, depth - 1)
        else:
            yield item


def clash(items: Iterable[t.Expr], params: frozenset[str], vocabulary: VocabularyLike) -> tuple[t.Expr, t.Expr] | None:
    """The first two that exclude each other, in their order."""
    allowed: dict[str, tuple[frozenset[str], t.Expr]] = {}
    truths: dict[tuple[str, bool], t.Expr] = {}
    refused: list[tuple[str, frozenset[str], t.Expr]] = []
    for item in items:
        if (truth := _truth(item)) is not None:
            other = truths.get((truth[0], not truth[1]))
            if other is not None:
                return other, item
            truths.setdefault(truth, item)
        elif (found := _words(item, params, vocabulary)) is not None:
            path, words, positive = found
            if not positive:
                refused.append((path, words, item))
            elif path in allowed and not words & allowed[path][0]:
                return allowed[path][1], item
            else:
                before = allowed.get(path)
                allowed[path] = (words & before[0], item) if before else (words, item)
    for path, words, item in refused:
        if path in allowed and allowed[path][0] <= words:
            return (allowed[path][1], item) if allowed[path][1].at < item.at else (item, allowed[path][1])
    return None


def _truth(item: t.Expr) -> tuple[str, bool] | None:
    """A yes-or-no fact, and what is asked of it."""
    if isinstance(item, t.Truth):
        return item.path.text, True
    if isinstance(item, t.Not) and isinstance(item.item, t.Truth):
        return item.item.path.text, False
    return None


def _words(item: t.Expr, params: frozenset[str], vocabulary: VocabularyLike) -> tuple[str, frozenset[str], bool] | None:
    """A fact, the words that it is compared with, and whether it has to be one of them."""
    if isinstance(item, t.Compare) and item.op in {"=", "!="} and item.shift is None:
        words = _literals((item.right,), params, vocabulary)
        return (item.left.text, words, item.op == "=") if isinstance(item.left, t.Name) and words else None
    if isinstance(item, t.Member) and isinstance(item.left, t.Name) and isinstance(item.right, t.WordSet):
        attribute = vocabulary.attributes.get(item.left.text)
        if attribute is None or attribute.type.kind != "enum":
            return None
        words = _literals(item.right.items, params, vocabulary)
        return (item.left.text, words, not item.negated) if words else None
    return None


def _literals(items: Iterable[t.Literal], params: frozenset[str], vocabulary: VocabularyLike) -> frozenset[str] | None:
    """The words of literals; none when one may be something else: a fact, a parameter, a number, a day."""
    words = set()
    for item in items:
        if not isinstance(item, t.Name | t.Text):
            return None
        if isinstance(item, t.Name) and ("." in item.text or item.text in params or item.text in vocabulary.attributes):
            return None
        words.add(item.text)
    return frozenset(words) or None
