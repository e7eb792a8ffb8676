"""Does the twin behave as the kernel does? Means of every measure over many runs of each, compared.

    .venv/bin/python benchmarks/agree.py
    .venv/bin/python benchmarks/agree.py --scenario two-strikes --runs 100

The two share their scalar rules but no loop, no state and no draw, so they can only agree in distribution. Each run
gives one number a measure: its mean over the watched years. Welch's test compares these numbers; with about fifty
measures, a difference counts at a fiftieth of the level (Bonferroni). Ends with exit code 1 where the two disagree.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.mesa_twin import ServiceTwin
from redbead.engine.simulate import prepare, simulate
from redbead.measures import MEASURES
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario

LEVEL = 0.01
"""Chance of a false alarm over all measures together."""


class Compared(NamedTuple):
    """One measure: its mean in the kernel and in the twin, and how far apart they are in standard errors."""

    name: str
    kernel: float
    twin: float
    z: float
    p: float


def of_kernel(scenario: Scenario, runs: int, seed: int) -> NDArray[np.float64]:
    """Means over the watched weeks: [runs, measures]."""
    plan = prepare(scenario)
    return np.array([simulate(plan, seed + k).weekly.mean(axis=(0, 1)) for k in range(runs)])


def of_twin(scenario: Scenario, runs: int, seed: int) -> NDArray[np.float64]:
    """The same for the twin."""
    means = []
    for k in range(runs):
        model = ServiceTwin(scenario, seed + k)
        model.run_model()
        recorded = model.datacollector.model_vars
        means.append([float(np.mean(recorded[measure.name])) for measure in MEASURES])
    return np.array(means)


def compare(kernel: NDArray[np.float64], twin: NDArray[np.float64]) -> list[Compared]:
    """Welch's test, measure by measure."""
    from scipy.stats import t as student

    rows = []
    for k, measure in enumerate(MEASURES):
        a, b = kernel[:, k], twin[:, k]
        parts = a.var(ddof=1) / a.size, b.var(ddof=1) / b.size
        error = math.sqrt(sum(parts))
        gap = float(b.mean() - a.mean())
        if error <= 1e-12 * max(1.0, abs(a.mean())):  # the same number in every run
            z, p = (0.0, 1.0) if abs(gap) <= 1e-9 * max(1.0, abs(a.mean())) else (math.copysign(math.inf, gap), 0.0)
        else:
            z = gap / error
            freedom = error**4 / (parts[0] ** 2 / (a.size - 1) + parts[1] ** 2 / (b.size - 1))
            p = float(2.0 * student.sf(abs(z), freedom))
        rows.append(Compared(measure.name, float(a.mean()), float(b.mean()), z, p))
    return rows


def disagreements(rows: list[Compared]) -> list[Compared]:
    """The measures that differ by more than chance explains."""
    return [row for row in rows if row.p < LEVEL / len(rows)]


def print_table(rows: list[Compared]) -> None:
    """One line a measure."""
    print(f"{'measure':24}{'kernel':>14}{'twin':>14}{'z':>8}")
    for row in rows:
        mark = "  differs" if row.p < LEVEL / len(rows) else ""
        print(f"{row.name:24}{row.kernel:14.5g}{row.twin:14.5g}{row.z:8.2f}{mark}")


def main() -> int:
    """Compare and report; 1 where the two disagree."""
    parser = argparse.ArgumentParser(description="Statistical agreement of the Mesa twin with the kernel.")
    parser.add_argument("--scenario", default="baseline", help="a shipped scenario or a file (default: baseline)")
    parser.add_argument("--runs", type=int, default=24, help="runs of the twin (default: 24)")
    parser.add_argument("--kernel-runs", type=int, default=200, help="runs of the kernel (default: 200)")
    parser.add_argument("--years", type=float, default=3.0, help="years that are compared (default: 3)")
    parser.add_argument("--warm-up", type=float, default=1.0, help="years before them (default: 1)")
    args = parser.parse_args()
    scenario = load(args.scenario).set({"time.years": args.years, "time.warm_up_years": args.warm_up})
    rows = compare(of_kernel(scenario, args.kernel_runs, 1_000), of_twin(scenario, args.runs, 1))
    compared = f"{args.kernel_runs} runs of the kernel against {args.runs} of the twin"
    print(f"{scenario.name}, {args.years:g} years after {args.warm_up:g}: {compared}\n")
    print_table(rows)
    apart = disagreements(rows)
    worst = max(rows, key=lambda row: abs(row.z))
    print(f"\nlargest |z| {abs(worst.z):.2f} ({worst.name}); {len(apart)} of {len(rows)} measures differ")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
