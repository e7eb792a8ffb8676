"""Command ``redbead audit`` with a synthetic audit: exit codes, tables and JSON."""

import json

import pytest

from redbead.analysis.draw_effects import DrawShares
from redbead.analysis.intervals import Interval
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


def synthetic_result(kind, better, worse, positive):
    """A result with the same shares for every outcome."""
    parts = (Interval(x, max(0.0, x - 0.1), min(1.0, x + 0.1), "") for x in (better, worse, 1.0 - better - worse))
    shares = DrawShares(100, *parts, Interval(*positive, ""))
    return AuditResult(kind, dict.fromkeys(JUDGED, shares), dict.fromkeys(JUDGED, (-0.052, -0.21, 0.1)))


FAIR = synthetic_result("just-culture", 0.53, 0.2, (0.73, 0.65, 0.8))
ONE_SIDED = synthetic_result("two-strikes", 0.0, 0.9, (0.001, 0.0, 0.01))
UNDECIDED = synthetic_result("larger-sample", 0.0, 0.01, (0.5, 0.0, 1.0))


@pytest.fixture
def audit_returns(monkeypatch):
    """Replace the audit by one that returns given results; the returned dict records its arguments."""
    arguments = {}

    def replace(*results):
        def audit(_points, kinds, **options):
            arguments.update(options, kinds=kinds)
            return Audit(list(results), options["draws"], 3 * options["draws"], options["runs"])

        monkeypatch.setattr(fairness_audit, "audit", audit)
        return arguments

    return replace


def test_the_exit_code_is_0_if_every_lever_is_fair(audit_returns, run):
    arguments = audit_returns(FAIR)
    code, out, _ = run("audit", "just-culture", "--draws", "20", "--runs", "4", "--seed", "7")
    assert code == 0
    assert arguments == {"kinds": ["just-culture"], "draws": 20, "runs": 4, "seed": 7}
    text = " ".join(out.split())
    assert text.startswith(f"20 of 60 draws of {len(uncertain())} uncertain parameters")
    assert "with 4 runs each" in text
    assert "just-culture " + "53% / 20% " * 4 + "fair" in text
    assert "just-culture 73 % (65 to 80 %)" in text
    assert "just-culture -5.2% -21.0% to +10.0%" in text
    assert "Levers that help or harm in nearly all draws, on every outcome: none." in text
    assert "Levers for which these runs do not decide: none." in text
    assert "Next: redbead levers just-culture" in out
    assert all(len(line) <= 100 for line in out.splitlines())


@pytest.mark.parametrize(
    ("results", "code"),
    [((FAIR,), 0), ((FAIR, UNDECIDED), 6), ((FAIR, ONE_SIDED), 1), ((UNDECIDED, ONE_SIDED), 1)],
)
def test_each_state_has_its_exit_code_in_text_and_json(audit_returns, run, results, code):
    """0: all are fair; 1: one is one-sided; 6: some are undecided."""
    audit_returns(*results)
    assert run("audit")[0] == code
    returned, out, _ = run("audit", "--draws", "20", "--json")
    data = json.loads(out)
    assert returned == code
    assert {name: data[name] for name in ("draws", "tried", "runs", "parameters")} == {
        "draws": 20, "tried": 60, "runs": 5, "parameters": len(uncertain()),
    }  # fmt: skip
    assert [(lever["kind"], lever["verdict"]) for lever in data["levers"]] == [
        (item.kind, str(item.verdict)) for item in results
    ]
    shares = results[0].shares["turnover"]
    assert data["levers"][0]["shares"]["turnover"]["positive_low"] == shares.positive.low
    assert data["levers"][0]["shares"]["turnover"]["undecided"] == shares.undecided.mean
    assert data["levers"][0]["effects"]["turnover"] == [-0.052, -0.21, 0.1]


def test_one_sided_and_undecided_levers_are_named(audit_returns, run):
    audit_returns(FAIR, ONE_SIDED, UNDECIDED)
    text = " ".join(run("audit")[1].split())
    assert "two-strikes " + "0% / 90% " * 4 + "one-sided" in text
    assert "on every outcome: two-strikes." in text
    assert "do not decide: larger-sample." in text


def test_the_default_is_that_of_the_study_for_every_lever(audit_returns, run):
    arguments = audit_returns(FAIR)
    run("audit")
    assert arguments == {"kinds": [], "draws": fairness_audit.DRAWS, "runs": fairness_audit.RUNS, "seed": 1}


def test_a_misspelt_lever_is_bad_input_with_the_nearest_name(run):
    code, out, err = run("audit", "two-strike")
    assert (code, out) == (2, "")
    assert "two-strike is not a known lever." in err
    assert "Did you mean two-strikes (After a finding within" in err


@pytest.mark.parametrize("draws", ["0", "1", "10001", "many"])
def test_a_number_of_draws_out_of_range_is_bad_input(run, draws):
    code, out, err = run("audit", "--draws", draws)
    assert (code, out) == (2, "")
    assert "draws" in err
