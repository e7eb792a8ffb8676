"""Results of every shipped scenario, compared with recorded digests.

``python docs/record_digests.py NAME`` records a new scenario. Record all scenarios again only after a change that is
meant to change results, and describe that change under *Results* in the changelog.
"""

import json
from pathlib import Path

import pytest

from redbead.analysis.digest import digest_of
from redbead.execution.runs import run_many
from redbead.scenario.library import shipped
from redbead.scenario.loader import load

RECORDED = json.loads(Path(__file__).with_name("scenario_digests.json").read_text(encoding="utf-8"))


def test_every_shipped_scenario_has_a_recorded_digest():
    assert sorted(RECORDED) == sorted(shipped())


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_two_runs_of_a_scenario_reproduce_the_recorded_digest(name):
    assert digest_of(run_many(load(name), runs=2, seed=1)) == RECORDED[name]
