"""The face for evidence: hold a scenario against England, calibrate, ask what matters, begin a study of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redbead.scenario.load import load
from redbead.scenario.spec import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from redbead.study.calibrating.waves import Fitted
    from redbead.study.sensitivity.study import Found

_COMMAND = ["python", "redbead"]


def targets(
    scenario: Scenario | str | Path = "baseline", *, file: str | Path = "england", runs: int = 100, seed: int = 1,
    jobs: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Hold a scenario against published figures: a row a level, with interval, band and verdict.

    Parameters
    ----------
    scenario
        A scenario, the name of a shipped one, or a path.
    file
        The targets: ``england``, or the path of a file.
    runs, seed, jobs
        As for :func:`redbead.run`.

    Raises
    ------
    BadInputError
        The scenario, the file or a number is wrong.
    """
    from redbead.study.runs import run_many
    from redbead.study.targets import judge, tell
    from redbead.study.targets.read import read_targets

    read = read_targets(file)
    given = scenario if isinstance(scenario, Scenario) else load(scenario)
    held = judge.hold_batch(read, run_many(given, runs=runs, seed=seed, jobs=jobs))
    return tell.frame(tell.ordered(held))


@dataclass(frozen=True)
class Calibrated:
    """A calibration that was carried out: its folder, the digest of its tables, and what was found."""

    folder: Path
    digest: str
    found: Fitted

    def answer(self) -> str:
        """What was reached and what the figures pin down, in sentences."""
        from redbead.report.calibration import answer

        return " ".join(answer(self.found))

    @property
    def parameters(self) -> pd.DataFrame:
        """What became of each free parameter."""
        from redbead.study.calibrating.found import parameters_frame

        return parameters_frame(self.found)

    @property
    def ensemble(self) -> pd.DataFrame:
        """The plausible sets, one a row."""
        from redbead.study.calibrating.found import ensemble_frame

        return ensemble_frame(self.found)


def calibrate(file: str | Path, *, out: str | Path | None = None, jobs: int | None = None) -> Calibrated:
    """Fit free parameters to published figures; the same call again goes on where it stopped.

    Parameters
    ----------
    file
        A calibration file, or ``england`` as it is shipped.
    out
        Its folder; one under ``runs/`` where none is given.
    jobs
        Threads; they change no bit of a result.

    Raises
    ------
    BadInputError
        Something in the file or about the folder is wrong.
    """
    from redbead.report.calibration import write_pages
    from redbead.study.calibrating import folder
    from redbead.study.calibrating.read import find_calibration, read_calibration
    from redbead.study.calibrating.trials import Trials
    from redbead.study.calibrating.waves import calibrate as fit
    from redbead.study.running.places import Place
    from redbead.study.runs import default_jobs

    asked = read_calibration(find_calibration(str(file)))
    target, started, width = folder.place(asked, Path(out) if out else None), datetime.now(UTC), jobs or default_jobs()
    found = fit(asked, Trials(asked, target, Place(width)))
    digest = folder.write(
        found, target, command=_COMMAND, started=started, seconds=_since(started), jobs=width, pages=write_pages
    )
    return Calibrated(target, digest, found)


@dataclass(frozen=True)
class Sensitivity:
    """A sensitivity study that was carried out: its folder, the digest of its tables, and what was found."""

    folder: Path
    digest: str
    found: Found

    def answer(self) -> str:
        """What matters and what to find out next, in sentences."""
        from redbead.report.sensitivity import answer

        return " ".join(answer(self.found))

    def table(self, name: str) -> pd.DataFrame:
        """One of its tables: screening, shares, over_time, tornado, next or flips.

        Raises
        ------
        KeyError
            There is no such table.
        """
        from redbead.study.sensitivity.tables import all_tables

        return all_tables(self.found)[f"{name}.csv"]


def sensitivity(
    file: str | Path, *, versus: Sequence[str] = (), parameters: Sequence[str] = (), outcomes: Sequence[str] = (),
    out: str | Path | None = None, jobs: int | None = None, **work: Any,  # noqa: ANN401 - trajectories, samples ...
) -> Sensitivity:  # fmt: skip
    """Ask what an answer hangs on; the same call again goes on where it stopped.

    Parameters
    ----------
    file
        A scenario or a batch: a shipped name or a path.
    versus
        Policies to hold against it.
    parameters, outcomes
        What is varied (paths or patterns; all that is uncertain where none is given), and what is looked at.
    out, jobs
        As for :func:`calibrate`.
    work
        ``trajectories``, ``keep``, ``samples``, ``runs``, ``tornado_runs``, ``seed``.

    Raises
    ------
    BadInputError
        A name or a number is wrong.
    """
    from redbead.report.sensitivity import write_pages
    from redbead.study.running.places import Place
    from redbead.study.runs import default_jobs
    from redbead.study.sensitivity import folder
    from redbead.study.sensitivity.ask import ask
    from redbead.study.sensitivity.study import carry_out

    study = ask(str(file), rivals=versus, parameters_=parameters, outcomes=outcomes, **work)
    target, started, width = folder.place(study, Path(out) if out else None), datetime.now(UTC), jobs or default_jobs()
    found = carry_out(study, target, Place(width))
    digest = folder.write(
        found, target, command=_COMMAND, started=started, seconds=_since(started), jobs=width, pages=write_pages
    )
    return Sensitivity(target, digest, found)


def authorities() -> pd.DataFrame:
    """The English authorities in alphabetical order, with what is published of them and why one gives no start."""
    import pandas as pd

    from redbead.scenario import published

    table = pd.DataFrame([dict(row) for row in published.rows().values()])
    table["missing"] = [published.missing(name) for name in table["name"]]
    table.attrs["source"] = published.ATTRIBUTION
    return table


def init(folder: str | Path, authority: str = "") -> list[Path]:
    """Begin a study of one's own in a new folder, from the published figures of an authority where one is named.

    Raises
    ------
    BadInputError
        The folder holds something, or the authority cannot be started from.
    """
    from redbead.study.own import begin

    return begin(Path(folder), authority)


def _since(started: datetime) -> float:
    """Seconds since then. [s]"""
    return (datetime.now(UTC) - started).total_seconds()
