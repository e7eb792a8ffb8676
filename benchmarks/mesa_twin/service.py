"""One authority as a Mesa model: the same week as `redbead.engine.week`, with an object for everybody."""

from __future__ import annotations

import math
from collections import Counter, deque
from operator import attrgetter

import mesa

from benchmarks.mesa_twin import rules
from benchmarks.mesa_twin.manager import Leader, Manager
from benchmarks.mesa_twin.measures import REPORTERS
from benchmarks.mesa_twin.rates import Rates, rates_of
from benchmarks.mesa_twin.records import Ledger, PracticeError
from benchmarks.mesa_twin.watchers import Watchers
from benchmarks.mesa_twin.worker import Worker
from redbead.engine.initial_state import organisation
from redbead.engine.simulate import prepare
from redbead.parameters import Coefficients, index_of, register
from redbead.scenario.scenario import Scenario
from redbead.state.constants import REFERENCE_POSTS, YEAR
from redbead.state.people import AGENCY, EMPTY, PERMANENT

UNKNOWN = (
    "change.unit_model", "change.reorganisation", "change.redesign", "change.outsourced", "change.debate",
    "lessons.autonomy", "caseload.unevenness", "practice.strike_deterrence", "takeover.donors", "inspection.stratified",
    "inspection.adaptive_cases", "inspection.snapshots", "inspection.appeals", "inspection.narrative",
)  # fmt: skip
"""Mechanisms that the twin does without, by the parameter that switches each of them on when it leaves its default."""


class ServiceTwin(mesa.Model):
    """Children's services of one local authority, under any scenario that switches on nothing of UNKNOWN.

    Raises
    ------
    NotImplementedError
        The scenario does.
    """

    rates: Rates
    ledger: Ledger

    def __init__(self, scenario: Scenario, seed: int) -> None:
        super().__init__(seed=seed)
        plan = prepare(scenario)
        self.schedule = plan.schedule
        for path in UNKNOWN:
            if (self.schedule.rows[:, index_of(path)] != register()[path].default).any():
                msg = f"the twin does not know {path}: compare a scenario without it"
                raise NotImplementedError(msg)
        self.warm_up = plan.warm_up
        self.weeks = plan.warm_up + plan.weeks
        self._read: dict[int, Coefficients] = {}
        self.week = 0
        self.c = self.coefficients()
        size = self.c.authority
        self.base_posts = self.established = int(size.posts)
        self.reference_scale = rules.spread_over(REFERENCE_POSTS, self.base_posts)

        # stocks
        self.waiting = 0
        self.recent_closures = self.c.demand.arrivals * self.base_posts
        self.surge = self.surge_rise = self.surge_kept = self.surge_kept_rise = 0.0
        self.defences = self.c.lessons.defences_ref
        self.usefulness = self.c.reporting.usefulness_ref
        self.analysis_hours = 0.0
        self.reports_rate = self.answers_rate = 1.0
        self.reports: list[PracticeError] = []
        self.standard = self.quality = self.visible = 1.0
        self.disruption = self.publicity = self.incident_memory = self.gaming = self.cost = 0.0
        self.compliance = self.c.leadership.compliance_ref
        self.broken_promise = False
        self.embedded = self.pressure = self.public_view = 1.0
        self.returning = 0.0
        self.prevention = self.improving = self.families_view = self.unit_model = 0.0
        self.past_leavers: deque[int] = deque(maxlen=YEAR)
        self.past_staff: deque[int] = deque(maxlen=YEAR)

        # people
        self.watchers = Watchers(self)
        self.leader = Leader(self)
        teams = [Manager(self) for _ in range(plan.template.managers.fear.size)]
        posts = [Worker(self, desk, teams[team]) for desk, team in enumerate(plan.template.workers.team.tolist())]
        for worker in posts:
            worker.manager.team.append(worker)
            worker.be_seated()
        for (_, one), (_, other), kind in organisation(size).edges(data="kind"):
            if kind == "tie":
                posts[one].friends.append(posts[other])
                posts[other].friends.append(posts[one])
        self.workers = self.agents_by_type[Worker]
        self.managers = self.agents_by_type[Manager]
        self.look_who_is_here()
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)

    def coefficients(self) -> Coefficients:
        """The parameters in force this week."""
        row = int(self.schedule.of_week[self.week])
        if row not in self._read:
            self._read[row] = rules.coefficients(self.schedule.rows[row])
        return self._read[row]

    def look_who_is_here(self) -> None:
        """Who is in post."""
        self.staff = self.workers.select(lambda worker: worker.status != EMPTY)
        self.permanent = sum(worker.status == PERMANENT for worker in self.staff)

    def run_model(self) -> None:
        """All weeks of the scenario."""
        while self.week < self.weeks:
            self.step()

    def step(self) -> None:
        """Live through one week."""
        self.begin_week()
        self.managers.do("begin_week")
        self.refer()
        self.staff.do("gain_experience")
        self.allocate()
        self.share_the_work()
        self.staff.shuffle_do("work")
        self.erode()
        self.workers.do("face_answers")
        self.analyse()
        self.learn()
        self.managers.do("see_team")
        self.staff.do("look_around")
        self.staff.do("feel")
        self.managers.do("change")
        self.leader.change()
        self.keep_or_break_promises()
        self.staff.shuffle_do("stay_or_leave")
        self.hire()
        self.look_who_is_here()
        self.managers.do("stay_or_leave")
        self.workers.do("settle_fates")
        self.go_public()
        self.leader.stay_or_leave()
        self.leader.lead()
        self.take_stock()
        self.watchers.act()
        closed = self.counts.closures - self.recent_closures
        self.recent_closures += closed * rules.approach(self.c.demand.return_delay)
        self.book_cost()
        if self.week >= self.warm_up:
            self.hidden = Counter(error.state for worker in self.workers for error in worker.hidden)
            self.datacollector.collect(self)
        self.week += 1

    # demand and work

    def begin_week(self) -> None:
        """A new ledger, the budget, the threat in the air, the rates of the week."""
        self.counts = Ledger()
        self.c = self.coefficients()
        self.establish()
        self.watchers.begin_week()
        self.rates = rates_of(
            self.c,
            broken_promise=self.broken_promise,
            embedded=self.embedded,
            preparing=self.watchers.preparing,
        )

    def establish(self) -> None:
        """Set the number of posts that the budget pays for, as far as there are desks."""
        c = self.c
        share = 1.0 + c.authority.extra_posts + self.watchers.extra_funding + c.publicity.money * self.publicity
        agency = len(self.staff) - self.permanent
        spent = rules.non_post_spending(agency, self.base_posts, c.demand.prevention, c.cost)
        posts = int(self.base_posts * share - rules.displaced_posts(spent, c.cost) + 0.5)
        self.established = min(len(self.workers), max(0, posts))

    def refer(self) -> None:
        """Let the week's families arrive."""
        c = self.c.demand
        surged = c.planned_surge + self.surge - self.surge_rise + self.surge_kept - self.surge_kept_rise
        self.prevention += (c.prevention - self.prevention) * rules.approach(c.prevention_lag)
        rate = rules.referral_rate(self.base_posts, surged, self.prevention, self.recent_closures, self.quality, c)
        asked = int(self.rng.poisson(rate))
        share = rules.accepted_share(self.waiting / self.base_posts, c)
        self.counts.referrals = int(self.rng.binomial(asked, share))
        self.counts.turned_away = asked - self.counts.referrals
        self.waiting += self.counts.referrals
        self.returning = share * min(rate, rules.re_referral_rate(self.recent_closures, self.quality, c))

    def allocate(self) -> None:
        """Give waiting families to workers in proportion to their room, in whole cases and with one draw."""
        rooms = [(worker, worker.room()) for worker in self.staff]
        total = sum(room for _, room in rooms)
        given = min(self.waiting, int(total))
        if given == 0:
            return
        edge = self.random.random()
        for worker, room in rooms:
            upper = edge + room * given / total
            more = math.floor(upper) - math.floor(edge)
            worker.caseload += more
            self.waiting -= more
            edge = upper

    def share_the_work(self) -> None:
        """What all workers share this week: hours, families who wait, the climate in which errors happen."""
        c = self.c
        compliance_excess = self.compliance - c.leadership.compliance_ref
        self.improving = rules.improvement_share(self.pressure, c.workload)
        share = rules.share_for_families(
            compliance_excess, self.disruption, self.watchers.preparing, self.improving, c.workload
        )
        self.full_hours = c.workload.hours * share * (1.0 - c.lessons.capacity) * self.efficiency()
        self.duty = self.waiting / max(1, len(self.staff))
        self.climate = rules.error_climate(
            self.disruption,
            self.defences - c.lessons.defences_ref,
            self.watchers.threat - c.inspection.threat_ref,
            self.mean_blame() - c.blame.reference,
            c.practice,
        )
        if self.watchers.preparing:
            self.climate += math.log(1.0 - c.practice.visit_care)
        self.recognised_share = rules.recognised_share(compliance_excess, 0.0, c.practice)

    def efficiency(self) -> float:
        """Output of the same people under another provider: a trust is one."""
        elsewhere = 1.0 if self.watchers.trust else 0.0
        return rules.efficiency(0.0, elsewhere, 0.0, self.watchers.ability, self.c.change)

    def erode(self) -> None:
        """Remember how hard the week was; let the working standard follow the care that is given."""
        asked = sum(worker.pressure * worker.hours for worker in self.staff)
        self.pressure = asked / max(1e-9, sum(worker.hours for worker in self.staff))
        if self.staff:
            given = self.staff.agg("care", sum) / len(self.staff)
            self.standard = rules.moved_standard(self.standard, given, self.c.workload)

    def mean_blame(self) -> float:
        """Mean blame of managers."""
        return self.managers.agg("blame", sum) / len(self.managers)

    # learning

    def analyse(self) -> None:
        """Analyse reports, oldest error first, as far as the hours go."""
        c = self.c.lessons
        self.analysis_hours += c.capacity * self.c.workload.hours * len(self.staff)
        self.reports.sort(key=attrgetter("born"))
        count = min(len(self.reports), int(self.analysis_hours / c.hours_per_report))
        del self.reports[:count]
        self.counts.analysed = count
        self.analysis_hours = min(self.analysis_hours - count * c.hours_per_report, c.hours_per_report)

    def learn(self) -> None:
        """Move defences and usefulness."""
        c, ledger = self.c.lessons, self.counts
        quality = rules.analysis_quality(self.mean_blame(), c)
        taught = self.c.inspection.information if self.watchers.last_visit == self.week - 1 else 0.0
        time = self.improving * len(self.staff) / max(1, self.established)
        reviewed = self.incident_memory * rules.approach(self.c.publicity.incident_memory)
        gain = rules.learning_rate(
            ledger.analysed, reviewed, quality, ledger.confidential, self.established, time, taught, c
        )
        left = self.past_leavers[-1] if self.past_leavers else 0
        loss = rules.forgetting_rate(left / max(1, self.permanent), c)
        known = self.defences
        self.defences = rules.clip01(known + (1.0 - known) * min(1.0, gain) - min(1.0, loss) * known)
        step = rules.approach(c.answer_memory)
        self.reports_rate += (ledger.reported - self.reports_rate) * step
        self.answers_rate += (ledger.analysed - self.answers_rate) * step
        answered = (self.answers_rate + 1e-9) / (self.reports_rate + 1e-9)
        self.usefulness += (rules.usefulness_aim(quality, answered, c) - self.usefulness) / c.useful_memory

    def keep_or_break_promises(self) -> None:
        """Notice the first sanction under a hollow promise."""
        c = self.c.blame
        if c.just <= 0.0 or c.adherence >= c.betrayal:
            self.broken_promise = False
        elif self.counts.sanctions > 0:
            self.broken_promise = True

    # people

    def hire(self) -> None:
        """Fill vacant posts of the establishment; cover a share of the rest by agency."""
        c = self.c.staffing
        pull = rules.grade_effect_on_applications(self.watchers.grade, c) * math.exp(-self.disruption)
        p_hire = rules.chance(pull / c.time_to_fill)
        vacant: list[Worker] = []
        for worker in self.workers.select(lambda w: w.status != PERMANENT and w.desk < self.established):
            if self.random.random() < p_hire:
                if worker.status == AGENCY:
                    worker.vacate()
                worker.start(PERMANENT)
            else:
                vacant.append(worker)
        empty = [worker for worker in vacant if worker.status == EMPTY]
        wanted = rules.agency_recruitment_target(len(vacant), len(vacant) - len(empty), p_hire, c)
        if wanted > 0.0:
            p_cover = rules.chance(wanted / max(1, len(empty)) / c.agency_speed)
            for worker in empty:
                if self.random.random() < p_cover:
                    worker.start(AGENCY)

    # publicity, quality, cost

    def go_public(self) -> None:
        """Let attention and surges fade; let serious incidents become scandals or not."""
        c, serious = self.c.publicity, self.counts.serious
        self.publicity -= self.publicity * rules.approach(c.memory)
        faded = self.incident_memory * rules.approach(c.incident_memory)
        self.incident_memory += serious * REFERENCE_POSTS / self.base_posts - faded
        self.public_view = rules.quality_from_failures(self.publicity + self.incident_memory, c)
        self.surge -= self.surge * rules.approach(c.surge_decay)
        self.surge_rise -= self.surge_rise * rules.chance(1.0 / c.surge_decay + 1.0 / c.surge_rise)
        self.surge_kept -= self.surge_kept * rules.approach(c.surge_fade)
        self.surge_kept_rise -= self.surge_kept_rise * rules.chance(1.0 / c.surge_fade + 1.0 / c.surge_rise)
        prominent = sum(self.random.random() < c.prominent for _ in range(serious))
        if prominent > 0:
            felt = prominent * self.reference_scale
            self.publicity += felt
            if self.random.random() < c.reform:
                self.disruption += c.reform_disruption
            self.surge += felt * c.surge * (1.0 - c.surge_lasting)
            self.surge_rise += felt * c.surge * (1.0 - c.surge_lasting)
            self.surge_kept += felt * c.surge * c.surge_lasting
            self.surge_kept_rise += felt * c.surge * c.surge_lasting

    def turnover(self) -> float:
        """Leavers of the last 52 weeks over mean permanent staff of those weeks."""
        staff, weeks = sum(self.past_staff), len(self.past_staff)
        return sum(self.past_leavers) / (staff / weeks) * (YEAR / weeks) if staff else 0.0

    def take_stock(self) -> None:
        """Work out both qualities; let disruption fade."""
        c, here = self.c.quality, len(self.staff)
        self.past_leavers.append(self.counts.leavers)
        self.past_staff.append(self.permanent)
        kept = rules.continuity(self.turnover(), (here - self.permanent) / max(1, here), c)
        held = self.staff.agg("caseload", sum)
        care = sum(worker.care * worker.caseload for worker in self.staff) / held if held else self.standard
        skill = self.staff.agg("skill", sum) / max(1, here)
        self.quality = rules.true_quality(care if here else 0.0, skill, kept, self.disruption, c)
        self.visible = rules.visible_quality(
            self.quality, self.c.inspection.weight_of_records, self.compliance, self.gaming, self.watchers.preparing, c
        )
        asked = self.c.lessons.asked
        luck = self.random.gauss(0.0, 1.0)
        self.families_view = rules.quality_reported_by_families(self.quality, luck, asked, c) if asked > 0.0 else 0.0
        self.disruption -= self.disruption * rules.approach(c.disruption_decay)

    def book_cost(self) -> None:
        """Cost of the week."""
        c, teams = self.c.cost, len(self.managers)
        staff = c.worker * self.permanent + c.agency * (len(self.staff) - self.permanent) + c.manager * teams
        staff += (c.policies + self.c.demand.prevention * c.worker) * self.base_posts
        budget = c.worker * self.established + c.manager * teams
        visits = c.inspection * self.counts.inspections
        visits += self.c.takeover.monitoring_cost * self.counts.monitoring_visits
        self.cost = staff / YEAR + visits + c.takeover * budget * self.counts.takeovers
