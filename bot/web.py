"""Health and figures, for machines of this machine only: no names, no sums of money."""

from collections.abc import Callable, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest

Figures = Callable[[], Mapping[str, float]]
Trouble = Callable[[], list[str]]


def application(figures: Figures, trouble: Trouble) -> web.Application:
    """Return the web application that answers /health (200 or 503 with sentences) and /metrics."""

    async def health(_: web.Request) -> web.Response:
        found = trouble()
        return web.json_response({"ok": not found, "trouble": found}, status=503 if found else 200)

    async def metrics(_: web.Request) -> web.Response:
        registry = CollectorRegistry()
        for name, value in figures().items():
            Gauge(f"chargehand_{name}", name.replace("_", " "), registry=registry).set(value)
        return web.Response(body=generate_latest(registry), content_type="text/plain")

    app = web.Application()
    app.router.add_get("/health", health)
    app.router.add_get("/metrics", metrics)
    return app
