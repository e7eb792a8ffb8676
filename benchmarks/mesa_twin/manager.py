"""Team managers and the director."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from benchmarks.mesa_twin import rules
from redbead.state import practice_errors
from redbead.state.constants import INADEQUATE, OUTSTANDING
from redbead.state.people import EMPTY

if TYPE_CHECKING:
    from benchmarks.mesa_twin.records import PracticeError
    from benchmarks.mesa_twin.service import ServiceTwin
    from benchmarks.mesa_twin.worker import Worker


class Manager(mesa.Agent):
    """The manager of one team."""

    model: ServiceTwin

    def __init__(self, model: ServiceTwin) -> None:
        super().__init__(model)
        self.team: list[Worker] = []
        self.fear = model.c.fear.reference
        self.norm = model.c.reporting.norm_ref
        self.team_fear = self.team_burnout = 0.0
        self.take_over_team()
        self.blame = self.own_blame

    def take_over_team(self) -> None:
        """Bring leanings of one's own."""
        c, draw = self.model.c.blame, self.random.gauss
        self.own_blame = rules.clip01(draw(c.own, c.spread))
        self.own_support = rules.clip01(draw(0.5, c.spread))

    def begin_week(self) -> None:
        """Weigh how to answer bad news this week."""
        c, usefulness = self.model.c.response, self.model.usefulness
        self.recognised = self.told = self.sanctions = 0
        self.passing_up = rules.escalates(self.fear, usefulness, c)
        self.blaming = rules.responds_with_blame(self.blame, c)

    def answer(self, error: PracticeError) -> None:
        """Answer an error that has become known: sanction or not; pass a report up or hold it back."""
        model = self.model
        if error.spell == error.author.spell:
            self.judge(error)
        if error.state != practice_errors.RAISED_WITH_MANAGER:
            return
        if self.random.random() < self.passing_up:
            error.state = practice_errors.REPORTED
            model.reports.append(error)
            model.counts.reported += 1
        else:
            error.state = practice_errors.SUPPRESSED_BY_MANAGER
            error.author.hidden.append(error)

    def judge(self, error: PracticeError) -> None:
        """Sanction the author, or not."""
        model, worker = self.model, error.author
        c = model.c.response
        strikes = model.week - worker.last_known <= c.strike_window
        worker.last_known = model.week
        if self.random.random() < rules.chance_of_sanction(self.blaming, error.culpable, strikes, c):
            worker.last_sanction = model.week
            self.sanctions += 1
            model.counts.sanctions += 1
            if strikes and self.random.random() < c.dismissal:
                worker.dismissed = True

    def see_team(self) -> None:
        """How the team is: mean fear and mean burnout."""
        team = [worker for worker in self.team if worker.status != EMPTY]
        people = max(1, len(team))
        self.team_fear = sum(worker.fear for worker in team) / people
        self.team_burnout = sum(worker.burnout for worker in team) / people

    def change(self) -> None:
        """Let fear, blame and the team's norm move."""
        model = self.model
        aim = rules.manager_fear_aim(
            model.leader.fear, model.watchers.threat, model.disruption, model.publicity, model.c.fear
        )
        self.fear = rules.moved_fear(self.fear, aim, model.rates.fear_up, model.rates.fear_down)
        aim = rules.blame_aim(self.own_blame, self.fear, model.incident_memory, model.embedded, model.c.blame)
        self.blame += (aim - self.blame) * model.rates.blame
        if self.recognised > 0:
            self.norm += (self.told / self.recognised - self.norm) / model.c.reporting.norm_memory

    def stay_or_leave(self) -> None:
        """Leave at a steady rate; a successor brings leanings of her own."""
        if self.random.random() < self.model.rates.manager_leaving:
            self.take_over_team()


class Leader(mesa.Agent):
    """The director of children's services, or whoever stands in."""

    model: ServiceTwin

    def __init__(self, model: ServiceTwin) -> None:
        super().__init__(model)
        self.fear = model.c.fear.reference
        self.attention = self.for_staff = 0.0
        self.appoint()
        self.tenure = min(self.random.expovariate(max(1e-9, model.c.leadership.leaving)), 1000.0)

    def appoint(self) -> None:
        """A new director with her own commitment and integrity."""
        c = self.model.c.leadership
        self.interim = self.tenure = 0.0
        self.commitment = self.random.gauss(c.commitment_mean, c.commitment_spread)
        self.integrity = self.random.gauss(0.0, 1.0)

    def go(self) -> None:
        """Leave or be dismissed; an interim director of average leanings stands in, and a culture fades with her."""
        c = self.model.c.leadership
        self.model.embedded *= c.survival
        self.tenure = 0.0
        if self.random.random() >= c.interim_chance:
            self.appoint()
            return
        self.interim = max(1.0, c.interim)
        self.commitment = self.integrity = 0.0

    def change(self) -> None:
        """Let fear move."""
        model = self.model
        aim = rules.leader_fear_aim(model.watchers.threat, model.publicity, model.c.fear)
        self.fear = rules.moved_fear(self.fear, aim, model.rates.fear_up, model.rates.fear_down)

    def stay_or_leave(self) -> None:
        """Stay, leave, or hand over to a successor."""
        c, grade = self.model.c.leadership, self.model.watchers.grade
        self.tenure += 1.0
        if self.interim > 0.0:
            self.interim -= 1.0
            if self.interim <= 0.0:
                self.appoint()
            return
        push = {INADEQUATE: c.after_inadequate, OUTSTANDING: c.poached}.get(grade, 0.0)
        if self.random.random() < rules.chance(c.leaving * math.exp(push)):
            self.go()

    def lead(self) -> None:
        """Let compliance and dressing up follow what she attends to; let a culture become her own."""
        model = self.model
        c = model.c.leadership
        stakes = rules.stakes_in_force(model.c.inspection)
        self.attention = rules.attention(stakes, model.watchers.grade == INADEQUATE, self.commitment, c)
        self.for_staff = rules.attention_to_staff(self.attention, model.incident_memory, 0.0, c)
        model.embedded += (1.0 - model.embedded) * rules.approach(c.rebuilding)
        step = rules.approach(c.compliance_pace)
        model.compliance += (self.attention - model.compliance) * step
        model.gaming += (rules.gaming_aim(stakes, self.fear, self.integrity, c) - model.gaming) * step
