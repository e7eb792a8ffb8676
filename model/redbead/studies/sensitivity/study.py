"""A sensitivity study: Morris screening, Sobol' indices per year, and one-at-a-time effects over each range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, t_interval
from redbead.analysis.outcomes import OUTCOMES, window
from redbead.measures import MeasureLookup
from redbead.scenario.scenario import Scenario
from redbead.state.constants import YEAR, Reals
from redbead.storage.point_store import Point, Points
from redbead.storage.study_folder import header_of, inputs_digest
from redbead.studies.comparison.arms import differing_parameters
from redbead.studies.sensitivity import morris, sobol
from redbead.studies.sensitivity.morris import ScreeningResult
from redbead.studies.sensitivity.sobol import SobolIndices
from redbead.studies.sensitivity.spec import Factor, Responses, Study, log_scaled_outcomes, log_transform

ENDS: Final = ("low", "high")


class OneAtATimeEffect(NamedTuple):
    """Paired difference in an outcome, or in the effect of a policy, when one factor is at one end of its range.

    ``policy`` is '' for the scenario itself; otherwise the outcome is the effect of that policy relative to the
    scenario. ``base`` is the value with all factors at their default, in the same runs.
    """

    path: str
    end: str
    value: float
    policy: str
    outcome: int
    base: Interval
    at: Interval
    difference: Interval


def one_at_a_time_effects(
    factors: tuple[Factor, ...], policies: tuple[str, ...], defaults: Reals, ends: Reals
) -> list[OneAtATimeEffect]:
    """Estimate all effects of a tornado diagram.

    Parameters
    ----------
    factors : tuple of Factor
        The factors.
    policies : tuple of str
        Names of the rival policies, without the scenario itself.
    defaults : array
        Responses with all factors at their default; the scenario comes first. [1 + rivals, runs, outcomes]
    ends : array
        Responses with each factor at its lowest and highest value. [factors, 2, 1 + rivals, runs, outcomes]

    Returns
    -------
    list of OneAtATimeEffect
        One effect per factor, end, policy and outcome.
    """
    return [
        _effect_at(factor, end, (policy, outcome), *(_contrast(side, p)[:, outcome] for side in (defaults, table)))
        for k, factor in enumerate(factors)
        for end, table in zip(ENDS, ends[k], strict=True)
        for p, policy in enumerate(("", *policies))
        for outcome in range(defaults.shape[2])
    ]


def _effect_at(factor: Factor, end: str, of: tuple[str, int], base: Reals, at: Reals) -> OneAtATimeEffect:
    value = factor.low if end == ENDS[0] else factor.high
    return OneAtATimeEffect(factor.path, end, value, *of, t_interval(base), t_interval(at), t_interval(at - base))


def _contrast(table: Reals, policy: int) -> Reals:
    """Outcomes of the scenario, or their differences between a rival and the scenario. [runs, outcomes]"""
    return np.asarray(table[0] if policy == 0 else table[policy] - table[0])


@dataclass(frozen=True)
class SensitivityFindings:
    """Results of a study: screening, leading factors, Sobol' indices per period, and one-at-a-time effects.

    The periods of ``indices`` are the years of the run in order, followed by the evaluation period. Screening and
    indices refer to the logarithm of ``log_scaled`` outcomes; one-at-a-time effects are in units of the outcome.
    """

    study: Study
    screening: tuple[ScreeningResult, ...]
    leading: tuple[Factor, ...]
    indices: tuple[SobolIndices, ...]
    effects: tuple[OneAtATimeEffect, ...]
    log_scaled: tuple[bool, ...]

    @property
    def final_period(self) -> int:
        """Number of the evaluation period."""
        return max((share.period for share in self.indices), default=0)

    def unit(self, outcome: int) -> str:
        """Unit of the screening of an outcome: its unit, or "log" if it is log-scaled."""
        return "log" if self.log_scaled[outcome] else OUTCOMES[self.study.outcomes[outcome]].unit


def analyse(study: Study, points: Points) -> SensitivityFindings:
    """Run and analyse a study; points in its journal are not run again.

    Parameters
    ----------
    study : Study
        The study.
    points : Points
        Runs scenarios, and stores their outcomes in the journal.

    Returns
    -------
    SensitivityFindings
        The results.
    """
    runs = _ResponseRuns(study, points)
    design = morris.sample_points(study.factors, study.trajectories, study.seed)
    first = runs.responses("screening", [study.at(u) for u in design], study.runs)
    log_scaled = log_scaled_outcomes(first)
    screening = morris.screen(study.factors, design, log_transform(first, log_scaled)[..., -1])
    names = morris.select_leading(screening, len(study.outcomes), study.keep)
    leading = tuple(sorted((f for f in study.factors if f.path in names), key=lambda f: names.index(f.path)))
    if not leading:
        return SensitivityFindings(study, tuple(screening), (), (), (), log_scaled)
    design = sobol.sample_points(leading, study.samples, study.seed)
    second = runs.responses("shares", [study.at(u, leading) for u in design], study.runs)
    indices = sobol.sobol_indices(leading, log_transform(second, log_scaled), study.seed)
    defaults, ends = _responses_at_ends(study, leading, runs)
    effects = one_at_a_time_effects(leading, tuple(name for name, _ in study.rivals), defaults, ends)
    return SensitivityFindings(study, tuple(screening), leading, tuple(indices), tuple(effects), log_scaled)


def _responses_at_ends(study: Study, leading: Sequence[Factor], runs: _ResponseRuns) -> tuple[Reals, Reals]:
    """Responses of scenario and rivals at the defaults, and with each factor at either end of its range."""
    sides = [study.scenario, *(scenario for _, scenario in study.rivals)]
    own_parameters = [set(), *(set(differing_parameters(side, study.scenario)) for side in sides[1:])]
    at = [
        side if f.path in changed else side.set({f.path: value})
        for f in leading
        for value in (f.low, f.high)
        for side, changed in zip(sides, own_parameters, strict=True)
    ]
    responses = runs.responses("tornado", [*sides, *at], study.tornado_runs)[..., -1]
    count = len(sides)
    return responses[:count], responses[count:].reshape(len(leading), 2, count, *responses.shape[1:])


class _ResponseRuns:
    """Runs scenarios and stores the outcomes of each run, by year and for the evaluation period."""

    def __init__(self, study: Study, points: Points) -> None:
        self._study, self._points = study, points

    def responses(self, part: str, scenarios: Sequence[Scenario], runs: int) -> Responses:
        """Return the responses of some scenarios. [points, runs, outcomes, periods]"""
        note = {"screening": "screening", "shares": "shares of variance", "tornado": "one at a time"}[part]
        points = [Point(scenario, runs, self._study.seed, self._outcomes_of) for scenario in scenarios]
        outcomes = self._points.evaluate(part, points, note)
        return np.array(outcomes, dtype=np.float64)

    def _outcomes_of(self, get: MeasureLookup) -> list[list[list[float]]]:
        weeks = self._study.scenario.weeks
        windows = [slice(start, start + YEAR) for start in range(0, weeks - YEAR + 1, YEAR)]
        table = [
            [OUTCOMES[name].of(_within(get, part)) for part in (*windows, window(weeks, self._study.period))]
            for name in self._study.outcomes
        ]  # [outcomes, periods, runs]
        return [[[float(v) for v in row] for row in run] for run in np.moveaxis(np.array(table), 2, 0)]


def _within(get: MeasureLookup, weeks: slice) -> MeasureLookup:
    return lambda name: get(name)[:, weeks]


def header(study: Study) -> dict[str, Any]:
    """Identity of a study: everything that its runs depend on."""
    inputs = {
        "scenario": study.scenario.digest(),
        "rivals": [[name, scenario.digest()] for name, scenario in study.rivals],
        "factors": [list(factor) for factor in study.factors],
        "outcomes": [list(study.outcomes), study.period],
        "work": [study.trajectories, study.keep, study.samples, study.runs, study.tornado_runs, study.seed],
    }
    return header_of("sensitivity study", inputs_digest(inputs))
