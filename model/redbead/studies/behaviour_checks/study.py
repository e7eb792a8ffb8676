"""Run what some checks need, each scenario once for all of them, and judge.

A run is a prefix of a longer one and run k has the same seed everywhere, so that checks share the runs of a scenario
however long and however often each of them wants it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from redbead.analysis.series import values_of
from redbead.exceptions import Exit, RedBeadError
from redbead.execution.progress import Counter, Progress
from redbead.execution.runs import ScenarioRuns, run_many
from redbead.scenario.scenario import WEEKS_PER_YEAR, Scenario
from redbead.state.types import Reals
from redbead.studies.behaviour_checks.reader import scenarios_of, theory_of
from redbead.studies.behaviour_checks.spec import Check
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, Finding, Lookup, Sides, judge


class RunsFailedError(RedBeadError):
    """Runs that a check needs did not finish."""

    exit_code = Exit.SOME_RUNS_FAILED


class CheckResult(NamedTuple):
    """A check, how often and under which theory it was run, and what was found."""

    check: Check
    theory: str
    runs: int
    findings: tuple[Finding, ...]


@dataclass
class _Need:
    """A scenario that has to be run, and what of it is looked at."""

    scenario: Scenario
    weeks: int = 0
    runs: int = 0
    series: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class CheckPlan:
    """Checks, with the scenarios that they need by digest; how many runs, and under which theory."""

    checks: tuple[Check, ...]
    theory: str
    runs: int
    needs: dict[str, _Need]

    @property
    def total(self) -> int:
        """All runs that are needed."""
        return sum(need.runs for need in self.needs.values())

    def runs_of(self, check: Check) -> int:
        """How many runs a check gets."""
        return self.runs or check.runs


def prepare(checks: Iterable[Check], *, theory: str = "", runs: int = 0) -> CheckPlan:
    """Find out what has to be run.

    Parameters
    ----------
    checks
        The checks.
    theory
        The theory under which claims of any theory are run; that of their scenarios where empty.
    runs
        Pairs of runs in place of those that the files ask for; 0 leaves them. [runs]
    """
    trial = CheckPlan(tuple(checks), theory, runs, {})
    for check in trial.checks:
        for pair in check.pairs:
            for scenario in scenarios_of(pair, theory_of(check, theory)):
                if scenario is not None:
                    need = trial.needs.setdefault(_key(scenario), _Need(scenario))
                    need.weeks = max(need.weeks, check.weeks)
                    need.runs = max(need.runs, trial.runs_of(check))
                    need.series |= {name for item in check.expect for name in item.series}
    return trial


def carry_out(
    trial: CheckPlan, *, seed: int = 1, jobs: int | None = None, progress: Callable[[Progress], None] | None = None
) -> list[CheckResult]:
    """Run every scenario of the trial, run k with seed + k, and judge every expectation.

    Raises
    ------
    RunsFailedError
        A run failed; names the scenario and the cause.
    """
    counter = Counter(trial.total, progress)
    store: dict[str, dict[str, Reals]] = {}
    for key, need in trial.needs.items():
        scenario = dataclasses.replace(need.scenario, years=need.weeks / WEEKS_PER_YEAR)
        batch = run_many(scenario, runs=need.runs, seed=seed, jobs=jobs, progress=counter.follow)
        store[key] = _kept(batch, need.series)
    return [_result(trial, check, store) for check in trial.checks]


def _kept(batch: ScenarioRuns, series: set[str]) -> dict[str, Reals]:
    """What is looked at, [runs, weeks]."""
    if batch.failed:
        first = batch.failed[0]
        msg = (
            f"{len(batch.failed)} of {len(batch.runs)} runs of '{batch.scenario.name}' failed: {first.cause}"
            f"\n    the first with seed {first.seed}; a check needs every run"
        )
        raise RunsFailedError(msg)
    return {name: values_of(name, batch.values) for name in series}


def _result(trial: CheckPlan, check: Check, store: dict[str, dict[str, Reals]]) -> CheckResult:
    theory, runs = theory_of(check, trial.theory), trial.runs_of(check)
    pairs: Sequence[Sides] = [
        (_lookup(store, setup, runs), None if against is None else _lookup(store, against, runs))
        for setup, against in (scenarios_of(pair, theory) for pair in check.pairs)
    ]
    return CheckResult(check, theory, runs, tuple(judge(item, pairs) for item in check.expect))


def _lookup(store: dict[str, dict[str, Reals]], scenario: Scenario, runs: int) -> Lookup:
    series = store[_key(scenario)]
    return lambda name: series[name][:runs]


def _key(scenario: Scenario) -> str:
    """What tells scenarios apart, however long they are watched."""
    return dataclasses.replace(scenario, years=1.0).digest()


def exit_code(results: Iterable[CheckResult]) -> Exit:
    """1 if an expectation does not hold, 6 if none fails and one cannot be told yet, otherwise 0.

    A known shortfall fails nothing.
    """
    found = [item for result in results for item in result.findings if not item.expectation.known]
    verdicts = {item.verdict for item in found}
    if CheckVerdict.FAILS in verdicts:
        return Exit.CHECK_FAILED
    return Exit.UNDECIDED if CheckVerdict.OPEN in verdicts else Exit.GOOD
