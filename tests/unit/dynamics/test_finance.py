"""Finance (loop L-R8): weekly cost and funded posts, compared with hand calculations to the pound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.dynamics.finance import Cost, book_cost, displaced_posts, non_post_spending, set_establishment
from redbead.engine.initial_state import allocate_tables
from redbead.jit import python_function
from redbead.parameters import Authority
from redbead.state.people import AGENCY, PERMANENT

C = Cost()
FIXED_BUDGET = C._replace(within_budget=1.0)


@pytest.mark.cases(
    ("agency", "posts", "prevention", "policies", "expected"),
    [
        (0.0, 120.0, 0.0, 0.0, 0.0),
        (4.0, 120.0, 0.0, 0.0, 124_000.0),  # four premiums of 85,000 - 54,000
        (0.0, 120.0, 0.05, 0.0, 324_000.0),  # a twentieth of 120 x 54,000
        (0.0, 120.0, 0.0, 150.0, 18_000.0),
        (4.0, 120.0, 0.05, 150.0, 466_000.0),  # sum of the three
    ],
)
def test_non_post_spending_matches_hand_calculation(agency, posts, prevention, policies, expected):
    spending = non_post_spending(agency, posts, prevention, C._replace(policies=policies))
    assert spending == pytest.approx(expected, abs=1e-6)


def test_agency_staff_cheaper_than_employees_save_nothing():
    """A cap on agency rates never makes the premium negative."""
    assert non_post_spending(10.0, 120.0, 0.0, C._replace(agency=50_000.0)) == 0.0


@pytest.mark.parametrize(
    ("spending", "within", "expected"),
    [(0.0, 1.0, 0.0), (540_000.0, 0.0, 0.0), (540_000.0, 0.5, 5.0), (540_000.0, 1.0, 10.0)],
)
def test_displaced_posts_match_hand_calculation(spending, within, expected):
    assert displaced_posts(spending, C._replace(within_budget=within)) == pytest.approx(expected, abs=1e-12)


@given(st.floats(0, 1e8), st.floats(0, 1e8), st.floats(0, 1))
def test_more_spending_on_other_things_never_adds_posts(a, b, within):
    low, high = sorted([a, b])
    c = C._replace(within_budget=within)
    assert 0.0 <= displaced_posts(low, c) <= displaced_posts(high, c)


# Establishment


@pytest.fixture
def authority(now):
    """A world of 200 posts, 100 of them filled, with agency staff in the last four filled posts."""
    world = allocate_tables(Authority(posts=120.0, team_size=6.0, friends=0.0), 200)
    world.workers.status[:96] = PERMANENT
    world.workers.status[96:100] = AGENCY
    return world, now._replace(end_post=200, end_team=20)


def established_posts(authority, c=C, *, base=120, extra=0.0, attention=0.0, prevention=0.0, available=200):
    world, now = authority
    python_function(set_establishment)(
        world.workers, world.cases, world.service, world.oversight, base, extra, attention, prevention, c,
        now._replace(end_post=available),
    )  # fmt: skip
    return int(world.cases.established[0])


@pytest.mark.parametrize(
    ("base", "extra", "funded", "available", "expected"),
    [(120, 0.0, 0.0, 120, 120), (120, 0.16, 0.0, 140, 139), (120, 0.0, 0.05, 126, 126), (120, 0.16, 0.05, 146, 145),
     (120, 0.5, 0.0, 140, 140)],
)  # fmt: skip
def test_funded_posts_match_hand_calculation(authority, base, extra, funded, available, expected):
    """Rounded to whole posts (120 x 1.16 = 139.2), limited to the posts in the tables."""
    authority[0].oversight.extra_funding[:] = funded
    assert established_posts(authority, base=base, extra=extra, available=available) == expected


def test_an_underfunded_service_has_fewer_posts_but_never_a_negative_number(authority):
    """120 x 0.7 = 84; spending beyond the whole budget leaves 0."""
    assert established_posts(authority, extra=-0.3) == 84
    assert established_posts(authority, FIXED_BUDGET._replace(policies=100_000.0)) == 0


def test_public_attention_adds_posts_while_it_lasts(authority):
    """A tenth more for full publicity: 132; after it has faded by half: 126; completely: 120."""
    established = []
    for publicity in (1.0, 0.5, 0.0):
        authority[0].service.publicity[:] = publicity
        established.append(established_posts(authority, attention=0.1))
    assert established == [132, 126, 120]


def test_other_spending_displaces_posts_within_a_fixed_budget(authority):
    """Four premiums cost 124,000, or 2.30 posts; 5 % prevention costs 6 posts, and policies of 450 per post one."""
    assert established_posts(authority, FIXED_BUDGET) == 118
    assert established_posts(authority, FIXED_BUDGET, prevention=0.05) == 112
    assert established_posts(authority, FIXED_BUDGET._replace(policies=450.0), prevention=0.05) == 111
    assert established_posts(authority, FIXED_BUDGET._replace(within_budget=0.5), prevention=0.05) == 116  # 4.15 posts


def test_other_spending_displaces_no_posts_when_funded_from_outside(authority):
    assert established_posts(authority, C._replace(policies=450.0), prevention=0.3) == 120


# Weekly cost


@pytest.fixture
def staffed(world):
    """Four employees, one agency worker and two managers: 4 x 54,000 + 85,000 + 140,000 per year."""
    world.workers.status[:] = (1, 1, 1, 1, 2, 0)
    return world


def cost_of_week(world, now, c=C, *, base=6, prevention=0.0):
    python_function(book_cost)(world.workers, world.service, world.counts, world.cases, base, prevention, c, now)
    return float(world.service.cost[0])


def test_weekly_cost_includes_staff_visits_and_takeovers(staffed, now):
    """441,000 per year for staff, plus visits and takeovers."""
    assert cost_of_week(staffed, now) == pytest.approx(441_000 / 52)
    staffed.counts.inspections[:] = staffed.counts.takeovers[:] = 1
    assert cost_of_week(staffed, now) == pytest.approx(441_000 / 52 + 150_000 + 0.02 * (6 * 54_000 + 2 * 70_000))


def test_weekly_cost_includes_policies_and_prevention(staffed, now):
    """150 for each of 6 posts and 5 % of 6 x 54,000 per year, in addition to staff."""
    base_cost = cost_of_week(staffed, now)
    with_policies = C._replace(policies=150.0)
    assert cost_of_week(staffed, now, with_policies) - base_cost == pytest.approx(900 / 52)
    assert cost_of_week(staffed, now, prevention=0.05) - base_cost == pytest.approx(16_200 / 52)
    assert cost_of_week(staffed, now, with_policies, prevention=0.05) - base_cost == pytest.approx(17_100 / 52)


def test_cost_of_policies_does_not_depend_on_filled_posts(staffed, now):
    """Policies are charged per initial post, filled or vacant."""
    with_policy, without = (cost_of_week(staffed, now, C._replace(policies=p)) for p in (520.0, 0.0))
    staffed.workers.status[:] = 0
    staffed.cases.established[:] = 3
    assert cost_of_week(staffed, now, C._replace(policies=520.0)) - cost_of_week(staffed, now) == pytest.approx(
        with_policy - without
    )
    assert with_policy - without == pytest.approx(60.0)


def test_a_reorganisation_is_charged_in_its_week(staffed, now):
    """2 % of a budget of 6 x 54,000 + 2 x 70,000 = 464,000 is 9,280."""
    base_cost = cost_of_week(staffed, now)
    staffed.service.change_cost[:] = 0.02
    assert cost_of_week(staffed, now) - base_cost == pytest.approx(9_280.0)


@pytest.mark.parametrize("status", [PERMANENT, AGENCY])
def test_weekly_cost_of_employed_and_agency_staff_matches_hand_calculation(world, now, status):
    world.workers.status[:] = status
    unit_cost = {PERMANENT: 54_000, AGENCY: 85_000}[status]
    assert cost_of_week(world, now) == pytest.approx((6 * unit_cost + 140_000) / 52)
