"""Fairness audit: can each policy both win and lose within the uncertainty of the parameters (T64)?

A model in which a policy wins for every draw of the uncertain parameters assumes its conclusion. The audit draws all
parameters at once, and runs each draw several times with and without each lever, with common random numbers. It reports
in which share of draws these runs show that the lever helps, show that it harms, or show neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from redbead.analysis.draw_effects import ERROR_RATE, MIN_RUNS, DrawShares, draw_shares
from redbead.analysis.intervals import Interval
from redbead.analysis.parameter_draws import draw_lever, draw_parameters, is_plausible
from redbead.exceptions import BadInputError, Problem
from redbead.execution.runs import check_numbers
from redbead.levers import LEVERS
from redbead.measures import MeasureLookup
from redbead.scenario.messages import no_such_lever
from redbead.scenario.scenario import Scenario
from redbead.state.constants import YEAR, Reals, Whole
from redbead.storage.atomic_files import csv_text
from redbead.storage.point_store import Point, Points
from redbead.storage.study_folder import StudyFiles, header_of, inputs_digest

JUDGED: Final = {"errors_generated": -1.0, "hidden_errors": -1.0, "service_quality": 1.0, "turnover": -1.0}
"""Outcomes of T64, and the sign of an improvement."""

NEARLY_ALL: Final = 0.98
"""Share of draws above which a lever helps in nearly all of them; it helps in nearly none below 1 minus it (T64)."""

SIGNIFICANCE: Final = 0.05
"""Probability at most that a lever without any effect seems to have effects of both signs. [0-1]"""

DRAWS: Final = 100
RUNS: Final = 5
"""Default number of draws, and of runs per draw: about 2.5 times the runs of 200 draws of one run."""
MAX_RUNS: Final = 1000
MAX_DRAWS: Final = 10_000
MAX_TRIES_PER_DRAW: Final = 20
YEARS: Final = 4.0
WARM_UP: Final = 2.0


class Verdict(StrEnum):
    """What the audit of a lever shows."""

    FAIR = "fair"
    ONE_SIDED = "one-sided"
    UNDECIDED = "undecided"


class ParameterDraw(NamedTuple):
    """A draw of all uncertain parameters.

    Attributes
    ----------
    scenario : Scenario
        The scenario without levers.
    seed : int
        Seed of its first run.
    outcomes : dict of list
        Mean outcomes of each run, by name.
    """

    scenario: Scenario
    seed: int
    outcomes: dict[str, list[float]]


class AuditResult(NamedTuple):
    """Audit of one lever.

    Attributes
    ----------
    kind : str
        Kind of lever.
    shares : dict
        Shares of draws in which it helps or harms, by outcome.
    effects : dict
        Relative differences between the mean runs of a draw with and without the lever, by outcome: median, and 10th
        and 90th percentile of draws.
    """

    kind: str
    shares: dict[str, DrawShares]
    effects: dict[str, tuple[float, float, float]]

    @property
    def verdict(self) -> Verdict:
        """Whether the lever goes both ways.

        It is fair if, on at least one outcome, it is shown to help in some draws and to harm in others, each in more
        draws than chance explains: at most 5 % of levers without any effect seem fair on any of the outcomes. It is
        one-sided if, on every outcome, the interval of the share of draws in which it helps, with chance removed, lies
        above `NEARLY_ALL` or below 1 minus it: at most 2.5 % of other levers. Otherwise the runs do not decide.
        """
        shares = self.shares.values()
        if any(
            is_beyond_chance(share.better, share.draws, len(shares))
            and is_beyond_chance(share.worse, share.draws, len(shares))
            for share in shares
        ):
            return Verdict.FAIR
        if all(nearly_all(share) is not None for share in shares):
            return Verdict.ONE_SIDED
        return Verdict.UNDECIDED


def nearly_all(share: DrawShares) -> bool | None:
    """Return whether a lever helps in nearly all draws (True) or in nearly none (False); None if neither is shown."""
    if share.positive.low > NEARLY_ALL:
        return True
    return False if share.positive.high < 1.0 - NEARLY_ALL else None


class Audit(NamedTuple):
    """Results for all levers, the number of plausible draws and of draws tried, and runs per draw."""

    results: list[AuditResult]
    draws: int
    tried: int
    runs: int


def header(kinds: Sequence[str], draws: int, runs: int, seed: int) -> dict[str, Any]:
    """Identity of an audit."""
    return header_of("audit", inputs_digest({"levers": list(kinds), "draws": draws, "runs": runs, "seed": seed}))


def audit(points: Points, kinds: Sequence[str] = (), *, draws: int = DRAWS, runs: int = RUNS, seed: int = 1) -> Audit:
    """Audit levers over draws of all uncertain parameters.

    Parameters
    ----------
    points : Points
        Runs the scenarios, and keeps their mean outcomes.
    kinds : sequence of str
        Kinds of levers; by default all.
    draws : int
        Number of parameter sets. [draws]
    runs : int
        Runs of each parameter set. [runs]
    seed : int
        Seed of the draws; the runs of draw k have the seeds from ``seed + k * runs``.

    Returns
    -------
    Audit
        One result per lever, for means over years 2 to 4.

    Raises
    ------
    BadInputError
        A lever is unknown, or the number of draws or runs is out of range.
    """
    _check_inputs(kinds, draws, runs)
    check_numbers(draws * runs, seed, None)
    levers = list(kinds) or list(LEVERS)
    plausible, tried = plausible_draws(points, draws, runs, seed)
    points.expect(draws * runs * len(levers))
    position = {kind: n for n, kind in enumerate(LEVERS, 1)}  # results do not depend on which levers are audited
    results = [_audit_lever(points, kind, plausible, seed + position[kind]) for kind in levers]
    return Audit(results, draws, tried, runs)


def plausible_draws(points: Points, draws: int, runs: int, seed: int) -> tuple[list[ParameterDraw], int]:
    """Draw parameter sets until enough of them are plausible for an English authority.

    Parameters
    ----------
    points : Points
        Runs the scenarios, and keeps their mean outcomes.
    draws : int
        Number of plausible draws. [draws]
    runs : int
        Runs of each draw, whose mean is judged. [runs]
    seed : int
        Seed of the first draw.

    Returns
    -------
    tuple
        The plausible draws with their outcomes, and the number of draws tried.

    Raises
    ------
    BadInputError
        Too few draws are plausible: the ranges of the parameters do not match the bounds.
    """
    accepted: list[ParameterDraw] = []
    tried = 0
    while len(accepted) < draws:
        if tried >= MAX_TRIES_PER_DRAW * draws:
            what = f"only {len(accepted)} of {tried} draws are plausible for an English authority"
            raise BadInputError([Problem("audit", what=what, hint="Reduce the number of draws.")])
        batch = [
            Scenario(name="draw", years=YEARS, warm_up_years=WARM_UP, values=tuple(values.items()))
            for values in draw_parameters(draws, seed + tried)
        ]
        seeds = [seed + (tried + k) * runs for k in range(draws)]  # no two draws share random numbers
        outcomes = _mean_outcomes(points, f"draws {tried}", batch, (seeds, runs))
        tried += draws
        plausible = [k for k in range(draws) if is_plausible(_means(outcomes[k]))][: draws - len(accepted)]
        accepted += [ParameterDraw(batch[k], seeds[k], outcomes[k]) for k in plausible]
    return accepted, tried


def _means(outcomes: dict[str, list[float]]) -> dict[str, float]:
    """Means over runs."""
    return {name: float(np.mean(values)) for name, values in outcomes.items()}


def _audit_lever(points: Points, kind: str, plausible: Sequence[ParameterDraw], seed: int) -> AuditResult:
    """Run every draw with one lever and its original seeds, and count."""
    versions = draw_lever(kind, len(plausible), seed)
    scenarios = [replace(draw.scenario, levers=(lever,)) for draw, lever in zip(plausible, versions, strict=True)]
    runs = len(next(iter(plausible[0].outcomes.values())))
    outcomes = _mean_outcomes(points, kind, scenarios, ([draw.seed for draw in plausible], runs))
    return audit_result(kind, _judged([draw.outcomes for draw in plausible]), _judged(outcomes))


def _judged(outcomes: Sequence[dict[str, list[float]]]) -> Reals:
    """Judged outcomes as an array [draws, runs, outcomes]."""
    return np.array([[draw[name] for name in JUDGED] for draw in outcomes]).transpose(0, 2, 1)


def audit_result(kind: str, without: Reals, with_it: Reals) -> AuditResult:
    """Count the draws in which a lever helps and harms.

    Parameters
    ----------
    kind : str
        Kind of lever.
    without, with_it : array
        Outcomes without and with the lever, in the order of :data:`JUDGED`. [draws, runs, outcomes]

    Returns
    -------
    AuditResult
        The result.

    Raises
    ------
    ValueError
        There are fewer than two runs per draw.

    Examples
    --------
    >>> calm = np.array([[[50.0, 100.0, 0.8, 0.15]] * 2] * 2)
    >>> worse = calm + np.array([[[0.0, 10.0, 0.0, 0.0], [0.0, 10.1, 0.0, 0.0]]] * 2)
    >>> {name: share.worse.mean for name, share in audit_result("prayer", calm, worse).shares.items()}
    {'errors_generated': 0.0, 'hidden_errors': 1.0, 'service_quality': 0.0, 'turnover': 0.0}
    """
    draw = np.repeat(np.arange(without.shape[0]), without.shape[1])
    gain = (with_it - without) * np.array(list(JUDGED.values()))
    shares = {name: _shares(gain[:, :, m].ravel(), draw) for m, name in enumerate(JUDGED)}
    change = (with_it - without).mean(axis=1) / np.maximum(1e-9, without.mean(axis=1))
    middle, low, high = (np.quantile(change, q, axis=0) for q in (0.5, 0.1, 0.9))
    effects = {name: (float(middle[m]), float(low[m]), float(high[m])) for m, name in enumerate(JUDGED)}
    return AuditResult(kind, shares, effects)


def is_beyond_chance(share: Interval, draws: int, comparisons: int) -> bool:
    r"""Return whether more draws show a sign than the error rate of their tests gives.

    Parameters
    ----------
    share : Interval
        Share of draws shown to be better, or shown to be worse.
    draws : int
        Number of draws.
    comparisons : int
        Number of outcomes, for Bonferroni's correction at 5 %.

    Notes
    -----
    With k of n draws, the binomial probability :math:`P(K \ge k)` at the rate `ERROR_RATE` must be at most 0.05
    divided by the number of comparisons.

    Examples
    --------
    >>> [is_beyond_chance(Interval(k / 100, 0.0, 0.0, ""), 100, 4) for k in (7, 8)]
    [False, True]
    """
    from scipy.stats import binom

    return float(binom.sf(round(share.mean * draws) - 1, draws, ERROR_RATE)) <= SIGNIFICANCE / comparisons


def _shares(gain: Reals, draw: Whole) -> DrawShares:
    """Shares of draws of one outcome."""
    shares = draw_shares(gain, draw)
    if shares is None:
        msg = f"an audit needs at least {MIN_RUNS} runs per draw"
        raise ValueError(msg)
    return shares


def _check_inputs(kinds: Sequence[str], draws: int, runs: int) -> None:
    """Refuse unknown levers and numbers of draws and runs out of range."""
    problems = [Problem("audit", 0, 0, kind, *no_such_lever(kind)) for kind in kinds if kind not in LEVERS]
    if not 2 <= draws <= MAX_DRAWS:
        problems.append(Problem("audit", key=f"draws = {draws}", what=f"is outside the range 2 to {MAX_DRAWS} draws"))
    if not MIN_RUNS <= runs <= MAX_RUNS:
        what = f"is outside the range {MIN_RUNS} to {MAX_RUNS} runs per draw"
        problems.append(Problem("audit", key=f"runs = {runs}", what=what))
    if problems:
        raise BadInputError(problems)


def _mean_outcomes(
    points: Points, part: str, scenarios: Sequence[Scenario], sample: tuple[Sequence[int], int]
) -> list[dict[str, list[float]]]:
    """Mean outcomes of the runs of every scenario, in order; `sample`: first seed of each, and runs of each."""
    seeds, runs = sample
    designs = [Point(scenario, runs, seed, _run_outcomes) for scenario, seed in zip(scenarios, seeds, strict=True)]
    return points.evaluate(part, designs, part)


def _run_outcomes(get: MeasureLookup) -> dict[str, list[float]]:
    """Mean outcomes of each run over years 2 to 4."""
    names = (*JUDGED, "vacancy_rate", "work_pressure", "errors_reported")
    outcomes = {name: get(name)[:, YEAR:].mean(axis=1) for name in names}
    reported, generated = outcomes.pop("errors_reported"), outcomes["errors_generated"]
    outcomes["reported_share"] = np.where(generated > 0.0, reported / np.maximum(generated, 1e-300), 0.0)
    return {name: [float(value) for value in values] for name, values in outcomes.items()}


def files_of(results: Audit) -> StudyFiles:
    """Results as one table: one row per lever and outcome."""
    rows = [
        {
            "lever": item.kind, "outcome": name, **figures_of(item.shares[name]), "effect": middle, "effect_p10": low,
            "effect_p90": high, "verdict": str(item.verdict),
        }
        for item in results.results
        for name, (middle, low, high) in item.effects.items()
    ]  # fmt: skip
    facts = {"draws": {"plausible": results.draws, "tried": results.tried, "runs": results.runs}}
    return StudyFiles({"audit.csv": csv_text(pd.DataFrame(rows))}, facts=facts)


def figures_of(shares: DrawShares) -> dict[str, float]:
    """Shares and their intervals by name, for tables and JSON."""
    return {
        f"{name}{end}": value
        for name in ("better", "worse", "undecided", "positive")
        for end, value in zip(("", "_low", "_high"), getattr(shares, name)[:3], strict=True)
    }
