"""What 'the same' means here: SHA-256 over the recorded weeks and over the log of events (trust.md, section 2.1)."""

import hashlib

import pytest

from redbead.engine.simulate import prepare, simulate
from redbead.scenario.loader import load


@pytest.fixture(scope="session")
def short():
    """Baseline, 24 posts, one year of warm-up and two watched, with a visit in nearly every run."""
    return load("baseline").set(
        {"authority.posts": 24, "time.years": 2, "time.warm_up_years": 1, "inspection.cycle_weeks": 52}
    )


@pytest.fixture(scope="session")
def fingerprint():
    """The digest of one run: `fingerprint(scenario, seed)`, with its events."""

    def of(scenario, seed=1):
        outcome = simulate(prepare(scenario), seed, events=True)
        return hashlib.sha256(outcome.weekly.tobytes() + outcome.events.tobytes()).hexdigest()

    return of
