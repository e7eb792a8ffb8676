"""Regenerate the generated files of the repository: schemas, scenario list, documents, tables and figures.

    python docs/build.py                      all files that need no simulation (about ten seconds)
    python docs/build.py --all                also files that need simulations (about fifteen minutes)
    python docs/build.py --only coverage      selected steps; --list prints all steps
    python docs/build.py --calibration DIR    also the calibration page, from a result folder of `redbead calibrate england`
    python docs/build.py --sensitivity DIR    also the sensitivity page, from a result folder of `redbead sensitivity`

Results are reproducible byte for byte, so `git diff` shows the effect of a change.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

DOCS: Final = Path(__file__).resolve().parent
ROOT: Final = DOCS.parent
REDBEAD: Final = ("-m", "redbead.cli")
FILE_TYPES: Final = ("scenario", "batch", "checks", "targets", "calibration")
DOCUMENTS: Final = ("odd", "parameters", "assumptions", "stress-abs", "stress-sd", "assurance", "limits")


class Step(NamedTuple):
    """One generated file or group of files.

    ``command`` contains the arguments to Python; the step writes its standard output to ``output`` where that is given.
    """

    name: str
    command: tuple[str, ...]
    output: str = ""
    simulates: bool = False


STEPS: Final = (
    *(Step(f"schema-{name}", (*REDBEAD, "schema", name), f"scenarios/{name}.schema.json") for name in FILE_TYPES),
    Step("scenarios", (*REDBEAD, "scenarios", "--markdown"), "scenarios/README.md"),
    *(Step(name, (*REDBEAD, "docs", name), f"docs/{name}.md") for name in DOCUMENTS),
    Step("equations", ("docs/make_equations.py",)),
    Step("reference", ("docs/make_reference.py",)),
    Step("theories", ("docs/make_theories.py",)),
    Step("coverage", ("docs/make_coverage.py",)),
    Step("images", ("docs/make_images.py",), simulates=True),
    Step("targets", ("docs/make_targets.py",), simulates=True),
    Step("validation", ("docs/make_validation.py",), simulates=True),
    Step("error-life", ("docs/make_error_life.py",), simulates=True),
    Step("history", ("docs/make_history.py",), simulates=True),
    Step("fairness", ("docs/make_fairness.py",), simulates=True),
    Step("statistics", ("docs/make_statistics.py",), simulates=True),
    Step("gallery", ("docs/make_gallery.py",), simulates=True),
    Step("parts", ("docs/make_parts.py",), simulates=True),
    Step("notebooks", ("docs/refresh_notebooks.py",), simulates=True),
)
"""All steps. Levels of the baseline (``targets``) come before the pages that use them."""

STUDIES: Final = ("calibration", "sensitivity")


def main(arguments: Sequence[str]) -> int:
    """Run the selected steps; return 1 if any step fails."""
    options = parser().parse_args(arguments)
    if options.list:
        for step in STEPS:
            print(f"{step.name:<12} {'simulates' if step.simulates else ''}".rstrip())
        return 0
    failed = [step.name for step in selected(options) if not run(step)]
    if failed:
        print(f"Failed: {', '.join(failed)}. See the messages above.", file=sys.stderr)
    return 1 if failed else 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = argparse.ArgumentParser(description="Regenerate the generated files of the repository.")
    extent = result.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="only files that need no simulation (default)")
    extent.add_argument("--all", action="store_true", help="also files that need simulations")
    extent.add_argument("--only", nargs="+", metavar="STEP", choices=[step.name for step in STEPS], help="these steps")
    extent.add_argument("--list", action="store_true", help="print all steps")
    for name in STUDIES:
        result.add_argument(f"--{name}", metavar="DIR", type=Path, help=f"result folder for docs/{name}.md")
    return result


def selected(options: argparse.Namespace) -> list[Step]:
    """Return the steps to run, in order."""
    if options.only:
        steps = [step for step in STEPS if step.name in options.only]
    else:
        steps = [step for step in STEPS if options.all or not step.simulates]
    folders = {name: getattr(options, name) for name in STUDIES}
    return steps + [Step(k, (f"docs/make_{k}.py", str(folder.resolve()))) for k, folder in folders.items() if folder]


def run(step: Step) -> bool:
    """Run one step; return whether it succeeded. A failed step leaves its output file unchanged."""
    print(f"{step.name} ...", flush=True)
    path = os.pathsep.join(filter(None, (str(ROOT / "model"), os.environ.get("PYTHONPATH"))))
    result = subprocess.run(  # noqa: S603 - commands of this project
        [sys.executable, *step.command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE if step.output else None,
        check=False,
    )
    if result.returncode == 0 and step.output:
        (ROOT / step.output).write_bytes(result.stdout)
    return result.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
