"""``surefoot web``: the dashboard in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from surefoot.cli.memory import forget_person, open_diary

DASHBOARD_IDLE_S = 12 * 3600.0


def web(
    port: Annotated[int, typer.Option("--port", help="Port of the dashboard.", min=1024, max=65534)] = 8765,
    show_page: Annotated[bool, typer.Option("--open", help="Open the dashboard in a browser.")] = False,
) -> None:
    """Show the diary in a browser on this computer, until stopped with Ctrl+C."""
    from surefoot.web.listeners import Listener, run_listeners
    from surefoot.web.passes import Pass
    from surefoot.web.site import build_dashboard

    passport = Pass(DASHBOARD_IDLE_S)
    site = build_dashboard(open_diary(), passport, forget=forget_person)
    address = f"http://127.0.0.1:{port}/open?pass={passport.show()}"

    def tell() -> None:
        print(f"Dashboard, on this computer only: {address}\nStop with Ctrl+C.", flush=True)
        if show_page:
            typer.launch(address)

    try:
        run_listeners([Listener(site, "127.0.0.1", port)], tell)
    except KeyboardInterrupt:
        print("Stopped.")
