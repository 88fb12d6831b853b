"""How long a caller will still wait: a range, learned from what happens, with its accuracy measured."""

from assistant.model.waiting.curve import NOBODY_SERVES, Curve, Outlook
from assistant.model.waiting.forecast import Forecaster, Taker
from assistant.model.waiting.queue import Forecast
from assistant.model.waiting.ranges import (
    UNKNOWN,
    Pace,
    WaitRange,
    chance_served,
    chance_within,
    mean,
    quantile,
    wait_range,
)
from assistant.model.waiting.seen import InHand, Observed, Passage
from assistant.model.waiting.telling import Longer, Told, rises, told, why_longer

__all__ = [
    "NOBODY_SERVES",
    "UNKNOWN",
    "Curve",
    "Forecast",
    "Forecaster",
    "InHand",
    "Longer",
    "Observed",
    "Outlook",
    "Pace",
    "Passage",
    "Taker",
    "Told",
    "WaitRange",
    "chance_served",
    "chance_within",
    "mean",
    "quantile",
    "rises",
    "told",
    "wait_range",
    "why_longer",
]
