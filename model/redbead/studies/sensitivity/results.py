"""The tables of a sensitivity study, one row a finding, with names in place of numbers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from redbead import parameters
from redbead.analysis.intervals import Interval
from redbead.analysis.outcomes import OUTCOMES
from redbead.studies.sensitivity.key_drivers import key_drivers, sign_changes
from redbead.studies.sensitivity.study import SensitivityFindings


def all_tables(found: SensitivityFindings) -> Mapping[str, pd.DataFrame]:
    """Every table by the name of its file."""
    return {
        "screening.csv": screening(found),
        "shares.csv": _shares(found, years=False),
        "over_time.csv": _shares(found, years=True),
        "tornado.csv": tornado(found),
        "next.csv": pd.DataFrame([item._asdict() for item in key_drivers(found)]),
        "flips.csv": pd.DataFrame(
            [item._asdict() for item in sign_changes(found)],
            columns=["path", "end", "value", "policy", "outcome", "advantage", "flipped"],
        ),
    }


def screening(found: SensitivityFindings) -> pd.DataFrame:
    """Every factor and outcome of the screening, the strongest first."""
    rows = [
        item._asdict() | {"outcome": found.study.outcomes[item.outcome], "unit": found.unit(item.outcome)}
        for item in sorted(found.screened, key=lambda item: (item.outcome, -item.mu_star))
    ]
    return pd.DataFrame(rows)


def _shares(found: SensitivityFindings, *, years: bool) -> pd.DataFrame:
    """Shares of variance, either of the period that decides or of every year."""
    rows = []
    for share in found.shares:
        if (share.period == found.last) is not years:
            when = f"year {share.period + 1}" if years else found.study.period
            named = {"outcome": found.study.outcomes[share.outcome], "period": when}
            rows.append(share._asdict() | named | {"told": share.told})
    return pd.DataFrame(rows)


def tornado(found: SensitivityFindings) -> pd.DataFrame:
    """Every bar: what an end of a range does to an outcome, or to the advantage of a policy."""
    register = parameters.register()
    rows = []
    for bar in found.bars:
        name = found.study.outcomes[bar.outcome]
        told: dict[str, object] = {
            "path": bar.path, "unit": register[bar.path].param.unit, "end": bar.end, "value": bar.value,
            "policy": bar.policy or found.study.scenario.name, "of": "advantage" if bar.policy else "level",
            "outcome": name, "outcome_unit": OUTCOMES[name].unit,
        }  # fmt: skip
        rows.append(told | _ends("base", bar.base) | _ends("at", bar.at) | _ends("difference", bar.difference))
    return pd.DataFrame(rows)


def _ends(name: str, interval: Interval) -> dict[str, object]:
    return {name: interval.mean, f"{name}_low": interval.low, f"{name}_high": interval.high}
