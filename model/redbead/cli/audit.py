"""``redbead audit``: can each policy win, and can it lose, within what nobody knows for certain?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from redbead.cli import console
from redbead.exceptions import Exit

if TYPE_CHECKING:
    from redbead.studies.fairness_audit import Audit


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def audit(
        levers: Annotated[list[str] | None, typer.Argument(metavar="[LEVER]...", help="Which; else all.")] = None,
        draws: Annotated[int, typer.Option(help="How many sets of parameters.")] = 200,
        seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 1,
        json: console.AsJson = False,
    ) -> int:
        """Draw every uncertain parameter, run with and without each lever, and count how often each one helps."""
        return _audit(levers or [], draws, seed, json)


def _audit(kinds: list[str], draws: int, seed: int, json: bool) -> int:
    from redbead.analysis.parameter_draws import uncertain
    from redbead.cli.console import Meter
    from redbead.studies.fairness_audit import audit

    found = audit(kinds, draws=draws, seed=seed, progress=Meter())
    verdicts = found.verdicts
    if json:
        told = [{**verdict._asdict(), "fair": verdict.fair} for verdict in verdicts]
        console.as_json({"draws": found.draws, "tried": found.tried, "parameters": len(uncertain()), "levers": told})
    else:
        _table(found, len(uncertain()))
    return Exit.GOOD if all(verdict.fair for verdict in verdicts) else Exit.CHECK_FAILED


def _table(found: Audit, parameters: int) -> None:
    """Share of draws in which each lever helps."""
    verdicts = found.verdicts
    console.say(
        f"{found.draws} draws of {parameters} uncertain parameters that might be an English authority, of "
        f"{found.tried} tried; share of draws in which the lever helps (years 2 to 4):\n"
    )
    names = list(verdicts[0].helped)
    console.table([("lever", *(name.replace("_", " ") for name in names), "")])
    console.table(
        (verdict.kind, *(f"{share:.0%}" for share in verdict.helped.values()), "" if verdict.fair else "one-sided")
        for verdict in verdicts
    )
    console.say("\nRelative effect on hidden errors: median, and the middle 80 % of draws:\n")
    console.table(
        (verdict.kind, f"{middle:+.1%}", f"{low:+.1%} to {high:+.1%}")
        for verdict in verdicts
        for middle, low, high in (verdict.effects["hidden_errors"],)
    )
    unfair = [verdict.kind for verdict in verdicts if not verdict.fair]
    console.say(f"\nAlways wins or always loses, on every outcome: {', '.join(unfair) or 'none'}.")
    console.next_step(f"redbead levers {verdicts[0].kind}", "redbead parameters")
