"""Those who watch: a visit, a grade, its consequences, a takeover, in this order."""

from __future__ import annotations

from redbead.behaviour.leadership import appoint, leader_goes
from redbead.jit import kernel
from redbead.oversight.consequences import shock, take_over
from redbead.oversight.inspection import inspect, poor_share, publish
from redbead.parameters import Coefficients
from redbead.state.world import Now, World


@kernel
def oversee(world: World, c: Coefficients, now: Now) -> None:
    """Let inspectors and government act on the authority."""
    place, workers, managers, leaders, errors, network, cases, learning, service, oversight, ledger, diary = world
    a = now.authority
    inspect(oversight, service, ledger, diary, c.inspection, c.leadership.candour_credit, now)
    newly_inadequate = publish(oversight, service, diary, now)
    if newly_inadequate and shock(oversight, service, c.consequences, c.takeover.clock_weeks, now):
        leader_goes(leaders, ledger, diary, c.leadership.interim, now)
    expected = poor_share(service.visible[a], 0.0, 0.0, c.inspection.odds_of_poor, 0.0, c.inspection)
    failing = expected >= c.inspection.limit_inadequate
    before = ledger.takeovers[a]
    replaced = take_over(oversight, service, managers, ledger, diary, failing, c.takeover, now)
    if ledger.takeovers[a] > before:
        learning.defences[a] += (1.0 - learning.defences[a]) * c.takeover.lessons
    if replaced:
        leader_goes(leaders, ledger, diary, c.leadership.interim, now)
        appoint(leaders, c.leadership, now)
