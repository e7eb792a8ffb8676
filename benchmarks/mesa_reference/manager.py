"""Agents: team managers and the director."""

from __future__ import annotations

import math

import mesa

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.protocols import Service, TeamMember
from benchmarks.mesa_reference.records import PracticeError
from redbead.state import practice_errors
from redbead.state.constants import INADEQUATE, OUTSTANDING
from redbead.state.people import EMPTY


class Manager(mesa.Agent):
    """The manager of one team."""

    model: Service

    def __init__(self, model: Service) -> None:
        super().__init__(model)
        self.team: list[TeamMember] = []
        self.fear = model.c.fear.reference
        self.norm = model.c.reporting.norm_ref
        self.team_fear = self.team_burnout = 0.0
        self.ended = self.detected = 0
        self.perceived_detection = rules.first_chance_of_detection(model.c.aftermath)
        honest = rules.responds_with_blame(model.c.blame.own, model.c.response)
        self.perceived_sanction = rules.chance_of_sanction(
            honest, practice_errors.VIOLATION, 1.0, False, model.c.response
        )
        self.start_in_post()
        self.blame = self.own_blame

    def start_in_post(self) -> None:
        """Draw the propensities of a new manager."""
        c, draw = self.model.c.blame, self.random.gauss
        self.own_blame = rules.clip01(draw(c.own, c.spread))
        self.own_support = rules.clip01(draw(0.5, c.spread))
        self.honest_sanctions = 0

    def begin_week(self) -> None:
        """Compute the probabilities of escalation and sanction for this week."""
        c, usefulness = self.model.c.response, self.model.usefulness
        self.recognised = self.raised = self.sanctions = 0
        self.escalation_chance = rules.escalates(self.fear, usefulness, 1.0, c)
        self.sanction_chance = rules.responds_with_blame(self.blame, c)

    def answers_for_blame(self) -> bool:
        """Draw whether the manager is sanctioned for the honest errors that she sanctioned last week."""
        honest, self.honest_sanctions = self.honest_sanctions, 0
        p = rules.chance_of_being_answerable(honest, self.model.c.blame)
        return p > 0.0 and self.random.random() < p

    def see_sanctions(self, own: bool, others: int) -> None:
        """Respond to the sanctions of this and other managers."""
        c = self.model.c.blame
        self.blame *= (1.0 - c.answerable_restraint) ** own
        self.blame *= (1.0 - c.answerable_others * c.answerable_restraint) ** others
        self.fear = rules.clip01(self.fear + c.answerable_fear * (own + c.answerable_others * others))

    def learn_detection(self, ended: int, detected: int) -> None:
        """Update the team's perceived chance that an error is detected, from last week's ends of hidden errors."""
        c = self.model.c.conduct
        seen = self.ended + c.others * (ended - self.ended)
        if seen > 0.0:
            observed = (self.detected + c.others * (detected - self.detected)) / seen
            share = rules.share_learnt(seen, c)
            self.perceived_detection = rules.learn(self.perceived_detection, observed, share)

    def respond(self, error: PracticeError) -> None:
        """Respond to a known error: sanction the author or not, and escalate or suppress a report."""
        model = self.model
        if error.spell == error.author.spell:
            self.apply_sanction(error)
        if error.state != practice_errors.RAISED_WITH_MANAGER:
            model.counts.put_right += error.state == practice_errors.DISCOVERED
            return
        if self.random.random() < self.escalation_chance:
            error.state = practice_errors.REPORTED
            model.reports.append(error)
            model.counts.reported += 1
            model.counts.put_right += 1
        else:
            error.state = practice_errors.SUPPRESSED_BY_MANAGER
            error.author.hidden.append(error)

    def apply_sanction(self, error: PracticeError) -> None:
        """Draw whether the author is sanctioned."""
        model, worker = self.model, error.author
        c = model.c.response
        strikes = model.week - worker.last_strike <= c.strike_window
        worker.last_strike = model.week
        conduct = practice_errors.MISCONDUCT if error.culpable else practice_errors.SLIP
        if self.random.random() < rules.chance_of_sanction(self.sanction_chance, conduct, 1.0, strikes, c):
            worker.last_sanction = model.week
            self.sanctions += 1
            model.counts.sanctions += 1
            model.counts.just_sanctions += error.culpable
            self.honest_sanctions += not error.culpable
            if strikes and self.random.random() < c.dismissal:
                worker.dismissed = True

    def update_team_means(self) -> None:
        """Compute the mean fear and mean burnout of the team."""
        team = [worker for worker in self.team if worker.status != EMPTY]
        people = max(1, len(team))
        self.team_fear = sum(worker.fear for worker in team) / people
        self.team_burnout = sum(worker.burnout for worker in team) / people

    def update(self) -> None:
        """Update fear, blame and the reporting norm of the team."""
        model = self.model
        target = rules.manager_fear_target(
            model.leader.fear, model.oversight.threat, model.disruption, model.publicity, model.c.fear
        )
        self.fear = rules.step_fear(self.fear, target, model.rates.fear_up, model.rates.fear_down)
        target = rules.blame_target(self.own_blame, self.fear, model.incident_memory, model.embedded, model.c.blame)
        self.blame += (target - self.blame) * model.rates.blame
        if self.recognised > 0:
            self.norm += (self.raised / self.recognised - self.norm) / model.c.reporting.norm_memory

    def decide_to_leave(self) -> None:
        """Leave at a constant rate; a successor has different propensities."""
        if self.random.random() < self.model.rates.manager_leaving:
            self.start_in_post()


class Leader(mesa.Agent):
    """The director of children's services, permanent or interim."""

    model: Service

    def __init__(self, model: Service) -> None:
        super().__init__(model)
        self.fear = model.c.fear.reference
        self.attention = self.for_staff = 0.0
        self.appoint()
        self.tenure = min(self.random.expovariate(max(1e-9, model.c.leadership.leaving)), 1000.0)

    def appoint(self) -> None:
        """Appoint a new director and draw her commitment and integrity."""
        c = self.model.c.leadership
        self.interim = self.tenure = 0.0
        self.commitment = self.random.gauss(c.commitment_mean, c.commitment_spread)
        self.integrity = self.random.gauss(0.0, 1.0)

    def leave(self) -> None:
        """Leave or be dismissed. An average interim director may follow, and part of the announced culture is lost."""
        c = self.model.c.leadership
        self.model.embedded *= c.survival
        self.tenure = 0.0
        if self.random.random() >= c.interim_chance:
            self.appoint()
            return
        self.interim = max(1.0, c.interim)
        self.commitment = self.integrity = 0.0

    def update(self) -> None:
        """Update fear."""
        model = self.model
        target = rules.leader_fear_target(model.oversight.threat, model.publicity, model.c.fear)
        self.fear = rules.step_fear(self.fear, target, model.rates.fear_up, model.rates.fear_down)

    def decide_to_leave(self) -> None:
        """End an interim appointment, or leave at the hazard that depends on the grade."""
        c, grade = self.model.c.leadership, self.model.oversight.grade
        self.tenure += 1.0
        if self.interim > 0.0:
            self.interim -= 1.0
            if self.interim <= 0.0:
                self.appoint()
            return
        log_hazard = {INADEQUATE: c.after_inadequate, OUTSTANDING: c.poached}.get(grade, 0.0)
        if self.random.random() < rules.chance(c.leaving * math.exp(log_hazard)):
            self.leave()

    def update_compliance(self) -> None:
        """Update attention, compliance, gaming and the embedded culture."""
        model = self.model
        c = model.c.leadership
        stakes = rules.effective_stakes(model.c.inspection)
        self.attention = rules.attention(stakes, model.oversight.grade == INADEQUATE, self.commitment, c)
        self.for_staff = rules.attention_to_staff(self.attention, model.incident_memory, 0.0, c)
        model.embedded += (1.0 - model.embedded) * rules.approach(c.rebuilding)
        step = rules.approach(c.compliance_pace)
        model.compliance += (self.attention - model.compliance) * step
        model.gaming += (rules.gaming_target(stakes, self.fear, self.integrity, c) - model.gaming) * step
