"""Numbered equations: each number resolves, each rule is listed, each documented equation is what the rule computes."""

import inspect
import math
import re
import subprocess
from pathlib import Path

import make_equations
import pytest
import yaml

import redbead
from redbead.parameters import FAMILIES
from redbead.report.documents import rules

ROOT = Path(__file__).parents[2]
FAMILY_FOLDERS = ("behaviour", "oversight", "dynamics")
NUMBER = re.compile(r"(?<![\w.#=/-])(E\d{1,3}[a-z]?|L-[RB]\d{1,2}|T\d{1,2}|C\d{1,3})(?![\w.%-])")
NOT_A_NUMBER = re.compile(r"E402|E501")
"""Codes of the linter."""
ENTRIES = make_equations.entries()


def public_rules():
    """Every public scalar rule of the families by dotted path; random draws are tested against their distributions."""
    paths = [f"{rule.module}.{rule.name}" for rule in rules() if rule.scalar and not rule.name.startswith("_")]
    functions = {path: make_equations.function_of(path) for path in paths}
    return {path: f for path, f in functions.items() if "seed" not in inspect.signature(f).parameters}


RULES = public_rules()


def test_every_public_rule_is_listed_once():
    listed = [entry.rule for entry in ENTRIES if entry.rule.split(".")[1] in FAMILY_FOLDERS]
    assert sorted(listed) == sorted(RULES)
    ids = [entry.id for entry in ENTRIES]
    assert len(ids) == len(set(ids))


@pytest.mark.cases("path", sorted(RULES))
def test_a_rule_documents_equation_units_and_sources(path):
    text = inspect.getdoc(RULES[path])
    for section in ("Parameters", "Returns", "Notes"):
        assert re.search(rf"^{section}\n-+$", text, re.MULTILINE), f"no section {section}"
    assert ".. math::" in text
    assert re.search(r"Equation E\d+", text)
    assert re.search(r"^References\n-+$", text, re.MULTILINE) or "Assumed." in text
    assert ">>>" in text
    signature = inspect.signature(RULES[path])
    documented = text[text.index("Parameters\n") : text.index("Returns\n")]
    for name in signature.parameters:
        assert re.search(rf"^[\w, ]*\b{name}\b[\w, ]* :", documented, re.MULTILINE), (
            f"parameter {name} is not described"
        )


@pytest.mark.cases("path", sorted(RULES))
def test_the_number_in_a_docstring_is_the_number_in_the_list(path):
    numbers = {entry.id for entry in ENTRIES if entry.rule == path}
    text = inspect.getdoc(RULES[path])
    documented = {re.sub("[a-z]$", "", n) for n in re.findall(r"E\d+[a-z]?", text)}
    assert {re.sub("[a-z]$", "", n) for n in numbers} <= documented


@pytest.mark.cases("path", sorted(RULES))
def test_reference_keys_are_in_the_bibliography(path):
    keys = set(
        re.findall(r"^@\w+\{([^,]+),", (ROOT / "docs" / "references.bib").read_text(encoding="utf-8"), re.MULTILINE)
    )
    text = inspect.getdoc(RULES[path])
    match = re.search(r"^References\n-+\n(.+?)(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    keys_in_text = re.split(r"[,;\s]+", match[1].strip().rstrip(".")) if match else []
    for key in (key for key in keys_in_text if key != "Assumed"):
        assert key in keys, f"{key} is not in docs/references.bib"


def clip01(x):
    return min(1.0, max(0.0, x))


def logistic(x):
    return 1.0 / (1.0 + math.exp(-x))


def logit(p):
    return math.log(p / (1.0 - p))


NAMES = {
    **{name: getattr(math, name) for name in ("exp", "log", "sqrt", "floor", "pi", "hypot")},
    "min": min,
    "max": max,
    "abs": abs,
    "clip01": clip01,
    "logistic": logistic,
    "logit": logit,
    "int": int,
    "float": float,
}


def coefficients_of(function, given):
    """The rule's coefficients: its family at its defaults, with the fields that the point sets."""
    annotation = inspect.signature(function, eval_str=True).parameters["c"].annotation
    assert annotation in FAMILIES.values()
    return annotation()._replace(**given)


@pytest.mark.cases("entry", ENTRIES, ids=[entry.id for entry in ENTRIES])
def test_the_documented_equation_is_what_the_rule_computes(entry):
    function = make_equations.function_of(entry.rule)
    assert len(entry.points) >= 3
    for point in entry.points:
        arguments = dict(point)
        overrides = arguments.pop("c", {})
        if "c" in inspect.signature(function).parameters:
            arguments["c"] = coefficients_of(function, overrides)
        values = {**NAMES, **arguments}
        for name, expression in entry.lets.items():
            values[name] = eval(expression, {"__builtins__": {}}, values)
        expected = eval(entry.expression, {"__builtins__": {}}, values)
        result = function(**arguments)
        if isinstance(expected, tuple):
            assert tuple(result) == pytest.approx(expected, rel=1e-12, abs=1e-12), point
        else:
            assert result == pytest.approx(expected, rel=1e-12, abs=1e-12), point


def test_points_distinguish_the_equation_from_a_constant():
    for entry in ENTRIES:
        points = [yaml.safe_dump(point) for point in entry.points]
        assert len(set(points)) == len(points), f"{entry.id} repeats a point"


def known_numbers():
    notes = yaml.safe_load((ROOT / "docs" / "equations" / "notes.yaml").read_text(encoding="utf-8"))
    numbered = yaml.safe_load((ROOT / "docs" / "equations" / "numbered.yaml").read_text(encoding="utf-8"))
    listed = {item["id"] for group in notes.values() for item in group}
    in_kernels = set(make_equations.kernels())
    return listed | set(numbered) | in_kernels | {entry.id for entry in ENTRIES} | {entry.number for entry in ENTRIES}


def texts_with_numbers():
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    folders = ("model/", "tests/", "checks/", "scenarios/", "docs/", "benchmarks/", "README", "CONTRIBUTING")
    kinds = (".py", ".yaml", ".md", ".j2", ".ipynb")
    skipped = ("docs/equations", "tests/docs/test_equations.py", "tests/unit/studies/behaviour_checks/")
    return [
        n
        for n in names
        if n.startswith(folders) and n.endswith(kinds) and not n.startswith(skipped) and (ROOT / n).is_file()
    ]


def test_every_number_in_code_tests_and_checks_resolves():
    known = known_numbers()
    unresolved = [
        f"{name}: {number}"
        for name in texts_with_numbers()
        for number in NUMBER.findall((ROOT / name).read_text(encoding="utf-8"))
        if number not in known and not NOT_A_NUMBER.fullmatch(number)
    ]
    assert not unresolved


def test_the_page_of_equations_is_up_to_date():
    written = make_equations.PAGE.read_text(encoding="utf-8")
    assert written == make_equations.page(), "python docs/build.py"


def test_docstrings_are_at_least_three_tenths_of_the_rule_modules():
    import ast

    for folder in FAMILY_FOLDERS:
        described = code = 0
        for path in (Path(redbead.__file__).parent / folder).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            lines = {
                number
                for number, line in enumerate(source.splitlines(), 1)
                if line.strip() and not line.strip().startswith("#")
            }
            docstrings = {
                number
                for node in ast.walk(ast.parse(source))
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
                for number in range(node.body[0].lineno, node.body[0].end_lineno + 1)
            }
            described += len(lines & docstrings)
            code += len(lines - docstrings)
        assert described / (described + code) >= 0.30, folder
