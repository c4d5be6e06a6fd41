"""A peer as a whole process: policy file and input file in, result on standard output.

It imports nothing but the peer, so that its process is as lean as it can be:
`python bench/cold.py {opa LIBRARY | regorus} POLICY INPUT`.
"""

from __future__ import annotations

import sys


def opa(library: str, policy: bytes, data: bytes) -> str:
    """OPA's Go library through ctypes."""
    import ctypes

    lib = ctypes.CDLL(library)
    for name in ("OpaAddPolicy", "OpaEvalDocument"):
        getattr(lib, name).restype = ctypes.c_void_p
    lib.OpaNew.restype = ctypes.c_uint64
    handle = ctypes.c_uint64(lib.OpaNew())
    lib.OpaAddPolicy(handle, b"bench.rego", policy)
    return ctypes.string_at(lib.OpaEvalDocument(handle, b"bench.result", data, 0, 0)).decode()


def regorus(policy: bytes, data: bytes) -> str:
    """Ask regorus through its wheel."""
    from regorus import Engine

    engine = Engine()
    engine.add_policy("bench.rego", policy.decode())
    engine.set_input_json(data.decode())
    return str(engine.eval_rule_as_json("data.bench.result"))


def main(arguments: list[str]) -> None:
    """Read two files, print the result."""
    name, *library, policy_path, input_path = arguments
    with open(policy_path, "rb") as stream:  # noqa: PTH123  # pathlib costs milliseconds of the start that is measured
        policy = stream.read()
    with open(input_path, "rb") as stream:  # noqa: PTH123
        data = stream.read()
    sys.stdout.write(opa(library[0], policy, data) if name == "opa" else regorus(policy, data))


if __name__ == "__main__":
    main(sys.argv[1:])
