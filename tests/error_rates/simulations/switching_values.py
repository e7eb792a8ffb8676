"""Error rates of switching values: curves over one parameter with known true advantages."""

import numpy as np

from redbead.analysis.switching_values import find_switching_values
from simulations.simulation import Simulation

RANGE = np.linspace(0.0, 1.0, 5)
METHOD = (
    "intersection-union test at 5 % per tried value (Berger 1982) for 'holds'; Holm 1979 over the other tried values "
    "for a reversal"
)
HOLDS = "'X' is better than 'Y'; this holds for all values of \"x\" in its range"
REVERSES = "'X' is better than 'Y'; this reverses if \"x\" is above ..."
CAUTION = (
    "Only the tried values are tested: a change of sign between two neighbours is not seen, and two parameters that "
    "change together may reverse a result that neither reverses alone."
)


def search(rng, truth, error, pairs=100, shared=0.5, assumed=0.0):
    """Switching values of one draw: true advantages with a standard error, and a part of the noise shared by values."""
    truth = np.asarray(truth, dtype=float)
    noise = np.sqrt(shared) * rng.normal(size=pairs) + np.sqrt(1.0 - shared) * rng.normal(size=(truth.size, pairs))
    at = np.linspace(0.0, 1.0, truth.size)
    return find_switching_values(at, truth[:, None] + error * np.sqrt(pairs) * noise, assumed)


def holds_in_the_example(rng):
    """The example of the review: the advantage falls from 10 to -20 with a standard error of 0.1."""
    return bool(search(rng, [10.0, 8.0, 5.0, -0.1, -20.0], 0.1, shared=0.0).holds)


def holds_beyond_a_crossing(rng):
    """Curves that cross 0 anywhere, with a loss of more than 5 standard errors at the last value."""
    values = int(rng.integers(3, 10))
    truth = 1.0 - np.linspace(0.0, 1.0, values) ** rng.uniform(0.3, 3.0) * rng.uniform(1.5, 4.0)
    return bool(search(rng, truth, 0.1 * -truth[-1]).holds)


def reverses_where_all_are_positive(rng):
    """All true advantages are just above 0, except for the assumed value with a clear one."""
    values = search(rng, [1.0, *[1e-9] * 7], 0.1, pairs=int(rng.choice([10, 40, 100])), shared=rng.uniform(0.0, 0.9))
    return any(side is not None and side.significant for side in (values.below, values.above))


def holds_with_one_opposite_value(rng):
    """One value with a true advantage just below 0; all others are far above it."""
    truth = np.full(5, 1.0)
    truth[rng.integers(1, 5)] = -1e-9
    return bool(search(rng, truth, 0.1, pairs=int(rng.choice([10, 40, 100]))).holds)


def line_is_covered(pairs):
    """Straight lines that cross 0 anywhere in the middle half of the range; None where no reversal is reported."""

    def batch(rng):
        crossing = rng.uniform(0.3, 0.7)
        values = search(rng, (crossing - RANGE) / 0.1, 1.0, pairs=pairs, shared=rng.uniform(0.0, 0.9))
        if values.above is None or not values.above.significant or not values.clear:
            return None
        return bool(values.above.low <= crossing <= values.above.high)

    return batch


def _simulation(statement, figure, low, high, batch, fast, full, before=""):
    return Simulation("S1", statement, METHOD, figure, low, high, CAUTION, batch, fast, full, before)


def _coverage(pairs, fast):
    return Simulation(
        "S1", "95 % interval of a switching value",
        "percentile bootstrap over pairs at the expanded level of Hesterberg 2015, of linearly interpolated crossings",
        f"interval contains the crossing of a straight line, {pairs} pairs, where a reversal is reported", 0.93, 1.0,
        "On a curved advantage the crossing of the chord differs from that of the curve.",
        line_is_covered(pairs), fast, 1800,
    )  # fmt: skip


SIMULATIONS = (
    _simulation(
        HOLDS, "said in the example 10, 8, 5, -0.1, -20 (SE 0.1)", 0.0, 0.0, holds_in_the_example, 20, 2000,
        "said in the example of the review",
    ),
    _simulation(
        HOLDS, "said although a tried value lies more than 5 SE below 0", 0.0, 0.0, holds_beyond_a_crossing, 30, 2000
    ),
    _simulation(
        HOLDS, "said although one tried value has a true advantage just below 0", 0.0, 0.05,
        holds_with_one_opposite_value, 150, 4000,
    ),
    _simulation(
        REVERSES, "said although all eight true advantages are above 0", 0.0, 0.05, reverses_where_all_are_positive,
        60, 2000,
    ),
    _coverage(10, 200), _coverage(40, 60), _coverage(100, 40),
)  # fmt: skip
