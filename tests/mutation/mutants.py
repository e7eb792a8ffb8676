"""Mutants of the rules and analyses: small faults that a test must notice, and a fixed sample of them.

The operators are those of cosmic-ray, applied through its API. Its own runner was not suitable: it has no sample, runs
one test command for all mutants, and edits files in place. mutmut 3 skips decorated functions, which all rules are.
"""

import ast
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "model" / "redbead"
FOLDERS = ("behaviour", "oversight", "dynamics", "analysis")
SIZE = 300
SEED = 20151214

OPERATORS = [
    *("ReplaceBinaryOperator_" + pair for pair in (
        "Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul", "BitOr_BitAnd",
        "BitAnd_BitOr", "LShift_RShift", "RShift_LShift",
    )),
    *("ReplaceComparisonOperator_" + pair for pair in (
        "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt", "Eq_NotEq", "NotEq_Eq",
        "Is_IsNot", "IsNot_Is",
    )),
    "ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Not", "AddNot", "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak", "ZeroIterationForLoop", "NumberReplacer",
]  # fmt: skip
"""Each operator is replaced by its neighbour or its opposite. Replacing ``+`` by ``<<`` as well would only add faults
that raise an error at once, and so raise the score."""


@dataclass(frozen=True)
class Mutant:
    """One fault: an operator applied at one place of a module.

    ``key`` depends on the text of the line, not on its number, so that an edit elsewhere does not change the sample.
    """

    key: str
    path: Path
    function: str
    line: int
    operator: str
    occurrence: int

    @property
    def module(self):
        """Dotted name of the module."""
        parts = self.path.relative_to(PACKAGE.parent).with_suffix("").parts
        return ".".join(part for part in parts if part != "__init__")

    @property
    def folder(self):
        """Folder of the module in the package."""
        return self.path.relative_to(PACKAGE).parts[0]

    def source(self):
        """Source of the module with the fault."""
        return mutate_code(self.path.read_text(encoding="utf-8"), operator_of(self.operator), self.occurrence)

    def change(self):
        """The changed line, before and after."""
        before = self.path.read_text(encoding="utf-8").splitlines()
        after = self.source().splitlines()
        differing = [(a.strip(), b.strip()) for a, b in zip(before, after, strict=False) if a != b]
        return differing[0] if differing else ("", "")


def operator_of(name):
    """An operator of cosmic-ray."""
    return get_operator(f"core/{name}")()


def ranges_of_code(source):
    """Ranges of positions that are code, with the name of their function; and ranges within them that are not.

    Bodies of functions and of lambdas are code. Declarations of parameters and constants are data: the contract tests
    and the generated documents hold them. Annotations, defaults, decorators and docstrings are not code either.
    """
    code, other = [], []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            other += [range_of(part) for part in (*node.decorator_list, node.args, node.returns) if has_place(part)]
            code += [(*range_of(statement), node.name) for statement in body]
        if isinstance(node, ast.Lambda):
            code.append((*range_of(node.body), "lambda"))
        if isinstance(node, ast.AnnAssign):
            other.append(range_of(node.annotation))
        if isinstance(node, ast.arguments):
            other += [range_of(part) for part in ast.walk(node) if has_place(part)]
    return code, other


def has_place(node):
    """Whether a node has a position in the source."""
    return node is not None and hasattr(node, "lineno")


def range_of(node):
    """First and last position of a node."""
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def mutants_of(path):
    """All mutants of a module."""
    source = path.read_text(encoding="utf-8")
    lines, tree, found, seen = source.splitlines(), get_ast(source), [], {}
    code, other = ranges_of_code(source)
    name = path.relative_to(PACKAGE).as_posix()
    for operator in OPERATORS:
        positions = [place[0] for node in ast_nodes(tree) for place in operator_of(operator).mutation_positions(node)]
        for occurrence, place in enumerate(positions):
            functions = [function for start, end, function in code if start <= place < end]
            if not functions or any(start <= place < end for start, end in other):
                continue
            text = f"{SEED} {name} {functions[-1]} {lines[place[0] - 1].strip()} {operator}"
            seen[text] = seen.get(text, 0) + 1
            key = hashlib.sha256(f"{text} {seen[text]}".encode()).hexdigest()[:12]
            found.append(Mutant(key, path, functions[-1], place[0], operator, occurrence))
    return found


def all_mutants():
    """All mutants of the four folders."""
    return [m for folder in FOLDERS for path in sorted((PACKAGE / folder).rglob("*.py")) for m in mutants_of(path)]


def sample(mutants, size=SIZE):
    """The valid mutants with the smallest keys: a simple random sample that changes little with edits."""
    chosen = []
    for mutant in sorted(mutants, key=lambda m: m.key):
        if len(chosen) == size:
            break
        try:
            compile(mutant.source(), str(mutant.path), "exec")
        except SyntaxError:
            continue
        chosen.append(mutant)
    return sorted(chosen, key=lambda m: (m.path, m.line, m.operator, m.occurrence))
