"""`redbead twins` as a person would use it."""

import json

import pytest

from redbead.cli import main
from redbead.exceptions import Exit

SMALL = ["--set", "authority.posts=24", "--set", "time.years=3", "--set", "time.warm_up_years=0.5"]


@pytest.mark.slow  # each phase of a week is compiled by itself
def test_it_tells_the_story_and_why(capsys):
    assert main(["twins", "baseline", "two-strikes", "--seed", "4", *SMALL]) == Exit.GOOD
    out = " ".join(capsys.readouterr().out.split())
    assert "The two services part in week 52 (year 2)" in out
    assert "in force that week: " in out
    assert "Next: redbead twins baseline two-strikes --seed 5" in out


@pytest.mark.slow
def test_as_json(capsys):
    assert main(["twins", "baseline", "two-strikes", "--seed", "4", *SMALL, "--json"]) == Exit.GOOD
    told = json.loads(capsys.readouterr().out)
    assert told["partings"]["service"]["week"] == 52
    assert len(told["stories"]) == len(told["weekly"]) == 2


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--error", "14"], "must be POST:NUMBER"),
        (["--worker", "99"], "outside 0 to 23"),
        (["--seed", "-1"], "--seed"),
        (["--set", "fear.blam=1"], "did you mean 'fear.blame'"),
    ],
)
def test_what_is_wrong_is_told(capsys, words, what):
    assert main(["twins", "baseline", "two-strikes", *SMALL, *words]) == Exit.BAD_INPUT
    assert what in capsys.readouterr().err
