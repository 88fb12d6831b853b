"""The words in which people name cards, accounts, bills, countries, shops, days and sums. Data for `facts.py`."""

from __future__ import annotations

from typing import Dict, List

CARD_KINDS: Dict[str, str] = {
    "debit": "debit",
    "debt card": "debit",
    "bank card": "debit",
    "cash card": "debit",
    "atm card": "debit",
    "credit": "credit",
    "visa": "Visa",
    "mastercard": "Mastercard",
    "master card": "Mastercard",
    "amex": "American Express",
    "american express": "American Express",
    "visa debit": "debit",
    "visa credit": "credit",
    "debit mastercard": "debit",
    "mastercard debit": "debit",
    "mastercard credit": "credit",
    "platinum": "platinum",
    "gold card": "gold",
    "charge card": "charge",
    "virtual card": "virtual",
    "prepaid": "prepaid",
    "travel card": "travel",
    "business card": "business",
    "store card": "store",
}

ACCOUNT_KINDS: Dict[str, str] = {
    "current": "current",
    "checking": "checking",
    "chequing": "checking",
    "savings": "savings",
    "saving": "savings",
    "saver": "savings",
    "joint": "joint",
    "business": "business",
    "isa": "ISA",
    "student": "student",
    "mortgage": "mortgage",
    "money market": "money market",
    "loan": "loan",
}

BILL_KINDS: Dict[str, str] = {
    "electric": "electricity",
    "electricity": "electricity",
    "power": "electricity",
    "energy": "energy",
    "gas": "gas",
    "heating": "heating",
    "water": "water",
    "phone": "phone",
    "telephone": "phone",
    "mobile": "phone",
    "cell": "phone",
    "internet": "internet",
    "broadband": "internet",
    "wifi": "internet",
    "cable": "cable",
    "tv": "television",
    "council tax": "council tax",
    "tax": "tax",
    "rent": "rent",
    "mortgage": "mortgage",
    "insurance": "insurance",
    "credit card": "credit card",
    "visa": "Visa",
    "mastercard": "Mastercard",
    "loan": "loan",
    "car": "car",
}

REWARD_KINDS: Dict[str, str] = {
    "points": "points",
    "point": "points",
    "miles": "miles",
    "air miles": "miles",
    "cash back": "cashback",
    "cashback": "cashback",
    "gift card": "gift card",
    "voucher": "voucher",
    "vouchers": "voucher",
}

APPLICATION_KINDS: Dict[str, str] = {
    "credit card": "credit card",
    "card": "card",
    "loan": "loan",
    "mortgage": "mortgage",
    "account": "account",
    "overdraft": "overdraft",
}

COUNTRIES: List[str] = [
    "Argentina", "Australia", "Austria", "Bangladesh", "Belgium", "Brazil", "Bulgaria", "Canada", "Chile", "China",
    "Colombia", "Croatia", "Cuba", "Cyprus", "Czech Republic", "Denmark", "Dubai", "Egypt", "England", "Estonia",
    "Europe", "Finland", "France", "Germany", "Ghana", "Gibraltar", "Greece", "Hong Kong", "Hungary", "Iceland",
    "India", "Indonesia", "Ireland", "Israel", "Italy", "Jamaica", "Japan", "Jordan", "Kenya", "Latvia",
    "Lithuania", "Luxembourg", "Malaysia", "Malta", "Mexico", "Morocco", "Nepal", "Netherlands", "New Zealand",
    "Nigeria", "Norway", "Pakistan", "Peru", "Philippines", "Poland", "Portugal", "Qatar", "Romania", "Russia",
    "Saudi Arabia", "Scotland", "Serbia", "Singapore", "Slovakia", "Slovenia", "Somalia", "South Africa",
    "South Korea", "Spain", "Sri Lanka", "Sweden", "Switzerland", "Taiwan", "Thailand", "Tunisia", "Turkey",
    "Ukraine", "United States", "Uganda", "Vietnam", "Wales", "Zimbabwe",
]  # fmt: skip

COUNTRY_NICKNAMES: Dict[str, str] = {
    "usa": "United States",
    "us": "United States",
    "america": "United States",
    "the states": "United States",
    "uae": "United Arab Emirates",
    "holland": "Netherlands",
    "abroad": "abroad",
    "overseas": "abroad",
    "paris": "France",
    "rome": "Italy",
    "new york": "United States",
    "tokyo": "Japan",
    "london": "England",
    "madrid": "Spain",
}

MERCHANTS: List[str] = [
    "Tesco", "Sainsbury's", "Asda", "Aldi", "Lidl", "Waitrose", "Morrisons", "Argos", "Ikea", "Primark",
    "John Lewis", "Marks and Spencer", "Amazon Prime", "Amazon", "eBay", "PayPal", "Netflix", "Spotify", "Uber Eats",
    "Uber", "Deliveroo", "Just Eat", "Google Play", "Google", "Walmart", "Costco", "Starbucks", "Greggs",
    "McDonald's", "Esso", "Currys", "Etsy", "Airbnb", "Ryanair", "EasyJet", "Trainline", "Home Depot", "Best Buy",
    "Whole Foods", "Burger King", "Booking.com", "Vinted", "Temu", "Shein", "AliExpress", "Disney Plus", "Expedia",
]  # fmt: skip

MERCHANTS_THAT_ARE_WORDS: List[str] = ["Apple", "Boots", "Next", "Shell", "Steam", "Target", "Subway", "Sky"]
"""Taken for shops only after "at", "from" and the like."""

MERCHANT_NICKNAMES: Dict[str, str] = {
    "sainsburys": "Sainsbury's",
    "mcdonalds": "McDonald's",
    "maccies": "McDonald's",
    "m&s": "Marks and Spencer",
    "m and s": "Marks and Spencer",
    "marks & spencer": "Marks and Spencer",
    "marks and spencers": "Marks and Spencer",
    "b&q": "B&Q",
    "b and q": "B&Q",
    "co-op": "Co-op",
    "the coop": "Co-op",
    "e bay": "eBay",
    "pay pal": "PayPal",
    "apple pay": "Apple Pay",
    "the apple store": "Apple",
    "booking dot com": "Booking.com",
}

NUMBERS: Dict[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip

DIGITS: Dict[str, str] = {
    "zero": "0", "oh": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
