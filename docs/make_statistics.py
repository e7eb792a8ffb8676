"""Write docs/statistics.md: every statement of the product, its method, and its error rate on synthetic truth.

python docs/make_statistics.py                 all simulations in full; about 90 minutes of processor time, on two cores
python docs/make_statistics.py --seconds 10    at most this much processor time for each; the page states the batches
python docs/make_statistics.py --only S6       print the figures of one row, and write nothing
"""

from __future__ import annotations

import argparse
import math
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent / "tests" / "error_rates"))

from simulations import all_simulations  # noqa: E402 - the folder of the tests is found through the line above
from simulations.simulation import FALSE_ALARM, Measured, Simulation  # noqa: E402

HEAD: Final = """\
# Statistics: what each statement means, and how often it is wrong

Every statement that the product prints rests on a method with a known error rate. The rates below are measured: the
truth is chosen, data are drawn from it, the product judges them as in a report, and the errors are counted. "Null"
means that there is no true difference. Each rate has a 95 % Monte Carlo error. The last column is the rate before the
methods were corrected, as a review by a statistician measured it.

`python docs/build.py --only statistics` regenerates this page in about an hour and a half of processor time (S14, which
runs the model, takes half of it: `python docs/make_statistics.py --only S14`); `--seconds 5` limits the time of each
simulation, so that slow ones have fewer batches. A fast version runs with every test, that of S14 with the slow tests
(`tests/error_rates/`); a method that meets its requirement exactly fails one of its tests with a chance of at most
{alarm:.1f} %.

All intervals and probabilities describe random variation in this model, not uncertainty about the real world. They are
conditional on the structure of the model and, without draws of uncertain parameters, on its parameters.
"""


def measure(position: int, seconds: float) -> tuple[int, Measured]:
    """Run one simulation; simulations are found by position, because their functions cannot be sent."""
    simulation = all_simulations()[position]
    return position, simulation.run(simulation.full, seconds=seconds)


def measure_all(positions: list[int], seconds: float) -> dict[int, Measured]:
    """Run simulations on two processes, with a line of progress for each."""
    simulations, measured = all_simulations(), {}
    with ProcessPoolExecutor(2) as pool:
        for done, (position, result) in enumerate(pool.map(measure, positions, [seconds] * len(positions)), 1):
            measured[position] = result
            state = "" if simulations[position].is_met(result) else "  REQUIREMENT NOT MET"
            text = f"{done} of {len(positions)}: {simulations[position].name}: {percent(result)}{state}"
            print(text, file=sys.stderr, flush=True)
    return measured


def percent(measured: Measured) -> str:
    """Measured share with its Monte Carlo error."""
    return f"{100 * measured.share:.1f} ± {100 * measured.error:.1f} %"


def required(simulation: Simulation) -> str:
    """Required range in words."""
    low, high = 100 * simulation.lowest, 100 * simulation.high
    if low == 0.0:
        return f"at most {high:.3g} %"
    return f"at least {low:.3g} %" if high == 100.0 else f"{low:.3g} to {high:.3g} %"


def page(measured: dict[int, Measured]) -> str:
    """Text of the page: one section for each row of statements."""
    simulations = all_simulations()
    by_row: dict[str, list[int]] = {}
    for position in measured:
        by_row.setdefault(simulations[position].row, []).append(position)
    sections = [
        section([simulations[k] for k in by_row[row]], [measured[k] for k in by_row[row]])
        for row in sorted(by_row, key=lambda row: int(row[1:]))
    ]
    return "\n".join([HEAD.format(alarm=100 * FALSE_ALARM), *sections])


def section(simulations: list[Simulation], measured: list[Measured]) -> str:
    """Section of one row: statements, methods, a table of figures, and when not to trust the statement."""
    lines = [f"## {simulations[0].row}: {simulations[0].statement[:1].upper()}{simulations[0].statement[1:]}", ""]
    lines += [f"- **Method:** {method}." for method in dict.fromkeys(item.method for item in simulations)]
    lines += [f"- **Do not trust it:** {text}" for text in dict.fromkeys(i.caution for i in simulations if i.caution)]
    lines += ["", "| measured share | required | measured | batches | before |", "|---|---|---|---|---|"]
    for item, result in zip(simulations, measured, strict=True):
        met = "" if item.is_met(result) else " **not met**"
        cells = (item.figure, required(item), f"{percent(result)}{met}", f"{result.of:,}", item.before or "–")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description="Write docs/statistics.md.")
    parser.add_argument("--only", metavar="ROW", default="", help="one row, such as S6; prints its figures only")
    parser.add_argument("--seconds", type=float, default=math.inf, help="most processor time of one simulation")
    arguments = parser.parse_args()
    chosen = [k for k, item in enumerate(all_simulations()) if arguments.only in ("", item.row)]
    measured = measure_all(chosen, arguments.seconds)
    if not arguments.only:
        (DOCS / "statistics.md").write_text(page(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
