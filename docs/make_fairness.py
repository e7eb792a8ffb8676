"""Run the fairness audit and write `docs/fairness.md`: two hundred draws, every lever on and off (three minutes)."""

from __future__ import annotations

import sys
from pathlib import Path

from redbead.analysis.parameter_draws import uncertain
from redbead.cli.console import ProgressPrinter
from redbead.levers import LEVERS
from redbead.studies.fairness_audit import FAIR, JUDGED, Audit, AuditResult, audit

PAGE = Path(__file__).parent / "fairness.md"
DRAWS = 200

TEXT = """# The fairness audit

A model in which one policy wins whatever is assumed has been built to say so. The audit therefore draws every
uncertain number at once, {draws} times: the strength of each causal link from its whole range, down to none at
all; everything else from the tenth of its range around its default; each lever's own numbers from theirs. Of
{tried} draws, the first {draws} that might be an English authority were kept. Each was run without any lever
and with each lever alone, on the same dice. The table gives the share of draws in which a lever helped over
years 2 to 4 (a draw without any difference counts half), and its relative effect on hidden errors: the median,
and the middle 80 % of draws.

`python docs/make_fairness.py` writes this page; `redbead audit` prints the table, and takes other draws and
single levers. [How to read it](how-to/fairness-audit.md).

**{verdict}** A lever is one-sided if on every one of the four outcomes it helps in more than 98 % or in fewer
than 2 % of draws ({parameters} parameters were drawn; test T64 of the science notes).

| lever | errors made | hidden errors | quality | turnover | hidden errors, median | middle 80 % of draws |
|---|---:|---:|---:|---:|---:|---|
{rows}

## What to make of it

- On a single outcome some levers help, or harm, in nearly every draw. Helps in 98 % or more: {winners}. In 2 %
  or fewer: {losers}. Nothing in the model works against these on that outcome; what they cost shows elsewhere,
  in pounds or on another outcome.
- Where the share is near one half and the effect near nought, the lever moves the lottery of grades and little
  else: over four years few draws have a visit that turns out otherwise.
- One run a draw: chance moves the share of a lever with a small effect towards one half. The middle 80 % tell
  more.
"""


def row(verdict: AuditResult) -> str:
    """One lever as a row of the table."""
    middle, low, high = (f"{100 * x:+.1f} %" for x in verdict.effects["hidden_errors"])
    shares = " | ".join(f"{100 * share:.0f} %" for share in verdict.helped.values())
    return f"| `{verdict.kind}` | {shares} | {middle} | {low} to {high} |"


def one_sided(found: Audit, *, winning: bool) -> str:
    """The levers that help in nearly all or nearly no draws, with the outcome."""
    named = [
        f"`{v.kind}` ({', '.join(n.replace('_', ' ') for n in hits)})"
        for v in found.verdicts
        if (hits := [n for n in JUDGED if (v.helped[n] >= FAIR[1] if winning else v.helped[n] <= FAIR[0])])
    ]
    return ", ".join(named) or "none"


def main() -> None:
    """Run the audit and write the page."""
    found = audit(draws=DRAWS, progress=ProgressPrinter())
    unfair = [verdict.kind for verdict in found.verdicts if not verdict.fair]
    verdict = (
        f"One-sided: {', '.join(unfair)} ({LEVERS[unfair[0]].proponents})."
        if unfair
        else f"None of the {len(found.verdicts)} levers is one-sided."
    )
    text = TEXT.format(
        draws=found.draws,
        tried=found.tried,
        parameters=len(uncertain()),
        verdict=verdict,
        rows="\n".join(map(row, found.verdicts)),
        winners=one_sided(found, winning=True),
        losers=one_sided(found, winning=False),
    )
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{PAGE}: {verdict}\n")


if __name__ == "__main__":
    main()
