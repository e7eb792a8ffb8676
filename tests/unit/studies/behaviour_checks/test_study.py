"""Running checks: shared runs, prefixes, theories, exit codes, choosing."""

import dataclasses
import math
from types import SimpleNamespace

import numpy as np
import pytest

from redbead.analysis.intervals import Interval
from redbead.analysis.series import names, unit_of, values_of
from redbead.exceptions import BadInputError, Exit
from redbead.execution.runs import run_many
from redbead.scenario.reader_base import ScenarioPart, under
from redbead.scenario.scenario import Scenario
from redbead.studies.behaviour_checks import study
from redbead.studies.behaviour_checks.format import as_data, summary
from redbead.studies.behaviour_checks.reader import chosen, theory_of
from redbead.studies.behaviour_checks.spec import Check, Expectation, ScenarioPair
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, Finding

SMALL = Scenario(name="small", warm_up_years=0.5).set({"authority.posts": 24})
CALM = SMALL.set({"fear.floor": 0.0})
NO_FIGURE = Interval(math.nan, math.nan, math.nan, "")


def check(name="calm", *, last=30, runs=4, theory="any", setup=CALM, against=SMALL, known=""):
    items = (
        Expectation(measure="fear", first=10, last=last, statistic="ratio", direction="down", known=known),
        Expectation(measure="errors_generated", per="open_cases", first=0, last=last, statistic="level", band=(0, 1)),
    )
    pair = ScenarioPair(ScenarioPart(setup, {}), ScenarioPart(against, {}))
    return Check(name=name, claim="c.", source="s", pair=pair, expect=items, runs=runs, theory=theory)


def test_each_scenario_runs_once_as_long_and_as_often_as_anybody_needs():
    plan = study.prepare([check(), check("longer", last=60), check("more", runs=9)])
    assert {(need.weeks, need.runs) for need in plan.needs.values()} == {(60, 9)}
    assert len(plan.needs) == 2
    assert plan.total == 18
    assert {name for need in plan.needs.values() for name in need.series} == {"fear", "errors_generated", "open_cases"}


def test_shared_runs_change_no_figure():
    alone = study.carry_out(study.prepare([check()]))
    shared = study.carry_out(study.prepare([check("more", runs=9, last=60), check()]))
    assert [f.interval for f in shared[1].findings] == [f.interval for f in alone[0].findings]
    assert (shared[0].runs, shared[1].runs) == (9, 4)


def test_a_run_is_a_prefix_of_a_longer_one():
    short, long = (run_many(dataclasses.replace(SMALL, years=y), runs=2).weekly for y in (0.5, 1.0))
    assert np.array_equal(short, long[:, : short.shape[1]])


def test_runs_of_the_command_line_replace_those_of_the_file():
    assert study.carry_out(study.prepare([check()], runs=3))[0].runs == 3


def test_progress_counts_all_scenarios():
    told = []
    study.carry_out(study.prepare([check()]), progress=told.append)
    assert [p.done for p in told] == list(range(1, 9))
    assert {p.total for p in told} == {8}


def test_a_failed_run_stops_the_checks_with_its_cause(monkeypatch):
    monkeypatch.setattr("redbead.execution.jobs.go_on", lambda *_, **__: 1 / 0)
    with pytest.raises(study.RunsFailedError, match="4 of 4 runs of 'small' failed: ZeroDivisionError"):
        study.carry_out(study.prepare([check()]))
    assert study.RunsFailedError.exit_code is Exit.SOME_RUNS_FAILED


def test_a_theory_is_set_and_what_the_side_sets_itself_wins():
    asked = {}
    side = ScenarioPart(SimpleNamespace(set=asked.update), {"fear.floor": 0.2})
    under(side, "just-culture")
    assert asked == {"theory": "just-culture", "fear.floor": 0.2}


@pytest.mark.parametrize("theory", ["any", "balanced"])
def test_the_scenarios_own_theory_needs_no_word(theory):
    assert under(ScenarioPart(SMALL, {}), theory) is SMALL


def test_a_claim_of_one_theory_is_never_run_under_a_rival():
    assert theory_of(check(theory="blame-deters"), "just-culture") == "blame-deters"
    assert theory_of(check(theory="any"), "just-culture") == "just-culture"
    assert theory_of(check(theory="any"), "") == "any"


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((CheckVerdict.HOLDS, CheckVerdict.KNOWN, CheckVerdict.MENDED), Exit.GOOD),
        ((CheckVerdict.HOLDS, CheckVerdict.OPEN), Exit.UNDECIDED),
        ((CheckVerdict.OPEN, CheckVerdict.FAILS), Exit.CHECK_FAILED),
    ],
)
def test_exit_codes(verdicts, code):
    item = check().expect[0]
    findings = tuple(Finding(item, verdict, NO_FIGURE) for verdict in verdicts)
    assert study.exit_code([study.CheckResult(check(), "any", 2, findings)]) is code


def test_what_is_known_and_open_fails_nothing():
    result = study.CheckResult(check(), "any", 2, (Finding(check(known="k").expect[0], CheckVerdict.OPEN, NO_FIGURE),))
    assert study.exit_code([result]) is Exit.GOOD
    assert summary([result]) == "1 expectation of 1 check: 1 falls short (known)"
    assert as_data(result)["expectations"][0]["estimate"] is None


def test_choosing():
    every = chosen([])
    assert {c.name for c in chosen([], test="T34")} == {c.name for c in every if "T34" in c.tests}
    assert {c.name for c in chosen([], system="S18")} == {c.name for c in every if "S18" in c.systems}
    assert {c.theory for c in chosen([], theory="just-culture")} <= {"just-culture", "any"}
    assert [c.name for c in chosen([every[3].name])] == [every[3].name]


@pytest.mark.parametrize(
    ("names_", "more", "told"),
    [
        (["credit-for-candor"], {}, "did you mean 'credit-for-candour'"),
        ([], {"test": "T31"}, "no check has 'T31'"),
        ([], {"system": "S99"}, "no check has 'S99'"),
        ([], {"theory": "blame-deter"}, "did you mean 'blame-deters'"),
        (["credit-for-candour"], {"theory": "balanced", "test": "T52"}, ""),
    ],
)
def test_choosing_what_is_not_there(names_, more, told):
    if not told:
        assert chosen(names_, **more)
        return
    with pytest.raises(BadInputError, match=told):
        chosen(names_, **more)


def test_quantities_made_from_measures():
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
