"""What has to be run for a comparison: arms, each one scenario, and the views through which they are looked at.

Two views of equal scenarios share one arm: nothing is run twice, and identical policies differ by exactly 0.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from redbead import parameters
from redbead.analysis.parameter_draws import draw_authorities, draw_items, ensemble
from redbead.execution.runs import slug
from redbead.levers import Lever
from redbead.scenario.library import version
from redbead.scenario.reader_base import THEORY
from redbead.scenario.scenario import Scenario
from redbead.storage.atomic_files import json_text
from redbead.studies.comparison.spec import Comparison

MAIN: Final = "policy"
PACKAGE: Final = "package"
SWITCHING: Final = "switching"


class ArmRole(NamedTuple):
    """What one arm stands for: a policy under a theory; the part it plays, and of which point or subset it tells.

    `detail` is empty for a policy, the subset of levers of a package as a bit mask, or "path=value" of a parameter.
    `runs` is how many it needs; 0 is as many as every policy.
    """

    policy: str
    theory: str
    part: str
    detail: str
    arm: int
    runs: int = 0

    @property
    def key(self) -> str:
        """A short name for tables and files.

        >>> ArmRole("Two strikes", "blame-deters", "policy", "", 3).key
        'two-strikes.blame-deters'
        """
        return ".".join(
            part for part in (slug(self.policy), self.theory, slug(self.detail) if self.detail else "") if part
        )


@dataclass(frozen=True)
class Arm:
    """A scenario to run; with `drawn`, run k lives in draw k modulo the number of draws."""

    scenario: Scenario
    drawn: bool

    def identity(self) -> tuple[str, bool]:
        """What makes two arms the same."""
        return self.scenario.digest(), self.drawn


@dataclass(frozen=True)
class Arms:
    """All arms and views of a comparison, and the draws of its uncertain parameters (none where it has none)."""

    arms: tuple[Arm, ...]
    views: tuple[ArmRole, ...]
    draws: tuple[Mapping[str, float], ...]
    own: tuple[frozenset[str], ...]

    def scenario(self, arm: int, run: int) -> Scenario:
        """The scenario of one run: that of its arm, in the draw that falls to the run.

        What a policy itself sets differently from the baseline stays as it sets it.
        """
        plain = self.arms[arm].scenario
        if not (self.arms[arm].drawn and self.draws):
            return plain
        values = {path: v for path, v in self.draws[run % len(self.draws)].items() if path not in self.own[arm]}
        return plain.set(values)

    def main(self) -> tuple[ArmRole, ...]:
        """The views of policies, in order."""
        return tuple(view for view in self.views if view.part == MAIN)

    def wanted(self, arm: int, runs: int) -> int:
        """How many runs of an arm are wanted, where each policy has so many. [runs]"""
        return max(view.runs or runs for view in self.views if view.arm == arm)


def arms_of(comparison: Comparison) -> Arms:
    """Everything that has to be run for a comparison."""
    collect = _Collect(comparison)
    for policy in comparison.policies:
        for theory in comparison.theories or ("",):
            collect.add(policy.name, theory, MAIN, "", policy.scenario, drawn=comparison.uncertainty is not None)
    _package(comparison, collect)
    _switching(comparison, collect)
    return collect.arms(_draws(comparison))


class _Collect:
    """Collects arms, each scenario once."""

    def __init__(self, comparison: Comparison) -> None:
        self._base = comparison.policy(comparison.baseline).scenario
        self._first = comparison.theories[0] if comparison.theories else ""
        self._arms: list[Arm] = []
        self._own: list[frozenset[str]] = []
        self._place: dict[tuple[str, bool], int] = {}
        self._views: list[ArmRole] = []

    def add(
        self, policy: str, theory: str, part: str, detail: str, scenario: Scenario, *, drawn: bool = False,
        runs: int = 0,
    ) -> None:  # fmt: skip
        """One view; its scenario is put under the theory, or under the first where it names none."""
        arm = Arm(under(scenario, theory or self._first), drawn)
        number = self._place.setdefault(arm.identity(), len(self._arms))
        if number == len(self._arms):
            self._arms.append(arm)
            self._own.append(frozenset(differing(scenario, self._base)))
        self._views.append(ArmRole(policy, theory, part, detail, number, runs))

    def arms(self, draws: tuple[Mapping[str, float], ...]) -> Arms:
        """All that was collected."""
        return Arms(tuple(self._arms), tuple(self._views), draws, tuple(self._own))


def under(scenario: Scenario, theory: str) -> Scenario:
    """A scenario under a theory; what it sets itself wins. Nothing changes where no theory is asked for."""
    if not theory or theory == scenario.theory:
        return scenario
    return scenario.set({THEORY: theory, **dict(scenario.values)})


def differing(scenario: Scenario, base: Scenario) -> dict[str, float]:
    """The parameters in which a scenario differs from another, with its values."""
    paths = {path for path, _ in (*scenario.values, *base.values)}
    return {path: scenario.value(path) for path in sorted(paths) if scenario.value(path) != base.value(path)}


def _draws(comparison: Comparison) -> tuple[Mapping[str, float], ...]:
    """The sets of values of the uncertain parameters."""
    doubt = comparison.uncertainty
    if doubt is None:
        return ()
    items = {path: parameters.register()[path] for path in doubt.parameters}
    drawn: list[dict[str, float]] = [{} for _ in range(doubt.draws)]
    if doubt.ensemble:
        kept = ensemble(doubt.ensemble)
        drawn = [dict(kept[k % len(kept)]) for k in range(doubt.draws)]
    if doubt.authorities:
        drawn = [a | b for a, b in zip(drawn, draw_authorities(doubt.draws, comparison.seed), strict=True)]
    return tuple(a | b for a, b in zip(drawn, draw_items(items, doubt.draws, comparison.seed), strict=True))


def _package(comparison: Comparison, collect: _Collect) -> None:
    """All subsets of the levers that a policy adds to the baseline; the empty one is the baseline's levers."""
    if comparison.package is None:
        return
    scenario = comparison.policy(comparison.package.policy).scenario
    base = comparison.policy(comparison.baseline).scenario.levers
    own = own_levers(comparison)
    for mask in range(2 ** len(own)):
        levers = (*base, *(lever for bit, lever in enumerate(own) if mask >> bit & 1))
        collect.add(
            comparison.package.policy, "", PACKAGE, str(mask), _with(scenario, levers), runs=comparison.package.runs
        )  # fmt: skip


def own_levers(comparison: Comparison) -> list[Lever]:
    """The levers of the package that the baseline does not have."""
    if comparison.package is None:
        return []
    base = comparison.policy(comparison.baseline).scenario.levers
    return [lever for lever in comparison.policy(comparison.package.policy).scenario.levers if lever not in base]


def _with(scenario: Scenario, levers: tuple[Lever, ...]) -> Scenario:
    return dataclasses.replace(scenario, levers=levers)


def _switching(comparison: Comparison, collect: _Collect) -> None:
    """Both sides at some values of each doubtful parameter."""
    asked = comparison.switching
    if asked is None:
        return
    first = comparison.theories[0] if comparison.theories else ""
    for path in asked.parameters:
        for value in points_of(path, asked.points, comparison.policy(asked.policy).scenario.value(path)):
            for name in (asked.policy, asked.rival):
                changed = under(comparison.policy(name).scenario, first).set({path: value})
                collect.add(name, "", SWITCHING, f"{path}={value!r}", changed, runs=asked.runs)


def points_of(path: str, points: int, assumed: float) -> list[float]:
    """Values of a parameter over its range, evenly spaced, its assumed value among them."""
    item = parameters.register()[path]
    low, high = item.param.span()
    values = {*np.linspace(low, high, points).tolist(), assumed}
    return sorted({float(round(v)) for v in values} if item.param.whole else values)


def inputs_hash(comparison: Comparison, arms: Arms, agents: Sequence[str] = ()) -> str:
    """SHA-256 over all that is run and the package version; never over time, the number of runs, or what is judged."""
    told = {
        "agents": list(agents),
        "name": comparison.name,
        "version": version(),
        "seed": comparison.seed,
        "arms": [[arm.scenario.digest(), arm.drawn] for arm in arms.arms],
        "views": [list(view[:5]) for view in arms.views],
        "draws": [dict(draw) for draw in arms.draws],
    }
    return hashlib.sha256(json_text(told).encode()).hexdigest()
