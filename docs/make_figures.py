"""Draw every figure of the documentation again and compare it, byte for byte, with the committed file.

    python docs/make_figures.py                       gallery, README, lottery, starting points: about five minutes
    python docs/make_figures.py --calibration DIR     also figures of a result folder of `redbead calibrate england`
    python docs/make_figures.py --sensitivity DIR     also figures of a result folder of a sensitivity study

The script restores all files. It prints the figures that differ and then exits with code 1.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).resolve().parent
SCRIPTS: Final = ("make_gallery.py", "make_images.py", "make_validation.py")
STUDIES: Final = ("calibration", "sensitivity")
PAGES: Final = ("gallery.md", "validation.md", "calibration.md", "sensitivity.md")


def digests() -> dict[str, str]:
    """Return the SHA-256 of every figure, by path."""
    paths = sorted((DOCS / "images").rglob("*.png"))
    return {path.relative_to(DOCS).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def main(arguments: list[str]) -> int:
    """Draw, compare and restore; return the exit code."""
    before = digests()
    originals = {DOCS / name: (DOCS / name).read_bytes() for name in (*before, *PAGES)}
    parser = argparse.ArgumentParser()
    for name in STUDIES:
        parser.add_argument(f"--{name}", metavar="DIR", type=Path)
    folders = vars(parser.parse_args(arguments))
    calls = [[script] for script in SCRIPTS]
    calls += [[f"make_{name}.py", str(folder)] for name, folder in folders.items() if folder]
    for script, *rest in calls:
        subprocess.run([sys.executable, str(DOCS / script), *rest], check=True)  # noqa: S603 - scripts of this project
    differing = [name for name, digest in digests().items() if digest != before.get(name)]
    for path, content in originals.items():
        path.write_bytes(content)
    for name in differing:
        print(f"{name}: differs")
    print(f"{len(before) - len(differing)} of {len(before)} figures are the same, byte for byte.")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
