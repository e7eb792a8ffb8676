"""``redbead validate``: all problems of scenario files at once. ``redbead schema``: the same rules for editors."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from redbead.cli import show
from redbead.problems import BadInputError, Exit, Problem

if TYPE_CHECKING:
    from redbead.scenario.spec import Scenario


_Files: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Scenario files, or names of shipped scenarios.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def validate(
        files: _Files,
        json: show.AsJson = False,
    ) -> int:
        """Check scenario files and report all problems at once."""
        good, problems = _check(files)
        if json:
            show.as_json({"good": not problems, "problems": [asdict(problem) for problem in problems]})
            return Exit.BAD_INPUT if problems else Exit.GOOD
        if problems:
            raise BadInputError(problems)
        show.table((name, _told(scenario)) for name, scenario in good)
        show.next_step(f"redbead run {good[0][0]}")
        return Exit.GOOD

    @app.command()
    def schema() -> None:
        """Print the JSON schema of scenario files for editors."""
        from redbead.scenario.schema import json_schema

        show.as_json(json_schema())


def _check(files: list[str]) -> tuple[list[tuple[str, Scenario]], list[Problem]]:
    """The good scenarios among the files, and all problems of the others."""
    from redbead.scenario.load import load

    good: list[tuple[str, Scenario]] = []
    problems: list[Problem] = []
    for file in files:
        try:
            good.append((file, load(file)))
        except BadInputError as error:
            problems += error.problems
    return good, BadInputError(problems).problems


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
