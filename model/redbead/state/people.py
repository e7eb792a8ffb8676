"""Workers, managers and leaders: one row a post. A person is (post, spell), so successors never share dice."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

import numpy as np

from redbead import rng
from redbead.jit import kernel
from redbead.quantities import Column
from redbead.state.types import Reals, Whole

EMPTY: Final = 0
PERMANENT: Final = 1
AGENCY: Final = 2


class Workers(NamedTuple):
    """Case-holding posts of social workers; the posts of one authority stand in one block."""

    status: Annotated[Whole, Column("code", 0, 2, "0 empty, 1 permanent, 2 agency")]
    spell: Annotated[Whole, Column("count", 0, 1e6, "how many people have left this post")]
    team: Annotated[Whole, Column("row", 0, 1e6, "row of her manager")]
    experience: Annotated[Reals, Column("weeks", 0, 1e4, "weeks of practice since qualifying")]
    tenure: Annotated[Reals, Column("weeks", 0, 3e3, "weeks in this post")]
    skill: Annotated[Reals, Column("0-1", 0, 1, "share of what experience can teach")]
    fear: Annotated[Reals, Column("0-1", 0, 1, "expected personal cost of an error that becomes known")]
    peer_fear: Annotated[Reals, Column("0-1", 0, 1, "mean fear of the people around her")]
    burnout: Annotated[Reals, Column("0-1", 0, 1, "exhaustion, as an index")]
    commitment: Annotated[Reals, Column("sd", -8, 8, "what she cares for the work, against the average")]
    caseload: Annotated[Whole, Column("cases", 0, 1e4, "open cases she holds")]
    spare_capacity: Annotated[Reals, Column("cases", 0, 1e4, "cases she could still be given")]
    hours: Annotated[Reals, Column("hours/week", 0, 1e6, "hours for direct work, weighted by skill")]
    pressure: Annotated[Reals, Column("ratio", 0, 1e6, "hours that her cases need over the hours she has")]
    log_pressure: Annotated[Reals, Column("log", -3, 20, "natural logarithm of work pressure, held above ln 0.05")]
    time_per_case: Annotated[Reals, Column("ratio", 0, 1, "time per case over what the full standard asks")]
    throughput: Annotated[Reals, Column("ratio", 0, 2, "cases closed over what would close at full throughput")]
    errors_made: Annotated[Whole, Column("errors", 0, 1e4, "errors she made this week")]
    willingness: Annotated[Reals, Column("0-1", 0, 1, "chance to tell of a recognised error, by severity")]
    chance_of_leaving: Annotated[Reals, Column("0-1", 0, 1, "chance that she leaves this week")]
    uniform: Annotated[Reals, Column("0-1", 0, 1, "her uniform for the decision at hand")]
    dismissed: Annotated[Whole, Column("flag", 0, 1, "1 where she is dismissed this week")]
    last_known: Annotated[Whole, Column("week", -1e6, 1e6, "week in which an error of hers last became known")]
    last_sanction: Annotated[Whole, Column("week", -1e6, 1e6, "week of her last sanction")]
    last_withheld: Annotated[Whole, Column("week", -1e6, 1e6, "week in which she last withheld an error")]


class Managers(NamedTuple):
    """Team managers, one a team; the teams of one authority stand in one block."""

    spell: Annotated[Whole, Column("count", 0, 1e6, "how many managers have left this team")]
    tenure: Annotated[Reals, Column("weeks", 0, 3e3, "weeks in this post")]
    fear: Annotated[Reals, Column("0-1", 0, 1, "expected personal cost of bad news from her team")]
    own_blame: Annotated[Reals, Column("0-1", 0, 1, "her own leaning to answer an error with blame")]
    blame: Annotated[Reals, Column("0-1", 0, 1, "how far she answers errors with blame at present")]
    own_support: Annotated[Reals, Column("0-1", 0, 1, "her own leaning to support her team")]
    norm: Annotated[Reals, Column("0-1", 0, 1, "share of recognised errors that the team has lately told")]
    local_improvement: Annotated[
        Reals, Column("log", -9, 9, "fall of the team's error rate by ways of working of its own")
    ]
    escalation_chance: Annotated[Reals, Column("0-1", 0, 1, "chance that she passes a report up")]
    sanction_chance: Annotated[Reals, Column("0-1", 0, 1, "chance that an honest error is sanctioned")]
    staff: Annotated[Whole, Column("people", 0, 1e4, "workers in the team this week")]
    team_fear: Annotated[Reals, Column("0-1", 0, 1, "mean fear of the team")]
    team_burnout: Annotated[Reals, Column("0-1", 0, 1, "mean burnout of the team")]
    recognised: Annotated[Whole, Column("errors", 0, 1e6, "errors her team weighed this week")]
    raised: Annotated[Whole, Column("errors", 0, 1e6, "errors her team told this week")]
    sanctions: Annotated[Whole, Column("people", 0, 1e6, "sanctions in her team this week")]


class Leaders(NamedTuple):
    """Directors of children's services, one an authority."""

    spell: Annotated[Whole, Column("count", 0, 1e6, "how many directors have left")]
    tenure: Annotated[Reals, Column("weeks", 0, 3e3, "weeks in post")]
    interim: Annotated[Reals, Column("weeks", 0, 1e3, "weeks that an interim director still stands in")]
    fear: Annotated[Reals, Column("0-1", 0, 1, "expected personal cost of a bad grade or a scandal")]
    commitment: Annotated[Reals, Column("sd", -8, 8, "commitment to practice before compliance")]
    integrity: Annotated[Reals, Column("sd", -8, 8, "honesty with inspectors")]
    attention: Annotated[Reals, Column("0-1", 0, 1, "share of attention on what inspectors look for")]
    for_staff: Annotated[Reals, Column("0-1", 0, 1, "share of attention on staff and their practice")]


@kernel
def staff_in_post(workers: Workers, first: int, end: int) -> int:
    """How many of these posts somebody holds, agency staff included. [people]"""
    staff = 0
    for w in range(first, end):
        staff += workers.status[w] != EMPTY
    return staff


@kernel
def draw_for_workers(workers: Workers, seed: np.uint64, name: int, week: int, first: int, end: int) -> None:
    """Everyone's uniform for the decision `name`, in one short loop that the processor can run eight wide."""
    spell, roll = workers.spell[first:end], workers.uniform[first:end]
    for w in range(spell.size):
        roll[w] = rng.uniform(seed, name, week, rng.person(first + w, spell[w]))
