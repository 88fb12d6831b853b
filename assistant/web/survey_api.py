"""The survey's door: what the page behind a texted link asks, and what it is answered."""

from __future__ import annotations

from aiohttp import web

from assistant.edge.errors import json_response
from assistant.edge.limits import Limits
from assistant.edge.requests import body
from assistant.flow.feedback import Feedback
from assistant.flow.surveys import Surveys
from assistant.settings.tenant import Tenant
from assistant.web.chat_protocol import FeedbackBody

PER_MINUTE = 30


class SurveyApi:
    """The token stands in the path of our own requests alone, never in an address that a browser shows or keeps."""

    def __init__(self, tenant: Tenant, surveys: Surveys, feedback: Feedback, limits: Limits) -> None:
        self._tenant = tenant
        self._surveys = surveys
        self._feedback = feedback
        self._limits = limits

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/surveys/{token}", self.show), web.post("/api/v1/surveys/{token}", self.answer)]

    async def show(self, request: web.Request) -> web.Response:
        """`{brand, questions: [{measure, says}]}` that have no answer yet. Raises `Refused` `no_such_survey`."""
        self._limits.check(f"survey:{request.remote}", PER_MINUTE, 60)
        contact_id = await self._surveys.contact_of(request.match_info["token"])
        given = await self._feedback.given(contact_id)
        asked = [question for question in self._tenant.survey.as_data() if question["measure"] not in given]
        return json_response({"brand": self._tenant.brand, "questions": asked})

    async def answer(self, request: web.Request) -> web.Response:
        """204. Raises `Refused`: `no_such_survey`, `feedback_given`, `invalid_request`."""
        self._limits.check(f"survey:{request.remote}", PER_MINUTE, 60)
        contact_id = await self._surveys.contact_of(request.match_info["token"])
        given = await body(request, FeedbackBody)
        await self._feedback.give(contact_id, given.scores(), given.comment)
        return web.Response(status=204)
