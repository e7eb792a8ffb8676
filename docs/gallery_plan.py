"""What the gallery shows: scenarios, what each is compared with, the panels of its picture, and what it teaches.

In `teaches`, `[series window direction]` stands for an estimate. The window is `early` (the first two years of the
difference), `late` (the last two of the run) or `whole`; `up` and `down` claim a direction, which make_gallery.py checks;
`with` and `without` give levels instead of the difference, `below` the number of pairs below 0. A line of another pair is
called by its own `key`.
"""

from __future__ import annotations

from dataclasses import dataclass

from redbead.report.paired import Kind
from redbead.report.style import AMBER, BLUE, GREEN, ORANGE, PURPLE


@dataclass(frozen=True)
class Look:
    """One line: a series, its label, its colour; `of` and `against` where they are not the picture's own."""

    series: str
    label: str = ""
    colour: str = ORANGE
    of: str = ""
    against: str = ""
    row: str = ""

    @property
    def key(self) -> str:
        """How a sentence calls it."""
        return f"{self.of.replace(' --set theory=', '.')}.{self.series}" if self.of else self.series


@dataclass(frozen=True)
class View:
    """One panel."""

    title: str
    looks: tuple[Look, ...]
    kind: Kind = "difference"
    without: str = "without"
    zero: bool = False


@dataclass(frozen=True)
class Picture:
    """One scenario of the gallery."""

    name: str
    against: str
    title: str
    teaches: str
    views: tuple[View, ...]


HIGH_STAKES = Picture(
    "high-stakes",
    "baseline",
    "Where everything depends on the grade, a service looks better and is worse",
    "High stakes buy appearance: in the last two years the quality that inspectors see is higher by "
    "[visible_quality late up] and true quality lower, [service_quality late down]; staff make more errors, "
    "[errors_generated late up] a year, of which next to nothing reaches the records, [recorded_incidents late].",
    (
        View(
            "Quality seen, and true quality",
            (
                Look("visible_quality", "what inspectors see", AMBER, row="quality that inspectors see"),
                Look("service_quality", "what it is", GREEN, row="true quality"),
            ),
        ),
        View(
            "Where the effort goes",
            (
                Look("gaming", "dressing up", PURPLE, row="dressing up of what inspectors see"),
                Look("compliance", "work aimed at inspection", BLUE, row="work aimed at inspection"),
            ),
        ),
        View(
            "Errors made, and errors on record",
            (
                Look("errors_generated", "made", row="errors made"),
                Look("recorded_incidents", "on record", BLUE, row="errors on record"),
            ),
        ),
    ),
)

LARGER_SAMPLE = Picture(
    "larger-sample",
    "baseline",
    "More cases make a grade less of a lottery, and the service hardly any better",
    "A sample of 120 cases changes the time spent inadequate by [larger-sample.inadequate whole] percentage points, and "
    "one drawn team by team by [stratified-sample.inadequate whole]; even with 120 cases chance is left, because "
    "inspectors differ and cases of one team are alike. An inspection without any chance in it says the same of all "
    "runs, and leaves [every-case-inspected.inadequate whole with] % of the time inadequate instead of "
    "[inadequate whole without].",
    (
        View(
            "Grades: how often each is in force",
            (
                Look("inadequate", "drawn from\nevery team", of="stratified-sample", row="inadequate, a case or more of every team"),
                Look("inadequate", "120 cases", of="larger-sample", row="inadequate, 120 cases"),
                Look("inadequate", "no chance\nat all", of="every-case-inspected", row="inadequate, no chance at all"),
            ),
            "grades",
            "ordinary\nsample",
        ),
        View(
            "True quality",
            (
                Look("service_quality", "no chance at all", PURPLE, of="every-case-inspected", row="true quality, no chance at all"),
                Look("service_quality", "120 cases", BLUE, of="larger-sample", row="true quality, 120 cases"),
            ),
        ),
    ),
)  # fmt: skip

BIASED_SAMPLE = Picture(
    "biased-sample",
    "baseline",
    "A sample drawn askew calls an ordinary service inadequate, and makes it worse",
    "Poor cases that are twice as likely to be drawn put the service into the lowest grade for [inadequate whole with] % "
    "of the time instead of [inadequate whole without] %. The verdict then makes itself true: turnover rises, "
    "[turnover late up] percentage points, and true quality falls, [service_quality late down].",
    (
        View(
            "Runs that are graded inadequate",
            (Look("inadequate", "poor cases drawn twice as often", row="runs graded inadequate"),),
            "levels",
            "fair sample",
            True,
        ),
        View("Turnover of workers", (Look("turnover", colour=PURPLE, row="turnover"),)),
        View("True quality", (Look("service_quality", colour=GREEN, row="true quality"),)),
    ),
)

INADEQUATE = Picture(
    "inadequate-alone",
    "baseline",
    "A bad grade by itself costs a service years: fear first, then staff, then errors",
    "Nothing else happens than that the grade is published. In the two years after it fear is higher by [fear early up], "
    "turnover by [turnover early up] percentage points, and [hidden_errors early up] more errors lie hidden; by the last "
    "two years of ten hardly anything of it is left ([hidden_errors late]).",
    (
        View("Fear of workers", (Look("fear", colour=ORANGE, row="fear of workers"),)),
        View("Turnover of workers", (Look("turnover", colour=PURPLE, row="turnover"),)),
        View("Hidden errors", (Look("hidden_errors", colour=BLUE, row="hidden errors"),)),
    ),
)

TWO_YEARS = Picture(
    "two-years-to-improve",
    "inadequate-and-takeover",
    "With two years to improve instead of six months, fewer services are taken over",
    "Both are given the same bad grade. With six months [taken_over late without] % are taken over in the end, with two "
    "years [taken_over late with] %: the difference, [taken_over late down] percentage points, is due to the clock and to "
    "chance in a second small sample. Those who are spared save the disruption and the money.",
    (
        View(
            "Taken over so far",
            (Look("taken_over", "two years to improve", BLUE, row="taken over so far"),),
            "levels",
            "six months",
            True,
        ),
        View("Disruption", (Look("disruption", colour=ORANGE, row="disruption"),)),
        View("Cost", (Look("cost", colour=PURPLE, row="cost"),)),
    ),
)

TRAGEDY = Picture(
    "tragedy-funded",
    "tragedy-unfunded",
    "After a tragedy, money turns into people slowly; then the pressure falls",
    "The money comes half a year after the spike, and new posts are empty posts: in the first two years of it more of them "
    "stand vacant, [vacancy_rate early up] percentage points, and handovers make more families wait, [waiting early up]. In "
    "the end fewer wait, [waiting late down], and fewer workers leave, [turnover late down] percentage points.",
    (
        View(
            "Work pressure (1: hours that suffice)",
            (Look("work_pressure", "money for posts", BLUE, row="work pressure"),),
            "levels",
            "no money",
        ),
        View("Posts without a permanent worker", (Look("vacancy_rate", row="posts without a permanent worker"),)),
        View("Families who wait", (Look("waiting", colour=PURPLE, row="families who wait"),)),
    ),
)

PREVENTION = Picture(
    "prevention",
    "baseline",
    "Prevention is paid for at once, and repaid over ten years",
    "The bill comes first and stays, [cost late up] million pounds a year. What it buys grows slowly: [referrals early "
    "down] referrals a year in the first two years and [referrals late down] in the last two, and [errors_generated late "
    "down] errors a year by then, since those who stay in post have less to do.",
    (
        View("Cost", (Look("cost", colour=PURPLE, row="cost"),)),
        View("Referrals", (Look("referrals", colour=BLUE, row="referrals"),)),
        View("Errors made", (Look("errors_generated", row="errors made"),)),
    ),
)

TWO_STRIKES = Picture(
    "two-strikes",
    "baseline",
    "Two strikes: the record improves for two years, and what happened never does",
    "In the first two years fewer errors are on record, [recorded_incidents early down] a year, although more are made, "
    "[errors_generated early up]: the policy seems to work. Later [hidden_errors late up] more errors lie hidden, and "
    "turnover is higher by [turnover late up] percentage points.",
    (
        View(
            "Errors made, and errors on record",
            (
                Look("errors_generated", "made", row="errors made"),
                Look("recorded_incidents", "on record", BLUE, row="errors on record"),
            ),
        ),
        View("Hidden errors", (Look("hidden_errors", "two strikes", row="hidden errors"),), "levels", "baseline"),
        View("Turnover of workers", (Look("turnover", colour=PURPLE, row="turnover"),)),
    ),
)

BLAMERS = Picture(
    "blame-the-blamers",
    "baseline",
    "Punish managers for blaming, and bad news stops at their desks",
    "Managers pass fewer reports up, [passing_up late down], from the first months on; blame dips a little at first, "
    "[blame early], and then ends higher than it was, [blame late up]. What the organisation hears falls, "
    "[errors_reported late down] reports a year, and hidden errors rise, [hidden_errors late up].",
    (
        View(
            "Managers",
            (
                Look("blame", "how far they blame", row="blame by managers"),
                Look("passing_up", "chance that they pass a report up", BLUE, row="chance that a manager passes a report up"),
            ),
        ),
        View("Errors reported", (Look("errors_reported", colour=BLUE, row="errors reported"),)),
        View("Hidden errors", (Look("hidden_errors", row="hidden errors"),)),
    ),
)  # fmt: skip

HOLLOW = Picture(
    "hollow-promise",
    "baseline",
    "A promise that managers break leaves staff more afraid than no promise at all",
    "Kept, the promise brings [just-culture.errors_reported late up] reports a year and [just-culture.hidden_errors late "
    "down] hidden errors. Broken four times in five, it brings next to none of that, [hollow-promise.hidden_errors late] "
    "hidden errors, and fear that is higher by [hollow-promise.fear late up] for good.",
    (
        View(
            "Fear of workers",
            (
                Look("fear", "promise broken", ORANGE, of="hollow-promise", row="fear, promise broken"),
                Look("fear", "promise kept", BLUE, of="just-culture", row="fear, promise kept"),
            ),
        ),
        View(
            "Errors reported",
            (
                Look("errors_reported", "broken", ORANGE, of="hollow-promise", row="errors reported, promise broken"),
                Look("errors_reported", "kept", BLUE, of="just-culture", row="errors reported, promise kept"),
            ),
        ),
        View(
            "Hidden errors",
            (
                Look("hidden_errors", "broken", ORANGE, of="hollow-promise", row="hidden errors, promise broken"),
                Look("hidden_errors", "kept", BLUE, of="just-culture", row="hidden errors, promise kept"),
            ),
        ),
    ),
)

IMPROVEMENT = Picture(
    "improvement-time",
    "baseline",
    "Two hours a week to improve: fewer errors, paid for in hours for families",
    "Errors fall within half a year of the start, by [errors_generated early down] a year at first and [errors_generated "
    "late down] in the end. The price does not go away: hours are missing, so that true quality stays lower, "
    "[service_quality late down], and turnover higher, [turnover late up] percentage points.",
    (
        View("Errors made", (Look("errors_generated", row="errors made"),)),
        View("True quality", (Look("service_quality", colour=GREEN, row="true quality"),)),
        View("Turnover of workers", (Look("turnover", colour=PURPLE, row="turnover"),)),
    ),
)

UNITS = Picture(
    "unit-model-inspected-too-early",
    "baseline",
    "An innovation that is inspected at the bottom of its dip may not live to show what it is worth",
    "Left in peace, units end with [unit-model.hidden_errors late down] hidden errors. A bad grade half a year after their "
    "start makes half of the services give them up, and what is gained in the end is [unit-model-inspected-too-early."
    "hidden_errors late]. All the while inspectors, whose method does not fit units, see less than there is: visible quality "
    "[unit-model.visible_quality late down], true quality [unit-model.service_quality late up].",
    (
        View(
            "Services that work in units",
            (
                Look("unit_model", "left in peace", BLUE, of="unit-model", row="how far in units, left in peace"),
                Look("unit_model", "graded inadequate", of="unit-model-inspected-too-early", row="how far in units, graded inadequate"),
            ),
        ),
        View(
            "Hidden errors",
            (
                Look("hidden_errors", "graded inadequate", of="unit-model-inspected-too-early", row="hidden errors, graded inadequate"),
                Look("hidden_errors", "left in peace", BLUE, of="unit-model", row="hidden errors, left in peace"),
            ),
        ),
        View(
            "Quality, left in peace",
            (
                Look("service_quality", "what it is", GREEN, of="unit-model", row="true quality, left in peace"),
                Look("visible_quality", "what inspectors see", AMBER, of="unit-model", row="quality that inspectors see, left in peace"),
            ),
        ),
    ),
)  # fmt: skip

REDESIGN = Picture(
    "redesign",
    "baseline",
    "A redesign is one large draw of luck; many small steps are not",
    "Against the baseline, errors made in the last two years are fewer in [redesign.errors_generated late below] pairs with "
    "a redesign, and in [improvement-time.errors_generated late below] with time for small improvements. The mean of the "
    "redesigns, [redesign.errors_generated late] errors a year, says little about any of them.",
    (
        View(
            "Errors made, pair by pair",
            (
                Look("errors_generated", "redesign", of="redesign", row="errors made, redesign"),
                Look("errors_generated", "small steps", BLUE, of="improvement-time", row="errors made, small steps"),
            ),
            "pairs",
        ),
        View(
            "Errors made, mean of all pairs",
            (
                Look("errors_generated", "redesign", of="redesign", row="errors made, redesign"),
                Look("errors_generated", "small steps", BLUE, of="improvement-time", row="errors made, small steps"),
            ),
        ),
    ),
)

AGENCY = Picture(
    "agency-cap",
    "baseline",
    "Fewer agency staff: money saved, fewer handovers, and more work for those who are left",
    "A cap saves [cost late down] million pounds a year, and fewer families wait, [waiting late down], since agency staff "
    "come and go and their cases change hands. But posts stay empty: work pressure rises by [work_pressure late up], and "
    "errors in the first two years by [errors_generated early up] a year.",
    (
        View("Cost", (Look("cost", colour=BLUE, row="cost"),)),
        View("Work pressure", (Look("work_pressure", row="work pressure"),)),
        View("Families who wait", (Look("waiting", colour=PURPLE, row="families who wait"),)),
    ),
)

DETERS = "where-blame-deters"
HARMS = "two-strikes --set theory=just-culture"
_DETERS_BASE = "baseline --set theory=blame-deters"
_HARMS_BASE = "baseline --set theory=just-culture"

THEORIES = Picture(
    DETERS,
    _DETERS_BASE,
    "The same two strikes: fewer errors where blame deters, more where fear silences",
    "Each side is right in its own world. Where blame deters, two strikes prevents errors, [where-blame-deters."
    "errors_generated late down] a year, and hidden ones become fewer too, [where-blame-deters.hidden_errors late down]; "
    "where fear silences and unsettles people, it causes them, [two-strikes.just-culture.errors_generated late up]. "
    "Turnover rises in both.",
    (
        View(
            "Errors made",
            (
                Look("errors_generated", "just culture right", of=HARMS, against=_HARMS_BASE, row="errors made, where a just culture is right"),
                Look("errors_generated", "blame deters", BLUE, DETERS, _DETERS_BASE, row="errors made, where blame deters"),
            ),
        ),
        View(
            "Hidden errors",
            (
                Look("hidden_errors", "just culture right", of=HARMS, against=_HARMS_BASE, row="hidden errors, where a just culture is right"),
                Look("hidden_errors", "blame deters", BLUE, DETERS, _DETERS_BASE, row="hidden errors, where blame deters"),
            ),
        ),
        View(
            "Turnover of workers",
            (
                Look("turnover", "just culture right", of=HARMS, against=_HARMS_BASE, row="turnover, where a just culture is right"),
                Look("turnover", "blame deters", BLUE, DETERS, _DETERS_BASE, row="turnover, where blame deters"),
            ),
        ),
    ),
)  # fmt: skip

NOTHING = Picture(
    "nothing-to-fear",
    "baseline",
    "With nothing to fear staff tell what they know, and most of what is hidden nobody knows",
    "Fear all but goes, and the chance that a recognised error is told rises to [willingness_to_report late with]. Hidden "
    "errors fall from [hidden_errors late without] to [hidden_errors late with], and no further: [errors_unrecognised late "
    "with] of these nobody has recognised. Openness needs eyes as well as courage.",
    (
        View("Fear of workers", (Look("fear", "nothing to fear", BLUE, row="fear of workers"),), "levels", "baseline", True),
        View(
            "Chance that a worker tells",
            (Look("willingness_to_report", "nothing to fear", BLUE, row="chance that a recognised error is told"),),
            "levels",
            "baseline",
            True,
        ),
        View(
            "Hidden errors",
            (Look("hidden_errors", "nothing to fear", BLUE, row="hidden errors"),),
            "levels",
            "baseline",
            True,
        ),
    ),
)  # fmt: skip

PICTURES = (
    BIASED_SAMPLE, HIGH_STAKES, LARGER_SAMPLE,
    INADEQUATE, TWO_YEARS,
    TRAGEDY, PREVENTION,
    TWO_STRIKES, BLAMERS,
    HOLLOW, IMPROVEMENT, UNITS, REDESIGN,
    AGENCY,
    THEORIES,
    NOTHING,
)  # fmt: skip
"""In the order of the folders of the library."""
