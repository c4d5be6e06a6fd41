"""`rulewright replay`: the same bytes from a bundle's own inputs, and what it says where they are not."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rulewright.attest import container, model
from rulewright.cli import documents
from rulewright.cli.main import main
from rulewright.engine.result import Reason, Report
from tests.attest.good import bundle as good_bundle
from tests.cli.replays import RICH, SMALL, fresh, members, tree, write

Capture = pytest.CaptureFixture[bytes]


def checked(capsysbinary: Capture, *words: str) -> bytes:
    main(list(words))
    out, err = capsysbinary.readouterr()
    assert out, err.decode()
    return out


def replayed(capsysbinary: Capture, *words: str) -> tuple[int, dict[str, Any]]:
    code = main(["replay", *words, "-f", "json"])
    out, err = capsysbinary.readouterr()
    assert out, err.decode()
    found: dict[str, Any] = json.loads(out)
    return code, found


def outcomes(found: dict[str, Any]) -> dict[str, str]:
    return {step["name"]: step["outcome"] for step in found["steps"]}


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """The members of two bundles, whose documents are gone since."""
    folder = tmp_path_factory.mktemp("made")
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RULEWRIGHT_CACHE_DIR", str(folder / "cache"))
        for name, words in (("small", SMALL), ("rich", RICH)):
            result = fresh(folder / "work", words)
            with contextlib.chdir(folder / "work"):
                found[name] = members(result)
            shutil.rmtree(folder / "work")
    return found


@pytest.fixture
def small(_made: dict[str, dict[str, bytes]], place: Path) -> dict[str, bytes]:
    """The members of a bundle of a small run; the working folder is empty."""
    for path in place.iterdir():
        path.unlink()
    return dict(_made["small"])


@pytest.fixture
def rich(_made: dict[str, dict[str, bytes]], place: Path) -> dict[str, bytes]:
    """The same of a run with something of everything."""
    for path in place.iterdir():
        path.unlink()
    return dict(_made["rich"])


def test_a_small_run_gives_the_same_bytes(small: dict[str, bytes], capsysbinary: Capture) -> None:
    code, found = replayed(capsysbinary, write(Path("b.zip"), small))
    assert (code, found["verdict"], found["code"], found["differences"]) == (0, "same", "", [])
    said = outcomes(found)
    assert [name for name, outcome in said.items() if outcome != "same"] == ["signatures"]
    assert {"run", "inputs", "engine", "program", "results", "rows", "tallies", "root"} <= said.keys()
    assert any(name.startswith("views/") for name in said)


@pytest.mark.parametrize("engine", ["planes", "reference"])
def test_everything_gives_the_same_bytes(engine: str, rich: dict[str, bytes], capsysbinary: Capture) -> None:
    code, found = replayed(capsysbinary, write(Path("b.zip"), rich), "--engine", engine)
    assert (code, found["verdict"]) == (0, "same"), found
    assert set(outcomes(found).values()) == {"same", "note"}


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "77", "TZ": "America/Adak"},
    ],
    ids=["east", "west"],
)
def test_other_machines_give_the_same_bytes(
    environment: dict[str, str], rich: dict[str, bytes], tmp_path: Path
) -> None:
    path = write(tmp_path / "b.zip", rich)
    there = tmp_path / "there"
    there.mkdir()
    line = [sys.executable, "-m", "rulewright", "replay", path, "-q"]
    made = subprocess.run(line, cwd=there, env={**os.environ, **environment}, capture_output=True, check=False)
    assert (made.returncode, made.stdout) == (0, b"replayed: the same bytes\n"), made.stderr
    assert list(there.iterdir()) == []


@pytest.mark.parametrize("name", ["python3.12", "python3.13", "python3.14"])
def test_other_pythons_give_the_same_bytes(name: str, rich: dict[str, bytes], root: Path) -> None:
    python = root / "build/replay" / name / "bin/python"
    if not (python.parent.parent / "ready").exists():
        pytest.skip(f"{name} has no environment: `python ci/replay_everywhere.py` makes it")
    line = [str(python), "-m", "rulewright", "replay", write(Path("b.zip"), rich), "-q"]
    made = subprocess.run(line, capture_output=True, check=False)
    assert (made.returncode, made.stdout) == (0, b"replayed: the same bytes\n"), made.stderr


def test_the_terminal_says_line_by_line(small: dict[str, bytes], capsysbinary: Capture) -> None:
    assert main(["replay", write(Path("b.zip"), small)]) == 0
    out = capsysbinary.readouterr().out.decode()
    assert "✓ results " in out
    assert "not verified here: use `rulewright verify`" in out
    assert out.endswith("replayed: the same bytes\n")


def test_recorded_names_are_not_looked_up(
    small: dict[str, bytes], place: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture
) -> None:
    (place / "cam.json").write_text("{}", encoding="utf-8")
    (place / "small.rw").write_text("nonsense", encoding="utf-8")

    def refused(*_: object) -> None:
        raise AssertionError

    for name in ("rulewright.cli.library.shipped", "rulewright.cli.cache.load", "rulewright.cli.cache.store"):
        monkeypatch.setattr(name, refused)
    monkeypatch.setattr(documents, "contents", refused)
    assert replayed(capsysbinary, write(Path("b.zip"), small))[0] == 0


HOSTILE = ("/etc/passwd", "../../escape.json", "a\x1b[31mb.json", "x\0y.json", "\u202egnp.json", "." * 4000)
WATCH = """
import json, os, sys
from rulewright.cli.main import main

names, opened = json.loads(sys.argv[1]), []
EVENTS = {"open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename"}
def watch(event, arguments):
    if event in EVENTS and isinstance(arguments[0], (str, bytes)):
        opened.append(os.fsdecode(arguments[0]))
sys.addaudithook(watch)
codes = [main(["replay", f"{number}.zip", "-q"]) for number in range(len(names))]
touched = [path for path in opened if any(name in path for name in [*names, "escape", "report.pdf", "cam.json"])]
print(json.dumps({"codes": codes, "touched": touched, "watched": "0.zip" in opened}))
"""


def test_hostile_names_touch_no_disk(rich: dict[str, bytes]) -> None:
    for number, name in enumerate(HOSTILE):
        run = json.loads(rich["run.json"])
        for given in run["given"]:
            given["word"] = name + given["word"]
            for file in given["files"]:
                file["name"] = name + file["name"]
        write(Path(f"{number}.zip"), renamed(rich, run))
    line = [sys.executable, "-c", WATCH, json.dumps(HOSTILE)]
    made = subprocess.run(line, capture_output=True, check=False)
    *said, found = made.stdout.splitlines()
    assert json.loads(found) == {"codes": [1] * len(HOSTILE), "touched": [], "watched": True}, made.stderr
    assert b"\x1b[31m" not in made.stderr + b"".join(said)


def renamed(made: dict[str, bytes], run: dict[str, Any]) -> dict[str, bytes]:
    """A bundle whose root names another run."""
    data = model.encode(msgspec.convert(run, model.Run))
    return {**saying(made, run=sha256(data).hexdigest()), "run.json": data}


def saying(made: dict[str, bytes], **changes: Any) -> dict[str, bytes]:
    """A bundle whose root says something else; its signature no longer fits, which is not what a replay looks at."""
    envelope = json.loads(made["root.dsse.json"])
    root = msgspec.json.decode(base64.b64decode(envelope["payload"]), type=model.RootStatement)
    said = msgspec.structs.replace(root.predicate, **changes)
    payload = model.encode(msgspec.structs.replace(root, predicate=said))
    envelope["payload"] = base64.b64encode(payload).decode()
    return {**made, "root.dsse.json": json.dumps(envelope).encode()}


def test_an_edited_result_is_found(capsysbinary: Capture) -> None:
    def good(line: Reason) -> Reason:
        return msgspec.structs.replace(line, verdict="pass")

    def pretend(report: Report) -> Report:
        better = [
            msgspec.structs.replace(r, verdict="pass", blocks=False, reason=tuple(map(good, r.reason)))
            if r.verdict == "fail"
            else r
            for r in report.results
        ]
        return msgspec.structs.replace(report, results=tuple(better))

    made = members(checked(capsysbinary, *SMALL), pretend)
    code, found = replayed(capsysbinary, write(Path("b.zip"), made))
    assert (code, found["verdict"], found["code"]) == (1, "different", "RW4080")
    first = {"product": found["differences"][0]["product"], "requirement": "acme.small:suppliers"}
    assert found["differences"][0] == {**first, "was": "pass", "now": "fail"}
    assert outcomes(found)["results"] == outcomes(found)["tallies"] == outcomes(found)["root"] == "different"
    assert main(["replay", "b.zip"]) == 1
    out = capsysbinary.readouterr().out.decode()
    assert "was pass\n    now fail" in out
    assert "RW4080" in out


def test_another_day_is_found(capsysbinary: Capture) -> None:
    made = members(checked(capsysbinary, *SMALL), lambda r: msgspec.structs.replace(r, as_of="2026-11-20T00:00:00Z"))
    code, found = replayed(capsysbinary, write(Path("b.zip"), made))
    assert code == 1
    assert {item["was"].partition(":")[0] for item in found["differences"]} == {"as_of"}


def test_a_changed_input_is_missing(small: dict[str, bytes], capsysbinary: Capture) -> None:
    name = next(name for name in small if name.startswith("inputs/"))
    small[name] += b" "
    code, found = replayed(capsysbinary, write(Path("b.zip"), small))
    assert (code, found["verdict"], found["code"]) == (3, "undecided", "RW4081")


def test_inputs_may_be_supplied_under_any_name(small: dict[str, bytes], tmp_path: Path, capsysbinary: Capture) -> None:
    spare = tmp_path / "spare/deep"
    spare.mkdir(parents=True)
    for number, name in enumerate([*(n for n in small if n.startswith("inputs/")), "run.json"]):
        (spare / f"{number}.bin").write_bytes(small.pop(name))
    (spare / "other.txt").write_text("of no interest", encoding="utf-8")
    path = write(Path("b.zip"), small)
    assert replayed(capsysbinary, path)[0] == 3
    code, found = replayed(capsysbinary, path, "--inputs", str(tmp_path / "spare"))
    assert (code, found["verdict"]) == (0, "same")
    assert "3 of them supplied" in next(step["text"] for step in found["steps"] if step["name"] == "inputs")


def test_a_device_is_supplied_as_a_folder(place: Path, tmp_path: Path, capsysbinary: Capture) -> None:
    there = tree(tmp_path / "rootfs")
    (place / "gateway").symlink_to(there)
    made = members(checked(capsysbinary, "check", "gateway", *SMALL[2:]))
    path = write(tmp_path / "b.zip", made)
    assert replayed(capsysbinary, path)[0] == 3
    code, found = replayed(capsysbinary, path, "--inputs", str(there))
    assert (code, found["verdict"]) == (0, "same"), found
    (there / "etc/passwd").write_bytes(b"root::0:0:root:/:/bin/sh\n")
    assert replayed(capsysbinary, path, "--inputs", str(there))[0] == 3


def test_a_live_check_cannot_be_repeated(monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture) -> None:
    monkeypatch.setattr("rulewright.cli.scan_option.collect", lambda _words, _tell: (None, []))
    made = members(checked(capsysbinary, *SMALL, "--scan", "192.0.2.1"))
    code, found = replayed(capsysbinary, write(Path("b.zip"), made))
    assert (code, found["code"]) == (3, "RW4081")
    assert any("--scan 192.0.2.1" in step["text"] for step in found["steps"])


def test_another_engine_is_a_note(
    small: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture
) -> None:
    path = write(Path("b.zip"), small)
    monkeypatch.setattr("rulewright.cli.replay_command.code_digest", lambda: "0" * 64)
    code, found = replayed(capsysbinary, path)
    assert (code, outcomes(found)["engine"]) == (0, "note")
    monkeypatch.setattr("rulewright.engine.report.__version__", "9.9.9")
    monkeypatch.setattr("rulewright.cli.replaying.__version__", "9.9.9")
    code, found = replayed(capsysbinary, path)
    assert (code, outcomes(found)["engine"]) == (0, "note"), found


def test_without_the_seed_all_else_is_compared_and_nothing_is_the_same(
    small: dict[str, bytes], capsysbinary: Capture
) -> None:
    del small["seed.json"]
    code, found = replayed(capsysbinary, write(Path("b.zip"), small))
    said = outcomes(found)
    assert (code, found["verdict"], found["code"]) == (3, "undecided", "RW4081")
    wanted = {
        "results": "same",
        "rows": "skip",
        "tallies": "same",
        "root": "skip",
        "views/results.sarif": "same",
        "views/junit.xml": "same",
    }
    assert {name: said.get(name) for name in wanted} == wanted
    assert main(["replay", "b.zip"]) == 3
    out = capsysbinary.readouterr().out.decode()
    assert "the same bytes\n" not in out.splitlines()[-1]
    assert "not everything could be compared" in out
    del small["results.json"], small["rows.json"]
    code, found = replayed(capsysbinary, write(Path("b.zip"), small))
    said = outcomes(found)
    assert (code, found["verdict"]) == (3, "undecided")
    assert (said["views/results.sarif"], said["views/junit.xml"]) == ("skip", "same")


LIES: dict[str, dict[str, Any]] = {
    "gate": {"gate": "pass"},
    "asOf": {"as_of": "2026-11-20T00:00:00Z"},
    "failOn": {"fail_on": "never"},
    "inputs": {"inputs": ()},
    "policies": {"policies": ()},
    "products": {"products": (model.ProductRef(id="other", name="cam", version="1"),)},
    "decisions": {"decisions": (model.Decision(kind="exclude", requirement="a:b", sha256="0" * 64),)},
    "conflicts": {"conflicts": model.Conflicts(complete_up_to=2, left=(), found=())},
    "results": {
        "results": model.Results(commitment="0" * 64, tree="0" * 64, leaves=1, requirements="0" * 64),
    },
}


@pytest.mark.parametrize("name", LIES)
@pytest.mark.parametrize("also", ["", "rows views/"], ids=["all but the seed", "no rows or views"])
def test_a_root_that_lies_is_found_without_the_seed(
    name: str, also: str, small: dict[str, bytes], capsysbinary: Capture
) -> None:
    kept = {n: d for n, d in small.items() if n != "seed.json" and not n.startswith(tuple(also.split()))}
    code, found = replayed(capsysbinary, write(Path("b.zip"), saying(kept, **LIES[name])))
    assert (code, found["verdict"]) == (1, "different")
    (root,) = (step for step in found["steps"] if step["name"] == "root")
    assert (root["outcome"], root["text"]) == ("different", f"the payload differs in {name}")
    if name == "gate":
        assert outcomes(found)["tallies"] == "different"


@pytest.mark.parametrize("name", ["rows.json", "views/results.sarif", "views/junit.xml"])
def test_a_changed_member_is_found_without_the_seed(name: str, small: dict[str, bytes], capsysbinary: Capture) -> None:
    del small["seed.json"]
    small[name] = small[name].replace(b"fail", b"pass").replace(b"Fail", b"Pass")
    code, found = replayed(capsysbinary, write(Path("b.zip"), small))
    assert (code, outcomes(found)[name.removesuffix(".json") if name == "rows.json" else name]) == (1, "different")


def test_another_version_is_said_with_the_answer(
    small: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture
) -> None:
    path = write(Path("b.zip"), small)
    assert main(["replay", path, "-q"]) == 0
    assert capsysbinary.readouterr().out.decode() == "replayed: the same bytes\n"
    monkeypatch.setattr("rulewright.cli.replay_command.code_digest", lambda: "0" * 64)
    assert main(["replay", path, "-q"]) == 0
    assert "by another version or other code" in capsysbinary.readouterr().out.decode()


def test_the_report_never_takes_the_place_of_an_input(small: dict[str, bytes], tmp_path: Path) -> None:
    spare = tmp_path / "spare"
    spare.mkdir()
    data = small.pop("run.json")
    (spare / "run.json").write_bytes(data)
    path = Path(write(Path("b.zip"), small))
    kept = path.read_bytes()
    for target in ("b.zip", "./b.zip", str(spare / "run.json")):
        assert main(["replay", "b.zip", "--inputs", str(spare), "-o", target]) == 2
    assert (path.read_bytes(), (spare / "run.json").read_bytes()) == (kept, data)
    for _ in range(2):
        assert main(["replay", "b.zip", "--inputs", str(spare), "-o", str(spare / "report.txt")]) == 0


@pytest.mark.parametrize("name", ["results.json", "rows.json", "views/results.sarif", "run.json", "root.dsse.json"])
def test_a_changed_member_is_found(name: str, small: dict[str, bytes], capsysbinary: Capture) -> None:
    small[name] = small[name].replace(b"2026", b"2027").replace(b"fail", b"fall")
    if name == "root.dsse.json":
        small[name] = small[name].replace(b'"payload":"e', b'"payload":"f')
    code = main(["replay", write(Path("b.zip"), small), "-q"])
    assert code == (2 if name == "root.dsse.json" else 1)
    capsysbinary.readouterr()


def test_a_run_that_was_not_recorded(tmp_path: Path, capsysbinary: Capture) -> None:
    path = write(tmp_path / "b.zip", container.decode(good_bundle()))
    code, found = replayed(capsysbinary, path)
    assert (code, found["steps"][0]["text"]) == (3, "the attestation does not record its run")


@pytest.mark.parametrize("data", [b"", b"{}", b"PK", b"nonsense"])
def test_what_is_no_bundle_is_refused(data: bytes, capsysbinary: Capture) -> None:
    Path("b.zip").write_bytes(data)
    assert main(["replay", "b.zip"]) == 2
    assert main(["replay", "absent.zip"]) == 2
    assert main(["replay", "b.zip", "--inputs", "absent"]) == 2
    out, err = capsysbinary.readouterr()
    assert (out, b"error[RW" in err) == (b"", True)


def test_rules_that_refuse_their_documents(small: dict[str, bytes], capsysbinary: Capture) -> None:
    run = json.loads(small["run.json"])
    junk = b"{ nonsense"
    run["given"][0]["files"][0]["sha256"] = sha256(junk).hexdigest()
    made = {**renamed(small, run), f"inputs/{sha256(junk).hexdigest()}": junk}
    assert main(["replay", write(Path("b.zip"), made)]) == 1
    out, err = capsysbinary.readouterr()
    assert b"the documents are refused here" in out
    assert b"error[RW" in err
