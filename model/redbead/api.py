"""The face for Python and notebooks: `load` a scenario, `run` it, look at the result as frames and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redbead.scenario import loader
from redbead.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from redbead.execution.runs import Agents
    from redbead.results import (
        CalibrationResults,
        ComparisonResults,
        LotteryResults,
        RunResults,
        SensitivityResults,
    )
    from redbead.studies.interop import SalibProblem
    from redbead.studies.twins.study import Twins


def load(name: str | Path) -> Scenario:
    """Read a scenario: the name of a shipped one, or a path.

    Raises
    ------
    BadInputError
        Names everything that is wrong with the file, with line numbers.
    """
    return loader.load(name)


def run(
    scenario: Scenario | str | Path, *, seed: int = 1, runs: int = 1, jobs: int | None = None, events: bool = False,
    agents: Agents | None = None,
) -> RunResults:  # fmt: skip
    """Run a scenario; run k uses seed + k.

    Parameters
    ----------
    scenario
        A scenario, the name of a shipped one, or a path.
    seed
        Seed of the first run, from 0 to 2**64 - 1.
    runs
        How many runs. One run is a story; 30 and more show what is usual.
    jobs
        Threads. They change the speed and no bit of a result.
    events
        Also keep the story of every error.
    agents
        Your own classes in place of the model's, such as ``{SocialWorker: Whistleblower}``.

    Raises
    ------
    BadInputError
        The scenario or a number is wrong.

    Examples
    --------
    >>> import redbead as rb
    >>> rb.run("baseline", seed=1).weekly["hidden_errors"].iloc[-1]  # doctest: +SKIP
    """
    from redbead.execution.runs import run_many
    from redbead.results import RunResults

    given = scenario if isinstance(scenario, Scenario) else load(scenario)
    return RunResults(run_many(given, runs=runs, seed=seed, jobs=jobs, events=events, agents=agents))


def compare(
    policies: Sequence[str | Path | Scenario] | Mapping[str, str | Path | Scenario] | str | Path, *,
    baseline: str = "", runs: int | str | None = None, seed: int | None = None, jobs: int | None = None,
    theories: Sequence[str] = (), measures: Mapping[str, float | str] | None = None, intervals: str | None = None,
    settings: Mapping[str, float | str] | None = None, cluster: str = "", agents: Agents | None = None,
    timeout: float | None = None, out: str | Path | None = None,
) -> ComparisonResults:  # fmt: skip
    """Compare policies on the same dice.

    Parameters
    ----------
    policies
        Scenarios, by name, by path or as they are, also as a mapping of names; or one batch file.
    baseline
        The policy that all others are compared with; the first where absent.
    runs
        How many runs of each policy, or ``"auto"``: as many as make every paired interval narrow enough.
    seed
        Seed of run 0; run k of every policy uses seed + k.
    jobs
        Threads, or processes with `agents`. They change the speed and no bit of a result.
    theories
        Rival theories under which everything is run.
    measures
        Deciding outcomes, each with the smallest difference that matters: 0.01, or "5 %".
    intervals, settings
        ``"t"`` or ``"bootstrap"``; settings for all policies, by path, such as ``{"authority.posts": 60}``.
    cluster, agents, timeout
        A Dask scheduler; your own classes, such as ``{SocialWorker: Whistleblower}``; the longest a run may take. [s]
    out
        A folder to keep the runs in, with report and tables; the same call goes on from it. Without it they are kept
        as long as the object lives.

    Raises
    ------
    BadInputError
        Names everything that is wrong.
    EnvironmentProblemError
        Disk or cluster are in the way.
    IntegrityError
        `out` holds something else.

    Examples
    --------
    >>> import redbead as rb
    >>> batch = rb.compare(["baseline", "just-culture", "two-strikes"], runs=200)  # doctest: +SKIP
    >>> batch.table(); batch.plot("hidden_errors")  # doctest: +SKIP
    """
    from redbead.results import run_comparison
    from redbead.studies.comparison.inputs import gather, parse_deciding_outcomes, with_runs

    given = [policies] if isinstance(policies, str | Path) else policies
    decided = parse_deciding_outcomes([f"{name}={size}" for name, size in measures.items()]) if measures else None
    comparison = gather(
        given, baseline=baseline, settings=settings, seed=seed, theories=tuple(theories) or None,
        deciding_outcomes=decided,
        intervals=intervals,
    )  # fmt: skip
    comparison = with_runs(comparison, "" if runs is None else str(runs))
    return run_comparison(comparison, jobs=jobs, cluster=cluster, agents=agents, timeout=timeout, out=out)


def twins(
    first: str | Path | Scenario, second: str | Path | Scenario, *, seed: int = 1, worker: int | None = None,
    error: tuple[int, int] | None = None,
) -> Twins:  # fmt: skip
    """Follow the same worker, and the same error, through two policies on the same dice.

    Parameters
    ----------
    first, second
        The policies.
    seed
        Seed of both.
    worker
        A post, from 0; the one that tells most where absent.
    error
        An error that is made in both, as (post, number).

    Raises
    ------
    BadInputError
        The two cannot be compared, or there is no such worker or error.
    """
    from redbead.studies.twins.study import twins as study

    sides = [s if isinstance(s, Scenario) else load(s) for s in (first, second)]
    return study(sides[0], sides[1], seed=seed, worker=worker, error=error)


def lottery(
    *,
    cases: float | None = None,
    bias: float | None = None,
    nominated: float | None = None,
    nominated_odds: float | None = None,
    leniency: float | None = None,
    transient: float | None = None,
    clustering: float | None = None,
    stratified: float | None = None,
    snapshots: float | None = None,
    spread: float | None = None,
    authorities: float | None = None,
    poor: float | None = None,
) -> LotteryResults:
    """What chance alone does to grades: exact, in a second, without a run.

    Parameters
    ----------
    cases
        Cases that inspectors track; this and all that follow are the model's defaults unless given.
    bias
        Odds that a poor case is sampled, against any other; 1 is representative. [ratio]
    nominated, nominated_odds
        Share of the sample that the authority nominates, and the odds that such a case is poor. [share, ratio]
    leniency, transient
        Spread between inspectors, and of passing states that one visit catches. [logit]
    clustering
        Correlation of the cases of one sample. [icc]
    stratified
        How far the sample is spread evenly over teams, which takes that share of the correlation away. [0-1]
    snapshots
        Visits on different days that one judgement rests on. [visits]
    spread
        Spread of true quality between authorities. [logit]
    authorities
        How many authorities are inspected.
    poor
        True share of poor cases of the median authority. [share]

    Raises
    ------
    BadInputError
        Names every number outside its range.

    Examples
    --------
    >>> import redbead as rb
    >>> few, many = rb.lottery(cases=30), rb.lottery(cases=120)
    >>> few.found.differing.reliability < many.found.differing.reliability < 0.5
    True
    """
    from redbead.studies.lottery import study

    regime, population = study.parse_options({name: value for name, value in locals().items() if name in study.OPTIONS})
    from redbead.results import LotteryResults

    return LotteryResults(study.lottery(regime, population))


def to_salib(scenario: Scenario, parameters: Sequence[str], **options: Any) -> SalibProblem:  # noqa: ANN401 - handed on
    """A scenario for SALib; see :func:`redbead.studies.interop.to_salib` for the options."""
    from redbead.studies.interop import to_salib as study

    return study(scenario, parameters, **options)


def to_ema(scenario: Scenario, parameters: Sequence[str], **options: Any) -> Any:  # noqa: ANN401 - the workbench's
    """A scenario as a Model of EMA Workbench; see :func:`redbead.studies.interop.to_ema` for the options."""
    from redbead.studies.interop import to_ema as study

    return study(scenario, parameters, **options)


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
    from redbead.execution.runs import run_many
    from redbead.studies.targets import format, results
    from redbead.studies.targets.reader import read_targets

    read = read_targets(file)
    given = scenario if isinstance(scenario, Scenario) else load(scenario)
    held = results.compare_runs_with_targets(read, run_many(given, runs=runs, seed=seed, jobs=jobs))
    return format.frame(format.ordered(held))


def calibrate(file: str | Path, *, out: str | Path | None = None, jobs: int | None = None) -> CalibrationResults:
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
    from redbead.execution.executors import ExecutionTarget
    from redbead.execution.runs import default_jobs
    from redbead.report.calibration import write_pages
    from redbead.studies.calibration import folder
    from redbead.studies.calibration.history_matching import calibrate as fit
    from redbead.studies.calibration.reader import find_calibration, read_calibration
    from redbead.studies.calibration.study import Trials

    asked = read_calibration(find_calibration(str(file)))
    target, started, width = folder.place(asked, Path(out) if out else None), datetime.now(UTC), jobs or default_jobs()
    found = fit(asked, Trials(asked, target, ExecutionTarget(width)))
    digest = folder.write(
        found, target, command=_COMMAND, started=started, seconds=_since(started), jobs=width, pages=write_pages
    )
    from redbead.results import CalibrationResults

    return CalibrationResults(target, digest, found)


def sensitivity(
    file: str | Path, *, versus: Sequence[str] = (), parameters: Sequence[str] = (), outcomes: Sequence[str] = (),
    out: str | Path | None = None, jobs: int | None = None, **work: Any,  # noqa: ANN401 - trajectories, samples ...
) -> SensitivityResults:  # fmt: skip
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
    from redbead.execution.executors import ExecutionTarget
    from redbead.execution.runs import default_jobs
    from redbead.report.sensitivity import write_pages
    from redbead.studies.sensitivity import folder
    from redbead.studies.sensitivity.inputs import build_study
    from redbead.studies.sensitivity.study import run_study

    study = build_study(str(file), rivals=versus, parameters_=parameters, outcomes=outcomes, **work)
    target, started, width = folder.place(study, Path(out) if out else None), datetime.now(UTC), jobs or default_jobs()
    found = run_study(study, target, ExecutionTarget(width))
    digest = folder.write(
        found, target, command=_COMMAND, started=started, seconds=_since(started), jobs=width, pages=write_pages
    )
    from redbead.results import SensitivityResults

    return SensitivityResults(target, digest, found)


def authorities() -> pd.DataFrame:
    """The English authorities in alphabetical order, with what is published of them and why one gives no start."""
    import pandas as pd

    from redbead.scenario import authorities

    table = pd.DataFrame([dict(row) for row in authorities.rows().values()])
    table["missing"] = [authorities.missing(name) for name in table["name"]]
    table.attrs["source"] = authorities.ATTRIBUTION
    return table


def init(folder: str | Path, authority: str = "") -> list[Path]:
    """Begin a study of one's own in a new folder, from the published figures of an authority where one is named.

    Raises
    ------
    BadInputError
        The folder holds something, or the authority cannot be started from.
    """
    from redbead.studies.project_template import write_project

    return write_project(Path(folder), authority)


def _since(started: datetime) -> float:
    """Seconds since then. [s]"""
    return (datetime.now(UTC) - started).total_seconds()
