"""Commands ``redbead validate`` and ``redbead schema`` for files of all types, and ``redbead diff`` for scenarios."""

from __future__ import annotations

import shlex
from collections.abc import Sized
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple, TypeAlias

import typer

from redbead.cli import console, options
from redbead.exceptions import BadInputError, Exit, Problem

if TYPE_CHECKING:
    from redbead.scenario.scenario import Scenario


_Type: TypeAlias = Annotated[
    str, typer.Argument(metavar="[TYPE]", help="Type of file: scenario, batch, checks, targets or calibration.")
]


class _ValidFile(NamedTuple):
    """A valid file: its name, its type, a summary in one line, and warnings that do not prevent its use."""

    file: str
    type: str
    summary: str
    warnings: list[str]


def register(app: typer.Typer) -> None:
    """Add the commands."""

    # Typer imports pydantic to convert declared arguments. Names of files need no conversion.
    @app.command(
        cls=console.PlainCommand, options_metavar="[OPTIONS] FILE...", context_settings={"allow_extra_args": True}
    )
    def validate(context: typer.Context, json: console.JsonOption = False) -> int:
        """Check files of any type and report all problems at once.

        FILE is a scenario, a batch, or a file of behaviour checks, targets or a calibration; or the name of a shipped
        scenario or batch. The type is recognised by the keys of the file.
        """
        if not context.args:
            msg = "Missing argument 'FILE...'."
            raise typer.BadParameter(msg, ctx=context)
        valid, problems = _check_files(context.args)
        if json:
            listed = [item._asdict() for item in valid]
            faults = [asdict(problem) for problem in problems]
            console.print_json({"good": not problems, "files": listed, "problems": faults})
            return Exit.BAD_INPUT if problems else Exit.GOOD
        if problems:
            raise BadInputError(problems)
        console.print_table((item.file, f"valid {item.type}: {item.summary}") for item in valid)
        for item in valid:
            options.print_warnings(item.warnings)
        console.print_next_steps(_NEXT_COMMANDS[valid[0].type].format(shlex.quote(valid[0].file)))
        return Exit.GOOD

    @app.command()
    def schema(type_: _Type = "scenario") -> None:
        """Print the JSON Schema of a type of file for editors."""
        from redbead.scenario.messages import suggest_name
        from redbead.studies.file_types import file_types, json_schema

        types = {kind.name: kind for kind in file_types()}
        if type_ not in types:
            hint = suggest_name(type_, types)
            raise BadInputError([Problem("redbead schema", key=type_, what="is not a known type of file", hint=hint)])
        console.print_json(json_schema(types[type_]))

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
        console.print_next_steps(f"redbead run {shlex.quote(after)}")


_NEXT_COMMANDS: Final = {
    "scenario": "redbead run {}",
    "batch": "redbead plan {}",
    "checks": "redbead check {}",
    "targets": "redbead check --targets {}",
    "calibration": "redbead calibrate {}",
}
"""Command that uses a file, by its type."""


def _check_files(files: list[str]) -> tuple[list[_ValidFile], list[Problem]]:
    """Summaries of the valid files, and all problems of the others."""
    valid: list[_ValidFile] = []
    problems: list[Problem] = []
    for file in files:
        try:
            kind = _type_of(file)
            valid.append(_ValidFile(file, kind, _SUMMARIES[kind](file), _warnings(file, kind)))
        except BadInputError as error:
            problems += error.problems
    return valid, BadInputError(problems).problems


def _type_of(file: str) -> str:
    """Type of a file, or of a shipped scenario or batch."""
    from redbead.scenario.library import shipped, shipped_batches

    if file in shipped():
        return "scenario"
    if file in shipped_batches():
        return "batch"
    from redbead.scenario.loader import find
    from redbead.scenario.yaml_reader import read
    from redbead.studies.file_types import recognise

    return recognise(read(find(file), file)).name


def _warnings(file: str, kind: str) -> list[str]:
    """Warnings about a valid scenario or batch; none about other files."""
    if kind == "batch":
        from redbead.studies.comparison.inputs import gather, range_warnings

        return range_warnings(gather([file]))
    if kind == "scenario":
        from redbead.scenario.loader import load
        from redbead.scenario.schedule import cuts

        return [f"{file}: {cut}" for cut in cuts(load(file))]
    return []


def _summarise_scenario(file: str) -> str:
    """Summarise a valid scenario."""
    from redbead.scenario.loader import load
    from redbead.scenario.scenario import duration_text

    scenario = load(file)
    parts = [duration_text(scenario)]
    parts += [f"{spike.size:+.0%} referrals from week {spike.at_week}" for spike in scenario.spikes]
    parts += [
        f"{lever.kind} from week {lever.from_week}{_late_note(lever.from_week, scenario)}" for lever in scenario.levers
    ]
    return ", ".join(parts)


def _summarise_batch(file: str) -> str:
    """Summarise a valid batch."""
    from redbead.studies.comparison.inputs import gather

    comparison = gather([file])
    runs = "as many runs as needed" if comparison.runs is None else f"{comparison.runs} runs each"
    return f"{len(comparison.policies)} policies, {runs}, compared with {comparison.baseline}"


def _summarise_checks(file: str) -> str:
    """Summarise a valid file of behaviour checks."""
    from redbead.studies.behaviour_checks.spec import read_checks

    checks = read_checks([Path(file)])
    return f"{_count(checks, 'check')} with {_count([e for check in checks for e in check.expect], 'expectation')}"


def _summarise_targets(file: str) -> str:
    """Summarise a valid file of targets."""
    from redbead.studies.targets.spec import read_targets

    targets = read_targets(Path(file))
    return f"{_count(targets.targets, 'target')}, {len(targets.fitted)} of them used for calibration"


def _summarise_calibration(file: str) -> str:
    """Summarise a valid calibration."""
    from redbead.studies.calibration.spec import read_calibration

    calibration = read_calibration(Path(file))
    free, targets = _count(calibration.free, "free parameter"), _count(calibration.targets.fitted, "target")
    return f"{free} and {targets}, starting from {calibration.scenario.name}"


def _count(items: Sized, name: str) -> str:
    """Number of items, with their name in the singular or plural."""
    return f"{len(items)} {name}{'s' * (len(items) != 1)}"


_SUMMARIES: Final = {
    "scenario": _summarise_scenario,
    "batch": _summarise_batch,
    "checks": _summarise_checks,
    "targets": _summarise_targets,
    "calibration": _summarise_calibration,
}
"""Functions that read a file and summarise it, by its type."""


def _late_note(week: int, scenario: Scenario) -> str:
    """Note on a lever that starts after the end of the simulation."""
    return " (after the end of the simulation, so it has no effect)" if week >= scenario.weeks else ""
