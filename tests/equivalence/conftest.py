"""Identical results have equal SHA-256 digests of the recorded weeks and of the event log."""

import hashlib

import pytest

from redbead.engine.simulate import prepare, simulate
from redbead.scenario.loader import load


@pytest.fixture(scope="session")
def short():
    """Baseline with 24 posts, one year of warm-up and two recorded years, and a visit in nearly every run."""
    return load("baseline").set(
        {"authority.posts": 24, "time.years": 2, "time.warm_up_years": 1, "inspection.cycle_weeks": 52}
    )


@pytest.fixture(scope="session")
def fingerprint():
    """Function that returns the digest of one run with its events: ``fingerprint(scenario, seed)``."""

    def of(scenario, seed=1):
        outcome = simulate(prepare(scenario), seed, events=True)
        return hashlib.sha256(outcome.weekly.tobytes() + outcome.events.tobytes()).hexdigest()

    return of
