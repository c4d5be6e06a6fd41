"""`python -m bench`: run the suite, print its table, write `build/bench/results.json` and the policy texts."""

from __future__ import annotations

import argparse
import platform
import sys
from importlib import metadata

from bench import record, tasks
from bench.run import BUILD, FAMILIES, SIZES, Suite, policies
from rulewright import __version__

PACKAGES = (
    "numpy",
    "msgspec",
    "pysimdjson",
    "celine-regorus",
    "cel-expr-python",
    "cedarpy",
    "jsonschema-rs",
    "polars",
    "cryptography",
    "compliance-trestle",
)


def about() -> dict[str, str]:
    """Versions of what was measured; of the machine only the architecture."""
    found = {
        "rulewright": __version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.system(),
    }
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    opa = tasks.peer_module("opa")
    found[opa.PACKAGE] = opa.VERSION if opa.installed() else "not installed"
    return found


def main() -> int:
    """Run what the arguments say; 1 when any answer is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--families", default=",".join(FAMILIES), help="comma-separated, of: " + " ".join(FAMILIES))
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of components")
    parser.add_argument("--rules", default="50,200", help="numbers of rules")
    parser.add_argument("--budget", type=float, default=20.0, help="CPU seconds for the runs of one measurement")
    parser.add_argument("--single", type=float, default=60.0, help="CPU seconds that one run may take")
    parser.add_argument("--products", type=int, default=10_000, help="products of the fleet")
    arguments = parser.parse_args()
    suite = Suite(
        sizes=tuple(map(int, arguments.sizes.split(","))),
        rules=tuple(map(int, arguments.rules.split(","))),
        budget=arguments.budget,
        single=arguments.single,
        products=arguments.products,
    )
    for path in policies(suite):
        print(f"policy {path.relative_to(BUILD.parents[1])}", file=sys.stderr)
    for family in arguments.families.split(","):
        getattr(suite, family)()
    record.write(record.Results(about=about(), rows=tuple(suite.rows)), BUILD / "results.json")
    return int(any(row.state == "wrong" for row in suite.rows))


if __name__ == "__main__":
    sys.exit(main())
