"""Measures as reporters for the DataCollector of Mesa, with the names and definitions of the package."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from benchmarks.mesa_reference.protocols import Service
from redbead.state import practice_errors
from redbead.state.constants import YEAR
from redbead.state.people import PERMANENT

Reporter = Callable[[Service], Any]


def mean_of_staff(attribute: str) -> Reporter:
    """Return a reporter for the mean of an attribute over workers in post."""
    return lambda model: model.staff.agg(attribute, sum) / max(1, len(model.staff))


def mean_of_managers(attribute: str) -> Reporter:
    """Return a reporter for the mean of an attribute over managers."""
    return lambda model: model.managers.agg(attribute, sum) / len(model.managers)


def weekly_count(name: str) -> Reporter:
    """Return a reporter for a count of the week."""
    return lambda model: getattr(model.counts, name)


def vacancy_rate(model: Service) -> float:
    """Return the share of established posts without a permanent worker."""
    filled = sum(worker.status == PERMANENT and worker.post < model.established for worker in model.staff)
    return 1.0 - filled / max(1, model.established)


def work_pressure(model: Service) -> float:
    """Return the hours needed for all cases divided by the hours available."""
    hours = sum(worker.hours for worker in model.staff)
    return sum(worker.pressure * worker.hours for worker in model.staff) / hours if hours > 0.0 else 0.0


def willingness(model: Service) -> float:
    """Return the mean willingness to report, without workers who started this week."""
    deciding = sum(worker.tenure > 0.0 for worker in model.staff)
    return sum(worker.willingness for worker in model.staff) / max(1, deciding)


def withholders(model: Service) -> float:
    """Return the share of workers who concealed an error in the last 52 weeks."""
    return sum(model.week - worker.last_withheld < YEAR for worker in model.staff) / max(1, len(model.staff))


def perceived_certainty(model: Service) -> float:
    """Return the mean perceived chance that a violation is detected and sanctioned."""
    kind = practice_errors.VIOLATION, practice_errors.NOT_DISCLOSED
    certainties = (worker.perceived_detection * worker.perceived_sanction[kind] for worker in model.staff)
    return sum(certainties) / max(1, len(model.staff))


def recorded_incidents(model: Service) -> int:
    """Return the errors that appear in records; harm from an error reported before appears only once."""
    counts = model.counts
    return counts.reported + counts.discovered + counts.harmed - counts.harmed_known


OFF = (
    "found_by_audit", "found_by_supervision", "found_by_successor", "found_by_partner", "found_by_family",
    "found_by_court", "raised_outside",
)  # fmt: skip

REPORTERS: dict[str, Reporter | str] = {
    "leavers": weekly_count("leavers"),
    "turnover": lambda model: model.turnover(),
    "vacancy_rate": vacancy_rate,
    "agency_rate": lambda model: (len(model.staff) - model.permanent) / max(1, len(model.staff)),
    "staff": lambda model: len(model.staff),
    "skill": mean_of_staff("skill"),
    "caseload": mean_of_staff("caseload"),
    "waiting": "waiting",
    "work_pressure": work_pressure,
    "burnout": mean_of_staff("burnout"),
    "commitment": mean_of_staff("commitment"),
    "fear": mean_of_staff("fear"),
    "willingness_to_report": willingness,
    "withholders": withholders,
    "manager_fear": mean_of_managers("fear"),
    "passing_up": mean_of_managers("escalation_chance"),
    "blame": mean_of_managers("blame"),
    "leader_fear": lambda model: model.leader.fear,
    "usefulness": "usefulness",
    "defences": "defences",
    "compliance": "compliance",
    "gaming": "gaming",
    "threat": lambda model: model.oversight.threat,
    "sanctions": weekly_count("sanctions"),
    "errors_generated": weekly_count("generated"),
    "errors_recognised": weekly_count("recognised"),
    "errors_reported": weekly_count("reported"),
    "errors_analysed": weekly_count("analysed"),
    "hidden_errors": lambda model: model.hidden.total(),
    "errors_unrecognised": lambda model: model.hidden[practice_errors.UNRECOGNISED],
    "errors_withheld": lambda model: model.hidden[practice_errors.CONCEALED_BY_WORKER],
    "errors_held_back": lambda model: model.hidden[practice_errors.SUPPRESSED_BY_MANAGER],
    "report_queue": lambda model: len(model.reports),
    "errors_repaired": weekly_count("repaired"),
    "errors_expired": weekly_count("expired"),
    "errors_discovered": weekly_count("discovered"),
    "errors_harmful": weekly_count("harmed"),
    "recorded_incidents": recorded_incidents,
    "serious_incidents": weekly_count("serious"),
    "confidential_reports": weekly_count("confidential"),
    "referrals": weekly_count("referrals"),
    "turned_away": weekly_count("turned_away"),
    "closures": weekly_count("closures"),
    "service_quality": "quality",
    "visible_quality": "visible",
    "families_view": "families_view",
    "public_view": "public_view",
    "grade": lambda model: model.oversight.grade,
    "inspections": weekly_count("inspections"),
    "takeovers": weekly_count("takeovers"),
    "disruption": "disruption",
    "unit_model": "unit_model",
    "cost": "cost",
    "appeals": lambda _model: 0,
    "appeals_upheld": lambda _model: 0,
    "early_leavers": weekly_count("early_leavers"),
    "returning": "returning",
    "judgements": weekly_count("judgements"),
    "director_weeks": lambda model: model.leader.tenure,
    "interim_director": lambda model: float(model.leader.interim > 0.0),
    "errors_raised": weekly_count("raised"),
    "errors_put_right": weekly_count("put_right"),
    "known_errors": lambda model: sum(len(worker.known) for worker in model.workers),
    "violations": weekly_count("violations"),
    "violations_sanctioned": weekly_count("just_sanctions"),
    "perceived_certainty": perceived_certainty,
    "harm_after_report": weekly_count("harmed_known"),
    "expired_after_report": weekly_count("expired_known"),
    "dismissals": weekly_count("dismissals"),
    "resignations": lambda model: model.counts.leavers - model.counts.dismissals,
    "under_formal_action": lambda model: sum(worker.action for worker in model.staff),
    "suspended": lambda model: sum(worker.absence >= 1.0 for worker in model.staff),
    "findings": weekly_count("findings"),
    "sanctions_without_error": weekly_count("sanctions_without_error"),
    "incidents_without_error": weekly_count("without_error"),
    "reproaches": weekly_count("reproaches"),
    **dict.fromkeys(OFF, lambda _model: 0),
    "peer_reports": weekly_count("peer_reports"),
    "wrong_peer_reports": weekly_count("wrong_peer_reports"),
    "managers_sanctioned": weekly_count("managers_sanctioned"),
    "trust": mean_of_staff("trust"),
    "managers_left": weekly_count("managers_left"),
    "manager_vacancies": lambda model: sum(manager.is_vacant for manager in model.managers),
    "manager_fear_spread": lambda model: model.managers.agg("fear", statistics.pstdev),
    "supervision": mean_of_managers("supervision"),
    "errors_suppressed": weekly_count("suppressed"),
    "cases_transferred": weekly_count("transferred"),
    "largest_caseload": lambda model: max(worker.caseload for worker in model.workers),
    "sickness_absence": mean_of_staff("is_sick"),
}
"""Reporters in the order of the package. Measures of mechanisms that are not implemented are 0."""
