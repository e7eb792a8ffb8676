"""Select, plan and run behaviour checks: each scenario runs once for all checks that need it.

A run is a prefix of a longer run with the same seed, and run k uses the same seed everywhere. Checks with different
numbers of runs and weeks can therefore share the runs of a scenario.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from redbead.analysis.pairs import values_of
from redbead.exceptions import BadInputError, Exit, Problem, format_value, printable
from redbead.scenario.library import SUFFIX
from redbead.scenario.messages import suggest_name
from redbead.scenario.scenario import WEEKS_PER_YEAR, Scenario
from redbead.state.constants import Reals
from redbead.storage.point_store import Point, Points
from redbead.storage.study_folder import header_of, inputs_digest
from redbead.studies.behaviour_checks.effects import Lookup, PairSeries
from redbead.studies.behaviour_checks.spec import THEORIES, Check, ScenarioPair, read_checks, shipped_checks
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, Finding, judge
from redbead.studies.reader_base import under


def select_checks(names: Iterable[str], *, test: str = "", system: str = "", theory: str = "") -> list[Check]:
    """Select checks by name, file, test, system and theory; all shipped checks by default.

    Parameters
    ----------
    names : iterable of str
        Names of shipped checks and paths of files.
    test, system : str
        Select checks that name this test or this system.
    theory : str
        Select claims of this theory and of any theory.

    Returns
    -------
    list of Check
        The selected checks.

    Raises
    ------
    BadInputError
        A file has problems, a name is unknown, or no check matches.
    """
    requested = list(names)
    if theory and theory not in THEORIES:
        raise BadInputError([_no_such_check("--theory", theory, THEORIES)])
    files = [name for name in requested if _is_file(name)]
    shipped_names = [name for name in requested if not _is_file(name)]
    matches = read_checks(Path(name) for name in files)
    if shipped_names or not requested:
        matches += _shipped_by_name(shipped_names)
    for option, value, labels in (("--test", test, _tests), ("--system", system, _systems)):
        if value and not any(value in labels(check) for check in matches):
            known = sorted({item for check in matches for item in labels(check)}, key=lambda item: int(item[1:]))
            raise BadInputError([_no_such_check(option, value, known)])
        matches = [check for check in matches if not value or value in labels(check)]
    matches = [check for check in matches if not theory or check.theory in (theory, "any")]
    if not matches:
        what, hint = "no check matches all of these filters", "'redbead check --list' shows all checks."
        raise BadInputError([Problem("redbead check", what=what, hint=hint)])
    return matches


def _shipped_by_name(names: list[str]) -> list[Check]:
    """Shipped checks by name, in library order; all of them if `names` is empty."""
    shipped = shipped_checks()
    known = [check.name for check in shipped]
    if unknown := [name for name in names if name not in known]:
        raise BadInputError([_no_such_check(name, name, known) for name in unknown])
    return [check for check in shipped if not names or check.name in names]


def _is_file(name: str) -> bool:
    return "/" in name or name.lower().endswith((SUFFIX, ".yml"))


def _tests(check: Check) -> tuple[str, ...]:
    return check.tests


def _systems(check: Check) -> tuple[str, ...]:
    return check.systems


def _no_such_check(place: str, value: str, known: Iterable[str]) -> Problem:
    what = f"no check has the name, test, system or theory {format_value(value)}"
    return Problem(printable(place), what=what, hint=suggest_name(value, known))


def theory_of(check: Check, requested: str) -> str:
    """Return the theory that a check runs under: that of the claim, or `requested` for a claim of any theory."""
    return requested if requested and check.theory == "any" else check.theory


def scenarios_of(pair: ScenarioPair, theory: str) -> tuple[Scenario, Scenario | None]:
    """Return both scenarios of a pair, set to a theory."""
    return under(pair.setup, theory), None if pair.against is None else under(pair.against, theory)


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


def header(plan: CheckPlan, seed: int) -> dict[str, Any]:
    """Identity of some checks: their claims, and the scenarios, series, runs and seeds that they need."""
    requests = [[key, request.weeks, request.runs, sorted(request.series)] for key, request in plan.requests.items()]
    claims = [repr(dataclasses.replace(check, file="")) for check in plan.checks]
    return header_of("check", inputs_digest({"requests": requests, "seed": seed, "checks": claims}))


def run_checks(plan: CheckPlan, points: Points, seed: int = 1) -> list[CheckResult]:
    """Run every scenario of the plan (run k with seed ``seed + k``), and assess every expectation.

    Parameters
    ----------
    plan : CheckPlan
        The plan.
    points : Points
        Runs the scenarios, and keeps the series that the checks need.
    seed : int
        Seed of run 0.

    Returns
    -------
    list of CheckResult
        One result per check.

    Raises
    ------
    RunsFailedError
        Runs failed; the message names the first one.
    """
    series = points.evaluate("checks", [_point(request, seed) for request in plan.requests.values()])
    store = dict(zip(plan.requests, series, strict=True))
    return [_check_result(plan, check, store) for check in plan.checks]


def _point(request: _ScenarioRequest, seed: int) -> Point:
    """Runs of one scenario, reduced to the required series, [runs, weeks]."""
    scenario = dataclasses.replace(request.scenario, years=request.weeks / WEEKS_PER_YEAR)
    names = sorted(request.series)
    return Point(scenario, request.runs, seed, lambda get: {name: values_of(name, get) for name in names})


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
    """Return 1 if an expectation fails, 6 if one is undecided without a stated reason, otherwise 0."""
    verdicts = {item.verdict for result in results for item in result.findings}
    if CheckVerdict.FAILS in verdicts:
        return Exit.CHECK_FAILED
    return Exit.UNDECIDED if CheckVerdict.OPEN in verdicts else Exit.GOOD
