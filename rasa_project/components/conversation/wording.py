"""Sums, days and numbers of the back office as a person says them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Dict, Mapping, Optional

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SUMS = ("balance", "amount", "minimum", "limit", "available", "worth")
DATES = ("due_on", "sent_on", "expected_on", "applied_on", "decided_by", "on", "expires")
NUMBERS = ("points",)
PLAIN = ("id", "label", "payee", "account", "rate", "phone", "kind")
SLOTS = tuple(f"item_{name}" for name in (*PLAIN, *SUMS, *DATES, *NUMBERS))
_SIGNS = {"GBP": "£", "USD": "$", "EUR": "€"}
_FAR = 180


def spoken(item: Mapping[str, str], today: Optional[date] = None) -> Dict[str, Optional[str]]:
    """Every value of an item as it is said, by the name of its slot; None where the item has no such value."""
    today = today or date.today()
    currency = item.get("currency") or "GBP"
    said: Dict[str, Optional[str]] = dict.fromkeys(SLOTS)
    for name, value in item.items():
        if f"item_{name}" in said and value:
            said[f"item_{name}"] = _said(name, value, currency, today)
    return said


def money(amount: str, currency: str = "GBP") -> str:
    """`£64.20`, `£1,200`: the sign of the currency, no empty pence, and no minus, for which there are words."""
    try:
        value = abs(Decimal(amount))
    except InvalidOperation:
        return amount
    number = f"{value:,.2f}".removesuffix(".00")
    return f"{_SIGNS[currency]}{number}" if currency in _SIGNS else f"{number} {currency}"


def day(iso: str, today: date) -> str:
    """`today`, `tomorrow`, `on Friday` within a week, else `on the 4th of December`."""
    month = re.fullmatch(r"(\d{4})-(\d\d)", iso)
    if month:
        return f"at the end of {MONTHS[int(month.group(2)) - 1]} {month.group(1)}"
    try:
        when = date.fromisoformat(iso)
    except ValueError:
        return iso
    away = (when - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if away in near:
        return near[away]
    if abs(away) < 7:
        return f"on {DAYS[when.weekday()]}" if away > 0 else f"last {DAYS[when.weekday()]}"
    year = f" {when.year}" if when.year != today.year and abs(away) > _FAR else ""
    return f"on the {ordinal(when.day)} of {MONTHS[when.month - 1]}{year}"


def ordinal(number: int) -> str:
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _said(name: str, value: str, currency: str, today: date) -> str:
    if name in SUMS:
        return money(value, currency)
    if name in DATES:
        return day(value, today)
    if name in NUMBERS:
        return f"{int(value):,}" if value.isdecimal() else value
    return value
