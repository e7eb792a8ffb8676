"""Lengths of time in weeks, codes of grades and of who controls a service."""

from __future__ import annotations

from typing import Final

YEAR: Final = 52
"""Weeks in a year; also the length of the rolling windows."""

QUARTER: Final = 13
"""Weeks in a quarter of a year."""

REFERENCE_POSTS: Final = 120.0
"""Posts of the reference authority: effects stated for it are spread over more people in a larger one."""

NONE_YET: Final = -1
OUTSTANDING: Final = 0
GOOD: Final = 1
REQUIRES_IMPROVEMENT: Final = 2
INADEQUATE: Final = 3
COUNCIL: Final = 0
COMMISSIONER: Final = 1
TRUST: Final = 2
"""Who controls the service."""

GRADE_NAMES: Final = ("outstanding", "good", "requires improvement", "inadequate")

NEVER: Final = -1_000_000
"""A week that never was."""
