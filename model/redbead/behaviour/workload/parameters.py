"""Coefficients of working hours, overtime, time per case and the erosion of standards."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.quantities import Param


class Workload(NamedTuple):
    """Coefficients of working hours and of the response to work pressure."""

    hours: Annotated[float, Param(
        "hours/week", 20, 50, "contracted hours of a full-time worker", "measured",
        "DfE longitudinal study wave 3: 35-37 contracted", likely=(35, 39),
    )] = 37.0  # fmt: skip
    hours_per_case: Annotated[float, Param(
        "hours/week", 0.5, 6, "hours of a fully skilled worker that one open case needs at the full standard",
        "calibrated", "work pressure is 1 in the baseline's steady state", likely=(1.8, 2.1),
    )] = 1.94  # fmt: skip
    novice_output: Annotated[
        float, Param("ratio", 0.3, 1, "output of a beginner relative to a fully skilled worker")
    ] = 0.6
    agency_output: Annotated[float, Param(
        "ratio", 0.5, 1, "output of agency staff, who lack local knowledge, relative to permanent staff of equal skill",
    )] = 0.9  # fmt: skip
    overtime: Annotated[float, Param(
        "exponent", 0, 1, "elasticity of overtime to work pressure (0 cuts the loop)", "measured",
        "45-hour weeks under load: BASW 80-20; Ravalier surveys",
    )] = 0.5  # fmt: skip
    overtime_ceiling: Annotated[float, Param(
        "ratio", 1, 1.4, "longest working week relative to contracted hours", "calibrated",
        "about 10 unpaid hours per week: Ravalier surveys",
    )] = 1.25  # fmt: skip
    corner_cutting: Annotated[float, Param(
        "exponent", 0, 1, "share of a shortfall of hours absorbed by less time per case instead of by lower throughput",
        "assumed", "service staff cut time first: Oliva and Sterman 2001",
    )] = 0.6  # fmt: skip
    erosion: Annotated[
        float, Param("share", 0, 1, "extent to which the working standard follows current practice (0 cuts the loop)")
    ] = 0.0
    erosion_down: Annotated[float, Param(
        "weeks", 13, 52, "time constant of a falling standard", "calibrated",
        "Oliva and Sterman 2001 for the mechanism",
    )] = 26.0  # fmt: skip
    erosion_up: Annotated[float, Param(
        "weeks", 52, 2000, "time constant of a recovering standard", "calibrated",
        "Oliva and Sterman 2001 for the mechanism",
    )] = 208.0  # fmt: skip
    compliance_hours: Annotated[
        float, Param("share", 0, 0.4, "hours lost per unit of compliance above its reference (0 cuts the loop)")
    ] = 0.20
    disruption_hours: Annotated[float, Param(
        "share", 0, 0.5, "hours lost per unit of disruption (0 cuts the loop)", "assumed",
        "loss of managerial focus in mergers: Fulop et al. 2002",
    )] = 0.30  # fmt: skip
    preparation_hours: Annotated[
        float, Param("share", 0, 0.2, "hours lost in weeks of notice and of a visit (0 cuts the loop)")
    ] = 0.10
    improvement_hours: Annotated[float, Param("share", 0, 0.15, "hours set aside for improvement work")] = 0.0
    squeeze: Annotated[float, Param(
        "exponent", 0, 4, "elasticity of the loss of improvement time to work pressure (0 cuts the loop)", "assumed",
        "the capability trap: Repenning and Sterman 2001",
    )] = 1.0  # fmt: skip
    admin_hours: Annotated[float, Param(
        "share", -0.3, 0.3, "hours lost to administration beyond the usual; below 0, administration has been cut",
    )] = 0.0  # fmt: skip
    feedback_hours: Annotated[float, Param("share", 0, 0.05, "hours spent on collecting feedback from families")] = 0.0
    lent_hours: Annotated[float, Param("share", 0, 0.3, "hours lent to another authority")] = 0.0
