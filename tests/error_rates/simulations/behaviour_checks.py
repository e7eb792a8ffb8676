"""Behaviour checks: a band or a direction that holds, with the true value at an edge, outside, or in the middle."""

from functools import partial

import numpy as np
from scipy.signal import lfilter

from redbead.state.constants import QUARTER
from redbead.studies.behaviour_checks.spec import Expectation
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, judge
from simulations.simulation import Simulation

RUNS = 40
BAND = (0.1, 0.4)
STATEMENT = "'holds' (redbead check)"


def holds(expectation, values):
    """Verdict on synthetic weekly values, [runs, weeks]."""
    return judge(expectation, [(lambda name: values, None)]).verdict is CheckVerdict.HOLDS


def band_batch(rng, *, truth, sd):
    """40 runs of a level with this mean and standard deviation, against the band 0.1 to 0.4."""
    e = Expectation(measure="work_pressure", first=0, last=1, statistic="level", band=BAND)
    return holds(e, rng.normal(truth, sd, (RUNS, 1)))


def quarters(rng, correlation, count=40):
    """Values of quarters with mean 0, standard deviation 1 and serial correlation (AR(1)), [runs, quarters]."""
    noise = rng.standard_normal((RUNS, count))
    noise[:, 1:] *= np.sqrt(1.0 - correlation**2)
    return lfilter([1.0], [1.0, -correlation], noise, axis=1)


def peak_batch(rng, *, correlation, over, direction):
    """No effect in any of 40 quarters; the extreme quarter is compared with no effect."""
    weeks = np.repeat(quarters(rng, correlation), QUARTER, axis=1)
    e = Expectation(
        measure="work_pressure", first=0, last=weeks.shape[1], statistic="level", over=over, direction=direction
    )
    return holds(e, weeks)


def peak_band_batch(rng, *, edge):
    """A true peak of 0.2 above other quarters at 0, at the lower or upper edge of the band."""
    values = quarters(rng, 0.8) * 0.2
    values[:, 20] += 0.2
    weeks = np.repeat(values, QUARTER, axis=1)
    band = (0.2, 9.0) if edge == "lower" else (-9.0, 0.2)
    e = Expectation(measure="work_pressure", first=0, last=weeks.shape[1], statistic="level", over="peak", band=band)
    return holds(e, weeks)


def rare_event_batch(rng, *, truth, runs):
    """A share of runs with an event; the band ends at the true share, so that no batch should hold."""
    e = Expectation(measure="taken_over", first=0, last=1, statistic="level", band=(0.0, truth))
    return holds(e, (rng.random((runs, 1)) < truth).astype(float))


SHARES = "Wilson's interval of a share; without any event, the exact limit (Clopper and Pearson 1934)"
BANDS = "Band within Student's 95 % interval: two one-sided tests of 2.5 % (Schuirmann 1987)"
PEAKS = "Largest quarter within simultaneous 95 % intervals of all quarters, max-t (Hothorn et al. 2008)"
NEAR_NORMAL = "Rare or very skewed outcomes, for which a t-interval is too narrow"
ALWAYS = "Never 'fails' because a band is narrow: with few runs it is undecided"

SIMULATIONS = (
    Simulation(
        "S11", STATEMENT, BANDS, "holds with the truth on the lower edge of the band", 0.0, 0.025, NEAR_NORMAL,
        partial(band_batch, truth=BAND[0], sd=0.2), 300, 20_000, "47 %",
    ),
    Simulation(
        "S11", STATEMENT, BANDS, "holds with the truth on the edge of a band as narrow as the error", 0.0, 0.025,
        NEAR_NORMAL, partial(band_batch, truth=BAND[1], sd=1.0), 300, 20_000, "26 to 47 %",
    ),
    Simulation(
        "S11", STATEMENT, BANDS, "holds with the truth outside the band", 0.0, 0.025, NEAR_NORMAL,
        partial(band_batch, truth=0.0, sd=1.0), 300, 20_000, "26 %",
    ),
    Simulation(
        "S11", STATEMENT, BANDS, "holds with the truth in the middle of a wide band", 0.9, 1.0, ALWAYS,
        partial(band_batch, truth=0.25, sd=0.2), 300, 20_000,
    ),
    *(
        Simulation(
            "S11", STATEMENT, SHARES,
            f"holds if 5 % of runs have an event and this is the edge of the band, {runs} runs", 0.0, highest,
            "If no run has an event: fewer than 59 runs say nothing, and from 59 on this error is up to 5 %",
            partial(rare_event_batch, truth=0.05, runs=runs), 1500, 20_000, before,
        )
        for runs, highest, before in ((40, 0.025, "13 %"), (59, 0.05, ""), (200, 0.025, "5 %"))
    ),
    *(
        Simulation(
            "S11", f"'{direction}' over a {over}, 'holds'", PEAKS,
            f"holds without effect, 40 quarters, {over}, serial correlation {correlation}", 0.0, 0.025, NEAR_NORMAL,
            partial(peak_batch, correlation=correlation, over=over, direction=direction), fast, 4000, before,
        )
        for over, direction, correlation, fast, before in (
            ("peak", "up", 0.0, 15, "60 %"), ("peak", "up", 0.8, 25, "36 %"), ("dip", "down", 0.95, 60, "17 %"),
        )
    ),
    *(
        Simulation(
            "S11", "band of a peak, 'holds'", PEAKS, f"holds with the true peak on the {edge} edge", 0.0, 0.025,
            NEAR_NORMAL, partial(peak_band_batch, edge=edge), 25, 2000,
        )
        for edge in ("lower", "upper")
    ),
)  # fmt: skip
