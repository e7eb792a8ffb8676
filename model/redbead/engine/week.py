"""The week: the one statement of the order in which things happen.

The same functions are compiled whole, inside the kernel of a run, and run as written from Python, calling one compiled
phase after the other, when somebody's own agents take part. `ask` is None in the first case (the compiler drops those
lines) and an :class:`~redbead.engine.people.Asked` in the second: it lets agents with rules of their own answer for
themselves.
"""

from __future__ import annotations

from typing import Any

from redbead.behaviour.aftermath import fates, sweep, take_along
from redbead.behaviour.blame import move_blame
from redbead.behaviour.burnout import move_burnout
from redbead.behaviour.caseload import allocate, close_cases
from redbead.behaviour.fear import feel_kicks, look_around, move_fear, move_fear_above, see_teams
from redbead.behaviour.leadership import follow_the_leader, leader_moves_on, weigh_attention
from redbead.behaviour.learning import analyse, learn, try_out
from redbead.behaviour.practice import make_errors, recognise_later, weather
from redbead.behaviour.reporting import decide_reports, move_norms, weigh_reporting
from redbead.behaviour.response import respond, weigh_response
from redbead.behaviour.staffing import gain_experience, managers_move_on, people_come, people_leave, weigh_leaving
from redbead.behaviour.workload import erode, work
from redbead.dynamics.change import change_structures
from redbead.dynamics.demand import refer, remember_closures
from redbead.dynamics.money import book_cost, establish
from redbead.dynamics.quality import take_stock
from redbead.engine.oversee import oversee
from redbead.jit import kernel, sequence
from redbead.measures.culture import CULTURE, record_culture
from redbead.measures.ledgers import LEDGERS, record_ledgers
from redbead.measures.published import record_published
from redbead.measures.service import SERVICE, record_service
from redbead.measures.staff import STAFF, record_staff
from redbead.oversight.consequences import book_watching
from redbead.oversight.inspection import feel_threat, stakes_in_force
from redbead.oversight.publicity import go_public
from redbead.parameters import Coefficients
from redbead.state.types import Reals
from redbead.state.world import Now, World, open_ledger

_STAFF = len(STAFF)
_CULTURE = _STAFF + len(CULTURE)
_LEDGERS = _CULTURE + len(LEDGERS)
_SERVICE = _LEDGERS + len(SERVICE)


@sequence
def week(world: World, c: Coefficients, now: Now, ask: Any) -> None:  # noqa: ANN401 - None or Asked, see above
    """One week of one authority, in order."""
    go_to_work(world, c, now)
    tell_or_hide(world, c, now, ask)
    learn_and_fear(world, c, now)
    come_and_go(world, c, now, ask)
    face_the_world(world, c, now, ask)


@sequence
def go_to_work(world: World, c: Coefficients, now: Now) -> None:
    """Monday: a new page, the budget, the threat in the air. Referrals arrive and are allocated; the work is done."""
    workers, cases, service, oversight, ledger = (
        world.workers,
        world.cases,
        world.service,
        world.oversight,
        world.ledger,
    )
    base_posts = world.place.base_posts[now.authority]
    open_ledger(ledger, now)
    establish(
        workers, cases, service, oversight, base_posts,
        c.authority.extra_posts, c.publicity.money, c.demand.prevention, c.cost, now,
    )  # fmt: skip
    change_structures(service, oversight, c.change, now)
    feel_threat(oversight, c.inspection, now)
    refer(cases, service, ledger, base_posts, c.demand, now)
    gain_experience(workers, c.staffing, now)
    allocate(workers, cases, c.workload.novice_output, c.caseload, now)
    gained = (c.change.unit_hours + c.change.unit_attendance) * service.unit[now.authority]
    work(workers, cases, service, oversight, c.leadership.compliance_ref, c.lessons.capacity, gained, c.workload, now)
    close_cases(workers, ledger, c.demand.duration, now)
    erode(workers, service, c.workload, now)


@sequence
def tell_or_hide(world: World, c: Coefficients, now: Now, ask: Any) -> None:  # noqa: ANN401 - None or Asked
    """Errors happen and are recognised; they are told or not; managers answer, and pass them up or not."""
    workers, managers, learning, errors = world.workers, world.managers, world.learning, world.errors
    ledger, diary = world.ledger, world.diary
    more_eyes = c.change.unit_eyes * world.service.unit[now.authority]
    climate, seen = weather(
        managers, learning, world.service, world.oversight, c.lessons.defences_ref, c.inspection.threat_ref,
        c.blame.reference, c.leadership.compliance_ref, more_eyes, c.practice, now,
    )  # fmt: skip
    make_errors(
        workers, managers, world.cases, errors, ledger, diary, climate, seen, c.staffing.skill_ref,
        c.response.second_strike, c.response.strike_window, c.practice, now,
    )  # fmt: skip
    recognise_later(workers, errors, ledger, diary, c.practice, now)
    weigh_reporting(workers, managers, learning, errors, c.reporting, now)
    if ask is not None:
        ask.willingness_to_report()
    decide_reports(workers, managers, learning, errors, ledger, diary, c.reporting, now)
    weigh_response(managers, learning, c.response, now)
    if ask is not None:
        ask.responds_with_blame()
        ask.passes_up()
    respond(workers, managers, errors, ledger, diary, c.response, now)


@sequence
def learn_and_fear(world: World, c: Coefficients, now: Now) -> None:
    """Analysis and lessons; fear, blame and norms move, also through the network; burnout follows."""
    workers, managers, leaders = world.workers, world.managers, world.leaders
    learning, service, oversight, ledger = world.learning, world.service, world.oversight, world.ledger
    analyse(workers, world.errors, learning, ledger, world.diary, c.workload.hours, c.lessons, now)
    learn(
        workers, managers, learning, service, oversight, ledger, world.cases.established[now.authority],
        c.inspection.information, c.publicity.incident_memory, c.lessons, now,
    )  # fmt: skip
    try_out(managers, c.lessons, now)
    see_teams(workers, managers, now)
    look_around(workers, managers, world.network, c.fear, now)
    move_fear(workers, managers, service, oversight, c.blame.just, c.fear, now)
    feel_kicks(workers, managers, ledger, world.place.base_posts[now.authority], c.fear, now)
    move_fear_above(managers, leaders, service, oversight, c.fear, now)
    move_blame(managers, service, ledger, c.blame, now)
    move_norms(managers, c.reporting, now)
    move_burnout(workers, managers, leaders, service, c.blame.reference, c.burnout, now)


@sequence
def come_and_go(world: World, c: Coefficients, now: Now, ask: Any) -> None:  # noqa: ANN401 - None or Asked
    """People leave, posts are filled; whoever leaves takes along what she knows."""
    workers, managers, cases, service = world.workers, world.managers, world.cases, world.service
    ledger, diary = world.ledger, world.diary
    weigh_leaving(workers, service, c.staffing, now)
    if ask is not None:
        ask.chance_of_leaving()
    people_leave(workers, cases, ledger, diary, c.staffing, now)
    people_come(workers, managers, cases, service, world.oversight, ledger, diary, c.staffing, now)
    managers_move_on(managers, ledger, diary, c.blame.own, c.blame.spread, c.staffing, now)
    take_along(workers, world.errors, ledger, now)


@sequence
def face_the_world(world: World, c: Coefficients, now: Now, ask: Any) -> None:  # noqa: ANN401 - None or Asked
    """Harm and publicity; the director; stocks; inspection, grade, consequences, takeover; the bill."""
    workers, errors, leaders, cases = world.workers, world.errors, world.leaders, world.cases
    service, oversight, ledger, diary = world.service, world.oversight, world.ledger, world.diary
    fates(workers, errors, ledger, diary, oversight.preparing[now.authority] * c.inspection.discovery, c.aftermath, now)
    sweep(errors, now)
    go_public(cases, service, ledger, diary, world.place.base_posts[now.authority], c.publicity, now)
    leader_moves_on(leaders, service, oversight, ledger, diary, c.leadership, now)
    weigh_attention(leaders, oversight, stakes_in_force(c.inspection), c.leadership, now)
    if ask is not None:
        ask.attention()
    follow_the_leader(leaders, service, stakes_in_force(c.inspection), c.change.debate_distraction, c.leadership, now)
    take_stock(
        workers, service, oversight, ledger, c.inspection.weight_of_records, c.lessons.asked,
        c.change.unit_continuity, c.change.unit_misfit, c.quality, now,
    )  # fmt: skip
    oversee(world, c, now)
    remember_closures(cases, ledger, c.demand, now)
    base_posts = world.place.base_posts[now.authority]
    book_cost(workers, service, ledger, cases, base_posts, c.demand.prevention, c.cost, now)
    book_watching(workers, service, oversight, ledger, c.cost.worker, c.takeover, now)


@kernel
def record(world: World, row: Reals, now: Now) -> None:
    """Write the week's measures, group by group, into one row of the table."""
    workers, errors, cases, ledger = world.workers, world.errors, world.cases, world.ledger
    service, oversight = world.service, world.oversight
    record_staff(workers, cases, service, ledger, row[:_STAFF], now)
    record_culture(
        workers, world.managers, world.leaders, world.learning, service, oversight, ledger, row[_STAFF:_CULTURE], now
    )
    record_ledgers(errors, ledger, row[_CULTURE:_LEDGERS], now)
    record_service(service, oversight, ledger, row[_LEDGERS:_SERVICE], now)
    record_published(world.leaders, cases, ledger, row[_SERVICE:], now)
