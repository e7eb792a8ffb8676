"""Memory of sanctions and reproaches, the fear that follows from it, and trust in an announcement."""

from __future__ import annotations

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.manager import Manager
from benchmarks.mesa_reference.protocols import Service
from benchmarks.mesa_reference.records import WeeklyCounts
from benchmarks.mesa_reference.worker import Worker
from redbead.state.constants import REFERENCE_POSTS


def events_of(source: Worker | Manager | WeeklyCounts, fairness: float, reproach: float) -> float:
    """Return the sanctions and weighted reproaches of a worker or a team; a just sanction counts less."""
    return source.sanctions - fairness * source.just_sanctions + reproach * source.reproaches


def remember_events(worker: Worker) -> None:
    """Add the events of the week to what the worker remembers, weighted by how close the people are."""
    model, manager = worker.model, worker.manager
    c = model.c.experience
    in_team = events_of(manager, c.fairness, c.reproach)
    elsewhere = events_of(model.counts, c.fairness, c.reproach) - in_team
    seen = events_of(worker, 0.0, c.reproach)
    seen += c.team * (in_team - events_of(worker, c.fairness, c.reproach))
    seen += min(c.team, c.others * REFERENCE_POSTS / model.base_posts) * elsewhere
    seen += c.contacts * sum(events_of(friend, c.fairness, c.reproach) for friend in worker.friends)
    worker.experienced = max(0.0, worker.experienced * model.rates.kept_experience + seen)
    worker.fear_from_experience = rules.fear_from_experience(worker.experienced, c)


def update_trust_in_announcement(model: Service) -> None:
    """Update trust in an announced just culture and the reduction of fear that follows from it."""
    c, just = model.c.experience, model.c.blame.just
    remembered = model.staff.agg("experienced", sum) / max(1, len(model.staff))
    if just > 0.0:
        unconfirmed = 1.0 - rules.confirmation(remembered, model.experienced_then)
        model.announced_trust *= 1.0 - unconfirmed * rules.approach(c.words_fade)
    else:
        model.announced_trust = 1.0
        model.experienced_then = remembered
    model.reassurance = c.words * model.announced_trust * just * model.embedded
