"""Sums, days and digits as people write and say them: "forty two pounds fifty", "the third", "double four one"."""

from __future__ import annotations

import re
from typing import List, Optional

from components import spoken


def _any(*words: str) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


# Sums
_UNITS = [word for word, value in spoken.NUMBERS.items() if value < 10]
_TEENS = [word for word, value in spoken.NUMBERS.items() if 10 <= value < 20]
_TENS = [word for word, value in spoken.NUMBERS.items() if value >= 20]
_WORD = _any(*spoken.NUMBERS, "hundred", "thousand", "million")
_VAGUE = r"(?:half a|a couple(?: of)?|a few|couple of|a)"
_COUNTED = rf"(?:{_VAGUE} (?:hundred|thousand|million)|{_WORD})(?:[ -](?:and )?(?:a half|{_WORD})){{0,7}}"
_BELOW_HUNDRED = rf"(?:{_any(*_TENS)}(?:[ -]{_any(*_UNITS)})?|{_any(*_TEENS)})"
_MONEY = r"(?:pounds?(?: sterling)?|quid|pence|p|dollars?|bucks|cents|euros?|gbp|usd|eur|grand)"
_SMALL = r"(?:pence|p|cents?)"
_NO_MONEY = r"(?! ?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|times?|percent|people|of)\b)"
_TAIL = (
    rf"(?:(?: and)? (?:\d{{1,2}}|{_BELOW_HUNDRED}|{_any(*_UNITS)}) ?{_SMALL}\b"
    rf"| (?:\d\d|{_BELOW_HUNDRED})\b{_NO_MONEY})?"
)
AMOUNT = re.compile(
    rf"[£$€]\s?\d[\d,]{{0,12}}(?:\.\d{{1,2}})?(?:k|m)?\b|(?<![\d,])\d[\d,]{{0,12}}(?:\.\d{{1,2}})?k?\s?{_MONEY}\b{_TAIL}"
    rf"|\b{_COUNTED} {_MONEY}\b{_TAIL}|\b(?:half )?a (?:grand|tenner|fiver)\b|(?<![\d,.])\d{{1,9}}\.\d{{2}}\b",
    re.IGNORECASE,
)

# Days
_DAYS = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_MONTHS = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_SHORT = r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_FEASTS = r"(?:christmas(?: eve| day)?|easter|new year(?:'?s(?: eve| day)?)?|thanksgiving|boxing day|halloween)"
_SPAN = r"(?:days?|weeks?|months?|years?|hours?|minutes?|fortnights?)"
_COUNT = rf"(?:\d+|an?|{_BELOW_HUNDRED}|{_any(*_UNITS)}|(?:a )?couple of|(?:a )?few|several)"
_PART = r"(?:morning|afternoon|evening|night|lunchtime)"
_PERIOD = rf"(?:{_PART}|week|weekend|fortnight|month|year)"
_EARLY = ["first", "second", "third", "fourth"]
_LATE = [
    "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth",
    "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "thirtieth",
]  # fmt: skip
_COMPOUND = rf"(?:twenty|thirty)[ -](?:{'|'.join(_EARLY)}|fifth|sixth|seventh|eighth|ninth)"
_NTH = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{_COMPOUND}|{_any(*_EARLY, *_LATE)})"
_PLAIN_NTH = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{_COMPOUND}|{_any(*_LATE)})"
_NO_DAY = r"(?! (?:one|time|card|payment|transaction|try|attempt|digit|floor|person|account|letter|charge)s?\b)"
_YEAR = rf"(?:,? (?:of )?(?:20\d\d|twenty[ -](?:twenty(?:[ -]{_any(*_UNITS)})?|nineteen|eighteen)))?"
_DATE = (
    rf"(?:(?:the )?day before yesterday|(?:the )?day after tomorrow|yesterday(?: {_PART})?|today|tonight"
    rf"|tomorrow(?: {_PART})?|just now|earlier(?: today)?|the other (?:day|week|night|morning|evening)"
    rf"|an? {_SPAN} (?:ago )?(?:last )?{_DAYS}|{_COUNT} (?:or {_COUNT} )?{_SPAN} ago"
    rf"|(?:the )?(?:{_PERIOD}|{_DAYS}) before last"
    rf"|(?:on )?{_DAYS} (?:last|next|this) week|{_DAYS} week"
    rf"|(?:this|last|next) (?:{_PERIOD}|{_DAYS}(?: {_PART})?|{_MONTHS}|{_FEASTS})"
    rf"|(?:since |on |by |last )?{_DAYS}(?: {_PART})?"
    rf"|(?:at |over |on |since )?the weekend"
    rf"|(?:the )?(?:last|past|next) (?:{_COUNT} )?{_SPAN}"
    rf"|(?:the )?(?:very )?(?:end|beginning|start|middle) of (?:(?:the|this|last|next) )?(?:month|week|year|{_MONTHS})"
    rf"|(?:the )?{_NTH} of (?:(?:this|last|next|every|each|the) )month"
    rf"|(?:since |in |on )?(?:the )?(?:{_NTH}|\d{{1,2}}) (?:of )?{_MONTHS}{_YEAR}|(?:since |in |from ){_MONTHS}{_YEAR}"
    rf"|{_MONTHS} (?:the )?(?:{_NTH}|\d{{1,2}}(?! (?:{_MONEY})\b)){_YEAR}"
    rf"|\d{{1,2}} {_SHORT}\b{_YEAR}|{_SHORT} \d{{1,2}}(?:st|nd|rd|th)?{_YEAR}"
    rf"|(?:(?:since|at|around|before|after|over|on) )?(?:the )?{_FEASTS}"
    rf"|on the (?:{_NTH}){_NO_DAY}|the (?:{_PLAIN_NTH}){_NO_DAY}"
    rf"|\d{{4}}-\d\d-\d\d|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)"
)
DATE = re.compile(rf"\b(?:(?:between|from) {_DATE} (?:and|to|until|till) {_DATE}|{_DATE})\b", re.IGNORECASE)

# Digits
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_FIGURE = rf"(?:\d|(?:{_any(*_TIMES)} )?{_any(*spoken.DIGITS)}|(?:{_any(*_TIMES)} )\d|{_BELOW_HUNDRED})"
_FIGURES = rf"({_FIGURE}(?:[ ,-]{{0,2}}{_FIGURE}){{1,3}})"
LAST4 = re.compile(
    rf"\b(?:(?:end(?:ing|s|ed)?|finish(?:ing|es)?)(?: (?:in|with|on))?(?: the)?(?: (?:digits|numbers?))?"
    rf"|last (?:four|4)(?: (?:digits|numbers?|figures))?(?: (?:of|on) (?:the|my|this|that)(?: \w+){{1,2}})?"
    rf"(?: (?:are|is|being))?)[:,]? {_FIGURES}\b"
    rf"|\b{_FIGURES}(?=(?: (?:is|are))?(?: at the end| (?:the|its|it's) last (?:four|4)))",
    re.IGNORECASE,
)


def digits_of(text: str) -> str:
    """The digits of a text, written or spoken: one by one, in pairs, or as "double four".

    An "oh" that stands beside no other digit is no digit but a sigh.
    """
    words = re.findall(r"[a-z]+|\d", text.lower())
    found: List[str] = []
    for at, word in enumerate(words):
        before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
        value = spoken.NUMBERS.get(word)
        if word == "oh" and not (_is_figure(before) or _is_figure(after)):
            continue
        if word.isdigit() or word in spoken.DIGITS:
            digit = spoken.DIGITS.get(word, word)
            joins = spoken.NUMBERS.get(before, 0) >= 20 and digit != "0"
            if joins:
                found[-1] = found[-1][0] + digit
            else:
                found.append(digit * _TIMES.get(before, 1))
        elif value is not None:
            found.append(str(value))
    return "".join(found)


def last_four(text: str) -> Optional[str]:
    """The four digits of a text that has just four; a sigh before them is not counted."""
    digits = digits_of(text)
    if len(digits) == 5 and re.match(r"\W*oh\b", text, re.IGNORECASE):
        digits = digits[1:]
    return digits if len(digits) == 4 else None


def _is_figure(word: str) -> bool:
    return word.isdigit() or (word != "oh" and (word in spoken.DIGITS or word in spoken.NUMBERS or word in _TIMES))
