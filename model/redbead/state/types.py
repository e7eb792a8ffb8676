"""Array types of the tables: two kinds of number only, so that every kernel is compiled once."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]

NEVER = -1_000_000
"""A week that never was."""
