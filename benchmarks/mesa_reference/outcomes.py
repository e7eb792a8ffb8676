"""Ends of errors that are not yet put right: harm, discovery, expiry or repair, regardless of who knows of them."""

from __future__ import annotations

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.records import Incident, PracticeError
from benchmarks.mesa_reference.worker import Worker
from redbead.behaviour.error_outcomes import AT_ONCE, Hazards
from redbead.state import practice_errors
from redbead.state.people import EMPTY

KNOWERS = {
    practice_errors.UNRECOGNISED: practice_errors.NO_ONE,
    practice_errors.CONCEALED_BY_WORKER: practice_errors.WORKER,
    practice_errors.SUPPRESSED_BY_MANAGER: practice_errors.MANAGER,
}
"""Highest level that knows of a hidden error. Of all other errors that are at risk, the organisation knows."""


def resolve_errors(worker: Worker) -> None:
    """Draw which errors of this post cause harm, are discovered, expire or are put right."""
    model = worker.model
    vacant = worker.status == EMPTY
    load = rules.log_pressure(model.pressure) if vacant else worker.log_pressure
    for error in worker.known:
        end_if_due(error, worker, practice_errors.ORGANISATION, load)
    worker.known = [error for error in worker.known if error.at_risk]
    for error in worker.hidden:
        if error.state == practice_errors.CONCEALED_BY_WORKER and error.spell != worker.spell:
            error.state = practice_errors.UNRECOGNISED  # its author has left
        end_if_due(error, worker, KNOWERS[error.state], load)
    worker.keep_hidden_errors()


def end_if_due(error: PracticeError, worker: Worker, known_to: int, load: float) -> None:
    """Draw whether one error ends this week and, if it does, which of its hazards ends it."""
    model = worker.model
    hazards = rules.hazards_of(
        error.severity, error.conduct, known_to, load, model.rates.extra_discovery, model.c.aftermath
    )
    if hazards.repair < AT_ONCE and worker.random.random() >= rules.chance(sum(hazards)):
        return
    at_once = hazards.repair >= AT_ONCE
    outcome = "repair" if at_once else worker.random.choices(Hazards._fields, weights=hazards)[0]
    if known_to == practice_errors.ORGANISATION:
        end_known_error(error, outcome, worker)
    else:
        end_hidden_error(error, outcome, worker)


def end_known_error(error: PracticeError, outcome: str, worker: Worker) -> None:
    """End the risk of an error that the organisation knows of; its place in the queue for analysis remains."""
    counts = worker.model.counts
    error.at_risk = False
    if outcome == "harm":
        counts.harmed += 1
        counts.harmed_known += 1
        draw_incident(error, worker)
    elif outcome == "expires":
        counts.expired += 1
        counts.expired_known += 1
    else:
        counts.put_right += 1


def end_hidden_error(error: PracticeError, outcome: str, worker: Worker) -> None:
    """End the hiding of an error. One that others discover stays at risk until it is put right."""
    counts, tally = worker.model.counts, worker.manager.tally
    error.at_risk = outcome == "discovery"
    tally.ended += 1
    tally.detected += outcome in ("harm", "discovery")
    if outcome == "harm":
        error.state = practice_errors.HARMED
        counts.harmed += 1
        worker.awaiting.append(error)
        draw_incident(error, worker)
    elif outcome == "discovery":
        error.state = practice_errors.DISCOVERED
        counts.discovered += 1
        worker.awaiting.append(error)
        worker.known.append(error)
    elif outcome == "expires":
        error.state = practice_errors.EXPIRED
        counts.expired += 1
    else:
        error.state = practice_errors.REPAIRED
        counts.repaired += 1
        counts.put_right += 1


def draw_incident(error: PracticeError, worker: Worker) -> None:
    """Draw whether harm is a serious incident, which names the holder of the post as case holder."""
    model = worker.model
    share = rules.share_of_serious_incidents(error.severity, model.c.aftermath)
    if worker.random.random() < share * (1.0 - model.c.incidents.without_error):
        model.counts.serious += 1
        model.incidents.append(Incident(worker))
        worker.name_as_case_holder(error.conduct if error.spell == worker.spell else practice_errors.NO_ERROR)
