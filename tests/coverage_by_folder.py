"""Coverage of lines by folder: run the fast tests of five folders as plain Python, and require 95 % in each.

    python tests/coverage_by_folder.py

Compiled code cannot be measured, so compilation is off. The tests of these folders alone must reach the threshold:
a run of the whole model would execute nearly every line and check few of them.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "model" / "redbead"
FOLDERS = ("behaviour", "oversight", "dynamics", "analysis", "storage")
THRESHOLD = 95.0
"""Lowest coverage of each folder. [% of lines]"""
TESTS = [*(f"tests/unit/{folder}" for folder in FOLDERS), "tests/contracts/test_doctests.py"]


def measure(work):
    """Run the tests with coverage; return the report of coverage.py by file, or end if a test fails."""
    report = work / "coverage.json"
    sources = [f"--cov={PACKAGE / folder}" for folder in FOLDERS]
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", *TESTS, *sources, f"--cov-report=json:{report}"]
    environment = os.environ | {"REDBEAD_JIT": "0", "COVERAGE_FILE": str(work / "coverage")}
    done = subprocess.run(command, cwd=ROOT, check=False, env=environment)
    if done.returncode:
        sys.exit(done.returncode)
    return json.loads(report.read_text(encoding="utf-8"))["files"]


def by_folder(files):
    """Lines, covered lines and missing lines by folder: ``{folder: (lines, covered, {file: [line, ...]})}``."""
    table = {}
    for folder in FOLDERS:
        here = {name: entry for name, entry in files.items() if (ROOT / name).is_relative_to(PACKAGE / folder)}
        lines = sum(entry["summary"]["num_statements"] for entry in here.values())
        covered = sum(entry["summary"]["covered_lines"] for entry in here.values())
        table[folder] = (
            lines,
            covered,
            {n: entry["missing_lines"] for n, entry in here.items() if entry["missing_lines"]},
        )
    return table


def main():
    """Print coverage by folder; return 1 if one is below the threshold."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as work:
        table = by_folder(measure(Path(work)))
    low = []
    print(f"\n{'folder':10} {'lines':>6} {'covered':>8}")
    for folder, (lines, covered, missing) in table.items():
        share = 100.0 * covered / lines
        print(f"{folder:10} {lines:6} {share:6.1f} %")
        if share < THRESHOLD:
            low.append(folder)
            print("".join(f"    {name}: {', '.join(map(str, numbers))}\n" for name, numbers in missing.items()), end="")
    print(f"{time.monotonic() - started:.0f} s")
    return int(bool(low))


if __name__ == "__main__":
    sys.exit(main())
