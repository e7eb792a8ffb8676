"""The face for Python and notebooks: `load` a scenario, `run` it, look at the result as frames and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redbead.scenario.load import load as load_scenario
from redbead.scenario.spec import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from redbead.compared import Compared
    from redbead.ran import Run
    from redbead.study.adapters import Salib
    from redbead.study.lottery import Lottery as Found
    from redbead.study.runs import Agents
    from redbead.study.twins.twins import Twins


def load(name: str | Path) -> Scenario:
    """Read a scenario: the name of a shipped one, or a path.

    Raises
    ------
    BadInputError
        Names everything that is wrong with the file, with line numbers.
    """
    return load_scenario(name)


def run(
    scenario: Scenario | str | Path, *, seed: int = 1, runs: int = 1, jobs: int | None = None, events: bool = False,
    agents: Agents | None = None,
) -> Run:  # fmt: skip
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
    from redbead.ran import Run
    from redbead.study.runs import run_many

    given = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    return Run(run_many(given, runs=runs, seed=seed, jobs=jobs, events=events, agents=agents))


def compare(
    policies: Sequence[str | Path | Scenario] | Mapping[str, str | Path | Scenario] | str | Path, *,
    baseline: str = "", runs: int | str | None = None, seed: int | None = None, jobs: int | None = None,
    theories: Sequence[str] = (), measures: Mapping[str, float | str] | None = None, intervals: str | None = None,
    settings: Mapping[str, float | str] | None = None, cluster: str = "", agents: Agents | None = None,
    timeout: float | None = None, out: str | Path | None = None,
) -> Compared:  # fmt: skip
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
    from redbead.compared import made
    from redbead.study.comparing.gather import gather, targets, with_runs

    given = [policies] if isinstance(policies, str | Path) else policies
    decided = targets([f"{name}={size}" for name, size in measures.items()]) if measures else None
    comparison = gather(
        given, baseline=baseline, world=settings, seed=seed, theories=tuple(theories) or None, targets=decided,
        intervals=intervals,
    )  # fmt: skip
    comparison = with_runs(comparison, "" if runs is None else str(runs))
    return made(comparison, jobs=jobs, cluster=cluster, agents=agents, timeout=timeout, out=out)


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
    from redbead.study.twins.twins import twins as study

    sides = [s if isinstance(s, Scenario) else load_scenario(s) for s in (first, second)]
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
) -> Lottery:
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
    from redbead.study import lottery as study

    regime, nation = study.asked({name: value for name, value in locals().items() if name in study.OPTIONS})
    return Lottery(study.lottery(regime, nation))


@dataclass(frozen=True, eq=False)
class Lottery:
    """What chance alone does to grades: all numbers in `found`, the tables as pandas frames, one figure."""

    found: Found

    def to_frame(self) -> pd.DataFrame:
        """One row a grade: how many identical and how many differing authorities get it, with 90 % intervals."""
        return self.found.to_frame()

    def curve(self) -> pd.DataFrame:
        """The operating curve: one row a true share of poor cases, the chance of each grade."""
        return self.found.curve_frame()

    def next_visit(self) -> pd.DataFrame:
        """One row a grade now: the chance of each grade next time, where authorities differ and none changes."""
        return self.found.next_frame()

    def plot(self) -> Figure:
        """Operating curve, identical authorities and next visit in one figure."""
        from redbead.report.lottery_figure import lottery_figure

        return lottery_figure(self.found).figure

    def _repr_html_(self) -> str:
        from redbead.report.lottery import snippet

        return snippet(self.found)

    def __repr__(self) -> str:
        from redbead.report.lottery import title

        return f"<redbead.Lottery: {title(self.found)}>"


def to_salib(scenario: Scenario, parameters: Sequence[str], **options: Any) -> Salib:  # noqa: ANN401 - handed on
    """A scenario for SALib; see :func:`redbead.study.adapters.to_salib` for the options."""
    from redbead.study.adapters import to_salib as study

    return study(scenario, parameters, **options)


def to_ema(scenario: Scenario, parameters: Sequence[str], **options: Any) -> Any:  # noqa: ANN401 - the workbench's
    """A scenario as a Model of EMA Workbench; see :func:`redbead.study.adapters.to_ema` for the options."""
    from redbead.study.adapters import to_ema as study

    return study(scenario, parameters, **options)


# A scenario lives on a lower floor and must not know who analyses it; whoever comes in by the face finds the door here.
for _name, _door in (("to_salib", to_salib), ("to_ema", to_ema)):
    setattr(Scenario, _name, _door)
