"""Commands ``redbead scenarios``, ``levers``, ``theories`` and ``parameters``: list items or describe one."""

from __future__ import annotations

import fnmatch
import shlex
from typing import TYPE_CHECKING, Any

import typer

from redbead.cli import console
from redbead.exceptions import BadInputError, Problem

if TYPE_CHECKING:
    from redbead.levers import Lever, ParameterEffect
    from redbead.quantities import Declared


_NAME = typer.Argument(None, metavar="[NAME]", help="Show one item in detail.")


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def scenarios(
        name: str | None = _NAME,
        json: console.JsonOption = False,
        markdown: bool = typer.Option(False, "--markdown", help="Print the page scenarios/README.md."),
    ) -> None:
        """List the shipped scenarios, or show one."""
        if markdown:
            from redbead.scenario.library import as_markdown

            typer.echo(as_markdown(), nl=False)
            return
        _list_scenarios(json) if name is None else _show_scenario(name, json)

    @app.command()
    def levers(name: str | None = _NAME, json: console.JsonOption = False) -> None:
        """List the policies that a scenario can apply, or show one."""
        _list_levers(json) if name is None else _show_lever(name, json)

    @app.command()
    def theories(name: str | None = _NAME, json: console.JsonOption = False) -> None:
        """List the rival theories that a scenario can use, or show one."""
        _list_theories(json) if name is None else _show_theory(name, json)

    @app.command()
    def parameters(
        name: str | None = typer.Argument(
            None, metavar="[NAME]", help="A path, a family, or a pattern such as '*fear*'."
        ),
        basis: str = typer.Option(
            "", metavar="GRADE", help="Only parameters of this grade: measured, calibrated, elicited or assumed."
        ),
        json: console.JsonOption = False,
        markdown: bool = typer.Option(False, "--markdown", help="Print the page docs/parameters.md."),
    ) -> None:
        """List families of parameters, or the parameters that match, with their sources."""
        if markdown:
            from redbead.scenario import provenance

            typer.echo(provenance.markdown(), nl=False)
            return
        _list_families() if name is None and not json and not basis else _list_parameters(name or "*", basis, json)


def _list_scenarios(json: bool) -> None:
    """Print all shipped scenarios and batches."""
    from redbead.scenario.library import FOLDERS, batches, by_folder

    folders = by_folder()
    if json:
        every = [entry for entries in folders.values() for entry in entries]
        console.print_json([{**entry._asdict(), "path": str(entry.path)} for entry in every])
        return
    for folder, entries in folders.items():
        typer.echo(f"{FOLDERS.get(folder, folder)}" + (f" ({folder}/)" if folder else ""))
        console.print_table((entry.name, f"{entry.title}: {entry.question}".removesuffix(": ")) for entry in entries)
        typer.echo()
    typer.echo("Batches of policies (batches/)")
    console.print_table((entry.name, f"{entry.title}: {entry.question}") for entry in batches())
    console.print_next_steps(
        "redbead scenarios two-strikes", "redbead run two-strikes", "redbead compare blame-or-learning"
    )


def _show_scenario(name: str, json: bool) -> None:
    """Print the file of one scenario."""
    from redbead.scenario.loader import find, load

    scenario = load(name)
    if json:
        console.print_json(scenario.as_dict())
        return
    path = find(name)
    typer.echo(path.read_text(encoding="utf-8-sig").rstrip())
    typer.echo(f"\nFile: {path}")
    console.print_next_steps(f"redbead run {shlex.quote(name)}", f"redbead diff baseline {shlex.quote(name)}")


def _list_levers(json: bool) -> None:
    """Print all levers."""
    from redbead.levers import LEVERS

    if json:
        console.print_json([_lever_data(lever) for lever in LEVERS.values()])
        return
    console.print_table((kind, lever.summary()) for kind, lever in LEVERS.items())
    console.print_next_steps("redbead levers just-culture")


def _show_lever(kind: str, json: bool) -> None:
    """Print one lever: summary, audience, proponents, cost, numbers and effects."""
    from redbead.levers import LEVERS
    from redbead.scenario.messages import no_such_lever

    if kind not in LEVERS:
        what, hint = no_such_lever(kind)
        raise BadInputError([Problem("redbead levers", key=kind, what=what, hint=hint)])
    lever = LEVERS[kind]
    if json:
        console.print_json(_lever_data(lever))
        return
    console.print_text(f"{kind}: {lever.summary()}")
    console.print_table(_lever_facts(lever))
    typer.echo("\nNumbers")
    console.print_table((item.name, f"{item.default:g}", _describe_number(item)) for item in lever.numbers())
    typer.echo("\nEffects on parameters, with default numbers")
    console.print_table((effect.path, _describe_effect(effect)) for effect in lever().effects())
    console.print_text(f"\nIn a scenario file:\n  levers:\n    - {{kind: {kind}, from_week: 52}}")
    console.print_next_steps("redbead parameters " + lever().effects()[0].path)


def _list_theories(json: bool) -> None:
    """Print all theories."""
    from redbead.scenario.theories import THEORIES

    if json:
        console.print_json([_theory_data(name) for name in THEORIES])
        return
    console.print_table((name, f"{theory.sentence} It must show: {theory.shows}.") for name, theory in THEORIES.items())
    console.print_next_steps("redbead theories blame-deters", "redbead run two-strikes --set theory=blame-deters")


def _show_theory(name: str, json: bool) -> None:
    """Print one theory: sentence, proponents, and every parameter that differs from the default."""
    from redbead import parameters
    from redbead.scenario.messages import suggest_name
    from redbead.scenario.theories import THEORIES

    if name not in THEORIES:
        what = "is not a known theory"
        raise BadInputError([Problem("redbead theories", key=name, what=what, hint=suggest_name(name, THEORIES))])
    if json:
        console.print_json(_theory_data(name))
        return
    theory = THEORIES[name]
    console.print_text(f"{name}: {theory.sentence}")
    console.print_table([("proponents", theory.proponents), ("must show", theory.shows)])
    if theory.stances:
        typer.echo("\nDifferences from the balanced model")
    for path, stance in theory.stances.items():
        item = parameters.register()[path]
        text = f"{stance.value:g} instead of {item.default:g} ({_describe_number(item)}): {stance.why}"
        console.print_table([(path, text)])
    console.print_text(f"\nIn a scenario file:\n  theory: {name}")
    console.print_next_steps(f"redbead run baseline --set theory={name}")


def _theory_data(name: str) -> dict[str, Any]:
    """Data of a theory for JSON."""
    from redbead.scenario.theories import THEORIES

    texts = {key: value for key, value in THEORIES[name]._asdict().items() if key != "stances"}
    stances = {path: stance._asdict() for path, stance in THEORIES[name].stances.items()}
    return {"name": name, **texts, "numbers": stances}


def _describe_effect(effect: ParameterEffect) -> str:
    """Describe the effect of a lever on one parameter."""
    if effect.towards is not None:
        return f"moves to {effect.towards:g}" + (" immediately" if effect.at_once else "")
    parts = [f"multiplied by {effect.factor:g}"] if effect.factor != 1.0 else []
    return ", ".join([*parts, f"{effect.shift:+g}"] if effect.shift or not parts else parts)


def _lever_facts(lever: type[Lever]) -> list[tuple[str, str]]:
    """Audience, proponents, systems, cost and mutually exclusive levers."""
    annual_cost = lever().annual_cost()
    cost = f"{annual_cost:,.0f} pounds per post and year" if annual_cost else "no direct cost"
    return [
        ("for", lever.audience),
        *([("proponents", lever.proponents)] if lever.proponents else []),
        *([("systems", f"{', '.join(lever.systems)} of docs/coverage.md")] if lever.systems else []),
        ("cost", cost),
        *([("excludes", ", ".join(lever.excludes))] if lever.excludes else []),
    ]


def _lever_data(lever: type[Lever]) -> dict[str, Any]:
    """Data of a lever for JSON."""
    return {
        "kind": lever.kind,
        "summary": lever.summary(),
        "audience": lever.audience,
        "believers": lever.proponents,
        "systems": lever.systems,
        "excludes": lever.excludes,
        "yearly_bill": lever().annual_cost(),
        "numbers": [_number_data(item.name, item) for item in lever.numbers()],
    }


def _number_data(name: str, item: Declared) -> dict[str, Any]:
    """Data of a number for JSON."""
    param = item.param
    return {
        "name": name,
        "default": item.default,
        "unit": param.unit,
        "low": param.low,
        "high": param.high,
        "whole": param.whole,
        "meaning": param.meaning,
        "causal_link": param.causal_link,
        "basis": param.basis,
        "source": param.source,
    }


def _describe_number(item: Declared) -> str:
    """Meaning and range of a number."""
    return f"{item.param.description} ({item.param.range_text()})"


def _list_families() -> None:
    """Print the families of parameters and their sizes."""
    from redbead import parameters

    sizes = {name: len(kind._fields) for name, kind in parameters.FAMILIES.items()}
    summaries = {name: (kind.__doc__ or "").partition("\n")[0] for name, kind in parameters.FAMILIES.items()}
    console.print_text(f"{sum(sizes.values())} parameters in {len(sizes)} families:")
    console.print_table((name, str(size), summaries[name]) for name, size in sizes.items())
    console.print_next_steps("redbead parameters reporting", "redbead parameters '*fear*'")


def _list_parameters(pattern: str, basis: str, json: bool) -> None:
    """Print the parameters that match a path, family or pattern, optionally of one grade of evidence."""
    from redbead import parameters
    from redbead.scenario.messages import suggest_name
    from redbead.scenario.provenance import BASES
    from redbead.scenario.scenario import unknown_parameter

    register = parameters.register()
    paths = [path for path in register if pattern in (path, path.partition(".")[0]) or fnmatch.fnmatch(path, pattern)]
    paths = paths or [path for path in register if pattern in path]
    if not paths:
        raise BadInputError([unknown_parameter(pattern, "redbead parameters")])
    if basis and basis not in BASES:
        what = "is not a known grade of evidence"
        raise BadInputError([Problem("--basis", key=basis, what=what, hint=suggest_name(basis, BASES))])
    paths = [path for path in paths if register[path].param.basis == (basis or register[path].param.basis)]
    if json:
        console.print_json([_number_data(path, register[path]) | _provenance_data(register[path]) for path in paths])
    elif len(paths) == 1:
        _show_parameter(paths[0], register[paths[0]])
    else:
        console.print_table(
            (path, f"{register[path].default:g}", register[path].param.basis, _describe_number(register[path]))
            for path in paths
        )
        console.print_next_steps(f"redbead parameters {paths[0]}" if paths else "redbead parameters")


def _provenance_data(item: Declared) -> dict[str, Any]:
    """Symbol, distribution, sources and processing of a parameter, for JSON."""
    from redbead.scenario.provenance import law, references_of

    param = item.param
    return {
        "symbol": param.symbol,
        "law": law(item),
        "keys": list(param.keys),
        "references": references_of(item),
        "done": param.processing_text,
    }


def _show_parameter(path: str, item: Declared) -> None:
    """Print one parameter in detail, and how to set it in a scenario file."""
    from redbead.scenario.consistency import FAMILY_SECTIONS
    from redbead.scenario.provenance import BASES

    family, _, name = path.partition(".")
    provenance = _provenance_data(item)
    typer.echo(path)
    console.print_table(
        [
            ("symbol", provenance["symbol"]),
            ("meaning", item.param.description),
            ("default", f"{item.default:g} {item.param.unit}"),
            ("range", item.param.range_text() + (", whole numbers" if item.param.whole else "")),
            ("distribution", provenance["law"]),
            ("basis", f"{item.param.basis}: {BASES[item.param.basis]}"),
            ("source", item.param.source),
            *(("", reference) for reference in provenance["references"]),
            ("processing", provenance["done"]),
        ]
    )
    line = (
        f"{family}: {{{name}: {item.default:g}}}"
        if family in FAMILY_SECTIONS
        else f"change: {{{path}: {item.default:g}}}"
    )
    typer.echo(f"\nIn a scenario file:\n  {line}")
    console.print_next_steps(f"redbead run baseline --set {path}={item.default:g}")
