"""A sensitivity study from beginning to end: screen, share out what matters, by year, look at the ends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, t_interval
from redbead.analysis.outcomes import OUTCOMES, window
from redbead.execution.executors import ExecutionTarget
from redbead.execution.progress import Progress
from redbead.measures import MeasureLookup
from redbead.scenario.library import version
from redbead.scenario.scenario import Scenario
from redbead.state.constants import YEAR
from redbead.state.types import Reals
from redbead.storage.atomic_files import json_text
from redbead.storage.point_store import Points
from redbead.studies.comparison.arms import differing
from redbead.studies.sensitivity import morris, sobol
from redbead.studies.sensitivity.morris import ScreeningResult
from redbead.studies.sensitivity.sobol import SobolIndices
from redbead.studies.sensitivity.spec import Answers, Factor, Study, in_proportion, logarithms

ENDS: Final = ("low", "high")


class OneAtATimeEffect(NamedTuple):
    """One factor at one end of its range: the paired difference that it makes to an outcome, or to an advantage.

    `policy` is '' for the scenario itself, otherwise the policy whose advantage over it is looked at; `base` is the
    level, or the advantage, at the default, in the same runs.
    """

    path: str
    end: str
    value: float
    policy: str
    outcome: int
    base: Interval
    at: Interval
    difference: Interval

    @property
    def told(self) -> bool:
        """Whether the interval of the difference lies clear of 0."""
        return self.difference.low > 0.0 or self.difference.high < 0.0


def one_at_a_time_effects(
    factors: tuple[Factor, ...], policies: tuple[str, ...], plain: Reals, ends: Reals
) -> list[OneAtATimeEffect]:
    """All bars of a tornado.

    Parameters
    ----------
    factors
        The factors.
    policies
        Names of the rivals; the scenario itself is not among them.
    plain
        Everything at its default: [1 + rivals, runs, outcomes], the scenario itself first.
    ends
        Each factor at its lowest and highest value: [factors, 2, 1 + rivals, runs, outcomes].
    """
    return [
        _bar(factor, end, (policy, outcome), _looked_at(plain, p)[:, outcome], _looked_at(table, p)[:, outcome])
        for k, factor in enumerate(factors)
        for end, table in zip(ENDS, ends[k], strict=True)
        for p, policy in enumerate(("", *policies))
        for outcome in range(plain.shape[2])
    ]


def _bar(factor: Factor, end: str, of: tuple[str, int], base: Reals, at: Reals) -> OneAtATimeEffect:
    value = factor.low if end == ENDS[0] else factor.high
    return OneAtATimeEffect(factor.path, end, value, *of, t_interval(base), t_interval(at), t_interval(at - base))


def _looked_at(table: Reals, policy: int) -> Reals:
    """The outcomes of the scenario, or what a rival adds to them: [runs, outcomes]."""
    return np.asarray(table[0] if policy == 0 else table[policy] - table[0])


@dataclass(frozen=True)
class SensitivityFindings:
    """What a study found: the screening, the factors that went on, their shares by year and at the end, the tornado.

    Periods of `shares` are the years of the run in order, and last the period that decides. Screening and shares are of
    the logarithm of the outcomes that are `proportional`; the tornado is in units.
    """

    study: Study
    screened: tuple[ScreeningResult, ...]
    leading: tuple[Factor, ...]
    shares: tuple[SobolIndices, ...]
    bars: tuple[OneAtATimeEffect, ...]
    proportional: tuple[bool, ...]

    @property
    def last(self) -> int:
        """The number of the period that decides."""
        return max((share.period for share in self.shares), default=0)

    def unit(self, outcome: int) -> str:
        """The unit of the screening of an outcome: its own, or "log" where it is weighed in proportion."""
        return "log" if self.proportional[outcome] else OUTCOMES[self.study.outcomes[outcome]].unit


def analyse(study: Study, points: Points) -> SensitivityFindings:
    """Carry a study out; what its journal holds already is not run again."""
    runs = _Runs(study, points)
    sampled = morris.points(study.factors, study.trajectories, study.seed)
    first = runs.answers("screening", [study.at(u) for u in sampled], study.runs)
    proportional = in_proportion(first)
    screened = morris.screen(study.factors, sampled, logarithms(first, proportional)[..., -1])
    names = morris.leading(screened, len(study.outcomes), study.keep)
    leading = tuple(sorted((f for f in study.factors if f.path in names), key=lambda f: names.index(f.path)))
    if not leading:
        return SensitivityFindings(study, tuple(screened), (), (), (), proportional)
    design = sobol.points(leading, study.samples, study.seed)
    second = runs.answers("shares", [study.at(u, leading) for u in design], study.runs)
    found = sobol.shares(leading, logarithms(second, proportional), study.seed)
    plain, ends = _ends(study, leading, runs)
    drawn = one_at_a_time_effects(leading, tuple(name for name, _ in study.rivals), plain, ends)
    return SensitivityFindings(study, tuple(screened), leading, tuple(found), tuple(drawn), proportional)


def _ends(study: Study, leading: Sequence[Factor], runs: _Runs) -> tuple[Reals, Reals]:
    """The scenario and its rivals at the defaults, and with each factor at either end."""
    sides = [study.scenario, *(scenario for _, scenario in study.rivals)]
    own = [set(), *(set(differing(side, study.scenario)) for side in sides[1:])]
    at = [
        side if f.path in mine else side.set({f.path: value})
        for f in leading
        for value in (f.low, f.high)
        for side, mine in zip(sides, own, strict=True)
    ]
    found = runs.answers("tornado", [*sides, *at], study.tornado_runs)[..., -1]
    many = len(sides)
    return found[:many], found[many:].reshape(len(leading), 2, many, *found.shape[1:])


class _Runs:
    """Runs scenarios and keeps the outcomes of each run: by year, and over the period that decides."""

    def __init__(self, study: Study, points: Points) -> None:
        self._study, self._points = study, points

    def answers(self, part: str, scenarios: Sequence[Scenario], runs: int) -> Answers:
        """[points, runs, outcomes, years and the period that decides]"""
        note = {"screening": "screening", "shares": "shares of variance", "tornado": "one at a time"}[part]
        found = self._points.evaluate(part, scenarios, runs, self._study.seed, self._reduce, note)
        return np.array(found, dtype=np.float64)

    def _reduce(self, get: MeasureLookup) -> list[list[list[float]]]:
        weeks = self._study.scenario.weeks
        windows = [slice(start, start + YEAR) for start in range(0, weeks - YEAR + 1, YEAR)]
        table = [
            [OUTCOMES[name].of(_in(get, part)) for part in (*windows, window(weeks, self._study.period))]
            for name in self._study.outcomes
        ]  # [outcomes, periods, runs]
        return [[[float(v) for v in row] for row in run] for run in np.moveaxis(np.array(table), 2, 0)]


def _in(get: MeasureLookup, weeks: slice) -> MeasureLookup:
    return lambda name: get(name)[:, weeks]


def inputs_hash(study: Study) -> str:
    """SHA-256 over all that decides the runs of a study, and the version of the package."""
    told = {
        "version": version(),
        "scenario": study.scenario.digest(),
        "rivals": [[name, scenario.digest()] for name, scenario in study.rivals],
        "factors": [list(factor) for factor in study.factors],
        "outcomes": [list(study.outcomes), study.period],
        "work": [study.trajectories, study.keep, study.samples, study.runs, study.tornado_runs, study.seed],
    }
    return hashlib.sha256(json_text(told).encode()).hexdigest()


def carry_out(
    study: Study, folder: Path, place: ExecutionTarget, progress: Callable[[Progress], None] | None = None
) -> SensitivityFindings:  # fmt: skip
    """Carry a study out in a folder; the same again goes on where it stopped.

    Raises
    ------
    IntegrityError
        The folder holds points of another study.
    EnvironmentProblemError
        The disk is in the way, or a run failed.
    """
    return analyse(study, Points(folder, inputs_hash(study), place, progress))
