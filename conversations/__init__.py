"""Conversations read aloud: scripted callers talk with the running system, and `docs/conversations.md` is written."""

import sys
from pathlib import Path

# The service, Rasa and the clients are started just as the tests start them.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
