"""The definitions for pipelines: parsed as their hosts parse them, their shell lines run on a small product."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci/gitlab.yml").read_text(encoding="utf-8"))[".rulewright"]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
GOOD = 'format: rulewright-facts/1\nproduct: { name: cam, version: "1" }\niface.telnet_present: false\n'
RULES = """policy acme.ci edition "1" {
  title "For a pipeline"
  requirement telnet shall { title "Telnet is off" severity critical check not iface.telnet_present }
}
"""


@pytest.fixture(autouse=True)
def _products(place: Path) -> None:
    (place / "ci.rw").write_text(RULES, encoding="utf-8")
    (place / "good one.yaml").write_text(GOOD, encoding="utf-8")
    (place / "bad.yaml").write_text(GOOD.replace("false", "true"), encoding="utf-8")


def shell(lines: str, *given: str, host: str = "bash", **env: str) -> subprocess.CompletedProcess[str]:
    """Run shell lines with our command first on the path, as the host does: ending at the first failure."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    whole = {**os.environ, "PATH": path, **env}
    return subprocess.run(
        [host, "-e", "-c", lines, host, *given], env=whole, capture_output=True, text=True, check=False
    )


def act(place: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Run the step that checks, with inputs as a workflow gives them; return what its outputs are."""
    step = next(s for s in ACTION["runs"]["steps"] if s.get("id") == "check")
    given = {name: str(said.get("default", "")) for name, said in ACTION["inputs"].items()}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    env = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: given[m[1]], text) for name, text in step["env"].items()
    }
    told = place / "github-output"
    told.write_text("", encoding="utf-8")
    env |= {
        "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_OUTPUT": str(told), "GITHUB_STEP_SUMMARY": str(place / "summary"),
    }  # fmt: skip
    done = shell(step["run"], **env)
    return done, dict(line.split("=", 1) for line in told.read_text(encoding="utf-8").splitlines())


# --- the action --------------------------------------------------------------------------------------------------------


def test_the_action_checks_and_reports(place: Path) -> None:
    done, told = act(place, product="good one.yaml\n", policy="ci.rw", as_of="2026-11-21")
    assert done.returncode == 0, done.stderr
    assert told["gate"] == "pass"
    assert json.loads((place / told["result"]).read_text(encoding="utf-8"))["as_of"].startswith("2026-11-21")
    assert json.loads((place / told["sarif"]).read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert "Nothing blocks" in (place / "summary").read_text(encoding="utf-8")
    assert {p.name for p in (place / told["reports"]).iterdir()} == {
        "result.json", "result.sarif", "result.junit.xml", "summary.md",
    }  # fmt: skip


def test_the_action_fails_where_something_blocks(place: Path) -> None:
    done, told = act(place, product="good one.yaml\nbad.yaml", policy="ci.rw", same_product="false")
    assert (done.returncode, told["gate"]) == (1, "fail")


def test_the_action_passes_on_what_is_wrong_with_the_input(place: Path) -> None:
    done, told = act(place, product="absent.yaml", policy="ci.rw")
    assert (done.returncode, told) == (2, {})
    assert "absent.yaml" in done.stderr
    assert act(place, product="bad.yaml", policy="ci.rw", gate="some")[0].returncode == 2
    assert act(place, product="", policy="ci.rw")[0].returncode != 0


def test_the_gate_can_count_only_what_is_new(place: Path) -> None:
    day = "2026-11-21"
    act(place, product="bad.yaml", policy="ci.rw", as_of=day, output="was bad")
    act(place, product="good one.yaml", policy="ci.rw", as_of=day, output="was good")
    for before, gate, code in (("bad", "new", 0), ("bad", "all", 1), ("good", "new", 1), ("none", "new", 1)):
        done, told = act(
            place, product="bad.yaml", policy="ci.rw", as_of=day, gate=gate, baseline=f"was {before}/result.json"
        )
        assert (done.returncode, told["gate"]) == (code, "fail" if code else "pass"), (before, gate, done.stderr)
        assert (place / told["reports"] / "comparison.md").exists() == (before != "none")


@pytest.mark.parametrize("evil", ["$(touch broken)", "`touch broken`", "a; touch broken", "* x", '"; touch broken; "'])
def test_no_input_is_read_as_a_command(evil: str, place: Path) -> None:
    stub = place / "stub"
    stub.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> arguments\n', encoding="utf-8")
    stub.chmod(0o755)
    for name in ("product", "policy", "facts", "feeds", "as_of", "fail_on"):
        (place / "arguments").unlink(missing_ok=True)
        act(place, **{"product": "bad.yaml", "policy": "ci.rw", "command": "./stub", name: evil})
        option = "" if name == "product" else f"--{name.replace('_', '-')}="
        assert f"{option}{evil}" in (place / "arguments").read_text(encoding="utf-8").splitlines(), name
    for name in ("output", "baseline", "gate", "same_product"):
        act(place, **{"product": "bad.yaml", "command": "./stub", name: evil})
    assert not (place / "broken").exists()
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]


def test_the_action_installs_what_is_pinned(place: Path) -> None:
    step = next(s for s in ACTION["runs"]["steps"] if s["name"] == "Install")
    fake = place / "bin"
    fake.mkdir()
    python = fake / "python3"
    python.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$*" >> "$LOG"\n'
        'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    env = {"RUNNER_TEMP": str(place), "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_PATH": str(place / "path")}
    path = f"{fake}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        env={**os.environ, **env, "PATH": path, "LOG": str(place / "log")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    _, pinned, own = (place / "log").read_text(encoding="utf-8").splitlines()
    assert "--require-hashes" in pinned
    assert all(Path(name).is_file() for name in re.findall(r"-r (\S+)", pinned))
    assert own.endswith(f"--no-deps --no-build-isolation {ROOT}")
    assert (place / "path").read_text(encoding="utf-8").strip() == str(place / "rulewright/bin")


def test_inputs_and_outputs_are_described_and_used() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    for name, said in ACTION["inputs"].items():
        assert said["description"]
        assert f"inputs.{name}" in text, name
    script = (ROOT / "ci/check.sh").read_text(encoding="utf-8")
    for name in next(s for s in ACTION["runs"]["steps"] if s.get("id") == "check")["env"]:
        assert f"${{{name}" in script, name
    assert all(f"{name}=" in script for name in ACTION["outputs"])


# --- GitLab ------------------------------------------------------------------------------------------------------------


def job(**variables: str) -> subprocess.CompletedProcess[str]:
    """Run the job's lines in one shell, as a runner does."""
    lines = "\n".join([*GITLAB["before_script"], *GITLAB["script"]])
    plain = {name: value for name, value in GITLAB["variables"].items() if name != "RULEWRIGHT_CACHE_DIR"}
    return shell(lines, host="sh", **{**plain, **variables})


def test_the_job_checks_and_reports(place: Path) -> None:
    done = job(RULEWRIGHT_PRODUCT="good one.yaml", RULEWRIGHT_POLICY="ci.rw", RULEWRIGHT_OPTIONS="--as-of\n2026-11-21")
    assert done.returncode == 0, done.stderr
    assert "gate: pass" in done.stdout
    assert {"result.json", "result.junit.xml", "summary.md"} <= {p.name for p in place.iterdir()}
    (place / "result.json").rename(place / "before.json")
    done = job(RULEWRIGHT_PRODUCT="bad.yaml", RULEWRIGHT_POLICY="ci.rw", RULEWRIGHT_BASELINE="before.json")
    assert done.returncode == 1
    assert "OPENED" in done.stdout
    assert set(GITLAB["artifacts"]["paths"]) <= {p.name for p in place.iterdir()}


def test_the_job_ends_where_nothing_can_be_checked() -> None:
    assert job(RULEWRIGHT_PRODUCT="absent.yaml", RULEWRIGHT_POLICY="ci.rw").returncode == 2
    done = job(RULEWRIGHT_POLICY="ci.rw")
    assert done.returncode != 0
    assert "says what to check" in done.stderr


def test_the_job_says_what_it_lacks() -> None:
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", "\n".join(GITLAB["before_script"])], env={"PATH": ""}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "says what to install" in done.stderr


# --- pre-commit --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("product", "code"), [("good one.yaml", 0), ("bad.yaml", 1)])
def test_the_hook_checks(product: str, code: int) -> None:
    done = shell(f'{HOOKS["rulewright-check"]["entry"]} "$@"', "--policy", "ci.rw", product)
    assert done.returncode == code, done.stderr


def test_the_hook_runs_the_tests_of_rules() -> None:
    assert shell(f'{HOOKS["rulewright-test"]["entry"]} "$@"', "small.rw").returncode == 0


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("bom.json", True), ("sboms/cam.cdx.json", True), ("cam.cdx.xml", True), ("cam.spdx.json", True), ("a.spdx", True),
        ("package.json", False), ("bom.json.sig", False), ("mybom.json", False),
    ],
)  # fmt: skip
def test_the_hook_looks_at_documents(name: str, *, meant: bool) -> None:
    assert bool(re.search(HOOKS["rulewright-check"]["files"], name)) is meant


# --- all of them -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["action.yml", "ci/gitlab.yml", "ci/check.sh", ".pre-commit-hooks.yaml"])
def test_no_host_is_named(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?://|\b[\w-]+\.(?:com|org|io|net)\b", text)


def _keys(definition: dict[str, Any]) -> set[str]:
    return set(definition)


def test_the_definitions_have_the_keys_of_their_hosts() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert all({"run", "shell"} <= _keys(step) for step in ACTION["runs"]["steps"])
    assert {"script", "image", "artifacts"} <= _keys(GITLAB)
    assert all({"id", "name", "entry", "language", "files"} <= _keys(hook) for hook in HOOKS.values())
