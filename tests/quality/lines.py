"""Which lines of `vae/` the tests run, in every process that they start: the first half of `make quality`.

    python -m tests.quality.lines [--least 92] [--browser] [pytest's options ...]

Tests that drive a browser are left out unless `--browser` is given: they take as long as all others together. It fails where
fewer lines are run than are to be.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

MEASURED = [sys.executable, "-m", "coverage"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--least", type=float, default=92, help="percent of all lines")
    parser.add_argument("--browser", action="store_true", help="with the tests that drive a browser")
    options, more = parser.parse_known_args()
    subprocess.run([*MEASURED, "erase"], check=True)
    chosen = [] if options.browser else ["-m", "not browser"]
    tests = subprocess.run([*MEASURED, "run", "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *chosen, *more], check=False)
    subprocess.run([*MEASURED, "combine", "--quiet"], check=True)
    lines = subprocess.run([*MEASURED, "report", f"--fail-under={options.least}", "--skip-covered", "--sort=miss"], check=False)
    return tests.returncode or lines.returncode


if __name__ == "__main__":
    sys.exit(main())
