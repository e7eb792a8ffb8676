"""Coefficients of the error rate and of the recognition of errors."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.quantities import Param


class Practice(NamedTuple):
    """Coefficients of the error rate and of recognition."""

    errors_per_case: Annotated[float, Param(
        "errors/case/week", 0, 0.05, "practice errors of all severities at the reference", "assumed",
        "no English count exists; about 8 per worker and year; near misses frequent: SCIE report 6",
        likely=(0.003, 0.03),
    )] = 0.010  # fmt: skip
    haste: Annotated[
        float, Param("exponent", 0, 2, "elasticity of errors to a shortage of time per case (0 cuts the loop)")
    ] = 1.0
    exhaustion: Annotated[float, Param("log/unit", 0, 2, "effect of burnout on errors (0 cuts the loop)")] = 1.0
    experience: Annotated[float, Param("log/unit", 0, 2, "reduction of errors by skill (0 cuts the loop)")] = 0.8
    disruption: Annotated[float, Param("log/unit", 0, 2, "effect of disruption on errors (0 cuts the loop)")] = 0.7
    defences: Annotated[float, Param(
        "log/unit", 0, 1.5, "reduction of errors by defences (0 cuts the loop)", "assumed",
        "10 to 20 % fewer errors in 3 years",
    )] = 0.7  # fmt: skip
    accountability: Annotated[float, Param(
        "log/unit", -0.1, 0.6, "reduction of errors by external accountability (0 cuts the loop)", "assumed",
        "gains in schools and hospitals: Allen and Burgess 2012; Bevan and Wilson 2013",
    )] = 0.10  # fmt: skip
    deterrence: Annotated[float, Param(
        "log/unit", 0, 1, "reduction of errors by blame: moral hazard (0 cuts the loop)", "assumed",
        "no direct estimate",
    )] = 0.25  # fmt: skip
    strike_deterrence: Annotated[float, Param(
        "0-1", 0, 1, "extent to which the harder sanction of a second strike deters as well (0 cuts the loop)",
        "assumed",
        "0: deterrence follows managers' blame only, as in equation E14; proponents of sanctions set 1",
    )] = 0.0  # fmt: skip
    fear: Annotated[float, Param(
        "log/unit", -1, 2,
        "effect of fear on errors: above 0 it impedes thinking, below 0 it makes staff careful (0 cuts the loop)",
        "assumed", "0: the claims contradict each other; bullying impedes thinking: Safer Safeguarding Group 2015",
    )] = 0.0  # fmt: skip
    commitment: Annotated[float, Param("log/sd", 0, 0.5, "reduction of errors by commitment (0 cuts the loop)")] = 0.1
    burnout_ref: Annotated[float, Param("0-1", 0, 1, "reference burnout")] = 0.40
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear")] = 0.5
    visit_care: Annotated[float, Param(
        "share", 0, 0.1, "reduction of errors in weeks of notice and of a visit", "measured",
        "deaths 7.03 against 7.21 % in survey weeks: Barnett et al. 2017",
    )] = 0.02  # fmt: skip
    near_misses: Annotated[float, Param("share", 0, 1, "share of near misses", likely=(0.4, 0.8))] = 0.60
    serious: Annotated[float, Param("share", 0, 0.4, "share of serious errors", likely=(0.02, 0.15))] = 0.07
    culpable: Annotated[
        float, Param("share", 0, 0.2, "share of errors that result from reckless conduct", likely=(0.02, 0.1))
    ] = 0.05
    recognised: Annotated[float, Param(
        "share", 0, 1, "share of errors that the worker recognises at once", "calibrated",
        "most unreported events were never identified: OIG 2012", likely=(0.15, 0.6),
    )] = 0.35  # fmt: skip
    eyes: Annotated[float, Param("people", 1, 3, "reviewers per case: 1 for a worker alone, 1.6 in a unit")] = 1.0
    training: Annotated[float, Param("log", 0, 1, "gain in recognition from human-factors training")] = 0.0
    feedback: Annotated[float, Param("log", 0, 1, "gain in recognition from the feedback of families")] = 0.0
    compliance_blind: Annotated[
        float, Param("log/unit", 0, 2, "loss of recognition per unit of compliance above its reference")
    ] = 0.0
    later: Annotated[
        float, Param("1/week", 0, 0.1, "hazard of later recognition of an error", likely=(0.005, 0.05))
    ] = 0.016667
