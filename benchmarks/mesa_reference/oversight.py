"""Agent: inspection and government, with visits, samples, grades and their consequences."""

from __future__ import annotations

import math

import mesa

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.protocols import Service
from redbead.state.constants import INADEQUATE, NEVER, NONE_YET


class Oversight(mesa.Agent):
    """Inspectorate and government, as they affect this authority."""

    model: Service

    def __init__(self, model: Service) -> None:
        super().__init__(model)
        cycle = model.c.inspection.cycle_weeks
        self.next_visit = 8 + int(cycle * self.random.random())
        self.last_visit = self.next_visit - int(cycle)
        self.grade = self.pending = NONE_YET
        self.publish_at = self.test_at = self.monitor_at = NEVER
        self.monitored = 0.0
        self.visible_at_grade = self.threat = self.transient = self.extra_funding = 0.0
        self.preparing = self.taken_over = self.trust = self.imposing = False
        self.ability = 0.0

    def begin_week(self) -> None:
        """Update the perceived threat, the weeks of preparation and the passing state of the service."""
        c, week = self.model.c.inspection, self.model.week
        self.threat = rules.threat(float(week - self.last_visit), self.grade == INADEQUATE, c)
        busy = self.next_visit - c.notice_weeks <= week < self.next_visit + c.visit_weeks
        self.preparing = (busy or week == self.monitor_at) and c.visits > 0.0
        kept = 1.0 - rules.approach(c.transient_memory)
        innovation = c.transient_spread * math.sqrt(1.0 - kept * kept) * self.random.gauss(0.0, 1.0)
        self.transient = kept * self.transient + innovation

    def step(self) -> None:
        """Carry out visits, publication, consequences, monitoring and takeover, in this order."""
        model = self.model
        self.visit()
        newly_inadequate = self.publish()
        if self.taken_over and not self.trust and NONE_YET < self.grade < INADEQUATE:
            self.taken_over, self.extra_funding = False, 0.0
        if newly_inadequate and self.apply_grade_consequences():
            model.leader.leave()
        if model.week == self.monitor_at:
            self.monitor()
        if model.week == self.test_at and self.grade == INADEQUATE and not self.taken_over and self.takeover_starts():
            model.leader.leave()
            model.leader.appoint()

    def visit(self) -> None:
        """Carry out the scheduled visit, judge the service, and schedule the next visit."""
        model = self.model
        c, week = model.c.inspection, model.week
        if c.visits <= 0.0:
            if self.next_visit <= week:
                self.next_visit = week + int(c.cycle_weeks)
            return
        if week < self.next_visit + int(c.visit_weeks) - 1:
            return
        self.last_visit = week
        model.counts.inspections += 1
        if c.graded > 0.0:
            exposed = self.random.random() < c.exposure * model.gaming
            share = self.sample_cases(int(c.cases_tracked))
            self.pending = INADEQUATE if exposed else rules.grade_of(share, c)
            self.publish_at = week + int(c.publish_weeks)
        wait = c.cycle_weeks + c.cycle_spread * max(-2.0, min(2.0, self.random.gauss(0.0, 1.0)))
        if self.pending == INADEQUATE:
            wait = c.again_weeks
        self.next_visit = week + max(int(c.visit_weeks) + int(c.publish_weeks) + 1, int(wait))

    def sample_cases(self, n: int) -> float:
        """Return the share of poor cases in a sample of ``n`` cases."""
        model = self.model
        c, candour = model.c.inspection, model.c.leadership.candour_credit
        leniency = self.random.gauss(0.0, c.leniency_spread)
        disclosed = c.disclosure * ((1.0 - candour) * (1.0 - model.gaming) - (1.0 - c.gaming_ref))
        chosen = int(c.nominated * n + 0.5)
        usual = rules.poor_share(model.visible, self.transient, leniency, c.odds_of_poor, disclosed, c)
        poor = self.poor_cases(n - chosen, usual, c.clustering)
        if chosen > 0:
            nominated = rules.poor_share(model.visible, self.transient, leniency, c.nominated_odds, disclosed, c)
            poor += self.poor_cases(chosen, nominated, c.clustering)
        return poor / n

    def poor_cases(self, n: int, p: float, icc: float) -> int:
        """Return the number of poor cases among ``n`` cases with the correlation ``icc``."""
        rng = self.model.rng
        if 0.0 < icc < 1.0 and n > 1 and 0.0 < p < 1.0:
            size = 1.0 / icc - 1.0
            p = rng.beta(p * size, (1.0 - p) * size)
        return int(rng.binomial(n, p)) if n > 0 else 0

    def publish(self) -> bool:
        """Publish a pending grade in its scheduled week; True if the authority has just become inadequate."""
        model = self.model
        c = model.c.inspection
        if c.imposed >= 0.0 and not self.imposing:
            self.pending, self.publish_at = int(c.imposed), model.week
            self.next_visit = model.week + int(c.again_weeks if self.pending == INADEQUATE else c.cycle_weeks)
        self.imposing = c.imposed >= 0.0
        if self.pending == NONE_YET or model.week < self.publish_at:
            return False
        model.counts.judgements += 1
        before, self.grade, self.pending = self.grade, self.pending, NONE_YET
        if self.grade != INADEQUATE:
            self.test_at = self.monitor_at = NEVER
            return False
        self.visible_at_grade = model.visible
        return before != INADEQUATE

    def apply_grade_consequences(self) -> bool:
        """Apply the consequences of an inadequate grade; True if the director is dismissed."""
        model = self.model
        c = model.c.consequences
        self.test_at = model.week + int(model.c.takeover.clock_weeks)
        self.monitor_at = min(model.week + int(model.c.inspection.monitoring_weeks), self.test_at)
        self.monitored = 0.0
        model.disruption += c.disruption
        if self.random.random() < c.restructure:
            model.disruption += c.disruption_restructure
        dismissed = self.random.random() < c.dismissal * (1.0 - c.protected)
        if dismissed:
            model.disruption += c.disruption_dismissal
        return dismissed

    def monitor(self) -> None:
        """Carry out a monitoring visit, whose small sample decides the takeover test."""
        c = self.model.c
        self.monitor_at = self.model.week + int(c.inspection.monitoring_weeks)
        if c.inspection.visits > 0.0:
            self.monitored = self.sample_cases(int(c.takeover.monitoring_cases))
            self.model.counts.monitoring_visits += 1

    def takeover_starts(self) -> bool:
        """Test the authority and take it over if it fails; True if a trust replaces the leaders."""
        model = self.model
        c = model.c.takeover
        self.test_at = NEVER
        failing = self.monitored >= model.c.inspection.limit_inadequate
        if rules.has_improved(self.visible_at_grade, model.visible, failing, c) or self.random.random() >= c.chance:
            return False
        trust = self.random.random() < c.trust
        self.taken_over, self.trust = True, trust
        self.ability = self.random.gauss(0.0, 1.0)  # unknown before the takeover
        self.extra_funding = c.funding
        model.disruption += c.disruption_trust if trust else c.disruption_commissioner
        model.counts.takeovers += 1
        model.defences += (1.0 - model.defences) * c.lessons
        for manager in model.managers:
            manager.own_blame = rules.clip01(manager.own_blame - c.less_blame)
        return trust
