"""What is to be seen on a page: pictures, all of its text, and barriers to those who see or hear it otherwise."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Frame, Page, expect
from serving.service import ROOT

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

EVERYTHING = """() => {
  const texts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), location.href];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
    if (node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement) texts.push(node.value);
    if (node instanceof Element) for (const attribute of node.attributes) texts.push(attribute.value);
    if (node.shadowRoot) walk(node.shadowRoot);
    node.childNodes.forEach(walk);
  };
  walk(document.documentElement);
  return texts.join("\\n");
}"""


SETTLED = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  await Promise.allSettled(
    document.getAnimations().filter((each) => each instanceof CSSTransition).map((each) => each.finished));
}"""
"""A colour on its way to another is neither."""


async def everything(page: Page) -> str:
    """All that the page holds: texts, attributes and fields, through every shadow root, and what it stores."""
    held: str = await page.evaluate(EVERYTHING)
    return held


async def picture(page: Page, name: str) -> None:
    """Keeps what is seen now; for the documentation where `HOLDFAST_SCREENSHOTS=1` asks for it."""
    is_for_docs = os.environ.get("HOLDFAST_SCREENSHOTS") == "1"
    folder: Path = ROOT / "docs" / "images" if is_for_docs else ROOT / "test-output"
    await page.screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")


async def fits_across(page: Page) -> None:
    """Nothing lies beside the page: whoever reads scrolls in one direction only."""
    widths: list[int] = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1], f"{page.url} is {widths[0]} wide on a screen of {widths[1]}"


SIDE_BY_SIDE = {"rules": {"landmark-unique": {"enabled": False}}}
"""Where one part stands several times on a page, to show its states, its landmarks cannot have names of their own."""


async def has_no_barriers(page: Page | Frame, options: dict[str, Any] | None = None) -> None:
    """axe-core finds nothing at all; with `options`, of the rules that they leave on."""
    found = await Axe().run(page, options=options)
    told = [
        f"{violation['id']} ({violation['impact']}): {node['target']} {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
    assert not told, f"{page.url}\n" + "\n".join(told)


async def has_no_barriers_however_dressed(page: Page, name: str | None = None) -> None:
    """The page as it stands, in both themes and directions; `name` keeps a picture of each. It is left in English."""
    chooser = page.locator("#language").or_(page.get_by_test_id("language")).first
    for language, direction in (("ar", "rtl"), ("en", "ltr")):
        await chooser.select_option(language)
        await expect(page.locator("html")).to_have_attribute("dir", direction)
        for theme in THEMES:
            await page.emulate_media(color_scheme=theme)
            await page.bring_to_front()
            await page.evaluate(SETTLED)
            await has_no_barriers(page)
            await fits_across(page)
            if name is not None:
                await picture(page, f"{name}-{language}-{theme}")
    await page.emulate_media(color_scheme="light")
