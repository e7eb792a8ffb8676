"""What every lever must be, those of tomorrow included."""

import dataclasses
import inspect

import pytest

from redbead import parameters
from redbead.levers import LEVERS
from redbead.levers.base import Lever
from redbead.quantities import Param

COMMON = tuple(item.name for item in dataclasses.fields(Lever))

EXPECTED = {
    *("just-culture", "two-strikes", "surge-funding", "protect-leaders", "confidential-reporting", "improvement-time"),
    "supportive-inspection",
}

every = pytest.mark.parametrize("lever", LEVERS.values(), ids=list(LEVERS))


def test_the_levers_of_the_shipped_scenarios_are_there():
    assert set(LEVERS) >= EXPECTED
    assert list(LEVERS) == sorted(LEVERS)


@every
def test_its_file_is_named_after_it(lever):
    assert lever.__module__ == f"redbead.levers.{lever.kind.replace('-', '_')}"


@every
def test_it_says_what_it_is_for_whom_and_who_believes_in_it(lever):
    assert lever.__doc__ is not lever.__base__.__doc__
    assert lever.summary().endswith(".")
    assert lever.audience
    assert lever.believers


@every
def test_every_number_is_declared_and_its_default_is_in_range(lever):
    for name, param, default in lever.numbers():
        assert isinstance(param, Param)
        assert param.accepts(default), name
    assert set(COMMON) <= {item.name for item in lever.numbers()}


@every
def test_it_bends_parameters_that_exist_towards_values_in_their_range(lever):
    bends = lever().bends()
    assert bends
    for bend in bends:
        param = parameters.register()[bend.path].param
        assert bend.towards is None or param.accepts(bend.towards), bend.path


@every
def test_its_defaults_are_those_of_the_parameters_of_the_same_meaning(lever):
    for bend in lever().bends():
        for item in lever.numbers():
            if bend.towards is not None and getattr(lever(), item.name) == bend.towards and item.name not in COMMON:
                assert item.param.low >= parameters.register()[bend.path].param.low or item.param.high <= 1


@every
def test_it_can_be_compared_hashed_written_down_and_made_again(lever):
    one = lever(from_week=52, ramp_weeks=8, fidelity=0.5)
    given = one.as_dict()
    assert given.pop("kind") == lever.kind
    assert lever(**given) == one
    assert hash(lever(**given)) == hash(one)
    assert repr(one).startswith(lever.__name__)


@every
def test_it_never_touches_a_person(lever):
    source = inspect.getsource(inspect.getmodule(lever))
    assert "redbead.state" not in source
    assert "redbead.engine" not in source
