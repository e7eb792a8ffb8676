"""A comparison in memory, and the vocabulary of its file: every key, what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from redbead.analysis.outcomes import LATE, WHOLE_RUN
from redbead.scenario.reader_base import SIDE_KEYS
from redbead.scenario.scenario import Scenario
from redbead.scenario.theories import BALANCED, THEORIES
from redbead.scenario.yaml_reader import KeyPath

MOST_POLICIES: Final = 200
MOST_LEVERS: Final = 6
FORMAT: Final = 1

TOP: Final[Mapping[str, str]] = {
    "format": f"format of the file; this package reads {FORMAT}",
    "name": "short name for folders (the file's own name where absent)",
    "title": "what is compared, in a line",
    "question": "what it asks, in plain words",
    "source": "the idea or text that it comes from",
    "looks": "what to look at in its results",
    "policies": "the policies by name: a shipped scenario, a path, or differences from the baseline",
    "baseline": "the policy that all others are compared with (the first where absent)",
    "grid": "values to try one by one: every combination becomes a policy",
    "mix": "policies that combine others, by name",
    "theories": "rival theories under which everything is run, or 'all'",
    "uncertainty": "parameters whose values nobody knows, drawn anew from their ranges",
    "time": "how long all policies run, as in a scenario file",
    "runs": "how many runs of each policy, or 'auto'",
    "seed": "seed of run 0; run k uses seed + k",
    "measures": "the outcomes that decide, each with the smallest difference that matters",
    "over": f"the period that decides: {LATE} or {WHOLE_RUN}",
    "intervals": "t (Student's) or bootstrap",
    "limits": "where 'auto' and single runs stop",
    "package": "a policy whose levers share out its effect among themselves",
    "switching": "parameters whose switching values are looked for",
}
POLICY_KEYS: Final = {
    **SIDE_KEYS, "scenario": "a shipped scenario or a path to start from (the baseline where absent)"
}  # fmt: skip
GRID_KEYS: Final = {
    "policy": "which policy is varied (the baseline where absent)",
    "values": "lists of values by path: a parameter, or levers.KIND.NUMBER",
}
UNCERTAINTY_KEYS: Final = {
    "parameters": "paths or patterns such as 'fear.*'; 'causal links' are all strengths of a causal link",
    "draws": "how many sets of values",
    "authorities": "published: every set is of another authority, drawn from the published spread of England",
    "ensemble": "england: every set starts from one of the plausible sets that the calibration kept",
}
LIMITS_KEYS: Final = {
    "runs": "'auto' makes no more runs of a policy",
    "minutes": "'auto' starts no more runs after that time",
    "seconds_per_run": "a run that takes longer is given up",
}
PACKAGE_KEYS: Final = {"policy": "the policy", "runs": "how many runs of each of its parts"}
SWITCHING_KEYS: Final = {
    "policy": "the policy that is held to be better",
    "rival": "the policy that it is held to be better than (the baseline where absent)",
    "measure": "by which outcome (the first of the measures where absent)",
    "parameters": "the doubtful parameters, as under uncertainty",
    "points": "at how many values over its range each is tried",
    "runs": "how many pairs of runs at each value",
}
TIME_KEYS: Final = {
    "years": "how long the policies are watched", "warm_up_years": "how long the model settles before"
}  # fmt: skip


class Policy(NamedTuple):
    """One policy: its name, and the scenario that it is."""

    name: str
    scenario: Scenario


class DecidingOutcome(NamedTuple):
    """An outcome that decides, and the smallest difference that matters.

    `smallest` is in the unit of the outcome; where `relative`, it is a share of the baseline's mean.
    """

    measure: str
    smallest: float
    relative: bool = False


class Uncertainty(NamedTuple):
    """Parameters that are drawn, and how many sets of values.

    `authorities` and `ensemble` name what else each set takes its values from; what `parameters` draws comes last.
    """

    parameters: tuple[str, ...]
    draws: int = 50
    authorities: str = ""
    ensemble: str = ""


class Limits(NamedTuple):
    """The most runs of a policy [runs] and the longest time [minutes] for 'auto', and the longest run [s]."""

    runs: int = 1000
    minutes: float = 60.0
    seconds_per_run: float = 600.0


class Package(NamedTuple):
    """A policy whose levers share out its effect, from so many runs of each subset."""

    policy: str
    runs: int = 40


class SwitchingSearch(NamedTuple):
    """Whose advantage over which rival, by which outcome, is tried at so many values of which parameters."""

    policy: str
    rival: str
    measure: str
    parameters: tuple[str, ...]
    points: int = 5
    runs: int = 40


DEFAULT_TARGETS: Final = (
    DecidingOutcome("errors_generated", 0.05, relative=True),
    DecidingOutcome("hidden_errors", 0.05, relative=True),
    DecidingOutcome("turnover", 0.01),
    DecidingOutcome("service_quality", 0.01),
    DecidingOutcome("cost", 0.01, relative=True),
)
"""What decides where nobody says: differences below these would hardly be noticed in a real service (assumed)."""

ALL_THEORIES: Final = (BALANCED, *(name for name in THEORIES if name != BALANCED))
"""Every theory, the balanced one first: all that is told once is told under it."""

DEFAULT_RUNS: Final = 100
AUTO: Final = "auto"


@dataclass(frozen=True)
class Comparison:
    """Policies to compare: what is run, and by what it is judged. `runs` is None for 'auto'.

    `theories` are those under which everything is run, the first of them being the one that all else is told under;
    with none, every policy is run as its own scenario says.
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
    targets: tuple[DecidingOutcome, ...] = DEFAULT_TARGETS
    over: str = LATE
    intervals: str = "t"
    limits: Limits = field(default_factory=Limits)
    package: Package | None = None
    switching: SwitchingSearch | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all policies, in order."""
        return tuple(policy.name for policy in self.policies)

    def policy(self, name: str) -> Policy:
        """The policy of that name.

        Raises
        ------
        KeyError
            There is none.
        """
        for policy in self.policies:
            if policy.name == name:
                return policy
        raise KeyError(name)

    @property
    def others(self) -> tuple[str, ...]:
        """The policies that are compared with the baseline, in order."""
        return tuple(name for name in self.names if name != self.baseline)

    @property
    def weeks(self) -> int:
        """How long every policy is watched. [weeks]"""
        return self.policies[0].scenario.weeks


ReportError: TypeAlias = Callable[[KeyPath, str, str], None]
"""Notes what is wrong at a place, and what to do."""


@dataclass
class BatchDraft:
    """What was asked for: policies by name, what varies or mixes them, and everything else of the comparison."""

    policies: dict[str, Scenario]
    baseline: str
    grid_policy: str = ""
    grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    mix: Mapping[str, Sequence[str]] = field(default_factory=dict)
    world: Mapping[str, float | str] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)


class ErrorCollector:
    """Remembers whether there was anything to complain of."""

    def __init__(self, complain: ReportError) -> None:
        self._complain, self._any = complain, False

    def anything(self) -> bool:
        """Whether there was."""
        return self._any

    def __call__(self, place: KeyPath, what: str, hint: str = "") -> None:
        """Complain."""
        self._any = True
        self._complain(place, what, hint)


def known_policies(names: Mapping[str, object]) -> str:
    """The hint for a name that is no policy."""
    return f"the policies are: {', '.join(names)}"
