"""The recordings of calls, where Twilio keeps them: found, played, and deleted. Nobody is given their addresses.

https://www.twilio.com/docs/voice/api/recording
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from assistant.model.errors import Unavailable
from assistant.model.spoken import Recording
from telephony.rest import NOT_FOUND, Media, is_unanswered, patiently, refusal_code

LOOKED_AT = 20
COMPLETED = "completed"


class TwilioRecordings:
    """The flow's `Recordings`. `media` fetches what is no JSON."""

    def __init__(self, client: Client, media: Media) -> None:
        self._client = client
        self._media = media

    async def of_call(self, call_sid: str) -> Recording | None:
        found = await self._asked(lambda: self._client.recordings.list_async(call_sid=call_sid, limit=LOOKED_AT))
        ended = [Recording(one.sid, int(one.duration or 0)) for one in found or [] if one.status == COMPLETED]
        return max(ended, key=lambda each: each.seconds, default=None)

    async def text_of(self, recording_sid: str) -> str | None:
        texts = await self._texts(recording_sid)
        return next((one.transcription_text for one in texts if one.status == COMPLETED), None)

    async def sound_of(self, recording_sid: str) -> bytes | None:
        sound: bytes | None = await self._asked(lambda: self._media.fetch(f"/Recordings/{recording_sid}.wav"))
        return sound

    async def delete(self, recording_sid: str) -> None:
        for text in await self._texts(recording_sid):
            await self._asked(text.delete_async)
        await self._asked(self._client.recordings(recording_sid).delete_async)

    async def _texts(self, recording_sid: str) -> list[Any]:
        recording = self._client.recordings(recording_sid)
        if await self._asked(recording.fetch_async) is None:
            return []  # asked first: of a list that is refused the package tells no code
        return list(await self._asked(lambda: recording.transcriptions.list_async(limit=LOOKED_AT)))

    async def _asked(self, request: Callable[[], Awaitable[Any]]) -> Any:
        """The answer; None where there is nothing of that name (any more). Raises `Unavailable`."""
        try:
            return await patiently(request)
        except Exception as error:
            if refusal_code(error) == NOT_FOUND:
                return None
            if not isinstance(error, TwilioException) and not is_unanswered(error):
                raise
            raise Unavailable("telephone_unavailable", "The telephone company can't be reached.") from None
