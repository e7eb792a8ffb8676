"""T64: within what nobody knows for certain, no lever of the model is bound to win, and none is bound to lose."""

import pytest

from redbead.levers import LEVERS
from redbead.study.audit import audit

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def verdicts():
    """Every lever in forty draws; `redbead audit` makes two hundred."""
    return {verdict.kind: verdict for verdict in audit(draws=40).verdicts}


BOUND_TO_LOSE = {"strategic-confusion": "nobody believes in confusion: checks/README.md, what falls short"}

every = [
    pytest.param(kind, marks=pytest.mark.xfail(strict=True, reason=BOUND_TO_LOSE[kind]))
    if kind in BOUND_TO_LOSE
    else kind
    for kind in LEVERS
]


@pytest.mark.parametrize("kind", every)
def test_t64_no_lever_wins_or_loses_in_every_draw_on_every_outcome(verdicts, kind):
    assert verdicts[kind].fair, verdicts[kind].helped
