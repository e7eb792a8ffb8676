"""Random draws of all uncertain parameters at once, of levers and of local authorities.

The strengths of causal links, which are disputed, are drawn from their whole range. If every other parameter were
drawn from its whole range as well, the services would be unlike any real one (in a first trial the median service lost
70 % of its workers per year). The other parameters are therefore drawn from the tenth of their range around the
default, and draws that resemble no English authority are discarded.
"""

from __future__ import annotations

import csv
import functools
import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from redbead import parameters
from redbead.levers import LEVERS, Lever
from redbead.parameters import DATA_FOLDER
from redbead.quantities import Declared
from redbead.scenario import authorities
from redbead.scenario.authorities import Published, starting_point
from redbead.state.constants import Reals

NUISANCE: Final = 0.1
"""Share of its range from which a parameter of the distribution ``tenth`` is drawn. [0-1]"""

PLAUSIBLE: Final = {
    "turnover": (0.08, 0.30),
    "vacancy_rate": (0.05, 0.35),
    "work_pressure": (0.80, 1.25),
    "reported_share": (0.02, 0.40),
}
"""Plausible means of an English service: target T27 of the science notes with about twice its range.

Sources: DfE workforce data, 2017 to 2025; 7 to 14 % of errors reported in trigger-tool studies."""

_PARAMETER_STREAM, _LEVER_STREAM = 0, 1


def uncertain() -> dict[str, Declared]:
    """Parameters that a draw varies, by path: those that declare no reason to stay at their default."""
    return {path: item for path, item in parameters.register().items() if item.param.drawn in ("range", "tenth")}


def draw_parameters(draws: int, seed: int) -> list[dict[str, float]]:
    """Draw values of all uncertain parameters.

    The draws form a Latin hypercube: the range of each parameter is cut into `draws` strata of equal probability, and
    each stratum is used once. The density is a triangle over the range with its mode at the default. For parameters
    that are not declared to be drawn from the whole range (those other than causal links) it is a tenth as wide.

    Parameters
    ----------
    draws : int
        Number of draws.
    seed : int
        Seed of NumPy's Philox generator.

    Returns
    -------
    list of dict
        One set of values per draw, by path.
    """
    items = uncertain()
    return [
        {path: _shrink_towards_default(value, items[path]) for path, value in values.items()}
        for values in draw_items(items, draws, seed)
    ]


def draw_items(items: Mapping[str, Declared], draws: int, seed: int) -> list[dict[str, float]]:
    """Draw values of the given parameters, each from its whole range.

    A Latin hypercube of triangles as in :func:`draw_parameters`; whole numbers are rounded.

    Parameters
    ----------
    items : mapping
        Declarations by path.
    draws : int
        Number of draws.
    seed : int
        Seed of NumPy's Philox generator.

    Returns
    -------
    list of dict
        One set of values per draw, by path.
    """
    generator = _generator(seed, _PARAMETER_STREAM)
    columns = {path: triangular(_stratified_uniforms(draws, generator), item) for path, item in items.items()}
    return [
        {path: _round_if_whole(float(values[k]), items[path]) for path, values in columns.items()} for k in range(draws)
    ]


def _round_if_whole(value: float, item: Declared) -> float:
    """Round the value of a parameter that must be whole."""
    return float(round(value)) if item.param.whole else value


def _shrink_towards_default(value: float, item: Declared) -> float:
    """Return a value drawn from the whole range unchanged, and any other shrunk towards its default."""
    return item.default + (1.0 if item.param.drawn == "range" else NUISANCE) * (value - item.default)


def is_plausible(means: Mapping[str, float]) -> bool:
    """Return whether these means (by measure) could describe an English service."""
    return all(low <= means[name] <= high for name, (low, high) in PLAUSIBLE.items())


def draw_lever(kind: str, draws: int, seed: int) -> list[Lever]:
    """Draw versions of a lever: its specific numbers from their ranges, with dates, dose and fidelity unchanged.

    Parameters
    ----------
    kind : str
        Kind of the lever.
    draws : int
        Number of versions.
    seed : int
        Seed of NumPy's Philox generator.
    """
    lever = LEVERS[kind]
    common = {item.name for item in Lever.numbers()}
    numbers = [item for item in lever.numbers() if item.name not in common and not item.param.whole]
    generator = _generator(seed, _LEVER_STREAM)
    columns = {item.name: triangular(_stratified_uniforms(draws, generator), item) for item in numbers}
    return [lever(**{name: float(values[k]) for name, values in columns.items()}) for k in range(draws)]  # type: ignore[arg-type]


def _generator(seed: int, purpose: int) -> np.random.Generator:
    """NumPy's Philox generator, seeded so that parameters and levers never share a stream."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, purpose))))


def _stratified_uniforms(draws: int, generator: np.random.Generator) -> Reals:
    """One uniform number from each of `draws` equal strata, in random order. [0-1]"""
    return (generator.permutation(draws) + generator.random(draws)) / draws


def triangular(u: Reals, item: Declared) -> Reals:
    r"""Transform uniform numbers to a triangular distribution over the range of a parameter.

    Parameters
    ----------
    u : array
        Uniform numbers. [0-1]
    item : Declared
        The parameter; its default, limited to the range, is the mode.

    Notes
    -----
    With range a to b and mode m:

    .. math:: x = a + \sqrt{u (b - a) (m - a)} \text{ if } u < \frac{m - a}{b - a},
        \text{ otherwise } b - \sqrt{(1 - u) (b - a) (b - m)}

    Examples
    --------
    >>> from redbead.parameters import register
    >>> effect = register()["experience.effect"]
    >>> [round(float(v), 2) for v in triangular(np.array([0.0, 0.75, 1.0]), effect)]
    [0.0, 0.6, 0.8]
    """
    low, high = item.param.span()
    mode = min(high, max(low, item.default))
    mode_share = (mode - low) / (high - low)
    with np.errstate(invalid="ignore"):
        rising = low + np.sqrt(u * (high - low) * (mode - low))
        falling = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.where(u < mode_share, rising, falling)


PUBLISHED: Final = "published"
ENGLAND: Final = "england"
ENSEMBLES: Final = (ENGLAND,)
JITTER: Final = 0.1
"""Perturbation of each figure, so that no drawn authority equals a real one. [standard deviations]"""
_COLUMNS: Final = ("case_holders", "caseload", "turnover", "vacancy", "agency", "rereferral")
_AUTHORITY_STREAM: Final = 2


def draw_authorities(draws: int, seed: int) -> list[dict[str, float]]:
    """Draw starting points of fictitious English local authorities.

    Each draw resamples all figures of one published authority together, which preserves their correlations. The spread
    of turnover is first reduced by its binomial sampling variance. Every figure is then perturbed (smoothed bootstrap,
    Silverman and Young 1987).

    Parameters
    ----------
    draws : int
        Number of authorities.
    seed : int
        Seed of NumPy's Philox generator.

    Returns
    -------
    list of dict
        Starting values per authority, by path.
    """
    table = _published_figures()
    generator = np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, _AUTHORITY_STREAM))))
    sampled = table[generator.integers(len(table), size=draws)]
    perturbed = sampled + JITTER * table.std(axis=0) * generator.standard_normal(sampled.shape)
    low, high = table.min(axis=0), table.max(axis=0)
    return [_starting_values(row) for row in np.clip(perturbed, low, high)]


def _starting_values(row: Reals) -> dict[str, float]:
    """Starting values of an authority with these figures."""
    size, caseload, turnover, vacancy, agency, rereferral = (float(value) for value in row)
    figures = Published("", "", "", math.exp(size), caseload, turnover, vacancy, agency, rereferral, None, None)
    return starting_point(figures, authorities.reference())


@functools.cache
def _published_figures() -> Reals:
    """Published figures of all complete authorities; the spread of turnover excludes binomial sampling variance."""
    rows = [p for p in map(authorities.published, authorities.authorities()) if p.rereferral is not None]
    table = np.array([[float(getattr(p, column)) for column in _COLUMNS] for p in rows])
    turnover = table[:, 2]
    binomial_variance = float(np.mean(turnover * (1.0 - turnover) / table[:, 0]))
    shrinkage = math.sqrt(max(0.0, 1.0 - binomial_variance / float(turnover.var())))
    table[:, 2] = turnover.mean() + shrinkage * (turnover - turnover.mean())
    table[:, 0] = np.log(table[:, 0])
    return table


@functools.cache
def ensemble(name: str = ENGLAND) -> tuple[dict[str, float], ...]:
    """Plausible sets of parameters retained by a shipped calibration.

    Raises
    ------
    KeyError
        There is no such ensemble.
    """
    if name not in ENSEMBLES:
        raise KeyError(name)
    register = parameters.register()
    with (DATA_FOLDER / f"{name}_ensemble.csv").open(encoding="utf-8", newline="") as file:
        return tuple({p: float(v) for p, v in row.items() if p in register} for row in csv.DictReader(file))
