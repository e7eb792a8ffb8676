"""Run the fairness audit and write docs/fairness.md (27,000 runs of four years: about ten minutes).

python docs/make_fairness.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from redbead.analysis.parameter_draws import uncertain
from redbead.cli.console import ProgressPrinter
from redbead.execution.runs import run_options
from redbead.levers import LEVERS
from redbead.report.text import format_share
from redbead.storage.point_store import Points
from redbead.studies.fairness_audit import JUDGED, Audit, AuditResult, Verdict, audit, nearly_all

PAGE: Final = Path(__file__).parent / "fairness.md"

TEXT: Final = """# The fairness audit

A model in which one policy wins under all assumptions has a built-in result. The audit therefore draws all uncertain parameters at once,
{draws} times. It draws the strength of each causal link from its whole range, which includes zero. It draws all other parameters from the tenth of their range
nearest to the default, and the parameters of each lever from their own ranges. Of {tried} draws, it kept the first {draws} that resemble an English authority.
Each draw was run {runs} times without a lever and {runs} times with each lever alone, with common random numbers.

For each outcome, the table shows the share of draws in which the runs show that a lever helps / the share in which they show that it harms over years 2 to 4 (a moderated
t-test at 5 % in each draw), and in brackets the share in which it helps with chance removed, with its 95 % interval. All other draws are undecided. The table also shows
the relative effect on hidden errors: the median and the middle 80 % of draws.

`python docs/make_fairness.py` writes this page. `redbead audit` prints the table, also for other draws and single levers. [Audit a policy](how-to/fairness-audit.md)
explains how to read it.

**{verdict}** A lever is fair if, on at least one outcome, it is shown to help in some draws and to harm in others, both in more draws than chance explains. It is one-sided
if on each of the four outcomes the interval of the share in brackets lies above 98 % or below 2 % (test T64 of the science notes). Otherwise the runs do not decide.
{parameters} parameters were drawn.

| lever | verdict | errors made | hidden errors | quality | turnover | hidden errors, median | middle 80 % of draws |
|---|---|---|---|---|---|---:|---|
{rows}

## How to interpret the table

- On a single outcome, some levers help or harm in nearly all draws. The interval lies above 98 %: {winners}. It lies below 2 %: {losers}.
  No mechanism of the model counteracts these levers on that outcome; their costs appear in pounds or on another outcome.
- An undecided lever is not shown to be fair. If nearly all draws are undecided, the lever changes little except the inspection lottery: in most draws, no grade
  changes within four years.
- Chance alone shows a sign in 2.5 % of draws in each direction. A lever without any effect is called fair in at most 5 % of audits.
- The share with chance removed assumes that effects are normal between draws. Where effects are skewed, compare it with the two shares before it.
"""


def main() -> None:
    """Run the audit and write the page."""
    result = audit(Points(None, [], run_options(progress=ProgressPrinter())))
    PAGE.write_text(page(result), encoding="utf-8")
    print(f"{PAGE.name}: {verdict(result)}")


def page(result: Audit) -> str:
    """Return the page as Markdown."""
    return TEXT.format(
        draws=result.draws,
        tried=result.tried,
        runs=result.runs,
        parameters=len(uncertain()),
        verdict=verdict(result),
        rows="\n".join(map(table_row, result.results)),
        winners=one_sided(result, winning=True),
        losers=one_sided(result, winning=False),
    )


def verdict(result: Audit) -> str:
    """State whether any lever is one-sided, and name those that are, and how many are fair and undecided."""
    kinds = {state: [item.kind for item in result.results if item.verdict is state] for state in Verdict}
    unfair = kinds[Verdict.ONE_SIDED]
    first = f"None of the {len(result.results)} levers is one-sided"
    if unfair:
        proponents = f"proponents of {unfair[0]}: {LEVERS[unfair[0]].proponents}"
        first = f"Of the {len(result.results)} levers, one-sided: {', '.join(unfair)} ({proponents})"
    return f"{first}; {len(kinds[Verdict.FAIR])} are fair, {len(kinds[Verdict.UNDECIDED])} undecided."


def table_row(item: AuditResult) -> str:
    """One lever: verdict, shares of draws in which it helped and harmed, and its effect on hidden errors."""
    middle, low, high = (f"{100 * x:+.1f} %" for x in item.effects["hidden_errors"])
    shares = " | ".join(
        f"{100 * share.better.mean:.0f} / {100 * share.worse.mean:.0f} % ({format_share(share.positive)})"
        for share in item.shares.values()
    )
    return f"| `{item.kind}` | {item.verdict} | {shares} | {middle} | {low} to {high} |"


def one_sided(result: Audit, *, winning: bool) -> str:
    """List the levers that help in nearly all, or nearly no, draws, with the outcomes."""
    levers = [
        f"`{item.kind}` ({', '.join(name.replace('_', ' ') for name in outcomes)})"
        for item in result.results
        if (outcomes := [name for name in JUDGED if nearly_all(item.shares[name]) is winning])
    ]
    return ", ".join(levers) or "none"


if __name__ == "__main__":
    main()
