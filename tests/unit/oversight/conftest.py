"""A service small enough to work out by hand: six posts, two teams of three, a week called 60."""

import numpy as np
import pytest

from redbead.engine.founding import lay_out
from redbead.parameters import Authority, coefficients, default_row
from redbead.state.errors import error_key
from redbead.state.people import PERMANENT
from redbead.state.types import NEVER
from redbead.state.world import Now


@pytest.fixture(autouse=True)
def _dice_wrap_around():
    """The dice overflow on purpose; Python would warn of it."""
    with np.errstate(over="ignore"):
        yield


@pytest.fixture
def world():
    """Six permanent workers in two teams, nobody knows anybody informally, all columns 0 otherwise."""
    empty = lay_out(Authority(posts=6.0, team_size=3.0, friends=0.0), 6)
    empty.workers.status[:] = PERMANENT
    for column in ("last_known", "last_sanction", "last_withheld"):
        getattr(empty.workers, column)[:] = NEVER
    empty.cases.established[:] = 6
    return empty


@pytest.fixture
def now():
    """Week 60 of seed 1, for the whole authority."""
    return Now(60, np.uint64(1), 0, 0, 6, 0, 2)


@pytest.fixture
def c():
    """The default coefficients."""
    return coefficients(default_row())


@pytest.fixture
def error(world):
    """Put an error into the table: `error(author, state)` gives its row."""
    in_use = world.errors[0]  # the number of live errors comes first

    def make(author, state, *, born=59, severity=1, culpable=0, number=0):
        row = int(in_use[0])
        in_use[0] += 1
        world.errors.author[row] = author
        world.errors.spell[row] = world.workers.spell[author]
        world.errors.born[row] = world.errors.since[row] = born
        world.errors.key[row] = error_key(author, born, number)
        world.errors.severity[row], world.errors.culpable[row], world.errors.state[row] = severity, culpable, state
        return row

    return make
