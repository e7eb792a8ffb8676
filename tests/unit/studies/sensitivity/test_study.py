"""A whole study of a function with known effects: recovers them, resumes, and reports key drivers."""

import dataclasses

import numpy as np
import pytest

from redbead.exceptions import BadInputError, IntegrityError
from redbead.execution.runs import run_options
from redbead.parameters import register
from redbead.scenario.scenario import Scenario
from redbead.storage import journal
from redbead.storage.study_folder import STORE
from redbead.studies.sensitivity.results import all_tables, key_drivers, run_sensitivity, sign_changes, tornado_order
from redbead.studies.sensitivity.spec import Factor, Study, build_study, log_scaled_outcomes, log_transform, make_factor
from redbead.studies.sensitivity.study import _ResponseRuns, analyse, header


class KnownModel:
    """Replaces runs: errors follow experience.effect, hidden ones reporting.fear; a just culture helps below 0.5."""

    def __init__(self):
        self.made = 0

    def evaluate(self, part, points, note=""):
        self.made += len(points)
        return [self._responses(point.scenario, point.runs) for point in points]

    def _responses(self, scenario, runs):
        effect, fear = scenario.value("experience.effect"), scenario.value("reporting.fear")
        helped = (effect - 0.5) * 30.0 if scenario.levers else 0.0
        noise = np.random.Generator(np.random.Philox(3)).standard_normal(runs)
        levels = [100.0 * effect + helped, 10.0 * fear, 0.15, 1.0]
        return [[[level + 0.01 * k for _ in range(3)] for level in levels] for k in noise]


def run_study(study, target, jobs=1, progress=None):
    """Findings of a study in a folder, without a report."""
    options = run_options(jobs=jobs, progress=progress)
    return run_sensitivity(study, target, options, command=["test"], pages=lambda *_: None).results


@pytest.fixture
def study():
    return build_study(
        "baseline", rivals=["just-culture"], parameters_=["experience.effect", "reporting.fear", "fear.floor"],
        trajectories=4, samples=128, runs=3,
    )  # fmt: skip


def test_known_effects_are_recovered(study):
    findings = analyse(study, KnownModel())
    assert {factor.path for factor in findings.leading} == {"experience.effect", "reporting.fear"}
    totals = {(s.path, s.outcome): s.total for s in findings.indices if s.period == findings.final_period}
    assert totals["experience.effect", 0] == pytest.approx(1.0, abs=0.1)
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
    """Range 0 to 0.8, default 0.6: errors fall by 60 and rise by 20 in every pair of runs."""
    findings = analyse(study, KnownModel())
    (path, low, high), *_ = tornado_order(findings, 0)
    assert path == "experience.effect"
    assert (low.difference.mean, high.difference.mean) == pytest.approx((-60.0, 20.0))
    assert low.difference.high - low.difference.low == pytest.approx(0.0, abs=1e-9)


def test_a_sign_change_of_an_advantage_is_reported(study):
    """A just culture adds errors at 0.6 and reduces them at 0."""
    changes = [f for f in sign_changes(analyse(study, KnownModel())) if f.outcome == "errors_generated"]
    assert [(f.path, f.end, f.policy) for f in changes] == [("experience.effect", "low", "just-culture")]
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
        "baseline", parameters_=["reporting.fear", "fear.blame"], trajectories=4, samples=4, runs=3, tornado_runs=4
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
        "baseline", parameters_=["reporting.fear", "fear.blame"], trajectories=4, samples=4, runs=3, tornado_runs=4
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


# responses of runs, from weekly series written by hand

WEEKLY = 130
"""Two and a half years: two whole years, and an evaluation period of the last two."""


class SeriesByHand:
    """Reduces the same weekly series for every point; all measures not given are 0."""

    def __init__(self, **series):
        self.series, self.calls = series, []

    def evaluate(self, part, points, note=""):
        self.calls.append((part, note, points))
        runs = len(next(iter(self.series.values())))
        return [point.reduce(lambda name: self.series.get(name, np.zeros((runs, WEEKLY)))) for point in points]


def responses_of(outcomes, **series):
    study = Study("s", Scenario(years=WEEKLY / 52), (), outcomes=outcomes, seed=4)
    points = SeriesByHand(**series)
    runs = _ResponseRuns(study, points)
    return runs.responses("screening", [study.scenario], 2), points.calls


def test_responses_are_outcomes_of_each_year_and_of_the_evaluation_period():
    """Quality 1, 2 and 4 in the two years and the half year after them; the last two years are weeks 26 to 130."""
    quality = np.repeat([1.0, 2.0, 4.0], [52, 52, 26])
    values, _ = responses_of(("service_quality",), service_quality=np.stack([quality, 3.0 * quality]))
    assert values.shape == (1, 2, 1, 3)
    assert values[0, 0, 0].tolist() == [1.0, 2.0, (26 * 1.0 + 52 * 2.0 + 26 * 4.0) / 104]
    assert values[0, 1, 0] == pytest.approx(3.0 * values[0, 0, 0])


def test_flows_are_totals_per_year():
    values, _ = responses_of(("errors_generated",), errors_generated=np.full((2, WEEKLY), 3.0))
    assert values[0, 0, 0] == pytest.approx([156.0] * 3)


def test_outcomes_are_in_the_order_of_the_study():
    series = {"turnover": np.full((2, WEEKLY), 0.2), "service_quality": np.full((2, WEEKLY), 0.9)}
    values, _ = responses_of(("turnover", "service_quality"), **series)
    assert values[0, 0, :, -1] == pytest.approx([0.2, 0.9])


def test_all_points_share_the_seed_of_the_study():
    _, ((part, note, points),) = responses_of(("turnover",), turnover=np.zeros((2, WEEKLY)))
    assert (part, note, points[0].seed, points[0].runs) == ("screening", "screening", 4, 2)


class RecordedModel(KnownModel):
    """The known model, which records the scenarios of each part of a study."""

    def __init__(self):
        super().__init__()
        self.parts = {}

    def evaluate(self, part, points, note=""):
        self.parts[part] = points
        return super().evaluate(part, points, note)


def test_a_study_screens_all_factors_and_decomposes_the_variance_of_the_leading_ones(study):
    """Screening: 4 trajectories of 3 factors; shares: 128 samples of 2 + 2; one at a time: 2 sides at 1 + 2 x 2."""
    model = RecordedModel()
    analyse(study, model)
    assert {part: len(points) for part, points in model.parts.items()} == {
        "screening": 4 * (3 + 1), "shares": 128 * (2 + 2), "tornado": 2 * (1 + 2 * 2),
    }  # fmt: skip
    assert {point.runs for point in model.parts["tornado"]} == {study.tornado_runs}


def test_a_policy_keeps_the_parameters_that_it_sets_itself():
    """One at a time, a factor is changed in the scenario but not in a rival that defines its value."""
    rival = Scenario(name="rival").set({"experience.effect": 0.3})
    study = Study("s", Scenario(), (Factor("experience.effect", 0.6, 0.0, 0.8),), (("rival", rival),), trajectories=4)
    model = RecordedModel()
    analyse(study, model)
    values = [point.scenario.value("experience.effect") for point in model.parts["tornado"]]
    assert values == [0.6, 0.3, 0.0, 0.3, 0.8, 0.3]


def test_without_significant_effects_the_study_ends_after_screening():
    study = build_study("baseline", parameters_=["fear.floor"], trajectories=4, runs=3)
    model = RecordedModel()
    findings = analyse(study, model)
    assert list(model.parts) == ["screening"]
    assert (findings.leading, findings.indices, findings.effects) == ((), (), ())
    assert len(findings.screening) == 4


def test_the_unit_of_screening_is_log_for_outcomes_that_are_always_positive(study):
    findings = analyse(study, KnownModel())
    assert [findings.unit(k) for k, scaled in enumerate(findings.log_scaled) if scaled] == ["log"] * sum(
        findings.log_scaled
    )
    plain = dataclasses.replace(findings, log_scaled=(False,) * 4)
    assert "log" not in {plain.unit(k) for k in range(4)}
