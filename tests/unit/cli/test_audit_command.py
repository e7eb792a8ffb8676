"""Command ``redbead audit`` with a synthetic audit: exit codes, tables and JSON."""

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


def synthetic_result(kind, share):
    """A result with the same share for every outcome."""
    return AuditResult(kind, dict.fromkeys(JUDGED, share), dict.fromkeys(JUDGED, (-0.052, -0.21, 0.1)))


FAIR, ONE_SIDED = synthetic_result("just-culture", 0.73), synthetic_result("two-strikes", 0.0)


@pytest.fixture
def audit_returns(monkeypatch):
    """Replace the audit by one that returns given results; the returned dict records its arguments."""
    arguments = {}

    def replace(*verdicts):
        def audit(_points, kinds, **options):
            arguments.update(options, kinds=kinds)
            return Audit(list(verdicts), options["draws"], 3 * options["draws"])

        monkeypatch.setattr(fairness_audit, "audit", audit)
        return arguments

    return replace


def test_the_exit_code_is_0_if_every_lever_is_fair(audit_returns, run):
    arguments = audit_returns(FAIR)
    code, out, _ = run("audit", "just-culture", "--draws", "20", "--seed", "7")
    assert code == 0
    assert (arguments["kinds"], arguments["draws"], arguments["seed"]) == (["just-culture"], 20, 7)
    assert " ".join(out.split()).startswith(f"20 of 60 draws of {len(uncertain())} uncertain parameters")
    rows = [line.split() for line in out.splitlines() if line.startswith("  ")]
    assert rows[0] == ["lever", "errors", "generated", "hidden", "errors", "service", "quality", "turnover"]
    assert rows[1] == ["just-culture", "73%", "73%", "73%", "73%"]
    assert rows[2] == ["just-culture", "-5.2%", "-21.0%", "to", "+10.0%"]
    assert "Levers that always help or always harm, on every outcome: none." in " ".join(out.split())
    assert "Next: redbead levers just-culture" in out
    assert all(len(line) <= 100 for line in out.splitlines())


def test_the_exit_code_is_1_if_a_lever_is_one_sided(audit_returns, run):
    audit_returns(FAIR, ONE_SIDED)
    code, out, _ = run("audit")
    assert code == 1
    assert any(line.split() == ["two-strikes", "0%", "0%", "0%", "0%", "one-sided"] for line in out.splitlines())
    text = " ".join(out.split())
    assert "Levers that always help or always harm, on every outcome: two-strikes." in text


def test_the_default_is_200_draws_of_every_lever(audit_returns, run):
    arguments = audit_returns(FAIR)
    run("audit")
    assert (arguments["kinds"], arguments["draws"], arguments["seed"]) == ([], 200, 1)


@pytest.mark.parametrize(("verdicts", "code"), [((FAIR,), 0), ((FAIR, ONE_SIDED), 1)])
def test_json_contains_all_figures_with_the_same_exit_code(audit_returns, run, verdicts, code):
    audit_returns(*verdicts)
    returned, out, _ = run("audit", "--draws", "20", "--json")
    data = json.loads(out)
    assert returned == code
    assert {name: data[name] for name in ("draws", "tried", "parameters")} == {
        "draws": 20, "tried": 60, "parameters": len(uncertain()),
    }  # fmt: skip
    assert [lever["kind"] for lever in data["levers"]] == [verdict.kind for verdict in verdicts]
    assert [lever["fair"] for lever in data["levers"]] == [verdict.fair for verdict in verdicts]
    assert data["levers"][0]["helped"] == FAIR.helped
    assert data["levers"][0]["effects"]["turnover"] == [-0.052, -0.21, 0.1]


def test_a_misspelt_lever_is_bad_input_with_the_nearest_name(run):
    code, out, err = run("audit", "two-strike")
    assert (code, out) == (2, "")
    assert "two-strike is not a known lever." in err
    assert "Did you mean two-strikes (A second known error" in err


@pytest.mark.parametrize("draws", ["0", "1", "10001", "many"])
def test_a_number_of_draws_out_of_range_is_bad_input(run, draws):
    code, out, err = run("audit", "--draws", draws)
    assert (code, out) == (2, "")
    assert "draws" in err
