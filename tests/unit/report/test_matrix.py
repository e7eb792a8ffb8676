"""Matrix of policies by outcomes: marks, verdicts and order of 40 policies, and the size of their page."""

import dataclasses
import re
from types import SimpleNamespace

import numpy as np
import pytest

from redbead.analysis.outcomes import OUTCOMES, PERIODS
from redbead.report.comparison import matrix, tables
from redbead.report.comparison.text import quoted_or_counted
from redbead.report.run_page import template
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.findings import EffectVerdict
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import ComparisonRuns
from redbead.studies.comparison.spec import Comparison, DecidingOutcome, Policy

EIGHT = (
    "errors_generated", "hidden_errors", "turnover", "service_quality", "cost", "caseload", "burnout", "fear",
)  # fmt: skip
RUNS = 20
NOISE = np.tile([-1.0, 1.0], RUNS // 2)


def constructed(effects, outcomes=EIGHT):
    """Findings of constructed runs: each policy has the effect `effects[k]` on every outcome, with small noise."""
    base = Scenario(name="today", years=3.0)
    names = ["today", *(f"policy {k}" for k in range(len(effects)))]
    policies = [Policy(n, base.set({"inspection.stakes": 0.01 * k}) if k else base) for k, n in enumerate(names)]
    deciding = tuple(DecidingOutcome(name, 0.5) for name in outcomes)
    comparison = Comparison("many", tuple(policies), "today", deciding_outcomes=deciding, runs=RUNS)
    arms = arms_of(comparison)
    values = np.full((len(names), RUNS, len(PERIODS), len(OUTCOMES)), 10.0)
    for k, (effect, noise) in enumerate(effects):
        values[k + 1] += (effect + noise * NOISE)[:, None, None]
    nothing_stored = SimpleNamespace(runs={}, header={"agents": []})
    return ReportData(ComparisonRuns(comparison, arms, nothing_stored, None, RUNS, values))


@pytest.fixture(scope="module")
def forty():
    """Forty policies: clear, small, inconclusive and no effects in turn."""
    kinds = [(-3.0, 0.1), (-0.2, 0.1), (0.3, 3.0), (0.0, 0.0), (0.2, 0.1), (3.0, 0.1), (0.01, 0.01), (-1.0, 0.1)]
    return constructed([(effect - 0.001 * k, noise) if noise else (effect, 0.0)
                        for k in range(5) for effect, noise in kinds])  # fmt: skip


def test_the_matrix_has_the_verdicts_of_the_headline_table(forty):
    frame = matrix.matrix_frame(forty)
    assert len(frame) == 40
    for effect in forty.effects.values():
        assert frame.loc[effect.policy, (effect.outcome, "verdict")] == str(effect.verdict)
    assert {row.verdict for row in tables.headline(forty)} - {""} == {
        cell.verdict for group in matrix.matrix(forty).groups for _, cells in group.rows for cell in cells
    }


@pytest.mark.cases(
    ("effect", "outcome", "verdict", "mark"),
    [
        ((-3.0, 0.1), "errors_generated", EffectVerdict.BETTER_AND_MATTERS, "▲▲"),
        ((3.0, 0.1), "errors_generated", EffectVerdict.WORSE_AND_MATTERS, "▼▼"),
        ((3.0, 0.1), "service_quality", EffectVerdict.BETTER_AND_MATTERS, "▲▲"),
        ((-0.5, 0.1), "errors_generated", EffectVerdict.BETTER, "▲"),
        ((0.5, 0.1), "errors_generated", EffectVerdict.WORSE, "▼"),
        ((0.01, 0.1), "errors_generated", EffectVerdict.TOO_SMALL, "≈"),
        ((0.1, 3.0), "errors_generated", EffectVerdict.INCONCLUSIVE, "?"),
        ((0.0, 0.0), "errors_generated", EffectVerdict.EQUAL, "="),
    ],
)
def test_a_cell_has_the_mark_of_its_verdict(effect, outcome, verdict, mark):
    (group,) = matrix.matrix(constructed([effect], (outcome,))).groups
    ((_, (cell,)),) = group.rows
    assert (cell.verdict, cell.mark) == (str(verdict), mark)


def test_every_verdict_has_its_own_mark():
    assert set(matrix.MARKS) == set(EffectVerdict)
    of_assumptions = {verdict for verdict in EffectVerdict if verdict.startswith(("higher", "lower"))}
    for verdicts in (of_assumptions, set(EffectVerdict) - of_assumptions):
        assert len({matrix.MARKS[verdict][0] for verdict in verdicts}) == len(verdicts)


def test_differences_are_in_per_cent_of_the_baseline_or_in_points():
    frame = matrix.matrix_frame(constructed([(-3.0, 0.1)], ("errors_generated", "turnover", "service_quality")))
    assert frame.loc["policy 0", ("errors_generated", "difference")] == pytest.approx(-30.0)  # 3 of 10
    assert frame.loc["policy 0", ("turnover", "difference")] == pytest.approx(-300.0)  # a share
    assert frame.loc["policy 0", ("service_quality", "difference")] == pytest.approx(-3.0)  # a ratio
    assert frame.attrs["units"] == {
        "errors_generated": "% of the baseline", "turnover": "percentage points", "service_quality": "(reference 1)"
    }  # fmt: skip


def test_policies_are_grouped_by_their_direction_on_the_main_outcome(forty):
    groups = matrix.matrix(forty).groups
    assert [group.heading.split(" on ")[0] for group in groups] == [
        "Better", "Not shown to be better or worse", "Worse"
    ]  # fmt: skip
    for group, direction in zip(groups, (1, 0, -1), strict=True):
        names = [name for name, _ in group.rows]
        effects = [forty.effects["", name, "errors_generated"] for name in names]
        assert {effect.direction for effect in effects} == {direction}
        means = [effect.difference.mean for effect in effects]
        assert means == sorted(means)  # fewer errors are better
    assert sum(len(group.rows) for group in groups) == 40


@pytest.mark.parametrize(("others", "many"), [(1, False), (12, False), (13, True), (40, True)])
def test_the_page_has_a_matrix_if_there_are_many_policies(others, many):
    assert matrix.has_many_policies(constructed([(1.0, 0.1)] * others, ("turnover", "cost"))) is many


def test_the_matrix_is_empty_if_no_run_finished_in_every_policy():
    data = constructed([(1.0, 0.1)] * 3)
    failed = dataclasses.replace(data.results, outcomes=np.full_like(data.results.outcomes, np.nan))
    assert matrix.matrix_frame(ReportData(failed)).empty


@pytest.mark.parametrize(("count", "text"), [(1, "'a'"), (6, "'a', 'a', 'a', 'a', 'a' and 'a'"), (7, "7 policies")])
def test_many_policies_are_counted_instead_of_named(count, text):
    assert quoted_or_counted(["a"] * count) == text


def test_a_cell_states_its_verdict_in_hidden_words(forty):
    html = template("macros.html.j2").module.matrix("Policies by outcomes", matrix.matrix(forty))
    cells = re.findall(r'<td role="cell" class="([^"]*)" data-label="[^"]+">(.*?)</td>', html)
    assert len(cells) == 40 * len(EIGHT)
    words = dict.fromkeys(str(verdict) for verdict in EffectVerdict)
    for _, text in cells:
        assert text.split(">, ")[1].removesuffix("</span>") in words


def test_a_terminal_shows_a_dozen_of_many_policies_and_counts_the_others(forty):
    """With the 8 best and 3 worst of 40 policies and the baseline, 29 are left out."""
    output = tables.lines(forty)
    blocks = [block for block in output if isinstance(block, list)]
    assert [len(block) for block in blocks] == [12] * len(EIGHT)
    ordered = matrix.ordered_policies(forty)
    assert [row[0] for row in blocks[0]] == ["today", *ordered[:8], *ordered[-3:]]
    (head,) = (line for line in output if isinstance(line, str) and line.startswith("Policy, mean"))
    assert "the same command with --json also prints the other 29" in head
    assert not [line for line in output if "cannot be distinguished" in line], "the matrix shows them"


@pytest.mark.parametrize("count", [1, 12])
def test_a_terminal_shows_all_of_few_policies(count):
    data = constructed([(-1.0 - k, 0.1) for k in range(count)], ("turnover",))
    (block,) = (block for block in tables.lines(data) if isinstance(block, list))
    assert [row[0] for row in block] == ["today", *(f"policy {k}" for k in range(count))]


@pytest.mark.parametrize(
    ("outcome", "heading"),
    [("fear", "Fear of workers (0 to 1)"), ("cost", "Cost (£ million per year)"), ("staff", "Staff (people)")],
)
def test_a_heading_has_its_unit_in_one_pair_of_brackets(outcome, heading):
    data = constructed([(1.0, 0.1)], (outcome,))
    assert tables.headline_cells(data)[0][0] == heading
    assert heading in tables.lines(data)
