"""The organisation as a graph: teams, supervision lines, informal ties (a small world inside the authority)."""

from __future__ import annotations

import functools

import networkx as nx
import numpy as np

from redbead.parameters import Authority
from redbead.state.world import Network

GRAPH_SEED = 20151214
"""Every run of every policy meets the same web of ties; only what travels along it is left to chance."""


def teams_of(size: Authority) -> int:
    """How many teams the authority has: whole teams, the last one possibly smaller. [teams]"""
    return -(-int(size.posts) // int(size.team_size))


@functools.lru_cache(maxsize=32)
def organisation(size: Authority) -> nx.Graph[tuple[str, int]]:
    """Workers, managers and the leader as nodes; edges of kind 'leads', 'supervises' and 'tie'.

    Nodes are ("worker", post), ("manager", team) and ("leader", 0).
    """
    graph: nx.Graph[tuple[str, int]] = nx.Graph()
    posts, per_team = int(size.posts), int(size.team_size)
    graph.add_edges_from(((("leader", 0), ("manager", t)) for t in range(teams_of(size))), kind="leads")
    graph.add_edges_from(((("manager", w // per_team), ("worker", w)) for w in range(posts)), kind="supervises")
    ties = min(int(size.friends), posts - 1) // 2 * 2
    if ties > 0:
        small_world = nx.watts_strogatz_graph(posts, ties, size.rewired, seed=GRAPH_SEED)
        graph.add_edges_from(((("worker", i), ("worker", j)) for i, j in small_world.edges), kind="tie")
    return graph


def ties_as_arrays(size: Authority, rows: int) -> Network:
    """The informal ties as compressed rows for the kernels; posts beyond the establishment have none yet."""
    graph = organisation(size)
    friends = [
        sorted(node[1] for node, edge in graph[("worker", w)].items() if edge["kind"] == "tie")
        if w < size.posts
        else []
        for w in range(rows)
    ]
    first = np.zeros(rows + 1, dtype=np.int64)
    first[1:] = np.cumsum([len(row) for row in friends])
    return Network(first, np.array([j for row in friends for j in row], dtype=np.int64))
