"""Errors that colleagues notice: they ignore them, speak with the author, or report the author or another colleague."""

from __future__ import annotations

from benchmarks.mesa_reference import errors, rules
from benchmarks.mesa_reference.records import PracticeError
from benchmarks.mesa_reference.worker import Worker
from redbead.state import practice_errors

UNKNOWN_TO_MANAGERS = (
    practice_errors.UNRECOGNISED, practice_errors.RECOGNISED, practice_errors.CONCEALED_BY_WORKER,
)  # fmt: skip


def colleagues_of(worker: Worker) -> list[Worker]:
    """Return team-mates and informal contacts in other teams who are at work."""
    contacts = [friend for friend in worker.friends if friend.manager is not worker.manager]
    return [other for other in [*worker.manager.team, *contacts] if other is not worker and other.at_work]


def be_observed(worker: Worker) -> None:
    """Let colleagues notice errors of earlier weeks that no manager knows of."""
    colleagues = colleagues_of(worker)
    p = rules.chance_of_notice(len(colleagues), worker.model.c.peers)
    for error in worker.hidden:
        if error.state not in UNKNOWN_TO_MANAGERS or error.born == worker.model.week or error.spell != worker.spell:
            continue
        if worker.random.random() < p:
            respond_to_error(worker.random.choice(colleagues), error, worker)
    worker.keep_hidden_errors()


def respond_to_error(observer: Worker, error: PracticeError, author: Worker) -> None:
    """Ignore an error of a colleague, speak with its author, or report it or another colleague."""
    c, counts, draw = observer.model.c.peers, observer.model.counts, observer.random.random
    if draw() >= rules.acts_on_error(observer.fear, float(error.severity), c):
        return
    if draw() < rules.speaks_with_colleague(observer.trust, float(error.severity), c):
        errors.recognise(error, author)
        return
    counts.peer_reports += 1
    others = [worker for worker in colleagues_of(observer) if worker is not author]
    accused, weight = author, c.justified
    if others and draw() < c.wrong:
        accused, weight = observer.random.choice(others), 1.0
        accused.accused = observer.model.week
        counts.wrong_peer_reports += 1
    else:
        error.state = practice_errors.RAISED_WITH_MANAGER
        author.awaiting.append(error)
        author.manager.tally.ended += 1
        author.manager.tally.detected += 1
    accused.accusation += weight
    observer.accusing += weight
    for witness in colleagues_of(accused):
        witness.witnessing += weight if witness is not observer else 0.0
