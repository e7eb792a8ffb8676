"""WHAT WE LOOK AT: recorded outcomes. Each group declares its measures and, in the same order, writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from redbead.measures.culture import CULTURE
from redbead.measures.error_counts import ERROR_COUNTS
from redbead.measures.official_statistics import PUBLISHED
from redbead.measures.service import SERVICE
from redbead.measures.staff import STAFF
from redbead.quantities import Measure
from redbead.state.types import Reals

MEASURES: Final[tuple[Measure, ...]] = STAFF + CULTURE + ERROR_COUNTS + SERVICE + PUBLISHED
"""Every measure, in the order of the columns of a recorded week."""

MeasureLookup: TypeAlias = Callable[[str], Reals]
"""A lookup from the name of a measure to its values, [runs, weeks]."""
