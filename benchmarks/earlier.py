"""Compare the time of a run with that of an earlier revision of this repository.

    .venv/bin/python benchmarks/earlier.py               against the revision before the life of an error was modelled
    .venv/bin/python benchmarks/earlier.py REVISION      against another revision
    .venv/bin/python benchmarks/earlier.py --strict      exit code 1 if the goal is missed

Both revisions run the baseline in alternation, each in a separate process, in processor time. The first use compiles
both, which takes some minutes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.timing import at_most

ROOT: Final = Path(__file__).resolve().parents[1]
BEFORE: Final = "a26aaf3"
"""Last revision before errors could be raised, put right and punished separately."""
GOAL: Final = 1.25
RUNS: Final = 20

WORKER: Final = """
import sys, time
try:
    from redbead.engine.simulate import prepare, simulate
    from redbead.scenario.loader import load
except ModuleNotFoundError:  # names of earlier revisions
    from redbead.engine.run import prepare, simulate
    from redbead.scenario.load import load
plan = prepare(load("baseline"))
simulate(plan, 0)
for line in sys.stdin:
    begin = time.process_time()
    for seed in range(int(line)):
        simulate(plan, seed)
    print(time.process_time() - begin, flush=True)
"""


class Worker:
    """A process that runs the baseline of one source tree when asked to."""

    def __init__(self, tree: Path) -> None:
        environment = os.environ | {"PYTHONPATH": str(tree / "model")}
        command = [sys.executable, "-P", "-c", WORKER]
        self.process = subprocess.Popen(
            command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def seconds(self, runs: int) -> float:
        """Return the processor time of some runs. [s]"""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(runs, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def stop(self) -> None:
        """End the process."""
        self.process.communicate()


@contextmanager
def tree_of(revision: str) -> Iterator[Path]:
    """Check a revision out into a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "-q", "--detach", str(tree), revision], cwd=ROOT, check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)


def ratios(revision: str, rounds: int) -> tuple[list[float], float]:
    """Return the ratio of each round, and the time of a run of this revision. [s]"""
    with tree_of(revision) as tree:
        workers = [Worker(ROOT), Worker(tree)]
        for worker in workers:  # compiles
            worker.seconds(1)
        times = [[worker.seconds(RUNS) for worker in workers] for _ in range(rounds)]
        for worker in workers:
            worker.stop()
    return [now / before for now, before in times], median(now for now, _ in times) / RUNS


def main() -> int:
    """Print the line of the table."""
    parser = argparse.ArgumentParser(description="Compare the time of a run with that of an earlier revision.")
    parser.add_argument("revision", nargs="?", default=BEFORE)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--strict", action="store_true", help="exit code 1 if the goal is missed")
    options = parser.parse_args()
    found, seconds = ratios(options.revision, options.rounds)
    detail = f"{min(found):.2f} to {max(found):.2f}; {1e3 * seconds:.1f} ms per run"
    line = at_most("s", f"a run compared with one of {options.revision}", median(found), "times", GOAL, detail)
    print(line.text())
    return int(options.strict and line.verdict != "PASS")


if __name__ == "__main__":
    sys.exit(main())
