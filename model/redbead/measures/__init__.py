"""Measures: outcomes recorded each week.

Each module declares one group of measures and writes their values in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from redbead.measures.culture import CULTURE
from redbead.measures.error_counts import ERROR_COUNTS
from redbead.measures.service import PUBLISHED, SERVICE
from redbead.measures.staff import STAFF
from redbead.quantities import Measure
from redbead.state.constants import Reals

MEASURES: Final[tuple[Measure, ...]] = STAFF + CULTURE + ERROR_COUNTS + SERVICE + PUBLISHED
"""All measures, in the order of the columns of the output."""

MeasureLookup: TypeAlias = Callable[[str], Reals]
"""Function that returns the values of a measure by its name, of shape [runs, weeks]."""
