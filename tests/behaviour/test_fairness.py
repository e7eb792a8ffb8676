"""T64: within the uncertainty of the parameters, no lever is certain to help and none is certain to harm."""

import pytest

from redbead.execution.runs import run_options
from redbead.levers import LEVERS
from redbead.storage.point_store import Points
from redbead.studies.fairness_audit import Verdict, audit

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def verdicts():
    """Results of every lever from 20 draws of 5 runs; ``redbead audit`` uses 100 draws."""
    return {item.kind: item for item in audit(Points(None, [], run_options()), draws=20, runs=5).results}


NOT_POLICIES = {"strategic-confusion", "imposed-grade"}
"""A condition and an experiment without proponents; T64 concerns policies with proponents (checks/README.md)."""


@pytest.mark.parametrize("kind", [kind for kind in LEVERS if kind not in NOT_POLICIES])
def test_t64_no_lever_helps_or_harms_in_every_draw_on_every_outcome(verdicts, kind):
    """Undecided levers pass: they have too small an effect for these runs, on at least one outcome."""
    assert verdicts[kind].verdict is not Verdict.ONE_SIDED, verdicts[kind].shares


@pytest.mark.parametrize("kind", ["just-culture"])
def test_t64_disputed_levers_go_both_ways(kind):
    """40 draws: whether 20 decide depends on the draws, which change with the number of parameters."""
    (result,) = audit(Points(None, [], run_options()), [kind], draws=40, runs=5).results
    assert result.verdict is Verdict.FAIR, result.shares


@pytest.mark.parametrize("kind", sorted(NOT_POLICIES))
def test_levers_that_are_not_policies_name_no_proponents(kind):
    assert LEVERS[kind].proponents.startswith("no proponents")
