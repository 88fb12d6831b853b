"""What is to be seen on a page: pictures, all of its text, and barriers to those who see or hear it otherwise."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Frame, Page
from serving.service import ROOT

GRAVE = {"serious", "critical"}
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


async def everything(page: Page) -> str:
    """All that the page holds: texts, attributes and fields, through every shadow root, and what it stores."""
    held: str = await page.evaluate(EVERYTHING)
    return held


async def picture(page: Page, name: str) -> None:
    """Keeps what is seen now; for the documentation where `HOLDFAST_SCREENSHOTS=1` asks for it."""
    is_for_docs = os.environ.get("HOLDFAST_SCREENSHOTS") == "1"
    folder: Path = ROOT / "docs" / "images" if is_for_docs else ROOT / "test-output"
    await page.screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")


async def has_no_barriers(page: Page | Frame) -> None:
    """axe-core finds nothing serious or critical."""
    found = await Axe().run(page)
    grave = [violation for violation in found.response["violations"] if violation["impact"] in GRAVE]
    told = [f"{v['id']}: {node['target']} {node['failureSummary']}" for v in grave for node in v["nodes"]]
    assert not told, f"{page.url}\n" + "\n".join(told)
