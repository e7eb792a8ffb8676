"""A whole study of a function with known effects: recovers them, resumes, and reports key drivers."""

import numpy as np
import pytest

from redbead.exceptions import BadInputError, IntegrityError
from redbead.execution.runs import run_options
from redbead.parameters import register
from redbead.storage import journal
from redbead.storage.study_folder import STORE
from redbead.studies.sensitivity.folder import run_sensitivity
from redbead.studies.sensitivity.results import all_tables, key_drivers, sign_changes, tornado_order
from redbead.studies.sensitivity.spec import build_study, log_scaled_outcomes, log_transform, make_factor
from redbead.studies.sensitivity.study import analyse, header


class KnownModel:
    """Replaces the runs: errors follow fear.blame, hidden errors reporting.fear; a just culture helps below 0.5."""

    def __init__(self):
        self.made = 0

    def evaluate(self, part, points, note=""):
        self.made += len(points)
        return [self._responses(point.scenario, point.runs) for point in points]

    def _responses(self, scenario, runs):
        blame, fear = scenario.value("fear.blame"), scenario.value("reporting.fear")
        helped = (blame - 0.5) * 30.0 if scenario.levers else 0.0
        noise = np.random.Generator(np.random.Philox(3)).standard_normal(runs)
        levels = [100.0 * blame + helped, 10.0 * fear, 0.15, 1.0]
        return [[[level + 0.01 * k for _ in range(3)] for level in levels] for k in noise]


def run_study(study, target, jobs=1, progress=None):
    """Findings of a study in a folder, without a report."""
    options = run_options(jobs=jobs, progress=progress)
    return run_sensitivity(study, target, options, command=["test"], pages=lambda *_: None).results


@pytest.fixture
def study():
    return build_study(
        "baseline", rivals=["just-culture"], parameters_=["fear.blame", "reporting.fear", "fear.floor"],
        trajectories=4, samples=128, runs=3,
    )  # fmt: skip


def test_known_effects_are_recovered(study):
    findings = analyse(study, KnownModel())
    assert {factor.path for factor in findings.leading} == {"fear.blame", "reporting.fear"}
    totals = {(s.path, s.outcome): s.total for s in findings.indices if s.period == findings.final_period}
    assert totals["fear.blame", 0] == pytest.approx(1.0, abs=0.1)
    assert totals["reporting.fear", 1] == pytest.approx(1.0, abs=0.1)


def test_positive_outcomes_are_log_scaled():
    """10 % more changes the logarithm equally at any level; outcomes that can be zero are not scaled."""
    responses = np.array([[[[10.0], [0.0]]], [[[11.0], [1.0]]], [[[100.0], [0.0]]], [[[110.0], [1.0]]]])
    assert log_scaled_outcomes(responses) == (True, False)
    logs = log_transform(responses, log_scaled_outcomes(responses))[:, 0, :, 0]
    assert logs[1, 0] - logs[0, 0] == pytest.approx(logs[3, 0] - logs[2, 0]) == pytest.approx(np.log(1.1))
    assert logs[:, 1].tolist() == [0.0, 1.0, 0.0, 1.0]
    assert np.isfinite(log_transform(responses, (True, True))).all()


def test_a_tornado_shows_paired_differences(study):
    """Range 0 to 0.8, default 0.55: errors fall by 55 and rise by 25 in every pair of runs."""
    findings = analyse(study, KnownModel())
    (path, low, high), *_ = tornado_order(findings, 0)
    assert path == "fear.blame"
    assert (low.difference.mean, high.difference.mean) == pytest.approx((-55.0, 25.0))
    assert low.difference.high - low.difference.low == pytest.approx(0.0, abs=1e-9)


def test_a_sign_change_of_an_advantage_is_reported(study):
    """A just culture adds errors at 0.55 and reduces them at 0."""
    changes = [f for f in sign_changes(analyse(study, KnownModel())) if f.outcome == "errors_generated"]
    assert [(f.path, f.end, f.policy) for f in changes] == [("fear.blame", "low", "just-culture")]
    assert changes[0].advantage > 0 > changes[0].flipped


def test_assumed_parameters_come_first_among_key_drivers(study):
    drivers = key_drivers(analyse(study, KnownModel()))
    assert [d.basis for d in drivers] == sorted((d.basis for d in drivers), key=lambda basis: basis != "assumed")


def test_tables_have_one_row_per_finding(study):
    tables = all_tables(analyse(study, KnownModel()))
    assert len(tables["screening.csv"]) == 3 * 4
    assert len(tables["tornado.csv"]) == 2 * 2 * 2 * 4
    assert set(tables["over_time.csv"]["period"]) == {"year 1", "year 2"}


def test_causal_links_vary_over_their_range_and_others_over_a_tenth():
    blame, memory = register()["fear.blame"], register()["publicity.memory"]
    assert make_factor("fear.blame", blame, 0.55)[2:] == (0.0, 0.8)
    low, high = memory.param.span()
    factor = make_factor("publicity.memory", memory, memory.default)
    assert factor.low == pytest.approx(memory.default + 0.1 * (low - memory.default))
    assert factor.high == pytest.approx(memory.default + 0.1 * (high - memory.default))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"parameters_": ["fear.blam"]}, "Did you mean fear.blame"),
        ({"outcomes": ["turnovr"]}, "Did you mean turnover"),
        ({"samples": 1}, "must be at least 2"),
        ({"rivals": ["just-cultur"]}, "Did you mean just-culture"),
    ],
)
def test_invalid_requests_suggest_a_correction(options, message):
    with pytest.raises(BadInputError, match=message):
        build_study("baseline", **options)


@pytest.mark.slow
def test_results_do_not_depend_on_jobs_and_finished_points_are_reused(tmp_path):
    small = build_study(
        "baseline", parameters_=["reporting.fear", "fear.blame"], trajectories=2, samples=4, runs=2, tornado_runs=4
    )
    first, second = run_study(small, tmp_path / "one", jobs=1), run_study(small, tmp_path / "two", jobs=2)
    for name, table in all_tables(first).items():
        assert table.equals(all_tables(second)[name]), name
    reports: list[int] = []
    run_study(small, tmp_path / "one", progress=lambda progress: reports.append(progress.done))
    assert reports == []


@pytest.mark.slow
def test_an_interrupted_study_resumes(tmp_path):
    small = build_study(
        "baseline", parameters_=["reporting.fear", "fear.blame"], trajectories=2, samples=4, runs=2, tornado_runs=4
    )
    complete = run_study(small, tmp_path / "whole")
    whole = tmp_path / "whole" / STORE / journal.NAME
    cut = tmp_path / "cut"
    (cut / STORE).mkdir(parents=True)
    lines = whole.read_bytes().splitlines(keepends=True)
    (cut / STORE / journal.NAME).write_bytes(b"".join(lines[:7]) + lines[7][:20])
    resumed = run_study(small, cut)
    assert all_tables(resumed)["tornado.csv"].equals(all_tables(complete)["tornado.csv"])
    other = build_study("baseline", parameters_=["reporting.fear"], trajectories=2, samples=4, runs=2)
    assert header(other) != header(small)
    with pytest.raises(IntegrityError, match="other inputs"):
        run_study(other, cut)
