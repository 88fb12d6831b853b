"""The words that name a secret, and those that name what is none: sums, references, telephone numbers, last digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

LETTER = r"[^\W\d_]"

NAME = re.compile(
    rf"(?<!{LETTER})(?:"
    r"p[ .]?i[ .]?n(?:s|code|number)?|pass[ -]?(?:codes?|words?|phrases?|wd)|pwd|otps?|cvv2?|cvc2?|cvn|csc|2fa|"
    r"card verification|memorable \w+|(?:secret|security) (?:words?|numbers?|answers?|phrases?)|maiden name|"
    r"(?:digits|numbers?) (?:that are |that's )?(?:on|at) the (?:back|signature strip)|codes?|"
    r"passwort|kennwort|geheimzahl|contraseña|contrasena|clave|mot de passe|senha|wachtwoord|hasło|пароль|пин|密码"
    rf")(?!{LETTER})"
)
CODES_OF_OTHER_KINDS = re.compile(
    r"(?<!\w)(?:sort|post|postal|zip|area|country|dialling|dialing|error|product|promo|promotion|promotional|discount|"
    r"voucher|coupon|reference|booking|order|branch|bank|swift|bic|iban|status|colour|color|dress|bar|qr|tax|place|"
    r"queue|routing|currency|merchant|category|tracking|return|source|transaction|payment|response|decline)[ -]?$"
)
WORDS_BETWEEN = frozenset({
    "is", "was", "are", "be", "it's", "its", "it", "that's", "that", "number", "numbers", "no", "code", "codes",
    "now", "currently", "set", "to", "of", "digits", "would", "will", "should", "i", "think", "maybe", "as",
    "um", "uh", "er", "erm", "still", "actually", "the", "new", "old", "my", "your", "called", "goes", "reads",
    "says", "said", "here", "or", "perhaps", "probably", "for", "on", "back", "card", "debit", "credit", "a",
})  # fmt: skip
WORDS_BACK = frozenset({
    "is", "was", "are", "my", "the", "as", "for", "your", "a", "new", "old", "it's", "its", "that's", "thats",
    "that", "would", "be",
})  # fmt: skip
WORD = re.compile(rf"{LETTER}+(?:['’]{LETTER}+)*")

ENDING = re.compile(
    r"(?:end(?:ing|s|ed)?|finish(?:ing|es)|last (?:four|4))"
    r"(?:[\s:]+(?:in|with|on|is|are|of|it's|the|digits?|numbers?))*[\s:]*$"
)
OTHER_NUMBER = re.compile(
    r"(?<!\w)(?:ref(?:erence)?|order|booking|invoice|transaction|case|complaint|ticket|policy|tracking|receipt|flat|room|"
    r"application|branch|extension|ext|tel(?:ephone)?|phone|mobile|fax|(?:sort|post|postal|zip|area|place) ?code|"
    r"(?:customer|account|client|member|membership|payment|routing|claim) (?:number|no|num|id|ref(?:erence)?)|iban|bic|"
    r"amount|balance|limit|total|sum|call (?:me )?(?:back )?on|ring (?:me )?(?:back )?on|reach (?:me )?(?:on|at))"
    r"(?P<said>(?:[\s:=#.]+|number|no|num|code|id|ref(?:erence)?|(?P<verb>'s|is|was|are|of))*)$"
)
PAID = re.compile(
    r"(?<!\w)(?:spen[dt]|pa(?:y|id|ying)|charged?|costs?|owed?|transfer(?:red)?|sen[dt]|withdr[ae]w|took|taken?|moved?|"
    r"about|around|over|under|nearly|roughly|worth|only|another|debited|refund(?:ed)?)"
    r"(?: (?:me|us|him|her|them|about|around|of|out|over|another|back|for))*\s*$"
)
YEAR_BEFORE = re.compile(
    r"(?<!\w)(?:in|since|from|until|by|year|of|during|before|after|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec),? *$"
)
YEAR = re.compile(r"(?:19|20)\d\d")
MONEY_BEFORE = re.compile(r"(?:[£$€¥]|(?<!\w)(?:gbp|usd|eur))\s*$")
MONEY_AFTER = re.compile(
    rf"\s*(?:[£$€]|(?:gbp|usd|eur|pounds?|quid|pence|dollars?|bucks|euros?|cents?|percent|per cent)(?!{LETTER})|%)"
)
UNIT_AFTER = re.compile(
    r"\s*(?:(?:p|k|points?|miles?|days?|weeks?|months?|years?|hours?|hrs?|minutes?|mins?|seconds?|secs?|times|people|"
    rf"transactions?|payments?|o'clock|am|pm|ish|odd)(?!{LETTER}))"
)
SUM_DATE_OR_PHONE = re.compile(
    r"\+\d(?:[ ()-]{0,2}\d){8,14}(?!\d)|"
    r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{2})?(?![\d.,]?\d)|(?<![\d.,])\d+[.,]\d{2}(?![\d.,]?\d)|"
    r"(?<!\d)\d{1,4}([/.-])\d{1,2}\1\d{2,4}(?!\d)|(?<!\d)\d{1,2}/\d{1,2}(?!\d)"
)

CLAUSE_ENDS = re.compile(r"[.,;!?\n]|(?<!\w)(?:and|but)(?!\w)")
LONG_UNIT = re.compile(
    rf"\s*(?:days?|weeks?|months?|years?|hours?|hrs|minutes?|mins|seconds?|secs|times|people|miles?)(?!{LETTER})"
)

VALUE = r"(?P<value>\"[^\"]+\"|“[^”]+”|‘[^’]+’|'[^']+'|\S+)"
WORD_SECRET = (
    rf"(?<!{LETTER})(?:pass ?-?(?:words?|codes?|wd)|pwd|memorable \w+|(?:secret|security) (?:words?|answers?|phrases?)|"
    r"maiden name|passwort|kennwort|contraseña|contrasena|mot de passe|senha|wachtwoord|hasło|пароль)"
)
GIVEN = re.compile(rf"{WORD_SECRET}(?: is| was|['’]s)?\s*[:=]+\s*{VALUE}", re.IGNORECASE)
SAID = re.compile(
    rf"{WORD_SECRET}(?:['’]s| is| was| are)"
    rf"(?: (?:now|currently|still|set to|actually|probably|called|just))*\s+{VALUE}",
    re.IGNORECASE,
)
BARE = re.compile(rf"{WORD_SECRET}\s+{VALUE}", re.IGNORECASE)
PHRASE = re.compile(r"pass ?-?phrase(?:['’]s| is| was)?(?P<sign>\s*[:=])?\s+(?P<value>[^.,;!?\n]+)", re.IGNORECASE)
MAY_NAME_WORDS = (
    "pass", "pwd", "memorable", "secret", "security", "maiden", "kennwort", "contrase", "mot de", "senha", "wachtw",
    "hasło", "пароль",
)  # fmt: skip
"""A text without any of these names no password: quicker to know than by the patterns."""
ORDINARY = frozenset({
    "not", "wrong", "incorrect", "right", "correct", "expired", "blocked", "locked", "invalid", "the", "a",
    "an", "my", "your", "his", "her", "our", "their", "too", "still", "being", "no", "never", "always", "what",
    "on", "in", "at", "for", "required", "needed", "asked", "gone", "lost", "forgotten", "rejected", "refused",
    "broken", "weak", "strong", "safe", "secure", "same", "different", "old", "new", "changed", "reset",
    "written", "saved", "stored", "working", "unknown", "missing", "out", "something", "somebody", "someone",
    "it", "that", "this", "and", "or", "but", "because", "so", "accepted", "compromised", "stolen", "leaked",
    "known", "hacked", "denied", "about", "showing", "saying", "really", "very", "just", "also", "only", "now",
    "currently", "fine", "ok", "okay", "good", "bad", "due", "up", "down", "to", "of", "by", "with", "from",
    "if", "when", "where", "how", "why", "doing", "causing", "giving", "getting", "failing", "hopefully",
    "there", "here", "all", "any", "as", "like", "protected", "held", "used", "short", "long", "simple", "easy",
    "hard", "difficult", "i", "we", "you", "they", "he", "she",
})  # fmt: skip
ASKED_OTHER = re.compile(
    r"(?<!\w)(?:last (?:four|4)|how (?:much|many|long)|amount|reference|when|which date|what date|limit|"
    r"(?:phone|telephone|mobile|customer|account) number)(?!\w)"
)
STUCK_TOGETHER = re.compile(rf"(?=\S*\d)(?=\S*{LETTER})\S{{4,}}")


def names(shadow: str) -> Iterator[tuple[int, int]]:
    """Where a secret is named. A sort code, a post code or an error code is none."""
    for found in NAME.finditer(shadow):
        is_code = found.group().startswith("code")
        if not (is_code and CODES_OF_OTHER_KINDS.search(shadow[max(0, found.start() - 24) : found.start()])):
            yield found.span()


def is_only(words: str, allowed: frozenset[str]) -> bool:
    """Whether nothing but these words, and no digit, stands there."""
    return not any(sign.isdigit() for sign in words) and all(word in allowed for word in WORD.findall(words))
