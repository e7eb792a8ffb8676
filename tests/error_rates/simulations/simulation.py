"""A simulation with a known truth: the product judges many synthetic batches, and its errors are counted.

The expectation never comes from the product: the truth is chosen, data are drawn from it, and the statement of the
product is right or wrong for each batch.
"""

import itertools
import math
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

FALSE_ALARM = 0.001
"""Chance at most that a method which meets its requirement exactly fails the fast test. [0-1]"""


@dataclass(frozen=True)
class Simulation:
    """One figure that is measured by simulation.

    Attributes
    ----------
    row : str
        Row of the table of statements, such as ``S1``; rows with the same statement share it.
    statement : str
        What the product prints, in its own words.
    method : str
        Method of the product with its reference, in one sentence.
    figure : str
        The share that is measured: which batches count out of which, and what the truth is.
    low, high : float
        Required range of the share; the lower end may be a function without arguments that computes it. [0-1]
    caution : str
        When not to trust the statement.
    batch : callable
        Draws one batch and returns whether it counts (True or False), or None if it is not among those that can count;
        or how many of its statements count, and out of how many, if these are nearly independent.
    fast, full : int
        Batches of the fast test and of the full version.
    before : str
        Measured share before the method was corrected, from the review of 2026, or empty.
    slow : bool
        Whether batches run the model, so that the fast test belongs to the slow tests.
    """

    row: str
    statement: str
    method: str
    figure: str
    low: "float | Callable[[], float]"
    high: float
    caution: str
    batch: Callable[[np.random.Generator], "bool | tuple[int, int] | None"]
    fast: int
    full: int
    before: str = ""
    slow: bool = False

    @property
    def name(self) -> str:
        """Short name for test reports."""
        return f"{self.row}: {self.figure}"

    @property
    def lowest(self) -> float:
        """Lower end of the required range. [0-1]"""
        return self.low() if callable(self.low) else self.low

    def run(self, batches: int, seed: int = 1, seconds: float = math.inf) -> "Measured":
        """Simulate this many batches, or fewer if they take longer than this. Each simulation has its own stream."""
        stop = time.process_time() + seconds
        generator = np.random.Generator(np.random.Philox(key=[seed, zlib.crc32(self.name.encode())]))
        in_time = itertools.takewhile(lambda _: time.process_time() < stop, range(batches))
        results = [result for _ in in_time if (result := self.batch(generator)) is not None]
        counts = [result if isinstance(result, tuple) else (int(result), 1) for result in results]
        return Measured(sum(count for count, _ in counts), sum(of for _, of in counts))

    def is_met(self, measured: "Measured", false_alarm: float = FALSE_ALARM) -> bool:
        """Return whether the count is compatible with a true share in the required range.

        A count above is refused if so large a count has less than the given chance at the upper end of the range;
        a count below likewise at the lower end.
        """
        if not measured.of:
            return False
        low = self.lowest
        if low > 0.0 and self.high < 1.0:
            false_alarm /= 2.0
        too_many = self.high < 1.0 and binom.sf(measured.count - 1, measured.of, self.high) < false_alarm
        too_few = low > 0.0 and binom.cdf(measured.count, measured.of, low) < false_alarm
        return not (too_many or too_few)


@dataclass(frozen=True)
class Measured:
    """Count of batches out of those that can count."""

    count: int
    of: int

    @property
    def share(self) -> float:
        """Measured share. [0-1]"""
        return self.count / self.of if self.of else math.nan

    @property
    def error(self) -> float:
        """Half-width of its 95 % Monte Carlo interval (Agresti and Coull). [0-1]"""
        n = self.of + 4
        p = (self.count + 2) / n
        return 1.96 * math.sqrt(p * (1.0 - p) / n)
