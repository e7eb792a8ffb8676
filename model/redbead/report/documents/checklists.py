"""STRESS checklists [Monks2018]_, filled in for the model and its baseline.

.. [Monks2018] Monks et al.: Strengthening the reporting of empirical simulation studies. J. Simulation 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from redbead.report.documents import gather

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
        ("5.2", "Random sampling", f"Threefry 2x64, {len(gather.draws())} named draws, keyed by seed, name, week and person"),
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
        ("2.2", "Base model logic", f"{len(gather.phases())} phases a week: [odd.md](odd.md), section 3"),
        ("2.3", "Scenario logic", "Levers bend parameters with a dose by week: [odd.md](odd.md), section 7; a file each"),
        ("2.4", "Algorithms and rules", f"{len(gather.rules())} rules and kernels with their equations: [odd.md](odd.md), "
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
