"""Draws of uncertain parameters: triangular distribution, parameters varied, and one value per stratum."""

import numpy as np
import pytest

from redbead import parameters
from redbead.analysis.parameter_draws import (
    NUISANCE,
    PLAUSIBLE,
    draw_lever,
    draw_parameters,
    is_plausible,
    triangular,
    uncertain,
)
from redbead.levers import LEVERS
from redbead.parameters import register
from redbead.quantities import DISTRIBUTIONS, Declared, Param

DRAWS = 40


def parameter(default, low=0.0, high=8.0, **more):
    """A parameter that is not in the model."""
    return Declared("number", Param("index", low, high, "something", **more), default)


def values(item, *u):
    return triangular(np.array(u), item).tolist()


# triangular distribution


def test_triangular_quantiles_of_a_hand_calculated_example():
    """From 0 to 8 with mode 2, so that a quarter of the mass is below 2, 1/16 below 1 and 3/16 above 5."""
    quantiles = values(parameter(2.0), 0.0, 0.0625, 0.25, 1 - 0.75 / 4, 1.0)
    assert quantiles == pytest.approx([0.0, 1.0, 2.0, 5.0, 8.0], abs=1e-12)


@pytest.mark.cases(
    ("default", "u", "expected"),
    [
        (0.0, 0.0, 0.0), (0.0, 0.75, 4.0), (0.0, 1.0, 8.0),  # mode at 0: 8 - sqrt(0.25 x 64)
        (8.0, 0.0, 0.0), (8.0, 0.25, 4.0), (8.0, 1.0, 8.0),  # mode at 8: sqrt(0.25 x 64)
        (4.0, 0.125, 2.0), (4.0, 0.5, 4.0), (4.0, 0.875, 6.0),
    ],
)  # fmt: skip
def test_triangular_quantiles_with_the_mode_at_an_end_or_in_the_middle(default, u, expected):
    assert values(parameter(default), u) == pytest.approx([expected], abs=1e-12)


def test_the_likely_range_replaces_the_range_and_limits_the_mode():
    assert values(parameter(3.0, likely=(2.0, 4.0)), 0.0, 0.5, 1.0) == pytest.approx([2.0, 3.0, 4.0])
    assert values(parameter(7.0, likely=(2.0, 4.0)), 0.0, 0.25, 1.0) == pytest.approx([2.0, 3.0, 4.0])


@pytest.mark.parametrize("default", [0.0, 0.5, 2.0, 8.0])
def test_mean_and_variance_are_those_of_a_triangular_distribution(default):
    """(a + m + b) / 3 and (a^2 + m^2 + b^2 - am - ab - mb) / 18, from the midpoints of 100,000 strata."""
    drawn = triangular((np.arange(100_000) + 0.5) / 100_000, parameter(default))
    assert drawn.mean() == pytest.approx((default + 8.0) / 3, abs=1e-4)
    assert drawn.var() == pytest.approx((default**2 + 64.0 - 8.0 * default) / 18, rel=1e-4)


# parameters that are drawn


def test_sizes_prices_references_limits_whole_numbers_and_neutral_zeros_are_not_drawn():
    """Some parameters by name, and all by rule."""
    fixed = set(register()) - set(uncertain())
    assert fixed >= {
        "authority.posts", "authority.rewired", "cost.worker", "fear.reference", "lessons.defences_ref",
        "inspection.limit_inadequate", "lessons.pool_authorities", "blame.just", "change.unit_model",
    }  # fmt: skip
    assert not fixed & {
        "fear.blame",
        "practice.fear",
        "reporting.fear",
        "staffing.leaving",
    }
    for path in fixed:
        assert DISTRIBUTIONS[register()[path].param.drawn].startswith("fixed in audits"), path
    for path in uncertain():
        assert not DISTRIBUTIONS[register()[path].param.drawn].startswith("fixed"), path


@pytest.fixture(scope="module")
def drawn():
    """Forty draws, by parameter."""
    draws = draw_parameters(DRAWS, 3)
    assert len(draws) == DRAWS
    assert all(list(draw) == list(uncertain()) for draw in draws)
    return {path: np.array([draw[path] for draw in draws]) for path in uncertain()}


@pytest.mark.parametrize(("distribution", "width"), [("range", 1.0), ("tenth", NUISANCE)])
def test_a_draw_follows_the_declared_distribution(monkeypatch, distribution, width):
    """A parameter outside the model, from 0 to 8 with its default at 4: the draws are symmetric around it."""
    item = parameter(4.0, distribution=distribution)
    monkeypatch.setattr(parameters, "register", lambda: {"test.number": item})
    values = np.array([draw["test.number"] for draw in draw_parameters(400, 2)])
    assert values.min() == pytest.approx(4.0 - 4.0 * width, abs=0.4 * width)
    assert values.max() == pytest.approx(4.0 + 4.0 * width, abs=0.4 * width)
    assert values.mean() == pytest.approx(4.0, abs=0.01 * width)


@pytest.mark.parametrize("distribution", ["reference", "limit", "size", "price", "policy", "whole"])
def test_a_parameter_with_a_reason_to_stay_at_its_default_is_not_drawn(monkeypatch, distribution):
    item = parameter(4.0, distribution=distribution, causal_link=True)
    monkeypatch.setattr(parameters, "register", lambda: {"test.number": item, "test.other": parameter(2.0)})
    assert [list(draw) for draw in draw_parameters(2, 2)] == [["test.other"]] * 2


def test_only_causal_links_are_drawn_from_their_whole_range(drawn):
    """Extremes of 40 strata reach the outer 16 % of the range; other parameters stay within a tenth of it."""
    for path, item in uncertain().items():
        low, high = item.param.span()
        assert all(item.param.accepts(value) for value in drawn[path].tolist()), path
        if item.param.causal_link:
            mode = min(high, max(low, item.default))
            assert drawn[path].min() - low <= (mode - low) * 0.16 + (high - low) * 0.16, path
            assert drawn[path].max() - low >= (high - low) * (1 - 0.16) - (high - mode) * 0.16, path
        else:
            assert drawn[path].min() >= item.default - NUISANCE * max(0.0, item.default - low) - 1e-12, path
            assert drawn[path].max() <= item.default + NUISANCE * max(0.0, high - item.default) + 1e-12, path


def triangular_cdf(value, item):
    """Cumulative distribution function of the triangle, from its area."""
    low, high = item.param.span()
    mode = min(high, max(low, item.default))
    rising, falling = (high - low) * (mode - low), (high - low) * (high - mode)
    return np.where(
        value < mode, (value - low) ** 2 / (rising or 1.0), 1.0 - (high - value) ** 2 / (falling or 1.0)
    )  # a side of zero width has no values


def test_every_stratum_of_every_parameter_is_used_once(drawn):
    for path, item in uncertain().items():
        width = 1.0 if item.param.causal_link else NUISANCE
        whole = item.default + (drawn[path] - item.default) / width
        strata = np.floor(triangular_cdf(whole, item) * DRAWS).astype(int)
        assert sorted(strata.tolist()) == list(range(DRAWS)), path


def test_parameters_are_drawn_independently_of_one_another(drawn):
    """Rank correlations of random permutations have mean square 1 / (n - 1), to 5 % over 26,000 pairs."""
    ranks = np.array([column.argsort().argsort() for column in drawn.values()])
    r = np.corrcoef(ranks)[np.triu_indices(len(ranks), 1)]
    assert (r**2).mean() == pytest.approx(1 / (DRAWS - 1), rel=0.05)
    assert abs(r.mean()) < 5 / np.sqrt(r.size * (DRAWS - 1))


def test_draws_depend_only_on_the_seed():
    assert draw_parameters(3, 5) == draw_parameters(3, 5)
    assert draw_parameters(3, 5) != draw_parameters(3, 6)


# plausible draws


def test_a_service_is_plausible_if_all_four_means_are_in_range_including_ends():
    lowest, highest = ({name: bounds[end] for name, bounds in PLAUSIBLE.items()} for end in (0, 1))
    assert is_plausible(lowest)
    assert is_plausible(highest)
    for name, (low, high) in PLAUSIBLE.items():
        assert not is_plausible(lowest | {name: low - 1e-9}), name
        assert not is_plausible(lowest | {name: high + 1e-9}), name


# levers


@pytest.mark.cases("kind", LEVERS)
def test_a_drawn_lever_changes_only_its_specific_numbers(kind):
    versions = draw_lever(kind, 8, 1)
    assert versions == draw_lever(kind, 8, 1)
    default = LEVERS[kind]()
    numbers = {item.name: item for item in LEVERS[kind].numbers()}
    for version in versions:
        values = version.as_dict()
        changed = {name for name in numbers if values[name] != default.as_dict()[name]}
        assert changed <= {name for name in numbers if name in type(version).__annotations__}
        assert not any(numbers[name].param.whole for name in changed)
        assert all(numbers[name].param.accepts(values[name]) for name in changed)


def test_every_stratum_of_a_number_of_a_lever_is_used_once():
    """The strength of a just culture."""
    (item,) = (item for item in LEVERS["just-culture"].numbers() if item.name == "strength")
    drawn = np.array([lever.strength for lever in draw_lever("just-culture", 20, 1)])
    assert sorted(np.floor(triangular_cdf(drawn, item) * 20).astype(int).tolist()) == list(range(20))
