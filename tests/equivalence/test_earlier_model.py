"""The scenario of the earlier model gives the runs of the baseline before decision 0061."""

import hashlib

import numpy as np
import pytest

from redbead.engine.simulate import prepare, simulate
from redbead.scenario.loader import load

MEASURES_THEN = 87
HASHES = {
    1: "fd29470b9b411195bb166728c55199197112b4fa113822c4f30630c50275f36a",
    2: "df7b7cfe5e529f202a27cf43af720992b59447d6dc7d9ad248ede611fcd9e3b5",
}
"""SHA-256 of the weekly measures of the baseline at commit d9e908d, by seed."""


@pytest.mark.parametrize("seed", HASHES)
def test_earlier_model_equals_the_earlier_baseline_bit_for_bit(seed):
    weekly = simulate(prepare(load("earlier-model")), seed).weekly[:, :, :MEASURES_THEN]
    assert hashlib.sha256(np.ascontiguousarray(weekly).tobytes()).hexdigest() == HASHES[seed]
