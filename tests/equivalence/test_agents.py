"""Agents with the rules of the model give the same results as the compiled kernels, byte for byte."""

import numpy as np
import pytest

import redbead as rb
from redbead.engine.agent_decisions import DECISIONS, decisions_of
from redbead.engine.simulate import prepare, simulate
from redbead.state.world import EVENT_NAMES, PEER_RAISED, PEER_REPORTED, RAISED, WITNESSED, WRONGLY_REPORTED

WEEKS = 40


def unchanged(kind):
    """A class that overrides every decision of ``kind`` with the rule of the model."""

    def method(name):
        return lambda agent, *given: getattr(kind, name)(agent, *given)

    return type(f"Same{kind.__name__}", (kind,), {name: method(name) for name in decisions_of(kind)})


class Silent(rb.SocialWorker):
    """Never reports errors."""

    def willingness_to_report(self, severity=1.0):
        return 0.0


ALL_CLASSES = {kind: unchanged(kind) for kind in (rb.SocialWorker, rb.Manager, rb.Leader)}


@pytest.fixture(scope="module")
def tiny(short):
    """Twelve posts and a short warm-up, because decisions of single agents are slow."""
    return short.set({"authority.posts": 12, "time.years": 1, "time.warm_up_years": 0.25})


@pytest.fixture(scope="module")
def compiled(tiny):
    outcome = simulate(prepare(tiny), 9, events=True)
    return outcome.weekly[:WEEKS, 0], outcome.events[outcome.events[:, 0] < WEEKS]


def simulated(tiny, agents=None, step=False):
    """Return the weeks and events of the Mesa model."""
    model = rb.ChildrensService(tiny, seed=9, agents=agents, events=True)
    if step:
        for _ in range(WEEKS):
            model.step()
    else:
        model.run_for_weeks(WEEKS)
    return model.weekly.to_numpy(dtype=float), model.events


def assert_identical(actual, compiled):
    weekly, events = actual
    assert weekly.tobytes() == compiled[0].tobytes()
    assert len(events) == len(compiled[1])
    for column in ("week", "worker", "spell", "error", "value"):
        k = list(events.columns).index(column)
        assert (events[column].to_numpy() == compiled[1][:, k]).all(), column


@pytest.mark.parametrize("step", [False, True], ids=["many weeks in one call", "week by week"])
def test_mesa_model_equals_the_compiled_run(tiny, compiled, step):
    assert_identical(simulated(tiny, step=step), compiled)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*ALL_CLASSES, None], ids=lambda kind: kind.__name__ if kind else "all classes")
def test_agents_with_unchanged_rules_give_identical_results(tiny, compiled, kind):
    assert_identical(simulated(tiny, agents={kind: ALL_CLASSES[kind]} if kind else ALL_CLASSES), compiled)


@pytest.mark.slow
def test_agents_with_custom_rules_change_results(tiny, compiled):
    """Without this effect, the test above would also pass if the model ignored the agents."""
    weekly, events = simulated(tiny, agents={rb.SocialWorker: Silent})
    assert weekly.tobytes() != compiled[0].tobytes()
    assert not (events["kind"] == EVENT_NAMES[RAISED]).any()


EXTREME = {"error_rate": 0.2, "sanction_ratio": 50.0, "chance_of_hiring": 0.9}
"""A value that is far from the usual one; of other decisions it is 1."""
NOTICED = {"peers.notices": 0.05, "peers.wrong": 0.3, "reporting.trust": 2.0, "peers.fear_witness": 0.05}
"""Colleagues notice errors, some reports are wrong, and trust matters."""
UNTIL_VISIBLE = {
    "violation_share": {"conduct.violations": 0.2, "response.sanction_violation": 0.5},
    "acts_on_error": NOTICED,
    "speaks_with_colleague": {**NOTICED, "peers.act": 3.0},
}
"""Changes of the scenario with which a decision matters: violations and peer reports are off by default."""


@pytest.mark.slow
@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.name)
def test_every_decision_changes_results(tiny, decision):
    """A decision that the model never asks for, or asks for after it was used, would leave all results as they are."""
    scenario = tiny.set(UNTIL_VISIBLE.get(decision.name, {}))
    value = EXTREME.get(decision.name, 1.0)
    custom = type("Custom", (decision.kind,), {decision.name: lambda _agent, *_given: value})
    usual, changed = (
        rb.ChildrensService(scenario, seed=9, agents=agents) for agents in (None, {decision.kind: custom})
    )
    for model in (usual, changed):
        model.run_for_weeks(WEEKS)
    assert not usual.weekly.equals(changed.weekly)


def test_agents_decide_about_errors_of_colleagues_as_the_kernel_does(tiny):
    """Byte for byte, where workers act, speak, report and distrust."""
    scenario = tiny.set({**NOTICED, "peers.act": 1.0, "peers.speak": 0.0})
    outcome = simulate(prepare(scenario), 9, events=True)
    agents = {rb.SocialWorker: ALL_CLASSES[rb.SocialWorker]}
    expected = outcome.weekly[:WEEKS, 0], outcome.events[outcome.events[:, 0] < WEEKS]
    assert_identical(simulated(scenario, agents=agents), expected)
    assert {PEER_RAISED, PEER_REPORTED, WRONGLY_REPORTED, WITNESSED} <= set(expected[1][:, 1].tolist())


@pytest.mark.parametrize("week", [0, 1, 17])
def test_agent_decisions_equal_the_kernel(tiny, week):
    """Decisions of agents before a week equal the values that the kernels write in that week.

    The attention of directors and the responses of managers depend on the state at the end of the previous week.
    """
    model = rb.ChildrensService(tiny, seed=9)
    model.run_for_weeks(week)
    attention = [leader.attention() for leader in model.leaders]
    sanction_chances = [manager.responds_with_blame() for manager in model.managers]
    model.run_for_weeks(1)
    assert model.world.managers.sanction_chance.tolist() == sanction_chances
    if model.world.leaders.spell[0] == 0:
        assert model.world.leaders.attention.tolist() == attention


def test_values_of_any_numeric_type_are_written_for_all_agents(tiny):
    """A number from numpy beside a whole number of Python."""

    class Mixed(rb.Manager):
        def responds_with_blame(self):
            return np.array(0.5) if self.row == 0 else 1

    model = rb.ChildrensService(tiny, seed=9, agents={rb.Manager: Mixed})
    model.run_for_weeks(1)
    assert model.world.managers.sanction_chance.tolist() == [0.5, 1.0]
