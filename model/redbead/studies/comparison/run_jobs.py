"""Jobs of a comparison: which runs it needs, and how they are grouped so that policies share a warm-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from redbead.execution.jobs import Job, RunSpec, with_source_digest
from redbead.execution.runs import RunOptions, job_size
from redbead.scenario.scenario import Scenario
from redbead.storage.run_store import Key
from redbead.studies.comparison.arms import Arms
from redbead.studies.comparison.spec import Comparison


def requested_runs(arms: Arms, runs: int) -> list[Key]:
    """Keys of all runs of all arms when each policy has `runs` runs."""
    return [(arm, run) for arm in range(len(arms.arms)) for run in range(arms.runs_needed(arm, runs))]


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
