"""The network of informal ties."""

import networkx as nx
import pytest

from redbead.engine.initial_state import small_world


@pytest.mark.parametrize("nodes", [3, 5, 7, 24, 120])
@pytest.mark.parametrize("rewired", [0.0, 0.1, 0.5, 1.0])
def test_the_network_is_that_of_networkx(nodes: int, rewired: float) -> None:
    for neighbours in range(2, min(nodes, 9), 2):
        for seed in (1, 20151214):
            expected = nx.watts_strogatz_graph(nodes, neighbours, rewired, seed=seed)
            result = small_world(nodes, neighbours, rewired, seed)
            assert [list(row) for row in result] == [list(expected[u]) for u in range(nodes)]


def test_without_neighbours_there_are_no_ties() -> None:
    assert small_world(3, 0, 0.5, 1) == [{}, {}, {}]
