"""Jobs: lists of runs, and the function that executes them on threads, in processes and on clusters.

Runs with the same seed whose scenarios differ only after the warm-up share the warm-up. The state at its end is copied
for each run, which does not change results.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from redbead.compile_cache import model_digest
from redbead.exceptions import BadInputError, EnvironmentProblemError, Problem, place_of
from redbead.measures import MEASURES
from redbead.scenario.library import version
from redbead.scenario.messages import nearest_name
from redbead.scenario.plugins import LOADED, Plugin, import_user_module, load_plugins
from redbead.scenario.scenario import Scenario
from redbead.state.constants import Reals, Whole
from redbead.state.world import World

if TYPE_CHECKING:
    from redbead.engine.simulate import Plan, RunOutput


class RunSpec(NamedTuple):
    """Specification of one run: arm of the study, run number, seed, and index of its scenario in the job."""

    arm: int
    run: int
    seed: int
    scenario: int


class RunResult(NamedTuple):
    """Result of one run.

    ``weekly`` is [measures, authorities, weeks after the warm-up], or None for a failed run. A failed run has a
    one-line ``cause`` and the traceback as ``trace``.
    """

    spec: RunSpec
    seconds: float
    weekly: Reals | None
    events: Whole | None = None
    cause: str = ""
    trace: str = ""


@dataclass(frozen=True)
class Job:
    """Runs to execute, in order.

    Parameters
    ----------
    scenarios : tuple of Scenario
        Scenarios of the runs.
    specs : tuple of RunSpec
        The runs.
    agents : tuple of (type, type)
        Classes of the model and the custom classes that replace them.
    events : bool
        Whether to record the history of every error.
    sources : str
        Digest of the model's sources where the job was created; empty to skip the check.
    plugins : tuple of Plugin
        Plug-ins that were loaded where the job was created.
    """

    scenarios: tuple[Scenario, ...]
    specs: tuple[RunSpec, ...]
    agents: tuple[tuple[type[Any], type[Any]], ...] = ()
    events: bool = False
    sources: str = ""
    plugins: tuple[Plugin, ...] = ()

    def subset(self, specs: Sequence[RunSpec]) -> Job:
        """Return the same job with some of its runs."""
        return replace(self, specs=tuple(specs))


def with_source_digest(job: Job) -> Job:
    """Attach the digest of the model's sources and the plug-ins, so that a worker can verify that it has the same."""
    return replace(job, sources=model_digest(), plugins=tuple(LOADED.values()))


def check_sources(job: Job) -> None:
    """Refuse a job from another version of the model or of a plug-in, and import its plug-ins.

    Raises
    ------
    EnvironmentProblemError
        If a digest in the job differs from the digest of the sources here.
    BadInputError
        If a plug-in cannot be imported here.
    """
    load_plugins(*(plugin.module for plugin in job.plugins if plugin.module not in LOADED))
    for plugin in job.plugins:
        if LOADED[plugin.module] != plugin:
            msg = (
                f"A worker has another plug-in {plugin.module}: SHA-256 {LOADED[plugin.module].sha256[:12]}, but the "
                f"job was created with {plugin.sha256[:12]}.\n    Copy the same file to every machine."
            )
            raise EnvironmentProblemError(msg)
    if job.sources and job.sources != model_digest():
        msg = (
            f"A worker runs another version of redbead: {version()} with sources {model_digest()[:12]}, but the job "
            f"was created with sources {job.sources[:12]}.\n    Install the same version on every machine, then run "
            "the same command again."
        )
        raise EnvironmentProblemError(msg)


def execute(job: Job) -> Iterator[RunResult]:
    """Execute the runs of a job in order. A failed run yields a result with the cause of the failure.

    Raises
    ------
    EnvironmentProblemError
        If the job comes from another version of the model.
    """
    check_sources(job)
    worker = Worker(job)
    for spec in job.specs:
        start = time.perf_counter()
        try:
            output = worker.run(spec)
            weekly = np.ascontiguousarray(output.weekly.transpose(2, 1, 0))
            _require_finite(weekly)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a failed run must not stop the others
            cause = cause_of(error) + place_of(error) * bool(job.agents)
            yield failed_result(spec, time.perf_counter() - start, cause, traceback.format_exc())
            continue
        yield RunResult(spec, time.perf_counter() - start, weekly, output.events)


def _require_finite(weekly: Reals) -> None:
    """Fail a run with values that are not numbers, such as those of a custom agent; a store refuses them.

    Raises
    ------
    ArithmeticError
        If a value is infinite or NaN.
    """
    finite = np.isfinite(weekly)
    if not finite.all():
        position, _, week = (int(place[0]) for place in np.nonzero(~finite))
        msg = f"{MEASURES[position].name} is not a finite number in week {week}"
        raise ArithmeticError(msg)


def failed_result(spec: RunSpec, seconds: float, cause: str, trace: str = "") -> RunResult:
    """Create the result of a failed run."""
    return RunResult(spec, seconds, None, None, cause, trace)


def cause_of(error: BaseException) -> str:
    """Summarise an error in one line of at most 300 characters. The error of a rule may fail to describe itself."""
    try:
        text = str(error)
    except Exception:  # from the class of the user
        text = ""
    line = (f"{type(error).__name__}: {text}".splitlines() or [""])[0].removesuffix(": ")
    if isinstance(error, AttributeError) and isinstance(error.name, str) and error.obj is not None:
        near = nearest_name(error.name, [name for name in dir(error.obj) if not name.startswith("_")])
        line += f". Did you mean {near}?" if near else ""
    return line[:300]


class Worker:
    """Executes runs of a job. Caches prepared scenarios, and the states at the end of the warm-up for one seed."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._plans: dict[int, tuple[Plan, str]] = {}
        self._seed = -1
        self._worlds: dict[str, World] = {}

    def run(self, spec: RunSpec) -> RunOutput:
        """Execute one run."""
        from redbead.engine.initial_state import copy_world
        from redbead.engine.simulate import run_from_warm_up, run_warm_up

        if self.job.agents:
            return self._run_with_agents(spec)
        plan, start = self._plan(spec.scenario)
        if spec.seed != self._seed:
            self._seed, self._worlds = spec.seed, {}
        if start not in self._worlds:
            self._worlds[start] = run_warm_up(plan, spec.seed, events=self.job.events)
        return run_from_warm_up(copy_world(self._worlds[start]), plan, spec.seed)

    def _plan(self, number: int) -> tuple[Plan, str]:
        from redbead.engine.simulate import prepare, warm_up_key

        if number not in self._plans:
            plan = prepare(self.job.scenarios[number])
            self._plans[number] = plan, warm_up_key(plan)
        return self._plans[number]

    def _run_with_agents(self, spec: RunSpec) -> RunOutput:
        """Execute one run with custom agents, week by week in Python."""
        from redbead.engine.mesa_model import ChildrensService

        scenario = self.job.scenarios[spec.scenario]
        model = ChildrensService(scenario, spec.seed, agents=dict(self.job.agents), events=self.job.events)
        model.run_for_weeks(scenario.weeks)
        return model.outcome


_AGENTS_OPTION: Final = "--agents"


def classes(names: Sequence[str]) -> dict[type[Any], type[Any]]:
    """Import custom agent classes.

    Importing a module runs its code. Only modules that the user names on the command line are imported, never modules
    named in a file.

    Parameters
    ----------
    names : sequence of str
        Classes in the form ``MODULE:CLASS``.

    Returns
    -------
    dict of type to type
        Custom classes by the class of the model that each replaces.

    Raises
    ------
    BadInputError
        If a module cannot be imported, a class does not exist or is not a subclass of an agent of the model, or it has
        a method that the model would never call.
    """
    if not names:
        return {}
    from redbead.engine.agent_decisions import override_problem
    from redbead.engine.mesa_agents import Leader, Manager, SocialWorker

    kinds = (SocialWorker, Manager, Leader)
    replacements: dict[type[Any], type[Any]] = {}
    problems = []
    for name in names:
        try:
            custom = _import_class(name, kinds)
            kind = next(
                kind for kind in kinds if isinstance(custom, type) and issubclass(custom, kind) and custom is not kind
            )
        except BadInputError as error:
            problems += error.problems
        except StopIteration:
            names_of_kinds = ", ".join(kind.__name__ for kind in kinds)
            hint = f"Derive the class from one of {names_of_kinds}."
            problems.append(Problem(_AGENTS_OPTION, key=name, what="is not an agent class", hint=hint))
        else:
            if kind in replacements:
                what = f"is the second class that replaces {kind.__name__}"
                problems.append(Problem(_AGENTS_OPTION, key=name, what=what, hint="Keep one of the two."))
            if problem := override_problem(custom, kind):
                problems.append(Problem(_AGENTS_OPTION, 0, 0, name, *problem))
            replacements[kind] = custom
    if problems:
        raise BadInputError(problems)
    return replacements


def _import_class(name: str, kinds: tuple[type[Any], ...]) -> Any:  # noqa: ANN401 - any object of a module
    """Import a class that replaces one of the kinds of agents; the message about an unknown one names the others.

    Raises
    ------
    BadInputError
        If the name does not lead to a class.
    """
    module, _, attribute = name.partition(":")
    hint = "Write MODULE:CLASS, such as my_agents:OpenReporter."
    if not module or not attribute:
        what = "has no class name" if module else "has no module name"
        raise BadInputError([Problem(_AGENTS_OPTION, key=name, what=what, hint=hint)])
    imported = import_user_module(module, _AGENTS_OPTION)
    if not hasattr(imported, attribute):
        own = [
            key for key, item in vars(imported).items()
            if isinstance(item, type) and issubclass(item, kinds) and item not in kinds
        ]  # fmt: skip
        near = nearest_name(attribute, own)
        listed = f"Choose from: {', '.join(f'{module}:{key}' for key in own)}." if own else hint
        what = f"the module {module} has no class {attribute}"
        hint = f"Did you mean {module}:{near}?" if near else listed
        raise BadInputError([Problem(_AGENTS_OPTION, key=name, what=what, hint=hint)])
    return getattr(imported, attribute)
