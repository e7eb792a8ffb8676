"""Reference documents, generated from the code: phases of the week, rules, state variables, draws and checklists."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import itertools
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
from redbead.scenario import provenance
from redbead.scenario.scenario import BANNER
from redbead.state import authority, people, practice_errors, world
from redbead.studies.behaviour_checks.spec import shipped_checks
from redbead.studies.targets.spec import read_targets

TABLES = (
    people.Workers, people.Managers, people.Leaders, practice_errors.Errors, authority.Cases, authority.Learning,
    authority.Service, authority.Oversight, authority.WeeklyCounts, world.Network, world.Blocks,
)  # fmt: skip
"""All tables of state variables, in the order of the documents."""

TITLES: Final = ("Parameters", "Returns", "Raises", "Notes", "References", "Examples", "See Also")
"""Titles of the sections of a docstring."""


class Rule(NamedTuple):
    """A rule or kernel: name, module, summary, description, equations, and whether it is a scalar rule."""

    name: str
    module: str
    summary: str
    description: str
    equations: tuple[str, ...]
    scalar: bool

    @property
    def heading(self) -> str:
        """Name of the module without the package."""
        return self.module.removeprefix("redbead.")


@functools.cache
def rules() -> tuple[Rule, ...]:
    """List all rules and kernels of behaviour, oversight and dynamics, by module in the order of their source."""
    return tuple(rule for module in _modules() for rule in _rules_of(module))


def _modules() -> Iterator[ModuleType]:
    for package in (behaviour, oversight, dynamics):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(module.name)


def _rules_of(module: ModuleType) -> list[Rule]:
    functions = [
        (inspect.getsourcelines(item.py_func)[1], name, item)
        for name, item in vars(module).items()
        if is_model_function(item) and item.__module__ == module.__name__
    ]
    return [_rule(name, module, item) for _, name, item in sorted(functions, key=lambda entry: entry[0])]


def _rule(name: str, module: ModuleType, item: Any) -> Rule:  # noqa: ANN401 - a function of the model
    sections = docstring_sections(item.py_func.__doc__ or "")
    summary, _, description = sections[""].partition("\n\n")
    return Rule(
        name, module.__name__, _one_line(summary), _one_line(description),
        tuple(math_of(sections.get("Notes", ""))), is_rule(item),
    )  # fmt: skip


def docstring_sections(docstring: str) -> dict[str, str]:
    r"""Split a numpydoc docstring into its sections. The text before the first title has the key "".

    Examples
    --------
    >>> docstring_sections("Target fear. [0-1]\n\nReturns\n-------\nfloat\n")
    {'': 'Target fear. [0-1]', 'Returns': 'float'}
    """
    title, sections = "", {"": list[str]()}
    lines = inspect.cleandoc(docstring).partition(">>>")[0].splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line in TITLES and set(below) == {"-"}:
            title = line
            sections[title] = []
        elif not (title and not sections[title] and set(line) == {"-"}):
            sections[title].append(line)
    return {name: "\n".join(text).strip() for name, text in sections.items()}


def math_of(notes: str) -> Iterator[str]:
    r"""Yield the displayed equations of a Notes section as LaTeX.

    Examples
    --------
    >>> list(math_of("Equation E25:\n\n.. math:: F = a + b\n\nmore"))
    ['F = a + b']
    """
    for block in notes.split(".. math::")[1:]:
        first, *others = block.strip("\n").split("\n\n")
        for equation in (first, *itertools.takewhile(lambda text: text.startswith(" "), others)):
            line = _one_line(equation)
            yield f"\\begin{{aligned}} {line} \\end{{aligned}}" if "&=" in line else line


def _one_line(text: str) -> str:
    return " ".join(text.split())


class PhaseDescription(NamedTuple):
    """A phase of the week: the part that contains it, the summary of the part, and the kernel that it calls."""

    part: str
    about: str
    name: str


@functools.cache
def phases() -> tuple[PhaseDescription, ...]:
    """List the phases of the week in the order of ``engine/week.py``."""
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
    """Names of the functions that a function calls, in the order of its source."""
    calls = [n for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return [call.func.id for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset))]  # type: ignore[attr-defined]


def tables() -> list[tuple[str, str, list[tuple[str, Column]]]]:
    """List all tables of state variables with their meaning and columns."""
    return [(t.__name__, (t.__doc__ or "").partition("\n")[0], list(columns_of(t))) for t in TABLES]


def draws() -> list[tuple[int, str]]:
    """List the numbers and names of all random draws."""
    named = [(value, name) for name, value in vars(rng).items() if name.isupper() and isinstance(value, int)]
    return sorted((value, name.lower().replace("_", " ")) for value, name in named if not name.startswith("MAX"))


Item: TypeAlias = tuple[str, str, str]


def _shared_items(numbers: Mapping[str, int]) -> tuple[list[Item], list[Item]]:
    """First and last items, which both checklists share."""
    first = [
        ("1.1", "Purpose", "Do organisations that punish error become safer than organisations that learn from it? "
         "[odd.md](odd.md), section 1"),
        ("1.2", "Outputs", "Weekly measures, and outcomes per run: [odd.md](odd.md), section 4; `redbead measures`"),
        ("1.3", "Aims of experimentation", "Comparison of policies on common random numbers, with intervals; sensitivity, "
         "theories and switching values. *Study*: your batch file"),
    ]  # fmt: skip
    last = [
        ("3.1", "Data sources", f"[targets.md](targets.md): {numbers['targets']} published levels; [references.bib]"
         "(references.bib); `model/redbead/data/PROVENANCE.md`"),
        ("3.2", "Pre-processing", "`docs/make_authorities.py` joins two files without changing figures"),
        ("3.3", "Input parameters", f"{numbers['numbers']} parameters, of which {numbers['assumed']} are assumed: "
         "[parameters.md](parameters.md)"),
        ("3.4", "Assumptions", "[assumptions.md](assumptions.md)"),
        ("4.1", "Initialisation and warm-up", "Near a steady state, then three years of warm-up without records: "
         "[odd.md](odd.md), section 5"),
        ("4.2", "Run length", "Ten years in weekly steps; `time:` in a scenario file"),
        ("4.3", "Replications", "30 runs by default, 100 runs per policy; `--runs auto` takes the number from a separate "
         "pilot; reports state how many more runs have a power of 80 %"),
        ("5.1", "Software", "Python 3.11 or newer, numba, Mesa; versions in every manifest.json"),
        ("5.2", "Random sampling", f"Threefry 2x64, {len(draws())} named draws, keyed by seed, name, week and person"),
        ("5.3", "Execution", "Order of the week: [odd.md](odd.md), section 3; draws do not depend on order, thread or "
         "machine"),
        ("5.4", "System specification", "A standard laptop with two cores; platform in every manifest.json"),
        ("6.1", "Code access", "This repository, Apache-2.0; a digest with every result; `redbead verify DIR --rerun 2`"),
    ]  # fmt: skip
    return first, last


def abs_items(numbers: Mapping[str, int]) -> list[Item]:
    """List the 20 items of the checklist for agent-based models."""
    first, last = _shared_items(numbers)
    specific = [
        ("2.1", "Base model overview", "Workers, managers, director, and errors with individual histories: "
         "[odd.md](odd.md), section 2"),
        ("2.2", "Base model logic", f"{len(phases())} phases per week: [odd.md](odd.md), section 3"),
        ("2.3", "Scenario logic", "Levers change parameters with a weekly dose: [odd.md](odd.md), section 7; one file per "
         "scenario"),
        ("2.4", "Algorithms and rules", f"{len(rules())} rules and kernels with their equations: [odd.md](odd.md), "
         "section 7"),
        ("2.5", "Agents, environment, interaction", "[odd.md](odd.md), sections 2 and 4: teams, informal ties, shared work"),
    ]  # fmt: skip
    return [*first, *specific, *last]


def sd_items(numbers: Mapping[str, int]) -> list[Item]:
    """List the 20 items of the checklist for system dynamics."""
    first, last = _shared_items(numbers)
    specific = [
        ("2.1", "Base model overview", "Stocks of the mean-field model (`engine/mean_field.py`), which applies the same "
         "scalar rules to the average worker"),
        ("2.2", "Stocks, flows and loops", "Units of all state variables: [odd.md](odd.md), section 2; a strength of 0 "
         "removes a causal link ('0 removes this link' in [parameters.md](parameters.md))"),
        ("2.3", "Scenario logic", "The same levers"),
        ("2.4", "Equations and integration", "Euler method with a step of one week; halving the step changes five-year "
         "means by less than 2 % (`tests/verification/test_mean_field.py`)"),
        ("2.5", "Boundary", "[limits.md](limits.md); the mean-field model has no grades, scandals or structural change"),
    ]  # fmt: skip
    return [*first, *specific, *last]


_TEMPLATES: Final = Path(__file__).parent / "document_templates"


class ReferenceDocument(NamedTuple):
    """A reference document: one-line description, and the function that generates it."""

    about: str
    make: Callable[[], str]


def _render(template: str, **values: Any) -> str:  # noqa: ANN401 - any values that a template uses
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), undefined=jinja2.StrictUndefined, trim_blocks=True,
        autoescape=False, keep_trailing_newline=True,  # noqa: S701 - Markdown without text from users
    )  # fmt: skip
    return environment.get_template(template).render(banner=BANNER, **_counts(), **values)


@functools.cache
def _counts() -> Mapping[str, int]:
    """Numbers of parameters, checks and targets, which several documents contain."""
    checks = shipped_checks()
    expected = [e for check in checks for e in check.expect]
    numbers = [item.param.basis for item in parameters.register().values()]
    return {
        "numbers": len(numbers), "assumed": numbers.count("assumed"), "checks": len(checks),
        "expectations": len(expected), "known": sum(bool(e.known) for e in expected),
        "targets": len(read_targets().fitted),
    }  # fmt: skip


def odd() -> str:
    """Generate the description of the model that follows the ODD+D protocol."""
    summaries = {rule.name: rule.summary for rule in rules()}
    modules: dict[str, list[Rule]] = {}
    for rule in rules():
        modules.setdefault(rule.heading, []).append(rule)
    return _render(
        "odd.md.j2", tables=tables(), phases=phases(), draws=draws(), rules=rules(),
        modules=list(modules.items()), measures=MEASURES, levers=LEVERS, families=parameters.FAMILIES,
        effects=_effects, summary=lambda name: summaries.get(name, _week_summary(name)),
        posts=f"{parameters.register()['authority.posts'].default:g}",
        team=f"{parameters.register()['authority.team_size'].default:g}",
    )  # fmt: skip


def _week_summary(name: str) -> str:
    """Summary of a phase that is defined outside behaviour, oversight and dynamics."""
    return _one_line((getattr(week, name).py_func.__doc__ or "").partition("\n\n")[0])


def _effects(lever: type[Lever]) -> str:
    return ", ".join(f"`{path}`" for path in dict.fromkeys(effect.path for effect in lever().effects()))


def assumptions() -> str:
    """Generate the log of structural assumptions."""
    rows = yaml.safe_load((_TEMPLATES / "assumptions.yaml").read_text(encoding="utf-8"))
    return _render("assumptions.md.j2", rows=rows)


DOCUMENTS: Final[Mapping[str, ReferenceDocument]] = {
    "odd": ReferenceDocument("description of the model for replication (ODD+D)", odd),
    "parameters": ReferenceDocument(
        "all parameters: symbol, unit, range, distribution, grade of evidence, source", provenance.markdown
    ),
    "assumptions": ReferenceDocument("structural assumptions: reasons, consequences and reliability", assumptions),
    "stress-abs": ReferenceDocument(
        "reporting checklist for agent-based simulation (STRESS-ABS)",
        lambda: _render("checklist.md.j2", title="STRESS-ABS", items=abs_items(_counts())),
    ),
    "stress-sd": ReferenceDocument(
        "reporting checklist for system dynamics (STRESS-SD)",
        lambda: _render("checklist.md.j2", title="STRESS-SD", items=sd_items(_counts())),
    ),
    "assurance": ReferenceDocument(
        "assurance statement: roles, tests, and what was not tested (AQuA Book)", lambda: _render("assurance.md.j2")
    ),
    "limits": ReferenceDocument("limits of the model", lambda: _render("limits.md.j2")),
}  # fmt: skip
"""Documents in the order in which reviewers request them."""
