"""Those who watch: a visit, a grade, its consequences, a takeover, in this order."""

from __future__ import annotations

from redbead import dice
from redbead.behaviour.leadership import appoint, leader_goes
from redbead.jit import kernel
from redbead.oversight.consequences import shock, take_over
from redbead.oversight.inspection import inspect, look_at_cases, publish
from redbead.parameters import Coefficients
from redbead.state.world import Now, World


@kernel
def oversee(world: World, c: Coefficients, now: Now) -> None:
    """Let inspectors and government act on the authority."""
    managers, leaders, learning = world.managers, world.leaders, world.learning
    service, oversight, ledger, diary = world.service, world.oversight, world.ledger, world.diary
    a = now.authority
    inspect(oversight, service, ledger, diary, c.inspection, c.leadership.candour_credit, now)
    newly_inadequate = publish(oversight, service, diary, c.inspection, now)
    if newly_inadequate and shock(oversight, service, c.consequences, c.takeover.clock_weeks, now):
        leader_goes(leaders, service, ledger, diary, c.leadership, now)
    failing = False
    if now.week == oversight.test_at[a]:  # the test rests on a monitoring visit, and so on another draw of cases
        cases_seen = int(c.takeover.monitoring_cases)
        candour = c.leadership.candour_credit
        share = look_at_cases(oversight, service, dice.MONITORING, cases_seen, candour, c.inspection, now)
        failing = share >= c.inspection.limit_inadequate
    before = ledger.takeovers[a]
    replaced = take_over(oversight, service, managers, ledger, diary, failing, c.takeover, now)
    if ledger.takeovers[a] > before:
        learning.defences[a] += (1.0 - learning.defences[a]) * c.takeover.lessons
    if replaced:
        leader_goes(leaders, service, ledger, diary, c.leadership, now)
        appoint(leaders, c.leadership, now)
