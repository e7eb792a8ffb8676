"""The recorded outcomes, as reporters for Mesa's DataCollector: the same names and definitions as the package's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from redbead.state import practice_errors
from redbead.state.constants import YEAR
from redbead.state.people import PERMANENT

if TYPE_CHECKING:
    from benchmarks.mesa_twin.service import ServiceTwin

Reporter = Callable[["ServiceTwin"], Any]


def of_staff(attribute: str) -> Reporter:
    """Mean of an attribute over workers in post."""
    return lambda model: model.staff.agg(attribute, sum) / max(1, len(model.staff))


def of_managers(attribute: str) -> Reporter:
    """Mean of an attribute over managers."""
    return lambda model: model.managers.agg(attribute, sum) / len(model.managers)


def counted(name: str) -> Reporter:
    """A count of the week's ledger."""
    return lambda model: getattr(model.counts, name)


def vacancy_rate(model: ServiceTwin) -> float:
    """Posts of the establishment without a permanent worker."""
    inside = sum(worker.status == PERMANENT and worker.desk < model.established for worker in model.staff)
    return 1.0 - inside / max(1, model.established)


def work_pressure(model: ServiceTwin) -> float:
    """Hours that all cases need over the hours there are."""
    hours = sum(worker.hours for worker in model.staff)
    return sum(worker.pressure * worker.hours for worker in model.staff) / hours if hours > 0.0 else 0.0


def willingness(model: ServiceTwin) -> float:
    """Mean willingness of those who have weighed it: whoever started this week has not."""
    weighed = sum(worker.tenure > 0.0 for worker in model.staff)
    return sum(worker.willingness for worker in model.staff) / max(1, weighed)


def withholders(model: ServiceTwin) -> float:
    """Workers who kept an error back in the last 52 weeks."""
    return sum(model.week - worker.last_withheld < YEAR for worker in model.staff) / max(1, len(model.staff))


def recorded_incidents(model: ServiceTwin) -> int:
    """Errors that reached the records."""
    return model.counts.reported + model.counts.discovered + model.counts.harmed


REPORTERS: dict[str, Reporter | str] = {
    "leavers": counted("leavers"),
    "turnover": lambda model: model.turnover(),
    "vacancy_rate": vacancy_rate,
    "agency_rate": lambda model: (len(model.staff) - model.permanent) / max(1, len(model.staff)),
    "staff": lambda model: len(model.staff),
    "skill": of_staff("skill"),
    "caseload": of_staff("caseload"),
    "waiting": "waiting",
    "work_pressure": work_pressure,
    "burnout": of_staff("burnout"),
    "commitment": of_staff("commitment"),
    "fear": of_staff("fear"),
    "willingness_to_report": willingness,
    "withholders": withholders,
    "manager_fear": of_managers("fear"),
    "passing_up": of_managers("passing_up"),
    "blame": of_managers("blame"),
    "leader_fear": lambda model: model.leader.fear,
    "usefulness": "usefulness",
    "defences": "defences",
    "compliance": "compliance",
    "gaming": "gaming",
    "threat": lambda model: model.watchers.threat,
    "sanctions": counted("sanctions"),
    "errors_generated": counted("generated"),
    "errors_recognised": counted("recognised"),
    "errors_reported": counted("reported"),
    "errors_analysed": counted("analysed"),
    "hidden_errors": lambda model: model.hidden.total(),
    "errors_unrecognised": lambda model: model.hidden[practice_errors.UNRECOGNISED],
    "errors_withheld": lambda model: model.hidden[practice_errors.CONCEALED_BY_WORKER],
    "errors_held_back": lambda model: model.hidden[practice_errors.SUPPRESSED_BY_MANAGER],
    "report_queue": lambda model: len(model.reports),
    "errors_repaired": counted("repaired"),
    "errors_expired": counted("expired"),
    "errors_discovered": counted("discovered"),
    "errors_harmful": counted("harmed"),
    "recorded_incidents": recorded_incidents,
    "serious_incidents": counted("serious"),
    "confidential_reports": counted("confidential"),
    "referrals": counted("referrals"),
    "turned_away": counted("turned_away"),
    "closures": counted("closures"),
    "service_quality": "quality",
    "visible_quality": "visible",
    "families_view": "families_view",
    "public_view": "public_view",
    "grade": lambda model: model.watchers.grade,
    "inspections": counted("inspections"),
    "takeovers": counted("takeovers"),
    "disruption": "disruption",
    "unit_model": "unit_model",
    "cost": "cost",
    "appeals": lambda _model: 0,
    "appeals_upheld": lambda _model: 0,
    "early_leavers": counted("early_leavers"),
    "returning": "returning",
    "judgements": counted("judgements"),
    "director_weeks": lambda model: model.leader.tenure,
    "interim_director": lambda model: float(model.leader.interim > 0.0),
}
