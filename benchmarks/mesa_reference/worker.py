"""Agent: the post of a social worker and its current holder."""

from __future__ import annotations

import mesa

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.manager import Manager
from benchmarks.mesa_reference.protocols import Service
from benchmarks.mesa_reference.records import PracticeError
from redbead.behaviour.staffing import EARLY_LEAVER_TENURE
from redbead.state import practice_errors
from redbead.state.constants import NEVER
from redbead.state.people import AGENCY, EMPTY, PERMANENT

HIDDEN = frozenset(
    (practice_errors.UNRECOGNISED, practice_errors.CONCEALED_BY_WORKER, practice_errors.SUPPRESSED_BY_MANAGER)
)


class Worker(mesa.Agent):
    """One post, which exists longer than its holders; ``spell`` is the number of people who have left it.

    ``hidden`` has the errors unknown to the organisation, and ``known`` those to which the manager must respond.
    """

    model: Service

    def __init__(self, model: Service, post: int, manager: Manager) -> None:
        super().__init__(model)
        self.post = post
        self.manager = manager
        self.friends: list[Worker] = []
        self.hidden: list[PracticeError] = []
        self.known: list[PracticeError] = []
        self.spell = 0
        self.reset()

    def reset(self) -> None:
        """Set the attributes of a vacant post."""
        self.status = EMPTY
        self.caseload = 0
        self.tenure = self.skill = 0.0
        self.hours = self.pressure = self.log_pressure = self.time_per_case = self.throughput = 0.0
        self.fear = self.burnout = self.commitment = self.willingness = self.peer_fear = 0.0
        self.last_strike = self.last_sanction = self.last_withheld = NEVER
        self.dismissed = False
        self.trust = 1.0
        self.accusation = self.witnessing = self.accusing = 0.0

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

    def spare_capacity(self) -> float:
        """Return the number of additional cases the worker can take."""
        c = self.model.c
        relative_output = 1.0 - c.caseload.by_skill * (1.0 - c.workload.novice_output) * (1.0 - self.skill)
        return rules.spare_capacity(c.caseload.ceiling, relative_output, self.caseload)

    def work(self) -> None:
        """Work on cases, close cases, and make, recognise and report errors."""
        model = self.model
        c = model.c.workload
        self.hours = model.full_hours * rules.output(self.skill, 1.0 if self.status == AGENCY else 0.0, c)
        needed = c.hours_per_case * model.standard * (self.caseload + model.duty)
        self.pressure = needed / max(1e-9, self.hours)
        self.log_pressure = rules.log_pressure(self.pressure)
        short = rules.shortfall(self.log_pressure, c)
        self.time_per_case = rules.time_per_case(short, model.standard, c) if short < 0.0 else model.standard
        self.throughput = rules.throughput(short, c) if short < 0.0 else 1.0
        self.close_cases()
        self.update_willingness()
        self.recognise_later()
        self.make_errors()

    def close_cases(self) -> None:
        """Close each case with a probability that depends on throughput."""
        if self.caseload > 0:
            closed = int(
                self.model.rng.binomial(self.caseload, min(1.0, self.throughput / self.model.c.demand.duration))
            )
            self.caseload -= closed
            self.model.counts.closures += closed

    def make_errors(self) -> None:
        """Make errors, some of which are recognised at once."""
        model = self.model
        c = model.c.practice
        rate = rules.error_rate(
            self.time_per_case,
            self.burnout - c.burnout_ref,
            self.skill - model.c.staffing.skill_ref,
            self.fear - c.fear_ref,
            self.commitment,
            model.climate,
            c,
        )
        made = min(practice_errors.MOST_ERRORS, int(model.rng.poisson(rate * (self.caseload + model.duty))))
        model.counts.generated += made
        for _ in range(made):
            kind = self.random.random()
            severity = 0 if kind < c.near_misses else (2 if kind > 1.0 - c.serious else 1)
            culpable = self.random.random() < c.culpable
            error = PracticeError(self, self.spell, model.week, severity, culpable, practice_errors.UNRECOGNISED)
            if self.random.random() >= model.recognised_share or not self.raises(error):
                self.hidden.append(error)

    def recognise_later(self) -> None:
        """Recognise some of the older errors of this post."""
        any_raised = False
        for error in self.hidden:
            if error.state == practice_errors.UNRECOGNISED and self.random.random() < self.model.rates.recognised_later:
                any_raised |= self.raises(error)
        if any_raised:
            self.hidden = [error for error in self.hidden if error.state != practice_errors.RAISED_WITH_MANAGER]

    def update_willingness(self) -> None:
        """Compute the willingness to report an ordinary error."""
        self.willingness = self.willingness_for(1)

    def willingness_for(self, severity: int) -> float:
        """Return the willingness to report errors of this severity."""
        model = self.model
        c = model.c.reporting
        p = rules.willingness_to_report(self.fear, model.usefulness, self.log_pressure, self.manager.norm, severity, c)
        return rules.shift_by_trust(p, self.trust, c)

    def raises(self, error: PracticeError) -> bool:
        """Draw whether the worker raises a recognised error with the manager, or conceals it."""
        model = self.model
        model.counts.recognised += error.state == practice_errors.UNRECOGNISED
        self.manager.recognised += 1
        willing = self.willingness if error.severity == 1 else self.willingness_for(error.severity)
        if self.random.random() < willing:
            self.manager.raised += 1
            model.counts.raised += 1
            error.state = practice_errors.RAISED_WITH_MANAGER
            self.known.append(error)
            return True
        error.state = practice_errors.CONCEALED_BY_WORKER
        error.spell = self.spell
        self.last_withheld = model.week
        in_confidence = rules.willingness_in_confidence(self.fear, model.usefulness, model.c.reporting)
        if self.random.random() < in_confidence:
            model.counts.confidential += 1
        return False

    def colleagues(self) -> list[Worker]:
        """Return team-mates and informal contacts in other teams who are in post."""
        contacts = [friend for friend in self.friends if friend.manager is not self.manager]
        return [worker for worker in (*self.manager.team, *contacts) if worker is not self and worker.status != EMPTY]

    def be_observed(self) -> None:
        """Let colleagues notice errors of earlier weeks that no manager knows of."""
        c, colleagues = self.model.c.peers, self.colleagues()
        p = rules.chance_of_notice(len(colleagues), c)
        for error in self.hidden:
            if error.state == practice_errors.SUPPRESSED_BY_MANAGER or error.born == self.model.week:
                continue
            if error.spell == self.spell and self.random.random() < p:
                self.random.choice(colleagues).respond_to_error(error)
        self.hidden = [error for error in self.hidden if error.state in HIDDEN]

    def respond_to_error(self, error: PracticeError) -> None:
        """Ignore an error of a colleague, speak with its author, or report it or another colleague."""
        c, counts, author = self.model.c.peers, self.model.counts, error.author
        if self.random.random() >= rules.acts_on_error(self.fear, float(error.severity), c):
            return
        if self.random.random() < rules.speaks_with_colleague(self.trust, float(error.severity), c):
            author.raises(error)
            return
        counts.peer_reports += 1
        others = [worker for worker in self.colleagues() if worker is not author]
        accused, weight = author, c.justified
        if others and self.random.random() < c.wrong:
            accused, weight = self.random.choice(others), 1.0
            counts.wrong_peer_reports += 1
        else:
            error.state = practice_errors.RAISED_WITH_MANAGER
            author.known.append(error)
            author.manager.ended += 1
            author.manager.detected += 1
        accused.accusation += weight
        self.accusing += weight
        for witness in accused.colleagues():
            witness.witnessing += weight if witness is not self else 0.0

    def receive_responses(self) -> None:
        """Let the manager respond to the known errors of this post."""
        if self.known:
            for error in self.known:
                self.manager.respond(error)
            self.known = []

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
        target = rules.fear_target(
            self.manager.blame * model.rates.believed, model.oversight.threat, self.peer_fear - self.fear,
            model.disruption, model.publicity, model.rates.fear_added, c,
        )  # fmt: skip
        self.fear = rules.step_fear(self.fear, target, model.rates.fear_up, model.rates.fear_down)
        sanctions = model.counts.sanctions
        if sanctions:
            own = 1 if self.last_sanction == model.week else 0
            team = self.manager.sanctions
            shock = c.kick_self * own + c.kick_team * (team - own)
            self.fear = rules.clip01(self.fear + shock + c.kick_others * model.reference_scale * (sanctions - team))
        reports = self.accusation, self.witnessing, self.accusing
        self.trust = rules.trust_after_reports(self.trust, *reports, model.c.peers)
        self.fear = rules.fear_after_reports(self.fear, *reports, model.c.peers)
        self.accusation = self.witnessing = self.accusing = 0.0

    def update_burnout(self) -> None:
        """Update burnout."""
        model = self.model
        c = model.c.burnout
        from_above = model.leader.for_staff - c.leader_ref
        supported = rules.support(self.manager.own_support, self.manager.blame - model.c.blame.reference, from_above, c)
        contagion = self.manager.team_burnout - self.burnout
        target = rules.burnout_target(self.log_pressure, self.fear, supported, contagion, model.disruption, c)
        self.burnout += (target - self.burnout) * model.rates.burnout

    def decide_to_leave(self) -> None:
        """Update burnout, then leave by dismissal or with the probability for permanent or agency staff."""
        self.update_burnout()
        model = self.model
        if self.dismissed:
            p = 1.0
        elif self.status == PERMANENT:
            p = rules.chance_of_leaving(
                self.burnout, self.fear, self.commitment, model.disruption, self.tenure, model.c.staffing
            )
        else:
            p = model.rates.agency_leaving
        if self.random.random() < p:
            model.counts.leavers += self.status == PERMANENT
            model.counts.dismissals += self.status == PERMANENT and self.dismissed
            model.counts.early_leavers += self.status == PERMANENT and self.tenure < EARLY_LEAVER_TENURE
            self.vacate()

    def vacate(self) -> None:
        """Vacate the post and return its cases to the waiting list."""
        self.model.waiting += self.caseload
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

    def resolve_errors(self) -> None:
        """Draw which hidden errors of this post cause harm, are discovered, expire or are repaired."""
        rates = self.model.rates
        any_resolved = False
        for error in self.hidden:
            if error.state == practice_errors.CONCEALED_BY_WORKER and error.spell != self.spell:
                error.state = practice_errors.UNRECOGNISED  # its author has left
            known = error.state != practice_errors.UNRECOGNISED
            if self.random.random() < (rates.chance_known if known else rates.chance_unrecognised):
                self.resolve(error, self.random.random() * (rates.hazard_known if known else rates.hazard_unrecognised))
                any_resolved = True
        if any_resolved:
            self.hidden = [error for error in self.hidden if error.state in HIDDEN]

    def resolve(self, error: PracticeError, point: float) -> None:
        """Set the state of an error, chosen by a point on the cumulative hazards."""
        c, counts = self.model.c.aftermath, self.model.counts
        discovery = c.found + self.model.rates.extra_discovery
        if point < c.harm:
            error.state = practice_errors.HARMED
            counts.harmed += 1
            counts.serious += self.random.random() < c.grave
            self.known.append(error)
        elif point < c.harm + discovery:
            error.state = practice_errors.DISCOVERED
            counts.discovered += 1
            self.known.append(error)
        elif point < c.harm + discovery + c.expires:
            error.state = practice_errors.EXPIRED
            counts.expired += 1
        else:
            error.state = practice_errors.REPAIRED
            counts.repaired += 1
            counts.put_right += 1
        self.manager.ended += 1
        self.manager.detected += error.state in (practice_errors.HARMED, practice_errors.DISCOVERED)
