"""What a verification costs: `python tests/attest/measure.py FILE …` prints verdict, code, seconds of CPU and peak memory for each.

Each file holds a `Given` of the Python verifier in MessagePack.  Guarantees: the verifier runs in a process of its own for each file,
forked from one that has loaded the verifier and nothing of the tests; memory is that of the whole process, interpreter and bundle
included, in MiB.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

import msgspec

from rulewright.attest.verify import Given, verify


def measured(path: str) -> str:
    """One line of JSON."""
    given = msgspec.msgpack.decode(Path(path).read_bytes(), type=Given)
    begun = time.process_time()
    found = verify(given)
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return json.dumps([found.verdict, found.code, round(seconds, 3), round(peak, 1)])


def main(paths: list[str]) -> None:
    """Measure each file in a child."""
    for path in paths:
        child = os.fork()
        if child == 0:
            sys.stdout.write(measured(path) + "\n")
            sys.stdout.flush()
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            sys.stdout.write("null\n")
            sys.stdout.flush()


if __name__ == "__main__":
    import rfc3161_client  # noqa: F401  # loaded before the forks, so that no case pays for it
    from cryptography.hazmat.primitives.asymmetric import mldsa  # noqa: F401  # the same

    from rulewright.attest.log import proof  # noqa: F401  # the same

    main(sys.argv[1:])
