"""Functions for Python and notebooks: load scenarios, run them, compare policies and analyse uncertainty.

All of them are available from the package itself::

    import redbead as rb

    batch = rb.compare(["baseline", "just-culture", "two-strikes"], runs=200)
    batch.table()
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redbead.scenario import loader
from redbead.scenario.scenario import Scenario
from redbead.scenario.validation import check_arguments

if TYPE_CHECKING:
    import pandas as pd

    from redbead.execution.runs import Agents
    from redbead.results import ComparisonResults, RunResults
    from redbead.studies.interop import SalibProblem
    from redbead.studies.twins.study import Twins


def load(name: str | Path) -> Scenario:
    """Load a scenario.

    Parameters
    ----------
    name : str or Path
        Name of a shipped scenario, or path of a YAML file.

    Returns
    -------
    Scenario
        The validated scenario.

    Raises
    ------
    BadInputError
        If the file is not valid. Lists every problem with its line and column.

    Examples
    --------
    >>> load("baseline").value("authority.posts")
    120.0
    """
    return loader.load(name)


@check_arguments
def run(
    scenario: Scenario | str | Path, *, seed: int = 1, runs: int = 1, jobs: int | None = None, events: bool = False,
    cluster: str = "", agents: Agents | None = None, timeout: float | None = None, out: str | Path | None = None,
) -> RunResults:  # fmt: skip
    """Simulate a scenario. Run k uses ``seed + k``, so that each run can be repeated alone.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a shipped one, or a path.
    seed : int
        Seed of the first run, from 0 to 2**64 - 1.
    runs : int
        Number of runs. Use at least 30 to estimate means and intervals. [runs]
    jobs : int, optional
        Number of threads. Defaults to the number of cores, at most 2. Results do not depend on it.
    events : bool
        Whether to record the history of every error.
    cluster : str
        Address of a Dask scheduler, such as ``tcp://127.0.0.1:8786``.
    agents : mapping of type to type, optional
        Custom agent classes, such as ``{SocialWorker: OpenReporter}``. They run in separate processes.
    timeout : float, optional
        Time limit per run. [s]
    out : str or Path, optional
        Folder for runs, tables and report. The same call resumes an interrupted run there, and more ``runs`` extend it.
        By default, the runs are deleted together with the returned object.

    Returns
    -------
    RunResults
        Weekly measures, outcomes and events as data frames, with figures and a report.

    Raises
    ------
    BadInputError
        If the scenario or a number is not valid.
    EnvironmentProblemError
        If the disk cannot be written or the cluster does not answer.
    IntegrityError
        If ``out`` contains other runs.

    Examples
    --------
    >>> import redbead as rb
    >>> rb.run("baseline", seed=1).weekly["hidden_errors"].iloc[-1]  # doctest: +SKIP
    """
    from redbead.execution.runs import TIME_LIMIT, run_options
    from redbead.results import RunResults, run_comparison
    from redbead.studies.comparison import inputs

    comparison = inputs.single(as_scenario(scenario), runs=runs, seed=seed)
    options = run_options(jobs=jobs, agents=agents, cluster=cluster, limit=timeout or TIME_LIMIT, events=events)
    return RunResults(run_comparison(comparison, options, out))


@check_arguments
def compare(
    policies: Sequence[str | Path | Scenario] | Mapping[str, str | Path | Scenario] | str | Path, *,
    baseline: str = "", runs: int | str | None = None, seed: int | None = None, jobs: int | None = None,
    theories: Sequence[str] = (), measures: Mapping[str, float | str] | Sequence[str] | None = None,
    intervals: str | None = None, settings: Mapping[str, float | str] | None = None, cluster: str = "",
    agents: Agents | None = None, timeout: float | None = None, out: str | Path | None = None,
) -> ComparisonResults:  # fmt: skip
    """Compare policies on common random numbers.

    Parameters
    ----------
    policies : sequence or mapping of Scenario, str or Path; or str or Path
        Scenarios, by name, path or object, optionally with the names of the policies as keys; or one batch file.
    baseline : str
        Policy that all others are compared with. Defaults to the first.
    runs : int or "auto", optional
        Runs per policy. ``"auto"`` adds runs until every paired interval is narrow enough. Defaults to the number in
        the batch file, or 100. [runs]
    seed : int, optional
        Seed of run 0. Run k of every policy uses ``seed + k``.
    jobs : int, optional
        Number of threads, or of processes with ``agents``. Results do not depend on it.
    theories : sequence of str
        Rival theories to run all policies under.
    measures : mapping of str to float or str, or sequence of str, optional
        Deciding outcomes and their smallest important difference, such as 0.01 or ``"5 %"``, the default.
    intervals : {"t", "bootstrap"}, optional
        Method for confidence intervals.
    settings : mapping of str to float or str, optional
        Settings for all policies, by path, such as ``{"authority.posts": 60}``.
    cluster : str
        Address of a Dask scheduler, such as ``tcp://127.0.0.1:8786``.
    agents : mapping of type to type, optional
        Custom agent classes, such as ``{SocialWorker: OpenReporter}``.
    timeout : float, optional
        Time limit per run. [s]
    out : str or Path, optional
        Folder for runs, tables and report. The same call resumes an interrupted comparison there. By default, the runs
        are deleted together with the returned object.

    Returns
    -------
    ComparisonResults
        Differences from the baseline, rankings, crossover times and figures.

    Raises
    ------
    BadInputError
        If an argument or a file is not valid. Lists every problem.
    EnvironmentProblemError
        If the disk cannot be written or the cluster does not answer.
    IntegrityError
        If ``out`` contains other runs.

    Examples
    --------
    >>> import redbead as rb
    >>> batch = rb.compare(["baseline", "just-culture", "two-strikes"], runs=200)  # doctest: +SKIP
    >>> batch.table(); batch.plot("hidden_errors")  # doctest: +SKIP
    """
    from redbead.execution.runs import run_options
    from redbead.results import ComparisonResults, run_comparison
    from redbead.studies.comparison import inputs

    sources = [policies] if isinstance(policies, str | Path) else policies
    comparison = inputs.gather(
        sources, baseline=baseline, settings=settings, seed=seed, theories=tuple(theories) or None,
        deciding_outcomes=inputs.given_outcomes(measures), intervals=intervals,
    )  # fmt: skip
    comparison = inputs.with_runs(comparison, "" if runs is None else str(runs))
    limit = timeout or comparison.limits.seconds_per_run
    options = run_options(jobs=jobs, agents=agents, cluster=cluster, limit=limit)
    return ComparisonResults(run_comparison(comparison, options, out))


@check_arguments
def read_results(folder: str | Path) -> RunResults | ComparisonResults:
    """Read a folder of ``redbead run`` or ``redbead compare``, also an interrupted one or one of an earlier version.

    Parameters
    ----------
    folder : str or Path
        The folder.

    Returns
    -------
    RunResults or ComparisonResults
        The stored results. Nothing is run. If the command was interrupted, or is still running, ``interim`` states how
        many runs are stored, and tables, figures and answer are about these.

    Raises
    ------
    IntegrityError
        If the folder contains another kind of study, does not match its manifest, or has no stored run.

    Examples
    --------
    >>> import redbead as rb
    >>> rb.read_results("runs/2026-11-28-baseline-a1b2c3d4").weekly  # doctest: +SKIP
    """
    from redbead.results import ComparisonResults, RunResults
    from redbead.studies.stored_runs import load_results

    results = load_results(Path(folder))
    return RunResults(results) if len(results.comparison.policies) == 1 else ComparisonResults(results)


@check_arguments
def twins(
    first: str | Path | Scenario, second: str | Path | Scenario, *, seed: int = 1, worker: int | None = None,
    error: tuple[int, int] | None = None,
) -> Twins:  # fmt: skip
    """Follow the same worker and the same error through two policies on common random numbers.

    Parameters
    ----------
    first, second : Scenario, str or Path
        The policies, which must have the same number of posts.
    seed : int
        Seed of both runs.
    worker : int, optional
        Post to follow, from 0. Defaults to the post with the largest difference.
    error : tuple of (int, int), optional
        Post and number of an error that occurs in both runs.

    Returns
    -------
    Twins
        The week and cause of the divergence, and the histories of worker and error under both policies.

    Raises
    ------
    BadInputError
        If the two policies cannot be compared, or the worker or error does not exist.

    Examples
    --------
    >>> import redbead as rb
    >>> rb.twins("baseline", "two-strikes", seed=4).service.week  # doctest: +SKIP
    """
    from redbead.studies.twins import study

    return study.twins(as_scenario(first), as_scenario(second), seed=seed, worker=worker, error=error)


@check_arguments
def to_salib(scenario: Scenario | str | Path, parameters: Sequence[str], **options: Any) -> SalibProblem:  # noqa: ANN401 - passed on
    """Convert a scenario to a problem for SALib.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a shipped one, or a path.
    parameters : sequence of str
        Paths of the parameters to vary.
    **options
        Options of :func:`redbead.studies.interop.to_salib`.

    Returns
    -------
    SalibProblem
        Definition of the inputs, and a function that evaluates samples.

    Raises
    ------
    BadInputError
        If a parameter or outcome is not known.
    """
    from redbead.studies import interop

    return interop.to_salib(as_scenario(scenario), parameters, **options)


@check_arguments
def to_ema(scenario: Scenario | str | Path, parameters: Sequence[str], **options: Any) -> Any:  # noqa: ANN401 - a class of EMA Workbench
    """Convert a scenario to a model of EMA Workbench.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a shipped one, or a path.
    parameters : sequence of str
        Paths of the parameters to vary.
    **options
        Options of :func:`redbead.studies.interop.to_ema`.

    Returns
    -------
    ema_workbench.Model
        Model with uncertainties and outcomes.

    Raises
    ------
    BadInputError
        If a parameter or outcome is not known.
    EnvironmentProblemError
        If EMA Workbench is not installed.
    """
    from redbead.studies import interop

    return interop.to_ema(as_scenario(scenario), parameters, **options)


def authorities() -> pd.DataFrame:
    """List the English authorities in alphabetical order, with their published figures.

    Returns
    -------
    pandas.DataFrame
        One row per authority. The column ``missing`` gives the reason why an authority cannot be a starting point; it
        is empty for the others. ``attrs["source"]`` is the attribution.

    Examples
    --------
    >>> import redbead as rb
    >>> rb.authorities().query("region == 'London'")  # doctest: +SKIP
    """
    import pandas as pd

    from redbead.scenario import authorities

    table = pd.DataFrame([dict(row) for row in authorities.rows().values()])
    table["missing"] = [authorities.missing(name) for name in table["name"]]
    table.attrs["source"] = authorities.ATTRIBUTION
    return table


@check_arguments
def init(folder: str | Path, authority: str = "") -> list[Path]:
    """Create a folder for a new study, optionally from the published figures of an authority.

    Parameters
    ----------
    folder : str or Path
        A new or empty folder.
    authority : str
        Name of an English authority to start from.

    Returns
    -------
    list of Path
        The files written: scenario, batch of policies, and README.

    Raises
    ------
    BadInputError
        If the folder is not empty, or the authority cannot be a starting point.

    Examples
    --------
    >>> import redbead as rb
    >>> rb.init("my-study", "Coventry")  # doctest: +SKIP
    """
    from redbead.studies import project_template

    return project_template.write_project(Path(folder), authority)


def as_scenario(source: Scenario | str | Path) -> Scenario:
    """Return a scenario as it is, or load it by name or path."""
    return source if isinstance(source, Scenario) else load(source)
