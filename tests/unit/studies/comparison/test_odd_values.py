"""Odd values of a batch file have messages that state what is wrong and what to write; none causes a traceback."""

import pytest

import redbead as rb
from redbead.exceptions import BadInputError
from redbead.studies.comparison.inputs import gather
from redbead.studies.comparison.reader import read_batch

POLICIES = "policies: {today: baseline, strikes: two-strikes}\n"


def refusal(tmp_path, text):
    """Message with which a batch is refused."""
    path = tmp_path / "batch.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        read_batch(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("grid: {values: {reporting.fear: 0.5}}", "2:33: grid.values.reporting.fear = 0.5 must be a list"),
        ("grid: {values: {reporting.fear: graded}}", "must be a list with at least one item, such as [27, 60]"),
        ("grid: {values: {reporting.fear: []}}", "= an empty list must be a list with at least one item"),
        ("grid: {values: {reporting.fear: {a: 1}}}", "= a mapping must be a list"),
        ("grid: {values: {reporting.fear: [[1]]}}", "= a list must be a number or text"),
        ("grid: {values: {reporting.fear: [1, 1.0]}}", "2:37: grid.values.reporting.fear = 1 appears twice"),
        ("grid: {values: {reporting.fear: [1000, 1e3]}}", "appears twice"),
        ("grid: {values: {reporting.fear: [0, -0.0]}}", "appears twice"),
        ("grid: {values: {inspection.regime: [none, none]}}", "appears twice"),
        ("grid: {values: {fear: [1]}}", "fear is a family of parameters, not a parameter"),
        ("mix: {x: [today, today]}", "2:18: mix.x = 'today' appears twice"),
        ("measures: {turnover: 0 %}", "must be a number above 0, or a share above 0 such as 5 %"),
        ("measures: {turnover: 0.00 %}", "a share above 0"),
        ("measures: {turnover: '00%'}", "a share above 0"),
        ("measures: {}", "with at least one key"),
        ("format: 2", "Write format: 1."),
        ("format: '1'", "must be the number 1"),
        ("format: [1]", "Write format: 1, without quotes or brackets."),
        ("uncertainty: {parameters: ['" + "*a" * 60 + "']}", "a path or pattern of at most 100 characters"),
    ],
)
def test_an_odd_value_is_refused_at_its_place(tmp_path, text, what):
    assert what in refusal(tmp_path, POLICIES + text)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("levers.two-strikes.from_week: [1.5]", "= 1.5 must be a whole number"),
        ("levers.two-strikes.from_week: [x]", "= 'x' must be a number, not text"),
        ("levers.two-strikes.from_week: [1e300]", "is outside the range 0 to 5200 weeks"),
        ("levers.two-strikes.dose: ['1']", "Write numbers as 12, 0.5 or 1e3, without quotes"),
        ("levers.two-strikes.until_week: [3]", "Choose another value"),
        (
            "inspection.regime: [none], inspection.visits: [1]",
            "contradicts inspection.regime: none, which sets it to 0",
        ),
        ("takeover.rule: [automatic], takeover.chance: [1, 0.5]", "contradicts takeover.rule: automatic"),
        ("inspection.graded: [0, 1], inspection.regime: [graded]", "Keep one of the two in the grid"),
    ],
)
def test_an_odd_value_of_a_grid_is_described_as_in_a_scenario(tmp_path, value, what):
    """A whole number of a lever was "outside the range", and contradictions gave names that state both values."""
    message = refusal(tmp_path, f"{POLICIES}grid: {{policy: strikes, values: {{{value}}}}}")
    assert what in " ".join(message.split())


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("change: {fear: {blame: 0.1}}", "Write the path of each parameter, such as fear.floor."),
        ("change: {inspection: {stakes: 0.1}}", "Write the path of each parameter, such as inspection."),
        ("change: {levers: [{kind: two-strikes}]}", "Write 'levers' beside 'change', not inside it."),
        ("change: {theory: balanced}", "Write 'theory' beside 'change', not inside it."),
        ("fear.blame: 0.1", "Set parameters under 'change': change: {fear.blame: ...}."),
        ("fear: {blame: 0.1}", "Set the parameters of fear under 'change'"),
        ("inspection: {inspection.stakes: 0.1}", "Write stakes, because the section already names the family."),
    ],
)
def test_a_parameter_in_the_wrong_place_has_a_hint_where_to_write_it(tmp_path, part, what):
    assert what in refusal(tmp_path, f"policies: {{today: baseline, x: {{{part}}}}}")


@pytest.mark.parametrize("number", ["1", "1.0", "1e0"])
def test_equal_format_numbers_are_accepted(tmp_path, number):
    path = tmp_path / "batch.yaml"
    path.write_text(f"format: {number}\n{POLICIES}")
    assert read_batch(path).names == ("today", "strikes")


@pytest.mark.cases("sources", [{}, [], {"a": 3, "b": "baseline"}, {"a": None, "b": "baseline"}, [["baseline"], "x"]])
def test_odd_sources_in_python_are_refused(sources):
    with pytest.raises(
        BadInputError,
        match=r"at least two policies|no scenario has this name|must be a scenario, the name of one, or a path",
    ):
        gather(sources)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"baseline": 3}, "baseline must be text, not 3"),
        ({"baseline": "Two-strikes"}, "Did you mean two-strikes?"),
        ({"settings": {3: 1}}, "settings must be a mapping of names to numbers or text"),
        ({"settings": {"fear": 1}}, "is a family of parameters"),
    ],
)
def test_odd_options_in_python_are_refused(options, what):
    with pytest.raises(BadInputError) as caught:
        rb.compare(["baseline", "two-strikes"], **options)
    assert what in str(caught.value)
