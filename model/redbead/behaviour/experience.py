r"""Fear from experience: sanctions and reproaches that workers remember, and trust in an announced just culture.

A worker remembers sanctions and reproaches, most those received, less those of the team, of informal contacts and of
others. What is remembered fades over about two years and adds to the target level of fear. An announcement lowers fear
at first and loses this effect unless workers then see fewer sanctions and reproaches than before it.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Service, WeeklyCounts
from redbead.state.constants import REFERENCE_POSTS
from redbead.state.maths import approach
from redbead.state.people import EMPTY, Managers, Workers
from redbead.state.world import Network, WeekContext


class Experience(NamedTuple):
    """Memory of sanctions and reproaches, and trust in announcements."""

    # fmt: off
    effect: Annotated[float, Param("0-1", 0, 0.8, "greatest effect of remembered sanctions and reproaches on fear",
        "assumed", "investigations and suspensions, not words, were counted: Kaur et al. 2019", ("kaur-2019",),
        symbol="f_E", causal_link=True)] = 0.6
    memory: Annotated[float, Param(
        "weeks", 13, 260, "time constant with which sanctions and reproaches are forgotten", symbol="tau_E",
        likely=(52, 208))] = 104.0
    team: Annotated[float, Param("ratio", 0, 1, "weight of a sanction of a team-mate relative to the worker's own",
        causal_link=True, likely=(0, 0.5))] = 0.2
    contacts: Annotated[float, Param(
        "ratio", 0, 1, "weight of a sanction of an informal contact relative to the worker's own", causal_link=True,
        likely=(0, 0.3))] = 0.1
    others: Annotated[float, Param(
        "ratio", 0, 0.2, "weight of a sanction of any other colleague in an authority of 120 posts", causal_link=True,
        likely=(0, 0.05))] = 0.01
    reproach: Annotated[float, Param("ratio", 0, 1, "weight of a reproach relative to a sanction", causal_link=True,
        likely=(0, 0.3))] = 0.1
    fairness: Annotated[float, Param("share", 0, 1.5, "reduction of these weights where a colleague's sanction is just",
        "assumed", "observers judge the punishment of real misconduct as fair: Trevino 1992", ("trevino-1992",),
        causal_link=True)] = 0.3
    words: Annotated[float, Param("0-1", 0, 0.3, "reduction of fear by a fully announced and trusted just culture",
        causal_link=True, likely=(0, 0.15))] = 0.05
    words_fade: Annotated[float, Param("weeks", 4, 156,
        "time constant with which trust in an announcement fades while experience does not confirm it",
        symbol="tau_w")] = 26.0
    # fmt: on


@rule
def fear_from_experience(remembered: float, c: Experience) -> float:
    r"""Contribution of remembered sanctions and reproaches to the target level of fear.

    Parameters
    ----------
    remembered : float
        Remembered sanctions and reproaches, weighted by closeness. [sanctions]
    c : Experience
        Coefficients.

    Returns
    -------
    float
        Contribution. [0-1]

    Notes
    -----
    Equation E235:

    .. math:: f = f_E (1 - e^{-R})

    where :math:`R` is ``remembered`` and :math:`f_E` is ``effect``. Without sanctions and reproaches it is 0.

    References
    ----------
    kaur-2019

    Examples
    --------
    >>> fear_from_experience(0.0, Experience(effect=0.5)), round(fear_from_experience(1.0, Experience(effect=0.5)), 3)
    (0.0, 0.316)
    """
    return c.effect * (1.0 - math.exp(-remembered))


@rule
def confirmation(remembered: float, at_announcement: float) -> float:
    r"""Extent to which experience confirms an announced just culture.

    Parameters
    ----------
    remembered : float
        What staff remember now, on average. [sanctions]
    at_announcement : float
        What staff remembered when the culture was announced. [sanctions]

    Returns
    -------
    float
        1 if nothing is remembered, 0 if as much as before or more. [0-1]

    Notes
    -----
    Equation E236:

    .. math:: k = \max(0,\; 1 - R / R_0)

    where :math:`R` is ``remembered`` and :math:`R_0` is ``at_announcement``. Where nothing was remembered before, there
    is nothing to confirm: :math:`k = 0`.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> confirmation(0.5, 2.0), confirmation(3.0, 2.0), confirmation(0.0, 0.0)
    (0.75, 0.0, 0.0)
    """
    if at_announcement <= 0.0:
        return 0.0
    return max(0.0, 1.0 - remembered / at_announcement)


@kernel
def update_experience(
    workers: Workers, managers: Managers, network: Network, counts: WeeklyCounts, posts: int, c: Experience,
    now: WeekContext,
) -> None:  # fmt: skip
    r"""Add this week's sanctions and reproaches to what workers remember, and compute the resulting fear.

    Reads ``last_sanction``, ``last_just_sanction`` and ``reproaches`` of the workers, ``sanctions``, ``just_sanctions``
    and ``reproaches`` of the teams, and the counts of both. Writes ``workers.experienced`` and
    ``workers.fear_from_experience``. The sum depends on events of the week only, so the order of workers is irrelevant.

    Parameters
    ----------
    posts : int
        Posts of the authority at the start. [posts]

    Notes
    -----
    Equation E237, for the own events :math:`x` of the worker, those of the team :math:`x_j`, of contacts :math:`x_c`
    and of the authority :math:`x_a`, each a number of sanctions plus ``reproach`` times a number of reproaches:

    .. math:: R \leftarrow R e^{-1/\tau_E} + x + w_t (x_j - x) + w_c x_c + \min(w_t, 120 \, w_o / N)(x_a - x_j)

    A colleague's sanction for a violation or misconduct counts :math:`1 - \phi` (``fairness``).
    """
    if c.effect <= 0.0 and c.words <= 0.0:
        return
    a = now.authority
    kept = 1.0 - approach(c.memory)
    others = min(c.team, c.others * REFERENCE_POSTS / float(posts))
    all_events = counts.sanctions[a] + c.reproach * counts.reproaches[a]
    for t in range(now.first_team, now.end_team):
        all_events -= c.fairness * managers.just_sanctions[t]
    for w in range(now.first_post, now.end_post):
        if workers.status[w] == EMPTY:
            continue
        t = workers.team[w]
        of_team = managers.sanctions[t] - c.fairness * managers.just_sanctions[t] + c.reproach * managers.reproaches[t]
        seen = _events_of(workers, w, 0.0, c, now)
        seen += c.team * (of_team - _events_of(workers, w, c.fairness, c, now)) + others * (all_events - of_team)
        workers.experienced[w] = workers.experienced[w] * kept + seen
    for w in range(now.first_post, now.end_post):
        events = _events_of(workers, w, c.fairness, c, now)
        if events != 0.0:
            for k in range(network.first[w], network.first[w + 1]):
                friend = network.friend[k]
                if workers.status[friend] != EMPTY:
                    workers.experienced[friend] += c.contacts * events
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            workers.experienced[w] = max(0.0, workers.experienced[w])
            workers.fear_from_experience[w] = fear_from_experience(workers.experienced[w], c)


@rule
def _events_of(workers: Workers, w: int, fairness: float, c: Experience, now: WeekContext) -> float:
    """Sanctions and weighted reproaches of one worker this week; a just sanction counts one minus ``fairness``."""
    events = c.reproach * float(workers.reproaches[w])
    if workers.last_sanction[w] == now.week:
        events += 1.0 - fairness if workers.last_just_sanction[w] == now.week else 1.0
    return events


@kernel
def update_trust(workers: Workers, service: Service, just: float, c: Experience, now: WeekContext) -> None:
    r"""Update trust in an announced just culture, and the reduction of fear by the announcement.

    Reads ``workers.experienced`` and ``service.embedded``. Writes ``announced_trust``, ``experienced_then`` and
    ``reassurance`` of the service.

    Parameters
    ----------
    just : float
        Extent to which a just culture is announced. [0-1]

    Notes
    -----
    Equation E238: trust :math:`W` is 1 when a culture is announced and then fades with the time constant
    :math:`\tau_w`, as far as experience does not confirm the announcement (E236). The reduction of fear is
    :math:`w \, W j e` for ``words`` :math:`w`, the announcement :math:`j` and its embedded share :math:`e`:

    .. math:: W \leftarrow W - W (1 - k)(1 - e^{-1/\tau_w})
    """
    if c.words <= 0.0:
        return
    a = now.authority
    total = 0.0
    staff = 0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            total += workers.experienced[w]
            staff += 1
    remembered = total / max(1, staff)
    if just <= 0.0:
        service.announced_trust[a] = 1.0
        service.experienced_then[a] = remembered
    else:
        fading = (1.0 - confirmation(remembered, service.experienced_then[a])) * approach(c.words_fade)
        service.announced_trust[a] -= service.announced_trust[a] * fading
    service.reassurance[a] = c.words * service.announced_trust[a] * just * service.embedded[a]
