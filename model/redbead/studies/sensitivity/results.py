"""Key drivers and tables of a sensitivity study: one row per finding, with names instead of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from redbead import parameters
from redbead.analysis.intervals import RUNS, Interval, t_critical_value
from redbead.analysis.means import NoSpread, StudentMean, p_value
from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.pairwise import holm
from redbead.execution.runs import RunOptions
from redbead.scenario.loader import to_yaml
from redbead.storage import study_folder
from redbead.storage.atomic_files import csv_text
from redbead.storage.point_store import Finished, run_points
from redbead.storage.study_folder import StudyFiles
from redbead.studies.sensitivity.spec import Study
from redbead.studies.sensitivity.study import ENDS, OneAtATimeEffect, SensitivityFindings, analyse, header


class KeyDriver(NamedTuple):
    """A leading factor: its evidence, and its largest total-order index over all outcomes, with the share of chance.

    ``net`` is the index less the share of chance: the share of the variance that is due to the factor.
    """

    path: str
    basis: str
    source: str
    outcome: str
    net: float
    half_width: float
    total: float
    chance: float
    significant: bool


class SignChange(NamedTuple):
    """A parameter value at which the advantage of a policy over the scenario changes sign significantly."""

    path: str
    end: str
    value: float
    policy: str
    outcome: str
    advantage: float
    flipped: float


def key_drivers(findings: SensitivityFindings) -> list[KeyDriver]:
    """Return the leading factors: assumed parameters first, then by total-order index less chance."""
    drivers = [_key_driver(findings, factor.path) for factor in findings.leading]
    return sorted(drivers, key=lambda item: (item.basis != "assumed", -item.net))


def _key_driver(findings: SensitivityFindings, path: str) -> KeyDriver:
    indices = [s for s in findings.indices if s.path == path and s.period == findings.final_period]
    largest = max(indices, key=lambda s: s.net)
    param = parameters.register()[path].param
    outcome = findings.study.outcomes[largest.outcome]
    return KeyDriver(
        path, param.basis, param.source, outcome, largest.net, largest.total_half, largest.total, largest.chance,
        largest.significant,
    )  # fmt: skip


def sign_changes(findings: SensitivityFindings) -> Iterator[SignChange]:
    """Yield significant sign changes of a policy's advantage between the default and an end of a range.

    A sign change has the larger p value of the two paired t-tests, of the advantage at the default and at the end
    (intersection-union test, [Berger1982]_). Holm's procedure over all parameters, ends, policies and outcomes limits
    the chance of any false sign change to 5 %.
    """
    effects = [effect for effect in findings.effects if effect.policy]
    p_values = np.array([_p_of_sign_change(effect, findings.study.tornado_runs) for effect in effects])
    for effect, is_significant in zip(effects, holm(p_values), strict=True):
        if is_significant:
            outcome = findings.study.outcomes[effect.outcome]
            yield SignChange(
                effect.path, effect.end, effect.value, effect.policy, outcome, effect.base.mean, effect.at.mean
            )  # fmt: skip


def _p_of_sign_change(effect: OneAtATimeEffect, runs: int) -> float:
    if not effect.base.mean * effect.at.mean < 0.0:
        return 1.0
    return max(_p_value(interval, runs) for interval in (effect.base, effect.at))


def _p_value(interval: Interval, runs: int) -> float:
    """P-value of a mean of 0, from the t-interval of the mean."""
    half = (interval.high - interval.low) / 2.0
    if not half > 0.0:
        return p_value(NoSpread(interval.mean, runs, RUNS))
    return p_value(StudentMean(interval.mean, half / t_critical_value(runs - 1), runs, RUNS))


def is_improvement(outcome: str, change: float) -> bool:
    """Whether a change of an outcome is an improvement."""
    return change * (1.0 if OUTCOMES[outcome].better == "up" else -1.0) > 0.0


def tornado_order(
    findings: SensitivityFindings, outcome: int, policy: str = ""
) -> list[tuple[str, OneAtATimeEffect, OneAtATimeEffect]]:
    """Return the leading factors for a tornado diagram, the widest first.

    Parameters
    ----------
    findings : SensitivityFindings
        The results of a study.
    outcome : int
        Number of the outcome.
    policy : str
        Name of a rival policy; '' for the scenario itself.

    Returns
    -------
    list of tuple
        Path, effect at the low end and effect at the high end of each factor.
    """
    selected = {(e.path, e.end): e for e in findings.effects if (e.policy, e.outcome) == (policy, outcome)}
    pairs = {factor.path: tuple(selected[factor.path, end] for end in ENDS) for factor in findings.leading}
    width = {path: np.ptp([0.0, low.difference.mean, high.difference.mean]) for path, (low, high) in pairs.items()}
    return [(path, pairs[path][0], pairs[path][1]) for path in sorted(pairs, key=lambda p: -float(width[p]))]


_COLUMNS: Final = {"noise_floor": "floor", "significant": "told", "half_width": "half"}
"""Column names of the tables, where they differ from the names of fields."""


def as_row(item: NamedTuple) -> dict[str, Any]:
    """Return the fields of a finding by column name."""
    return {_COLUMNS.get(name, name): value for name, value in item._asdict().items()}


def all_tables(findings: SensitivityFindings) -> Mapping[str, pd.DataFrame]:
    """Return every table by file name."""
    return {
        "screening.csv": screening_table(findings),
        "shares.csv": _shares(findings, years=False),
        "over_time.csv": _shares(findings, years=True),
        "tornado.csv": tornado_table(findings),
        "next.csv": pd.DataFrame([as_row(item) for item in key_drivers(findings)]),
        "flips.csv": pd.DataFrame(
            [as_row(item) for item in sign_changes(findings)],
            columns=["path", "end", "value", "policy", "outcome", "advantage", "flipped"],
        ),
    }


def screening_table(findings: SensitivityFindings) -> pd.DataFrame:
    """Return the screening: one row per factor and outcome, the strongest first."""
    rows = [
        as_row(item) | {"outcome": findings.study.outcomes[item.outcome], "unit": findings.unit(item.outcome)}
        for item in sorted(findings.screening, key=lambda item: (item.outcome, -item.mu_star))
    ]
    return pd.DataFrame(rows)


def _shares(findings: SensitivityFindings, *, years: bool) -> pd.DataFrame:
    """Sobol' indices, either for the evaluation period or for every year."""
    rows = []
    for share in findings.indices:
        if (share.period == findings.final_period) is not years:
            when = f"year {share.period + 1}" if years else findings.study.period
            labels = {"outcome": findings.study.outcomes[share.outcome], "period": when}
            rows.append(as_row(share) | labels | {"net": share.net, _COLUMNS["significant"]: share.significant})
    return pd.DataFrame(rows)


def tornado_table(findings: SensitivityFindings) -> pd.DataFrame:
    """Return the one-at-a-time effects: one row per factor, end, policy and outcome."""
    register = parameters.register()
    rows = []
    for bar in findings.effects:
        name = findings.study.outcomes[bar.outcome]
        columns: dict[str, object] = {
            "path": bar.path, "unit": register[bar.path].param.unit, "end": bar.end, "value": bar.value,
            "policy": bar.policy or findings.study.scenario.name, "of": "advantage" if bar.policy else "level",
            "outcome": name, "outcome_unit": OUTCOMES[name].unit,
        }  # fmt: skip
        for interval, values in (("base", bar.base), ("at", bar.at), ("difference", bar.difference)):
            columns |= _interval_columns(interval, values)
        rows.append(columns)
    return pd.DataFrame(rows)


def _interval_columns(name: str, interval: Interval) -> dict[str, object]:
    return {name: interval.mean, f"{name}_low": interval.low, f"{name}_high": interval.high}


PageWriter = Callable[[Path, SensitivityFindings, str, list[str]], None]
"""Writes the report and its figures into a folder, given the findings their digest and the command."""


def place(study: Study, out: Path | None) -> Path:
    """Folder for a sensitivity study, as :func:`redbead.storage.study_folder.place` chooses it."""
    return study_folder.place(f"sensitivity-{study.name}", header(study), out)


def run_sensitivity(
    study: Study, folder: Path, options: RunOptions, *, command: list[str], pages: PageWriter
) -> Finished[SensitivityFindings]:
    """Run a study in a folder of :func:`place`; the same call resumes an interrupted study.

    `pages` writes the report. The other parameters and the errors are those of
    :func:`redbead.storage.point_store.run_points`.
    """
    return run_points(
        folder, header(study), options, lambda points: analyse(study, points),
        lambda findings: files_of(findings, pages, command), command=command,
    )  # fmt: skip


def files_of(findings: SensitivityFindings, pages: PageWriter, command: list[str]) -> StudyFiles:
    """Tables, scenario and report of a study."""
    tables = {name: csv_text(table) for name, table in all_tables(findings).items()}
    texts = {"scenario.resolved.yaml": to_yaml(findings.study.scenario)}
    return StudyFiles(tables, texts, pages=lambda folder, digest: pages(folder, findings, digest, command))
