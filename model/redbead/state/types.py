"""Array types of the tables. The table of errors has many rows and therefore uses smaller number types."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]

Small: TypeAlias = NDArray[np.int32]
Tiny: TypeAlias = NDArray[np.int8]
