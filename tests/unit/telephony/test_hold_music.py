"""The piece of hold music, as a file that a telephone company and a browser can play."""

from __future__ import annotations

import io
import wave
from array import array

from telephony.hold_music import PEAK, hold_music


def test_the_piece_is_a_telephone_recording_of_half_a_minute_at_most() -> None:
    piece = hold_music()
    assert len(piece) <= 500 * 1024
    with wave.open(io.BytesIO(piece)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert 20 <= file.getnframes() / file.getframerate() <= 30


def test_it_is_gentle_and_ends_as_quietly_as_it_begins() -> None:
    with wave.open(io.BytesIO(hold_music())) as file:
        samples = array("h", file.readframes(file.getnframes()))
    assert max(map(abs, samples)) == PEAK
    assert abs(samples[0]) < 100
    assert abs(samples[-1]) < 100
    quarter = len(samples) // 4
    for part in range(4):
        loudness = sum(map(abs, samples[part * quarter : (part + 1) * quarter])) / quarter
        assert loudness > 300, "there is music in every quarter"


def test_it_is_made_once() -> None:
    assert hold_music() is hold_music()
