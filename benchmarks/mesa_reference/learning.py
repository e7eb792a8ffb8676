"""Organisational learning: analysis of reports and discovered errors, defences, and usefulness of reporting."""

from __future__ import annotations

from operator import attrgetter

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.protocols import Service
from redbead.state import practice_errors
from redbead.state.constants import REFERENCE_POSTS


def analyse(model: Service) -> None:
    """Analyse reports and discovered errors within the available hours, the oldest error first."""
    c = model.c.lessons
    model.analysis_hours += c.capacity * model.c.workload.hours * model.staff_at_work()
    backlog = len(model.reports) * c.hours_per_report / max(1e-9, model.analysis_hours)
    accuracy = rules.analysis_accuracy(backlog, c)
    model.lessons = model.wrong_lessons = 0.0
    waiting = []
    for error in sorted(model.reports, key=attrgetter("born")):
        hours = c.hours_per_report * (c.hours_near_miss if error.severity == 0 else 1.0)
        if hours > model.analysis_hours:
            waiting.append(error)
            continue
        model.analysis_hours -= hours
        error.state = practice_errors.ANALYSED
        worth = rules.worth_of_lesson(error.severity, error.is_report, c)
        right = model.random.random() < accuracy
        model.lessons += worth if right else 0.0
        model.wrong_lessons += 0.0 if right else worth
        model.counts.analysed += 1
        model.counts.answered += error.is_report
    model.reports = waiting
    model.analysis_hours = min(model.analysis_hours, c.hours_per_report)


def learn(model: Service) -> None:
    """Update defences and the usefulness of reporting."""
    c, counts = model.c.lessons, model.counts
    quality = rules.analysis_quality(model.mean_blame(), c)
    info = model.c.inspection.information if model.oversight.last_visit == model.week - 1 else 0.0
    time = model.improving * len(model.staff) / max(1, model.established)
    reviewed = model.incident_memory * rules.approach(model.c.publicity.incident_memory)
    gain = rules.learning_rate(model.lessons, reviewed, quality, counts.confidential, model.established, time, info, c)
    left = model.past_leavers[-1] if model.past_leavers else 0
    loss = rules.forgetting_rate(left / max(1, model.permanent), c)
    loss += c.wrong_lesson * c.per_report * model.wrong_lessons * REFERENCE_POSTS / model.established
    known = model.defences
    model.defences = rules.clip01(known + (1.0 - known) * min(1.0, gain) - min(1.0, loss) * known)
    step = rules.approach(c.answer_memory)
    model.reports_rate += (counts.reported - model.reports_rate) * step
    model.answers_rate += (counts.answered - model.answers_rate) * step
    answered = (model.answers_rate + 1e-9) / (model.reports_rate + 1e-9)
    model.usefulness += (rules.usefulness_target(quality, answered, c) - model.usefulness) / c.useful_memory
