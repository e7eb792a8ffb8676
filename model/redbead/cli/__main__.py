"""Run ``python -m redbead.cli`` in the same way as the command ``redbead``."""

from __future__ import annotations

import sys

from redbead.cli import main

if __name__ == "__main__":
    sys.exit(main())
