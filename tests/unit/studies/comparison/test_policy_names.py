"""Every requested combination is a policy with its own name and its own file, or is refused with a message."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.exceptions import BadInputError
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.folder import file_of, resolved
from redbead.studies.comparison.inputs import gather
from redbead.studies.comparison.reader import read_batch
from redbead.studies.comparison.spec import combination_name

LONG = "a policy whose long name explains that the service learns from what went wrong"


@pytest.fixture
def batch(tmp_path):
    """Read a batch from text."""

    def read(text):
        path = tmp_path / "batch.yaml"
        path.write_text(text, encoding="utf-8")
        return read_batch(path)

    return read


def quoted(name):
    """The name as a quoted YAML key."""
    return '"' + name + '"'


def refusal(read, text):
    """Message with which a batch is refused."""
    with pytest.raises(BadInputError) as caught:
        read(text)
    return str(caught.value)


GRIDS = [
    {"staffing.pull_requires_improvement": [0.1, 0.2], "takeover.disruption_commissioner": [0.1, 0.2]},
    {"practice.accountability": [-0.1, 0.1], "inspection.stakes": [0.1, 0.2]},
    {"practice.disruption": [0.01, 0.02], "fear.disruption": [0.01, 0.02]},
    {"inspection.cases_tracked": [27, 28, 270], "staffing.pull_requires_improvement": [0.123456789, 0.12345678]},
    {"fear.blame": [0.1, 0.2], "fear.floor": [0.01, 0.02], "inspection.stakes": [0.1, 0.2], "reporting.fear": [1, 2]},
    {"inspection.stakes": [1e-05, 1.0001e-05, 0.1]},
]
"""Grids whose names were cut, ambiguous, or alike except for a sign."""


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("name", ["x", LONG, "μάθηση"])
def test_every_combination_of_a_grid_is_a_policy_with_its_own_file(batch, grid, name):
    """Two policies with one name would replace one another, and two with one file would overwrite it."""
    listed = ", ".join(f"{path}: {numbers}" for path, numbers in grid.items())
    comparison = batch(
        f"policies: {{today: baseline, {quoted(name)}: two-strikes}}\n"
        f"grid: {{policy: {quoted(name)}, values: {{{listed}}}}}"
    )
    combinations = list(itertools.product(*grid.values()))
    varied = comparison.policies[1:]
    assert [tuple(policy.scenario.value(path) for path in grid) for policy in varied] == combinations
    assert len({file_of(policy) for policy in comparison.names}) == len(comparison.names) == 1 + len(combinations)
    keys = [role.key for role in arms_of(comparison).roles]
    assert len(set(keys)) == len(keys)
    for policy, values in zip(varied, combinations, strict=True):
        assert all(str(value) in policy.name for value in values), "labels show whole values"


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=20, unique=True))
def test_different_values_have_different_names_and_files(values):
    names = [combination_name("today", {"fear.blame": value}) for value in values]
    assert len(set(names)) == len(set(map(file_of, names))) == len(values)


@pytest.mark.cases(
    "names",
    [
        ("μάθηση", "φόβος"),
        ("学习", "责备"),
        ("👍", "👎"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👦"),
        ("می\u200cخواهم", "میخواهم"),
        ("e\u0301te\u0301", "ete"),
        ("!!!", "学!!!"),
        ("con", "aux"),
        (LONG + " 1", LONG + " 2"),
    ],
)
def test_names_of_any_script_are_kept_apart(batch, names):
    first, second = names
    comparison = batch(
        f"policies: {{{quoted(first)}: baseline, {quoted(second)}: two-strikes}}\nbaseline: {quoted(second)}\n"
        f"mix: {{{quoted(first + ' + ' + second)}: [{quoted(first)}, {quoted(second)}]}}"
    )
    assert comparison.names == (first, second, f"{first} + {second}")
    assert comparison.baseline == second
    assert len({file_of(name) for name in comparison.names}) == 3
    assert all(file_of(name).isascii() and len(file_of(name)) < 80 for name in comparison.names)
    assert f"{file_of(first)}" in resolved(comparison, 1)


@pytest.mark.cases(
    ("first", "second"),
    [
        ("learning", "Learning"),
        ("ΜΆΘΗΣΗ", "μάθηση"),
        (unicodedata.normalize("NFC", "naïve"), unicodedata.normalize("NFD", "naïve")),
        ("just culture", "just-culture"),
        ("Straße", "STRASSE"),
        ("x  y", "x y"),
        (LONG, LONG.upper()),
    ],
)
def test_names_that_some_disk_cannot_keep_apart_are_refused(batch, first, second):
    """Disks of Windows and macOS ignore capital letters, and macOS also the normalisation of Unicode."""
    text = f"policies: {{{quoted(first)}: baseline, {quoted(second)}: two-strikes}}"
    message = refusal(batch, text)
    assert "is too similar to" in message
    assert "Names must differ in letters or digits" in message
    with pytest.raises(BadInputError, match="is too similar to"):
        gather({first: "baseline", second: "two-strikes"})


@pytest.mark.parametrize(
    ("rest", "place", "what"),
    [
        ('"x: blame 0.1": baseline}', "3:26", "makes a policy named 'x: blame 0.1', which is already"),
        ('z: baseline}\nmix: {"x: blame 0.1": [today, z]}', "4:26", "makes a policy named 'x: blame 0.1'"),
        ('"X: BLAME 0.1": baseline}', "3:26", "is too similar to"),
    ],
)
def test_a_generated_name_that_another_policy_has_is_refused(batch, rest, place, what):
    message = refusal(
        batch,
        f"policies: {{today: baseline, x: two-strikes,\n  {rest}\ngrid: {{policy: x, values: {{fear.blame: [0.1]}}}}",
    )
    assert what in message
    if "similar" not in what:
        assert f":{place.partition(':')[0]}:" in message


@pytest.mark.cases("name", ["", " ", "a\nb", "a\tb", "a\x07b", "a\u202eb", 3, None])
def test_python_names_that_cannot_be_shown_are_refused(name):
    with pytest.raises(BadInputError) as caught:
        gather({"today": "baseline", name: "two-strikes"})
    assert any(text in str(caught.value) for text in ("empty name", "cannot be printed", "is not text"))


@pytest.mark.cases(
    ("text", "what"),
    [
        ("policies: {'': baseline, b: two-strikes}", "1:12: policies has an empty name"),
        ("policies: {a: baseline, ' ': two-strikes}", "policies has an empty name"),
        ("policies: {a: baseline, b: two-strikes}\nmix: {'': [a, b]}", "2:7: mix has an empty name"),
        ("policies: {a: baseline, b: two-strikes}\ngrid: {values: {'': [1]}}", "grid.values has an empty name"),
        ('policies: {a: baseline, "b\\nc": two-strikes}', "control characters are not allowed"),
        ('policies: {a: baseline, "b\\u202ec": two-strikes}', "control characters are not allowed"),
    ],
)
def test_names_in_a_file_that_cannot_be_shown_are_refused(batch, text, what):
    assert what in refusal(batch, text)


@pytest.mark.parametrize("count", [201, 1000])
@pytest.mark.parametrize("kind", ["policies", "mixes"])
def test_too_many_policies_or_mixes_are_refused_without_building_them(batch, count, kind):
    policies = ", ".join(f"p{k}: baseline" for k in range(count if kind == "policies" else 2))
    mixes = ", ".join(f"m{k}: [p0, p1]" for k in range(count))
    text = f"policies: {{{policies}}}" + (f"\nmix: {{{mixes}}}" if kind == "mixes" else "")
    assert f"has {count:,} {kind}, but a comparison has at most 200 policies" in refusal(batch, text)


def test_policies_grid_and_mixes_together_are_limited(batch):
    """The mixes of policies of the grid are added last."""
    values = [k / 1000 for k in range(150)]
    mixes = ", ".join(f'm{k}: [strikes, "today: blame {value}"]' for k, value in enumerate(values))
    text = (
        f"policies: {{today: baseline, strikes: two-strikes}}\ngrid: {{values: {{fear.blame: {values}}}}}\n"
        f"mix: {{{mixes}}}"
    )
    assert "has 302 policies, but a comparison has at most 200" in refusal(batch, text)


@pytest.mark.parametrize("reference", ["baseline: {}", "package: {{policy: {}}}", "mix: {{m: [a, {}]}}"])
def test_a_wrong_reference_suggests_the_name_of_a_policy(batch, reference):
    """With many policies, only the first 20 are listed."""
    policies = ", ".join(f"p{k}: two-strikes" for k in range(30))
    message = refusal(
        batch, f"policies: {{a: baseline, Learning: just-culture, {policies}}}\n{reference.format('learning')}"
    )
    assert "'learning' is not one of the policies" in message
    assert "Did you mean Learning? Choose from: a, Learning, p0," in message
    assert "and 12 more." in message


@pytest.mark.cases("order", list(itertools.permutations(["x: [today, strikes]", "y: [x, z]", "z: [today, learning]"])))
def test_mixes_of_mixes_do_not_depend_on_their_order(batch, order):
    """A mix of a mix was unknown if it came more than one step later."""
    policies = "policies: {today: baseline, strikes: two-strikes, learning: {change: {fear.blame: 0.1}}}"
    comparison = batch(f"{policies}\nmix: {{{', '.join(order)}}}")
    assert set(comparison.names) == {"today", "strikes", "learning", "x", "y", "z"}
    assert comparison.policy("y").scenario.value("fear.blame") == 0.1


@pytest.mark.parametrize("mixes", ["x: [x, today]", "x: [y, today], y: [x, today]", "x: [today, y], y: [today, ghost]"])
def test_mixes_of_unknown_or_circular_parts_are_refused(batch, mixes):
    message = refusal(batch, f"policies: {{today: baseline, strikes: two-strikes}}\nmix: {{{mixes}}}")
    assert "is not one of the policies" in message
