"""Names of policies: names of generated policies, and names that a comparison refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from redbead.exceptions import is_printable, printable
from redbead.execution.runs import slug
from redbead.scenario.yaml_reader import KeyPath
from redbead.studies.comparison.spec import MAX_POLICIES, BatchDraft, ErrorCollector


def combination_name(policy: str, values: Mapping[str, Any]) -> str:
    """Name of the policy with one combination of the values of a grid.

    A value is named by the last part of its path, or by the whole path if two paths have the same last part. Nothing is
    shortened, so that different combinations have different names.

    Parameters
    ----------
    policy : str
        Name of the policy that the grid varies.
    values : mapping
        Values by path.

    Examples
    --------
    >>> combination_name("learning", {"levers.just-culture.dose": 0.5, "fear.blame": 0.1})
    'learning: dose 0.5, blame 0.1'
    >>> combination_name("today", {"fear.floor": 0.1, "burnout.floor": 0})
    'today: fear.floor 0.1, burnout.floor 0'
    """
    last = {path: path.rpartition(".")[2] for path in values}
    uses = Counter(last.values())
    labels = {path: path if uses[word] > 1 else word for path, word in last.items()}
    return f"{policy}: {', '.join(f'{labels[path]} {value}' for path, value in values.items())}"


def too_many_policies(count: int, item: str = "policies") -> tuple[str, str]:
    """Describe a comparison with too many policies, mixes or combinations of values.

    Examples
    --------
    >>> too_many_policies(250, "combinations")[0]
    'has 250 combinations, but a comparison has at most 200 policies'
    """
    hint = "List fewer policies, mixes or values of the grid, or draw the parameters with 'uncertainty'."
    return f"has {count:,} {item}, but a comparison has at most {MAX_POLICIES} policies", hint


def check_names(policies: Iterable[str], draft: BatchDraft, errors: ErrorCollector) -> None:
    """Report names that cannot be printed, and names that are too similar to have separate files.

    Parameters
    ----------
    policies : iterable of str
        Names of all policies, including generated ones.
    draft : BatchDraft
        The request, which shows where each name comes from.
    errors : ErrorCollector
        Receives the errors.
    """
    names: dict[str, str] = {}
    for name in policies:
        place = _place(name, draft)
        if not name.strip():
            errors.add(place, "has an empty name", "Write at least one letter or digit.")
        elif not is_printable(name):
            what = f"'{printable(name)}' has a character that cannot be printed, such as a tab or a line break"
            errors.add(place, what, "Remove this character.")
        elif (previous := names.setdefault(slug(name), name)) != name:
            what = f"is too similar to '{previous}': both become '{slug(name)}' in file names"
            hint = "Names must differ in letters or digits, not only in capital letters, spaces or punctuation."
            errors.add(place, what, hint)


def _place(name: str, draft: BatchDraft) -> KeyPath:
    """Place in a batch file from which the name of a policy comes."""
    section = "policies" if name in draft.policies else "mix"
    return (section, name) if name in draft.policies or name in draft.mix else ("grid", "values", name)
