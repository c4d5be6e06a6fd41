"""A rule file while it is being written: read and judged again after every edit.

Guarantees: what is told of a text is what the compiler tells of it, in the same places; pure, no file is opened.
"""

from rulewright.dsl.live.analysis import Analysis, LivePiece, Shelf
from rulewright.dsl.live.file import LiveFile

__all__ = ["Analysis", "LiveFile", "LivePiece", "Shelf"]
