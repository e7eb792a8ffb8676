"""Arrays or agents: the same week. Agents who decide by the model's own rules, asked one by one, change no bit."""

import pytest

import redbead as rb
from redbead.engine.simulate import prepare, simulate

WEEKS = 40


class SameWorker(rb.SocialWorker):
    """Decides as every social worker does."""

    def willingness_to_report(self, severity=1.0):
        return super().willingness_to_report(severity)

    def chance_of_leaving(self):
        return super().chance_of_leaving()


class SameManager(rb.Manager):
    """Decides as every manager does."""

    def escalates(self):
        return super().escalates()

    def responds_with_blame(self):
        return super().responds_with_blame()


class SameLeader(rb.Leader):
    """Attends to what every director attends to."""

    def attention(self):
        return super().attention()


class Silent(rb.SocialWorker):
    """Never tells of anything."""

    def willingness_to_report(self, severity=1.0):
        return 0.0


EVERYBODY = {rb.SocialWorker: SameWorker, rb.Manager: SameManager, rb.Leader: SameLeader}


@pytest.fixture(scope="module")
def tiny(short):
    """Twelve posts and no warm-up: people who are asked one by one take their time."""
    return short.set({"authority.posts": 12, "time.years": 1, "time.warm_up_years": 0.25})


@pytest.fixture(scope="module")
def compiled(tiny):
    outcome = simulate(prepare(tiny), 9, events=True)
    return outcome.weekly[:WEEKS, 0], outcome.events[outcome.events[:, 0] < WEEKS]


def lived(tiny, agents=None, step=False):
    """Weeks and events of the Mesa model."""
    model = rb.ChildrensService(tiny, seed=9, agents=agents, events=True)
    if step:
        for _ in range(WEEKS):
            model.step()
    else:
        model.run_for_weeks(WEEKS)
    return model.weekly.to_numpy(dtype=float), model.events


def same(lived_, compiled):
    weekly, events = lived_
    assert weekly.tobytes() == compiled[0].tobytes()
    assert len(events) == len(compiled[1])
    for column in ("week", "worker", "spell", "error", "value"):
        k = list(events.columns).index(column)
        assert (events[column].to_numpy() == compiled[1][:, k]).all(), column


@pytest.mark.parametrize("step", [False, True], ids=["many weeks in one call", "week by week"])
def test_the_mesa_model_is_the_compiled_run(tiny, compiled, step):
    same(lived(tiny, step=step), compiled)


@pytest.mark.slow
@pytest.mark.parametrize("who", [*EVERYBODY, None], ids=lambda kind: kind.__name__ if kind else "everybody")
def test_agents_who_decide_by_the_models_own_rules_change_no_bit(tiny, compiled, who):
    same(lived(tiny, agents={who: EVERYBODY[who]} if who else EVERYBODY), compiled)


@pytest.mark.slow
def test_agents_with_a_rule_of_their_own_do(tiny, compiled):
    """Otherwise the test above would pass for agents whom nobody asks."""
    weekly, events = lived(tiny, agents={rb.SocialWorker: Silent})
    assert weekly.tobytes() != compiled[0].tobytes()
    assert not (events["kind"] == "error told").any()


@pytest.mark.parametrize("week", [0, 1, 17])
def test_an_agent_answers_as_the_kernel_does(tiny, week):
    """What the week wrote into the tables is what agents say afterwards, where nothing in between moves it.

    Directors' attention and managers' answers are asked of the state that the week left behind; blame and fear move
    later
    in the week, so it is their rule at the present state that is compared, with the table of the next week.
    """
    model = rb.ChildrensService(tiny, seed=9)
    model.run_for_weeks(week)
    said = [leader.attention() for leader in model.leaders]
    blaming = [manager.responds_with_blame() for manager in model.managers]
    model.run_for_weeks(1)
    assert model.world.managers.sanction_chance.tolist() == blaming
    if model.world.leaders.spell[0] == 0:
        assert model.world.leaders.attention.tolist() == said
