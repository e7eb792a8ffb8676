"""Plan and run behaviour checks: each scenario runs once for all checks that need it.

A run is a prefix of a longer run with the same seed, and run k uses the same seed everywhere. Checks with different
numbers of runs and weeks can therefore share the runs of a scenario.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from redbead.analysis.pairs import values_of
from redbead.exceptions import Exit, RedBeadError
from redbead.execution.progress import Counter, Progress
from redbead.execution.runs import ScenarioRuns, run_many
from redbead.scenario.scenario import WEEKS_PER_YEAR, Scenario
from redbead.state.types import Reals
from redbead.studies.behaviour_checks.reader import scenarios_of, theory_of
from redbead.studies.behaviour_checks.spec import Check
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, Finding, Lookup, PairSeries, judge


class RunsFailedError(RedBeadError):
    """Runs that a check needs failed."""

    exit_code = Exit.SOME_RUNS_FAILED


class CheckResult(NamedTuple):
    """Findings of a check, with the theory and the number of runs used."""

    check: Check
    theory: str
    runs: int
    findings: tuple[Finding, ...]


@dataclass
class _ScenarioRequest:
    """A scenario to run, and the series that the checks need from it."""

    scenario: Scenario
    weeks: int = 0
    runs: int = 0
    series: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class CheckPlan:
    """Checks and the scenarios they need, by digest, with the theory and the number of runs to use."""

    checks: tuple[Check, ...]
    theory: str
    runs: int
    requests: dict[str, _ScenarioRequest]

    @property
    def total(self) -> int:
        """Number of runs required. [runs]"""
        return sum(request.runs for request in self.requests.values())

    def runs_of(self, check: Check) -> int:
        """Number of runs of a check. [runs]"""
        return self.runs or check.runs


def plan_checks(checks: Iterable[Check], *, theory: str = "", runs: int = 0) -> CheckPlan:
    """Determine which scenarios to run, for how long and how often.

    Parameters
    ----------
    checks : iterable of Check
        The checks.
    theory : str
        Theory for claims of any theory; '' uses the theory of each scenario.
    runs : int
        Number of pairs of runs, in place of the numbers in the files; 0 keeps those. [runs]

    Returns
    -------
    CheckPlan
        The plan.
    """
    plan = CheckPlan(tuple(checks), theory, runs, {})
    for check in plan.checks:
        for pair in check.pairs:
            for scenario in scenarios_of(pair, theory_of(check, theory)):
                if scenario is not None:
                    request = plan.requests.setdefault(_scenario_key(scenario), _ScenarioRequest(scenario))
                    request.weeks = max(request.weeks, check.weeks)
                    request.runs = max(request.runs, plan.runs_of(check))
                    request.series |= {name for item in check.expect for name in item.series}
    return plan


def run_checks(
    plan: CheckPlan, *, seed: int = 1, jobs: int | None = None, progress: Callable[[Progress], None] | None = None
) -> list[CheckResult]:
    """Run every scenario of the plan (run k with seed ``seed + k``), and assess every expectation.

    Parameters
    ----------
    plan : CheckPlan
        The plan.
    seed : int
        Seed of run 0.
    jobs : int, optional
        Number of parallel jobs.
    progress : callable, optional
        Called after each run.

    Returns
    -------
    list of CheckResult
        One result per check.

    Raises
    ------
    RunsFailedError
        A run failed; the message names the scenario and the cause.
    """
    counter = Counter(plan.total, progress)
    store: dict[str, dict[str, Reals]] = {}
    for key, request in plan.requests.items():
        scenario = dataclasses.replace(request.scenario, years=request.weeks / WEEKS_PER_YEAR)
        batch = run_many(scenario, runs=request.runs, seed=seed, jobs=jobs, progress=counter.follow)
        store[key] = _series_of(batch, request.series)
    return [_check_result(plan, check, store) for check in plan.checks]


def _series_of(batch: ScenarioRuns, series: set[str]) -> dict[str, Reals]:
    """Return the required series of a scenario. [runs, weeks]"""
    if batch.failed:
        first = batch.failed[0]
        msg = (
            f"{len(batch.failed)} of {len(batch.runs)} runs of '{batch.scenario.name}' failed: {first.cause}"
            f"\n    The first failure has seed {first.seed}. A check needs all its runs."
        )
        raise RunsFailedError(msg)
    return {name: values_of(name, batch.values) for name in series}


def _check_result(plan: CheckPlan, check: Check, store: dict[str, dict[str, Reals]]) -> CheckResult:
    theory, runs = theory_of(check, plan.theory), plan.runs_of(check)
    pairs: Sequence[PairSeries] = [
        (_series_lookup(store, setup, runs), None if against is None else _series_lookup(store, against, runs))
        for setup, against in (scenarios_of(pair, theory) for pair in check.pairs)
    ]
    return CheckResult(check, theory, runs, tuple(judge(item, pairs) for item in check.expect))


def _series_lookup(store: dict[str, dict[str, Reals]], scenario: Scenario, runs: int) -> Lookup:
    series = store[_scenario_key(scenario)]
    return lambda name: series[name][:runs]


def _scenario_key(scenario: Scenario) -> str:
    """Digest of a scenario that ignores its length."""
    return dataclasses.replace(scenario, years=1.0).digest()


def exit_code(results: Iterable[CheckResult]) -> Exit:
    """Return 1 if an expectation fails, 6 if one is undecided, otherwise 0; known shortfalls are ignored."""
    verdicts = {item.verdict for result in results for item in result.findings if not item.expectation.known}
    if CheckVerdict.FAILS in verdicts:
        return Exit.CHECK_FAILED
    return Exit.UNDECIDED if CheckVerdict.OPEN in verdicts else Exit.GOOD
