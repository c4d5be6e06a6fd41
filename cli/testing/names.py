"""How a block of tests names its requirement: by its name, or with its module where several modules of a file share the name.

Guarantees: a name with its module is used only where the name alone would be refused; where neither is clear, it is said.
What it does not do: find requirements (`dsl.cases` does).
"""

from __future__ import annotations

from collections import Counter

from rulewright.dsl import ir


class Names:
    """The names of the requirements of a program."""

    def __init__(self, program: ir.Program) -> None:
        """Count them."""
        self._of_file = Counter((one.place.file, _name(one.id)) for one in program.requirements)
        self._excluded = {_name(one.id) for one in program.excluded}
        self._modules = Counter(module.id for module in program.modules)

    def shared(self, one: ir.Requirement) -> bool:
        """Whether another requirement may be meant by its name alone."""
        name = _name(one.id)
        return self._of_file[one.place.file, name] > 1 or name in self._excluded

    def unnameable(self, one: ir.Requirement) -> str:
        """Why no test can name it; empty where one can."""
        module = one.id.partition(":")[0]
        if self.shared(one) and self._modules[module] > 1:
            return f"no test can name it, since {self._modules[module]} editions of `{module}` take part"
        return ""


def _name(full: str) -> str:
    return full.partition(":")[2]
