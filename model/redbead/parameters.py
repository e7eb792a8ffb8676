"""All families of parameters, their YAML paths, and the conversion between rows of numbers and coefficients.

A path such as ``reporting.fear`` identifies one parameter. A row contains the values of all parameters in a fixed
order. A schedule has one row per distinct week of a scenario, with the effects of its levers applied.
"""

from __future__ import annotations

import difflib
import functools
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, get_type_hints

import numpy as np

from redbead.behaviour.blame import Blame
from redbead.behaviour.burnout import Burnout
from redbead.behaviour.case_allocation import Caseload
from redbead.behaviour.error_generation import Practice
from redbead.behaviour.error_outcomes import ErrorOutcomes
from redbead.behaviour.fear import Fear
from redbead.behaviour.leadership import Leadership
from redbead.behaviour.learning import Lessons
from redbead.behaviour.manager_response import Response
from redbead.behaviour.reporting import Reporting
from redbead.behaviour.staffing import Staffing
from redbead.behaviour.workload import Workload
from redbead.dynamics.demand import Demand
from redbead.dynamics.finance import Cost
from redbead.dynamics.quality import Quality
from redbead.dynamics.structural_change import Change
from redbead.jit import family, rule
from redbead.oversight.consequences import Consequences, Takeover
from redbead.oversight.inspection import Inspection
from redbead.oversight.publicity import Publicity
from redbead.quantities import Declared, Param, declared
from redbead.state.types import Reals

DATA_FOLDER: Final = Path(__file__).parent / "data"
"""Folder of published figures and of the register of sources."""


class Authority(NamedTuple):
    """Parameters of the size and structure of one authority."""

    posts: Annotated[
        float,
        Param(
            "posts",
            6,
            20000,
            "case-holding posts of social workers",
            "measured",
            "median authority: 119 case holders, DfE workforce 2025",
            whole=True,
        ),
    ] = 120.0
    team_size: Annotated[
        float,
        Param(
            "posts",
            2,
            20,
            "posts per team manager",
            "assumed",
            "4 to 8; none published nationally",
            whole=True,
        ),
    ] = 6.0
    caseload: Annotated[
        float,
        Param(
            "cases",
            5,
            40,
            "cases per worker at the start of the simulation",
            "measured",
            "15.2 (2025) to 17.8 (2017): DfE workforce",
        ),
    ] = 16.4
    friends: Annotated[
        float,
        Param(
            "people",
            0,
            20,
            "informal ties per worker (an even number)",
            "assumed",
            "small world: Watts and Strogatz 1998",
            whole=True,
        ),
    ] = 4.0
    rewired: Annotated[float, Param("share", 0, 1, "share of informal ties between distant teams")] = 0.1
    extra_posts: Annotated[
        float, Param("share", -0.3, 1, "funded posts relative to the establishment; below 0 the service is underfunded")
    ] = 0.0


class Coefficients(NamedTuple):
    """All parameters of one week, by family."""

    authority: Authority
    demand: Demand
    caseload: Caseload
    workload: Workload
    practice: Practice
    aftermath: ErrorOutcomes
    reporting: Reporting
    response: Response
    lessons: Lessons
    fear: Fear
    blame: Blame
    burnout: Burnout
    staffing: Staffing
    leadership: Leadership
    inspection: Inspection
    consequences: Consequences
    takeover: Takeover
    publicity: Publicity
    quality: Quality
    change: Change
    cost: Cost


FAMILIES: Final[dict[str, type[Any]]] = {
    name: hint for name, hint in get_type_hints(Coefficients).items() if hasattr(hint, "_fields")
}
_ENDS = tuple(accumulate(len(f._fields) for f in FAMILIES.values()))
(_DEMAND, _CASELOAD, _WORKLOAD, _PRACTICE, _AFTERMATH, _REPORTING, _RESPONSE, _LESSONS, _FEAR, _BLAME, _BURNOUT,
 _STAFFING, _LEADERSHIP, _INSPECTION, _CONSEQUENCES, _TAKEOVER, _PUBLICITY, _QUALITY, _CHANGE, _COST,
 SIZE) = _ENDS  # fmt: skip


@functools.cache
def register() -> dict[str, Declared]:
    """Return all parameters by path, in the order of a row."""
    return {f"{name}.{item.name}": item for name, kind in FAMILIES.items() for item in declared(kind)}


@functools.cache
def index_of(path: str) -> int:
    """Return the position of a parameter in a row.

    Parameters
    ----------
    path : str
        Path, such as ``reporting.fear``.

    Raises
    ------
    ValueError
        If no parameter has this path.
    """
    return list(register()).index(path)


def nearest(path: str) -> str | None:
    """Return the most similar path of a parameter, or None if no path is similar."""
    matches = difflib.get_close_matches(path, register(), 1)
    if not matches:
        tail = path.rpartition(".")[2]
        matches = [p for p in register() if p.rpartition(".")[2] == tail][:1]
    return matches[0] if matches else None


def default_row() -> Reals:
    """Return the default values of all parameters as a row."""
    return np.array([item.default for item in register().values()])


@rule
def coefficients(row: Reals) -> Coefficients:
    """Coefficients of one week.

    Parameters
    ----------
    row : numpy.ndarray
        Values of all parameters in the order of :func:`register`. Shape [parameters].

    Returns
    -------
    Coefficients
        The values by family.

    Examples
    --------
    >>> coefficients(default_row()).authority.posts
    120.0
    """
    return Coefficients(
        family(Authority, row[0:]),
        family(Demand, row[_DEMAND:]),
        family(Caseload, row[_CASELOAD:]),
        family(Workload, row[_WORKLOAD:]),
        family(Practice, row[_PRACTICE:]),
        family(ErrorOutcomes, row[_AFTERMATH:]),
        family(Reporting, row[_REPORTING:]),
        family(Response, row[_RESPONSE:]),
        family(Lessons, row[_LESSONS:]),
        family(Fear, row[_FEAR:]),
        family(Blame, row[_BLAME:]),
        family(Burnout, row[_BURNOUT:]),
        family(Staffing, row[_STAFFING:]),
        family(Leadership, row[_LEADERSHIP:]),
        family(Inspection, row[_INSPECTION:]),
        family(Consequences, row[_CONSEQUENCES:]),
        family(Takeover, row[_TAKEOVER:]),
        family(Publicity, row[_PUBLICITY:]),
        family(Quality, row[_QUALITY:]),
        family(Change, row[_CHANGE:]),
        family(Cost, row[_COST:]),
    )
