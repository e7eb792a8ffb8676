"""``redbead audit``: exit codes, the tables, JSON. The audit itself is made up, but for one that is refused."""

import json

import pytest

from redbead.analysis.parameter_draws import uncertain
from redbead.cli import main
from redbead.studies import fairness_audit
from redbead.studies.fairness_audit import JUDGED, Audit, AuditResult


@pytest.fixture(autouse=True)
def _wide_enough(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def run(capsys):
    def _run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return _run


def made_up(kind, share):
    """A verdict with the same share for every outcome."""
    return AuditResult(kind, dict.fromkeys(JUDGED, share), dict.fromkeys(JUDGED, (-0.052, -0.21, 0.1)))


FAIR, ONE_SIDED = made_up("just-culture", 0.73), made_up("two-strikes", 0.0)


@pytest.fixture
def found(monkeypatch):
    """Let the audit find these verdicts; gives what it was asked."""
    asked = {}

    def of(*verdicts):
        def audit(kinds, **how):
            asked.update(how, kinds=kinds)
            return Audit(list(verdicts), how["draws"], 3 * how["draws"])

        monkeypatch.setattr(fairness_audit, "audit", audit)
        return asked

    return of


def test_where_every_lever_is_fair_the_exit_code_is_0(found, run):
    asked = found(FAIR)
    code, out, _ = run("audit", "just-culture", "--draws", "20", "--seed", "7")
    assert code == 0
    assert (asked["kinds"], asked["draws"], asked["seed"]) == (["just-culture"], 20, 7)
    assert out.startswith(f"20 draws of {len(uncertain())} uncertain parameters")
    assert "of 60 tried" in " ".join(out.split())
    rows = [line.split() for line in out.splitlines() if line.startswith("  ")]
    assert rows[0] == ["lever", "errors", "generated", "hidden", "errors", "service", "quality", "turnover"]
    assert rows[1] == ["just-culture", "73%", "73%", "73%", "73%"]
    assert rows[2] == ["just-culture", "-5.2%", "-21.0%", "to", "+10.0%"]
    assert "Always wins or always loses, on every outcome: none." in out
    assert "Next: redbead levers just-culture" in out
    assert all(len(line) <= 100 for line in out.splitlines())


def test_where_one_is_one_sided_the_exit_code_is_1_and_it_is_named(found, run):
    found(FAIR, ONE_SIDED)
    code, out, _ = run("audit")
    assert code == 1
    assert any(line.split() == ["two-strikes", "0%", "0%", "0%", "0%", "one-sided"] for line in out.splitlines())
    assert "Always wins or always loses, on every outcome: two-strikes." in out


def test_without_words_it_is_200_draws_of_every_lever(found, run):
    asked = found(FAIR)
    run("audit")
    assert (asked["kinds"], asked["draws"], asked["seed"]) == ([], 200, 1)


@pytest.mark.parametrize(("verdicts", "code"), [((FAIR,), 0), ((FAIR, ONE_SIDED), 1)])
def test_json_holds_all_figures_and_leaves_the_exit_code_as_it_is(found, run, verdicts, code):
    found(*verdicts)
    returned, out, _ = run("audit", "--draws", "20", "--json")
    told = json.loads(out)
    assert returned == code
    assert {name: told[name] for name in ("draws", "tried", "parameters")} == {
        "draws": 20, "tried": 60, "parameters": len(uncertain()),
    }  # fmt: skip
    assert [lever["kind"] for lever in told["levers"]] == [verdict.kind for verdict in verdicts]
    assert [lever["fair"] for lever in told["levers"]] == [verdict.fair for verdict in verdicts]
    assert told["levers"][0]["helped"] == FAIR.helped
    assert told["levers"][0]["effects"]["turnover"] == [-0.052, -0.21, 0.1]


def test_a_misspelt_lever_is_bad_input_with_the_nearest_name(run):
    code, out, err = run("audit", "two-strike")
    assert (code, out) == (2, "")
    assert "two-strike: unknown lever" in err
    assert "did you mean 'two-strikes' (A second known error" in err


@pytest.mark.parametrize("draws", ["0", "1", "10001", "many"])
def test_a_senseless_number_of_draws_is_bad_input(run, draws):
    code, out, err = run("audit", "--draws", draws)
    assert (code, out) == (2, "")
    assert "draws" in err
