"""Command ``redbead twins``: sentences, JSON and bad input."""

import json

import pytest

from redbead.cli import main
from redbead.exceptions import Exit

SMALL = ["--set", "authority.posts=24", "--set", "time.years=3", "--set", "time.warm_up_years=0.5"]


@pytest.mark.slow  # each phase of the week is compiled separately
def test_the_divergence_and_its_cause_are_printed(capsys):
    assert main(["twins", "baseline", "two-strikes", "--seed", "4", *SMALL]) == Exit.GOOD
    out = " ".join(capsys.readouterr().out.split())
    assert "The two services diverge in week 52 (year 2)" in out
    assert "parameters that differ in that week: " in out
    assert "Next: redbead twins baseline two-strikes --seed 5" in out


@pytest.mark.slow
def test_json_contains_divergence_and_histories(capsys):
    assert main(["twins", "baseline", "two-strikes", "--seed", "4", *SMALL, "--json"]) == Exit.GOOD
    data = json.loads(capsys.readouterr().out)
    assert data["partings"]["service"]["week"] == 52
    assert len(data["stories"]) == len(data["weekly"]) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--error", "14"], "--error: 14 must be POST:NUMBER."),
        (["--worker", "99"], "0 to 23"),
        (["--seed", "-1"], "--seed"),
        (["--set", "fear.blam=1"], "Did you mean fear.blame ("),
    ],
)
def test_bad_input_is_reported(capsys, words, message):
    assert main(["twins", "baseline", "two-strikes", *SMALL, *words]) == Exit.BAD_INPUT
    assert message in capsys.readouterr().err
