"""Those who watch: a visit, a grade, its consequences, monitoring, a takeover, in this order."""

from __future__ import annotations

from redbead.behaviour.leadership import appoint, leader_goes
from redbead.jit import kernel
from redbead.oversight.consequences import give_back, hand_back, shock, start_clock, take_over
from redbead.oversight.inspection import inspect, monitor, publish
from redbead.parameters import Coefficients
from redbead.state.world import Now, World


@kernel
def oversee(world: World, c: Coefficients, now: Now) -> None:
    """Let inspectors and government act on the authority."""
    managers, leaders, learning = world.managers, world.leaders, world.learning
    service, oversight, ledger, diary = world.service, world.oversight, world.ledger, world.diary
    a = now.authority
    candour = c.leadership.candour_credit
    inspect(oversight, service, ledger, diary, c.inspection, candour, now)
    fall = publish(oversight, service, ledger, diary, c.inspection, now)
    if oversight.inadequate_at[a] == now.week:
        start_clock(oversight, c.takeover.clock_weeks, c.inspection.monitoring_weeks, now)
    hand_back(oversight, now)
    if fall > 0.0 and shock(service, c.consequences, fall, now):
        leader_goes(leaders, service, ledger, diary, c.leadership, now)
    monitor(oversight, service, ledger, int(c.takeover.monitoring_cases), candour, c.inspection, now)
    failing = oversight.monitored[a] >= c.inspection.limit_inadequate
    give_back(oversight, c.takeover.donor_weeks, now)
    before = ledger.takeovers[a]
    replaced = take_over(oversight, service, managers, ledger, diary, failing, c.takeover, now)
    if ledger.takeovers[a] > before:
        learning.defences[a] += (1.0 - learning.defences[a]) * c.takeover.lessons
    if replaced:
        leader_goes(leaders, service, ledger, diary, c.leadership, now)
        appoint(leaders, c.leadership, now)
