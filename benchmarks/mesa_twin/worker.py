"""A social worker's post and whoever holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from benchmarks.mesa_twin import rules
from benchmarks.mesa_twin.records import PracticeError
from redbead.behaviour.staffing import EARLY_LEAVER_TENURE
from redbead.state import practice_errors
from redbead.state.constants import NEVER
from redbead.state.people import AGENCY, EMPTY, PERMANENT

if TYPE_CHECKING:
    from benchmarks.mesa_twin.manager import Manager
    from benchmarks.mesa_twin.service import ServiceTwin

HIDDEN = frozenset(
    (practice_errors.UNRECOGNISED, practice_errors.CONCEALED_BY_WORKER, practice_errors.SUPPRESSED_BY_MANAGER)
)


class Worker(mesa.Agent):
    """One post; `spell` counts the people who have left it.

    Errors that the organisation does not know of are in `hidden`; those that somebody has to answer in `known`.
    """

    model: ServiceTwin

    def __init__(self, model: ServiceTwin, desk: int, manager: Manager) -> None:
        super().__init__(model)
        self.desk = desk
        self.manager = manager
        self.friends: list[Worker] = []
        self.hidden: list[PracticeError] = []
        self.known: list[PracticeError] = []
        self.spell = 0
        self.clear()

    def clear(self) -> None:
        """Nobody is here."""
        self.status = EMPTY
        self.caseload = 0
        self.tenure = self.skill = 0.0
        self.hours = self.pressure = self.strain = self.care = self.pace = 0.0
        self.fear = self.burnout = self.commitment = self.willingness = self.around = 0.0
        self.last_known = self.last_sanction = self.last_withheld = NEVER
        self.dismissed = False

    def be_seated(self) -> None:
        """Whoever sits here at the start: staff, agency or nobody."""
        c, draw = self.model.c, self.random.random
        filled = rules.initial_filled_share(c.staffing)
        covered = filled + (1.0 - filled) * c.staffing.agency_cover
        u = draw()
        if self.desk >= self.model.base_posts or u >= covered:
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

    # the week's work

    def gain_experience(self) -> None:
        """One more week of practice."""
        self.tenure += 1.0
        if self.status == PERMANENT:
            self.skill += (1.0 - self.skill) * self.model.rates.learning

    def room(self) -> float:
        """Cases she could still be given."""
        c = self.model.c
        able = 1.0 - c.caseload.by_skill * (1.0 - c.workload.novice_output) * (1.0 - self.skill)
        return rules.spare_capacity(c.caseload.ceiling, able, self.caseload)

    def work(self) -> None:
        """Her week: work, close cases, make errors, come to see older ones, and tell of them or not."""
        model = self.model
        c = model.c.workload
        self.hours = model.full_hours * rules.output(self.skill, 1.0 if self.status == AGENCY else 0.0, c)
        needed = c.hours_per_case * model.standard * (self.caseload + model.duty)
        self.pressure = needed / max(1e-9, self.hours)
        self.strain = rules.log_pressure(self.pressure)
        short = rules.shortfall(self.strain, c)
        self.care = rules.care(short, model.standard, c) if short < 0.0 else model.standard
        self.pace = rules.pace(short, c) if short < 0.0 else 1.0
        self.close_cases()
        self.weigh_reporting()
        self.recognise_later()
        self.make_errors()

    def close_cases(self) -> None:
        """Close each case with the chance that her pace gives."""
        if self.caseload > 0:
            closed = int(self.model.rng.binomial(self.caseload, min(1.0, self.pace / self.model.c.demand.duration)))
            self.caseload -= closed
            self.model.counts.closures += closed

    def make_errors(self) -> None:
        """Make the week's errors; she sees some of them at once."""
        model = self.model
        c = model.c.practice
        rate = rules.error_rate(
            self.care,
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
            if self.random.random() >= model.recognised_share or not self.tells(error):
                self.hidden.append(error)

    def recognise_later(self) -> None:
        """See some of the older errors of this post for what they were."""
        told = False
        for error in self.hidden:
            if error.state == practice_errors.UNRECOGNISED and self.random.random() < self.model.rates.recognised_later:
                told |= self.tells(error)
        if told:
            self.hidden = [error for error in self.hidden if error.state != practice_errors.RAISED_WITH_MANAGER]

    # telling

    def weigh_reporting(self) -> None:
        """Her willingness to tell of an ordinary error."""
        self.willingness = self.willingness_for(1)

    def willingness_for(self, severity: int) -> float:
        """Her willingness to tell of an error of this severity."""
        model = self.model
        return rules.willingness_to_report(
            self.fear, model.usefulness, self.strain, self.manager.norm, severity, model.c.reporting
        )

    def tells(self, error: PracticeError) -> bool:
        """Decide whether to tell the manager of an error that she has just recognised; True where she does."""
        model = self.model
        model.counts.recognised += 1
        self.manager.recognised += 1
        willing = self.willingness if error.severity == 1 else self.willingness_for(error.severity)
        if self.random.random() < willing:
            self.manager.told += 1
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

    def face_answers(self) -> None:
        """Let the manager answer whatever of hers has become known."""
        if self.known:
            for error in self.known:
                self.manager.answer(error)
            self.known = []

    # fear and burnout

    def look_around(self) -> None:
        """The mean fear around her: her team's, and that of the people she knows elsewhere."""
        weight = self.model.c.fear.ties
        team = self.manager.team_fear
        seen = [friend.fear for friend in self.friends if friend.status != EMPTY]
        self.around = (1.0 - weight) * team + weight * (sum(seen) / len(seen) if seen else team)

    def feel(self) -> None:
        """Move fear towards where the service pushes it, and let the week's sanctions frighten her."""
        model = self.model
        c = model.c.fear
        aim = rules.fear_aim(
            self.manager.blame * model.rates.believed, model.watchers.threat, self.around - self.fear,
            model.disruption, model.publicity, model.rates.fear_added, c,
        )  # fmt: skip
        self.fear = rules.moved_fear(self.fear, aim, model.rates.fear_up, model.rates.fear_down)
        everyone = model.counts.sanctions
        if everyone:
            mine = 1 if self.last_sanction == model.week else 0
            team = self.manager.sanctions
            kick = c.kick_self * mine + c.kick_team * (team - mine)
            self.fear = rules.clip01(self.fear + kick + c.kick_others * model.reference_scale * (everyone - team))

    def tire(self) -> None:
        """Move burnout towards where load, fear, support and team push it."""
        model = self.model
        c = model.c.burnout
        from_above = model.leader.for_staff - c.leader_ref
        given = rules.support(self.manager.own_support, self.manager.blame - model.c.blame.reference, from_above, c)
        caught = self.manager.team_burnout - self.burnout
        aim = rules.burnout_aim(self.strain, self.fear, given, caught, model.disruption, c)
        self.burnout += (aim - self.burnout) * model.rates.burnout

    # leaving and coming

    def stay_or_leave(self) -> None:
        """Leave, by her own chance, as agency staff do, or dismissed; but first, tire."""
        self.tire()
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
            model.counts.early_leavers += self.status == PERMANENT and self.tenure < EARLY_LEAVER_TENURE
            self.vacate()

    def vacate(self) -> None:
        """Empty the post; its families wait for another worker."""
        self.model.waiting += self.caseload
        self.spell += 1
        self.clear()

    def start(self, status: int) -> None:
        """A newcomer: newly qualified, experienced or agency; she takes on the mood of the team."""
        c = self.model.c.staffing
        self.status = status
        if status == AGENCY:
            self.skill = c.agency_skill
        elif self.random.random() >= c.newly_qualified:
            self.skill = rules.skill(self.random.expovariate(1.0 / (c.experienced_years * 52.0)), c)
        self.fear = 0.5 * (c.fear_ref + self.manager.team_fear)
        self.burnout = 0.5 * c.burnout_ref
        self.commitment = self.random.gauss(0.0, 1.0)

    # what becomes of errors

    def settle_fates(self) -> None:
        """Harm, discovery, expiry or quiet repair of the hidden errors of this post."""
        rates = self.model.rates
        settled = False
        for error in self.hidden:
            if error.state == practice_errors.CONCEALED_BY_WORKER and error.spell != self.spell:
                error.state = practice_errors.UNRECOGNISED  # she left and took her knowledge along
            known = error.state != practice_errors.UNRECOGNISED
            if self.random.random() < (rates.fate_known if known else rates.fate_unseen):
                self.settle(error, self.random.random() * (rates.hazard_known if known else rates.hazard_unseen))
                settled = True
        if settled:
            self.hidden = [error for error in self.hidden if error.state in HIDDEN]

    def settle(self, error: PracticeError, mark: float) -> None:
        """Give the error the fate that `mark` points at on the line of hazards."""
        c, ledger = self.model.c.aftermath, self.model.counts
        found = c.found + self.model.rates.extra_found
        if mark < c.harm:
            error.state = practice_errors.HARMED
            ledger.harmed += 1
            ledger.serious += self.random.random() < c.grave
            self.known.append(error)
        elif mark < c.harm + found:
            error.state = practice_errors.DISCOVERED
            ledger.discovered += 1
            self.known.append(error)
        elif mark < c.harm + found + c.expires:
            error.state = practice_errors.EXPIRED
            ledger.expired += 1
        else:
            error.state = practice_errors.REPAIRED
            ledger.repaired += 1
