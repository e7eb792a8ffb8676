"""After any weeks of any scenario: every column in its declared range, no NaN, whole people and whole families."""

import numpy as np
import pytest

from redbead.engine.simulate import advance_to, initialise, prepare, simulate
from redbead.measures import MEASURES
from redbead.parameters import register
from redbead.quantities import columns_of
from redbead.scenario.loader import load
from redbead.state.people import EMPTY
from redbead.state.world import World

NAMES = [m.name for m in MEASURES]
SIGNED = ("grade", "visible_quality", "families_view", "commitment")
"""None yet is -1; shows and misfits add and subtract; noise without bias, and standard deviations, go both ways."""
SIZE = {"authority.posts": 31, "authority.team_size": 7, "time.years": 2, "time.warm_up_years": 0}


def random_scenario(number, share):
    """A scenario in which about `share` of all parameters are drawn from their declared ranges."""
    random = np.random.default_rng([2024, number])
    values = {}
    for path, item in register().items():
        if path.startswith("authority.") or random.random() > share or not np.isfinite(item.param.high):
            continue
        low, high = item.param.low, item.param.high
        values[path] = (
            float(random.integers(int(low), int(high) + 1)) if item.param.whole else random.uniform(low, high)
        )
    return load("baseline").set({**SIZE, **values})


def out_of_range(world):
    """Every column of the world that holds a value outside its declared range."""
    wrong = []
    for name, table in zip(World._fields, world, strict=True):
        rows = slice(0, int(world.errors[0][0])) if name == "errors" else slice(None)
        for column, declared in columns_of(type(table)):
            values = np.asarray(getattr(table, column), dtype=float)
            values = values[rows] if name == "errors" and column != type(table)._fields[0] else values
            if name == "workers" and column.startswith("last_"):
                continue  # NEVER, a week that never was, is the low end
            if values.size and not ((values >= declared.low - 1e-9) & (values <= declared.high + 1e-9)).all():
                wrong.append(
                    f"{name}.{column}: {values.min()} to {values.max()}, not {declared.low:g}-{declared.high:g}"
                )
    return wrong


@pytest.mark.parametrize("number", range(40))
def test_random_scenarios_stay_within_their_ranges(number):
    """Few parameters moved, or nearly all of them: after a year and after two, every column keeps its promise."""
    scenario = random_scenario(number, share=(0.05, 0.2, 0.5, 0.95)[number % 4])
    plan = prepare(scenario)
    world = initialise(plan, number, events=True)
    out = np.empty((plan.weeks, 1, len(MEASURES)))
    for first, last in ((0, 60), (60, plan.weeks)):
        world = advance_to(world, plan, number, first, last, out)
        assert out_of_range(world) == []
    assert np.isfinite(out).all()
    for k, m in enumerate(MEASURES):
        if m.name not in SIGNED:
            assert out[:, 0, k].min() >= -1e-9, m.name
        if m.whole:
            assert (out[:, 0, k] == np.round(out[:, 0, k])).all(), m.name
        if m.unit in ("0-1", "share"):
            assert out[:, 0, k].max() <= 1 + 1e-9, m.name


@pytest.mark.parametrize("number", range(40, 60))
def test_people_families_and_errors_are_conserved_in_random_scenarios(number):
    scenario = random_scenario(number, share=(0.1, 0.5)[number % 2])
    weekly = simulate(prepare(scenario), number).weekly[:, 0]
    w = {name: weekly[:, k] for k, name in enumerate(NAMES)}
    families = w["caseload"] * w["staff"] + w["waiting"]
    assert np.abs(np.diff(families) - (w["referrals"] - w["closures"])[1:]).max() < 1e-6
    gone = sum(w[f"errors_{fate}"].cumsum() for fate in ("analysed", "repaired", "expired", "discovered", "harmful"))
    assert (w["errors_generated"].cumsum() == gone + w["hidden_errors"] + w["report_queue"]).all()
    assert (w["serious_incidents"] <= w["errors_harmful"]).all()
    assert (w["errors_reported"].cumsum() <= w["errors_generated"].cumsum()).all()  # recognised may exceed: inherited


def test_an_empty_post_holds_nobody_and_nothing():
    plan = prepare(load("baseline").set({**SIZE, "staffing.leaving": 0.5, "staffing.agency_cover": 0.0}))
    world = advance_to(initialise(plan, 2), plan, 2, 0, plan.weeks, np.empty((plan.weeks, 1, len(MEASURES))))
    empty = world.workers.status == EMPTY
    assert empty.sum() >= 3
    for column in ("caseload", "burnout", "skill", "experience", "tenure", "hours", "pressure", "chance_of_leaving"):
        assert not getattr(world.workers, column)[empty].any(), column


# size


PER_POST = ("errors_generated", "hidden_errors", "errors_reported", "referrals", "waiting", "cost")
PER_PERSON = ("fear", "willingness_to_report", "vacancy_rate", "caseload", "work_pressure", "burnout", "usefulness",
              "defences", "service_quality", "blame", "manager_fear")  # fmt: skip


@pytest.fixture(scope="module")
def rates(recorded):
    """Rates for each post or person, years 3 to 5, by size of the authority, from about 40,000 post-runs each.

    Scandals are switched off: one scandal is one event for everybody, whatever the size.
    """

    def of(posts):
        runs = recorded(
            load("baseline").set({"authority.posts": posts, "time.years": 5, "publicity.prominent": 0.0}),
            max(48, min(1600, 38400 // posts)),
        )
        weeks = slice(104, 260)
        return {name: runs[name][:, weeks].mean() for name in PER_PERSON} | {
            name: runs[name][:, weeks].mean() / posts for name in PER_POST
        }

    return of


@pytest.mark.slow
@pytest.mark.parametrize("posts", [24, 60, 240, 1200])
def test_size_alone_changes_no_rate(rates, posts):
    """Within 6 %; families who wait are few, and within 25 %."""
    here, there = rates(posts), rates(120)
    for name in (*PER_PERSON, *PER_POST):
        assert here[name] == pytest.approx(there[name], rel=0.25 if name == "waiting" else 0.06), name


@pytest.mark.slow
def test_even_six_posts_are_an_authority(rates):
    """One team: whole families and whole people are coarse, so within 12 %; few wait; a visit costs the same as
    elsewhere."""
    here, there = rates(6), rates(120)
    for name in (*PER_PERSON, *PER_POST):
        if name not in ("waiting", "cost"):
            assert here[name] == pytest.approx(there[name], rel=0.12), name
