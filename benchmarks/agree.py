"""Compare the kernel with the independent Mesa implementation: means of all measures over many runs.

    .venv/bin/python benchmarks/agree.py
    .venv/bin/python benchmarks/agree.py --scenario two-strikes --runs 100

Both use the same scalar rules, but different loops, state and random numbers, so only their distributions can agree.
Each run gives one number per measure: its mean over the recorded years. These numbers are compared with Student's test
at a level of 1 % over all measures together (Bonferroni). The exit code is 1 if the two differ.
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

from benchmarks.mesa_reference import ReferenceService
from redbead.engine.simulate import prepare, simulate
from redbead.measures import MEASURES
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario

LEVEL = 0.01
"""Probability of a false alarm over all measures together."""


class MeasureComparison(NamedTuple):
    """One measure: mean in both implementations, difference in standard errors, and p-value."""

    name: str
    kernel: float
    reference: float
    z: float
    p: float


def kernel_means(scenario: Scenario, runs: int, seed: int) -> NDArray[np.float64]:
    """Return the means over the recorded weeks from the kernel. Shape [runs, measures]."""
    plan = prepare(scenario)
    return np.array([simulate(plan, seed + k).weekly.mean(axis=(0, 1)) for k in range(runs)])


def reference_means(scenario: Scenario, runs: int, seed: int) -> NDArray[np.float64]:
    """Return the means over the recorded weeks from the Mesa implementation. Shape [runs, measures]."""
    means = []
    for k in range(runs):
        model = ReferenceService(scenario, seed + k)
        model.run_model()
        recorded = model.datacollector.model_vars
        means.append([float(np.mean(recorded[measure.name])) for measure in MEASURES])
    return np.array(means)


def compare(kernel: NDArray[np.float64], reference: NDArray[np.float64]) -> list[MeasureComparison]:
    """Return the results of Student's test for each measure.

    Its variance comes from both samples, which is right if both implementations are the same model. Welch's test, which
    takes a variance from each, is wrong for rare events: a few runs without the event have no variance, so that their
    mean of 0 would be certain.
    """
    from scipy.stats import t as student

    freedom = len(kernel) + len(reference) - 2
    rows = []
    for k, measure in enumerate(MEASURES):
        a, b = kernel[:, k], reference[:, k]
        squares = float(((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum())
        error = math.sqrt(squares / freedom * (1.0 / a.size + 1.0 / b.size))
        gap = float(b.mean() - a.mean())
        if error <= 1e-12 * max(1.0, abs(a.mean())):  # the measure is constant
            z, p = (0.0, 1.0) if abs(gap) <= 1e-9 * max(1.0, abs(a.mean())) else (math.copysign(math.inf, gap), 0.0)
        else:
            z = gap / error
            p = float(2.0 * student.sf(abs(z), freedom))
        rows.append(MeasureComparison(measure.name, float(a.mean()), float(b.mean()), z, p))
    return rows


def disagreements(rows: list[MeasureComparison]) -> list[MeasureComparison]:
    """Return the measures that differ significantly."""
    return [row for row in rows if row.p < LEVEL / len(rows)]


def print_table(rows: list[MeasureComparison]) -> None:
    """Print one line per measure."""
    print(f"{'measure':24}{'kernel':>14}{'Mesa':>14}{'z':>8}")
    for row in rows:
        mark = "  differs" if row.p < LEVEL / len(rows) else ""
        print(f"{row.name:24}{row.kernel:14.5g}{row.reference:14.5g}{row.z:8.2f}{mark}")


def main() -> int:
    """Compare the implementations, print a report, and return 1 if they differ."""
    parser = argparse.ArgumentParser(description="Compare the independent Mesa implementation with the kernel.")
    parser.add_argument(
        "--scenario", default="baseline", help="name of a shipped scenario or path of a file (default: baseline)"
    )
    parser.add_argument("--runs", type=int, default=24, help="runs of the Mesa implementation (default: 24)")
    parser.add_argument("--kernel-runs", type=int, default=200, help="runs of the kernel (default: 200)")
    parser.add_argument("--years", type=float, default=3.0, help="years to compare (default: 3)")
    parser.add_argument("--warm-up", type=float, default=1.0, help="years of warm-up (default: 1)")
    args = parser.parse_args()
    scenario = load(args.scenario).set({"time.years": args.years, "time.warm_up_years": args.warm_up})
    rows = compare(kernel_means(scenario, args.kernel_runs, 1_000), reference_means(scenario, args.runs, 1))
    sizes = f"{args.kernel_runs} runs of the kernel and {args.runs} of the Mesa implementation"
    print(f"{scenario.name}, {args.years:g} years after {args.warm_up:g} years of warm-up: {sizes}\n")
    print_table(rows)
    different = disagreements(rows)
    worst = max(rows, key=lambda row: abs(row.z))
    print(f"\nlargest |z| {abs(worst.z):.2f} ({worst.name}); {len(different)} of {len(rows)} measures differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
