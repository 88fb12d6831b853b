"""When the board raises an alarm is set while the service runs."""

from __future__ import annotations

from typing import Any

from agents_house import House
from agents_house import house as house
from test_settings_door import VERSIONS, change, section, versions


async def test_the_board_goes_by_the_alarms_that_were_changed_last(house: House) -> None:
    sofia = await house.signs_in("sofia")

    async def thresholds() -> Any:
        return (await house.gets("/api/v1/supervisor/board", sofia))[1]["alarms"]

    usual = await thresholds()
    wanted = usual | {"waiting": 3, "longest_wait": 1.5, "service_level": None, "nobody_ready": False}
    assert (await change(house, sofia, "alarms", wanted, comment="The new target"))[0] == 200
    assert await thresholds() == wanted
    told = await section(house, sofia, "alarms")
    assert (told["version"], told["by"]["username"], told["value"]) == (1, "sofia", wanted)
    assert (await change(house, sofia, "alarms", usual))[1]["error"]["code"] == "settings_changed"
    assert (await house.posts(f"{VERSIONS}/1/undo", {}, sofia))[0] == 200
    assert await thresholds() == usual
    assert [(each["section"], each["by"]["username"]) for each in await versions(house, sofia)] == [
        ("alarms", "sofia"),
        ("alarms", "sofia"),
    ]
