"""Arms of a comparison: the scenarios to run, and the role of each in the analysis.

Roles with equal scenarios share one arm. No scenario is run twice, and identical policies differ by exactly 0.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from redbead import parameters
from redbead.analysis.parameter_draws import draw_authorities, draw_items, ensemble
from redbead.compile_cache import digest_of_source
from redbead.execution.jobs import Job, RunSpec, with_source_digest
from redbead.execution.runs import Agents, RunOptions, job_size, slug
from redbead.levers import LEVERS, Lever
from redbead.scenario.scenario import Scenario
from redbead.scenario.theories import disputed
from redbead.storage import study_folder
from redbead.storage.run_store import Key
from redbead.storage.study_folder import inputs_digest
from redbead.studies.comparison.spec import PILOT_RUNS, RUNS_PER_DRAW, Comparison
from redbead.studies.reader_base import THEORY

POLICY: Final = "policy"
PACKAGE: Final = "package"
SWITCHING: Final = "switching"


class ArmRole(NamedTuple):
    """Role of one arm in the analysis.

    Attributes
    ----------
    policy, theory : str
        Policy and theory that the arm represents.
    purpose : str
        ``policy``, ``package`` or ``switching``.
    detail : str
        Empty for a policy; the bit mask of a subset of levers for a package; "path=value" for a switching value.
    arm : int
        Number of the arm.
    runs : int
        Number of runs needed; 0 for as many as every policy.
    """

    policy: str
    theory: str
    purpose: str
    detail: str
    arm: int
    runs: int = 0

    @property
    def key(self) -> str:
        """Short name for tables and files.

        >>> ArmRole("Two strikes", "blame-deters", "policy", "", 3).key
        'two-strikes.blame-deters'
        >>> ArmRole("Two strikes", "", "switching", "practice.accountability=-0.1", 3).key
        'two-strikes.practice-accountability-minus-0-1'
        """
        detail = slug(self.detail) if self.detail else ""
        return ".".join(word for word in (slug(self.policy), self.theory, detail) if word)


@dataclass(frozen=True)
class Arm:
    """A scenario to run; if `drawn`, run k uses draw k modulo the number of draws."""

    scenario: Scenario
    drawn: bool

    def identity(self) -> tuple[str, bool]:
        """Key that is equal for equal arms."""
        return self.scenario.digest(), self.drawn


@dataclass(frozen=True)
class Arms:
    """All arms of a comparison with their roles.

    Attributes
    ----------
    arms : tuple of Arm
        Distinct scenarios.
    roles : tuple of ArmRole
        Roles of the arms.
    draws : tuple of mapping
        Draws of the uncertain parameters; empty if there are none.
    fixed_paths : tuple of frozenset
        Per arm, the parameters that the policy itself sets and that draws do not change.
    """

    arms: tuple[Arm, ...]
    roles: tuple[ArmRole, ...]
    draws: tuple[Mapping[str, float], ...]
    fixed_paths: tuple[frozenset[str], ...]

    def scenario(self, arm: int, run: int) -> Scenario:
        """Scenario of one run: that of its arm with the parameters of its draw.

        Parameters that a policy sets differently from the baseline keep their value.
        """
        base = self.arms[arm].scenario
        if not (self.arms[arm].drawn and self.draws):
            return base
        values = {path: v for path, v in self.draws[run % len(self.draws)].items() if path not in self.fixed_paths[arm]}
        return base.set(values)

    def main(self) -> tuple[ArmRole, ...]:
        """Roles of policies, in order."""
        return tuple(role for role in self.roles if role.purpose == POLICY)

    def runs_needed(self, arm: int, runs: int) -> int:
        """Number of runs an arm needs when each policy has `runs` runs."""
        return max(role.runs or runs for role in self.roles if role.arm == arm)


def arms_of(comparison: Comparison) -> Arms:
    """All arms that a comparison needs.

    Parameters
    ----------
    comparison : Comparison
        The comparison.

    Returns
    -------
    Arms
        Policies under every theory, subsets of the package, and both sides at every value of each switching parameter.
    """
    collector = _ArmCollector(comparison)
    for policy in comparison.policies:
        for theory in comparison.theories or ("",):
            collector.add(policy.name, theory, POLICY, "", policy.scenario, drawn=comparison.uncertainty is not None)
    _add_package_arms(comparison, collector)
    _add_switching_arms(comparison, collector)
    return collector.arms(_draws(comparison))


class _ArmCollector:
    """Collects roles and keeps one arm per distinct scenario."""

    def __init__(self, comparison: Comparison) -> None:
        self._base = comparison.policy(comparison.baseline).scenario
        self._first_theory = comparison.theories[0] if comparison.theories else ""
        self._arms: list[Arm] = []
        self._fixed_paths: list[frozenset[str]] = []
        self._numbers: dict[tuple[str, bool], int] = {}
        self._roles: list[ArmRole] = []

    def add(
        self, policy: str, theory: str, purpose: str, detail: str, scenario: Scenario, *, drawn: bool = False,
        runs: int = 0,
    ) -> None:  # fmt: skip
        """Add one role. Without a theory, the first theory of the comparison applies."""
        arm = Arm(with_theory(scenario, theory or self._first_theory), drawn)
        number = self._numbers.setdefault(arm.identity(), len(self._arms))
        if number == len(self._arms):
            self._arms.append(arm)
            self._fixed_paths.append(frozenset(differing_parameters(scenario, self._base)))
        self._roles.append(ArmRole(policy, theory, purpose, detail, number, runs))

    def arms(self, draws: tuple[Mapping[str, float], ...]) -> Arms:
        """All arms collected."""
        return Arms(tuple(self._arms), tuple(self._roles), draws, tuple(self._fixed_paths))


def with_theory(scenario: Scenario, theory: str) -> Scenario:
    """Scenario under a theory. Values that the scenario sets itself take precedence; no theory changes nothing."""
    if not theory or theory == scenario.theory:
        return scenario
    return scenario.set({THEORY: theory, **dict(scenario.values)})


def differing_parameters(scenario: Scenario, base: Scenario) -> dict[str, float]:
    """Parameters in which `scenario` differs from `base`, with their values in `scenario`."""
    paths = {path for path, _ in (*scenario.values, *base.values)}
    return {path: scenario.value(path) for path in sorted(paths) if scenario.value(path) != base.value(path)}


def changed_paths(scenario: Scenario, base: Scenario) -> set[str]:
    """Parameters that differ between two scenarios or that their different levers change, by path."""
    levers = [
        lever for lever in (*scenario.levers, *base.levers) if lever not in scenario.levers or lever not in base.levers
    ]
    return {*differing_parameters(scenario, base), *(effect.path for lever in levers for effect in lever.effects())}


def only_assumptions_differ(comparison: Comparison) -> bool:
    """Whether the scenarios differ only in theories and in parameters that no lever changes.

    Such a comparison shows what follows from assumptions. None of them is better than another.
    """
    base = comparison.policy(comparison.baseline).scenario
    others = [comparison.policy(name).scenario for name in comparison.others]
    if any((item.levers, item.spikes) != (base.levers, base.spikes) for item in others):
        return False
    changed = {path for item in others for path in differing_parameters(item, base)}
    if rivals := {item.theory for item in others} - {base.theory}:
        changed.difference_update(disputed())
    decided = {effect.path for kind in LEVERS for effect in LEVERS[kind]().effects()}
    return bool(changed or rivals) and changed.isdisjoint(decided)


def _draws(comparison: Comparison) -> tuple[Mapping[str, float], ...]:
    """Draws of the uncertain parameters."""
    uncertainty = comparison.uncertainty
    if uncertainty is None:
        return ()
    items = {path: parameters.register()[path] for path in uncertainty.parameters}
    draws: list[dict[str, float]] = [{} for _ in range(uncertainty.draws)]
    if uncertainty.ensemble:
        sets = ensemble(uncertainty.ensemble)
        draws = [dict(sets[k % len(sets)]) for k in range(uncertainty.draws)]
    if uncertainty.authorities:
        draws = [a | b for a, b in zip(draws, draw_authorities(uncertainty.draws, comparison.seed), strict=True)]
    return tuple(a | b for a, b in zip(draws, draw_items(items, uncertainty.draws, comparison.seed), strict=True))


def _add_package_arms(comparison: Comparison, collector: _ArmCollector) -> None:
    """Add all subsets of the levers that a policy adds to the baseline."""
    package = comparison.package
    if package is None:
        return
    scenario = comparison.policy(package.policy).scenario
    base = comparison.policy(comparison.baseline).scenario.levers
    levers = added_levers(comparison)
    for mask in range(2 ** len(levers)):
        subset = (*base, *(lever for bit, lever in enumerate(levers) if mask >> bit & 1))
        collector.add(
            package.policy, "", PACKAGE, str(mask), _with_levers(scenario, subset), runs=package.runs
        )  # fmt: skip


def added_levers(comparison: Comparison) -> list[Lever]:
    """Levers of the package that the baseline does not have."""
    if comparison.package is None:
        return []
    base = comparison.policy(comparison.baseline).scenario.levers
    return [lever for lever in comparison.policy(comparison.package.policy).scenario.levers if lever not in base]


def _with_levers(scenario: Scenario, levers: tuple[Lever, ...]) -> Scenario:
    """Copy of a scenario with other levers."""
    return dataclasses.replace(scenario, levers=levers)


def _add_switching_arms(comparison: Comparison, collector: _ArmCollector) -> None:
    """Add both policies at each value of each parameter of the switching-value search."""
    search = comparison.switching
    if search is None:
        return
    first_theory = comparison.theories[0] if comparison.theories else ""
    for path in search.parameters:
        for value in search_points(path, search.points, comparison.policy(search.policy).scenario.value(path)):
            for name in (search.policy, search.rival):
                changed = with_theory(comparison.policy(name).scenario, first_theory).set({path: value})
                collector.add(name, "", SWITCHING, f"{path}={value!r}", changed, runs=search.runs)


def search_points(path: str, points: int, assumed: float) -> list[float]:
    """Values of a parameter to try.

    Parameters
    ----------
    path : str
        Path of the parameter.
    points : int
        Number of evenly spaced values over its range.
    assumed : float
        Assumed value, which is always included.
    """
    item = parameters.register()[path]
    low, high = item.param.span()
    values = {*np.linspace(low, high, points).tolist(), assumed}
    return sorted({float(round(v)) for v in values} if item.param.whole else values)


def inputs_of(comparison: Comparison, arms: Arms, agents: Sequence[str] = ()) -> dict[str, Any]:
    """Everything that the runs of a comparison depend on.

    The date, the number of runs and the deciding outcomes are left out, so that a batch can be extended and analysed
    again.
    """
    return {
        "agents": list(agents),
        "name": comparison.name,
        "seed": comparison.seed,
        "arms": [[arm.scenario.digest(), arm.drawn] for arm in arms.arms],
        "views": [list(role[:5]) for role in arms.roles],
        "draws": [dict(draw) for draw in arms.draws],
    }


def header_of(comparison: Comparison, arms: Arms, agents: Agents | None = None) -> dict[str, Any]:
    """Header of the run store of a comparison."""
    names = agent_names(agents)
    return study_folder.header_of("comparison", stored_inputs(comparison, arms, names), names)


def agent_names(agents: Agents | None) -> list[str]:
    """Custom agent classes, as the header of a store has them: ``SocialWorker=my_agents:OpenReporter@`` and a digest.

    The digest covers the file in which the class is written and the local modules that it imports, so that runs of an
    edited class are never mixed with earlier ones.
    """
    return sorted(
        f"{kind.__name__}={own.__module__}:{own.__qualname__}@{digest_of_source(own)[:16]}"
        for kind, own in (agents or {}).items()
    )


def agent_option(name: str) -> str:
    """Value of ``--agents`` for a name of :func:`agent_names`.

    >>> agent_option("SocialWorker=my_agents:OpenReporter@0123456789abcdef")
    'my_agents:OpenReporter'
    """
    return name.partition("=")[2].partition("@")[0]


def agents_sentence(names: Sequence[str]) -> str:
    """Sentence on custom agent classes for a report, from names of :func:`agent_names`; empty if there are none.

    >>> agents_sentence(["Manager=my_agents:Kind@0123", "SocialWorker=my_agents:Open@4567"])
    'All runs used custom agents: my_agents:Kind in place of Manager, my_agents:Open in place of SocialWorker.'
    """
    classes = [f"{agent_option(name)} in place of {name.partition('=')[0]}" for name in names]
    return f"All runs used custom agents: {', '.join(classes)}." if classes else ""


def stored_inputs(comparison: Comparison, arms: Arms, agents: Sequence[str]) -> str:
    """Digest of the inputs of a comparison with the names of its custom agents, as its store has it. [hexadecimal]"""
    return inputs_digest(inputs_of(comparison, arms, list(agents)))


def requested_runs(arms: Arms, runs: int) -> list[Key]:
    """Keys of all runs of all arms when each policy has `runs` runs."""
    return [(arm, run) for arm in range(len(arms.arms)) for run in range(arms.runs_needed(arm, runs))]


def pilot_of(comparison: Comparison, arms: Arms) -> range:
    """Run numbers of the pilot. They begin after the largest number of reported runs, at the first draw."""
    draws = len(arms.draws) or 1
    start = draws * math.ceil(comparison.limits.runs / draws)
    per_draw = max(RUNS_PER_DRAW, math.ceil(PILOT_RUNS / draws))
    return range(start, start + draws * per_draw)


def pilot_runs(comparison: Comparison, arms: Arms) -> list[Key]:
    """Keys of the pilot runs of all policies; none without 'auto'."""
    if comparison.runs is not None:
        return []
    return [(arm, run) for arm in sorted({role.arm for role in arms.main()}) for run in pilot_of(comparison, arms)]


def create_jobs(missing: Sequence[Key], comparison: Comparison, arms: Arms, options: RunOptions) -> Iterator[Job]:
    """Yield jobs for the missing runs. Arms that share a warm-up are grouped, run by run."""
    size = job_size(len(missing), options)
    groups: Iterable[list[Key]] = _group_runs(missing, arms, size, alone=bool(options.agents))
    agents = tuple((options.agents or {}).items())
    for group in reversed(list(groups)) if options.backwards else groups:
        indices: dict[str, int] = {}
        scenarios: list[Scenario] = []
        specs = []
        for arm, run in group:
            scenario = arms.scenario(arm, run)
            index = indices.setdefault(f"{arm} {run % len(arms.draws) if arms.draws else 0}", len(scenarios))
            if index == len(scenarios):
                scenarios.append(scenario)
            specs.append(RunSpec(arm, run, comparison.seed + run, index))
        yield with_source_digest(Job(tuple(scenarios), tuple(specs), agents, options.events))


def _group_runs(missing: Sequence[Key], arms: Arms, size: int, *, alone: bool) -> Iterator[list[Key]]:
    """Yield groups of about `size` runs: complete sets of the arms that share a warm-up, run by run."""
    from redbead.engine.simulate import prepare, warm_up_key

    warm_up_of = {arm: str(arm) if alone else warm_up_key(prepare(arms.arms[arm].scenario)) for arm, _ in missing}
    position_of = {warm_up: position for position, warm_up in enumerate(dict.fromkeys(warm_up_of.values()))}
    group: list[Key] = []
    previous: tuple[int, int] | None = None
    for arm, run in sorted(missing, key=lambda key: (position_of[warm_up_of[key[0]]], key[1], key[0])):
        current = position_of[warm_up_of[arm]], run
        if group and current != previous and (len(group) >= size or previous is None or previous[0] != current[0]):
            yield group
            group = []
        group.append((arm, run))
        previous = current
    if group:
        yield group
