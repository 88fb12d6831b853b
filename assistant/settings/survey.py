"""What is asked afterwards: one to three questions, on the keypad, by a link in a text, and in the widget."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from assistant.model.survey import Measure


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuestionPart(_Part):
    """One question: which measure its answers feed, and how it is asked; left out, in words of our own."""

    measure: Measure
    says: str | None = Field(default=None, min_length=1, max_length=200)


def _question(value: Any) -> Any:
    return {"measure": value} if isinstance(value, str) else value


class SurveyPart(_Part):
    """`by_keypad`: who is still on the line once the agent has hung up is asked whether they would answer.

    `text_after_seconds`: who was on the telephone and has not answered by then is texted a link; left out, nobody is.
    `page_url` is where the link leads: the service's own page where it is left out. Good for `kept_days`.
    """

    questions: list[Annotated[QuestionPart, BeforeValidator(_question)]] = Field(
        default=[QuestionPart(measure=Measure.CSAT), QuestionPart(measure=Measure.RESOLVED)], min_length=1, max_length=3
    )
    by_keypad: bool = False
    text_after_seconds: float | None = Field(default=None, ge=30)
    page_url: str | None = Field(default=None, pattern=r"^https?://[^\s#]+$")
    kept_days: int = Field(default=7, ge=1)

    def as_data(self) -> list[dict[str, str | None]]:
        """The questions as the wire has them; `says` null: in the page's own words."""
        return [{"measure": question.measure.value, "says": question.says} for question in self.questions]

    @field_validator("questions")
    @classmethod
    def _differ(cls, value: list[QuestionPart]) -> list[QuestionPart]:
        if len({question.measure for question in value}) != len(value):
            raise ValueError("the same measure is asked for twice")
        return value
