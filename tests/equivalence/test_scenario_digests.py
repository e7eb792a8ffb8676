"""Results of every shipped scenario, compared with recorded digests.

``python docs/record_digests.py NAME`` records a new scenario. Record all scenarios again only after a change that is
meant to change results, and describe that change under *Results* in the changelog.
"""

import json

import pytest
from record_digests import FIXTURE, scenario_digest

from redbead.scenario.library import shipped

RECORDED = json.loads(FIXTURE.read_text(encoding="utf-8"))


def test_every_shipped_scenario_has_a_recorded_digest():
    assert sorted(RECORDED) == sorted(shipped())


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_two_runs_of_a_scenario_reproduce_the_recorded_digest(name):
    assert scenario_digest(name) == RECORDED[name]
