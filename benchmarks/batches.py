"""What policy batches cost, and what pairing saves, as ratios taken in one run, each beside its goal.

.venv/bin/python benchmarks/batches.py              everything, some minutes; needs two idle cores and 3 GB of disk
.venv/bin/python benchmarks/batches.py --quick      fewer rounds, and memory at 300 and 3,000 runs of a year
.venv/bin/python benchmarks/batches.py --only j,k   some lines only
.venv/bin/python benchmarks/batches.py --json       for machines
"""

from __future__ import annotations

import argparse
import functools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import timing
from benchmarks.timing import Line, at_least, at_most, interleaved, wall
from redbead.analysis.outcomes import PERIODS, WHOLE_RUN, find_outcome
from redbead.execution.executors import ExecutionTarget
from redbead.execution.runs import run_many
from redbead.scenario.loader import load
from redbead.storage.run_store import open_for_writing
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.inputs import gather, with_runs
from redbead.studies.comparison.spec import Comparison
from redbead.studies.comparison.study import RunOptions, execute_missing_runs, header_of

ROOT = Path(__file__).resolve().parents[1]
PAIRED = ("hidden_errors", "errors_generated", "serious_incidents", "turnover")


@functools.cache
def one_policy(runs: int, years: float = 10.0) -> Comparison:
    """The baseline alone (beside an equal policy, which shares its runs): so many runs are made."""
    base = load("baseline").set({"time.years": years})
    return with_runs(gather({"baseline": base, "the same": base}), str(runs))


def batch(runs: int, jobs: int, *, keep: bool = True, years: float = 10.0) -> None:
    """Make so many runs of the baseline into a store; `keep` false throws them away instead."""
    comparison = one_policy(runs, years)
    arms = arms_of(comparison)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_for_writing(Path(folder) / "b", header_of(comparison, arms)) as store,
    ):
        if not keep:
            store.add = lambda _items: None  # type: ignore[method-assign]
        execute_missing_runs(comparison, arms, store, RunOptions(ExecutionTarget(jobs)))


def pairing(rounds: int) -> Iterator[Line]:
    """(j): the variance of a difference between policies, on seeds of their own and on the same seeds."""
    runs = 100 * rounds
    base, just = (run_many(load(name), runs=runs, seed=1) for name in ("baseline", "just-culture"))
    apart = run_many(load("just-culture"), runs=runs, seed=1_000_001)
    for period in PERIODS:
        for outcome in PAIRED:
            a, b, c = (find_outcome(found, outcome, period).values for found in (base, just, apart))
            ratio = float((a - c).var(ddof=1) / (a - b).var(ddof=1))
            goal = 5.0 if (outcome, period) == ("hidden_errors", WHOLE_RUN) else None
            most = float((a.var() + b.var()) / (a.std() - b.std()) ** 2)
            detail = f"correlation {np.corrcoef(a, b)[0, 1]:.2f}; at 1 it would be {most:.1f} times"
            yield at_least("j", f"pairing: {outcome}, {period}", ratio, "times less", goal, detail)


def two_jobs(rounds: int) -> Iterator[Line]:
    """(k): the same batch with its store on one thread and on two, by the clock."""
    many = 150
    works = {str(jobs): functools.partial(batch, many, jobs) for jobs in (1, 2)}
    times = interleaved(works, rounds, wall)
    detail = f"{many} runs in {median(times['2']):.2f} s instead of {median(times['1']):.2f} s"
    yield at_least(
        "k", "two jobs against one, store included", timing.ratio(times["1"], times["2"]), "times", 1.6, detail
    )


def store_cost(rounds: int) -> Iterator[Line]:
    """(l): the same batch kept and thrown away, in processor time and by the clock, on two threads."""
    many = 150
    works = {"kept": functools.partial(batch, many, 2), "thrown": functools.partial(batch, many, 2, keep=False)}
    for clock, unit in ((timing.cpu, "processor time"), (wall, "by the clock")):
        times = interleaved(works, rounds, clock)
        share = 100 * (1 - 1 / timing.ratio(times["kept"], times["thrown"]))
        yield at_most("l", f"share of the store, {unit}", share, "%", 5.0, f"{many} runs, 30 or more to a chunk")


def thousand(rounds: int) -> Iterator[Line]:
    """(m): a thousand runs of the baseline, ten years, on two threads; tables and report not included."""
    times = [wall(functools.partial(batch, 1000, 2)) for _ in range(max(1, rounds // 3))]
    yield at_most(
        "m", "1,000 runs of the baseline, two jobs", median(times), "s", 15.0, f"{1000 / median(times):.0f} runs/s"
    )


PEAK = """
import resource, sys
from benchmarks.batches import batch
batch(30, 2, years={years})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
batch({runs}, 2, years={years})
print(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(runs: int, years: float) -> float:
    """Peak resident memory of a process that makes so many runs. [MB]"""
    code = PEAK.format(runs=runs, years=years)
    made = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return int(made.stdout.split()[1]) / 1024


def memory(rounds: int) -> Iterator[Line]:
    """(n): peak memory of the process that coordinates, at so many runs and at ten times as many."""
    few, years = (1000, 10.0) if rounds > 3 else (300, 1.0)
    small, large = peak(few, years), peak(10 * few, years)
    detail = f"{small:.0f} MB at {few:,} runs of {years:g} years, {large:.0f} MB at {10 * few:,}"
    yield at_most("n", "coordinator's memory, ten times the runs", large / small, "times", 1.10, detail)


SECTIONS = {"j": pairing, "k": two_jobs, "l": store_cost, "m": thousand, "n": memory}


def main() -> None:
    """Take the figures that are asked for and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    batch(4, 2, years=0.1)  # compile
    wanted = [part.strip() for part in asked.only.split(",") if part.strip()] or list(SECTIONS)
    lines = []
    if not asked.json:
        print(timing.machine())
    for key in wanted:
        for line in SECTIONS[key](3 if asked.quick else 7):
            lines.append(line)
            if not asked.json:
                print(line.text(), flush=True)
    if asked.json:
        print(json.dumps({"machine": timing.machine(), "lines": [line.as_dict() for line in lines]}, indent=2))


if __name__ == "__main__":
    main()
