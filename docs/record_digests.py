"""Record the result digests of shipped scenarios in tests/equivalence/scenario_digests.json.

    python docs/record_digests.py my-scenario     add or replace these scenarios
    python docs/record_digests.py                 record all scenarios again (about a minute)

Record all scenarios only after a change that is meant to change results.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIXTURE = ROOT / "tests" / "equivalence" / "scenario_digests.json"
sys.path.insert(0, str(ROOT / "model"))

from redbead.api import run  # noqa: E402
from redbead.scenario.library import shipped  # noqa: E402

RUNS, SEED = 2, 1


def scenario_digest(name: str) -> str:
    """The digest of the recorded runs of a shipped scenario. [hexadecimal]"""
    return run(name, runs=RUNS, seed=SEED).digest()


def main(names: list[str]) -> None:
    """Run the named scenarios, or all, and write their digests in the order of the library."""
    recorded = json.loads(FIXTURE.read_text(encoding="utf-8"))
    for name in names or shipped():
        recorded[name] = scenario_digest(name)
    ordered = {name: recorded[name] for name in shipped() if name in recorded}
    FIXTURE.write_text(json.dumps(ordered, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
