"""Make every figure of the documents again and say whether it is, byte for byte, the one that is there.

    python docs/make_figures.py                       gallery, first look, lottery, starting points: some five minutes
    python docs/make_figures.py --calibration DIR     those of the calibration too, from the folder of `redbead calibrate england`
    python docs/make_figures.py --sensitivity DIR     those of the sensitivity study too, from its folder

Nothing is left changed: figures that differ are put back and named, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
SCRIPTS = ("make_gallery.py", "make_images.py", "make_validation.py")
STUDIES = ("calibration", "sensitivity")
PAGES = ("gallery.md", "validation.md", "calibration.md", "sensitivity.md")


def digests() -> dict[str, str]:
    """SHA-256 of every figure."""
    found = sorted((DOCS / "images").rglob("*.png"))
    return {path.relative_to(DOCS).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def main(words: list[str]) -> int:
    """Make, compare, put back what differs."""
    before = digests()
    kept = {name: (DOCS / name).read_bytes() for name in before}
    pages = {DOCS / name: (DOCS / name).read_bytes() for name in PAGES}
    parser = argparse.ArgumentParser()
    for name in STUDIES:
        parser.add_argument(f"--{name}", metavar="DIR", type=Path)
    folders = vars(parser.parse_args(words))
    calls = [[script] for script in SCRIPTS] + [
        [f"make_{k}.py", str(folder)] for k, folder in folders.items() if folder
    ]
    for script, *rest in calls:
        subprocess.run([sys.executable, str(DOCS / script), *rest], check=True)  # noqa: S603 - our own scripts
    other = [name for name, digest in digests().items() if digest != before.get(name)]
    for name in other:
        (DOCS / name).write_bytes(kept[name])
        print(f"{name}: differs")
    for path, text in pages.items():
        path.write_bytes(text)
    print(f"{len(before) - len(other)} of {len(before)} figures are the same, byte for byte.")
    return 1 if other else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
