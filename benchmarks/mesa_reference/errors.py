"""Practice errors until a manager responds: workers make, recognise, raise or conceal them."""

from __future__ import annotations

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.perceptions import conduct_of
from benchmarks.mesa_reference.records import PracticeError
from benchmarks.mesa_reference.worker import Worker
from redbead.state import practice_errors


def make_errors(worker: Worker) -> None:
    """Make the errors of the week, some of which the worker recognises at once."""
    if not worker.at_work:
        return
    model = worker.model
    c = model.c.practice
    ratio, violation_share = conduct_of(worker)
    rate = ratio * rules.error_rate(
        worker.time_per_case,
        worker.burnout - c.burnout_ref,
        worker.skill - model.c.staffing.skill_ref,
        worker.fear - c.fear_ref,
        worker.commitment,
        model.climate,
        c,
    )
    made = min(
        practice_errors.MOST_ERRORS,
        int(model.rng.poisson(rate * (worker.caseload + model.duty + worker.manager.covered))),
    )
    model.counts.generated += made
    for _ in range(made):
        severity = draw_severity(worker.random.random(), c.near_misses, model.rates.serious_share)
        conduct = draw_conduct(worker.random.random(), c.culpable, violation_share)
        model.counts.violations += conduct == practice_errors.VIOLATION
        error = PracticeError(worker, worker.spell, model.week, severity, conduct, practice_errors.UNRECOGNISED)
        worker.hidden.append(error)
        if worker.random.random() < model.recognised_share * worker.manager.recognition_kept:
            recognise(error, worker)


def draw_severity(u: float, near_misses: float, serious: float) -> int:
    """Return the severity of an error: a near miss, an ordinary or a serious error."""
    if u < near_misses:
        return 0
    return 1 if u < 1.0 - serious else 2


def draw_conduct(u: float, culpable: float, violations: float) -> int:
    """Return the conduct behind an error: misconduct, a routine violation, or a slip."""
    if u < culpable:
        return practice_errors.MISCONDUCT
    return practice_errors.SLIP if u < 1.0 - violations else practice_errors.VIOLATION


def recognise(error: PracticeError, worker: Worker) -> None:
    """Let the holder of the post recognise an error, and decide on it this week."""
    worker.model.counts.recognised += error.state == practice_errors.UNRECOGNISED
    error.state = practice_errors.RECOGNISED


def recognise_later(worker: Worker) -> None:
    """Recognise some of the older errors of this post."""
    model = worker.model
    p = model.rates.recognised_later * worker.manager.recognition_kept
    for error in worker.hidden:
        is_older = error.state == practice_errors.UNRECOGNISED and error.born < model.week
        if is_older and worker.random.random() < p:
            recognise(error, worker)


def decide_reports(worker: Worker) -> None:
    """Raise each recognised error with the manager, or conceal it."""
    worker.willingness = willingness_for(worker, 1)
    for error in worker.hidden:
        if error.state == practice_errors.RECOGNISED:
            decide(worker, error)
    worker.keep_hidden_errors()


def willingness_for(worker: Worker, severity: int) -> float:
    """Return the willingness to raise a slip of this severity."""
    model = worker.model
    c = model.c.reporting
    p = rules.willingness_to_report(
        worker.fear, model.usefulness, worker.log_pressure, worker.manager.norm, severity, c
    )
    return rules.shift_by_trust(p, worker.trust, c)


def decide(worker: Worker, error: PracticeError) -> None:
    """Raise one recognised error, or conceal it and perhaps report it in confidence."""
    model, manager = worker.model, worker.manager
    manager.recognised += 1
    if_found = worker.perceived_sanction[error.conduct, practice_errors.CONCEALED]
    if_raised = worker.perceived_sanction[error.conduct, practice_errors.DISCLOSED]
    p = worker.willingness if error.severity == 1 else willingness_for(worker, error.severity)
    p = rules.shift_by_conduct(p, error.conduct, worker.perceived_detection * if_found, if_raised, model.c.reporting)
    if worker.random.random() < p:
        manager.raised += 1
        model.counts.raised += 1
        error.state = practice_errors.RAISED_WITH_MANAGER
        error.disclosure = practice_errors.DISCLOSED
        worker.awaiting.append(error)
        return
    error.state = practice_errors.CONCEALED_BY_WORKER
    error.disclosure = practice_errors.CONCEALED
    error.spell = worker.spell
    worker.last_withheld = model.week
    in_confidence = rules.willingness_in_confidence(worker.fear, model.usefulness, model.c.reporting)
    if worker.random.random() < in_confidence:
        model.counts.confidential += 1
