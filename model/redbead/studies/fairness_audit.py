"""Fairness audit: can each policy both win and lose within the uncertainty of the parameters (T64)?

A model in which a policy wins for every draw of the uncertain parameters assumes its conclusion. The audit draws all
parameters at once, runs each draw with and without each lever with common random numbers, and counts wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from redbead.analysis.parameter_draws import draw_lever, draw_parameters, is_plausible
from redbead.exceptions import BadInputError, Problem
from redbead.execution.runs import check_numbers
from redbead.levers import LEVERS
from redbead.measures import MeasureLookup
from redbead.scenario.messages import no_such_lever
from redbead.scenario.scenario import Scenario
from redbead.state.constants import YEAR, Reals
from redbead.storage.atomic_files import csv_text
from redbead.storage.point_store import Point, Points
from redbead.storage.study_folder import StudyFiles, header_of, inputs_digest

JUDGED: Final = {"errors_generated": -1.0, "hidden_errors": -1.0, "service_quality": 1.0, "turnover": -1.0}
"""Outcomes of T64, and the sign of an improvement."""

FAIR: Final = (0.02, 0.98)
"""A lever is fair if the share of draws in which it helps lies between these limits for at least one outcome (T64)."""

MAX_DRAWS: Final = 10_000
MAX_TRIES_PER_DRAW: Final = 20
YEARS: Final = 4.0
WARM_UP: Final = 2.0


class ParameterDraw(NamedTuple):
    """A draw of all uncertain parameters: its scenario without levers, its seed and its mean outcomes."""

    scenario: Scenario
    seed: int
    means: dict[str, float]


class AuditResult(NamedTuple):
    """Audit of one lever: share of draws in which it helped, and its effects, by outcome.

    ``effects`` are relative differences between runs with and without the lever: median, and 10th and 90th percentile
    of draws.
    """

    kind: str
    helped: dict[str, float]
    effects: dict[str, tuple[float, float, float]]

    @property
    def fair(self) -> bool:
        """Whether the lever both helps and harms for at least one outcome."""
        return any(FAIR[0] <= share <= FAIR[1] for share in self.helped.values())


class Audit(NamedTuple):
    """Results for all levers, and the number of plausible draws and of draws tried."""

    verdicts: list[AuditResult]
    draws: int
    tried: int


def header(kinds: Sequence[str], draws: int, seed: int) -> dict[str, Any]:
    """Identity of an audit."""
    return header_of("audit", inputs_digest({"levers": list(kinds), "draws": draws, "seed": seed}))


def audit(points: Points, kinds: Sequence[str] = (), *, draws: int = 200, seed: int = 1) -> Audit:
    """Audit levers over draws of all uncertain parameters.

    Parameters
    ----------
    points : Points
        Runs the scenarios, and keeps their mean outcomes.
    kinds : sequence of str
        Kinds of levers; by default all.
    draws : int
        Number of parameter sets. [draws]
    seed : int
        Seed of the draws; draw k runs with the seed ``seed + k``.

    Returns
    -------
    Audit
        One result per lever: the share of draws in which it helped over years 2 to 4. A draw without a difference
        counts half.

    Raises
    ------
    BadInputError
        A lever is unknown, or the number of draws is out of range.
    """
    _check_inputs(kinds, draws)
    check_numbers(draws, seed, None)
    levers = list(kinds) or list(LEVERS)
    plausible, tried = plausible_draws(points, draws, seed)
    points.expect(draws * len(levers))
    position = {kind: n for n, kind in enumerate(LEVERS, 1)}  # results do not depend on which levers are audited
    verdicts = [_audit_lever(points, kind, plausible, seed + position[kind]) for kind in levers]
    return Audit(verdicts, draws, tried)


def plausible_draws(points: Points, draws: int, seed: int) -> tuple[list[ParameterDraw], int]:
    """Draw parameter sets until enough of them are plausible for an English authority.

    Parameters
    ----------
    points : Points
        Runs the scenarios, and keeps their mean outcomes.
    draws : int
        Number of plausible draws. [draws]
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
        seeds = [seed + tried + k for k in range(draws)]
        means = _mean_outcomes(points, f"draws {tried}", batch, seeds)
        tried += draws
        plausible = [k for k in range(draws) if is_plausible(means[k])][: draws - len(accepted)]
        accepted += [ParameterDraw(batch[k], seeds[k], means[k]) for k in plausible]
    return accepted, tried


def _audit_lever(points: Points, kind: str, plausible: Sequence[ParameterDraw], seed: int) -> AuditResult:
    """Run every draw with one lever and its original seed, and count."""
    versions = draw_lever(kind, len(plausible), seed)
    scenarios = [replace(draw.scenario, levers=(lever,)) for draw, lever in zip(plausible, versions, strict=True)]
    means = _mean_outcomes(points, kind, scenarios, [draw.seed for draw in plausible])
    with_it = np.array([[m[name] for name in JUDGED] for m in means])
    without = np.array([[draw.means[name] for name in JUDGED] for draw in plausible])
    return audit_result(kind, without, with_it)


def audit_result(kind: str, without: Reals, with_it: Reals) -> AuditResult:
    """Count how often a lever helped.

    Parameters
    ----------
    kind : str
        Kind of lever.
    without, with_it : array
        Outcomes without and with the lever, in the order of :data:`JUDGED`. [draws, outcomes]

    Returns
    -------
    AuditResult
        The result.

    Examples
    --------
    >>> calm, worse = np.array([[50.0, 100.0, 0.8, 0.15]]), np.array([[50.0, 110.0, 0.8, 0.12]])
    >>> audit_result("prayer", calm, worse).helped
    {'errors_generated': 0.5, 'hidden_errors': 0.0, 'service_quality': 0.5, 'turnover': 1.0}
    """
    gain = np.sign((with_it - without) * np.array(list(JUDGED.values())))
    share = ((gain + 1.0) / 2.0).mean(axis=0)
    change = (with_it - without) / np.maximum(1e-9, without)
    middle, low, high = (np.quantile(change, q, axis=0) for q in (0.5, 0.1, 0.9))
    effects = {name: (float(middle[m]), float(low[m]), float(high[m])) for m, name in enumerate(JUDGED)}
    return AuditResult(kind, dict(zip(JUDGED, map(float, share), strict=True)), effects)


def _check_inputs(kinds: Sequence[str], draws: int) -> None:
    """Refuse unknown levers and numbers of draws out of range."""
    problems = [Problem("audit", 0, 0, kind, *no_such_lever(kind)) for kind in kinds if kind not in LEVERS]
    if not 2 <= draws <= MAX_DRAWS:
        problems.append(Problem("audit", key=f"draws = {draws}", what=f"is outside the range 2 to {MAX_DRAWS} draws"))
    if problems:
        raise BadInputError(problems)


def _mean_outcomes(
    points: Points, part: str, scenarios: Sequence[Scenario], seeds: Sequence[int]
) -> list[dict[str, float]]:
    """Mean outcomes of every scenario with its seed, in order."""
    runs = [Point(scenario, 1, seed, _run_outcomes) for scenario, seed in zip(scenarios, seeds, strict=True)]
    return points.evaluate(part, runs, part)


def _run_outcomes(get: MeasureLookup) -> dict[str, float]:
    """Mean outcomes of one run over years 2 to 4."""
    names = (*JUDGED, "vacancy_rate", "work_pressure", "errors_reported")
    outcomes = {name: float(get(name)[0, YEAR:].mean()) for name in names}
    reported, generated = outcomes.pop("errors_reported"), outcomes["errors_generated"]
    return outcomes | {"reported_share": reported / generated if generated > 0.0 else 0.0}


def files_of(results: Audit) -> StudyFiles:
    """Results as one table: one row per lever and outcome."""
    rows = [
        {"lever": item.kind, "outcome": name, "helped": item.helped[name], "effect": middle, "effect_p10": low,
         "effect_p90": high, "fair": item.fair}
        for item in results.verdicts
        for name, (middle, low, high) in item.effects.items()
    ]  # fmt: skip
    facts = {"draws": {"plausible": results.draws, "tried": results.tried}}
    return StudyFiles({"audit.csv": csv_text(pd.DataFrame(rows))}, facts=facts)
