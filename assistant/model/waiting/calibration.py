"""How good the predictions are, and what is done about it.

Each caller who is served tells where the true wait fell in the distribution that was predicted. If the predictions
are right these places are even between 0 and 1; where they are not, the bracket is read off at the places below which
one in ten and nine in ten really fell, and the mean is corrected by what was waited over what was predicted. Callers
who left are not seen, and they would have waited longer than most: who was served after a long wait stands for them
too (inverse probability of censoring).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.model.waiting.fading import Fading
from assistant.model.waiting.ranges import HIGH, LOW

CELLS = 40
EVEN_WAITS = 150.0  # how many waits the assumption that the prediction is right weighs
MEMORY = (8 * 3600.0, 1500.0)
JUDGED_AFTER = 30.0
POOR = 0.5
MAX_WEIGHT = 8.0
READ_AFTER = 8


@dataclass(slots=True)
class Calibration:
    """Of one queue's predictions of one kind."""

    levels: tuple[float, float] = (LOW, HIGH)
    factor: float = 1.0
    _fading: Fading = field(default_factory=lambda: Fading(*MEMORY))
    _fell: list[float] = field(default_factory=lambda: [0.0] * CELLS)
    _seen: float = 0.0
    _judged: float = 0.0
    _kept: float = 0.0
    _waited: float = 0.0
    _predicted: float = 0.0
    _unread: int = 0

    def ended(
        self, *, waited: float, predicted: float, place: float, share_staying: float, was_kept: bool, at: float
    ) -> None:
        """A wait ended by service, in seconds, against the mean and the distribution that the model gave.

        `place` is where it fell in the distribution (0 to 1), `was_kept` whether inside the bracket that was told,
        `share_staying` the share of callers who would have stayed so long.
        """
        weight = self._fading.next(at)
        stands_for = weight * min(1 / max(share_staying, 1e-9), MAX_WEIGHT)
        self._fell[min(int(place * CELLS), CELLS - 1)] += stands_for
        self._seen += weight
        self._judged += stands_for
        self._kept += stands_for * was_kept
        self._waited += stands_for * waited
        self._predicted += stands_for * predicted
        divisor = self._fading.renewed()
        if divisor > 1:
            self._fell = [value / divisor for value in self._fell]
            for name in ("_seen", "_judged", "_kept", "_waited", "_predicted"):
                setattr(self, name, getattr(self, name) / divisor)
        self._unread += 1
        if self._unread >= READ_AFTER:
            self._unread = 0
            self.levels = self._level(LOW), self._level(HIGH)
            drawn = EVEN_WAITS * self._fading.weight * self._predicted / self._judged
            self.factor = (self._waited + drawn) / (self._predicted + drawn)

    def _level(self, share: float) -> float:
        """Where in the predicted distribution this share of the waits really ended."""
        even = EVEN_WAITS * self._fading.weight / CELLS
        left = share * (sum(self._fell) + even * CELLS)
        for cell, fell in enumerate(self._fell):
            if left <= fell + even:
                return (cell + left / (fell + even)) / CELLS
            left -= fell + even
        return 1.0

    @property
    def coverage(self) -> float | None:
        """The share of waits within the range that was told; None before enough were scored."""
        if self._seen < JUDGED_AFTER * self._fading.weight:
            return None
        return self._kept / self._judged

    @property
    def is_poor(self) -> bool:
        """The ranges have been wrong so often that the position alone is told."""
        return self.coverage is not None and self.coverage < POOR
