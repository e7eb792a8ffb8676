"""Messages of problems: position, sentence and hint."""

import pytest

from redbead.exceptions import BadInputError, Problem


def test_a_predicate_and_its_key_form_a_sentence():
    problem = Problem("a.yaml", 14, 5, "inspection.case_tracked", "is not a known key", "Did you mean cases_tracked?")
    assert str(problem) == "a.yaml:14:5: inspection.case_tracked is not a known key.\n    Did you mean cases_tracked?"


def test_any_other_description_follows_its_key_after_a_colon():
    assert (
        str(Problem("a.yaml", 3, key="direction", what="flat needs a band"))
        == "a.yaml:3: direction: flat needs a band."
    )
    assert str(Problem("a.yaml", what="the file is empty")) == "a.yaml: the file is empty."


@pytest.mark.cases(
    ("hint", "printed"),
    [
        ("remove one of the two", "Remove one of the two."),
        ("write format: 1", "Write format: 1"),
        ("redbead levers lists them", "redbead levers lists them."),
        ("'redbead levers' lists them.", "'redbead levers' lists them."),
        ("set the same length for both: --set time.years=10", "Set the same length for both: --set time.years=10"),
        ("for example between: [-0.03, 0.03]", "For example between: [-0.03, 0.03]"),
    ],
)
def test_hints_are_printed_as_sentences_without_changing_commands(hint, printed):
    assert str(Problem("a", what="b", hint=hint)).splitlines()[1] == f"    {printed}"


def test_problems_are_sorted_counted_and_listed_once():
    second, first = Problem("a", 2, what="x"), Problem("a", 1, what="y")
    error = BadInputError([second, first, second])
    assert error.problems == [first, second]
    assert str(error) == "a:1: y.\na:2: x.\n2 problems found. Nothing was run."
    assert str(BadInputError([first])).endswith("1 problem found. Nothing was run.")
