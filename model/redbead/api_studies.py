"""Public functions for studies beyond runs and comparisons, and for own levers and measures.

The studies are sweeps, the lottery, the comparison with targets, calibration and sensitivity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from redbead.api import as_scenario
from redbead.scenario import plugins
from redbead.scenario.scenario import Scenario
from redbead.scenario.validation import check_arguments

if TYPE_CHECKING:
    import pandas as pd

    from redbead.results import ComparisonResults
    from redbead.results_studies import CalibrationResults, LotteryResults, SensitivityResults


_COMMAND = ["python", "redbead"]
_Declared = TypeVar("_Declared", bound=Callable[..., Any])


@check_arguments
def load_plugins(modules: str | Sequence[str]) -> None:
    """Import plug-ins: modules with own levers and own measures. Importing a module runs its code.

    Parameters
    ----------
    modules : str or sequence of str
        Names of modules in the current folder or on the Python path, such as ``"my_module"`` for ``my_module.py``.

    Returns
    -------
    None
        Scenarios and batches can then name the levers and measures, such as ``my_module:QuietHours``.

    Raises
    ------
    BadInputError
        If a module cannot be imported, or a lever or measure in it is not valid. Lists every problem.
    """
    plugins.load_plugins(*([modules] if isinstance(modules, str) else modules))


@check_arguments
def measure(*, unit: str, better: str = "neither") -> Callable[[_Declared], _Declared]:
    """Declare a function as a measure.

    The parameters of the function are recorded measures, as 'redbead measures' lists them, and its docstring is the
    meaning. The function receives arrays of weekly values and returns an array of the same shape.

    Parameters
    ----------
    unit : str
        Unit. A unit that ends with "/week" is a flow, which outcomes report per year.
    better : {"up", "down", "neither"}
        Direction that is better.

    Returns
    -------
    callable
        Decorator of the function.
    """
    return plugins.declaration(unit, better)


@check_arguments
def sweep(
    scenario: Scenario | str | Path, parameter: str, values: Sequence[float], *, reference: float | None = None,
    runs: int | str = 100, seed: int = 1, jobs: int | None = None, theories: Sequence[str] = (),
    measures: Mapping[str, float | str] | Sequence[str] | None = None, intervals: str = "t",
    settings: Mapping[str, float | str] | None = None, cluster: str = "", timeout: float | None = None,
    out: str | Path | None = None,
) -> ComparisonResults:  # fmt: skip
    """Compare several values of one parameter, or of one number of a lever, on common random numbers.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a shipped one, or a path.
    parameter : str
        Path of a parameter, such as ``reporting.fear``, or ``levers.KIND.NUMBER`` for a number of a lever of the
        scenario, such as ``levers.just-culture.dose``.
    values : sequence of float
        At least two different values, such as ``[0, 0.5, 1]``, ``range(20, 61, 10)`` or ``numpy.linspace(0, 1, 5)``.
    reference : float, optional
        Value that all others are compared with. Defaults to the first.
    runs : int or "auto"
        Runs per value. ``"auto"`` adds runs until every paired interval is narrow enough. [runs]
    seed : int
        Seed of run 0. Run k of every value uses ``seed + k``.
    jobs : int, optional
        Number of threads. Results do not depend on it.
    theories : sequence of str
        Rival theories to run all values under. The response is that under the first.
    measures : mapping of str to float or str, or sequence of str, optional
        Deciding outcomes and their smallest important difference, such as 0.01 or ``"5 %"``, the default.
    intervals : {"t", "bootstrap"}
        Method for confidence intervals.
    settings : mapping of str to float or str, optional
        Settings for the scenario, by path, such as ``{"authority.posts": 60}``.
    cluster : str
        Address of a Dask scheduler, such as ``tcp://127.0.0.1:8786``.
    timeout : float, optional
        Time limit per run. [s]
    out : str or Path, optional
        Folder for runs, tables and report. The same call resumes an interrupted sweep there. By default, the runs are
        deleted together with the returned object.

    Returns
    -------
    ComparisonResults
        A comparison whose policies are the values. :meth:`ComparisonResults.dose_response` is the table of the
        response, and :meth:`ComparisonResults.plot_dose_response` its figure.

    Raises
    ------
    BadInputError
        If the parameter, a value or another argument is not valid. Lists every problem.
    EnvironmentProblemError
        If the disk cannot be written or the cluster does not answer.
    IntegrityError
        If ``out`` contains other runs.

    Examples
    --------
    >>> import redbead as rb
    >>> doses = rb.sweep("just-culture", "levers.just-culture.dose", [0, 0.5, 1], runs=50)  # doctest: +SKIP
    >>> doses.dose_response(); doses.plot_dose_response()  # doctest: +SKIP
    """
    from redbead.execution.runs import run_options
    from redbead.results import ComparisonResults, run_comparison
    from redbead.studies.comparison import inputs
    from redbead.studies.comparison.sweep import build_sweep

    comparison = build_sweep(
        as_scenario(scenario), parameter, values, reference=reference, settings=settings, seed=seed,
        theories=tuple(theories) or None, intervals=intervals,
        deciding_outcomes=inputs.given_outcomes(measures),
    )  # fmt: skip
    comparison = inputs.with_runs(comparison, str(runs))
    options = run_options(jobs=jobs, cluster=cluster, limit=timeout or comparison.limits.seconds_per_run)
    return ComparisonResults(run_comparison(comparison, options, out))


@check_arguments
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
    """Estimate the effect of chance alone on inspection grades. The result is exact and needs no simulation.

    Arguments that are not given have the default of the model, which ``redbead lottery --help`` prints.

    Parameters
    ----------
    cases : float, optional
        Number of cases that inspectors track. [cases]
    bias : float, optional
        Odds that a poor case is sampled, relative to other cases; 1 is representative. [ratio]
    nominated : float, optional
        Share of the sample that the authority nominates. [share]
    nominated_odds : float, optional
        Odds that a nominated case is poor, relative to other cases. [ratio]
    leniency : float, optional
        Standard deviation of leniency between inspectors. [logit]
    transient : float, optional
        Standard deviation of temporary fluctuations that one visit captures. [logit]
    clustering : float, optional
        Correlation between the cases of one sample. [icc]
    stratified : float, optional
        Degree to which the sample is spread evenly over teams, which reduces the correlation by this share. [0-1]
    snapshots : float, optional
        Number of visits on different days per judgement. [visits]
    spread : float, optional
        Standard deviation of true quality between authorities. [logit]
    authorities : float, optional
        Number of inspected authorities. [authorities]
    poor : float, optional
        True share of poor cases in the median authority. [share]

    Returns
    -------
    LotteryResults
        Number of authorities per grade, reliability of grades, and grades at the next visit.

    Raises
    ------
    BadInputError
        If a number is outside its range. Lists every problem.

    Examples
    --------
    >>> import redbead as rb
    >>> few, many = rb.lottery(cases=30), rb.lottery(cases=120)
    >>> few.lottery.differing.reliability < many.lottery.differing.reliability < 0.5
    True
    """
    from redbead.results_studies import LotteryResults
    from redbead.studies.lottery import study

    settings = {
        "cases": cases, "bias": bias, "nominated": nominated, "nominated_odds": nominated_odds, "leniency": leniency,
        "transient": transient, "clustering": clustering, "stratified": stratified, "snapshots": snapshots,
        "spread": spread, "authorities": authorities, "poor": poor,
    }  # fmt: skip
    return LotteryResults(study.lottery(*study.parse_options(settings)))


@check_arguments
def targets(
    scenario: Scenario | str | Path = "baseline", *, file: str | Path = "england", runs: int = 100, seed: int = 1,
    jobs: int | None = None, out: str | Path | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Compare a scenario with published figures.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a shipped one, or a path.
    file : str or Path
        The targets: ``england``, or the path of a file.
    runs : int
        Number of runs. [runs]
    seed : int
        Seed of the first run; run k uses ``seed + k``.
    jobs : int, optional
        Number of threads. Results do not depend on it.
    out : str or Path, optional
        Folder to write, which ``redbead verify`` can check.

    Returns
    -------
    pandas.DataFrame
        One row per published level: value with its interval, band, and verdict.

    Raises
    ------
    BadInputError
        If the scenario, the file or a number is not valid.

    Examples
    --------
    >>> import redbead as rb
    >>> rb.targets(runs=30)[["level", "value", "verdict"]]  # doctest: +SKIP
    """
    from redbead.execution.runs import run_options
    from redbead.studies.targets import format
    from redbead.studies.targets.spec import read_targets
    from redbead.studies.targets.study import run_targets

    target, options = Path(out) if out else None, run_options(jobs=jobs)
    finished = run_targets(read_targets(file), as_scenario(scenario), (runs, seed), options, target, _COMMAND)
    return format.frame(format.ordered(finished.results))


@check_arguments
def calibrate(file: str | Path, *, out: str | Path | None = None, jobs: int | None = None) -> CalibrationResults:
    """Fit free parameters to published figures. The same call resumes an interrupted calibration.

    Parameters
    ----------
    file : str or Path
        A calibration file, or ``england`` for the shipped one.
    out : str or Path, optional
        Folder of the calibration. Under ``runs/`` by default.
    jobs : int, optional
        Number of threads. Results do not depend on it.

    Returns
    -------
    CalibrationResults
        Folder, fitted parameters, and the ensemble of plausible parameter sets.

    Raises
    ------
    BadInputError
        If the file is not valid, or the folder contains anything else.
    IntegrityError
        If the folder contains points of other inputs or another version.

    Examples
    --------
    >>> import redbead as rb
    >>> rb.calibrate("england").parameters  # doctest: +SKIP
    """
    from redbead.execution.runs import run_options
    from redbead.report.calibration import write_pages
    from redbead.results_studies import CalibrationResults
    from redbead.studies.calibration.spec import find_calibration, read_calibration
    from redbead.studies.calibration.study import place, run_calibration

    calibration = read_calibration(find_calibration(str(file)))
    target = place(calibration, Path(out) if out else None)
    options = run_options(jobs=jobs)
    finished = run_calibration(calibration, target, options, command=_COMMAND, pages=write_pages)
    return CalibrationResults(target, finished.digest, finished.results)


@check_arguments
def sensitivity(
    file: str | Path, *, versus: Sequence[str] = (), parameters: Sequence[str] = (), outcomes: Sequence[str] = (),
    out: str | Path | None = None, jobs: int | None = None, **work: int,
) -> SensitivityResults:  # fmt: skip
    """Find the uncertain parameters that drive a result. The same call resumes an interrupted study.

    Parameters
    ----------
    file : str or Path
        A scenario or batch: a shipped name or a path.
    versus : sequence of str
        Policies to compare with it.
    parameters : sequence of str
        Paths or patterns of the parameters to vary, such as ``fear.*``. All uncertain parameters by default.
    outcomes : sequence of str
        Outcomes to analyse.
    out : str or Path, optional
        Folder of the study. Under ``runs/`` by default.
    jobs : int, optional
        Number of threads. Results do not depend on it.
    **work : int
        Sizes of the designs: ``trajectories``, ``keep``, ``samples``, ``runs``, ``tornado_runs`` and ``seed``.

    Returns
    -------
    SensitivityResults
        Morris screening, Sobol shares, one-at-a-time effects and key drivers.

    Raises
    ------
    BadInputError
        If a name or a number is not valid.
    IntegrityError
        If the folder contains points of other inputs or another version.

    Examples
    --------
    >>> import redbead as rb
    >>> rb.sensitivity("baseline", parameters=["fear.*"], runs=4).table("screening")  # doctest: +SKIP
    """
    from redbead.execution.runs import run_options
    from redbead.report.sensitivity import write_pages
    from redbead.results_studies import SensitivityResults
    from redbead.studies.sensitivity import spec
    from redbead.studies.sensitivity.results import place, run_sensitivity

    study = spec.build_study(str(file), rivals=versus, parameters_=parameters, outcomes=outcomes, **work)
    target = place(study, Path(out) if out else None)
    options = run_options(jobs=jobs)
    finished = run_sensitivity(study, target, options, command=_COMMAND, pages=write_pages)
    return SensitivityResults(target, finished.digest, finished.results)
