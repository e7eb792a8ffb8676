"""Mutation test of the rules and analyses: 300 small faults, of which the fast tests must notice at least 85 %.

    python tests/mutation/run.py                all 300 mutants (about half an hour), then the score by folder
    python tests/mutation/run.py --size 60      the first 60 of the same sample
    python tests/mutation/run.py --next 60      60 further mutants, for which no test was written after a look at them
    python tests/mutation/run.py --only KEY     one mutant, with its change

Compilation is off. Survivors are listed with a reason in ``survivors.csv``; a new one without a reason fails the run.
Needs cosmic-ray: ``pip install -c constraints.txt -e .[mutation]``.
"""

import argparse
import csv
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ |= {"REDBEAD_JIT": "0", "OPENBLAS_NUM_THREADS": "1"}
sys.path.insert(0, str(Path(__file__).parent))

import mutants
import runner

LIST = Path(__file__).with_name("survivors.csv")
COLUMNS = ("key", "module", "function", "before", "after", "equivalent", "reason")
LOWEST_SCORE = 0.85


def main():
    """Run the mutants; return 1 if the score is too low or a survivor has no reason."""
    options = parse_arguments()
    chosen = select_mutants(options)
    with tempfile.TemporaryDirectory() as work:
        tests = runner.tests_by_line(Path(work))
    runner.import_libraries()
    runner.check_unchanged_modules_pass(chosen, tests)
    outcomes = {}
    for number, mutant in enumerate(chosen, 1):
        started = time.monotonic()
        covering = tests.get((mutant.path, mutant.line), set())
        outcomes[mutant] = outcome = runner.run_tests(mutant, covering)
        print(f"{number}/{len(chosen)} {mutant.key} {outcome} {len(covering)} tests {time.monotonic() - started:.1f} s "
              f"{mutant.module}:{mutant.line} {' -> '.join(mutant.change())}", flush=True)  # fmt: skip
    print_scores(outcomes)
    survivors = [mutant for mutant, outcome in outcomes.items() if outcome in (runner.SURVIVED, runner.NO_TEST)]
    complete = len(chosen) == mutants.SIZE and not options.next
    return report_survivors(survivors, rewrite=complete) or int(score(outcomes.values()) < LOWEST_SCORE)


def select_mutants(options):
    """The sample or a part of it, or the mutants that follow it in the order of their keys."""
    chosen = sorted(mutants.sample(mutants.all_mutants(), mutants.SIZE + options.next), key=lambda m: m.key)
    if options.only:
        return [mutant for mutant in chosen if mutant.key in options.only]
    return chosen[mutants.SIZE :] if options.next else chosen[: options.size]


def parse_arguments():
    """Options of the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=mutants.SIZE, help="number of mutants")
    parser.add_argument("--next", type=int, default=0, help="number of mutants after the sample")
    parser.add_argument("--only", nargs="*", default=[], metavar="KEY", help="keys of single mutants")
    return parser.parse_args()


def score(outcomes):
    """Share of mutants that the tests noticed."""
    outcomes = list(outcomes)
    return sum(outcome in (runner.KILLED, runner.TIMED_OUT) for outcome in outcomes) / max(1, len(outcomes))


def print_scores(outcomes):
    """Print one row per folder and the total."""
    print("\nfolder      mutants  killed  timed out  survived  no test   score")
    for folder in (*mutants.FOLDERS, "all"):
        rows = [outcome for mutant, outcome in outcomes.items() if folder in (mutant.folder, "all")]
        counts = Counter(rows)
        print(f"{folder:10} {len(rows):8} {counts[runner.KILLED]:7} {counts[runner.TIMED_OUT]:10} "
              f"{counts[runner.SURVIVED]:9} {counts[runner.NO_TEST]:8} {100 * score(rows):6.1f} %")  # fmt: skip


def report_survivors(survivors, *, rewrite):
    """List survivors with the reasons known so far, and return 1 if one has none."""
    reasons = {row["key"]: (row["equivalent"], row["reason"]) for row in read_list()}
    rows = [
        dict(zip(COLUMNS, (m.key, m.module, m.function, *m.change(), *reasons.get(m.key, ("", ""))), strict=True))
        for m in survivors
    ]
    if rewrite:
        with LIST.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    unknown = [row for row in rows if not row["reason"]]
    for row in unknown:
        print(f"survives without a reason: {row['key']} {row['module']}.{row['function']}\n"
              f"    {row['before']}\n    {row['after']}")  # fmt: skip
    return int(bool(unknown))


def read_list():
    """Rows of the list of survivors."""
    if not LIST.is_file():
        return []
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    sys.exit(main())
