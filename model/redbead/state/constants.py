"""Array types, time constants in weeks, and codes of grades and of the body that controls a service."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]

# The table of errors has many rows and therefore uses smaller number types.
Small: TypeAlias = NDArray[np.int32]
Tiny: TypeAlias = NDArray[np.int8]

YEAR: Final = 52
"""Weeks per year; also the length of rolling windows."""

QUARTER: Final = 13
"""Weeks per quarter."""

REFERENCE_POSTS: Final = 120.0
"""Posts of the reference authority. Effects of single events are scaled to it."""

NONE_YET: Final = -1
OUTSTANDING: Final = 0
GOOD: Final = 1
REQUIRES_IMPROVEMENT: Final = 2
INADEQUATE: Final = 3
COUNCIL: Final = 0
COMMISSIONER: Final = 1
TRUST: Final = 2
"""Codes of the body that controls the service."""

GRADE_NAMES: Final = ("outstanding", "good", "requires improvement", "inadequate")

NEVER: Final = -1_000_000
"""Marker for a date that does not exist, earlier than any week of a run."""

MOST_PRESSURE: Final = 1e6
"""Upper limit of work pressure, reached where no hours are left for cases. [ratio]"""
