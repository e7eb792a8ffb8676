"""Parameters of organisational learning."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.quantities import Param


class Lessons(NamedTuple):
    """Analysis of reports, growth and decay of defences, and local improvement."""

    # fmt: off
    hours_per_report: Annotated[float, Param("hours", 1, 20, "time needed to analyse one report")] = 5.0
    capacity: Annotated[float, Param(
        "share", 0, 0.05, "share of staff hours reserved for analysis (0 stops analysis)")] = 0.015
    per_report: Annotated[float, Param(
        "1/report", 0, 0.003, "gain in defences per well-analysed report in an authority of 120 posts", "assumed",
        "45 % of reports to CIRAS led to change")] = 0.0025
    per_incident: Annotated[float, Param(
        "1/incident", 0, 0.05,
        "gain in defences per reviewed serious incident in an authority of 120 posts (0 cuts the loop)", "assumed",
        "organisations learn from serious errors and forget again: Haunschild et al. 2015")] = 0.01
    improvement: Annotated[float, Param("1/week/share", 0, 0.5, "gain in defences per unit of improvement time")] = 0.10
    pool_share: Annotated[float, Param(
        "1/report", 0, 0.01, "gain in defences per novel lesson pooled nationally")] = 0.0006
    pool_authorities: Annotated[float, Param(
        "authorities", 1, 153, "number of authorities that pool their confidential reports", "measured",
        "153 local authorities in England", whole=True)] = 1.0
    pool_novelty: Annotated[float, Param(
        "share", 0, 1, "share of confidential reports with new information", "measured", "33 % at CIRAS")] = 0.33
    pool_transfer: Annotated[float, Param(
        "share", 0, 1, "share of a lesson from another authority that applies locally")] = 0.5
    asked: Annotated[float, Param("0-1", 0, 1, "share of families asked for feedback")] = 0.0
    used: Annotated[float, Param("0-1", 0, 1, "share of family feedback used in planning")] = 1.0
    feedback: Annotated[float, Param(
        "1/week", 0, 0.02,
        "gain in defences when all families are asked and all their feedback is used (0 cuts the loop)")] = 0.006
    autonomy: Annotated[float, Param("0-1", 0, 1, "extent to which teams may test their own ways of working")] = 0.0
    autonomy_gain: Annotated[float, Param(
        "log/week", 0, 0.005, "mean reduction in the log error rate from local improvement at full autonomy")] = 0.0005
    autonomy_spread: Annotated[float, Param(
        "log", 0, 0.05, "standard deviation of the weekly effect of local improvement; some changes do harm")] = 0.01
    participation: Annotated[float, Param(
        "ratio", 0, 2, "multiplier for the participation of practitioners in analysis")] = 1.0
    blame_blindness: Annotated[float, Param(
        "share", 0, 0.9, "reduction in analysis quality under full blame (0 cuts the loop)")] = 0.7
    memory: Annotated[float, Param(
        "weeks", 52, 300, "time constant with which defences decay", "assumed",
        "lessons decay and errors recur: Cooke 2003; Haunschild et al. 2015")] = 156.0
    memory_in_people: Annotated[float, Param(
        "share", 0, 1, "share of defences lost per share of staff who leave (0 cuts the loop)")] = 0.3
    defences_ref: Annotated[float, Param("0-1", 0, 1, "reference defences")] = 0.30
    useful_floor: Annotated[float, Param("0-1", 0, 0.5, "usefulness of reporting when no report is analysed")] = 0.1
    useful_span: Annotated[float, Param(
        "0-1", 0, 0.9, "gain in usefulness when every report is well analysed (0 cuts the loop)")] = 0.8
    useful_memory: Annotated[float, Param(
        "weeks", 4, 104, "time constant with which usefulness follows feedback")] = 26.0
    answer_memory: Annotated[float, Param(
        "weeks", 4, 52, "time constant over which staff perceive the share of reports that are analysed")] = 13.0
    # fmt: on
