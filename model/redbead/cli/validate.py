"""Commands ``redbead validate``, ``redbead schema`` and ``redbead diff`` for scenario files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from redbead.cli import console
from redbead.exceptions import BadInputError, Exit, Problem

if TYPE_CHECKING:
    from redbead.scenario.scenario import Scenario


_Files: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Scenario or batch files, or names of shipped ones.")
]


_BATCH = "valid batch: "


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def validate(
        files: _Files,
        json: console.JsonOption = False,
    ) -> int:
        """Check scenario and batch files and report all problems at once."""
        valid, problems = _check_files(files)
        if json:
            console.print_json({"good": not problems, "problems": [asdict(problem) for problem in problems]})
            return Exit.BAD_INPUT if problems else Exit.GOOD
        if problems:
            raise BadInputError(problems)
        console.print_table(valid)
        batch = valid[0][1].startswith(_BATCH)
        console.print_next_steps(f"redbead {'plan' if batch else 'run'} {valid[0][0]}")
        return Exit.GOOD

    @app.command()
    def schema() -> None:
        """Print the JSON schema of scenario files for editors."""
        from redbead.scenario.schema import json_schema

        console.print_json(json_schema(SCENARIO))

    @app.command()
    def diff(
        before: str = typer.Argument(..., metavar="A", help="A scenario: file or shipped name."),
        after: str = typer.Argument(..., metavar="B", help="The scenario to compare with A."),
        json: console.JsonOption = False,
    ) -> None:
        """List the differences between two scenarios."""
        from redbead.scenario.diff import differences
        from redbead.scenario.loader import load

        sentences = differences(load(before), load(after))
        if json:
            console.print_json({"a": before, "b": after, "differences": sentences})
            return
        for sentence in sentences or [f"{before} and {after} give the model the same inputs."]:
            typer.echo(console.wrap(sentence, "    "))
        console.print_next_steps(f"redbead run {after}")


def _check_files(files: list[str]) -> tuple[list[tuple[str, str]], list[Problem]]:
    """Summaries of the valid files, and all problems of the others."""
    from redbead.scenario.library import shipped_batches
    from redbead.scenario.loader import load

    valid: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for file in files:
        try:
            batch = file in shipped_batches() or _is_batch(file)
            valid.append((file, _summarise_batch(file) if batch else _summarise(load(file))))
        except BadInputError as error:
            problems += error.problems
    return valid, BadInputError(problems).problems


def _is_batch(file: str) -> bool:
    """Whether a file is a batch rather than a scenario. False if it cannot be read."""
    from redbead.scenario.library import shipped
    from redbead.scenario.yaml_reader import read

    if file in shipped():
        return False
    try:
        data = read(Path(file)).data
    except BadInputError:
        return False
    return isinstance(data, dict) and "policies" in data


def _summarise_batch(file: str) -> str:
    """Summarise a valid batch in one line."""
    from redbead.studies.comparison.inputs import gather

    comparison = gather([file])
    runs = "as many runs as needed" if comparison.runs is None else f"{comparison.runs} runs each"
    return f"{_BATCH}{len(comparison.policies)} policies, {runs}, compared with {comparison.baseline}"


def _summarise(scenario: Scenario) -> str:
    """Summarise a valid scenario in one line."""
    parts = [f"valid: {scenario.years:g} years after {scenario.warm_up_years:g} years of warm-up"]
    parts += [f"{spike.size:+.0%} referrals from week {spike.at_week}" for spike in scenario.spikes]
    parts += [
        f"{lever.kind} from week {lever.from_week}{_late_note(lever.from_week, scenario)}" for lever in scenario.levers
    ]
    return ", ".join(parts)


def _late_note(week: int, scenario: Scenario) -> str:
    """Note on a lever that starts after the end of the simulation."""
    return " (after the end of the simulation, so it has no effect)" if week >= scenario.weeks else ""
