"""T64: within what nobody knows for certain, no lever of the model is bound to win, and none is bound to lose."""

import pytest

from redbead.levers import LEVERS
from redbead.studies.fairness_audit import audit

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def verdicts():
    """Every lever in forty draws; `redbead audit` makes two hundred."""
    return {verdict.kind: verdict for verdict in audit(draws=40).verdicts}


NOBODYS_POLICY = {"strategic-confusion", "imposed-grade"}
"""A state of affairs and an experiment: nobody is for them, and T64 is about what people are for (checks/README.md)."""


@pytest.mark.parametrize("kind", [kind for kind in LEVERS if kind not in NOBODYS_POLICY])
def test_t64_no_lever_wins_or_loses_in_every_draw_on_every_outcome(verdicts, kind):
    assert verdicts[kind].fair, verdicts[kind].helped


@pytest.mark.parametrize("kind", sorted(NOBODYS_POLICY))
def test_what_is_nobodys_policy_says_so(kind):
    assert LEVERS[kind].proponents.startswith("nobody")
