"""What the documents say of the code: phases of the week, rules, tables, draws, all read from the sources."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple, TypeAlias

import jinja2
import yaml

from redbead import behaviour, dynamics, oversight, parameters, rng
from redbead.engine import week
from redbead.jit import is_model_function, is_rule
from redbead.levers import LEVERS, Lever
from redbead.measures import MEASURES
from redbead.quantities import Column, columns_of
from redbead.scenario.disclaimer import BANNER
from redbead.scenario.provenance import markdown as parameter_table
from redbead.state import authority, people, practice_errors, world
from redbead.studies.behaviour_checks.reader import shipped_checks
from redbead.studies.targets.reader import read_targets

TABLES = (
    people.Workers, people.Managers, people.Leaders, practice_errors.Errors, authority.Cases, authority.Learning,
    authority.Service, authority.Oversight, authority.WeeklyCounts, world.Network, world.Blocks,
)  # fmt: skip
"""Every table of the world, in the order in which the documents show them."""


class Rule(NamedTuple):
    """A rule or kernel: name, module below `redbead`, first sentence, the rest of its text, whether it is a rule."""

    name: str
    module: str
    summary: str
    rest: str
    scalar: bool

    @property
    def room(self) -> str:
        """Module without its package, as headings show it."""
        return self.module.removeprefix("redbead.")


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Every rule and kernel of behaviour, oversight and dynamics, module by module in the order of their lines."""
    return tuple(rule for module in _modules() for rule in _of(module))


def _modules() -> Iterator[ModuleType]:
    for package in (behaviour, oversight, dynamics):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def _of(module: ModuleType) -> list[Rule]:
    own = [
        (name, item)
        for name, item in vars(module).items()
        if is_model_function(item) and item.__module__ == module.__name__
    ]
    found = [(inspect.getsourcelines(item.py_func)[1], name, item) for name, item in own]
    return [_rule(name, module, item) for _, name, item in sorted(found, key=lambda entry: entry[0])]


def _rule(name: str, module: ModuleType, item: Any) -> Rule:  # noqa: ANN401 - a function of the model
    text = inspect.cleandoc(item.py_func.__doc__ or "")
    told = text.partition(">>>")[0].strip()
    summary, _, rest = told.partition("\n\n")
    return Rule(name, module.__name__, " ".join(summary.split()), " ".join(rest.split()), is_rule(item))


class PhaseDescription(NamedTuple):
    """A phase of the week: the part it belongs to, what that part is, and the kernel that is called."""

    part: str
    about: str
    name: str


@functools.cache
def phases() -> tuple[PhaseDescription, ...]:
    """The order of the week as `engine/week.py` states it."""
    tree = ast.parse(inspect.getsource(week))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    parts = [call for call in _calls(functions["week"]) if call in functions]
    known = {name for name, item in vars(week).items() if is_model_function(item) and not is_rule(item)}
    return tuple(
        PhaseDescription(part, (ast.get_docstring(functions[part]) or "").partition("\n")[0], name)
        for part in parts
        for name in _calls(functions[part])
        if name in known and name not in functions
    )


def _calls(node: ast.AST) -> list[str]:
    """The names that a function calls, in the order of its lines."""
    found = [n for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return [call.func.id for call in sorted(found, key=lambda call: (call.lineno, call.col_offset))]  # type: ignore[attr-defined]


def tables() -> list[tuple[str, str, list[tuple[str, Column]]]]:
    """Every table with its meaning and columns."""
    return [(t.__name__, (t.__doc__ or "").partition("\n")[0], list(columns_of(t))) for t in TABLES]


def draws() -> list[tuple[int, str]]:
    """The numbered register of draws."""
    found = [(value, name) for name, value in vars(rng).items() if name.isupper() and isinstance(value, int)]
    return sorted((value, name.lower().replace("_", " ")) for value, name in found if not name.startswith("MAX"))


Item: TypeAlias = tuple[str, str, str]


def _shared_ends(numbers: Mapping[str, int]) -> tuple[list[Item], list[Item]]:
    """What both checklists ask first and last."""
    first = [
        ("1.1", "Purpose", "Do organisations that punish error become safer than organisations that learn from it? "
         "[odd.md](odd.md), section 1"),
        ("1.2", "Outputs", "Measures a week and outcomes by run: [odd.md](odd.md), section 4; `redbead measures`"),
        ("1.3", "Aims of experimentation", "Policies compared on the same dice, with intervals; sensitivity, theories, "
         "switching values. *Study*: your batch file"),
    ]  # fmt: skip
    last = [
        ("3.1", "Data sources", f"[targets.md](targets.md): {numbers['targets']} published levels; [references.bib]"
         "(references.bib); `model/redbead/data/PROVENANCE.md`"),
        ("3.2", "Pre-processing", "`docs/make_authorities.py` joins two files and changes no figure"),
        ("3.3", "Input parameters", f"{numbers['numbers']}, of which {numbers['assumed']} assumed: "
         "[parameters.md](parameters.md)"),
        ("3.4", "Assumptions", "[assumptions.md](assumptions.md)"),
        ("4.1", "Initialisation and warm-up", "Near a steady state, then three years unwatched: [odd.md](odd.md), section 5"),
        ("4.2", "Run length", "Ten years in steps of a week; `time:` in a scenario file"),
        ("4.3", "Replications", "30 runs by default, 100 a policy; `--runs auto` stops when an interval is narrow enough; "
         "the report says how many more would tell"),
        ("5.1", "Software", "Python 3.11 or newer, numba, Mesa; versions in every manifest.json"),
        ("5.2", "Random sampling", f"Threefry 2x64, {len(draws())} named draws, keyed by seed, name, week and person"),
        ("5.3", "Execution", "Order of the week: [odd.md](odd.md), section 3; no draw depends on order, thread or machine"),
        ("5.4", "System specification", "An ordinary laptop; two cores; platform in every manifest.json"),
        ("6.1", "Code access", "This repository, Apache-2.0; a digest with every result; `redbead verify DIR --rerun 2`"),
    ]  # fmt: skip
    return first, last


def abs_items(numbers: Mapping[str, int]) -> list[Item]:
    """The 20 items for agent-based models."""
    first, last = _shared_ends(numbers)
    own = [
        ("2.1", "Base model overview", "Workers, managers, director, errors with a biography: [odd.md](odd.md), section 2"),
        ("2.2", "Base model logic", f"{len(phases())} phases a week: [odd.md](odd.md), section 3"),
        ("2.3", "Scenario logic", "Levers bend parameters with a dose by week: [odd.md](odd.md), section 7; a file each"),
        ("2.4", "Algorithms and rules", f"{len(rules())} rules and kernels with their equations: [odd.md](odd.md), "
         "section 7"),
        ("2.5", "Agents, environment, interaction", "[odd.md](odd.md), sections 2 and 4: teams, informal ties, shared work"),
    ]  # fmt: skip
    return [*first, *own, *last]


def sd_items(numbers: Mapping[str, int]) -> list[Item]:
    """The 20 items for system dynamics."""
    first, last = _shared_ends(numbers)
    own = [
        ("2.1", "Base model overview", "Stocks of the mean-field twin (`engine/mean_field.py`), the same scalar rules on "
         "the average worker"),
        ("2.2", "Stocks, flows and loops", "Units with every column: [odd.md](odd.md), section 2; each loop can be cut by "
         "a strength of 0 ('0 cuts' in [parameters.md](parameters.md))"),
        ("2.3", "Scenario logic", "The same levers"),
        ("2.4", "Equations and integration", "Euler, one week; halving the step moves five-year means by less than 2 % "
         "(`tests/verification/test_mean_field.py`)"),
        ("2.5", "Boundary", "[limits.md](limits.md); the twin leaves out grades, scandals and structural change"),
    ]  # fmt: skip
    return [*first, *own, *last]


_TEXTS: Final = Path(__file__).parent / "document_templates"


class ReferenceDocument(NamedTuple):
    """A document: what it is in a line, and what makes it."""

    about: str
    make: Callable[[], str]


def _rendered(template: str, **facts: Any) -> str:  # noqa: ANN401 - whatever a template shows
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEXTS), undefined=jinja2.StrictUndefined, trim_blocks=True,
        autoescape=False, keep_trailing_newline=True,  # noqa: S701 - Markdown, of our own words only
    )  # fmt: skip
    return environment.get_template(template).render(banner=BANNER, **_counts(), **facts)


@functools.cache
def _counts() -> Mapping[str, int]:
    """Figures that several documents give: of numbers, checks and targets."""
    checks = shipped_checks()
    expected = [e for check in checks for e in check.expect]
    numbers = [item.param.basis for item in parameters.register().values()]
    return {
        "numbers": len(numbers), "assumed": numbers.count("assumed"), "checks": len(checks),
        "expectations": len(expected), "known": sum(bool(e.known) for e in expected),
        "targets": len(read_targets().fitted),
    }  # fmt: skip


def odd() -> str:
    """The model after ODD+D."""
    told = {rule.name: rule.summary for rule in rules()}
    rooms: dict[str, list[Rule]] = {}
    for rule in rules():
        rooms.setdefault(rule.room, []).append(rule)
    return _rendered(
        "odd.md.j2", tables=tables(), phases=phases(), draws=draws(), rules=rules(),
        rooms=list(rooms.items()), measures=MEASURES, levers=LEVERS, families=parameters.FAMILIES, bends=_bends,
        summary=lambda name: told.get(name, _elsewhere(name)),
        posts=f"{parameters.register()['authority.posts'].default:g}",
        team=f"{parameters.register()['authority.team_size'].default:g}",
    )  # fmt: skip


def _elsewhere(name: str) -> str:
    """What a phase of another room does: its first sentence."""
    from redbead.engine import week

    return " ".join((getattr(week, name).py_func.__doc__ or "").partition("\n\n")[0].split())


def _bends(lever: type[Lever]) -> str:
    return ", ".join(f"`{path}`" for path in dict.fromkeys(bend.path for bend in lever().effects()))


def assumptions() -> str:
    """The log of structural assumptions."""
    rows = yaml.safe_load((_TEXTS / "assumptions.yaml").read_text(encoding="utf-8"))
    return _rendered("assumptions.md.j2", rows=rows)


DOCUMENTS: Final[Mapping[str, ReferenceDocument]] = {
    "odd": ReferenceDocument("the model, so that a stranger could rebuild it (ODD+D)", odd),
    "parameters": ReferenceDocument("every number: symbol, unit, range, distribution, grade, source", parameter_table),
    "assumptions": ReferenceDocument("choices of structure: why, what hangs on them, how far they are known", assumptions),
    "stress-abs": ReferenceDocument(
        "checklist for agent-based simulation (STRESS-ABS)",
        lambda: _rendered("checklist.md.j2", title="STRESS-ABS", items=abs_items(_counts())),
    ),
    "stress-sd": ReferenceDocument(
        "checklist for system dynamics (STRESS-SD)",
        lambda: _rendered("checklist.md.j2", title="STRESS-SD", items=sd_items(_counts())),
    ),
    "assurance": ReferenceDocument(
        "what was checked, what was not, who has to sign (AQuA Book)", lambda: _rendered("assurance.md.j2")
    ),
    "limits": ReferenceDocument("what the model cannot say", lambda: _rendered("limits.md.j2")),
}  # fmt: skip
"""Every document, in the order in which a reviewer asks for them."""
