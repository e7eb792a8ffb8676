"""Result classes of the functions of :mod:`redbead.api_studies`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redbead.scenario.validation import check_arguments

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from redbead.studies.calibration.history_matching import CalibrationFit
    from redbead.studies.lottery.study import Lottery
    from redbead.studies.sensitivity.study import SensitivityFindings


@dataclass(frozen=True, eq=False)
class LotteryResults:
    """Effect of chance alone on inspection grades: data frames and a figure.

    Returned by :func:`redbead.lottery`. The attribute ``lottery`` contains all figures.
    """

    lottery: Lottery

    def to_frame(self) -> pd.DataFrame:
        """Number of identical and of differing authorities per grade, with 90 % intervals: one row per grade."""
        return self.lottery.to_frame()

    def curve(self) -> pd.DataFrame:
        """Operating curve: probability of each grade, one row per true share of poor cases."""
        return self.lottery.curve_frame()

    def next_visit(self) -> pd.DataFrame:
        """Probability of each grade at the next visit if no authority changes: one row per present grade."""
        return self.lottery.next_frame()

    def plot(self) -> Figure:
        """Plot the operating curve, identical authorities, and grades at the next visit."""
        from redbead.report.grades import lottery_figure

        return lottery_figure(self.lottery).figure

    def _repr_html_(self) -> str:
        from redbead.report.lottery import snippet

        return snippet(self.lottery)

    def __repr__(self) -> str:
        from redbead.report.lottery import title

        return f"<redbead.LotteryResults: {title(self.lottery)}>"


@dataclass(frozen=True)
class CalibrationResults:
    """Results of a calibration: folder, digest of its tables, and the fit.

    Returned by :func:`redbead.calibrate`.
    """

    folder: Path
    digest: str
    fit: CalibrationFit

    def answer(self) -> str:
        """Summarise in sentences which targets are met and which parameters the figures identify."""
        from redbead.report.calibration import answer

        return " ".join(answer(self.fit))

    @property
    def parameters(self) -> pd.DataFrame:
        """Posterior summary: one row per free parameter."""
        from redbead.studies.calibration.study import parameters_frame

        return parameters_frame(self.fit)

    @property
    def ensemble(self) -> pd.DataFrame:
        """Plausible parameter sets, one per row."""
        from redbead.studies.calibration.study import ensemble_frame

        return ensemble_frame(self.fit)


@dataclass(frozen=True)
class SensitivityResults:
    """Results of a sensitivity study: folder, digest of its tables, and the findings.

    Returned by :func:`redbead.sensitivity`.
    """

    folder: Path
    digest: str
    findings: SensitivityFindings

    def answer(self) -> str:
        """Summarise in sentences which parameters matter and which to research next."""
        from redbead.report.sensitivity import answer

        return " ".join(answer(self.findings))

    @check_arguments
    def table(self, name: str) -> pd.DataFrame:
        """One table of the study.

        Parameters
        ----------
        name : {"screening", "shares", "over_time", "tornado", "next", "flips"}
            Name of the table.

        Raises
        ------
        BadInputError
            If there is no table with this name.
        """
        from redbead.exceptions import BadInputError, Problem, printable
        from redbead.scenario.messages import suggest_name
        from redbead.studies.sensitivity.results import all_tables

        tables = {file.removesuffix(".csv"): table for file, table in all_tables(self.findings).items()}
        if name not in tables:
            hint = suggest_name(name, tables)
            raise BadInputError([Problem("table", key=printable(name), what="is not a table of the study", hint=hint)])
        return tables[name]
