"""Stocks, levels and flows of the mean-field model."""

from __future__ import annotations

import math
from dataclasses import dataclass

from redbead.behaviour import staffing
from redbead.parameters import Coefficients


@dataclass
class Means:
    """Stocks, levels and flows of an average authority; flows are per week."""

    cases: float
    permanent: float
    agency: float
    skill: float
    burnout: float
    fear: float
    manager_fear: float
    leader_fear: float
    blame: float
    usefulness: float
    defences: float
    norm: float
    compliance: float
    gaming: float
    disruption: float
    incidents: float
    reports: float
    answers: float
    unrecognised: float
    concealed: float
    suppressed: float
    queue: float
    unrepaired: float = 0.0
    improving: float = 0.0
    known: float = 0.0
    discovered: float = 0.0
    errors_harmful: float = 0.0
    standard: float = 1.0
    recent_closures: float = 0.0
    quality: float = 1.0
    visible: float = 1.0
    work_pressure: float = 1.0
    time_per_case: float = 1.0
    willingness_to_report: float = 0.0
    errors_generated: float = 0.0
    errors_reported: float = 0.0
    sanctions: float = 0.0
    just_sanctions: float = 0.0
    reproaches: float = 0.0
    violation_share: float = 0.0
    serious: float = 0.0
    under_action: float = 0.0
    remembered: float = 0.0
    trust: float = 1.0
    remembered_then: float = 0.0
    leavers: float = 0.0

    @property
    def staff(self) -> float:
        """People in post. [people]"""
        return self.permanent + self.agency

    @property
    def hidden(self) -> float:
        """Hidden errors. [errors]"""
        return self.unrecognised + self.concealed + self.suppressed


def initial_means(c: Coefficients) -> Means:
    """Return the stocks at their reference values."""
    posts = c.authority.posts
    filled = staffing.initial_filled_share(c.staffing)
    return Means(
        cases=c.authority.caseload * posts, permanent=filled * posts,
        agency=c.staffing.agency_cover * (1.0 - filled) * posts, skill=c.staffing.skill_ref,
        burnout=c.burnout.reference, fear=c.fear.reference, manager_fear=c.fear.reference,
        leader_fear=c.fear.reference, blame=c.blame.own, usefulness=c.reporting.usefulness_ref,
        defences=c.lessons.defences_ref, norm=c.reporting.norm_ref, compliance=c.leadership.compliance_ref,
        gaming=c.inspection.gaming_ref, disruption=0.0, incidents=0.0, reports=1.0, answers=1.0, unrecognised=0.0,
        concealed=0.0, suppressed=0.0, queue=0.0, recent_closures=c.demand.arrivals * posts,
    )  # fmt: skip


def smoothing(tau: float, dt: float) -> float:
    """Return the share of a gap that first-order smoothing closes in one step."""
    return 1.0 - math.exp(-dt / tau)
