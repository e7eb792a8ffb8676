"""Money (loop L-R8): what a week costs, what the budget still pays for, to the pound and by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.dynamics.finance import Cost, book_cost, posts_given_up, set_establishment, spent_otherwise
from redbead.engine.initial_state import allocate_tables
from redbead.jit import python_function
from redbead.parameters import Authority
from redbead.state.people import AGENCY, PERMANENT

C = Cost()
TIGHT = C._replace(within_budget=1.0)


@pytest.mark.parametrize(
    ("agency", "posts", "prevention", "policies", "expected"),
    [
        (0.0, 120.0, 0.0, 0.0, 0.0),
        (4.0, 120.0, 0.0, 0.0, 124_000.0),  # four premiums of 85,000 - 54,000
        (0.0, 120.0, 0.05, 0.0, 324_000.0),  # a twentieth of 120 x 54,000
        (0.0, 120.0, 0.0, 150.0, 18_000.0),
        (4.0, 120.0, 0.05, 150.0, 466_000.0),  # all three
    ],
)
def test_what_is_spent_otherwise_by_hand(agency, posts, prevention, policies, expected):
    found = spent_otherwise(agency, posts, prevention, C._replace(policies=policies))
    assert found == pytest.approx(expected, abs=1e-6)


def test_agency_staff_who_cost_less_than_employed_ones_free_no_money():
    """A cap on what agencies may charge never turns the premium into a gain."""
    assert spent_otherwise(10.0, 120.0, 0.0, C._replace(agency=50_000.0)) == 0.0


@pytest.mark.parametrize(
    ("spent", "within", "expected"),
    [(0.0, 1.0, 0.0), (540_000.0, 0.0, 0.0), (540_000.0, 0.5, 5.0), (540_000.0, 1.0, 10.0)],
)
def test_posts_given_up_by_hand(spent, within, expected):
    assert posts_given_up(spent, C._replace(within_budget=within)) == pytest.approx(expected, abs=1e-12)


@given(st.floats(0, 1e8), st.floats(0, 1e8), st.floats(0, 1))
def test_spending_more_on_other_things_never_brings_posts(a, b, within):
    low, high = sorted([a, b])
    c = C._replace(within_budget=within)
    assert 0.0 <= posts_given_up(low, c) <= posts_given_up(high, c)


# the week


@pytest.fixture
def hall(now):
    """A world of 200 desks, half of them empty, with agency staff in the last four of 100 filled posts."""
    world = allocate_tables(Authority(posts=120.0, team_size=6.0, friends=0.0), 200)
    world.workers.status[:96] = PERMANENT
    world.workers.status[96:100] = AGENCY
    return world, now._replace(end_post=200, end_team=20)


def posts(hall, c=C, *, base=120, extra=0.0, attention=0.0, prevention=0.0, desks=200):
    world, now = hall
    python_function(set_establishment)(
        world.workers, world.cases, world.service, world.oversight, base, extra, attention, prevention, c,
        now._replace(end_post=desks),
    )  # fmt: skip
    return int(world.cases.established[0])


@pytest.mark.parametrize(
    ("base", "extra", "funded", "desks", "expected"),
    [(120, 0.0, 0.0, 120, 120), (120, 0.16, 0.0, 140, 139), (120, 0.0, 0.05, 126, 126), (120, 0.16, 0.05, 146, 145),
     (120, 0.5, 0.0, 140, 140)],
)  # fmt: skip
def test_posts_that_the_budget_pays_for(hall, base, extra, funded, desks, expected):
    """Rounded to whole posts (120 x 1.16 = 139.2), and never more than there are desks."""
    hall[0].oversight.extra_funding[:] = funded
    assert posts(hall, base=base, extra=extra, desks=desks) == expected


def test_an_underfunded_service_has_fewer_posts_and_never_less_than_none(hall):
    """120 x 0.7 = 84; and a debt of more than everything leaves 0."""
    assert posts(hall, extra=-0.3) == 84
    assert posts(hall, TIGHT._replace(policies=100_000.0)) == 0


def test_public_attention_brings_posts_while_it_lasts(hall):
    """A tenth more for a full scandal: 132; half of it faded: 126; all: 120."""
    found = []
    for publicity in (1.0, 0.5, 0.0):
        hall[0].service.publicity[:] = publicity
        found.append(posts(hall, attention=0.1))
    assert found == [132, 126, 120]


def test_within_a_fixed_budget_other_spending_is_paid_for_from_posts(hall):
    """Four premiums cost 124,000 = 2.30 posts; with 5 % prevention 6 posts more; policies of 450 a post one more."""
    assert posts(hall, TIGHT) == 118
    assert posts(hall, TIGHT, prevention=0.05) == 112
    assert posts(hall, TIGHT._replace(policies=450.0), prevention=0.05) == 111
    assert posts(hall, TIGHT._replace(within_budget=0.5), prevention=0.05) == 116  # 4.15 posts


def test_where_the_money_is_found_elsewhere_nothing_is_given_up(hall):
    assert posts(hall, C._replace(policies=450.0), prevention=0.3) == 120


# the bill


@pytest.fixture
def staffed(world):
    """4 employed, 1 agency, 2 managers: (4 x 54,000 + 85,000 + 140,000) a year."""
    world.workers.status[:] = (1, 1, 1, 1, 2, 0)
    return world


def annual_cost(world, now, c=C, *, base=6, prevention=0.0):
    python_function(book_cost)(world.workers, world.service, world.counts, world.cases, base, prevention, c, now)
    return float(world.service.cost[0])


def test_a_week_costs_what_its_people_cost(staffed, now):
    """441,000 a year; visits and takeovers on top."""
    assert annual_cost(staffed, now) == pytest.approx(441_000 / 52)
    staffed.counts.inspections[:] = staffed.counts.takeovers[:] = 1
    assert annual_cost(staffed, now) == pytest.approx(441_000 / 52 + 150_000 + 0.02 * (6 * 54_000 + 2 * 70_000))


def test_policies_and_prevention_are_booked_to_the_pound(staffed, now):
    """150 for each of the 6 posts; 5 % of 6 x 54,000; each a 52nd a week, on top of the people."""
    usual = annual_cost(staffed, now)
    assert annual_cost(staffed, now, C._replace(policies=150.0)) - usual == pytest.approx(900 / 52)
    assert annual_cost(staffed, now, prevention=0.05) - usual == pytest.approx(16_200 / 52)
    assert annual_cost(staffed, now, C._replace(policies=150.0), prevention=0.05) - usual == pytest.approx(17_100 / 52)


def test_policies_cost_the_same_whoever_is_in_post(staffed, now):
    """They are paid for each post of the establishment that the authority starts with, filled or not."""
    with_policy, without = (annual_cost(staffed, now, C._replace(policies=p)) for p in (520.0, 0.0))
    staffed.workers.status[:] = 0
    staffed.cases.established[:] = 3
    assert annual_cost(staffed, now, C._replace(policies=520.0)) - annual_cost(staffed, now) == pytest.approx(
        with_policy - without
    )
    assert with_policy - without == pytest.approx(60.0)


def test_a_reorganisation_is_paid_for_in_the_week_in_which_it_happens(staffed, now):
    """2 % of a budget of 6 x 54,000 + 2 x 70,000 = 464,000 is 9,280."""
    usual = annual_cost(staffed, now)
    staffed.service.change_cost[:] = 0.02
    assert annual_cost(staffed, now) - usual == pytest.approx(9_280.0)


@pytest.mark.parametrize("status", [PERMANENT, AGENCY])
def test_employed_and_agency_staff_cost_what_they_cost(world, now, status):
    world.workers.status[:] = status
    each = {PERMANENT: 54_000, AGENCY: 85_000}[status]
    assert annual_cost(world, now) == pytest.approx((6 * each + 140_000) / 52)
