"""T64: within the uncertainty of the parameters, no lever is certain to help and none is certain to harm."""

import pytest

from redbead.execution.runs import run_options
from redbead.levers import LEVERS
from redbead.storage.point_store import Points
from redbead.studies.fairness_audit import audit

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def verdicts():
    """Verdicts on every lever from 40 draws; ``redbead audit`` uses 200."""
    return {verdict.kind: verdict for verdict in audit(Points(None, [], run_options()), draws=40).verdicts}


NOT_POLICIES = {"strategic-confusion", "imposed-grade"}
"""A condition and an experiment without proponents; T64 concerns policies with proponents (checks/README.md)."""


@pytest.mark.parametrize("kind", [kind for kind in LEVERS if kind not in NOT_POLICIES])
def test_t64_no_lever_helps_or_harms_in_every_draw_on_every_outcome(verdicts, kind):
    assert verdicts[kind].fair, verdicts[kind].helped


@pytest.mark.parametrize("kind", sorted(NOT_POLICIES))
def test_levers_that_are_not_policies_name_no_proponents(kind):
    assert LEVERS[kind].proponents.startswith("no proponents")
