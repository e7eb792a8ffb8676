"""The answer of a comparison, on a substitute engine with constructed effects.

The engine adds errors in proportion to the stakes of inspection, by an amount that depends on theory and parameters, so
that the true direction, size and reversal of every pair are known.
"""

import dataclasses
import re

import numpy as np
import pytest

from redbead.engine.simulate import RunOutput
from redbead.execution import executors, jobs
from redbead.execution.runs import measure_index, run_options
from redbead.levers import LEVERS
from redbead.measures import MEASURES
from redbead.report.comparison import page, tables
from redbead.report.comparison.headline import LIMITS_OF_SYSTEMS, MOST_POLICIES, answer, stated_pairs
from redbead.report.text import PROBABILITY_SCALE
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.arms import only_assumptions_differ
from redbead.studies.comparison.findings import EffectVerdict
from redbead.studies.comparison.inputs import gather, with_runs
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.spec import DecidingOutcome, SwitchingSearch, Uncertainty
from redbead.studies.comparison.study import run_only

WEEKS = 52
LEVEL = 1000.0
"""Errors per year at stakes of 0.5."""
ERRORS = DecidingOutcome("errors_generated", 5.0)
WORDS = sorted((name for name, _, _ in PROBABILITY_SCALE), key=len, reverse=True)
POLICY, ASSUMPTION = "blame.adherence", "fear.blame"
"""A parameter that levers change, and one that no lever changes."""
TWO_THEORIES = ("balanced", "blame-deters")


@pytest.fixture
def compare(monkeypatch, tmp_path):
    """Return a function that compares policies whose stakes and errors per unit of stakes are known."""

    def compare_policies(stakes, runs=20, slope=lambda scenario: 400.0, noise=1.0, path=POLICY, **fields):
        def run_with_known_effect(worker, row):
            scenario = worker.job.scenarios[row.scenario]
            random = np.random.default_rng(row.seed)
            own = np.random.default_rng((row.seed, int(1e6 * scenario.value(path))))
            yearly = LEVEL + random.normal(0.0, 50.0) + slope(scenario) * (scenario.value(path) - 0.5)
            values = np.full((WEEKS, 1, len(MEASURES)), 0.5)
            values[:, 0, measure_index("errors_generated")] = (yearly + noise * own.normal()) / WEEKS
            return RunOutput(values, None)

        monkeypatch.setattr(jobs.Worker, "run", run_with_known_effect)
        monkeypatch.setattr(executors, "compile_kernels", lambda: None)
        base = Scenario(name="base", years=1, warm_up_years=0)
        policies = {name: dataclasses.replace(base.set({path: value}), name=name) for name, value in stakes.items()}
        comparison = with_runs(gather(policies, **({"deciding_outcomes": (ERRORS,)} | fields)), str(runs))
        folder = tmp_path / f"batch {len(list(tmp_path.iterdir()))}"
        return ReportData(run_only(comparison, folder, run_options(jobs=1)))

    return compare_policies


def reverses_where_blame_deters(scenario):
    """Errors per unit of stakes: 400 in the balanced theory, -300 under the theory that blame deters."""
    return -300.0 if scenario.theory == "blame-deters" else 400.0


def percentages(sentence):
    """Numbers in per cent outside brackets."""
    return [float(number) for number in re.findall(r"([\d.]+) %", re.sub(r"\([^)]*\)", "", sentence))]


def test_the_first_sentence_states_direction_and_size_of_every_policy(compare):
    """Stakes of 0.7 and 0.3 instead of 0.5 change 1,000 errors by +8 % and -8 %."""
    data = compare({"today": 0.5, "strict": 0.7, "mild": 0.3})
    first = answer(data)[0]
    assert first.startswith("Compared with 'today', errors made rose by ")
    rise, fall = percentages(first)
    assert (rise, fall) == pytest.approx((8.0, 8.0), abs=0.6)
    assert re.search(r"rose by \S+ % \(\S+ to \S+\) with 'strict' and fell by \S+ % \(\S+ to \S+\) with 'mild'", first)
    assert first.endswith("(20 paired runs of 1 year).")


def test_pairs_of_the_question_are_compared_directly(compare):
    """Stakes of 0.3 instead of 0.7 change 1,080 errors by -160, or -14.8 %."""
    stakes = {"today": 0.5, "strict": 0.7, "mild": 0.3}
    search = SwitchingSearch("mild", "strict", ERRORS.measure, ())
    for fields in ({"pairs": (("mild", "strict"),)}, {"switching": search}):
        second = answer(compare(stakes, **fields))[1]
        assert second.startswith("Compared with 'strict', errors made fell by ")
        assert percentages(second) == pytest.approx([14.8], abs=0.6)


def test_the_theory_that_reverses_a_result_is_named_with_its_size(compare):
    data = compare({"today": 0.5, "strict": 0.7}, slope=reverses_where_blame_deters, theories=TWO_THEORIES)
    sentences = answer(data)
    assert "The direction is shown to be the same under 1 of 2 theories (not under 'blame-deters')." in sentences
    (reversal,) = (s for s in sentences if s.startswith("Under 'blame-deters' the direction reverses: "))
    assert "fell by " in reversal
    assert percentages(reversal) == pytest.approx([6.0], abs=0.6)


def test_a_result_that_holds_under_all_theories_has_no_reversal(compare):
    sentences = answer(compare({"today": 0.5, "strict": 0.7}, theories=TWO_THEORIES))
    assert "The direction is shown to be the same under all 2 theories." in sentences
    assert not any("reverses" in sentence for sentence in sentences)


def test_theories_are_counted_for_each_pair_separately(compare):
    """Under the second theory only policies with stakes below 0.5 change errors, so one result is not shown there."""

    def slope(scenario):
        return 400.0 if scenario.theory == "balanced" or scenario.value(POLICY) < 0.5 else 0.0

    data = compare({"today": 0.5, "strict": 0.7, "mild": 0.3}, slope=slope, noise=0.0, theories=TWO_THEORIES)
    (count,) = (s for s in answer(data) if s.startswith("The direction is shown"))
    assert "under all 2 theories for 'mild'" in count
    assert "under 1 of 2 theories for 'strict' (not under 'blame-deters')" in count


TYPICAL_RUNS = ((3, TWO_THEORIES), (5, ()), (100, ()))


@pytest.mark.parametrize(
    ("runs", "theories"),
    [
        pytest.param(runs, theories, marks=[pytest.mark.slow] * ((runs, theories) not in TYPICAL_RUNS))
        for runs in (3, 5, 20, 100)
        for theories in ((), TWO_THEORIES)
    ],
)
def test_without_drawn_parameters_no_word_for_a_probability_is_used(compare, runs, theories):
    """Repeated runs of one set of parameters say nothing about doubts in the model, however many there are."""
    data = compare({"today": 0.5, "strict": 0.8, "mild": 0.1}, runs=runs, theories=theories)
    everything = [*answer(data), *map(str, tables.lines(data)), page.page(
        data, [], {}, None, digest="d" * 64, command=["redbead"])]  # fmt: skip
    for text in everything:
        assert not [word for word in WORDS if re.search(rf"\b{word}\b", text)]
        assert "robability that" not in text
        assert "P(best)" not in text
    assert answer(data)[-1] == "No parameters were drawn: intervals describe chance only."


def share_sentence(data):
    (sentence,) = (s for s in answer(data) if re.match(r"Over \d+ draws of", s))
    return sentence


DRAWN = Uncertainty(("reporting.fear",), draws=40)


@pytest.mark.parametrize(("quantile", "words"), [(0.0, {"almost certain"}), (0.3, {"likely", "highly likely"})])
def test_words_describe_the_share_of_draws_in_which_a_result_holds(compare, quantile, words):
    """The sign depends on the drawn parameter, so that the result fails in a known share of draws."""
    data = compare({"today": 0.5, "strict": 0.7}, runs=200, uncertainty=DRAWN, slope=sign_above(quantile), noise=5.0)
    sentence = share_sentence(data)
    assert sentence.startswith("Over 40 draws of 1 uncertain parameter: an increase in errors made with 'strict' ")
    (word, share) = re.search(r"is ([a-z ]+) \((?:more than )?(\d+) %", sentence).groups()
    assert word in words
    assert float(share) / 100 == pytest.approx(1.0 - quantile, abs=0.2)


def sign_above(quantile, theory=None):
    """Slope that is positive where the drawn parameter lies above a quantile of its range ."""

    def slope(scenario):
        if theory is not None and scenario.theory == theory:
            return -400.0
        low, high = span("reporting.fear")
        return 400.0 if scenario.value("reporting.fear") >= low + quantile * (high - low) else -400.0

    return slope


def span(path):
    from redbead import parameters

    return parameters.register()[path].param.span()


def test_shares_of_draws_are_a_range_over_theories_which_are_counted_and_named(compare):
    slope = sign_above(0.0, theory="blame-deters")
    data = compare(
        {"today": 0.5, "strict": 0.7}, runs=200, uncertainty=DRAWN, slope=slope, noise=5.0, theories=TWO_THEORIES
    )
    sentence = share_sentence(data)
    assert re.search(r"almost certain under 1 theory \(balanced [^)]*\) ?", sentence)
    assert re.search(r"a remote chance under 1 theory \(blame-deters ", sentence)


def test_too_few_runs_per_draw_give_no_word_and_the_number_that_is_needed(compare):
    """Forty draws need three runs each for 100 pairs of runs that share a draw."""
    data = compare({"today": 0.5, "strict": 0.7}, runs=40, uncertainty=DRAWN)
    (sentence,) = (s for s in answer(data) if s.startswith("There are too few runs per draw"))
    assert sentence.endswith("at least 120 runs are needed.")
    assert share_sentence(compare({"today": 0.5, "strict": 0.7}, runs=120, uncertainty=DRAWN))


def test_the_parameter_that_reverses_a_result_is_named_with_its_value(compare):
    """The sign of the effect changes where practice.deterrence exceeds 0.5."""
    data = compare(
        {"today": 0.5, "strict": 0.7}, slope=lambda s: 400.0 if s.value("practice.deterrence") <= 0.5 else -400.0,
        switching=SwitchingSearch("strict", "today", ERRORS.measure, ("practice.deterrence",), points=5, runs=20),
    )  # fmt: skip
    (sentence,) = (s for s in answer(data) if s.startswith("The direction of 'strict' against 'today'"))
    value = float(re.search(r"is above ([\d.]+) \(", sentence)[1])
    assert 0.5 <= value <= 0.75, "between the last tried value before the change and the first one after it"
    assert "practice.deterrence" in sentence


def test_a_tie_is_not_a_win(compare):
    """Two policies differ by chance only: neither is best, in the sentence, the table and the counts over theories."""
    data = compare({"today": 0.5, "a": 0.3, "b": 0.30001}, noise=20.0, theories=TWO_THEORIES)
    (sentence,) = (s for s in answer(data) if "has the best mean" in s)
    assert "the runs do not distinguish it from" in sentence
    assert "tied for best under 2 of 2 theories" in sentence
    assert {row.policy: row.place for row in tables.headline(data)} == {
        "today": "", "a": "tied for best", "b": "tied for best"
    }  # fmt: skip


def test_the_winner_has_the_same_place_in_sentence_table_and_terminal(compare):
    data = compare({"today": 0.5, "strict": 0.7, "mild": 0.3})
    assert any(s.startswith("'mild' is best of 3 policies on errors made") for s in answer(data))
    assert [row.policy for row in tables.headline(data) if row.place == "best"] == ["mild"]
    cells = [row for block in tables.lines(data) if isinstance(block, list) for row in block]
    assert [row[0] for row in cells if row[2] == "best"] == ["mild"]


def test_least_regret_is_named_if_it_is_not_the_policy_with_the_best_mean(compare):
    """'mild' wins by 80 errors in one theory and loses by 120 in the other; 'today' loses at most 80 to it."""
    data = compare(
        {"today": 0.5, "mild": 0.3, "milder": 0.29},
        slope=lambda s: -600.0 if s.theory == "blame-deters" else 400.0, theories=TWO_THEORIES,
    )  # fmt: skip
    (sentence,) = (s for s in answer(data) if s.startswith("Over 2 theories, 'today' has the least regret"))
    least, most = (float(x) for x in re.findall(r"at most ([\d.]+)", sentence))
    assert (least, most) == pytest.approx((84.0, 126.0), abs=8.0)
    same = answer(compare({"today": 0.5, "mild": 0.3, "milder": 0.29}, theories=TWO_THEORIES))
    assert not any("regret" in sentence for sentence in same)


@pytest.mark.parametrize("path", ["inspection.stakes", "inspection.information", "inspection.notice_weeks"])
def test_a_result_on_inspection_carries_its_limit_in_the_same_sentence(compare, path):
    """Every sentence that states a gain from a change of inspection says that the model lacks most of its benefits."""
    low, high = span(path)
    middle, third, top = (round(low + share * (high - low)) if path.endswith("weeks") else low + share * (high - low)
                          for share in (0.5, 0.3, 0.9))  # fmt: skip
    data = compare({"graded": top, "less": middle, "least": third}, path=path)
    limit = LIMITS_OF_SYSTEMS["inspection."]
    stating = [s for s in answer(data) if "fell by" in s or "is best of" in s]
    assert stating
    assert all(limit in sentence for sentence in stating)


def test_a_result_on_anything_else_carries_no_limit_of_inspection(compare):
    data = compare({"today": 0.5, "mild": 0.3}, path="fear.blame")
    assert not any(LIMITS_OF_SYSTEMS["inspection."] in sentence for sentence in answer(data))


def test_a_difference_that_is_not_shown_has_no_direction(compare):
    data = compare({"today": 0.5, "same": 0.50001, "mild": 0.3}, noise=30.0)
    effect = data.effects["", "same", ERRORS.measure]
    assert effect.verdict in (EffectVerdict.INCONCLUSIVE, EffectVerdict.TOO_SMALL)
    assert effect.direction == 0
    assert re.search(
        r"(showed no clear change|did not change by an amount that matters) with 'same', ", answer(data)[0]
    )


def test_of_many_policies_the_best_and_the_worst_are_stated(compare):
    stakes = {f"policy-{k}": 0.4 + 0.04 * k for k in range(MOST_POLICIES + 2)} | {"least": 0.1}
    data = compare(stakes)
    assert stated_pairs(data) == [("least", "policy-0"), (f"policy-{MOST_POLICIES + 1}", "policy-0")]
    assert f"best and worst of {MOST_POLICIES + 2} policies" in answer(data)[0]


VALUING = re.compile(r"\b(better|worse|best|worst|ahead|regret|dominated)\b", re.IGNORECASE)


@pytest.mark.parametrize("theories", [(), TWO_THEORIES])
@pytest.mark.parametrize("count", [1, 2, 14])
@pytest.mark.parametrize(("path", "valued"), [(ASSUMPTION, False), (POLICY, True)])
def test_where_only_assumptions_differ_nothing_is_better_or_worse(compare, tmp_path, path, valued, count, theories):
    """Answer, tables and page say higher and lower; where a policy differs they say better and worse."""
    stakes = {"base": 0.5} | {f"value-{k}": 0.1 + 0.05 * k for k in range(count)}
    data = compare(stakes, path=path, theories=theories)
    frame = tables.differences(data)
    lines = [cell for line in tables.lines(data) for cell in ([line] if isinstance(line, str) else sum(line, ()))]
    terminal = "\n".join((*answer(data), *lines, *frame["verdict"]))
    html = page.page(data, [], {}, None, digest="0", command=["redbead"])
    text = re.sub(r"<[^>]+>", " ", html.partition("<h1")[2].partition('id="limits"')[0])
    assert data.only_assumptions_differ is not valued
    assert bool(VALUING.search(terminal)) is valued
    assert bool(VALUING.search(text)) is valued
    assert bool({"lower, and it matters", "lower, but may not matter"} & set(frame["verdict"])) is not valued


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"fear.blame": 0.2}, True), ({"theory": "blame-deters"}, True), ({"inspection.stakes": 0.1}, False),
        ({"fear.blame": 0.2, "inspection.stakes": 0.1}, False), ({}, False),
    ],
)  # fmt: skip
def test_only_parameters_that_no_lever_changes_are_assumptions(changes, expected):
    base = Scenario(name="base")
    policies = {"base": base, "other": dataclasses.replace(base.set(changes), name="other")}
    assert only_assumptions_differ(gather(policies)) is expected
    with_lever = {**policies, "other": dataclasses.replace(policies["other"], levers=(LEVERS["just-culture"](),))}
    assert only_assumptions_differ(gather(with_lever)) is False
