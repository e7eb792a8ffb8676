"""Run the fairness audit with 200 draws and write docs/fairness.md (about three minutes).

python docs/make_fairness.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from redbead.analysis.parameter_draws import uncertain
from redbead.cli.console import ProgressPrinter
from redbead.execution.runs import run_options
from redbead.levers import LEVERS
from redbead.storage.point_store import Points
from redbead.studies.fairness_audit import FAIR, JUDGED, Audit, AuditResult, audit

PAGE: Final = Path(__file__).parent / "fairness.md"
DRAWS: Final = 200

TEXT: Final = """# The fairness audit

A model in which one policy wins under all assumptions has a built-in result. The audit therefore draws all uncertain parameters at once,
{draws} times. It draws the strength of each causal link from its whole range, which includes zero. It draws all other parameters from the tenth of their range
nearest to the default, and the parameters of each lever from their own ranges. Of {tried} draws, it kept the first {draws} that resemble an English authority.
Each draw was run without a lever and with each lever alone, with common random numbers.

The table shows the share of draws in which a lever helped over years 2 to 4; a draw without a difference counts as half. It also shows the relative effect on
hidden errors: the median and the middle 80 % of draws.

`python docs/make_fairness.py` writes this page. `redbead audit` prints the table, also for other draws and single levers. [Audit a policy](how-to/fairness-audit.md)
explains how to read it.

**{verdict}** A lever is one-sided if on each of the four outcomes it helps in more than 98 % or in fewer than 2 % of draws (test T64 of the science notes).
{parameters} parameters were drawn.

| lever | errors made | hidden errors | quality | turnover | hidden errors, median | middle 80 % of draws |
|---|---:|---:|---:|---:|---:|---|
{rows}

## How to interpret the table

- On a single outcome, some levers help or harm in nearly all draws. They help in at least 98 %: {winners}. They help in at most 2 %: {losers}.
  No mechanism of the model counteracts these levers on that outcome; their costs appear in pounds or on another outcome.
- Where the share is near one half and the effect near zero, the lever changes little except the inspection lottery: in most draws, no grade
  changes within four years.
- Each draw is one run, so chance moves the share of a lever with a small effect towards one half. The middle 80 % of draws are more informative.
"""


def main() -> None:
    """Run the audit and write the page."""
    result = audit(Points(None, [], run_options(progress=ProgressPrinter())), draws=DRAWS)
    PAGE.write_text(page(result), encoding="utf-8")
    print(f"{PAGE.name}: {verdict(result)}")


def page(result: Audit) -> str:
    """Return the page as Markdown."""
    return TEXT.format(
        draws=result.draws,
        tried=result.tried,
        parameters=len(uncertain()),
        verdict=verdict(result),
        rows="\n".join(map(table_row, result.verdicts)),
        winners=one_sided(result, winning=True),
        losers=one_sided(result, winning=False),
    )


def verdict(result: Audit) -> str:
    """State whether any lever is one-sided, and name those that are."""
    unfair = [item.kind for item in result.verdicts if not item.fair]
    if not unfair:
        return f"None of the {len(result.verdicts)} levers is one-sided."
    return f"One-sided: {', '.join(unfair)} (proponents of {unfair[0]}: {LEVERS[unfair[0]].proponents})."


def table_row(item: AuditResult) -> str:
    """One lever: shares of draws in which it helped, and its effect on hidden errors."""
    middle, low, high = (f"{100 * x:+.1f} %" for x in item.effects["hidden_errors"])
    shares = " | ".join(f"{100 * share:.0f} %" for share in item.helped.values())
    return f"| `{item.kind}` | {shares} | {middle} | {low} to {high} |"


def one_sided(result: Audit, *, winning: bool) -> str:
    """List the levers that help in nearly all, or nearly no, draws, with the outcomes."""
    low, high = FAIR
    levers = [
        f"`{item.kind}` ({', '.join(name.replace('_', ' ') for name in outcomes)})"
        for item in result.verdicts
        if (
            outcomes := [
                name for name in JUDGED if (item.helped[name] >= high if winning else item.helped[name] <= low)
            ]
        )
    ]
    return ", ".join(levers) or "none"


if __name__ == "__main__":
    main()
