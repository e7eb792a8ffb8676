"""Sensitivity studies: parameters without effect that the Morris screening names, and total indices without effect."""

from functools import partial

import numpy as np

from redbead.analysis.intervals import t_interval
from redbead.scenario.scenario import Scenario
from redbead.studies.sensitivity import morris, sobol
from redbead.studies.sensitivity.results import sign_changes
from redbead.studies.sensitivity.spec import Factor, Study
from redbead.studies.sensitivity.study import OneAtATimeEffect, SensitivityFindings
from simulations.simulation import Simulation

TRAJECTORIES = 10
METHOD = "mu* against random signs of the differences (Fisher 1935), "
CORRECTED = METHOD + "false discovery rate over all factors and outcomes (Benjamini and Hochberg 1995)"
SEED_EFFECTS = "Effects of a parameter that depend on the seed but not on its value can be named"


def screening(rng, *, factors, active, runs):
    """Screening of some factors, the first of which have an effect of 3 standard errors of a run each."""
    names = tuple(Factor(f"f{k}", 0.5, 0.0, 1.0) for k in range(factors))
    points = morris.sample_points(names, TRAJECTORIES, int(rng.integers(2**31)))
    slopes = np.where(np.arange(factors) < active, 3.0, 0.0)
    values = (points @ slopes)[:, None] + rng.standard_normal((len(points), runs))
    return morris.screen(names, points, values[:, :, None])


def inert_batch(rng, *, runs):
    """Inert factors with a p value of at most 5 %, among 38 of 40 factors."""
    results = screening(rng, factors=40, active=2, runs=runs)[2:]
    return sum(item.p_value <= 0.05 for item in results), len(results)


def named_batch(rng, *, runs):
    """Whether a screening of 40 inert factors names any."""
    return any(item.significant for item in screening(rng, factors=40, active=0, runs=runs))


def discoveries_batch(rng, *, runs):
    """Inert ones among the factors named, with 10 active factors of 40."""
    named = [int(item.path[1:]) for item in screening(rng, factors=40, active=10, runs=runs) if item.significant]
    return sum(k >= 10 for k in named), len(named)


def net_total_batch(rng, *, noise):
    """Whether the total index less chance of an inert factor is above 0; one factor has all the effect."""
    factors = tuple(Factor(f"f{k}", 0.5, 0.0, 1.0) for k in range(2))
    design = sobol.sample_points(factors, 64, int(rng.integers(2**31)))
    values = design[:, :1] * np.sqrt(12.0) + noise * rng.standard_normal((len(design), 8))
    return sobol.sobol_indices(factors, values[:, :, None, None], 1)[1].net > 0.0


def sign_change_batch(rng, *, runs):
    """Whether any sign change is reported: clear advantages at the default, none at 40 ends of ranges."""
    base, ends = rng.normal(1.0, 1.0, (runs, 1)), rng.standard_normal((40, runs, 1))
    default = t_interval(base[:, 0])
    effects = [
        OneAtATimeEffect(
            f"f{k}", "low", 0.0, "rival", 0, default, t_interval(end[:, 0]), t_interval((end - base)[:, 0])
        )
        for k, end in enumerate(ends)
    ]
    study = Study("s", Scenario(), (), (("rival", Scenario()),), ("turnover",), tornado_runs=runs)
    return bool(list(sign_changes(SensitivityFindings(study, (), (), (), tuple(effects), (False,)))))


SIMULATIONS = (
    *(
        Simulation(
            "S12", "p value of a parameter (screening)", METHOD[:-2],
            f"p at most 5 % for an inert parameter, 10 trajectories, {runs} runs", 0.035, 0.065, SEED_EFFECTS,
            partial(inert_batch, runs=runs), 12, 400, before,
        )
        for runs, before in ((2, "13 %"), (4, "12 %"), (8, "6 %"))
    ),
    *(
        Simulation(
            "S12", "'significant effect' of any parameter (screening)", CORRECTED,
            f"screenings of 40 inert parameters that name any, {runs} runs", 0.0, 0.05, SEED_EFFECTS,
            partial(named_batch, runs=runs), 12, 2000, "75 to 100 %",
        )
        for runs in (2, 8)
    ),
    Simulation(
        "S12", "parameters with a significant effect (screening)", CORRECTED,
        "inert ones among the parameters named, 10 of 40 active, 4 runs", 0.0, 0.05, SEED_EFFECTS,
        partial(discoveries_batch, runs=4), 12, 1000,
    ),
    Simulation(
        "S12", "share of variance (Sobol' index less chance)", "Total index less the sampling variance of the runs",
        "inert parameter above 0, chance share 0.5", 0.35, 0.65, "Without its interval: half of inert ones are above 0",
        partial(net_total_batch, noise=8.0**0.5), 40, 2000, "100 %",
    ),
    Simulation(
        "S12", "'at X = ... the ranking is reversed' (sensitivity)",
        "Two paired t-tests (Berger 1982), Holm over all parameters, ends, policies and outcomes",
        "any reversal stated, advantage 0 at 40 ends of ranges, 40 runs", 0.0, 0.05, "Rare or very skewed outcomes",
        partial(sign_change_batch, runs=40), 100, 4000,
    ),
)  # fmt: skip
