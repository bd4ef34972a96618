"""The command `python -m simloom.cli`."""

from __future__ import annotations

import sys

from simloom.cli import main

if __name__ == "__main__":
    sys.exit(main())
