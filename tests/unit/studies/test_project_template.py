"""Template of a new study: its files can be read and run, and its figures are those published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import parameters
from redbead.exceptions import BadInputError, EnvironmentProblemError
from redbead.scenario import authorities
from redbead.scenario.authorities import Published
from redbead.scenario.loader import load
from redbead.scenario.scenario import BANNER
from redbead.studies.comparison.reader import read_batch
from redbead.studies.project_template import (
    BATCH,
    PAGE,
    SCENARIO,
    find_authority,
    published_figures,
    starting_parameters,
    write_project,
)

AVAILABLE = [name for name in authorities.rows() if not authorities.missing(name)]
MISSING = [name for name in authorities.rows() if authorities.missing(name)]
WITHOUT_REREFERRALS = [name for name in AVAILABLE if authorities.published(name).rereferral is None]

# names


@given(st.sampled_from(AVAILABLE), st.sampled_from([str.upper, str.lower, str.title, str]), st.sampled_from(["", "  "]))
def test_an_authority_is_found_regardless_of_case_and_surrounding_spaces(name, change, space):
    assert find_authority(f"{space}{change(name)}{space}").name == name


@pytest.mark.cases(
    ("name", "message"),
    [
        ("Leedz", "Did you mean Leeds"),
        ("birmingam", "Did you mean Birmingham"),
        ("qqqq", "is not a known authority"),
        ("", "is not a known authority"),
        ("x\ny", r"x.*y"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_name(name, message):
    with pytest.raises(BadInputError, match=message) as caught:
        find_authority(name)
    assert "'redbead authorities' lists all authorities." in str(caught.value)


@pytest.mark.cases("name", MISSING)
def test_an_authority_without_published_figures_is_refused_with_the_reason(name):
    with pytest.raises(BadInputError, match="Start from the scenario 'baseline'") as caught:
        find_authority(name)
    assert authorities.missing(name).rstrip(".") in str(caught.value)


# files


@pytest.fixture(scope="module")
def median(tmp_path_factory):
    """Files of a study of a median authority."""
    folder = tmp_path_factory.mktemp("study") / "new" / "folder"
    assert write_project(folder) == [folder / SCENARIO, folder / BATCH, folder / PAGE]
    return folder


@pytest.fixture(scope="module", params=[AVAILABLE[0], "Leeds", *WITHOUT_REREFERRALS[:1]])
def local(request, tmp_path_factory):
    """Name of an authority, and the files of a study of it."""
    folder = tmp_path_factory.mktemp("study") / "local"
    write_project(folder, request.param)
    return request.param, folder


def test_the_scenario_of_a_median_authority_has_the_values_of_the_baseline(median):
    scenario = load(median / SCENARIO)
    assert scenario.values == load("baseline").values
    assert scenario.question.endswith("?")
    assert scenario.source


def test_the_batch_compares_both_policies_with_the_scenario(median):
    comparison = read_batch(median / BATCH)
    assert comparison.names == ("today", "just culture", "two strikes")
    assert (comparison.baseline, comparison.runs) == ("today", 100)
    kinds = [[lever.kind for lever in policy.scenario.levers] for policy in comparison.policies]
    assert kinds == [[], ["just-culture"], ["two-strikes"]]
    assert comparison.policy("today").scenario.values == load(median / SCENARIO).values


def test_the_scenario_of_an_authority_has_its_starting_parameters(local):
    name, folder = local
    scenario = load(folder / SCENARIO)
    assert scenario.published == name
    expected = starting_parameters(authorities.published(name))
    assert expected
    for path, number in expected.items():
        assert scenario.value(path) == pytest.approx(number)
    unchanged = set(parameters.register()) - set(expected)
    baseline = load("baseline")
    assert all(scenario.value(path) == baseline.value(path) for path in unchanged)


def test_all_policies_of_an_authority_start_from_its_figures(local):
    name, folder = local
    comparison = read_batch(folder / BATCH)
    assert {policy.scenario.published for policy in comparison.policies} == {name}
    assert name in comparison.title


def test_the_page_lists_every_figure_and_parameter_with_its_baseline(local):
    name, folder = local
    page = (folder / PAGE).read_text()
    assert page.startswith(f"# {name}, from its published figures")
    assert BANNER in page
    assert authorities.ATTRIBUTION in page
    assert authorities.CAUTION in page
    figures = authorities.published(name)
    for what, text in published_figures(figures):
        assert f"| {what} | {text} |" in page
        assert f"#   {what}: {text}" in (folder / SCENARIO).read_text()
    for path, number in starting_parameters(figures).items():
        item = parameters.register()[path]
        assert f"| `{path}` | {number:g} {item.param.unit} | {item.default:g} |" in page


def test_the_page_lists_commands_that_name_the_written_files(median):
    page = (median / PAGE).read_text()
    for command in (f"redbead run {SCENARIO}", f"redbead compare {BATCH}", f"--targets --scenario {SCENARIO}"):
        assert command in page


@pytest.mark.parametrize("name", AVAILABLE[::20])
def test_every_authority_gives_a_valid_scenario(tmp_path, name):
    write_project(tmp_path / "new", name)
    assert load(tmp_path / "new" / SCENARIO).published == name
    assert len(read_batch(tmp_path / "new" / BATCH).policies) == 3


# figures


def published_with(**changes):
    """Published figures of an authority by hand."""
    figures = Published("Testshire", "code", "North", 123.5, 15.25, 0.148, 0.188, 0.155, 0.218, 5307.0, 66465.0)
    return figures._replace(**changes)


def test_figures_are_rounded_and_have_units():
    assert published_figures(published_with()) == [
        ("case-holding workers", "123.5 full-time equivalents, including agency staff"),
        ("cases per worker", "15.25"),
        ("turnover", "14.8 % per year"),
        ("vacancy rate", "18.8 %"),
        ("agency rate", "15.5 %"),
        ("re-referrals", "21.8 % of referrals"),
        ("children", "66,465"),
    ]


def test_figures_that_are_not_published_are_named_or_left_out():
    known = dict(published_figures(published_with(rereferral=None, children=None)))
    assert known["re-referrals"] == "not published; the model uses the figure for England"
    assert "children" not in known


# folders


def test_an_empty_folder_is_filled_and_any_other_path_is_refused_unchanged(tmp_path):
    (tmp_path / "empty").mkdir()
    write_project(tmp_path / "empty")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "notes.txt").write_text("mine")
    for name in ("file", "used", "empty"):
        before = sorted(path for path in tmp_path.rglob("*"))
        with pytest.raises(BadInputError, match=r"exists and is not empty.\s*Choose a new name"):
            write_project(tmp_path / name)
        assert sorted(path for path in tmp_path.rglob("*")) == before
    assert (tmp_path / "file").read_text() == "mine"


def test_nothing_is_written_for_an_unknown_authority(tmp_path):
    with pytest.raises(BadInputError):
        write_project(tmp_path / "new", "Nowhereshire")
    assert not (tmp_path / "new").exists()


def test_a_folder_below_a_file_is_reported_without_a_traceback(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises((EnvironmentProblemError, BadInputError)):
        write_project(tmp_path / "file" / "new")
