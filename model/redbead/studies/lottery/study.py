"""The inspection lottery: effect of chance alone on grades, by sample, bias, inspectors and population (T1 to T5).

The study answers four questions exactly. Which grade does an authority with a given true share of poor cases get? How
do the grades of identical authorities vary? Which authorities are graded inadequate if authorities differ? How does the
next grade differ if nothing has changed? Given the true share, two visits to an authority are independent, because
transient conditions last for much less time than passes between visits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from redbead import rng
from redbead.exceptions import BadInputError, Problem, format_value
from redbead.oversight.inspection import Inspection
from redbead.quantities import Declared, declared
from redbead.scenario.messages import wrong_number
from redbead.state.constants import GRADE_NAMES, INADEQUATE, Reals
from redbead.state.maths import logistic, logit
from redbead.studies.lottery.grade_distribution import (
    AuthorityPopulation,
    GradeDistribution,
    grade_masks,
    grades_of_population,
    sample_distribution,
)

if TYPE_CHECKING:
    import pandas as pd
from collections.abc import Callable
from pathlib import Path

from redbead.execution.runs import RunOptions
from redbead.storage.atomic_files import csv_text
from redbead.storage.point_store import Finished, run_points
from redbead.storage.study_folder import StudyFiles, header_of, inputs_digest, named_folder

LOW, HIGH = 0.05, 0.95
"""Quantiles of the intervals: they contain 90 % of replications of the population."""
_CURVE: Final = np.linspace(0.01, 0.60, 60)


OPTIONS: Final = {
    "cases": "cases_tracked",
    "bias": "odds_of_poor",
    "nominated": "nominated",
    "nominated_odds": "nominated_odds",
    "leniency": "leniency_spread",
    "transient": "transient_spread",
    "clustering": "clustering",
    "stratified": "stratified",
    "snapshots": "snapshots",
    "spread": "spread",
    "authorities": "authorities",
    "poor": "poor_share",
}
"""Options, and the parameters of `Inspection` or `AuthorityPopulation` that they set."""


class Expected(NamedTuple):
    """Number of authorities: mean, and 5th and 95th percentile of replications."""

    mean: float
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class Lottery:
    """Effect of chance alone on grades: operating curve, identical authorities and differing authorities.

    ``poor_shares`` are true shares of poor cases, and ``curve`` is P(grade) at each of them [points, 4].
    """

    regime: Inspection
    population: AuthorityPopulation
    poor_shares: Reals
    curve: Reals
    identical: GradeDistribution
    differing: GradeDistribution

    def expected(self, chance: float) -> Expected:
        """Return the number of authorities to which an independent event with probability `chance` happens."""
        count = int(self.population.authorities)
        low, high = (rng.binomial(u, count, chance) for u in (LOW, HIGH))
        return Expected(count * chance, low, high)

    def inadequate(self, group: GradeDistribution) -> Expected:
        """Return the number of authorities graded inadequate."""
        return self.expected(float(group.grades[INADEQUATE]))

    def extremes(self) -> tuple[float, float]:
        """Observed shares of poor cases of the luckiest and unluckiest of the identical authorities (medians)."""
        n, count = int(self.regime.cases_tracked), self.population.authorities
        up_to = np.minimum(1.0, np.cumsum(self.identical.poor_cases))
        luckiest = int(np.argmax(1.0 - (1.0 - up_to) ** count >= 0.5))
        return luckiest / n, int(np.argmax(up_to**count >= 0.5)) / n

    def true_range(self) -> tuple[float, float]:
        """True shares of poor cases at the 5th and 95th percentile of the differing authorities. [share]"""
        middle, spread = logit(self.regime.poor_share), self.population.spread
        low, high = (logistic(middle + spread * rng.normal(u)) for u in (LOW, HIGH))
        return low, high

    def settings(self) -> dict[str, float]:
        """Return the parameter values by option name."""
        values = {**self.population._asdict(), **self.regime._asdict()}
        return {option: values[name] for option, name in OPTIONS.items()}

    def to_frame(self) -> pd.DataFrame:
        """Return the number of identical and differing authorities per grade, with 90 % intervals."""
        import pandas as pd

        rows = []
        for code, grade in enumerate(GRADE_NAMES):
            row: dict[str, object] = {"grade": grade}
            for name, distribution in (("identical", self.identical), ("differing", self.differing)):
                number = self.expected(float(distribution.grades[code]))
                row |= {name: number.mean, f"{name}_low": number.low, f"{name}_high": number.high}
            rows.append(row)
        frame = pd.DataFrame(rows)
        frame.attrs["units"] = dict.fromkeys(frame.columns[1:], "authorities")
        return frame

    def curve_frame(self) -> pd.DataFrame:
        """Return the probability of each grade: one row per true share of poor cases."""
        import pandas as pd

        frame = pd.DataFrame(self.curve, columns=pd.Index(_names()))
        frame.insert(0, "true_share_poor", self.poor_shares)
        return frame

    def next_frame(self) -> pd.DataFrame:
        """Return the probability of each grade at the next visit: one row per grade now, for differing authorities."""
        import pandas as pd

        frame = pd.DataFrame(self.differing.next_grade(), columns=pd.Index(_names()))
        frame.insert(0, "grade_now", GRADE_NAMES)
        return frame

    def as_dict(self) -> dict[str, Any]:
        """Return all results as JSON data; undefined values are None."""
        best, worst = self.extremes()
        identical = self._group_data(self.identical) | {"luckiest_share": best, "unluckiest_share": worst}
        differing = self._group_data(self.differing)
        if self.population.spread > 0.0:
            differing["inadequate_but_above_median"] = self.expected(self.differing.wrongly_inadequate)._asdict()
        return {"settings": self.settings(), "curve": self._rows(), "identical": identical, "differing": differing}

    def _rows(self) -> list[dict[str, float]]:
        """The operating curve, with one mapping per point."""
        table = np.column_stack([self.poor_shares, self.curve]).round(12)
        return [dict(zip(("true_share_poor", *_names()), map(float, row), strict=True)) for row in table]

    def _group_data(self, distribution: GradeDistribution) -> dict[str, Any]:
        counts = {
            name: self.expected(float(p))._asdict() for name, p in zip(_names(), distribution.grades, strict=True)
        }
        numbers = {
            "sd_of_share": distribution.observed_sd,
            "reliability": distribution.reliability,
            "inadequate_then_better": distribution.better_next(),
            "inadequate_then_good_or_better": distribution.good_next(),
            "all_then_better": distribution.share_rising(),
        }
        return {"grades": counts} | {name: None if math.isnan(x) else x for name, x in numbers.items()}


def _names() -> list[str]:
    return [name.replace(" ", "_") for name in GRADE_NAMES]


def lottery(regime: Inspection | None = None, population: AuthorityPopulation | None = None) -> Lottery:
    """Compute the effect of chance alone on grades, by exact sums (E31, E32).

    Visible quality is at its reference, without gaming, disclosure or exposure.

    Parameters
    ----------
    regime : Inspection, optional
        Parameters of inspections; by default those of the model.
    population : AuthorityPopulation, optional
        The inspected authorities.

    Returns
    -------
    Lottery
        The results.

    Examples
    --------
    >>> result = lottery(Inspection(poor_share=0.20, leniency_spread=0.0, transient_spread=0.0, clustering=0.0))
    >>> round(float(result.identical.grades[3]), 3)
    0.074
    """
    c, n = regime or Inspection(), population or AuthorityPopulation()
    masks = grade_masks(c)
    curve = np.einsum("pk,kg->pg", np.stack([sample_distribution(float(poor), c) for poor in _CURVE]), masks)
    return Lottery(c, n, _CURVE, curve, grades_of_population(c, 0.0), grades_of_population(c, n.spread))


def parse_options(given: Mapping[str, float | None]) -> tuple[Inspection, AuthorityPopulation]:
    """Return the inspection and population parameters for some options; None keeps the default.

    Parameters
    ----------
    given : mapping
        Values by option name.

    Returns
    -------
    tuple
        Parameters of inspections and of the population.

    Raises
    ------
    BadInputError
        Lists every option that is unknown or outside the range of its parameter.
    """
    numbers = {name: value for name, value in given.items() if value is not None}
    problems = [problem for name, value in numbers.items() if (problem := _option_problem(name, value)) is not None]
    if problems:
        raise BadInputError(problems)
    fields = {OPTIONS[name]: float(value) for name, value in numbers.items()}
    of_population = {name: fields.pop(name) for name in AuthorityPopulation._fields if name in fields}
    return Inspection()._replace(**fields), AuthorityPopulation()._replace(**of_population)


def declaration(option: str) -> Declared:
    """Return the parameter that an option sets, with its range and default."""
    return next(
        d for family in (Inspection, AuthorityPopulation) for d in declared(family) if d.name == OPTIONS[option]
    )


def _option_problem(name: str, value: object) -> Problem | None:
    if name not in OPTIONS:
        return Problem(
            "lottery", key=format_value(name), what="is not a known option", hint=f"Choose from: {', '.join(OPTIONS)}."
        )
    param = declaration(name).param
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if number and param.accepts(float(value)):  # type: ignore[arg-type]
        return None
    what, hint = wrong_number(param, value)
    return Problem("lottery", key=f"{name} = {format_value(value)}", what=what, hint=hint)


PageWriter = Callable[[Path, Lottery], None]
"""Writes sentences and figure into a folder."""


def run_lottery(
    settings: Mapping[str, float | None], options: RunOptions, out: Path | None, command: list[str], pages: PageWriter
) -> Finished[Lottery]:
    """Compute a lottery, which needs no runs, and write a folder if `out` is given.

    Parameters
    ----------
    settings : mapping
        Values of the options; None for the default.
    options : RunOptions
        Not used, since nothing is run; its number of jobs is recorded.
    out : Path or None
        Folder to write.
    command : list of str
        Command line, for the manifest.
    pages : callable
        Writes sentences and figure.

    Raises
    ------
    BadInputError
        A number is outside its range, or the folder contains anything else.
    """
    regime, population = parse_options(settings)
    header = header_of("lottery", inputs_digest({"regime": regime._asdict(), "population": population._asdict()}))
    folder = named_folder(header, out)
    return run_points(
        folder, header, options, lambda _points: lottery(regime, population),
        lambda results: files_of(results, pages), command=command,
    )  # fmt: skip


def files_of(results: Lottery, pages: PageWriter) -> StudyFiles:
    """Tables of a lottery, with its sentences and figure."""
    frames = {"grades": results.to_frame(), "curve": results.curve_frame(), "next_visit": results.next_frame()}
    tables = {f"{name}.csv": csv_text(frame) for name, frame in frames.items()}
    return StudyFiles(tables, pages=lambda folder, _digest: pages(folder, results))
