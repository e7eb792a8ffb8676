"""``redbead validate``: all problems of scenario files at once. ``redbead schema``: the same rules for editors."""

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
    list[str], typer.Argument(metavar="FILE...", help="Scenario files, or names of shipped scenarios.")
]


_BATCH = "good batch: "


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def validate(
        files: _Files,
        json: console.AsJson = False,
    ) -> int:
        """Check scenario and batch files and report all problems at once."""
        good, problems = _check(files)
        if json:
            console.as_json({"good": not problems, "problems": [asdict(problem) for problem in problems]})
            return Exit.BAD_INPUT if problems else Exit.GOOD
        if problems:
            raise BadInputError(problems)
        console.table(good)
        batch = good[0][1].startswith(_BATCH)
        console.next_step(f"redbead {'plan' if batch else 'run'} {good[0][0]}")
        return Exit.GOOD

    @app.command()
    def schema() -> None:
        """Print the JSON schema of scenario files for editors."""
        from redbead.scenario.schema import json_schema

        console.as_json(json_schema())

    @app.command()
    def diff(
        before: str = typer.Argument(..., metavar="A", help="A scenario: file or shipped name."),
        after: str = typer.Argument(..., metavar="B", help="The scenario to compare it with."),
        json: console.AsJson = False,
    ) -> None:
        """Tell what differs between two scenarios."""
        from redbead.scenario.diff import differences
        from redbead.scenario.loader import load

        sentences = differences(load(before), load(after))
        if json:
            console.as_json({"a": before, "b": after, "differences": sentences})
            return
        for sentence in sentences or [f"{before} and {after} tell the model the same."]:
            typer.echo(console.wrapped(sentence, "    "))
        console.next_step(f"redbead run {after}")


def _check(files: list[str]) -> tuple[list[tuple[str, str]], list[Problem]]:
    """What the good files say, in a few words, and all problems of the others."""
    from redbead.scenario.library import shipped_batches
    from redbead.scenario.loader import load

    good: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for file in files:
        try:
            batch = file in shipped_batches() or _has_policies(file)
            good.append((file, _told_batch(file) if batch else _told(load(file))))
        except BadInputError as error:
            problems += error.problems
    return good, BadInputError(problems).problems


def _has_policies(file: str) -> bool:
    """Whether a file is a batch rather than a scenario; one that cannot be read is neither."""
    from redbead.scenario.library import shipped
    from redbead.scenario.yaml_reader import read

    if file in shipped():
        return False
    try:
        data = read(Path(file)).data
    except BadInputError:
        return False
    return isinstance(data, dict) and "policies" in data


def _told_batch(file: str) -> str:
    """A good batch in a few words."""
    from redbead.studies.comparison.inputs import gather

    found = gather([file])
    many = "as many runs as it takes" if found.runs is None else f"{found.runs} runs of each"
    return f"{_BATCH}{len(found.policies)} policies, {many}, against '{found.baseline}'"


def _told(scenario: Scenario) -> str:
    """A good scenario in a few words."""
    parts = [f"good: {scenario.years:g} years after {scenario.warm_up_years:g} of warm-up"]
    parts += [f"{spike.size:+.0%} referrals from week {spike.at_week}" for spike in scenario.spikes]
    parts += [
        f"{lever.kind} from week {lever.from_week}{_too_late(lever.from_week, scenario)}" for lever in scenario.levers
    ]
    return ", ".join(parts)


def _too_late(week: int, scenario: Scenario) -> str:
    """A remark on a lever that starts when the simulation has ended."""
    return " (after the end: it changes nothing)" if week >= scenario.weeks else ""
