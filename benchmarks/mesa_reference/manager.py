"""Agents: team managers and the director."""

from __future__ import annotations

import math

import mesa

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.protocols import Service, TeamMember
from benchmarks.mesa_reference.records import PracticeError, Tally
from redbead.state import practice_errors
from redbead.state.constants import INADEQUATE, NEVER, OUTSTANDING, YEAR
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
        self.tally = Tally()
        self.last_scandal = self.last_sanctioned = NEVER
        self.is_vacant = False
        self.handed_over = 0
        self.covered = 0.0
        self.load = 0.0
        self.supervision = 1.0
        self.start_in_post()
        self.blame = self.own_blame

    def start_in_post(self) -> None:
        """Draw the propensities of a new manager."""
        c, draw = self.model.c.blame, self.random.gauss
        self.own_blame = rules.clip01(draw(c.own, c.spread))
        self.own_support = rules.clip01(draw(0.5, c.spread))
        self.honest_sanctions = 0
        self.remembered = 0.0

    def begin_week(self) -> None:
        """Compute the probabilities of escalation and sanction for this week."""
        c, usefulness = self.model.c.response, self.model.usefulness
        self.recognised = self.raised = self.sanctions = self.just_sanctions = self.reproaches = 0
        self.escalation = [rules.escalates(self.fear, usefulness, severity, c) for severity in (0.0, 1.0, 2.0)]
        self.escalation_chance = self.escalation[1]
        self.sanction_chance = rules.responds_with_blame(self.blame, c)

    def cover_absent_workers(self) -> None:
        """Divide the cases of absent workers among colleagues at work."""
        present = sum(worker.at_work for worker in self.team)
        absent = sum(worker.caseload for worker in self.team if worker.is_sick)
        self.covered = self.model.c.sickness.cover * absent / present if present else 0.0

    def answers_for_blame(self) -> bool:
        """Draw whether the manager is sanctioned for the honest errors that she sanctioned last week."""
        honest, self.honest_sanctions = self.honest_sanctions, 0
        p = rules.chance_of_being_answerable(honest, self.model.c.blame)
        return p > 0.0 and self.random.random() < p

    def see_sanctions(self, own: bool, others: int) -> None:
        """Respond to the sanctions of this and other managers."""
        c = self.model.c.blame
        self.last_sanctioned = self.model.week if own else self.last_sanctioned
        self.blame *= (1.0 - c.answerable_restraint) ** own
        self.blame *= (1.0 - c.answerable_others * c.answerable_restraint) ** others
        self.fear = rules.clip01(self.fear + c.answerable_fear * (own + c.answerable_others * others))

    def respond(self, error: PracticeError) -> None:
        """Respond to a known error: judge its author if still in post, and escalate or suppress a report."""
        model = self.model
        if error.spell == error.author.spell:
            self.judge(error)
        if error.state == practice_errors.DISCOVERED and model.c.lessons.discovered > 0.0:
            error.state = practice_errors.REPORTED  # it waits for analysis as a report does
            model.reports.append(error)
        elif error.state != practice_errors.RAISED_WITH_MANAGER:
            error.state = practice_errors.CLOSED
        elif self.random.random() < self.escalation[error.severity]:
            error.state = practice_errors.REPORTED
            error.is_report = True
            error.author.known.append(error)
            model.reports.append(error)
            model.counts.reported += 1
        else:
            error.state = practice_errors.SUPPRESSED_BY_MANAGER
            model.counts.suppressed += 1
            error.author.hidden.append(error)

    def judge(self, error: PracticeError) -> None:
        """Draw whether the author is sanctioned or reproached; the author and the team learn from the case."""
        model, author = self.model, error.author
        c, kind = model.c.response, (error.conduct, error.disclosure)
        strike_by_finding = model.c.formal.duration > 0.0
        strikes = model.week - author.last_strike <= c.strike_window
        if not strike_by_finding:
            author.last_strike = model.week
        harmed = error.state == practice_errors.HARMED
        ratio = rules.sanction_ratio(error.severity, error.disclosure, harmed, c)
        p = rules.chance_of_sanction(self.sanction_chance, error.conduct, ratio, strikes, c)
        sanctioned = self.random.random() < p
        self.tally.judged[kind] += 1
        belief = author.perceived_sanction[kind]
        author.perceived_sanction[kind] = rules.learn(belief, float(sanctioned), model.rates.own_case)
        if sanctioned:
            self.tally.sanctioned[kind] += 1
            self.honest_sanctions += error.conduct == practice_errors.SLIP
            author.be_sanctioned(error.conduct, error.severity)
            if strikes and not strike_by_finding and self.random.random() < c.dismissal:
                author.dismissed = True
        elif self.random.random() < c.reproach * self.blame:
            author.reproaches += 1
            self.reproaches += 1
            model.counts.reproaches += 1

    def update_team_means(self) -> None:
        """Compute the mean fear and mean burnout of the team."""
        team = [worker for worker in self.team if worker.status != EMPTY]
        people = max(1, len(team))
        self.team_fear = sum(worker.fear for worker in team) / people
        self.team_burnout = sum(worker.burnout for worker in team) / people

    def observe_team(self) -> None:
        """Remember this week's events in the team, and compute its work pressure and supervision."""
        c, week = self.model.c.management, self.model.week
        staff = [worker for worker in self.team if worker.status != EMPTY]
        self.remembered *= 1.0 - rules.approach(c.memory)
        self.remembered += c.sanction * self.sanctions + c.own * (self.last_sanctioned == week)
        for worker in staff:
            self.remembered += c.accusation * worker.accusation + c.incident * (worker.last_incident == week - 1)
        self.load = sum(worker.log_pressure for worker in staff) / max(1, len(staff))
        self.supervision = rules.supervision_level(len(staff), self.load, self.is_vacant, c)

    @property
    def recognition_kept(self) -> float:
        """Recognition of errors relative to full supervision."""
        return 1.0 - self.model.c.management.recognition * (1.0 - self.supervision)

    def update(self) -> None:
        """Update fear, blame and the reporting norm of the team."""
        model = self.model
        target = rules.manager_fear_target(
            model.leader.fear, model.oversight.threat, model.disruption, model.publicity,
            rules.fear_of_the_team(self.remembered, self.load, model.managers_fear - self.fear, model.c.management),
            model.c.fear,
        )  # fmt: skip
        self.fear = rules.step_fear(self.fear, target, model.rates.fear_up, model.rates.fear_down)
        target = rules.blame_target(self.own_blame, self.fear, model.incident_memory, model.embedded, model.c.blame)
        self.blame += (target - self.blame) * model.rates.blame
        if self.recognised > 0:
            self.norm += (self.raised / self.recognised - self.norm) / model.c.reporting.norm_memory

    def decide_to_leave(self) -> None:
        """Leave by fear and load, or after a scandal in the team; fill the post at once or after a vacancy."""
        model, c = self.model, self.model.c.management
        if self.is_vacant:
            if self.random.random() < rules.chance(1.0 / c.vacancy if c.vacancy > 0.0 else 1e9):
                self.take_over()
            return
        ratio = rules.hazard_ratio_of_leaving(self.fear, self.load, c)
        p = rules.chance(model.c.staffing.manager_leaving / YEAR * ratio)
        if self.last_scandal == model.week - 1:
            p = 1.0 - (1.0 - p) * (1.0 - model.c.staffing.manager_scandal)
        if self.random.random() < p:
            model.counts.managers_left += 1
            self.last_sanctioned = NEVER
            if c.vacancy > 0.0:
                self.let_stand_in()
            else:
                self.take_over()

    def let_stand_in(self) -> None:
        """Let the manager of the next team stand in."""
        managers = list(self.model.managers)
        other = managers[(managers.index(self) + 1) % len(managers)]
        self.is_vacant = True
        self.fear, self.blame = other.fear, other.blame
        self.own_blame, self.own_support = other.own_blame, other.own_support

    def take_over(self) -> None:
        """Fill the post with a manager who takes over a share of the predecessor's fear and blame."""
        c = self.model.c.management
        self.is_vacant = False
        self.start_in_post()
        self.fear = c.fear_ref + c.inherited * (self.fear - c.fear_ref)
        self.blame = self.own_blame + c.inherited * (self.blame - self.own_blame)


class Leader(mesa.Agent):
    """The director of children's services, permanent or interim."""

    model: Service

    def __init__(self, model: Service) -> None:
        super().__init__(model)
        self.fear = model.c.fear.reference
        self.attention = 0.0
        self.for_staff = model.c.burnout.leader_ref
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
        """End an interim appointment, or leave at the hazard that depends on the grade, or after a scandal."""
        c, grade = self.model.c.leadership, self.model.oversight.grade
        self.tenure += 1.0
        if self.interim > 0.0:
            self.interim -= 1.0
            if self.interim <= 0.0:
                self.appoint()
            return
        log_hazard = {INADEQUATE: c.after_inadequate, OUTSTANDING: c.poached}.get(grade, 0.0)
        stays = math.exp(-c.leaving * math.exp(log_hazard)) * (1.0 - c.after_scandal) ** self.model.counts.prominent
        if self.random.random() >= stays:
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
