"""Breakdown of stored runs by team, experience or agency status of the workers.

Stored runs contain totals per authority. A breakdown repeats runs from their seeds, reads the state of every worker in
every week, and checks the totals of each repeated run against the stored run. Nothing is stored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from redbead.engine.simulate import Plan, prepare
from redbead.engine.tracing import weeks
from redbead.exceptions import BadInputError, IntegrityError, Problem, printable
from redbead.execution.runs import MAX_RUNS, measure_index
from redbead.state.constants import YEAR, Reals, Whole
from redbead.state.people import AGENCY, EMPTY, PERMANENT, Workers
from redbead.state.practice_errors import CONCEALED_BY_WORKER, SUPPRESSED_BY_MANAGER, UNRECOGNISED
from redbead.state.world import AGENCY_OUT, LEFT, MADE, REPORTED, World
from redbead.studies.comparison.arms import ArmRole
from redbead.studies.comparison.results import ComparisonRuns, interval_of

if TYPE_CHECKING:
    import pandas as pd

TEAM: Final = "team"
EXPERIENCE: Final = "experience"
STATUS: Final = "agency"
BREAKDOWNS: Final = (TEAM, EXPERIENCE, STATUS)
"""Properties of workers by which runs can be broken down."""

BANDS: Final = ("under 1 year", "1 to 3 years", "3 to 10 years", "10 years and more")
"""Bands of experience since qualifying; those under one year are newly qualified."""
_BAND_ENDS: Final = np.array([1, 3, 10]) * YEAR
_STATUS_OF: Final = {PERMANENT: "permanent", AGENCY: "agency"}
_HIDDEN: Final = (UNRECOGNISED, CONCEALED_BY_WORKER, SUPPRESSED_BY_MANAGER)
_NOT_IN_POST: Final = -1

_FLOWS: Final = {
    "errors_generated": MADE,
    "errors_reported": REPORTED,
    "leavers": LEFT,
    "agency_departures": AGENCY_OUT,
}
"""Measures that are counts of events, with the kind of the event."""
_OF_ERRORS: Final = ("errors_generated", "errors_reported")
_CHECKED: Final = ("errors_generated", "errors_reported", "leavers", "hidden_errors")
"""Measures whose totals must equal those of the stored run."""

UNITS: Final[Mapping[str, str]] = {
    "errors_generated": "errors per worker and year",
    "errors_reported": "errors per worker and year",
    "hidden_errors": "errors per worker",
    "leavers": "departures per worker and year",
    "agency_departures": "departures per worker and year",
    "caseload": "cases per worker",
    "fear": "0-1",
}
"""Measures of a breakdown and their units."""


class RunTally(NamedTuple):
    """Totals of one run by group of workers, over the weeks after the warm-up.

    Attributes
    ----------
    worker_weeks : array
        Weeks in post, shape [groups]. [weeks]
    events : dict of array
        Number of events of each flow, shape [groups].
    stocks : dict of array
        Sum over weeks and workers of each stock at the end of the week, shape [groups].
    staff_weeks : array
        Weeks in post at the end of the week, the weights of the stocks, shape [groups]. [weeks]
    """

    worker_weeks: Reals
    events: dict[str, Reals]
    stocks: dict[str, Reals]
    staff_weeks: Reals

    def total(self, measure: str) -> Reals:
        """Number of events, or mean number of errors or cases over the weeks; the sum of fear has no meaning."""
        return self.events[measure] if measure in self.events else self.stocks[measure]

    def rate(self, measure: str) -> Reals:
        """Events per worker and year, or mean per worker; NaN for a group without workers, shape [groups]."""
        flow = measure in self.events
        weeks_in_post = self.worker_weeks if flow else self.staff_weeks
        scale = YEAR if flow else 1
        nothing = np.full(len(weeks_in_post), math.nan)
        rates: Reals = np.divide(self.total(measure), weeks_in_post, out=nothing, where=weeks_in_post > 0)
        return scale * rates


def group_names(by: str, teams: int) -> list[str]:
    """Names of the groups, in order.

    >>> group_names("agency", 3)
    ['permanent', 'agency']
    """
    if by == TEAM:
        return [f"team {team}" for team in range(teams)]
    return list(BANDS if by == EXPERIENCE else _STATUS_OF.values())


def groups_of(workers: Workers, by: str) -> Whole:
    """Group of the person in each post; -1 for an empty post, shape [posts]."""
    if by == TEAM:
        groups = workers.team
    elif by == EXPERIENCE:
        groups = np.searchsorted(_BAND_ENDS, workers.experience, side="right")
    else:
        groups = workers.status - PERMANENT
    return np.where(workers.status == EMPTY, _NOT_IN_POST, groups)


def tally(plan: Plan, seed: int, by: str) -> RunTally:
    """Repeat one run and add up its totals by group.

    Events and stocks of errors count for the group of their author in the week in which the error was made, also if
    the author has left or changed the group since. Everything else counts for the group of the worker in that week.

    Parameters
    ----------
    plan : Plan
        Inputs of the run.
    seed : int
        Seed of the run.
    by : str
        Property of the workers.
    """
    size = len(group_names(by, plan.template.managers.fear.size))
    group_in = np.full((plan.warm_up + plan.weeks + 1, plan.template.workers.status.size), _NOT_IN_POST)
    worker_weeks, staff_weeks = np.zeros(size), np.zeros(size)
    stocks = {name: np.zeros(size) for name in ("hidden_errors", "caseload", "fear")}
    world = plan.template
    for week, world in weeks(plan, seed, events=True):
        groups = groups_of(world.workers, by)
        if 0 <= week < plan.weeks:
            worker_weeks += _count(groups, size)
        if week > 0:  # the state at the end of the week before
            staff_weeks += _count(groups, size)
            for name in ("caseload", "fear"):
                stocks[name] += _count(groups, size, getattr(world.workers, name))
            stocks["hidden_errors"] += _hidden(world, group_in, size)
        group_in[plan.warm_up + week] = groups
    return RunTally(worker_weeks, _events(world, plan.warm_up, group_in, size), stocks, staff_weeks)


def _count(groups: Whole, size: int, weights: Reals | Whole | None = None) -> Reals:
    """Number of people in post in each group, or the sum of `weights`."""
    in_post = groups != _NOT_IN_POST
    values = None if weights is None else weights[in_post]
    return np.bincount(groups[in_post], values, size).astype(np.float64)


def _hidden(world: World, group_in: Whole, size: int) -> Reals:
    """Number of hidden errors by group of their author in the week in which they were made."""
    errors = world.errors
    block = errors.author.size // errors.live.size
    live = np.concatenate([a * block + np.arange(errors.live[a]) for a in range(errors.live.size)])
    rows = live[np.isin(errors.state[live], _HIDDEN)]
    return _count(group_in[errors.born[rows], errors.author[rows]], size)


def _events(world: World, warm_up: int, group_in: Whole, size: int) -> dict[str, Reals]:
    """Number of events of each flow after the warm-up, by group."""
    log = world.event_log.event[: world.event_log.written[0]]
    log = log[log[:, 0] >= warm_up]
    counts = {}
    for name, kind in _FLOWS.items():
        rows = log[log[:, 1] == kind]
        born = rows[:, 6] // 256 if name in _OF_ERRORS else rows[:, 0]
        counts[name] = _count(group_in[born, rows[:, 4]], size)
    return counts


def breakdown(results: ComparisonRuns, by: str, runs: int | None = None) -> pd.DataFrame:
    """Rates and counts of each policy by group of workers, with the paired difference from the baseline.

    Parameters
    ----------
    results : ComparisonRuns
        Stored runs.
    by : str
        ``team``, ``experience`` or ``agency``.
    runs : int, optional
        Number of runs to repeat per policy; by default all.

    Returns
    -------
    DataFrame
        One row per policy, measure and group: mean rate over runs with its 95 % interval, mean count per year, mean
        number of workers, number of runs in which the group had workers, and the difference from the baseline in the
        runs in which it had workers under both. Only the first theory is included.

    Raises
    ------
    BadInputError
        If `by` or `runs` is not valid.
    IntegrityError
        If the runs used custom agents, or a repeated run differs from the stored one.
    """
    import pandas as pd

    check_breakdown(by, runs)
    _check_agents(results)
    comparison = results.comparison
    names = [comparison.baseline, *comparison.others]
    tallies = {name: _tallies(results, results.role(name), by, runs) for name in names}
    rows = [
        row
        for name in names
        for measure in UNITS
        for row in _rows(results, (name, measure), by, tallies)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    frame.attrs["units"] = dict(UNITS)
    return frame


def check_breakdown(by: str, runs: int | None) -> None:
    """Check the arguments of a breakdown.

    Raises
    ------
    BadInputError
        The property is not known, or the number of runs is out of range. Lists both problems.
    """
    problems = []
    if by not in BREAKDOWNS:
        key, hint = f"by = {printable(str(by))}", f"Choose from: {', '.join(BREAKDOWNS)}."
        problems.append(Problem("breakdown", key=key, what="is not a known breakdown", hint=hint))
    if runs is not None and not (type(runs) is int and 1 <= runs <= MAX_RUNS):
        what, hint = f"must be a whole number from 1 to {MAX_RUNS:,}", "Leave it out to repeat all runs."
        problems.append(Problem("breakdown", key=f"runs = {printable(str(runs))}", what=what, hint=hint))
    if problems:
        raise BadInputError(problems)


def _check_agents(results: ComparisonRuns) -> None:
    """Refuse runs with custom agents, which the engine alone cannot repeat."""
    if classes := results.store.header.get("agents"):
        msg = (
            f"{results.folder}: these runs used custom agent classes ({', '.join(classes)}), and only runs with the "
            "agents of the package can be broken down.\n    Read the workers of a model instead: rb.ChildrensService."
        )
        raise IntegrityError(msg)


def _tallies(results: ComparisonRuns, role: ArmRole, by: str, runs: int | None) -> dict[int, RunTally]:
    """Totals of the finished runs of a policy, by number of the run."""
    plans: dict[str, Plan] = {}
    tallies = {}
    for run in [run for run in results.finished(role) if runs is None or run < runs]:
        scenario = results.arms.scenario(role.arm, run)
        key = scenario.digest()
        plans = plans if key in plans else {key: prepare(scenario)}  # one plan at a time, for draws of parameters
        tallies[run] = tally(plans[key], results.comparison.seed + run, by)
        _compare_with_stored(results, role, run, tallies[run])
    return tallies


def _compare_with_stored(results: ComparisonRuns, role: ArmRole, run: int, repeated: RunTally) -> None:
    """Refuse totals that differ from those of the stored run, which another version of the program may have written."""
    stored = next(results.store.tables([(role.arm, run)]))
    for measure in _CHECKED:
        if not math.isclose(
            stored[measure_index(measure)].sum(), repeated.total(measure).sum(), rel_tol=1e-9, abs_tol=1e-6
        ):
            msg = (
                f"{results.folder}: run {run} of '{role.policy}' was repeated with other results ({measure}), so it "
                "cannot be broken down.\n    'redbead verify DIR --rerun 1' states the reason."
            )
            raise IntegrityError(msg)


def _rows(
    results: ComparisonRuns, of: tuple[str, str], by: str, tallies: Mapping[str, Mapping[int, RunTally]]
) -> list[dict[str, Any]]:
    """Rows of one policy and measure."""
    policy, measure = of
    own, base = tallies[policy], tallies[results.comparison.baseline]
    weeks_of_run = results.comparison.weeks
    per = weeks_of_run / YEAR if measure in _FLOWS else weeks_of_run
    teams = len(next(iter(own.values())).worker_weeks) if own else 0
    rows = []
    for group, name in enumerate(group_names(by, teams) if own else []):
        rates = {run: float(item.rate(measure)[group]) for run, item in own.items()}
        pairs = {run: rate - float(base[run].rate(measure)[group]) for run, rate in rates.items() if run in base}
        mean, change = _interval(results, rates), _interval(results, {} if base is own else pairs)
        count = float(np.mean([item.total(measure)[group] for item in own.values()])) / per
        workers = float(np.mean([item.worker_weeks[group] for item in own.values()])) / weeks_of_run
        rows.append(
            {
                "policy": policy, "measure": measure, "unit": UNITS[measure], by: name,
                "rate": mean[0], "rate_low": mean[1], "rate_high": mean[2],
                "count": math.nan if measure == "fear" else count, "workers": workers,
                "runs": sum(not math.isnan(rate) for rate in rates.values()),
                "difference": change[0], "difference_low": change[1], "difference_high": change[2],
            }
        )  # fmt: skip
    return rows


def _interval(results: ComparisonRuns, values: Mapping[int, float]) -> Sequence[float]:
    """Mean and 95 % interval over the runs in which the group had workers; NaN without any."""
    known = {run: value for run, value in values.items() if not math.isnan(value)}
    if not known:
        return math.nan, math.nan, math.nan
    return interval_of(results, np.array(list(known.values())), np.array(list(known)))[:3]
