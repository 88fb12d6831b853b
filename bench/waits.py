"""How good the announced waits are: `python -m bench.waits [SCENARIO …]`, about two and a half minutes for all.

Each scenario is one seeded simulation in which the product learns every rate by itself, beginning with a wrong guess,
and other systems' formulas see the same events. Predictions are judged on the potential wait of everybody who had to
wait, callers who left included, on arrival and again at moments chosen by chance while they waited. RASE is the root
of the mean squared error over the mean wait; bias is over the mean wait; coverage is of the range from P10 to P90.
"""

from __future__ import annotations

import sys
import time

from bench.simulation.measured import Measured, Score, measure
from bench.simulation.rivals import NAMES
from bench.simulation.scenarios import AHT, SCENARIOS, Scenario
from bench.table import print_table

ARRIVALS = 60_000
COVERED = (0.77, 0.85)
ALL = ("product", *NAMES)


def _verdict(value: float, target: float | None) -> str:
    if target is None:
        return ""
    return f"≤ {target:.3g} {'reached' if value <= target else 'MISSED'}"


def _rows(scenario: Scenario, measured: Measured) -> list[tuple[str, str, float | None, Score]]:
    return [
        (scenario.name, "on arrival", scenario.on_arrival, Score(measured.on_arrival)),
        ("", "remaining", scenario.while_waiting, Score(measured.while_waiting)),
    ]


def _print_rase(rows: list[tuple[str, str, float | None, Score]]) -> None:
    print("\nRASE (smaller is better), and the product's range\n")
    head = ("", "", "n", "mean wait s", *ALL, "to reach", "P10–P90 covers", "below", "above", "")
    print_table(
        head,
        [
            (
                name,
                when,
                score.count,
                f"{score.mean_wait:.0f}",
                *(f"{score.rase[who]:.3f}" for who in ALL),
                _verdict(score.rase["product"], target),
                f"{score.coverage:.1%}",
                f"{score.below:.1%}",
                f"{score.above:.1%}",
                "" if COVERED[0] <= score.coverage <= COVERED[1] else "MISSED",
            )
            for name, when, target, score in rows
        ],
    )


def _print_others(rows: list[tuple[str, str, float | None, Score]]) -> None:
    print("\nBias (share of the mean wait) | share of predictions within 25 % of the true wait\n")
    print_table(
        ("", "", *ALL),
        [
            (name, when, *(f"{score.bias[who]:+.0%} | {score.within[who]:.0%}" for who in ALL))
            for name, when, _, score in rows
        ],
    )


def main() -> None:
    chosen = [scenario for scenario in SCENARIOS if scenario.name in sys.argv[1:]] or SCENARIOS
    rows = []
    began = time.process_time()
    for scenario in chosen:
        print(f"{scenario.name:7} {scenario.what}", flush=True)
        rows += _rows(scenario, measure(scenario, ARRIVALS))
    print(f"\n{ARRIVALS} arrivals each, contacts of {AHT:.0f} s, {time.process_time() - began:.0f} s of one core")
    _print_rase(rows)
    _print_others(rows)


if __name__ == "__main__":
    main()
