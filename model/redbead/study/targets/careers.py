"""Levels of directors: how long they have been in post, how often the post changes hands, who stands in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from redbead.state.authority import YEAR
from redbead.study.outcomes import Get
from redbead.study.targets.samples import Estimate, mean_of

MONTH: Final = YEAR / 12.0


def _months(get: Get) -> Estimate:
    return mean_of(get("director_weeks").mean(axis=1) / MONTH)


def _changes(get: Get) -> Estimate:
    """Weeks in which the time in post begins anew, a year; interim directors count as holders of the post."""
    changed = (np.diff(get("director_weeks"), axis=1) < 0).sum(axis=1)
    return mean_of(changed / (get("director_weeks").shape[1] - 1) * YEAR)


CAREERS: Final[tuple[tuple[str, str, str, Callable[[Get], Estimate]], ...]] = (
    ("director_months", "months", "how long directors, interim ones too, have been in post on a day", _months),
    ("director_changes", "1/year", "changes of the holder of the director's post", _changes),
    ("interim_share", "share", "director's posts held by an interim one on a day",
     lambda get: mean_of(get("interim_director").mean(axis=1))),
)  # fmt: skip
"""Levels of directors: name, unit, meaning and how they come from the weekly measures."""
