"""Initial state of a run: tables are allocated once per scenario and filled for each seed.

The initial state is near the steady state of the baseline, so a short warm-up is sufficient.
"""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_type_hints

import numpy as np

from redbead import rng
from redbead.behaviour.conduct import KINDS
from redbead.behaviour.discovery import CHANNELS
from redbead.behaviour.error_outcomes import first_chance_of_detection
from redbead.behaviour.leadership import appoint_director
from redbead.behaviour.manager_response import chance_of_sanction, responds_with_blame, sanction_ratio
from redbead.behaviour.staffing import initial_filled_share, initial_tenure, skill
from redbead.jit import kernel
from redbead.parameters import Authority, Coefficients
from redbead.state.authority import Cases, Learning, Oversight, Service, WeeklyCounts
from redbead.state.constants import NEVER, YEAR, Small, Tiny, Whole
from redbead.state.maths import clip01
from redbead.state.people import AGENCY, EMPTY, PERMANENT, Leaders, Managers, Workers
from redbead.state.practice_errors import DISCLOSURES, MOST_ERRORS, RESPONSES, Errors
from redbead.state.world import EVENT_COLUMNS, Blocks, EventLog, Network, WeekContext, World

if TYPE_CHECKING:
    import networkx as nx

GRAPH_SEED = 20151214
"""Seed of the network of informal ties, which is the same in all runs of all policies."""


def team_count(size: Authority) -> int:
    """Number of teams; the last team may be smaller than the others. [teams]"""
    return -(-int(size.posts) // int(size.team_size))


def small_world(nodes: int, neighbours: int, rewired: float, seed: int) -> list[dict[int, None]]:
    """Random network of Watts and Strogatz (1998): a ring in which a share of the ties is rewired.

    It draws the same numbers as ``networkx.watts_strogatz_graph`` and returns the same network. Importing networkx
    would take a tenth of the time until the first simulated week.

    Parameters
    ----------
    nodes : int
        Number of nodes.
    neighbours : int
        Ties of each node in the ring: an even number below ``nodes``.
    rewired : float
        Probability that a tie of the ring is rewired. [probability]
    seed : int
        Seed of the random numbers.

    Returns
    -------
    list of dict
        For each node its neighbours as keys, in the order in which they were added.

    Examples
    --------
    >>> [list(row) for row in small_world(4, 2, 0.0, seed=1)]
    [[1, 3], [0, 2], [1, 3], [2, 0]]
    """
    draws, everyone = random.Random(seed), range(nodes)
    ring = [(u, (u + step) % nodes) for step in range(1, neighbours // 2 + 1) for u in everyone]
    ties: list[dict[int, None]] = [{} for _ in everyone]
    for u, v in ring:
        ties[u][v] = ties[v][u] = None
    for u, v in ring:
        if draws.random() >= rewired:
            continue
        other = draws.choice(everyone)
        while other == u or other in ties[u]:
            other = draws.choice(everyone)
            if len(ties[u]) == nodes - 1:  # tied with everyone
                break
        else:
            del ties[u][v], ties[v][u]
            ties[u][other] = ties[other][u] = None
    return ties


@functools.lru_cache(maxsize=32)
def informal_ties(size: Authority) -> list[dict[int, None]]:
    """Informal ties of an authority: for each post the posts with which it is tied, as keys."""
    posts = int(size.posts)
    ties = min(int(size.friends), posts - 1) // 2 * 2
    return small_world(posts, max(0, ties), size.rewired, GRAPH_SEED)


@functools.lru_cache(maxsize=32)
def organisation(size: Authority) -> nx.Graph[tuple[str, int]]:
    """Organisation chart and informal network of an authority.

    Parameters
    ----------
    size : Authority
        Size and shape of the authority.

    Returns
    -------
    networkx.Graph
        Nodes ``("worker", post)``, ``("manager", team)`` and ``("leader", 0)``; edges of kind "leads", "supervises"
        and "tie".
    """
    import networkx as nx

    graph: nx.Graph[tuple[str, int]] = nx.Graph()
    posts, per_team = int(size.posts), int(size.team_size)
    graph.add_edges_from(((("leader", 0), ("manager", t)) for t in range(team_count(size))), kind="leads")
    graph.add_edges_from(((("manager", w // per_team), ("worker", w)) for w in range(posts)), kind="supervises")
    ties = ((i, j) for i, row in enumerate(informal_ties(size)) for j in row)
    graph.add_edges_from(((("worker", i), ("worker", j)) for i, j in ties), kind="tie")
    return graph


def ties_as_arrays(size: Authority, rows: int) -> Network:
    """Return the informal ties as compressed rows; posts beyond the establishment have no ties."""
    friends = [sorted(row) for row in informal_ties(size)[:rows]]
    friends += [[]] * (rows - len(friends))
    first = np.zeros(rows + 1, dtype=np.int64)
    first[1:] = np.cumsum([len(row) for row in friends])
    return Network(first, np.fromiter(chain.from_iterable(friends), dtype=np.int64))


T = TypeVar("T")

ERROR_ROWS = MOST_ERRORS + 5
"""Rows of the error table per post: about four live errors, and free rows for the worst week."""
_KINDS: Final[dict[Any, Any]] = {Whole: np.int64, Small: np.int32, Tiny: np.int8}


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - any table
    """Return the types of the columns of a table. They are cached because reading them is slow."""
    return get_type_hints(kind)


def _table(kind: Callable[..., T], rows: int, **wide: int) -> T:
    """Return an empty table; ``wide`` gives the length of the second axis of some columns."""
    kinds = _hints(kind)
    return kind(*(
        np.zeros((rows, wide[name]) if name in wide else rows, dtype=_KINDS.get(kinds[name], np.float64))
        for name in kinds
    ))  # fmt: skip


def allocate_tables(size: Authority, rows: int) -> World:
    """Allocate the tables of one authority.

    Parameters
    ----------
    size : Authority
        Size and shape of the authority.
    rows : int
        Rows of the table of workers, including posts that may be funded later. [posts]

    Returns
    -------
    World
        Tables with zeros in all columns, except for blocks, teams and informal ties.
    """
    teams = team_count(size)
    blocks = Blocks(
        np.array([0, rows], dtype=np.int64), np.array([0, teams], dtype=np.int64),
        np.array([int(size.posts)], dtype=np.int64),
    )  # fmt: skip
    workers = _table(Workers, rows, willingness=3, perceived_sanction=KINDS, peer_action=3, peer_candour=3)
    posts = np.arange(rows)
    workers.team[:] = np.where(posts < size.posts, posts // int(size.team_size), (posts - int(size.posts)) % teams)
    errors = _table(Errors, rows * ERROR_ROWS)._replace(live=np.zeros(1, dtype=np.int64))
    managers = _table(
        Managers, teams, escalation_chance=3, sanction_ratio=RESPONSES, judged=KINDS, sanctioned=KINDS,
        observed=KINDS + 1, moved=KINDS + 1,
    )  # fmt: skip
    service = _table(Service, 1, leavers_ring=YEAR, staff_ring=YEAR, by_channel=CHANNELS)
    event_log = EventLog(np.zeros(1, dtype=np.int64), np.zeros((0, 8), dtype=np.int64))
    return World(
        blocks, workers, managers, _table(Leaders, 1), errors, ties_as_arrays(size, rows), _table(Cases, 1),
        _table(Learning, 1), service, _table(Oversight, 1), _table(WeeklyCounts, 1), event_log,
    )  # fmt: skip


def copy_world(world: World) -> World:
    """Return a copy of all tables, so that one run cannot affect another."""
    return World(*(type(table)(*(column.copy() for column in table)) for table in world))  # type: ignore[arg-type]


def with_event_log(world: World, rows: int) -> World:
    """Return the same state with an event log of ``rows`` rows."""
    return world._replace(
        event_log=EventLog(world.event_log.written, np.zeros((rows, len(EVENT_COLUMNS)), dtype=np.int64))
    )


@kernel
def initialise_authority(world: World, c: Coefficients, now: WeekContext) -> None:
    """Set the initial state of one authority.

    Stocks start at their reference values. Managers, the director and the date of the first visit are drawn at random;
    the first visit falls at a random point of the inspection cycle.
    """
    blocks, workers, managers, leaders = world.blocks, world.workers, world.managers, world.leaders
    cases, learning, service, oversight = world.cases, world.learning, world.service, world.oversight
    a = now.authority
    cases.established[a] = blocks.base_posts[a]
    learning.defences[a] = c.lessons.defences_ref
    learning.usefulness[a] = c.reporting.usefulness_ref
    learning.reports_rate[a] = 1.0
    learning.answers_rate[a] = 1.0
    service.standard[a] = 1.0
    service.quality[a] = 1.0
    service.visible[a] = 1.0
    service.public_view[a] = 1.0
    service.announced_trust[a] = 1.0
    service.pressure[a] = 1.0
    service.embedded[a] = 1.0
    service.efficiency[a] = 1.0
    service.compliance[a] = c.leadership.compliance_ref
    for k in range(YEAR):
        service.staff_ring[a, k] = -1
    cases.recent_closures[a] = c.demand.arrivals * blocks.base_posts[a]
    for t in range(now.first_team, now.end_team):
        u, v = rng.pair(now.seed, rng.MANAGER_PERSON, 0, rng.person(t, 0))
        managers.own_blame[t] = clip01(c.blame.own + c.blame.spread * rng.normal(u))
        managers.own_support[t] = clip01(0.5 + c.blame.spread * rng.normal(v))
        managers.blame[t] = managers.own_blame[t]
        managers.fear[t] = c.fear.reference
        managers.norm[t] = c.reporting.norm_ref
        managers.supervision[t] = 1.0
        managers.recognition_kept[t] = 1.0
        managers.last_sanction[t] = NEVER
        managers.last_scandal[t] = NEVER
    for w in range(now.first_post, now.end_post):
        initialise_post(workers, w, w - now.first_post < blocks.base_posts[a], c, now)
    initialise_perceptions(workers, c, now)
    leaders.fear[a] = c.fear.reference
    leaders.for_staff[a] = c.burnout.leader_ref
    appoint_director(leaders, c.leadership, now)
    time_in_post = -math.log(rng.uniform(now.seed, rng.INTERIM, 0, a)) / max(1e-9, c.leadership.leaving)
    leaders.tenure[a] = min(time_in_post, 1000.0)
    first = c.inspection.cycle_weeks * rng.uniform(now.seed, rng.VISIT_DATE, 0, a)
    oversight.next_visit[a] = 8 + int(first)
    oversight.last_visit[a] = oversight.next_visit[a] - int(c.inspection.cycle_weeks)
    oversight.grade[a] = -1
    oversight.pending[a] = -1
    oversight.publish_at[a] = NEVER
    oversight.inadequate_at[a] = NEVER
    oversight.test_at[a] = NEVER
    oversight.monitor_at[a] = NEVER


@kernel
def initialise_perceptions(workers: Workers, c: Coefficients, now: WeekContext) -> None:
    """Set the perceived chances of all posts to the true ones under a manager with the mean propensity to blame.

    Writes ``perceived_detection`` and ``perceived_sanction`` of the workers. A later worker in a post starts with the
    perceptions held there, which follow those of the team.
    """
    honest = responds_with_blame(c.blame.own, c.response)
    detected = first_chance_of_detection(c.aftermath)
    for w in range(now.first_post, now.end_post):
        workers.perceived_detection[w] = detected
        for kind in range(KINDS):
            ratio = sanction_ratio(1, kind % DISCLOSURES, False, c.response)
            chance = chance_of_sanction(honest, kind // DISCLOSURES, ratio, False, c.response)
            workers.perceived_sanction[w, kind] = chance


@kernel
def initialise_post(workers: Workers, w: int, established: bool, c: Coefficients, now: WeekContext) -> None:
    """Set the initial state of one post: permanent, agency or vacant, with tenure and experience near the steady state.

    Parameters
    ----------
    w : int
        Row of the post.
    established : bool
        Whether the post belongs to the establishment at the start.
    """
    workers.last_strike[w] = NEVER
    workers.last_sanction[w] = NEVER
    workers.last_just_sanction[w] = NEVER
    workers.last_withheld[w] = NEVER
    workers.trust[w] = 1.0
    workers.witnessed[w] = NEVER
    workers.last_incident[w] = NEVER
    workers.accused[w] = NEVER
    u, v = rng.pair(now.seed, rng.START, 0, w)
    filled = initial_filled_share(c.staffing)
    covered = filled + (1.0 - filled) * c.staffing.agency_cover
    if not established or u >= covered:
        workers.status[w] = EMPTY
        return
    workers.status[w] = PERMANENT if u < filled else AGENCY
    workers.tenure[w] = min(initial_tenure(v, c.staffing), 1500.0) if u < filled else 0.0
    p, q = rng.pair(now.seed, rng.START, 1, w)
    before = 0.0 if p < c.staffing.newly_qualified else -math.log(q) * c.staffing.experienced_years * 52.0
    workers.experience[w] = min(1800.0, workers.tenure[w] + before)
    workers.skill[w] = c.staffing.agency_skill if u >= filled else skill(workers.experience[w], c.staffing)
    workers.fear[w] = c.fear.reference
    workers.burnout[w] = c.burnout.reference
    workers.commitment[w] = rng.normal(rng.uniform(now.seed, rng.COMMITMENT, 0, rng.person(w, 0)))
    workers.caseload[w] = int(c.authority.caseload + p)
