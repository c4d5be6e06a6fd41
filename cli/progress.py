"""A progress bar for people who wait: on a terminal only, and only when the work takes longer than a second.

Guarantees: nothing is written where stderr is no terminal, and rich is not even imported in a run that is quick.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rulewright.cli.text import clean, cut

if TYPE_CHECKING:
    from threading import Timer

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

PATIENCE = 1.0
"""Seconds before the bar appears."""


class Progress:
    """Counts steps; shows them once the work has taken long enough."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        """Prepare for a number of steps."""
        self.total = total
        self.done = -1
        self.name = ""
        self._wanted = not quiet and sys.stderr.isatty()
        self._timer: Timer | None = None
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Start the clock."""
        if self._wanted:
            from threading import Timer

            self._timer = Timer(PATIENCE, self._show)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._bar is not None:
            self._bar.stop()

    def step(self, name: str) -> None:
        """Say what comes next."""
        self.done += 1
        self.name = cut(clean(name), 40)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self.done, description=self.name)

    def _show(self) -> None:
        """Put the bar on the terminal; runs in the timer's thread."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = bar.add_task(self.name, total=self.total, completed=max(self.done, 0))
        bar.start()
        self._bar = bar
