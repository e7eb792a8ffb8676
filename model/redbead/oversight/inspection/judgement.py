"""Rules of judgement: stakes, threat, grades, and the severity of a published report (E30, E32)."""

from __future__ import annotations

from redbead.jit import rule
from redbead.oversight.inspection.parameters import Inspection
from redbead.state.constants import GOOD, INADEQUATE, OUTSTANDING, REQUIRES_IMPROVEMENT
from redbead.state.maths import clip01, logistic


@rule
def effective_stakes(c: Inspection) -> float:
    r"""Stakes of an inspection for the leaders of the authority; zero without visits.

    Parameters
    ----------
    c : Inspection
        Coefficients: ``stakes`` and the switch ``visits``.

    Returns
    -------
    float
        Effective stakes. [0-1]

    Notes
    -----
    Equation E180:

    .. math:: s = v \, s_0

    where :math:`v` is 1 if inspectors visit at all and 0 otherwise.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> effective_stakes(Inspection()), effective_stakes(Inspection(visits=0.0))
    (0.7, 0.0)
    """
    return c.stakes * c.visits


@rule
def threat(weeks_since: float, severity: float, c: Inspection) -> float:
    r"""Perceived threat of the next judgement.

    Parameters
    ----------
    weeks_since : float
        Time since the last visit. [weeks]
    severity : float
        Severity of the last published report; 1 for the label "inadequate". [0-1]
    c : Inspection
        Coefficients: ``stakes``, ``visits`` and ``cycle_weeks``.

    Returns
    -------
    float
        Perceived threat. [0-1]

    Notes
    -----
    Equation E30:

    .. math:: T = s \left[0.4 + 0.3\,\sigma\!\left(\frac{t - 0.7\,T_c}{13}\right) + 0.3\,r\right]

    where :math:`s` are the effective stakes (E180), :math:`t` is the time since the last visit, :math:`T_c` the length
    of the inspection cycle, :math:`r` the severity of the last report and :math:`\sigma` the logistic function. The
    threat rises when about 70 % of the cycle has passed. Without stakes or visits it is 0.

    References
    ----------
    lga-inspection, science-notes

    Examples
    --------
    >>> threat(156.0, 1.0, Inspection(stakes=0.0))
    0.0
    >>> threat(200.0, 0.0, Inspection()) > threat(10.0, 0.0, Inspection())
    True
    """
    due = logistic((weeks_since - 0.7 * c.cycle_weeks) / 13.0)
    return effective_stakes(c) * (0.4 + 0.3 * due + 0.3 * severity)


@rule
def grade_of(share: float, c: Inspection) -> int:
    r"""Grade that follows from a share of poor cases.

    Parameters
    ----------
    share : float
        Share of poor cases in the sample. [0-1]
    c : Inspection
        Coefficients: ``limit_outstanding``, ``limit_good`` and ``limit_inadequate``.

    Returns
    -------
    int
        0 outstanding, 1 good, 2 requires improvement, 3 inadequate. [code]

    Notes
    -----
    Equation E32:

    .. math::

        g = \begin{cases}
        0 & x < l_0 \\ 1 & l_0 \le x < l_1 \\ 2 & l_1 \le x < l_2 \\ 3 & x \ge l_2
        \end{cases}

    where :math:`x` is the share and :math:`l_0 < l_1 < l_2` are the limits.

    References
    ----------
    ofsted-outcomes-2025

    Examples
    --------
    >>> [grade_of(s, Inspection()) for s in (0.0, 0.1, 0.2, 0.5)]
    [0, 1, 2, 3]
    """
    if share < c.limit_outstanding:
        return OUTSTANDING
    if share < c.limit_good:
        return GOOD
    return REQUIRES_IMPROVEMENT if share < c.limit_inadequate else INADEQUATE


@rule
def near_grade_limit(share: float, c: Inspection) -> bool:
    r"""Whether a share of poor cases is so close to a grade limit that inspectors look at more cases.

    Parameters
    ----------
    share : float
        Share of poor cases in the first sample. [0-1]
    c : Inspection
        Coefficients: the three grade limits and ``adaptive_margin``.

    Returns
    -------
    bool
        True if the distance to the nearest limit does not exceed the margin.

    Notes
    -----
    Equation E183:

    .. math:: \min_i |x - l_i| \le \delta

    where :math:`l_i` are the limits of E32 and :math:`\delta` is the margin.

    References
    ----------
    ofsted-handbook-2017

    Examples
    --------
    >>> [near_grade_limit(share, Inspection()) for share in (0.10, 0.24, 0.30)]
    [True, False, True]
    """
    nearest = min(abs(share - c.limit_good), abs(share - c.limit_inadequate))
    return min(nearest, abs(share - c.limit_outstanding)) <= c.adaptive_margin


@rule
def narrative_severity(share: float, c: Inspection) -> float:
    r"""Severity of a report that uses words instead of a grade.

    Parameters
    ----------
    share : float
        Share of poor cases in the sample. [0-1]
    c : Inspection
        Coefficients: ``limit_good`` and ``narrative_full``.

    Returns
    -------
    float
        Severity of the report, where 1 equals the label "inadequate". [0-1]

    Notes
    -----
    Equation E185:

    .. math:: r_w = \min\!\left(1, \max\!\left(0, \frac{x - l_1}{x_f - l_1}\right)\right)

    where :math:`l_1` is the limit of the grade "good" and :math:`x_f` the share at which words are as severe as the
    label. The severity is continuous, so one case more or less never decides a career. At or below the limit of
    "good" it is 0.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> [round(narrative_severity(share, Inspection()), 3) for share in (0.10, 0.33, 0.90)]
    [0.0, 0.514, 1.0]
    """
    return clip01((share - c.limit_good) / max(1e-9, c.narrative_full - c.limit_good))


@rule
def report_severity(grade: int, share: float, c: Inspection) -> float:
    r"""Severity of a published report.

    Parameters
    ----------
    grade : int
        Published grade, 0 outstanding to 3 inadequate. [code]
    share : float
        Share of poor cases on which the judgement is based. [0-1]
    c : Inspection
        Coefficients: ``narrative``, ``narrative_full`` and the grade limits.

    Returns
    -------
    float
        Severity of the report, where 1 equals the label "inadequate". [0-1]

    Notes
    -----
    Equation E186:

    .. math:: r = r_l + w (r_w - r_l)

    where :math:`r_l` is 1 for "inadequate" and 0 for any other grade, :math:`w` is the extent to which words replace
    the label, and :math:`r_w` is the severity of E185. If the grade does not follow from the sample (exposed gaming),
    :math:`r_w = r_l`.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> report_severity(3, 0.34, Inspection()), report_severity(2, 0.32, Inspection())
    (1.0, 0.0)
    >>> words = Inspection(narrative=1.0)
    >>> report_severity(3, 0.34, words) - report_severity(2, 0.32, words) < 0.06
    True
    """
    label = 1.0 if grade == INADEQUATE else 0.0
    words = narrative_severity(share, c) if grade_of(share, c) == grade else label
    return label + c.narrative * (words - label)


@rule
def lowest_share(grade: int, c: Inspection) -> float:
    r"""Smallest share of poor cases that leads to a grade.

    Parameters
    ----------
    grade : int
        Grade, 0 outstanding to 3 inadequate. [code]
    c : Inspection
        Coefficients: the three grade limits.

    Returns
    -------
    float
        Lower limit of the grade. [0-1]

    Notes
    -----
    Equation E187, the inverse of E32:

    .. math:: x_{\min}(g) = (0, l_0, l_1, l_2)_g

    It replaces the sample when an experiment imposes a grade.

    References
    ----------
    ofsted-outcomes-2025

    Examples
    --------
    >>> [lowest_share(grade, Inspection()) for grade in (0, 1, 2, 3)]
    [0.0, 0.02, 0.15, 0.33]
    """
    if grade == OUTSTANDING:
        return 0.0
    if grade == GOOD:
        return c.limit_outstanding
    return c.limit_good if grade == REQUIRES_IMPROVEMENT else c.limit_inadequate
