"""Tables of figures."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    for index, row in enumerate(cells):
        padded = [
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(padded))
        if index == 0:
            print("  ".join("-" * width for width in widths))


def milliseconds(seconds: Sequence[float]) -> tuple[str, str]:
    """Median and 95th percentile, as text."""
    return f"{median(seconds) * 1000:.2f}", f"{quantiles(seconds, n=20)[-1] * 1000:.2f}"
