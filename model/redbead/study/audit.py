"""The fairness audit: can each policy win, and can it lose, within what nobody knows for certain (T64)?

A model in which a policy wins in every draw of its uncertain parameters has been built to say so. The audit draws all
of them at once, runs each draw with and without each lever on the same dice, and counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from redbead.engine.run import prepare, simulate
from redbead.levers import LEVERS
from redbead.problems import BadInputError, Problem
from redbead.scenario.checks import close
from redbead.scenario.spec import Scenario
from redbead.state.authority import YEAR
from redbead.state.types import Reals
from redbead.study.draws import draw_lever, draw_parameters
from redbead.study.runs import DEFAULT_JOBS, Progress, position

JUDGED: Final = {"errors_generated": -1.0, "hidden_errors": -1.0, "service_quality": 1.0, "turnover": -1.0}
"""The outcomes of T64 and the sign of what is better."""

FAIR: Final = (0.02, 0.98)
"""A lever is fair if on at least one outcome the share of draws in which it helps lies between these two (T64)."""

MOST_DRAWS: Final = 10_000
YEARS: Final = 4.0
WARM_UP: Final = 2.0


class Verdict(NamedTuple):
    """What became of one lever, by outcome: in which share of draws it helped, and by how much.

    `effects` are relative differences, with the lever over without it: median, and the ends of the middle 80 % of draws.
    """

    kind: str
    helped: dict[str, float]
    effects: dict[str, tuple[float, float, float]]

    @property
    def fair(self) -> bool:
        """Whether it neither wins nor loses in every draw on every outcome."""
        return any(FAIR[0] <= share <= FAIR[1] for share in self.helped.values())


def audit(
    kinds: Sequence[str] = (),
    *,
    draws: int = 200,
    seed: int = 1,
    progress: Callable[[Progress], None] | None = None,
) -> list[Verdict]:
    """Judge levers over draws of all uncertain parameters.

    Parameters
    ----------
    kinds
        Which levers; all of them where none is named.
    draws
        How many sets of parameters. [draws]
    seed
        Seed of the draws; draw k runs on the dice of seed + k.
    progress
        Called after each run.

    Returns
    -------
    list[Verdict]
        One for each lever: in which share of draws it helped over years 2 to 4; a draw without any difference counts
        half.

    Raises
    ------
    BadInputError
        There is no such lever, or too few or too many draws.
    """
    _refuse(kinds, draws)
    chosen = list(kinds) or list(LEVERS)
    worlds = [Scenario(name=f"draw-{k}", years=YEARS, warm_up_years=WARM_UP, values=tuple(values.items()))
              for k, values in enumerate(draw_parameters(draws, seed))]  # fmt: skip
    jobs = {("", k): world for k, world in enumerate(worlds)}
    for number, kind in enumerate(chosen, 1):
        versions = draw_lever(kind, draws, seed + number)
        jobs |= {(kind, k): replace(world, levers=(versions[k],)) for k, world in enumerate(worlds)}
    results = dict(_all(jobs, seed, progress))
    without = np.stack([results["", k] for k in range(draws)])
    return [_verdict(kind, np.stack([results[kind, k] for k in range(draws)]), without) for kind in chosen]


def _refuse(kinds: Sequence[str], draws: int) -> None:
    """Refuse unknown levers and numbers of draws that make no sense."""
    wrong = [
        Problem("audit", key=kind, what="no such lever", hint=f"did you mean {close(kind, LEVERS)!r}?")
        for kind in kinds
        if kind not in LEVERS
    ]
    if not 2 <= draws <= MOST_DRAWS:
        wrong.append(Problem("audit", key=f"draws = {draws}", what=f"outside 2 to {MOST_DRAWS} draws"))
    if wrong:
        raise BadInputError(wrong)


def _all(
    jobs: dict[tuple[str, int], Scenario], seed: int, progress: Callable[[Progress], None] | None
) -> Iterator[tuple[tuple[str, int], Reals]]:
    """Every job's mean outcomes, on two threads; draw k of every lever meets the same dice."""
    started = time.perf_counter()
    with ThreadPoolExecutor(DEFAULT_JOBS, thread_name_prefix="redbead") as pool:
        futures = {pool.submit(_means, scenario, seed + key[1]): key for key, scenario in jobs.items()}
        for done, future in enumerate(as_completed(futures), 1):
            if progress:
                rate = done / (time.perf_counter() - started)
                progress(Progress(done, len(futures), 0, rate, (len(futures) - done) / rate))
            yield futures[future], future.result()


def _means(scenario: Scenario, seed: int) -> Reals:
    """The judged outcomes of one run, over years 2 to 4. [outcomes]"""
    weekly = simulate(prepare(scenario), seed).weekly[YEAR:, 0, :]
    means: Reals = weekly[:, [position(name) for name in JUDGED]].mean(axis=0)
    return means


def _verdict(kind: str, with_it: Reals, without: Reals) -> Verdict:
    """The share of draws in which a lever helps; [draws, outcomes] with it and without it."""
    gain = np.sign((with_it - without) * np.array(list(JUDGED.values())))
    share = ((gain + 1.0) / 2.0).mean(axis=0)
    change = (with_it - without) / np.maximum(1e-9, without)
    middle, low, high = (np.quantile(change, q, axis=0) for q in (0.5, 0.1, 0.9))
    effects = {name: (float(middle[m]), float(low[m]), float(high[m])) for m, name in enumerate(JUDGED)}
    return Verdict(kind, dict(zip(JUDGED, map(float, share), strict=True)), effects)
