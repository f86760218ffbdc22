"""``surefoot web``: the dashboard in a browser, the phone page, and the listener for apps."""

from typing import Annotated, Any, Final

import typer

from surefoot.cli.board_sensors import list_sensors
from surefoot.cli.network import Doors, only_for_push, read_conditions
from surefoot.cli.options import takes_setup
from surefoot.cli.sensors import Described
from surefoot.diary import open_diary
from surefoot.settings import open_settings

DASHBOARD_IDLE_S: Final = 12 * 3600.0


@takes_setup
def web(
    setup_words: dict[str, Any],
    lan: Annotated[bool, typer.Option("--lan", help="Let a phone on this network in, by a code.")] = False,
    push: Annotated[
        bool, typer.Option("--push", help="Let Sensor Logger push, and phyphox fetch its experiment.")
    ] = False,
    pushed_by: Annotated[
        str | None,
        typer.Option("--pushed-by", help="What pushes: android | ios | standardised (a setting of the app)."),
    ] = None,
    address: Annotated[
        str | None, typer.Option("--address", help="This computer's address on the network.")
    ] = None,
    port: Annotated[
        int,
        typer.Option("--port", help="Port of the dashboard; the others follow.", min=1024, max=65533),
    ] = 8765,
    sensor: Annotated[
        str | None,
        typer.Option(
            "--sensor", help="Bluetooth sensor for the board trainer: nickname, address, name or kind."
        ),
    ] = None,
    describe: Described = None,
    show_page: Annotated[bool, typer.Option("--open", help="Open the dashboard in a browser.")] = False,
) -> None:
    """Show the diary in a browser, on this computer only.

    Phones on the network can record into it once they are let in: on its page, or from the beginning with
    --lan. Ctrl+C stops it.
    """
    from surefoot.web.dashboard.site import LOOPBACK, build_dashboard
    from surefoot.web.server.listeners import Listener
    from surefoot.web.server.tokens import Pass
    from surefoot.web.trainer.phone import PHONE, PHONE_SOURCE
    from surefoot.web.trainer.trainer import Trainer

    diary, settings, passport = open_diary(), open_settings(), Pass(DASHBOARD_IDLE_S)
    doors = Doors(diary, address)
    phones_come = lan or bool(address and not push)
    sensors = list_sensors(sensor, describe)
    phone = {PHONE: PHONE_SOURCE}
    trainer = Trainer(diary, settings, {**phone, **sensors} if phones_come else {**sensors, **phone})
    if push:
        doors.let_apps_in(port + 2, read_conditions(setup_words, pushed_by))
    elif setup_words or pushed_by:
        raise only_for_push()
    entrance = doors.make_entrance(port + 1, trainer, is_open=phones_come)
    site = build_dashboard(diary, settings, passport, entrance=entrance, push=doors.push, trainer=trainer)

    def close() -> None:
        trainer.close()
        entrance.live.close()

    own = Listener(site, LOOPBACK[0], port, close=close, finish=trainer.leave)
    link = f"http://{LOOPBACK[0]}:{port}/open?pass={passport.show()}"

    def tell() -> None:
        print(f"Dashboard, on this computer only: {link}")
        doors.tell()
        print("Stop with Ctrl+C.", flush=True)
        if show_page:
            typer.launch(link)

    doors.serve(tell, own)
