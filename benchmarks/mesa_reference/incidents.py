"""Serious incidents without an error, publicity, and the exposure of case holders and managers in a scandal."""

from __future__ import annotations

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.protocols import Service
from benchmarks.mesa_reference.records import Incident
from redbead.state.constants import REFERENCE_POSTS
from redbead.state.people import EMPTY
from redbead.state.practice_errors import NO_ERROR


def draw_incidents_without_error(model: Service) -> None:
    """Draw this week's serious incidents without an error. Some concern a child with an open case."""
    c, posts = model.c.incidents, model.base_posts
    allocated = model.workers.agg("caseload", sum)
    open_cases = allocated + model.waiting
    reference = model.c.authority.caseload * posts
    expected = rules.expected_without_error(float(open_cases), reference, float(posts), c)
    of_open = (1.0 - c.not_open) * open_cases / reference
    for _ in range(int(model.rng.poisson(expected))):
        model.counts.serious += 1
        model.counts.without_error += 1
        holder = None
        if model.rng.random() * (of_open + c.not_open) < of_open and model.rng.random() * open_cases < allocated:
            workers = list(model.workers)
            chances = [worker.caseload / allocated for worker in workers]
            holder = workers[int(model.rng.choice(len(workers), p=chances))]
            holder.name_as_case_holder(NO_ERROR)
        model.incidents.append(Incident(holder))


def update_publicity(model: Service) -> None:
    """Update attention and surges, and draw which serious incidents become scandals."""
    c, serious = model.c.publicity, model.counts.serious
    model.publicity -= model.publicity * rules.approach(c.memory)
    faded = model.incident_memory * rules.approach(c.incident_memory)
    model.incident_memory += serious * REFERENCE_POSTS / model.base_posts - faded
    model.public_view = rules.quality_from_failures(model.publicity + model.incident_memory, c)
    model.surge -= model.surge * rules.approach(c.surge_decay)
    model.surge_rise -= model.surge_rise * rules.chance(1.0 / c.surge_decay + 1.0 / c.surge_rise)
    model.surge_kept -= model.surge_kept * rules.approach(c.surge_fade)
    model.surge_kept_rise -= model.surge_kept_rise * rules.chance(1.0 / c.surge_fade + 1.0 / c.surge_rise)
    prominent = sum(model.random.random() < c.prominent for _ in range(serious))
    model.counts.prominent = prominent
    if prominent > 0:
        felt = prominent * model.reference_scale
        model.publicity += felt
        if model.random.random() < c.reform:
            model.disruption += c.reform_disruption
        model.surge += felt * c.surge * (1.0 - c.surge_lasting)
        model.surge_rise += felt * c.surge * (1.0 - c.surge_lasting)
        model.surge_kept += felt * c.surge * c.surge_lasting
        model.surge_kept_rise += felt * c.surge * c.surge_lasting


def expose_case_holders(model: Service) -> None:
    """Draw which incidents of the week became scandals, and expose their case holders and managers."""
    prominent = model.counts.prominent
    for index in model.rng.choice(len(model.incidents), size=prominent, replace=False) if prominent else ():
        holder = model.incidents[int(index)].holder
        if holder is not None and holder.status != EMPTY:
            holder.expose()
