"""``redbead scenarios | levers | theories | parameters``: what there is, in lists and one by one."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, Any

import typer

from redbead.cli import console
from redbead.exceptions import BadInputError, Problem

if TYPE_CHECKING:
    from redbead.levers import Lever
    from redbead.quantities import Declared


_NAME = typer.Argument(None, metavar="[NAME]", help="One of them, in detail.")


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.callback(invoke_without_command=True)
    def start(
        context: typer.Context,
        version: bool = typer.Option(False, "--version", help="Print the version."),
    ) -> None:
        """Do organisations that punish error become safer than organisations that learn from it?"""
        if version:
            from redbead.scenario.library import version as number

            typer.echo(f"redbead {number()}")
        elif context.invoked_subcommand is None:
            _welcome()

    @app.command()
    def scenarios(
        name: str | None = _NAME,
        json: console.AsJson = False,
        markdown: bool = typer.Option(False, "--markdown", help="Print the page scenarios/README.md."),
    ) -> None:
        """List the shipped scenarios, or show one."""
        if markdown:
            from redbead.scenario.catalogue import as_markdown

            typer.echo(as_markdown(), nl=False)
            return
        _scenarios(json) if name is None else _scenario(name, json)

    @app.command()
    def levers(name: str | None = _NAME, json: console.AsJson = False) -> None:
        """List the policies a scenario can try, or show one."""
        _levers(json) if name is None else _lever(name, json)

    @app.command()
    def theories(name: str | None = _NAME, json: console.AsJson = False) -> None:
        """List the rival theories a scenario can take, or show one."""
        _theories(json) if name is None else _theory(name, json)

    @app.command()
    def parameters(
        name: str | None = typer.Argument(
            None, metavar="[NAME]", help="A path, a family, or a pattern such as '*fear*'."
        ),
        basis: str = typer.Option("", metavar="GRADE", help="Only those measured, calibrated, elicited or assumed."),
        json: console.AsJson = False,
        markdown: bool = typer.Option(False, "--markdown", help="Print the page docs/parameters.md."),
    ) -> None:
        """List families of parameters, or those that match, with where each number comes from."""
        if markdown:
            from redbead.scenario.provenance import markdown as page

            typer.echo(page(), nl=False)
            return
        _families() if name is None and not json and not basis else _parameters(name or "*", basis, json)


def _scenarios(json: bool) -> None:
    """All shipped scenarios."""
    from redbead.scenario.catalogue import FOLDERS, batches, by_folder

    folders = by_folder()
    if json:
        every = [entry for entries in folders.values() for entry in entries]
        console.as_json([{**entry._asdict(), "path": str(entry.path)} for entry in every])
        return
    for folder, entries in folders.items():
        typer.echo(f"{FOLDERS.get(folder, folder)}" + (f" ({folder}/)" if folder else ""))
        console.table((entry.name, f"{entry.title}: {entry.question}".removesuffix(": ")) for entry in entries)
        typer.echo()
    typer.echo("Batches of policies (batches/)")
    console.table((entry.name, f"{entry.title}: {entry.question}") for entry in batches())
    console.next_step("redbead scenarios two-strikes", "redbead run two-strikes", "redbead compare blame-or-learning")


def _scenario(name: str, json: bool) -> None:
    """One shipped scenario: its file as it is written."""
    from redbead.scenario.loader import find, load

    scenario = load(name)
    if json:
        console.as_json(scenario.as_dict())
        return
    path = find(name)
    typer.echo(path.read_text(encoding="utf-8-sig").rstrip())
    console.next_step(f"redbead run {name}", f"redbead diff baseline {name}", f"its file: {path}")


def _levers(json: bool) -> None:
    """All levers."""
    from redbead.levers import LEVERS

    if json:
        console.as_json([_as_dict(lever) for lever in LEVERS.values()])
        return
    console.table((kind, lever.summary()) for kind, lever in LEVERS.items())
    console.next_step("redbead levers just-culture")


def _lever(kind: str, json: bool) -> None:
    """One lever: what it is, for whom, who believes in it, and its numbers."""
    from redbead.levers import LEVERS
    from redbead.scenario.messages import no_such_lever

    if kind not in LEVERS:
        what, hint = no_such_lever(kind)
        raise BadInputError([Problem("redbead levers", key=kind, what=what, hint=hint)])
    lever = LEVERS[kind]
    if json:
        console.as_json(_as_dict(lever))
        return
    console.say(f"{kind}: {lever.summary()}")
    console.table(_about(lever))
    typer.echo("\nNumbers")
    console.table((item.name, f"{item.default:g}", _told(item)) for item in lever.numbers())
    typer.echo("\nBends, at the defaults")
    console.table((bend.path, _bend(bend)) for bend in lever().effects())
    console.say(f"\nIn a scenario file:\n  levers:\n    - {{kind: {kind}, from_week: 52}}")
    console.next_step("redbead parameters " + lever().effects()[0].path)


def _theories(json: bool) -> None:
    """All theories."""
    from redbead.scenario.theories import THEORIES

    if json:
        console.as_json([_theory_as_dict(name) for name in THEORIES])
        return
    console.table((name, f"{theory.sentence} It must show: {theory.shows}.") for name, theory in THEORIES.items())
    console.next_step("redbead theories blame-deters", "redbead run two-strikes --set theory=blame-deters")


def _theory(name: str, json: bool) -> None:
    """One theory: what it says, who believes it, and every number on which it differs from the defaults."""
    from redbead import parameters
    from redbead.scenario.messages import meant
    from redbead.scenario.theories import THEORIES

    if name not in THEORIES:
        raise BadInputError([Problem("redbead theories", key=name, what="no such theory", hint=meant(name, THEORIES))])
    if json:
        console.as_json(_theory_as_dict(name))
        return
    theory = THEORIES[name]
    console.say(f"{name}: {theory.sentence}")
    console.table([("believed in by", theory.proponents), ("must show", theory.shows)])
    if theory.stances:
        typer.echo("\nWhere it differs from the balanced model")
    for path, stance in theory.stances.items():
        item = parameters.register()[path]
        console.table([(path, f"{stance.value:g} instead of {item.default:g} ({_told(item)}): {stance.why}")])
    console.say(f"\nIn a scenario file:\n  theory: {name}")
    console.next_step(f"redbead run baseline --set theory={name}")


def _theory_as_dict(name: str) -> dict[str, Any]:
    """A theory as data."""
    from redbead.scenario.theories import THEORIES

    told = {key: value for key, value in THEORIES[name]._asdict().items() if key != "stances"}
    stances = {path: stance._asdict() for path, stance in THEORIES[name].stances.items()}
    return {"name": name, **told, "numbers": stances}


def _bend(bend: Any) -> str:  # noqa: ANN401 - a Bend; importing its type would slow the help down
    """What a lever does to one parameter, in words."""
    if bend.towards is not None:
        return f"goes to {bend.towards:g}" + (" at once" if bend.at_once else "")
    parts = [f"times {bend.factor:g}"] if bend.factor != 1.0 else []
    return ", ".join([*parts, f"{bend.shift:+g}"] if bend.shift or not parts else parts)


def _about(lever: type[Lever]) -> list[tuple[str, str]]:
    """For whom it is, who believes in it, what it moves, what it costs, what it cannot be tried together with."""
    annual_cost = lever().annual_cost()
    cost = f"{annual_cost:,.0f} pounds a year for each post" if annual_cost else "nothing of its own"
    return [
        ("for", lever.audience),
        ("believed in by", lever.proponents),
        ("moves", f"{', '.join(lever.systems)} of docs/coverage.md"),
        ("costs", cost),
        *([("not with", ", ".join(lever.excludes))] if lever.excludes else []),
    ]


def _as_dict(lever: type[Lever]) -> dict[str, Any]:
    """A lever as data."""
    told: dict[str, Any] = {
        "kind": lever.kind,
        "summary": lever.summary(),
        "audience": lever.audience,
        "believers": lever.proponents,
    }
    told |= {"systems": lever.systems, "excludes": lever.excludes, "yearly_bill": lever().annual_cost()}
    return told | {"numbers": [_number(item.name, item) for item in lever.numbers()]}


def _number(name: str, item: Declared) -> dict[str, Any]:
    """A number as data."""
    param = item.param
    return {
        "name": name,
        "default": item.default,
        "unit": param.unit,
        "low": param.low,
        "high": param.high,
        "whole": param.whole,
        "meaning": param.meaning,
        "basis": param.basis,
        "source": param.source,
    }


def _told(item: Declared) -> str:
    """Range and meaning of a number."""
    return f"{item.param.meaning} ({item.param.range_text()})"


def _families() -> None:
    """The families of parameters, with how many each has."""
    from redbead import parameters

    many = {name: len(kind._fields) for name, kind in parameters.FAMILIES.items()}
    about = {name: (kind.__doc__ or "").partition("\n")[0] for name, kind in parameters.FAMILIES.items()}
    console.say(f"{sum(many.values())} parameters, in families:")
    console.table((name, str(number), about[name]) for name, number in many.items())
    console.next_step("redbead parameters reporting", "redbead parameters '*fear*'")


def _parameters(pattern: str, basis: str, json: bool) -> None:
    """The parameters that match a path, a family or a pattern, of one grade where one is asked for."""
    from redbead import parameters
    from redbead.scenario.messages import meant
    from redbead.scenario.provenance import BASES
    from redbead.scenario.scenario import unknown

    register = parameters.register()
    found = [path for path in register if pattern in (path, path.partition(".")[0]) or fnmatch.fnmatch(path, pattern)]
    found = found or [path for path in register if pattern in path]
    if not found:
        raise BadInputError([unknown(pattern, "redbead parameters")])
    if basis and basis not in BASES:
        raise BadInputError([Problem("--basis", key=basis, what="no such grade", hint=meant(basis, BASES))])
    found = [path for path in found if register[path].param.basis == (basis or register[path].param.basis)]
    if json:
        console.as_json([_number(path, register[path]) | _provenance(path) for path in found])
    elif len(found) == 1:
        _parameter(found[0], register[found[0]])
    else:
        console.table(
            (path, f"{register[path].default:g}", register[path].param.basis, _told(register[path])) for path in found
        )
        console.next_step(*([f"redbead parameters {found[0]}"] if found else ["redbead parameters"]))


def _provenance(path: str) -> dict[str, Any]:
    """Symbol, distribution, sources and what was done, as data."""
    from redbead import parameters
    from redbead.scenario.provenance import law, references, register

    told = register()[path]
    item = parameters.register()[path]
    sources = [references()[key] for key in told.keys]
    return {"symbol": told.symbol, "law": law(item), "keys": list(told.keys), "references": sources, "done": told.done}


def _parameter(path: str, item: Declared) -> None:
    """One parameter in detail, and how a scenario file sets it."""
    from redbead.scenario.provenance import BASES
    from redbead.scenario.schema import FAMILY_SECTIONS

    family, _, name = path.partition(".")
    told = _provenance(path)
    typer.echo(path)
    console.table(
        [
            ("symbol", told["symbol"]),
            ("meaning", item.param.meaning),
            ("default", f"{item.default:g} {item.param.unit}"),
            ("range", item.param.range_text() + (", whole numbers" if item.param.whole else "")),
            ("distribution", told["law"]),
            ("basis", f"{item.param.basis}: {BASES[item.param.basis]}"),
            ("source", item.param.source),
            *(("", reference) for reference in told["references"]),
            ("what was done", told["done"]),
        ]
    )
    line = (
        f"{family}: {{{name}: {item.default:g}}}"
        if family in FAMILY_SECTIONS
        else f"change: {{{path}: {item.default:g}}}"
    )
    typer.echo(f"\nIn a scenario file:\n  {line}")
    console.next_step(f"redbead run baseline --set {path}={item.default:g}")


def _welcome() -> None:
    """What to do first."""
    from redbead.scenario.catalogue import catalogue

    console.say("Red Bead: do organisations that punish error become safer than organisations that learn from it?")
    typer.echo("\nStart here")
    console.table(
        [
            ("redbead run baseline", "30 runs of an ordinary authority, and a report"),
            ("redbead compare baseline two-strikes", "what a policy changes, on the same dice"),
            ("redbead compare blame-or-learning", "the headline question, under every theory: about a minute"),
            ("redbead diff baseline two-strikes", "what one scenario changes in another"),
            ("redbead --help", "everything else"),
        ]
    )
    typer.echo("\nReady scenarios")
    console.table((entry.name, entry.title) for entry in catalogue())
    console.next_step("redbead run baseline")
