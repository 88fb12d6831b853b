"""Our own piece of hold music: soft chords and a slow melody, made by arithmetic, so that nobody's rights are in it.

Twenty-four seconds, 8 kHz, 16-bit, one channel: what a telephone line carries and what every browser plays.
"""

from __future__ import annotations

import io
import math
import wave
from array import array
from functools import cache

RATE = 8000
BEAT_SECONDS = 1.0
PEAK = 9000  # of 32,767: quieter than speech, so that an announcement is a relief and not a shock

# Four bars of four beats, and once again with a slower second half; semitones from A (220 Hz).
CHORDS = ((-9, -5, -2), (-12, -9, -5), (-7, -4, 0), (-14, -10, -7), (-9, -5, -2), (-14, -10, -7))
MELODY = (3, 7, 10, 7, 5, 3, 0, 3, 8, 5, 3, 5, 2, 5, 7, 5, 3, 7, 10, 12, 10, 5, 2, 3)
PIECE_SECONDS = len(MELODY) * BEAT_SECONDS


@cache
def hold_music() -> bytes:
    """The whole piece as a WAV file, about 380 KiB. It ends as quietly as it begins, so that it may be repeated.

    Takes a second or so of arithmetic the first time; call it in a thread.
    """
    samples = [0.0] * int(len(MELODY) * BEAT_SECONDS * RATE)
    for bar, chord in enumerate(CHORDS):
        for semitone in chord:
            _play(samples, bar * 4 * BEAT_SECONDS, 4.4 * BEAT_SECONDS, semitone, 0.5)
    for beat, semitone in enumerate(MELODY):
        _play(samples, beat * BEAT_SECONDS, 1.9 * BEAT_SECONDS, semitone, 0.8)
    loudest = max(map(abs, samples))
    wav = io.BytesIO()
    with wave.open(wav, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array("h", (int(sample / loudest * PEAK) for sample in samples)).tobytes())
    return wav.getvalue()


def _play(samples: list[float], start_seconds: float, seconds: float, semitone: int, loudness: float) -> None:
    """Adds one note: a gentle rise, a long fall, one soft overtone. The tail is cut where the piece ends."""
    first = int(start_seconds * RATE)
    count = min(int(seconds * RATE), len(samples) - first)
    step = 2 * math.pi * 220.0 * 2 ** (semitone / 12) / RATE
    rise, fall = int(0.12 * RATE), int(min(0.5, seconds / 3) * RATE)
    for n in range(count):
        envelope = min(1.0, n / rise, (count - n) / fall) * math.exp(-1.1 * n / RATE)
        angle = step * n
        samples[first + n] += loudness * envelope * (math.sin(angle) + 0.25 * math.sin(2 * angle))
