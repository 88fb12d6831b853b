"""The pages that a browser opens, and the files behind them."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from assistant.edge.requests import content_policy

PAGES = {
    "/": "index.html",
    "/console": "console.html",
    "/console/settings": "settings.html",
    "/console/design": "design.html",
    "/supervisor": "supervisor.html",
    "/phone": "phone.html",
    "/survey": "survey.html",
}
NEVER_CACHED = {"Cache-Control": "no-cache"}


# What the Voice SDK asks for besides its socket, which tells how a call sounds, and the sound itself.
CALLING = content_policy(connect=["https://*.twilio.com"], media=["mediastream:"])


def page_routes(built: Path, demo: Path | None, *, has_calls: bool = False) -> list[web.RouteDef | web.StaticDef]:
    """Routes for the built pages in `built` and the demo page in `demo`; without a demo, without its telephone too.

    `has_calls`: the console is a telephone of Twilio's, and may reach it.
    """

    def page(path: Path) -> web.RouteDef:
        async def show(_: web.Request) -> web.FileResponse:
            is_calling = has_calls and path.name == PAGES["/console"]
            policy = {"Content-Security-Policy": CALLING} if is_calling else {}
            return web.FileResponse(path, headers=NEVER_CACHED | policy)

        address = next((address for address, name in PAGES.items() if name == path.name and path.parent == built), None)
        return web.get(address or "/demo", show)

    async def widget(request: web.Request) -> web.FileResponse:
        """The script, or its texts in another language: a host page on any site may have either."""
        return web.FileResponse(built / request.path[1:], headers=NEVER_CACHED | {"Access-Control-Allow-Origin": "*"})

    names = [name for address, name in PAGES.items() if demo is not None or address != "/phone"]
    routes: list[web.RouteDef | web.StaticDef] = [page(built / name) for name in names]
    routes += [web.get(f"/{path.name}", widget) for path in (built / "widget.js", *sorted(built.glob("widget-*.json")))]
    if demo is not None:
        routes += [page(demo / "index.html"), web.static("/demo/page", demo / "page")]
    assets = built / "assets"
    if assets.is_dir():
        routes.append(web.static("/assets", assets))
    return routes
