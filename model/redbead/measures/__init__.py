"""WHAT WE LOOK AT: recorded outcomes. Each group declares its measures and, in the same order, writes them."""

from __future__ import annotations

from typing import Final

from redbead.measures.culture import CULTURE
from redbead.measures.ledgers import LEDGERS
from redbead.measures.published import PUBLISHED
from redbead.measures.service import SERVICE
from redbead.measures.staff import STAFF
from redbead.quantities import Measure

MEASURES: Final[tuple[Measure, ...]] = STAFF + CULTURE + LEDGERS + SERVICE + PUBLISHED
"""Every measure, in the order of the columns of a recorded week."""
