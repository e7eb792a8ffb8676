"""The fairness audit: can each policy win, and can it lose, within what nobody knows for certain (T64)?

A model in which a policy wins in every draw of its uncertain parameters has been built to say so. The audit draws all
of them at once, runs each draw with and without each lever on the same dice, and counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.parameter_draws import draw_lever, draw_parameters, is_plausible
from redbead.engine.simulate import prepare, simulate
from redbead.exceptions import BadInputError, Problem
from redbead.execution.progress import Counter, Progress
from redbead.execution.runs import DEFAULT_JOBS, check_numbers, measure_index
from redbead.levers import LEVERS
from redbead.scenario.messages import no_such_lever
from redbead.scenario.scenario import Scenario
from redbead.state.constants import YEAR
from redbead.state.types import Reals

JUDGED: Final = {"errors_generated": -1.0, "hidden_errors": -1.0, "service_quality": 1.0, "turnover": -1.0}
"""The outcomes of T64 and the sign of what is better."""

FAIR: Final = (0.02, 0.98)
"""A lever is fair if on at least one outcome the share of draws in which it helps lies between these two (T64)."""

MOST_DRAWS: Final = 10_000
MOST_TRIES: Final = 20
YEARS: Final = 4.0
WARM_UP: Final = 2.0


class ParameterDraw(NamedTuple):
    """One draw: its scenario without any lever, its dice, and what became of it."""

    scenario: Scenario
    seed: int
    means: dict[str, float]


class AuditResult(NamedTuple):
    """What became of one lever, by outcome: in which share of draws it helped, and by how much.

    `effects` are relative differences, with the lever over without it: median, and ends of the middle 80 % of draws.
    """

    kind: str
    helped: dict[str, float]
    effects: dict[str, tuple[float, float, float]]

    @property
    def fair(self) -> bool:
        """Whether it neither wins nor loses in every draw on every outcome."""
        return any(FAIR[0] <= share <= FAIR[1] for share in self.helped.values())


class Audit(NamedTuple):
    """The verdicts, from so many plausible draws out of so many tried."""

    verdicts: list[AuditResult]
    draws: int
    tried: int


def audit(
    kinds: Sequence[str] = (),
    *,
    draws: int = 200,
    seed: int = 1,
    progress: Callable[[Progress], None] | None = None,
) -> Audit:
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
    Audit
        One verdict for each lever: in which share of draws it helped over years 2 to 4; a draw without any difference
        counts half.

    Raises
    ------
    BadInputError
        There is no such lever, or too few or too many draws.
    """
    _refuse(kinds, draws)
    check_numbers(draws, seed, None)
    chosen = list(kinds) or list(LEVERS)
    counter = Counter(draws * (len(chosen) + 1), progress)
    worlds, tried = plausible_worlds(draws, seed, counter)
    place = {kind: n for n, kind in enumerate(LEVERS, 1)}  # a verdict does not depend on who else is judged
    verdicts = [_judge(kind, worlds, seed + place[kind], counter) for kind in chosen]
    return Audit(verdicts, draws, tried)


def plausible_worlds(draws: int, seed: int, counter: Counter) -> tuple[list[ParameterDraw], int]:
    """So many draws that might be an English authority, with their outcomes; and how many had to be tried.

    Raises
    ------
    BadInputError
        Hardly any draw is plausible: the ranges of the parameters do not fit the bounds.
    """
    kept: list[ParameterDraw] = []
    tried = 0
    while len(kept) < draws:
        if tried >= MOST_TRIES * draws:
            what = f"only {len(kept)} of {tried} draws look like an English authority"
            raise BadInputError([Problem("audit", what=what, hint="ask for fewer draws")])
        batch = [
            Scenario(name="draw", years=YEARS, warm_up_years=WARM_UP, values=tuple(values.items()))
            for values in draw_parameters(draws, seed + tried)
        ]
        dice = [seed + tried + k for k in range(draws)]
        tried += draws
        means = _run_all(batch, dice, None)
        good = [k for k in range(draws) if is_plausible(means[k])][: draws - len(kept)]
        kept += [ParameterDraw(batch[k], dice[k], means[k]) for k in good]
        counter.add(len(good))
    return kept, tried


def _judge(kind: str, worlds: Sequence[ParameterDraw], seed: int, counter: Counter) -> AuditResult:
    """Run every world with one lever, each on its own dice again, and count."""
    versions = draw_lever(kind, len(worlds), seed)
    scenarios = [replace(world.scenario, levers=(lever,)) for world, lever in zip(worlds, versions, strict=True)]
    means = _run_all(scenarios, [world.seed for world in worlds], counter)
    with_it = np.array([[m[name] for name in JUDGED] for m in means])
    without = np.array([[world.means[name] for name in JUDGED] for world in worlds])
    return verdict(kind, without, with_it)


def verdict(kind: str, without: Reals, with_it: Reals) -> AuditResult:
    """Count how often a lever helped; both tables are [draws, outcomes], outcomes in the order of :data:`JUDGED`.

    >>> calm, worse = np.array([[50.0, 100.0, 0.8, 0.15]]), np.array([[50.0, 110.0, 0.8, 0.12]])
    >>> verdict("prayer", calm, worse).helped
    {'errors_generated': 0.5, 'hidden_errors': 0.0, 'service_quality': 0.5, 'turnover': 1.0}
    """
    gain = np.sign((with_it - without) * np.array(list(JUDGED.values())))
    share = ((gain + 1.0) / 2.0).mean(axis=0)
    change = (with_it - without) / np.maximum(1e-9, without)
    middle, low, high = (np.quantile(change, q, axis=0) for q in (0.5, 0.1, 0.9))
    effects = {name: (float(middle[m]), float(low[m]), float(high[m])) for m, name in enumerate(JUDGED)}
    return AuditResult(kind, dict(zip(JUDGED, map(float, share), strict=True)), effects)


def _refuse(kinds: Sequence[str], draws: int) -> None:
    """Refuse unknown levers and numbers of draws that make no sense."""
    wrong = [Problem("audit", 0, 0, kind, *no_such_lever(kind)) for kind in kinds if kind not in LEVERS]
    if not 2 <= draws <= MOST_DRAWS:
        wrong.append(Problem("audit", key=f"draws = {draws}", what=f"outside 2 to {MOST_DRAWS} draws"))
    if wrong:
        raise BadInputError(wrong)


def _run_all(scenarios: Sequence[Scenario], seeds: Sequence[int], counter: Counter | None) -> list[dict[str, float]]:
    """The mean outcomes of every scenario on its dice, on two threads, in order."""
    with ThreadPoolExecutor(DEFAULT_JOBS, thread_name_prefix="redbead") as pool:
        found = []
        for means in pool.map(_means, scenarios, seeds):
            found.append(means)
            if counter:
                counter.add(1)
        return found


def _means(scenario: Scenario, seed: int) -> dict[str, float]:
    """Outcomes of one run, over years 2 to 4."""
    weekly = simulate(prepare(scenario), seed).weekly[YEAR:, 0, :].mean(axis=0)
    found = {name: float(weekly[measure_index(name)]) for name in (*JUDGED, "vacancy_rate", "work_pressure")}
    reported, made = weekly[measure_index("errors_reported")], found["errors_generated"]
    return found | {"reported_share": float(reported / made) if made > 0.0 else 0.0}
