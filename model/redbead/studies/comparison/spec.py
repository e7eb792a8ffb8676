"""Specification of a comparison: policies and their names, uncertain inputs, deciding outcomes and limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from redbead.analysis.outcomes import LATE
from redbead.exceptions import Problem, is_printable, printable
from redbead.execution.runs import slug
from redbead.scenario.messages import nearest_name
from redbead.scenario.scenario import Scenario
from redbead.scenario.theories import BALANCED, THEORIES
from redbead.scenario.yaml_reader import KeyPath

MAX_POLICIES: Final = 200
MAX_LEVERS: Final = 6
FORMAT: Final = 1
"""Format number of the batch files that this package reads."""
AUTO: Final = "auto"
"""Number of runs that is determined while running."""

PILOT_RUNS: Final = 40
"""Runs per policy of the pilot that decides the number of runs with 'auto', and the fewest runs that follow. Fewer runs
estimate the spread of skewed outcomes poorly. [runs]"""


RUNS_PER_DRAW: Final = 2
"""Fewest runs of each draw of uncertain parameters in a pilot, to separate the variation within draws. [runs]"""


class Policy(NamedTuple):
    """A policy: name and scenario."""

    name: str
    scenario: Scenario


class DecidingOutcome(NamedTuple):
    """Outcome by which policies are judged.

    Attributes
    ----------
    measure : str
        Name of the outcome.
    smallest_important : float
        Smallest difference that matters: in the unit of the outcome, or a share of the mean of the baseline.
    relative : bool
        Whether `smallest_important` is a share of the mean of the baseline.
    """

    measure: str
    smallest_important: float
    relative: bool = False


class Uncertainty(NamedTuple):
    """Uncertain inputs and the number of draws.

    Attributes
    ----------
    parameters : tuple of str
        Parameters drawn from their ranges; they take precedence over the other sources.
    draws : int
        Number of draws.
    authorities, ensemble : str
        Further sources of values; empty for none.
    """

    parameters: tuple[str, ...]
    draws: int = 50
    authorities: str = ""
    ensemble: str = ""


class Limits(NamedTuple):
    """Largest number of runs per policy and longest time [minutes] with 'auto', and longest single run [s]."""

    runs: int = 1000
    minutes: float = 60.0
    seconds_per_run: float = 600.0


class Package(NamedTuple):
    """Policy whose effect is divided among its levers, and the number of runs per subset of levers."""

    policy: str
    runs: int = 40


class SwitchingSearch(NamedTuple):
    """Switching-value search: policy, comparator, outcome, parameters, values per parameter, pairs per value."""

    policy: str
    rival: str
    measure: str
    parameters: tuple[str, ...]
    points: int = 5
    runs: int = 40


DEFAULT_DECIDING_OUTCOMES: Final = (
    DecidingOutcome("errors_generated", 0.05, relative=True),
    DecidingOutcome("hidden_errors", 0.05, relative=True),
    DecidingOutcome("turnover", 0.01),
    DecidingOutcome("service_quality", 0.01),
    DecidingOutcome("cost", 0.01, relative=True),
)
"""Default deciding outcomes. Differences below these would hardly be noticed in a real service (assumed)."""

ALL_THEORIES: Final = (BALANCED, *(name for name in THEORIES if name != BALANCED))
"""All theories, the balanced one first. Results that are reported under one theory only use the first."""

DEFAULT_RUNS: Final = 100


@dataclass(frozen=True)
class Comparison:
    """Policies to compare, and how they are run and judged.

    Attributes
    ----------
    name, title, question, source, looks : str
        Description of the comparison.
    policies : tuple of Policy
        Policies, including the baseline.
    baseline : str
        Policy that all others are compared with.
    theories : tuple of str
        Theories under which every policy is run; the first is used for results reported once. If empty, every policy
        runs under the theory of its scenario.
    uncertainty : Uncertainty or None
        Uncertain inputs to draw.
    runs : int or None
        Number of runs per policy; None for 'auto'.
    seed : int
        Seed of run 0; run k uses seed + k in every policy (common random numbers).
    deciding_outcomes : tuple of DecidingOutcome
        Outcomes by which policies are judged, the most important first.
    over : str
        Period over which outcomes are judged.
    intervals : str
        ``t`` or ``bootstrap``.
    limits : Limits
        Limits of 'auto' and of single runs.
    package : Package or None
        Policy whose effect is divided among its levers.
    switching : SwitchingSearch or None
        Search for switching values.
    subject : str
        Policy that the report is about: its levels, then its difference from the baseline. Empty if it is about all.
    pairs : tuple of (str, str)
        Policies whose difference answers the question, with the comparator second, besides every policy with the
        baseline.
    """

    name: str
    policies: tuple[Policy, ...]
    baseline: str
    title: str = ""
    question: str = ""
    source: str = ""
    looks: str = ""
    theories: tuple[str, ...] = ()
    uncertainty: Uncertainty | None = None
    runs: int | None = DEFAULT_RUNS
    seed: int = 1
    deciding_outcomes: tuple[DecidingOutcome, ...] = DEFAULT_DECIDING_OUTCOMES
    over: str = LATE
    intervals: str = "t"
    limits: Limits = field(default_factory=Limits)
    package: Package | None = None
    switching: SwitchingSearch | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    subject: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all policies, in order."""
        return tuple(policy.name for policy in self.policies)

    def policy(self, name: str) -> Policy:
        """Return the policy with this name.

        Raises
        ------
        KeyError
            There is no such policy.
        """
        for policy in self.policies:
            if policy.name == name:
                return policy
        raise KeyError(name)

    @property
    def others(self) -> tuple[str, ...]:
        """Names of the policies other than the baseline, in order."""
        return tuple(name for name in self.names if name != self.baseline)

    @property
    def further_pairs(self) -> tuple[tuple[str, str], ...]:
        """Pairs of the question without the baseline as comparator: those listed, and that of the switching values."""
        search = self.switching
        pairs = (*self.pairs, *([(search.policy, search.rival)] if search else ()))
        return tuple(dict.fromkeys(pair for pair in pairs if pair[1] != self.baseline))

    @property
    def reported_policy(self) -> str:
        """Policy that the report is about: `subject`, or the only policy; empty if the report compares all policies."""
        return self.policies[0].name if len(self.policies) == 1 else self.subject

    @property
    def weeks(self) -> int:
        """Duration of all policies after the warm-up. [weeks]"""
        return self.policies[0].scenario.weeks


ReportError: TypeAlias = Callable[[KeyPath, str, str], None]
"""Callback that records an error: key path, problem, and hint."""


@dataclass
class BatchDraft:
    """An unvalidated comparison request.

    Attributes
    ----------
    policies : dict of Scenario
        Policies by name.
    baseline : str
        Name of the baseline.
    grid_policy, grid : str, mapping
        Policy to vary, and values by path.
    mix : mapping
        Names of policies to combine, by name of the combination.
    settings : mapping
        Settings for all policies, by path.
    fields : dict
        Other fields of :class:`Comparison`.
    """

    policies: dict[str, Scenario]
    baseline: str
    grid_policy: str = ""
    grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    mix: Mapping[str, Sequence[str]] = field(default_factory=dict)
    settings: Mapping[str, float | str] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)


class ErrorCollector:
    """Passes errors on to a callback and records whether there were any."""

    def __init__(self, report_error: ReportError) -> None:
        self._report, self._has_errors = report_error, False

    def has_errors(self) -> bool:
        """Whether an error was reported."""
        return self._has_errors

    def add(self, place: KeyPath, what: str, hint: str = "") -> None:
        """Add one error."""
        self._has_errors = True
        self._report(place, what, hint)


_MAX_LISTED: Final = 20


def unknown_policy(name: str) -> str:
    """Describe a name that is not a policy."""
    return f"'{printable(name)}' is not one of the policies"


def known_policies(names: Iterable[str], unknown: str = "") -> str:
    """Hint for an unknown policy: the most similar name, and the first names of the known policies.

    Examples
    --------
    >>> known_policies(["today", "strikes"], "Today"), known_policies(["today", "strikes"])
    ('Did you mean today? Choose from: today, strikes.', 'Choose from: today, strikes.')
    """
    known = list(names)
    near = nearest_name(unknown, known) if unknown else None
    listed = ", ".join(known[:_MAX_LISTED])
    more = f" and {len(known) - _MAX_LISTED} more" if len(known) > _MAX_LISTED else ""
    return f"{f'Did you mean {near}? ' if near else ''}Choose from: {listed}{more}."


def describe_problem(problem: Problem) -> str:
    """Key and description of a problem in one sentence, without its place and hint.

    >>> describe_problem(Problem("a.yaml", 2, 3, "stake", "is not a known key", "Did you mean stakes?"))
    'stake is not a known key'
    """
    return str(Problem("", key=problem.key, what=problem.what)).removeprefix(": ").removesuffix(".")


def combination_name(policy: str, values: Mapping[str, Any]) -> str:
    """Name of the policy with one combination of the values of a grid.

    A value is named by the last part of its path, or by the whole path if two paths have the same last part. Nothing is
    shortened, so that different combinations have different names.

    Parameters
    ----------
    policy : str
        Name of the policy that the grid varies.
    values : mapping
        Values by path.

    Examples
    --------
    >>> combination_name("learning", {"levers.just-culture.dose": 0.5, "fear.blame": 0.1})
    'learning: dose 0.5, blame 0.1'
    >>> combination_name("today", {"fear.floor": 0.1, "burnout.floor": 0})
    'today: fear.floor 0.1, burnout.floor 0'
    """
    last = {path: path.rpartition(".")[2] for path in values}
    uses = Counter(last.values())
    labels = {path: path if uses[word] > 1 else word for path, word in last.items()}
    return f"{policy}: {', '.join(f'{labels[path]} {value}' for path, value in values.items())}"


def too_many_policies(count: int, item: str = "policies") -> tuple[str, str]:
    """Describe a comparison with too many policies, mixes or combinations of values.

    Examples
    --------
    >>> too_many_policies(250, "combinations")[0]
    'has 250 combinations, but a comparison has at most 200 policies'
    """
    hint = "List fewer policies, mixes or values of the grid, or draw the parameters with 'uncertainty'."
    return f"has {count:,} {item}, but a comparison has at most {MAX_POLICIES} policies", hint


def check_names(policies: Iterable[str], draft: BatchDraft, errors: ErrorCollector) -> None:
    """Report names that cannot be printed, and names that are too similar to have separate files.

    Parameters
    ----------
    policies : iterable of str
        Names of all policies, including generated ones.
    draft : BatchDraft
        The request, which shows where each name comes from.
    errors : ErrorCollector
        Receives the errors.
    """
    names: dict[str, str] = {}
    for name in policies:
        place = _place(name, draft)
        if not name.strip():
            errors.add(place, "has an empty name", "Write at least one letter or digit.")
        elif not is_printable(name):
            what = f"'{printable(name)}' has a character that cannot be printed, such as a tab or a line break"
            errors.add(place, what, "Remove this character.")
        elif (previous := names.setdefault(slug(name), name)) != name:
            what = f"is too similar to '{previous}': both become '{slug(name)}' in file names"
            hint = "Names must differ in letters or digits, not only in capital letters, spaces or punctuation."
            errors.add(place, what, hint)


def _place(name: str, draft: BatchDraft) -> KeyPath:
    """Place in a batch file from which the name of a policy comes."""
    section = "policies" if name in draft.policies else "mix"
    return (section, name) if name in draft.policies or name in draft.mix else ("grid", "values", name)
