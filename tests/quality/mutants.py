"""Whether the tests notice faults: the second half of `make quality`.

    python -m tests.quality.mutants [models latent continuity wire] [--mutants 60] [--seed 0] [--minutes 50] [--only vae/latent/paths.py] [--tests tests/latent/test_paths.py]

cosmic-ray knows the faults: another operator or number, a condition turned round, a loop that ends at once. A seed chooses so many
places of each package, at most one fault for each place; annotations are no places, since nobody evaluates them. For each, a process
is forked in which the module is imported with its fault. It runs the package's tests that come by that line, the quickest first, and
if none of them fails, the package's other tests. A fault that makes a test fail, or hang, is killed; one in a line that no test
comes by survives. It fails where less than 80 % of a package's are killed.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import coverage
import hypothesis
import numpy as np
import pytest
import scipy.spatial  # noqa: F401 (what follows takes seconds to import, and so is imported before the processes are forked)
import sklearn.neighbors  # noqa: F401
import torch
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

LEAST = 0.8  # of a package's faults that are to be killed
LIVE = "tests/live"
PACKAGES = {
    "models": ("vae/models", ["tests/models"]),
    "latent": ("vae/latent", ["tests/latent"]),
    "continuity": ("vae/continuity", ["tests/continuity"]),
    "wire": ("vae/live/wire", [f"{LIVE}/test_frames.py", f"{LIVE}/test_schema.py", f"{LIVE}/test_operations.py"]),
}
AT_ONCE = 2
WHOLE = ""  # coverage's name for what runs outside of all tests


@dataclass(frozen=True)
class Mutant:
    """A fault: of an operator, at its so-manieth place in a file."""

    path: Path
    operator: str
    occurrence: int
    start: tuple[int, int]
    end: tuple[int, int]

    @property
    def code(self) -> str:
        """The file's text with the fault."""
        found = mutate_code(self.path.read_text("utf-8"), get_operator(self.operator)(), self.occurrence)
        assert found is not None, self
        return found

    def __str__(self) -> str:
        before, after = self.path.read_text("utf-8").splitlines(), self.code.splitlines()
        line = next((row for row, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), self.start[0] - 1)
        return f"{self.path}:{line + 1}: {before[line].strip()}  →  {after[line].strip()}"


@dataclass(frozen=True)
class Known:
    """What the sound code's tests are like.

    lines : of each file, the tests that come by each line
    seconds : that each test takes
    """

    lines: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]

    def tests(self, mutant: Mutant) -> list[str] | None:
        """Those that come by a fault's statement, the quickest first; None if it is run when the module is imported."""
        lines = self.lines.get(str(mutant.path.resolve()), {})
        found = {test for line in statement(mutant.path, mutant.start[0]) for test in lines.get(line, [])}
        return None if WHOLE in found else sorted(found, key=lambda test: self.seconds.get(test, 0.0))


def statement(path: Path, line: int) -> range:
    """The lines of the statement, or of the head of a statement with others in it, that a line belongs to."""
    spans = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or line):
            body = getattr(node, "body", None)
            inner = [each for each in body if isinstance(each, ast.stmt)] if isinstance(body, list) else []
            end = inner[0].lineno if inner and inner[0].lineno > node.lineno else (node.end_lineno or line) + 1
            if node.lineno <= line < end:
                spans.append(range(node.lineno, end))
    return min(spans, key=len, default=range(line, line + 1))


def annotations(path: Path) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where annotations begin and end."""
    found: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.arg | ast.AnnAssign):
            found.append(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(node.returns)
    return [((each.lineno, each.col_offset), (each.end_lineno or 0, each.end_col_offset or 0)) for each in found if each is not None]


def mutants(path: Path) -> Iterator[Mutant]:
    """All faults of a file."""
    tree, skipped = get_ast(path.read_text("utf-8")), annotations(path)
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments() or name.endswith("/NoOp"):
            continue
        places = (place for node in ast_nodes(tree) for place in operator().mutation_positions(node))
        for occurrence, (start, end) in enumerate(places):
            if not any(low <= start and end <= high for low, high in skipped):
                yield Mutant(path, name, occurrence, start, end)


def chosen(folder: str, count: int, dice: np.random.Generator, only: str | None) -> list[Mutant]:
    """So many faults of a package, in an order that is left to chance, at most one for each place."""
    places: dict[tuple[Path, tuple[int, int]], list[Mutant]] = {}
    for path in [Path(only)] if only else sorted(Path(folder).glob("*.py")):
        for mutant in mutants(path):
            places.setdefault((path, mutant.start), []).append(mutant)
    several = list(places.values())
    order = dice.permutation(len(several))[:count]
    return [several[row][dice.integers(len(several[row]))] for row in order]


class Faulty(SourceFileLoader):
    """Loads one module with its fault."""

    def __init__(self, name: str, path: str, code: str) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._code, self.path, "exec", dont_inherit=True)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None


class Contexts:
    """Tells coverage which test runs, and how long each took."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self._measured.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self._measured.switch_context(WHOLE)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration


def forked(work: Callable[[], int]) -> int:
    """The process id of a child that does `work` and ends with its status."""
    if pid := os.fork():
        return pid
    status = 70
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nothing, stream)
        torch.set_num_threads(1)
        hypothesis.settings.register_profile("same", derandomize=True, database=None, deadline=None)
        hypothesis.settings.load_profile("same")
        status = work()
    finally:
        os._exit(status)


def run_tests(tests: list[str], *plugins: object) -> int:
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-m", "not browser", *tests], list(plugins)))


def learn(folder: str, tests: list[str]) -> Known:
    """Run a package's tests on the sound code."""
    with tempfile.TemporaryDirectory() as work:
        found = Path(work) / "known.json"

        def measure() -> int:
            measured = coverage.Coverage(data_file=None, source=[folder], config_file=False)
            contexts = Contexts(measured)
            measured.start()
            measured.switch_context(WHOLE)
            status = run_tests(tests, contexts)
            measured.stop()
            data = measured.get_data()
            lines = {path: data.contexts_by_lineno(path) for path in data.measured_files()}
            found.write_text(json.dumps({"lines": lines, "seconds": contexts.seconds}))
            return status

        _, status = os.waitpid(forked(measure), 0)
        if os.waitstatus_to_exitcode(status) != 0 or not found.exists():
            raise SystemExit(f"the tests of {folder} do not pass without a fault, or cannot be run: python -m pytest {' '.join(tests)}")
        known = json.loads(found.read_text())
    return Known({path: {int(line): names for line, names in rows.items()} for path, rows in known["lines"].items()}, known["seconds"])


def attempt(path: Path, code: str, own: list[str] | None, rest: list[str]) -> int:
    """In a child: 0 if no test notices that a file holds other code."""
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    sys.meta_path.insert(0, Faulty(name, str(path.resolve()), code))  # type: ignore[arg-type]
    return (run_tests(own) if own else 0) or run_tests(rest)


def judge(package: str, count: int, dice: np.random.Generator, until: float, only: str | None, some: list[str] | None) -> float:
    """The share of a package's faults that is killed, which is printed with those that are not."""
    folder, tests = PACKAGES[package][0], some or PACKAGES[package][1]
    known, tried = learn(folder, tests), chosen(folder, count, dice, only)
    sound = tried[0].path
    _, status = os.waitpid(forked(lambda: attempt(sound, sound.read_text("utf-8"), None, tests)), 0)
    if status:
        raise SystemExit(f"{sound} without a fault fails its tests here, so nothing could be learnt from one with a fault")
    patience = 30 + 5 * sum(known.seconds.values())
    running: dict[int, tuple[Mutant, float]] = {}
    survived: list[tuple[Mutant, str]] = []
    waiting, killed, hung = tried[::-1], 0, 0
    while running or (waiting and time.monotonic() < until):
        while waiting and len(running) < AT_ONCE and time.monotonic() < until:
            mutant = waiting.pop()
            own = known.tests(mutant)
            if own == []:
                survived.append((mutant, "no test comes by"))
            else:
                running[forked(lambda mutant=mutant, own=own: attempt(mutant.path, mutant.code, own, tests))] = mutant, time.monotonic()
        for pid, (mutant, began) in list(running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended and time.monotonic() - began > patience:
                os.killpg(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                hung += 1
            elif not ended:
                continue
            elif status == 0:
                survived.append((mutant, "no test fails"))
            else:
                killed += 1
            del running[pid]
        time.sleep(0.05)
    share = (killed + hung) / max(1, killed + hung + len(survived))
    left = f", {len(waiting)} not tried for want of time" if waiting else ""
    print(f"{package}: {killed + hung} of {killed + hung + len(survived)} faults killed, {share:.0%} ({hung} hung{left})")
    for mutant, why in survived:
        print(f"    {why}: {mutant}")
    sys.stdout.flush()
    return share


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("packages", nargs="*", choices=[[], *PACKAGES], help="all of them if none is named")
    parser.add_argument("--mutants", type=int, default=60, help="of each package")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=50, help="after which nothing new is tried")
    parser.add_argument("--only", help="a file, in the place of a whole package")
    parser.add_argument("--tests", nargs="+", help="tests, in the place of all of the package's")
    options = parser.parse_args()
    packages, began = options.packages or list(PACKAGES), time.monotonic()
    shares = []
    for number, package in enumerate(packages):
        until = began + 60 * options.minutes * (number + 1) / len(packages)
        shares.append(judge(package, options.mutants, np.random.default_rng([options.seed, number]), until, options.only, options.tests))
    return int(min(shares) < LEAST)


if __name__ == "__main__":
    sys.exit(main())
