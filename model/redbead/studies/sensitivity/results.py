"""Tables of a sensitivity study: one row per finding, with names instead of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pandas as pd

from redbead import parameters
from redbead.analysis.intervals import Interval
from redbead.analysis.outcomes import OUTCOMES
from redbead.studies.sensitivity.key_drivers import key_drivers, sign_changes
from redbead.studies.sensitivity.study import SensitivityFindings

_COLUMNS: Final = {"noise_floor": "floor", "significant": "told", "more_runs": "more", "half_width": "half"}
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
            rows.append(as_row(share) | labels | {_COLUMNS["significant"]: share.significant})
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
