"""Runs a command several times and prints its least CPU time and its peak memory: `spawn.py RUNS OUTPUT COMMAND…`.

Guarantees: the peak is the command's own.  A child inherits the peak of the process that forks it, so this one imports
next to nothing and is started with `-I -S`; what it weighs is less than any Python that it measures.
The line printed holds microseconds, kilobytes and the exit code; the last run's standard output goes to OUTPUT.
"""

import os
import sys


def once(command: list[str], output: str) -> tuple[int, int, int]:
    """Run once; `wait4` gives this child's own usage."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    streams = [(os.POSIX_SPAWN_OPEN, 1, output, flags, 0o644), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=streams)
    _, status, usage = os.wait4(child, 0)
    return int((usage.ru_utime + usage.ru_stime) * 1e6), usage.ru_maxrss, os.waitstatus_to_exitcode(status)


def main(runs: int, output: str, command: list[str]) -> None:
    """Print the least time, the largest peak and the last exit code."""
    found = [once(command, output) for _ in range(runs)]
    print(min(f[0] for f in found), max(f[1] for f in found), found[-1][2])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
