"""The Mesa model as other programs use it: seeds, ``mesa.batch_run``, and what its constructor accepts."""

import inspect
from decimal import Decimal
from fractions import Fraction

import mesa
import numpy as np
import pandas as pd
import pytest

import redbead as rb
from redbead.engine.simulate import prepare, simulate
from redbead.rng import MAX_SEED

POSTS = 12
PARAMETERS = inspect.signature(mesa.batch_run).parameters


@pytest.fixture(scope="module")
def small():
    """Twelve posts for a fifth of a year."""
    return rb.load("just-culture").set({"authority.posts": POSTS, "time.years": 0.2, "time.warm_up_years": 0.1})


def batch(scenarios, iterations, **parameters):
    """Rows of ``mesa.batch_run``; newer versions of Mesa have ``rng`` in place of ``iterations``, and set ``seed``."""
    repeated = {"rng": [None] * iterations} if "rng" in PARAMETERS else {"iterations": iterations}
    given = {"scenario": scenarios, **parameters}
    return pd.DataFrame(mesa.batch_run(rb.ChildrensService, given, display_progress=False, **repeated))


def test_iterations_without_a_seed_differ_and_record_their_seeds(small):
    rows = batch([small], 5)
    assert len(rows) == 5
    assert rows["seed"].nunique() == 5
    assert rows["burnout"].nunique() == 5


def test_a_row_is_repeated_by_the_seed_that_it_records(small):
    for row in batch([small], 2).itertuples():
        assert simulate(prepare(small), int(row.seed)).weekly[-1, 0, burnout()] == row.burnout


def burnout():
    return [measure.name for measure in rb.MEASURES].index("burnout")


def test_every_seed_and_scenario_of_a_batch_has_a_row(small):
    other = small.set({"fear.blame": 0.1})
    rows = batch([small, other], 1, rng=[3, 4])
    assert sorted(rows["seed"]) == [3, 3, 4, 4]
    assert rows["fear"].nunique() == 4


def test_iterations_with_one_seed_are_equal(small):
    rows = batch([small], 3, rng=[7])
    assert set(rows["seed"]) == {7}
    assert rows["burnout"].nunique() == 1


def test_all_weeks_of_a_batch_are_collected_with_their_seed(small):
    parameters = {"scenario": [small], "rng": [5]}
    rows = pd.DataFrame(
        mesa.batch_run(rb.ChildrensService, parameters, data_collection_period=1, display_progress=False)
    )
    assert rows["burnout"].tolist() == simulate(prepare(small), 5).weekly[:, 0, burnout()].tolist()
    assert set(rows["seed"]) == {5}


def test_data_have_the_times_by_which_newer_versions_of_mesa_find_them(small):
    model = rb.ChildrensService(small)
    model.run_for_weeks(3)
    collector = model.datacollector
    assert collector._collection_steps == [1, 2, 3]
    assert {len(values) for values in collector.model_vars.values()} == {3}
    assert collector.model_vars["seed"] == [model.seed_used] * 3


def test_a_drawn_seed_is_recorded_and_repeats_the_model(small):
    first, second = rb.ChildrensService(small), rb.ChildrensService(small)
    assert first.seed_used != second.seed_used
    first.run_for_weeks(4)
    again = rb.ChildrensService(small, seed=first.weekly.attrs["seed"])
    again.run_for_weeks(4)
    pd.testing.assert_frame_equal(again.weekly, first.weekly)


def test_a_drawn_seed_is_stored_exactly_by_tables_of_floating_point_numbers(small, monkeypatch):
    drawn = []
    monkeypatch.setattr("secrets.randbelow", lambda limit: drawn.append(limit - 1) or limit - 1)
    seed = rb.ChildrensService(small).seed_used
    assert [seed] == drawn
    assert int(float(seed)) == seed


SEEDS = [7, np.int64(7), np.uint64(7), np.float64(7.0), np.array(7), Fraction(7), Decimal(7), pd.Series([7]).iloc[0]]


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: type(seed).__name__)
@pytest.mark.parametrize("name", ["seed", "rng"])
def test_a_seed_may_be_a_number_of_another_package(small, name, seed):
    assert rb.ChildrensService(small, **{name: seed}).seed_used == 7


@pytest.mark.cases("seed", [True, np.bool_(True), 7.5, -1, MAX_SEED + 1, "7", [7], float("nan"), np.array([7])])
def test_anything_else_is_no_seed(small, seed):
    with pytest.raises(rb.BadInputError, match=r"seed: .* is not an integer from 0 to"):
        rb.ChildrensService(small, seed=seed)


@pytest.mark.cases(
    ("arguments", "message"),
    [
        ({"scenario": None}, "name must be text or a path, not None"),
        ({"scenario": 3}, "name must be text or a path, not 3"),
        ({"agents": [rb.SocialWorker]}, "agents must be a mapping of classes to classes"),
        ({"agents": {rb.SocialWorker: "OpenReporter"}}, "cannot replace"),
        ({"agents": {rb.SocialWorker: rb.Manager}}, "cannot replace"),
    ],
)
def test_other_arguments_are_refused_with_a_message(small, arguments, message):
    with pytest.raises(rb.BadInputError, match=message):
        rb.ChildrensService(**{"scenario": small, **arguments})


def test_weeks_may_be_numbers_of_another_package_and_nothing_else(small):
    model = rb.ChildrensService(small, seed=1, events=True)
    model.run_for_weeks(np.int64(2))
    assert (model.week, model.steps) == (2, 2)
    for weeks in (True, "2", 1.5, None):
        with pytest.raises(rb.BadInputError, match="weeks must be a whole number"):
            model.run_for_weeks(weeks)
    with pytest.raises(rb.BadInputError, match="error must be a whole number"):
        model.biography(np.int64(3), "first")


# --- custom classes whose methods the model would never call ---


def worker_with(name, base=rb.SocialWorker):
    return type("Mine", (base,), {name: lambda self, *_: 1.0})


@pytest.mark.cases(
    ("kind", "name", "words"),
    [
        (rb.SocialWorker, "willingnes_to_report", r"did you mean willingness_to_report\(\)"),
        (rb.SocialWorker, "willing_to_report", r"did you mean willingness_to_report\(\)"),
        (rb.SocialWorker, "WillingnessToReport", r"did you mean willingness_to_report\(\)"),
        (rb.SocialWorker, "chance_to_leave", r"did you mean chance_of_leaving\(\)"),
        (rb.Manager, "escalate", r"did you mean escalates\(\)"),
        (rb.Manager, "respond_with_blame", r"did you mean responds_with_blame\(\)"),
        (rb.Leader, "attentions", r"did you mean attention\(\)"),
        (rb.Manager, "willingness_to_report", "a decision of SocialWorker, not of Manager"),
        (rb.SocialWorker, "escalates", "a decision of Manager, not of SocialWorker"),
        (rb.SocialWorker, "step", r"overrides step\(\), which the model does not call"),
        (rb.Leader, "step", r"overrides step\(\), which the model does not call"),
    ],
)
def test_methods_that_the_model_would_never_call_are_refused_with_the_decisions(small, kind, name, words):
    with pytest.raises(rb.BadInputError, match=words) as error:
        rb.ChildrensService(small, 1, agents={kind: worker_with(name, kind)})
    for decision in ("willingness_to_report", "chance_of_leaving", "escalates", "responds_with_blame", "attention"):
        assert decision in str(error.value)


def test_a_misspelt_override_of_a_base_class_is_refused_too(small):
    with pytest.raises(rb.BadInputError, match="Mine defines escalate"):
        rb.ChildrensService(small, 1, agents={rb.Manager: type("Mine", (worker_with("escalate", rb.Manager),), {})})


@pytest.mark.cases("name", ["_step", "_escalate", "close_friends", "report_card", "manager", "errors"])
def test_helper_methods_and_other_attributes_are_allowed(small, name):
    mine = type("Mine", (worker_with(name),), {"chance_of_leaving": lambda self: 0.0})
    assert rb.ChildrensService(small, 1, agents={rb.SocialWorker: mine}).week == 0


@pytest.mark.parametrize("methods", [{}, {"reports_error": lambda self, severity: 1.0}, {"VALUE": 3}, {"fear": 0.5}])
def test_a_class_that_overrides_no_decision_is_refused(small, methods):
    with pytest.raises(rb.BadInputError, match="overrides no decision") as error:
        rb.ChildrensService(small, 1, agents={rb.SocialWorker: type("Mine", (rb.SocialWorker,), methods)})
    assert "chance_of_leaving" in str(error.value)
