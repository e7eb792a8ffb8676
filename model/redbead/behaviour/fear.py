"""Fear: kicked up by sanctions, fed from above, caught from others; quick to rise, slow to fall (E25)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Oversight, Service, WeeklyCounts
from redbead.state.constants import REFERENCE_POSTS
from redbead.state.maths import approach, clip01, spread_over
from redbead.state.people import EMPTY, Leaders, Managers, Workers
from redbead.state.world import Network, WeekContext


class Fear(NamedTuple):
    """Where fear comes from, and how fast it moves."""

    floor: Annotated[float, Param("0-1", 0, 0.5, "fear of workers without any cause in the service")] = 0.10
    blame: Annotated[
        float,
        Param(
            "0-1/unit",
            0,
            0.8,
            "fear from the manager's blame (0 cuts the loop)",
            "assumed",
            "leader relations r > 0.40 with psychological safety: Frazier et al. 2017",
        ),
    ] = 0.55
    threat: Annotated[float, Param("0-1/unit", 0, 0.8, "fear from the threat of a judgement (0 cuts the loop)")] = 0.15
    around: Annotated[float, Param("0-1/unit", 0, 0.8, "fear caught from the people around (0 cuts contagion)")] = 0.3
    ties: Annotated[float, Param("share", 0, 1, "weight of informal ties against the team in what is caught")] = 0.25
    disruption: Annotated[float, Param("0-1/unit", 0, 0.8, "fear from disruption (0 cuts the loop)")] = 0.2
    publicity: Annotated[float, Param("0-1/unit", 0, 0.8, "fear from public attention (0 cuts the loop)")] = 0.2
    rhetoric: Annotated[float, Param("0-1", 0, 0.5, "fear from what leaders and politicians say")] = 0.0
    accusation: Annotated[float, Param("0-1", 0, 0.5, "fear of being accused by colleagues")] = 0.0
    kick_self: Annotated[float, Param("0-1", 0, 0.5, "jump of fear in a worker who is sanctioned")] = 0.15
    kick_team: Annotated[float, Param("0-1", 0, 0.2, "jump of fear in her team")] = 0.03
    kick_others: Annotated[float, Param("0-1", 0, 0.05, "jump of fear in everybody else")] = 0.002
    rise: Annotated[float, Param("weeks", 1, 26, "time in which fear rises")] = 4.0
    fall: Annotated[
        float, Param("weeks", 26, 156, "time in which fear falls", "assumed", "fear moves faster than trust")
    ] = 52.0
    belief: Annotated[
        float, Param("share", 0, 1, "how far staff believe an announced just culture before they have seen it kept")
    ] = 0.5
    broken_promise: Annotated[
        float, Param("0-1", 0, 0.5, "fear added once an announced just culture has been broken")
    ] = 0.1
    manager_floor: Annotated[float, Param("0-1", 0, 0.5, "fear of managers without any cause in the service")] = 0.15
    manager_leader: Annotated[
        float, Param("0-1/unit", 0, 1, "fear that managers take over from a fearful leader (0 cuts the cascade)")
    ] = 0.5
    manager_threat: Annotated[
        float, Param("0-1/unit", 0, 0.8, "fear of managers from the threat of a judgement (0 cuts the loop)")
    ] = 0.2
    manager_accused: Annotated[
        float, Param("0-1", 0, 0.5, "fear of managers who are themselves punished for blaming (0 cuts the cascade)")
    ] = 0.0
    leader_floor: Annotated[float, Param("0-1", 0, 0.5, "fear of the leader without any cause")] = 0.15
    leader_threat: Annotated[
        float, Param("0-1/unit", 0, 2, "fear of the leader from the threat of a judgement (0 cuts the cascade)")
    ] = 1.0
    protection: Annotated[float, Param("share", 0, 1, "how far leaders are shielded from threat and publicity")] = 0.0
    reference: Annotated[float, Param("0-1", 0, 1, "reference fear of workers and managers")] = 0.5


@rule
def fear_target(
    blame: float, threat: float, caught: float, disruption: float, publicity: float, added: float, c: Fear
) -> float:
    """Where a worker's fear tends to (E25). [0-1]

    `caught` is the mean fear around her less her own [0-1]; `added` is fear from words and broken promises [0-1].

    >>> round(fear_target(0.6, 0.35, 0.0, 0.0, 0.0, 0.0, Fear()), 4)
    0.4825
    """
    aim = c.floor + c.blame * blame + c.threat * threat + c.around * caught
    return clip01(aim + c.disruption * disruption + c.publicity * publicity + added)


@rule
def manager_fear_target(leader_fear: float, threat: float, disruption: float, publicity: float, c: Fear) -> float:
    """Where a manager's fear tends to: part of the leader's fear, and the threat itself. [0-1]

    >>> round(manager_fear_target(0.5, 0.35, 0.0, 0.0, Fear()), 3)
    0.47
    """
    aim = c.manager_floor + c.manager_accused + c.manager_leader * leader_fear + c.manager_threat * threat
    return clip01(aim + c.disruption * disruption + c.publicity * publicity)


@rule
def leader_fear_target(threat: float, publicity: float, c: Fear) -> float:
    """Where the leader's fear tends to; protection shields from threat and publicity (E37). [0-1]

    >>> leader_fear_target(0.35, 0.0, Fear())
    0.5
    """
    return clip01(c.leader_floor + (c.leader_threat * threat + c.publicity * publicity) * (1.0 - c.protection))


@rule
def step_fear(fear: float, aim: float, rise: float, fall: float) -> float:
    """Fear after a week on its way to `aim`; `rise` and `fall` are shares of the gap closed in a week. [0-1]

    >>> step_fear(0.2, 0.6, 0.5, 0.1), round(step_fear(0.6, 0.2, 0.5, 0.1), 2)
    (0.4, 0.56)
    """
    gap = aim - fear
    return fear + gap * (rise if gap > 0.0 else fall)


@kernel
def aggregate_teams(workers: Workers, managers: Managers, now: WeekContext) -> None:
    """What each team is like this week: staff, mean fear, mean burnout."""
    for t in range(now.first_team, now.end_team):
        managers.staff[t] = 0
        managers.team_fear[t] = 0.0
        managers.team_burnout[t] = 0.0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            t = workers.team[w]
            managers.staff[t] += 1
            managers.team_fear[t] += workers.fear[w]
            managers.team_burnout[t] += workers.burnout[w]
    for t in range(now.first_team, now.end_team):
        people = max(1, managers.staff[t])
        managers.team_fear[t] /= people
        managers.team_burnout[t] /= people


@kernel
def apply_sanction_shocks(
    workers: Workers, managers: Managers, counts: WeeklyCounts, base_posts: int, c: Fear, now: WeekContext
) -> None:
    """Let sanctions frighten the sanctioned, their team and everybody else."""
    everyone = counts.sanctions[now.authority]
    if everyone == 0:
        return
    others = c.kick_others * spread_over(
        REFERENCE_POSTS, float(base_posts)
    )  # news of one sanction spreads thinner in a larger place
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            mine = 1 if workers.last_sanction[w] == now.week else 0
            team = managers.sanctions[workers.team[w]]
            kick = c.kick_self * mine + c.kick_team * (team - mine) + others * (everyone - team)
            workers.fear[w] = clip01(workers.fear[w] + kick)


@kernel
def perceive_peer_fear(workers: Workers, managers: Managers, network: Network, c: Fear, now: WeekContext) -> None:
    """The mean fear that each worker sees: her team's, and that of the people she knows elsewhere."""
    for w in range(now.first_post, now.end_post):
        seen = 0.0
        people = 0
        for k in range(network.first[w], network.first[w + 1]):
            other = network.friend[k]
            if workers.status[other] != EMPTY:
                seen += workers.fear[other]
                people += 1
        team = managers.team_fear[workers.team[w]]
        ties = seen / people if people > 0 else team
        workers.peer_fear[w] = (1.0 - c.ties) * team + c.ties * ties


@kernel
def update_fear(
    workers: Workers, managers: Managers, service: Service, oversight: Oversight, just: float, c: Fear, now: WeekContext
) -> None:
    """Move every worker's fear towards its aim. `just` is how far a just culture has been announced [0-1].

    Where the leader who announced it has gone, less of the announcement is believed.
    """
    a = now.authority
    broken = service.broken_promise[a] == 1
    believed = 1.0 if broken else 1.0 - c.belief * just * service.embedded[a]
    added = c.rhetoric + c.accusation + (c.broken_promise if broken else 0.0)
    up = approach(c.rise)
    down = approach(c.fall)
    for w in range(now.first_post, now.end_post):
        if workers.status[w] == EMPTY:
            continue
        fear = workers.fear[w]
        aim = fear_target(
            managers.blame[workers.team[w]] * believed, oversight.threat[a], workers.peer_fear[w] - fear,
            service.disruption[a], service.publicity[a], added, c,
        )  # fmt: skip
        workers.fear[w] = step_fear(fear, aim, up, down)


@kernel
def update_manager_fear(
    managers: Managers, leaders: Leaders, service: Service, oversight: Oversight, c: Fear, now: WeekContext
) -> None:
    """Move the fear of managers and of the leader: the cascade from above (E26, E37)."""
    a = now.authority
    up = approach(c.rise)
    down = approach(c.fall)
    aim = manager_fear_target(leaders.fear[a], oversight.threat[a], service.disruption[a], service.publicity[a], c)
    for t in range(now.first_team, now.end_team):
        managers.fear[t] = step_fear(managers.fear[t], aim, up, down)
    aim = leader_fear_target(oversight.threat[a], service.publicity[a], c)
    leaders.fear[a] = step_fear(leaders.fear[a], aim, up, down)
