"""Agent: the post of a social worker and its current holder."""

from __future__ import annotations

import mesa

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.manager import Manager
from benchmarks.mesa_reference.protocols import Service
from benchmarks.mesa_reference.records import Kind, PracticeError
from redbead.behaviour.staffing import EARLY_LEAVER_TENURE
from redbead.state import practice_errors
from redbead.state.constants import NEVER
from redbead.state.people import AGENCY, EMPTY, PERMANENT

HIDDEN = frozenset((
    practice_errors.UNRECOGNISED, practice_errors.RECOGNISED, practice_errors.CONCEALED_BY_WORKER,
    practice_errors.SUPPRESSED_BY_MANAGER,
))  # fmt: skip


class Worker(mesa.Agent):
    """One post, which exists longer than its holders; ``spell`` is the number of people who have left it.

    ``hidden`` has the errors unknown to the organisation, ``awaiting`` those to which the manager must respond, and
    ``known`` those that the organisation knows of and that are not yet put right. Perceptions belong to the post: they
    follow those of the team, and a later holder of the post starts with them.
    """

    model: Service

    def __init__(self, model: Service, post: int, manager: Manager) -> None:
        super().__init__(model)
        self.post = post
        self.manager = manager
        self.friends: list[Worker] = []
        self.hidden: list[PracticeError] = []
        self.awaiting: list[PracticeError] = []
        self.known: list[PracticeError] = []
        self.perceived_detection = 0.0
        self.perceived_sanction: dict[Kind, float] = {}
        self.sanctions = self.just_sanctions = self.reproaches = 0
        self.incident_conduct = self.charge = self.charge_severity = 0
        self.in_scandal = False
        self.spell = 0
        self.reset()

    def reset(self) -> None:
        """Set the attributes of a vacant post."""
        self.status = EMPTY
        self.caseload = 0
        self.tenure = self.skill = 0.0
        self.hours = self.pressure = self.log_pressure = self.time_per_case = self.throughput = 0.0
        self.fear = self.burnout = self.commitment = self.willingness = self.peer_fear = 0.0
        self.last_strike = self.last_sanction = self.last_withheld = self.last_incident = self.accused = NEVER
        self.action = self.dismissed = self.is_sick = False
        self.absence = self.leaving_chance = self.experienced = self.fear_from_experience = 0.0
        self.proneness: float | None = None
        self.trust = 1.0
        self.accusation = self.witnessing = self.accusing = 0.0

    @property
    def at_work(self) -> bool:
        """Whether the post is filled by a worker who is neither suspended nor ill."""
        return self.status != EMPTY and self.absence < 1.0 and not self.is_sick

    def initialise(self) -> None:
        """Set the initial state: permanent, agency or vacant."""
        c, draw = self.model.c, self.random.random
        filled = rules.initial_filled_share(c.staffing)
        covered = filled + (1.0 - filled) * c.staffing.agency_cover
        u = draw()
        if self.post >= self.model.base_posts or u >= covered:
            return
        p = draw()
        if u < filled:
            self.status = PERMANENT
            self.tenure = min(rules.initial_tenure(draw(), c.staffing), 1500.0)
            before = 0.0
            if p >= c.staffing.newly_qualified:
                before = self.random.expovariate(1.0 / (c.staffing.experienced_years * 52.0))
            self.skill = rules.skill(min(1800.0, self.tenure + before), c.staffing)
        else:
            self.status = AGENCY
            self.skill = c.staffing.agency_skill
        self.fear = c.fear.reference
        self.burnout = c.burnout.reference
        self.commitment = self.random.gauss(0.0, 1.0)
        self.caseload = int(c.authority.caseload + p)

    def gain_experience(self) -> None:
        """Add one week of tenure and skill."""
        self.tenure += 1.0
        if self.status == PERMANENT:
            self.skill += (1.0 - self.skill) * self.model.rates.learning

    @property
    def capacity(self) -> float:
        """Cases for this worker relative to those for a fully skilled one; 0 while not at work."""
        c = self.model.c
        relative = 1.0 - c.caseload.by_skill * (1.0 - c.workload.novice_output) * (1.0 - self.skill)
        return relative * (1.0 - self.absence) if self.at_work else 0.0

    def spare_capacity(self) -> float:
        """Return the number of additional cases the worker can take."""
        return rules.spare_capacity(self.model.c.caseload.ceiling, self.capacity, self.caseload)

    def fall_ill_or_return(self) -> None:
        """Draw whether an absent worker returns, or one at work falls ill."""
        c = self.model.c.sickness
        if self.is_sick:
            self.is_sick = self.random.random() >= rules.chance(1.0 / c.duration)
        elif self.at_work and c.spells > 0.0:
            p = rules.chance_of_falling_ill(self.burnout, self.fear, self.action, c)
            self.is_sick = self.random.random() < p

    def work(self) -> None:
        """Work on cases and close some of them. An absent worker has no hours and no pressure."""
        model = self.model
        c = model.c.workload
        if not self.at_work:
            self.hours = self.pressure = self.log_pressure = self.throughput = 0.0
            self.time_per_case = model.standard
            return
        agency = 1.0 if self.status == AGENCY else 0.0
        self.hours = model.full_hours * rules.output(self.skill, agency, c) * (1.0 - self.absence)
        needed = c.hours_per_case * model.standard * (self.caseload + model.duty + self.manager.covered)
        self.pressure = needed / max(1e-9, self.hours)
        self.log_pressure = rules.log_pressure(self.pressure)
        short = rules.shortfall(self.log_pressure, c)
        self.time_per_case = rules.time_per_case(self.log_pressure, short, model.standard, c)
        self.throughput = rules.throughput(self.log_pressure, short, c)
        self.close_cases()

    def close_cases(self) -> None:
        """Close each case with a probability that depends on throughput."""
        if self.caseload > 0:
            closed = int(
                self.model.rng.binomial(self.caseload, min(1.0, self.throughput / self.model.c.demand.duration))
            )
            self.caseload -= closed
            self.model.counts.closures += closed

    def keep_hidden_errors(self) -> None:
        """Drop errors that are no longer hidden from the list of hidden errors."""
        self.hidden = [error for error in self.hidden if error.state in HIDDEN]

    def receive_responses(self) -> None:
        """Let the manager respond to the errors of this post that became known."""
        self.sanctions = self.just_sanctions = self.reproaches = 0
        awaiting, self.awaiting = self.awaiting, []
        for error in awaiting:
            self.manager.respond(error)

    def be_sanctioned(self, conduct: int, severity: int) -> None:
        """Receive a sanction; unless formal action is under way, it will be about this conduct and severity."""
        just = conduct in (practice_errors.VIOLATION, practice_errors.MISCONDUCT)
        self.last_sanction = self.model.week
        for level in (self, self.manager, self.model.counts):
            level.sanctions += 1
            level.just_sanctions += just
        if not self.action:
            self.charge, self.charge_severity = conduct, severity

    def name_as_case_holder(self, conduct: int) -> None:
        """Record a serious incident in the caseload, with the conduct behind it."""
        self.last_incident = self.model.week
        self.incident_conduct = conduct
        self.in_scandal = False

    def expose(self) -> None:
        """Become part of a scandal, as does the manager."""
        self.in_scandal = True
        self.manager.last_scandal = self.model.week

    def perceive_peer_fear(self) -> None:
        """Compute the mean fear of team-mates and informal contacts."""
        weight = self.model.c.fear.ties
        team = self.manager.team_fear
        contacts = [friend.fear for friend in self.friends if friend.status != EMPTY]
        self.peer_fear = (1.0 - weight) * team + weight * (sum(contacts) / len(contacts) if contacts else team)

    def update_fear(self) -> None:
        """Update fear, and add the shocks from the sanctions of the week."""
        model = self.model
        c = model.c.fear
        added = model.rates.fear_added - model.reassurance + self.fear_from_experience
        target = rules.fear_target(
            self.manager.blame * model.rates.believed, model.oversight.threat, self.peer_fear - self.fear,
            model.disruption, model.publicity, added, c,
        )  # fmt: skip
        self.fear = rules.step_fear(self.fear, target, model.rates.fear_up, model.rates.fear_down)
        self.feel_sanctions()
        reports = self.accusation, self.witnessing, self.accusing
        self.trust = rules.trust_after_reports(self.trust, *reports, model.c.peers)
        self.fear = rules.fear_after_reports(self.fear, *reports, model.c.peers)
        self.accusation = self.witnessing = self.accusing = 0.0

    def feel_sanctions(self) -> None:
        """Add the shocks from the sanctions of the week; just sanctions of colleagues count less."""
        model = self.model
        c, counts, manager = model.c.fear, model.counts, self.manager
        in_team = manager.sanctions - c.fairness * manager.just_sanctions
        elsewhere = counts.sanctions - c.fairness * counts.just_sanctions - in_team
        shock = c.kick_self * (1.0 - model.c.formal.support) * self.sanctions
        shock += c.kick_team * (in_team - self.sanctions + c.fairness * self.just_sanctions)
        shock += c.kick_others * model.reference_scale * elsewhere
        self.fear = rules.clip01(self.fear + shock)

    def update_burnout(self) -> None:
        """Update burnout."""
        model = self.model
        c = model.c.burnout
        from_above = model.leader.for_staff - c.leader_ref
        own_support = self.manager.own_support - model.c.management.support * (1.0 - self.manager.supervision)
        supported = rules.support(own_support, self.manager.blame - model.c.blame.reference, from_above, c)
        contagion = self.manager.team_burnout - self.burnout
        target = rules.burnout_target(self.log_pressure, self.fear, supported, contagion, model.disruption, c)
        self.burnout += (target - self.burnout) * model.rates.burnout

    def consider_leaving(self) -> None:
        """Compute the chance of leaving, which for agency staff is constant."""
        model = self.model
        self.leaving_chance = model.rates.agency_leaving
        if self.status == PERMANENT:
            self.leaving_chance = rules.chance_of_leaving(
                self.burnout, self.fear, self.commitment, model.disruption, self.tenure, model.c.staffing
            )

    def decide_to_leave(self) -> None:
        """Leave by dismissal, or with the chance of leaving."""
        counts = self.model.counts
        if self.dismissed or self.random.random() < self.leaving_chance:
            counts.leavers += self.status == PERMANENT
            counts.dismissals += self.status == PERMANENT and self.dismissed
            counts.early_leavers += self.status == PERMANENT and self.tenure < EARLY_LEAVER_TENURE
            self.vacate()

    def vacate(self) -> None:
        """Vacate the post and hand over its cases."""
        self.manager.handed_over += self.caseload
        self.spell += 1
        self.reset()

    def start_worker(self, status: int) -> None:
        """Fill the post with a newly qualified, experienced or agency worker."""
        c = self.model.c.staffing
        self.status = status
        if status == AGENCY:
            self.skill = c.agency_skill
        elif self.random.random() >= c.newly_qualified:
            self.skill = rules.skill(self.random.expovariate(1.0 / (c.experienced_years * 52.0)), c)
        self.fear = 0.5 * (c.fear_ref + self.manager.team_fear)
        self.burnout = 0.5 * c.burnout_ref
        self.commitment = self.random.gauss(0.0, 1.0)
