"""Benchmarks: each module measures one thing against the machine's own limit in the same run and prints a table."""

import sys
from pathlib import Path

# Benchmarks start the service and Rasa just as the tests do.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
