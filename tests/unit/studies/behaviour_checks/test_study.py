"""Planning and running checks: shared runs, prefixes, theories, exit codes, selection."""

import dataclasses
import math
from types import SimpleNamespace

import numpy as np
import pytest

from redbead.analysis.intervals import Interval
from redbead.analysis.pairs import names, unit_of, values_of
from redbead.api import run
from redbead.exceptions import BadInputError, Exit, RunsFailedError
from redbead.execution.runs import run_options
from redbead.scenario.scenario import Scenario
from redbead.storage.point_store import Points
from redbead.studies.behaviour_checks import study
from redbead.studies.behaviour_checks.format import as_data, summarise
from redbead.studies.behaviour_checks.spec import Check, Expectation, ScenarioPair
from redbead.studies.behaviour_checks.study import select_checks, theory_of
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, Finding
from redbead.studies.reader_base import ScenarioPart, under

SMALL = Scenario(name="small", warm_up_years=0.5).set({"authority.posts": 24})
CALM = SMALL.set({"fear.floor": 0.0})
NO_ESTIMATE = Interval(math.nan, math.nan, math.nan, "")


def check(name="calm", *, last=30, runs=4, theory="any", setup=CALM, against=SMALL, known=""):
    expectations = (
        Expectation(measure="fear", first=10, last=last, statistic="ratio", direction="down", known=known),
        Expectation(measure="errors_generated", per="open_cases", first=0, last=last, statistic="level", band=(0, 1)),
    )
    pair = ScenarioPair(ScenarioPart(setup, {}), ScenarioPart(against, {}))
    return Check(name=name, claim="c.", source="s", pair=pair, expect=expectations, runs=runs, theory=theory)


def run_checks(plan, progress=None):
    return study.run_checks(plan, Points(None, [], run_options(progress=progress)))


def test_each_scenario_runs_once_with_the_largest_number_of_runs_and_weeks():
    plan = study.plan_checks([check(), check("longer", last=60), check("more", runs=9)])
    assert {(request.weeks, request.runs) for request in plan.requests.values()} == {(60, 9)}
    assert len(plan.requests) == 2
    assert plan.total == 18
    assert {name for request in plan.requests.values() for name in request.series} == {
        "fear",
        "errors_generated",
        "open_cases",
    }


def test_shared_runs_do_not_change_estimates():
    alone = run_checks(study.plan_checks([check()]))
    shared = run_checks(study.plan_checks([check("more", runs=9, last=60), check()]))
    assert [f.interval for f in shared[1].findings] == [f.interval for f in alone[0].findings]
    assert (shared[0].runs, shared[1].runs) == (9, 4)


def test_a_run_is_a_prefix_of_a_longer_one():
    short, long = (run(dataclasses.replace(SMALL, years=y), runs=2).batch.weekly for y in (0.5, 1.0))
    assert np.array_equal(short, long[:, : short.shape[1]])


def test_the_number_of_runs_can_be_overridden():
    assert run_checks(study.plan_checks([check()], runs=3))[0].runs == 3


def test_progress_counts_all_scenarios():
    reports = []
    run_checks(study.plan_checks([check()]), reports.append)
    assert [p.done for p in reports] == list(range(1, 9))
    assert {p.total for p in reports} == {8}


def test_a_failed_run_stops_the_checks_and_reports_its_cause(monkeypatch):
    monkeypatch.setattr("redbead.execution.jobs.Worker.run", lambda *_: 1 / 0)
    message = r"8 of 8 runs failed. The first is a run of 'small' with seed \d: ZeroDivisionError"
    with pytest.raises(RunsFailedError, match=message):
        run_checks(study.plan_checks([check()]))
    assert RunsFailedError.exit_code is Exit.SOME_RUNS_FAILED


def test_a_theory_does_not_override_parameters_of_the_scenario():
    settings = {}
    part = ScenarioPart(SimpleNamespace(set=settings.update), {"fear.floor": 0.2})
    under(part, "just-culture")
    assert settings == {"theory": "just-culture", "fear.floor": 0.2}


@pytest.mark.parametrize("theory", ["any", "balanced"])
def test_a_scenario_keeps_its_theory_by_default(theory):
    assert under(ScenarioPart(SMALL, {}), theory) is SMALL


def test_a_claim_of_one_theory_never_runs_under_a_rival():
    assert theory_of(check(theory="blame-deters"), "just-culture") == "blame-deters"
    assert theory_of(check(theory="any"), "just-culture") == "just-culture"
    assert theory_of(check(theory="any"), "") == "any"


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((CheckVerdict.HOLDS, CheckVerdict.KNOWN, CheckVerdict.RESOLVED), Exit.GOOD),
        ((CheckVerdict.HOLDS, CheckVerdict.OPEN), Exit.UNDECIDED),
        ((CheckVerdict.OPEN, CheckVerdict.FAILS), Exit.CHECK_FAILED),
    ],
)
def test_exit_codes(verdicts, code):
    expectation = check().expect[0]
    findings = tuple(Finding(expectation, verdict, NO_ESTIMATE) for verdict in verdicts)
    assert study.exit_code([study.CheckResult(check(), "any", 2, findings)]) is code


def test_an_undecided_known_shortfall_does_not_fail():
    result = study.CheckResult(
        check(), "any", 2, (Finding(check(known="k").expect[0], CheckVerdict.STATED, NO_ESTIMATE),)
    )
    assert study.exit_code([result]) is Exit.GOOD
    assert summarise([result]) == "1 expectation of 1 check: 1 undecided (stated)"
    assert as_data(result)["expectations"][0]["estimate"] is None


def test_checks_are_selected_by_test_system_theory_and_name():
    shipped = select_checks([])
    assert {c.name for c in select_checks([], test="T34")} == {c.name for c in shipped if "T34" in c.tests}
    assert {c.name for c in select_checks([], system="S18")} == {c.name for c in shipped if "S18" in c.systems}
    assert {c.theory for c in select_checks([], theory="just-culture")} <= {"just-culture", "any"}
    assert [c.name for c in select_checks([shipped[3].name])] == [shipped[3].name]


@pytest.mark.cases(
    ("names_", "more", "message"),
    [
        (["credit-for-candor"], {}, "Did you mean credit-for-candour"),
        ([], {"test": "T31"}, "no check has the name, test, system or theory 'T31'"),
        ([], {"system": "S99"}, "no check has the name, test, system or theory 'S99'"),
        ([], {"theory": "blame-deter"}, "Did you mean blame-deters"),
        (["credit-for-candour"], {"theory": "balanced", "test": "T52"}, ""),
    ],
)
def test_an_unknown_selection_is_refused_with_the_nearest_name(names_, more, message):
    if not message:
        assert select_checks(names_, **more)
        return
    with pytest.raises(BadInputError, match=message):
        select_checks(names_, **more)


def test_derived_quantities_are_computed_from_measures():
    series = {"caseload": [[2.0]], "staff": [[10.0]], "waiting": [[3.0]], "grade": [[3.0, 1.0]],
              "inspections": [[1.0, 1.0]], "visible_quality": [[1.1]], "service_quality": [[1.0]]}  # fmt: skip

    def get(name):
        return np.array(series[name])

    assert values_of("open_cases", get).tolist() == [[23.0]]
    assert values_of("inadequate", get).tolist() == [[1.0, 0.0]]
    assert values_of("found_inadequate", get).tolist() == [[1.0, 0.0]]
    assert values_of("illusion_gap", get)[0, 0] == pytest.approx(0.1)
    assert values_of("staff", get).tolist() == [[10.0]]
    assert values_of("taken_over", lambda name: np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]])).tolist() == [
        [0.0, 1.0, 1.0],
        [0.0, 0.0, 1.0],
    ]
    assert all(unit_of(name) for name in names())


# series written by hand in place of runs


class SeriesByScenario:
    """Fear is ``fear.floor`` of each scenario plus a tenth of the run number; all other measures are 1."""

    def __init__(self):
        self.points = []

    def evaluate(self, part, points, note=""):
        self.points = points
        return [point.reduce(self._lookup(point)) for point in points]

    @staticmethod
    def _lookup(point):
        shape = (point.runs, point.scenario.weeks)
        fear = 0.1 * np.arange(point.runs)[:, None] + point.scenario.value("fear.floor") + np.zeros(shape)
        return lambda name: fear if name == "fear" else np.ones(shape)


def assess(*checks, seed=1, **options):
    points = SeriesByScenario()
    return study.run_checks(study.plan_checks(checks, **options), points, seed), points.points


def compare(setup, against, *, runs=4, last=26, **expected):
    """Check of the difference in fear between two values of fear.floor."""
    sides = (ScenarioPart(SMALL.set({"fear.floor": floor}), {}) for floor in (setup, against))
    e = Expectation(measure="fear", first=0, last=last, statistic="difference", **expected)
    return Check(name="floors", claim="c.", source="s", pair=ScenarioPair(*sides), expect=(e,), runs=runs)


def test_the_difference_between_two_scenarios_is_paired_by_run():
    """Floors 0.3 and 0.1: 0.2 in every run, although runs differ by tenths.

    Of 40 equal runs, 1 - 0.05^(1/40) = 7.2 % may differ, by 1.2 at most: 0.2 - 0.087 is above 0.
    """
    ((result,), _) = assess(compare(0.3, 0.1, direction="up", runs=40))
    assert result.findings[0].interval[:2] == pytest.approx((0.2, 0.2 - 1.2 * (1 - 0.05 ** (1 / 40))))
    assert result.findings[0].verdict is CheckVerdict.HOLDS


@pytest.mark.parametrize(("direction", "code"), [("up", Exit.GOOD), ("down", Exit.CHECK_FAILED)])
def test_the_exit_code_follows_the_verdict(direction, code):
    results, _ = assess(compare(0.3, 0.1, direction=direction, runs=40))
    assert study.exit_code(results) is code


def test_scenarios_run_for_the_weeks_that_the_checks_need():
    _, points = assess(compare(0.3, 0.1, direction="up", last=70))
    assert {point.scenario.weeks for point in points} == {70}


def test_all_scenarios_have_the_same_first_seed():
    _, points = assess(compare(0.3, 0.1, direction="up"), seed=17)
    assert {point.seed for point in points} == {17}


def test_a_shared_comparator_runs_once_and_each_check_uses_its_own_number_of_runs():
    """Three floors; the check with more runs does not change the other."""
    results, points = assess(compare(0.3, 0.1, direction="up"), compare(0.5, 0.1, direction="up", runs=9))
    assert sorted(point.runs for point in points) == [4, 9, 9]
    assert [result.runs for result in results] == [4, 9]
    assert [result.findings[0].interval.mean for result in results] == pytest.approx([0.2, 0.4])


def test_the_effect_of_the_second_pair_is_subtracted():
    """0.4 between 0.5 and 0.1, minus 0.2 between 0.3 and 0.1."""
    second = compare(0.3, 0.1, direction="up").pair
    ((result,), _) = assess(dataclasses.replace(compare(0.5, 0.1, direction="up"), beyond=second))
    assert result.findings[0].interval.mean == pytest.approx(0.2)


def test_a_requested_theory_applies_to_claims_of_any_theory_only():
    any_theory = compare(0.3, 0.1, direction="up")
    own = dataclasses.replace(any_theory, name="own", theory="just-culture")
    results, points = assess(any_theory, own, theory="blame-deters")
    assert [result.theory for result in results] == ["blame-deters", "just-culture"]
    assert {point.scenario.theory for point in points} == {"blame-deters", "just-culture"}


def test_a_level_uses_the_scenario_under_test_only():
    alone = compare(0.3, 0.1, band=(0.0, 1.0))
    level = dataclasses.replace(alone.expect[0], statistic="level")
    one = dataclasses.replace(alone, pair=ScenarioPair(alone.pair.setup, None), expect=(level,))
    ((result,), points) = assess(one)
    assert len(points) == 1
    assert result.findings[0].interval.mean == pytest.approx(0.3 + 0.15), "the mean of 0, 0.1, 0.2 and 0.3 is 0.15"


def test_only_the_series_that_expectations_need_are_kept():
    requested = []
    plan = study.plan_checks([compare(0.3, 0.1, direction="up")])
    (request, _) = plan.requests.values()
    study._point(request, 1).reduce(lambda name: requested.append(name) or np.zeros((1, 1)))
    assert requested == ["fear"]
