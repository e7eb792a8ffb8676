"""One authority as a Mesa model: the week of ``redbead.engine.week`` with one object per agent."""

from __future__ import annotations

import math
from collections import Counter, deque

import mesa

from benchmarks.mesa_reference import (
    cases,
    colleagues,
    errors,
    experience,
    formal_action,
    incidents,
    learning,
    outcomes,
    perceptions,
    rules,
)
from benchmarks.mesa_reference.manager import Leader, Manager
from benchmarks.mesa_reference.measures import REPORTERS
from benchmarks.mesa_reference.oversight import Oversight
from benchmarks.mesa_reference.rates import Rates, weekly_rates
from benchmarks.mesa_reference.records import Incident, PracticeError, WeeklyCounts
from benchmarks.mesa_reference.worker import Worker
from redbead.engine.initial_state import organisation
from redbead.engine.simulate import prepare
from redbead.parameters import Coefficients, index_of, register
from redbead.scenario.scenario import Scenario
from redbead.state.constants import REFERENCE_POSTS, YEAR
from redbead.state.people import AGENCY, EMPTY, PERMANENT

NOT_IMPLEMENTED = (
    "change.unit_model", "change.reorganisation", "change.redesign", "change.outsourced", "change.debate",
    "lessons.autonomy", "caseload.unevenness", "takeover.donors", "inspection.stratified",
    "inspection.adaptive_cases", "inspection.snapshots", "inspection.appeals", "inspection.narrative",
    "discovery.audits", "discovery.supervision", "discovery.handover", "discovery.partner", "discovery.family",
    "discovery.court", "discovery.outside",
)  # fmt: skip
"""Mechanisms that are not implemented, by the parameter that activates them if it differs from its default."""


class ReferenceService(mesa.Model):
    """Children's services of one local authority.

    Parameters
    ----------
    scenario : Scenario
        Scenario that uses no mechanism of ``NOT_IMPLEMENTED``.
    seed : int
        Seed of the run.

    Raises
    ------
    NotImplementedError
        If the scenario uses such a mechanism.
    """

    rates: Rates
    counts: WeeklyCounts

    def __init__(self, scenario: Scenario, seed: int) -> None:
        super().__init__(seed=seed)
        plan = prepare(scenario)
        self.schedule = plan.schedule
        for path in NOT_IMPLEMENTED:
            if (self.schedule.rows[:, index_of(path)] != register()[path].default).any():
                msg = f"the Mesa implementation does not support {path}: use a scenario that leaves it at its default"
                raise NotImplementedError(msg)
        self.warm_up = plan.warm_up
        self.weeks = plan.warm_up + plan.weeks
        self._coefficients_by_row: dict[int, Coefficients] = {}
        self.week = 0
        self.c = self.coefficients()
        size = self.c.authority
        self.base_posts = self.established = int(size.posts)
        self.reference_scale = rules.spread_over(REFERENCE_POSTS, self.base_posts)

        self.waiting = 0
        self.recent_closures = self.c.demand.arrivals * self.base_posts
        self.surge = self.surge_rise = self.surge_kept = self.surge_kept_rise = 0.0
        self.defences = self.c.lessons.defences_ref
        self.usefulness = self.c.reporting.usefulness_ref
        self.analysis_hours = 0.0
        self.reports_rate = self.answers_rate = 1.0
        self.reports: list[PracticeError] = []
        self.incidents: list[Incident] = []
        self.announced_trust = 1.0
        self.experienced_then = self.reassurance = 0.0
        self.standard = self.quality = self.visible = 1.0
        self.disruption = self.publicity = self.incident_memory = self.gaming = self.cost = 0.0
        self.compliance = self.c.leadership.compliance_ref
        self.broken_promise = False
        self.embedded = self.pressure = self.public_view = 1.0
        self.returning = 0.0
        self.prevention = self.improving = self.families_view = self.unit_model = 0.0
        self.past_leavers: deque[int] = deque(maxlen=YEAR)
        self.past_staff: deque[int] = deque(maxlen=YEAR)

        self.oversight = Oversight(self)
        self.leader = Leader(self)
        teams = [Manager(self) for _ in range(plan.template.managers.fear.size)]
        posts = [Worker(self, post, teams[team]) for post, team in enumerate(plan.template.workers.team.tolist())]
        for worker in posts:
            worker.manager.team.append(worker)
            worker.initialise()
            worker.perceived_detection = rules.first_chance_of_detection(self.c.aftermath)
            worker.perceived_sanction = perceptions.first_perceptions(self.c)
        for (_, one), (_, other), kind in organisation(size).edges(data="kind"):
            if kind == "tie":
                posts[one].friends.append(posts[other])
                posts[other].friends.append(posts[one])
        self.workers = self.agents_by_type[Worker]
        self.managers = self.agents_by_type[Manager]
        self.update_staff_list()
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)

    def coefficients(self) -> Coefficients:
        """Return the parameters in force this week."""
        row = int(self.schedule.of_week[self.week])
        if row not in self._coefficients_by_row:
            self._coefficients_by_row[row] = rules.coefficients(self.schedule.rows[row])
        return self._coefficients_by_row[row]

    def update_staff_list(self) -> None:
        """Update the list of workers in post."""
        self.staff = self.workers.select(lambda worker: worker.status != EMPTY)
        self.permanent = sum(worker.status == PERMANENT for worker in self.staff)

    def run_model(self) -> None:
        """Simulate all weeks of the scenario."""
        while self.week < self.weeks:
            self.step()

    def step(self) -> None:
        """Simulate one week."""
        self.begin_week()
        self.hold_managers_to_account()
        perceptions.learn_from_last_week(self)
        self.managers.do("begin_week")
        self.receive_referrals()
        self.staff.do("gain_experience")
        self.staff.do("fall_ill_or_return")
        self.managers.do("cover_absent_workers")
        self.allocate()
        self.set_shared_conditions()
        self.staff.shuffle_do("work")
        self.update_standard()
        self.err_and_respond()
        learning.analyse(self)
        learning.learn(self)
        self.update_fear_and_blame()
        self.staff.do("update_burnout")
        self.staff.do("consider_leaving")
        self.staff.do(formal_action.continue_formal_action)
        self.staff.shuffle_do("decide_to_leave")
        self.hire()
        self.update_staff_list()
        cases.hand_over_cases(self)
        self.managers.do("decide_to_leave")
        self.workers.do(outcomes.resolve_errors)
        incidents.draw_incidents_without_error(self)
        incidents.update_publicity(self)
        incidents.expose_case_holders(self)
        self.leader.decide_to_leave()
        self.leader.update_compliance()
        self.update_quality()
        self.oversight.step()
        closed = self.counts.closures - self.recent_closures
        self.recent_closures += closed * rules.approach(self.c.demand.return_delay)
        self.book_cost()
        if self.week >= self.warm_up:
            self.hidden = Counter(error.state for worker in self.workers for error in worker.hidden)
            self.datacollector.collect(self)
        self.week += 1

    def hold_managers_to_account(self) -> None:
        """Sanction managers for the honest errors that they sanctioned last week, and let the others see it."""
        sanctioned = [manager for manager in self.managers if manager.answers_for_blame()]
        self.counts.managers_sanctioned = len(sanctioned)
        for manager in self.managers:
            own = manager in sanctioned
            manager.see_sanctions(own, len(sanctioned) - own)

    def err_and_respond(self) -> None:
        """Let workers make, recognise, notice, raise or conceal errors, and managers respond to them."""
        self.staff.shuffle_do(errors.make_errors)
        self.staff.do(errors.recognise_later)
        if self.c.peers.notices > 0.0:
            self.staff.do(colleagues.be_observed)
        self.staff.do(errors.decide_reports)
        self.workers.do("receive_responses")
        self.staff.do(formal_action.start_formal_action)

    def update_fear_and_blame(self) -> None:
        """Update what staff remember, the fear of all, blame and norms."""
        self.managers.do("update_team_means")
        self.managers.do("observe_team")
        self.managers_fear = self.managers.agg("fear", sum) / len(self.managers)
        self.staff.do("perceive_peer_fear")
        self.staff.do(experience.remember_events)
        experience.update_trust_in_announcement(self)
        self.staff.do("update_fear")
        self.managers.do("update")
        self.leader.update()
        self.update_promises()

    def begin_week(self) -> None:
        """Reset counts, set the establishment, and compute the rates of the week."""
        self.counts = WeeklyCounts()
        self.incidents = []
        self.c = self.coefficients()
        self.set_establishment()
        self.oversight.begin_week()
        self.rates = weekly_rates(
            self.c,
            broken_promise=self.broken_promise,
            embedded=self.embedded,
            defences=self.defences,
            preparing=self.oversight.preparing,
        )

    def set_establishment(self) -> None:
        """Set the number of funded posts, up to the number of available posts."""
        c = self.c
        share = 1.0 + c.authority.extra_posts + self.oversight.extra_funding + c.publicity.money * self.publicity
        agency = len(self.staff) - self.permanent
        spent = rules.non_post_spending(agency, self.base_posts, c.demand.prevention, c.cost)
        posts = int(self.base_posts * share - rules.displaced_posts(spent, c.cost) + 0.5)
        self.established = min(len(self.workers), max(0, posts))

    def receive_referrals(self) -> None:
        """Receive the referrals of the week."""
        c = self.c.demand
        surged = c.planned_surge + self.surge - self.surge_rise + self.surge_kept - self.surge_kept_rise
        self.prevention += (c.prevention - self.prevention) * rules.approach(c.prevention_lag)
        rate = rules.referral_rate(self.base_posts, surged, self.prevention, self.recent_closures, self.quality, c)
        referred = int(self.rng.poisson(rate))
        share = rules.accepted_share(self.waiting / self.base_posts, c)
        self.counts.referrals = int(self.rng.binomial(referred, share))
        self.counts.turned_away = referred - self.counts.referrals
        self.waiting += self.counts.referrals
        self.returning = share * min(rate, rules.re_referral_rate(self.recent_closures, self.quality, c))

    def allocate(self) -> None:
        """Allocate waiting cases to workers in proportion to their spare capacity, in whole cases and with one draw."""
        capacities = [(worker, worker.spare_capacity()) for worker in self.staff]
        total = sum(capacity for _, capacity in capacities)
        allocated = min(self.waiting, int(total))
        if allocated == 0:
            return
        shares = cases.whole_shares(allocated, [capacity for _, capacity in capacities], self.random.random())
        for (worker, _), more in zip(capacities, shares, strict=True):
            worker.caseload += more
            self.waiting -= more

    def set_shared_conditions(self) -> None:
        """Compute what all workers share this week: hours, waiting cases, and the climate of errors."""
        c = self.c
        compliance_excess = self.compliance - c.leadership.compliance_ref
        self.improving = rules.improvement_share(self.pressure, c.workload)
        share = rules.share_for_families(
            compliance_excess, self.disruption, self.oversight.preparing, self.improving, c.workload
        )
        self.full_hours = c.workload.hours * share * (1.0 - c.lessons.capacity) * self.efficiency()
        self.duty = self.waiting / max(1, self.staff_at_work())
        self.climate = rules.error_climate(
            self.disruption,
            self.defences - c.lessons.defences_ref,
            self.oversight.threat - c.inspection.threat_ref,
            self.mean_blame() - c.blame.reference,
            c.practice,
        )
        if self.oversight.preparing:
            self.climate += math.log(1.0 - c.practice.visit_care)
        self.recognised_share = rules.recognised_share(compliance_excess, 0.0, c.practice)

    def efficiency(self) -> float:
        """Return the output of the same staff under another provider, such as a trust."""
        outsourced = 1.0 if self.oversight.trust else 0.0
        return rules.efficiency(0.0, outsourced, 0.0, self.oversight.ability, self.c.change)

    def update_standard(self) -> None:
        """Update work pressure, and move the working standard towards the actual time per case."""
        needed = sum(worker.pressure * worker.hours for worker in self.staff)
        self.pressure = needed / max(1e-9, sum(worker.hours for worker in self.staff))
        if self.staff:
            mean_time = self.staff.agg("time_per_case", sum) / len(self.staff)
            self.standard = rules.step_standard(self.standard, mean_time, self.c.workload)

    def mean_blame(self) -> float:
        """Return the mean blame of managers."""
        return self.managers.agg("blame", sum) / len(self.managers)

    def staff_at_work(self) -> int:
        """Return the number of workers who are neither suspended nor ill."""
        return sum(worker.at_work for worker in self.staff)

    def update_promises(self) -> None:
        """Record the first sanction under a promise that is not kept; what is not announced cannot be lost."""
        c = self.c.blame
        if c.just <= 0.0 and c.restraint <= 0.0:
            self.embedded = 1.0
        if c.just <= 0.0 or c.adherence >= c.betrayal:
            self.broken_promise = False
        elif self.counts.sanctions > 0:
            self.broken_promise = True

    def hire(self) -> None:
        """Fill vacant posts of the establishment, and cover part of the rest with agency staff."""
        c = self.c.staffing
        attraction = rules.grade_effect_on_applications(self.oversight.grade, c) * math.exp(-self.disruption)
        p_hire = rules.chance(attraction / c.time_to_fill)
        vacant: list[Worker] = []
        for worker in self.workers.select(lambda w: w.status != PERMANENT and w.post < self.established):
            if self.random.random() < p_hire:
                if worker.status == AGENCY:
                    worker.vacate()
                worker.start_worker(PERMANENT)
            else:
                vacant.append(worker)
        empty = [worker for worker in vacant if worker.status == EMPTY]
        wanted = rules.agency_recruitment_target(len(vacant), len(vacant) - len(empty), p_hire, c)
        if wanted > 0.0:
            p_cover = rules.chance(wanted / max(1, len(empty)) / c.agency_speed)
            for worker in empty:
                if self.random.random() < p_cover:
                    worker.start_worker(AGENCY)

    def turnover(self) -> float:
        """Return the leavers of the last 52 weeks divided by mean permanent staff."""
        staff, weeks = sum(self.past_staff), len(self.past_staff)
        return sum(self.past_leavers) / (staff / weeks) * (YEAR / weeks) if staff else 0.0

    def update_quality(self) -> None:
        """Update true and visible quality, the view of families, and disruption."""
        c, people = self.c.quality, len(self.staff)
        self.past_leavers.append(self.counts.leavers)
        self.past_staff.append(self.permanent)
        kept = rules.continuity(self.turnover(), (people - self.permanent) / max(1, people), c)
        cases = self.staff.agg("caseload", sum)
        time_per_case = (
            sum(worker.time_per_case * worker.caseload for worker in self.staff) / cases if cases else self.standard
        )
        skill = self.staff.agg("skill", sum) / max(1, people)
        self.quality = rules.true_quality(time_per_case if people else 0.0, skill, kept, self.disruption, c)
        self.visible = rules.visible_quality(
            self.quality, self.c.inspection.weight_of_records, self.compliance, self.gaming, self.oversight.preparing, c
        )
        share_asked = self.c.lessons.asked
        noise = self.random.gauss(0.0, 1.0)
        self.families_view = (
            rules.quality_reported_by_families(self.quality, noise, share_asked, c) if share_asked > 0.0 else 0.0
        )
        self.disruption -= self.disruption * rules.approach(c.disruption_decay)

    def book_cost(self) -> None:
        """Compute the cost of the week."""
        c, teams = self.c.cost, len(self.managers)
        staff = c.worker * self.permanent + c.agency * (len(self.staff) - self.permanent) + c.manager * teams
        staff += (c.policies + self.c.demand.prevention * c.worker) * self.base_posts
        budget = c.worker * self.established + c.manager * teams
        visits = c.inspection * self.counts.inspections
        visits += self.c.takeover.monitoring_cost * self.counts.monitoring_visits
        self.cost = staff / YEAR + visits + c.takeover * budget * self.counts.takeovers
