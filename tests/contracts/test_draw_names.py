"""Every random decision has its own draw: each name of ``rng`` is used by exactly one decision.

A draw depends only on seed, name, week and person. Two decisions about one error that use the same name therefore
receive the same number: an author would be sanctioned exactly when the report is escalated. No mean shows that.
"""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

import redbead
from redbead import rng

PACKAGE = Path(redbead.__file__).parent

SHARED = {
    "INSPECTOR": (
        ["oversight.inspection.visit.judge", "oversight.inspection.visit.sample_cases"],
        "strictness of the inspectors who visit in that week, for any kind of visit",
    ),
    "RECOGNITION": (
        ["behaviour.weekly.make_errors", "behaviour.weekly.recognise_later"],
        "one error is recognised in the week it is made or in a later week, never tested twice in a week",
    ),
    "COMMITMENT": (
        ["behaviour.staffing.hiring.initialise_starter", "engine.initial_state.initialise_post"],
        "commitment of a person: the first holder of a post (spell 0) or a successor",
    ),
    "MANAGER_PERSON": (
        ["behaviour.management._appoint", "engine.initial_state.initialise_authority"],
        "traits of a manager: the first of a team (spell 0) or a successor",
    ),
    "START": (
        ["engine.initial_state.initialise_post", "engine.initial_state.initialise_post"],
        "initial state of a post: four numbers from the blocks of weeks 0 and 1",
    ),
    "VISIT_DATE": (
        ["engine.initial_state.initialise_authority", "oversight.inspection.visit.inspect"],
        "date of the first visit (drawn in week 0, from week 8 on) or of the next (drawn at a visit)",
    ),
    "INTERIM": (
        ["behaviour.leadership.remove_director", "engine.initial_state.initialise_authority"],
        "time in post of the first director (drawn in week 0), or whether an interim director follows a departure",
    ),
    "SAMPLE": (
        ["oversight.inspection.visit.judge", "studies.lottery.grade_distribution.nominated_cases"],
        "sample of cases at a visit; the study computes the distribution of one sample outside any run",
    ),
}
"""Names that several places use, the places, and the reason why no two decisions receive the same number."""


def names_of_draws():
    """Names of all draws, as :mod:`redbead.rng` declares them."""
    return {name for name, value in vars(rng).items() if name.isupper() and isinstance(value, int)} - {"MAX_SEED"}


class Uses(ast.NodeVisitor):
    """Collects each use of ``rng.NAME`` with its function, and each draw whose name is not a constant of ``rng``."""

    def __init__(self, module):
        self.module, self.functions = module, []
        self.uses, self.unnamed = defaultdict(list), []

    def visit_FunctionDef(self, node):
        self.functions.append(node.name)
        self.generic_visit(node)
        self.functions.pop()

    def visit_Attribute(self, node):
        if isinstance(node.value, ast.Name) and node.value.id == "rng" and node.attr.isupper():
            self.uses[node.attr].append(".".join((self.module, *self.functions)))
        self.generic_visit(node)

    def visit_Call(self, node):
        if ast.unparse(node.func) in ("rng.uniform", "rng.pair") and not self.is_name_of_draw(node.args[1]):
            self.unnamed.append(f"{self.module}:{node.lineno}")
        self.generic_visit(node)

    @staticmethod
    def is_name_of_draw(argument):
        """Whether an argument is ``rng.NAME``, or the parameter ``name`` of a function that draws for its caller."""
        if isinstance(argument, ast.Attribute):
            return isinstance(argument.value, ast.Name) and argument.value.id == "rng"
        return isinstance(argument, ast.Name) and argument.id == "name"


def uses_in(source, module="example"):
    visitor = Uses(module)
    visitor.visit(ast.parse(source))
    return visitor


def sources():
    """Source and dotted name of every module of the package except ``rng`` itself."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        if module != "rng":
            yield path.read_text(encoding="utf-8"), module


@pytest.fixture(scope="module")
def package_uses():
    """All uses in the package by name, each with its place, and the draws without a constant name."""
    uses, unnamed = defaultdict(list), []
    for source, module in sources():
        in_module = uses_in(source, module)
        for name, places in in_module.uses.items():
            uses[name] += places
        unnamed += in_module.unnamed
    return dict(uses), unnamed


def test_every_name_is_used_by_exactly_one_decision(package_uses):
    """A name that a second decision uses fails here unless its reason is in ``SHARED``."""
    uses, _ = package_uses
    several = {name: sorted(places) for name, places in uses.items() if len(places) > 1}
    assert several == {name: places for name, (places, _reason) in SHARED.items()}


def test_every_declared_name_is_used_and_every_used_name_is_declared(package_uses):
    uses, _ = package_uses
    assert set(uses) == names_of_draws()


def test_every_draw_has_a_constant_name(package_uses):
    """A number, or a sum of names, could repeat the draw of another decision."""
    _, unnamed = package_uses
    assert unnamed == []


def test_no_module_imports_a_name_under_another_name():
    """The other tests see ``rng.NAME`` only."""
    for source, module in sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module == "redbead.rng":
                assert {alias.name for alias in node.names} <= {"MAX_SEED"}, module
            if isinstance(node, ast.ImportFrom) and node.module == "redbead":
                assert all(alias.asname is None for alias in node.names if alias.name == "rng"), module


def test_a_second_use_of_a_name_is_found():
    """The fault that this test exists for: the sanction drawn under the name of the escalation."""
    source = """
def respond(now, key):
    escalated = rng.uniform(now.seed, rng.PASS_UP, now.week, key) < 0.8
    sanctioned = rng.uniform(now.seed, rng.PASS_UP, now.week, key) < 0.1
    return escalated, sanctioned, rng.uniform(now.seed, 9, now.week, key)
"""
    result = uses_in(source)
    assert result.uses == {"PASS_UP": ["example.respond"] * 2}
    assert result.unnamed == ["example:5"]
