"""Command ``redbead audit``: test that each policy can help and can harm within the uncertainty of the parameters."""

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
        levers: Annotated[
            list[str] | None, typer.Argument(metavar="[LEVER]...", help="Levers to test; all by default.")
        ] = None,
        draws: Annotated[int, typer.Option(help="Number of parameter sets.")] = 200,
        seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 1,
        json: console.JsonOption = False,
    ) -> int:
        """Draw all uncertain parameters, run with and without each lever, and count how often the lever helps."""
        return _audit(levers or [], draws, seed, json)


def _audit(kinds: list[str], draws: int, seed: int, json: bool) -> int:
    from redbead.analysis.parameter_draws import uncertain
    from redbead.cli.console import ProgressPrinter
    from redbead.studies.fairness_audit import audit

    results = audit(kinds, draws=draws, seed=seed, progress=ProgressPrinter())
    verdicts = results.verdicts
    if json:
        levers = [{**verdict._asdict(), "fair": verdict.fair} for verdict in verdicts]
        data = {"draws": results.draws, "tried": results.tried, "parameters": len(uncertain()), "levers": levers}
        console.print_json(data)
    else:
        _print_results(results, len(uncertain()))
    return Exit.GOOD if all(verdict.fair for verdict in verdicts) else Exit.CHECK_FAILED


def _print_results(results: Audit, parameters: int) -> None:
    """Print the share of draws in which each lever helps, and its effect on hidden errors."""
    verdicts = results.verdicts
    console.print_text(
        f"{results.draws} of {results.tried} draws of {parameters} uncertain parameters are plausible for an English "
        "authority. Share of these draws in which the lever helps (years 2 to 4):\n"
    )
    names = list(verdicts[0].helped)
    console.print_table([("lever", *(name.replace("_", " ") for name in names), "")])
    console.print_table(
        (verdict.kind, *(f"{share:.0%}" for share in verdict.helped.values()), "" if verdict.fair else "one-sided")
        for verdict in verdicts
    )
    console.print_text("\nRelative effect on hidden errors: median and middle 80 % of draws:\n")
    console.print_table(
        (verdict.kind, f"{middle:+.1%}", f"{low:+.1%} to {high:+.1%}")
        for verdict in verdicts
        for middle, low, high in (verdict.effects["hidden_errors"],)
    )
    unfair = [verdict.kind for verdict in verdicts if not verdict.fair]
    console.print_text(f"\nLevers that always help or always harm, on every outcome: {', '.join(unfair) or 'none'}.")
    console.print_next_steps(f"redbead levers {verdicts[0].kind}", "redbead parameters")
