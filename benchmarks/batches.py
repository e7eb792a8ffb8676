"""Measure the cost of batches and the gain from common random numbers, and compare each figure with its goal.

.venv/bin/python benchmarks/batches.py              everything, some minutes; needs two idle cores and 3 GB of disk
.venv/bin/python benchmarks/batches.py --quick      fewer rounds, and memory for 300 and 3,000 runs of one year
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
from redbead.api import run
from redbead.execution.runs import run_options
from redbead.report.comparison.page import write_pages
from redbead.scenario.loader import load
from redbead.storage.run_store import open_for_writing
from redbead.studies.comparison.arms import arms_of, header_of
from redbead.studies.comparison.inputs import gather, with_runs
from redbead.studies.comparison.spec import Comparison
from redbead.studies.comparison.study import execute_missing_runs, run_only

ROOT = Path(__file__).resolve().parents[1]
PAIRED = ("hidden_errors", "errors_generated", "serious_incidents", "turnover")


@functools.cache
def one_policy(runs: int, years: float = 10.0) -> Comparison:
    """Return a comparison of the baseline with an identical policy, which shares its runs."""
    base = load("baseline").set({"time.years": years})
    return with_runs(gather({"baseline": base, "the same": base}), str(runs))


def batch(runs: int, jobs: int, *, keep: bool = True, years: float = 10.0) -> None:
    """Simulate runs of the baseline into a store, or discard them if ``keep`` is False."""
    comparison = one_policy(runs, years)
    arms = arms_of(comparison)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_for_writing(Path(folder) / "b", header_of(comparison, arms)) as store,
    ):
        if not keep:
            store.add = lambda _items: None  # type: ignore[method-assign]
        execute_missing_runs(comparison, arms, store, run_options(jobs=jobs))


def pairing(rounds: int) -> Iterator[Line]:
    """(j): variance of the difference between policies with independent and with common random numbers."""
    runs = 100 * rounds
    base, just = (run(name, runs=runs, seed=1).batch for name in ("baseline", "just-culture"))
    independent = run("just-culture", runs=runs, seed=1_000_001).batch
    for period in PERIODS:
        for outcome in PAIRED:
            a, b, c = (find_outcome(results, outcome, period).values for results in (base, just, independent))
            ratio = float((a - c).var(ddof=1) / (a - b).var(ddof=1))
            goal = 5.0 if (outcome, period) == ("hidden_errors", WHOLE_RUN) else None
            highest = float((a.var() + b.var()) / (a.std() - b.std()) ** 2)
            detail = f"correlation {np.corrcoef(a, b)[0, 1]:.2f}; at 1 it would be {highest:.1f} times"
            yield at_least("j", f"pairing: {outcome}, {period}", ratio, "times less", goal, detail)


def two_jobs(rounds: int) -> Iterator[Line]:
    """(k): a batch with its store on one thread and on two, in elapsed time."""
    runs = 150
    works = {str(jobs): functools.partial(batch, runs, jobs) for jobs in (1, 2)}
    times = interleaved(works, rounds, wall)
    detail = f"{runs} runs in {median(times['2']):.2f} s instead of {median(times['1']):.2f} s"
    yield at_least(
        "k", "two jobs compared with one, with the store", timing.ratio(times["1"], times["2"]), "times", 1.6, detail
    )


def store_cost(rounds: int) -> Iterator[Line]:
    """(l): a batch with and without its store, in processor time and elapsed time, on two threads."""
    runs = 150
    works = {"kept": functools.partial(batch, runs, 2), "discarded": functools.partial(batch, runs, 2, keep=False)}
    for clock, unit in ((timing.cpu, "processor time"), (wall, "elapsed time")):
        times = interleaved(works, rounds, clock)
        share = 100 * (1 - 1 / timing.ratio(times["kept"], times["discarded"]))
        yield at_most("l", f"share of the store, {unit}", share, "%", 5.0, f"{runs} runs, 30 or more per chunk")


def thousand(rounds: int) -> Iterator[Line]:
    """(m): 1,000 runs of the baseline over ten years on two threads, without tables and report."""
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
    """Return the peak resident memory of a process that simulates a number of runs. [MB]"""
    code = PEAK.format(runs=runs, years=years)
    completed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return int(completed.stdout.split()[1]) / 1024


def memory(rounds: int) -> Iterator[Line]:
    """(n): peak memory of the coordinating process with few runs and with ten times as many."""
    few, years = (1000, 10.0) if rounds > 3 else (300, 1.0)
    small, large = peak(few, years), peak(10 * few, years)
    detail = f"{small:.0f} MB at {few:,} runs of {years:g} years, {large:.0f} MB at {10 * few:,}"
    yield at_most("n", "memory of the coordinator, ten times the runs", large / small, "times", 1.10, detail)


def statements(rounds: int) -> Iterator[Line]:
    """(q): processor time of all statements of a report after the runs: tests, ranks, crossovers, text and figures."""
    runs = 4000 if rounds > 3 else 1000
    values = {"time.years": 4, "time.warm_up_years": 0.5, "authority.posts": 24}
    names = ("baseline", "just-culture", "staff-first", "two-strikes")
    comparison = with_runs(gather({name: load(name).set(values) for name in names}), str(runs))
    with tempfile.TemporaryDirectory() as folder:
        results = run_only(comparison, Path(folder) / "b", run_options(jobs=2))
        seconds = timing.cpu(lambda: write_pages(Path(folder), results, "", ["benchmark"]))
    detail = f"{len(names)} policies, 4 years"
    yield at_most("q", f"statements and report of {runs:,} runs", seconds, "s", 20.0, detail)


SECTIONS = {"j": pairing, "k": two_jobs, "l": store_cost, "m": thousand, "n": memory, "q": statements}


def main() -> None:
    """Measure and print the selected lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    batch(4, 2, years=0.1)  # compile
    keys = [part.strip() for part in options.only.split(",") if part.strip()] or list(SECTIONS)
    lines = []
    if not options.json:
        print(timing.machine())
    for key in keys:
        for line in SECTIONS[key](3 if options.quick else 7):
            lines.append(line)
            if not options.json:
                print(line.text(), flush=True)
    if options.json:
        print(json.dumps({"machine": timing.machine(), "lines": [line.as_dict() for line in lines]}, indent=2))


if __name__ == "__main__":
    main()
