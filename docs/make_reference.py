"""Make the reference pages from the code: ``python docs/make_reference.py``. A test holds them equal."""

import inspect
import re
from pathlib import Path

HERE = Path(__file__).parent / "reference"
NOTE = "<!-- made by docs/make_reference.py -->\n"


def table(headings, rows):
    rows = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = ["| " + " | ".join(cells) + " |" for cells in [headings, ["---"] * len(headings), *rows]]
    return "\n".join(lines) + "\n"


def metrics_page():
    from surefoot.metrics import METRICS_VERSION, load_metrics

    parts = [
        f"# Metrics\n\nMetrics version {METRICS_VERSION}. Every number of a trial, with its formula and source.\n"
    ]
    for metric in load_metrics().values():
        limits = [f"at least {metric.min_duration_s:.0f} s and {metric.min_rate_hz:.0f} Hz"]
        limits += ["gyroscope"] * metric.needs_gyroscope + ["only when asked for by name"] * metric.opt_in
        text = re.sub(r"\n\s+", "\n", metric.description)
        parts.append(
            f"## `{metric.key}`\n\n**{metric.label}** · {metric.unit or 'no unit'} · better: {metric.better} · "
            f"filter: {metric.preset} · {'; '.join(limits)}\n\n{text}\n\nSource: {metric.reference}\n"
        )
    return "\n".join(parts)


def formats_page():
    from surefoot.sources import discover

    parts = ["# Formats\n\nWhat `surefoot import` reads, recognised by content.\n"]
    for key, module in discover().items():
        parts.append(f"## `{key}`\n\n**{module.TITLE}**\n\n{inspect.getdoc(module)}\n")
    return "\n".join(parts)


def protocols_page():
    from surefoot.protocols import load_protocols

    parts = ["# Protocols\n"]
    for p in load_protocols().values():
        window = f"{p.window_s:.0f} s" + "".join(
            f"; {k.replace('+', ', ')}: {v:.0f} s" for k, v in p.short_window_s.items()
        )
        rows = [
            ["Task", p.task],
            ["Start", p.start_text],
            ["Stop", p.stop_text],
            ["Safety", p.safety_text],
            ["Attempts", ", ".join(p.attempts)],
            ["Rest between", f"{p.rest_s:.0f} s"],
            ["Analysed", window],
            ["Verdict rests on", f"`{p.primary}`"],
            ["Metric groups", ", ".join(p.metric_groups)],
        ]
        parts.append(f"## `{p.key}`: {p.title}\n\n{table(['', ''], rows)}")
    return "\n".join(parts)


def devices_page():
    import sys

    from surefoot.live.ble.devices import discover

    parts = [
        "# Devices\n\nBluetooth sensors that `surefoot record --ble` knows; any other by a description.\n"
    ]
    for key, device in discover().items():
        rates = ", ".join(f"{rate:g}" for rate in device.rates_hz) or "as the firmware sends"
        rows = [
            ["Rates in Hz", rates],
            ["Gyroscope", "yes" if device.gyroscope else "no"],
            ["Time", "its own clock" if device.clock else "order of its samples"],
            ["Service", f"`{device.service}`" if device.service else "told by the description"],
        ]
        text = inspect.cleandoc(sys.modules[f"surefoot.live.ble.devices.{key}"].__doc__)
        parts.append(f"## `{key}`: {device.title}\n\n{text}\n\n{table(['', ''], rows)}")
    return "\n".join(parts)


def errors_page():
    from surefoot import errors

    kinds = [k for k in vars(errors).values() if inspect.isclass(k) and issubclass(k, errors.SurefootError)]
    rows = [[f"`{k.__name__}`", f"`{k.code}`", inspect.getdoc(k).splitlines()[0]] for k in kinds]
    tree = inspect.getdoc(errors).split("::\n\n")[1].split("\n\nEvery")[0]
    return (
        f"# Errors\n\n```text\n{inspect.cleandoc(tree)}\n```\n\n{table(['Error', 'Code', 'Meaning'], rows)}"
    )


def command_line_page():
    from typer.main import get_command

    from surefoot.cli.app import app

    parts = [
        "# Command line\n\nExit codes: 0 fine; 2 a refusal or wrong usage, in four parts (what, found, expected, what "
        'to do); 3 the answer is "less steady" under `--check`; 130 stopped with Ctrl+C. Every reading verb takes `--json`.\n\n'
        "`surefoot --version` tells the version, `surefoot VERB --help` what follows here.\n\n"
        "`SUREFOOT_DIARY` names the diary's folder, `SUREFOOT_CONFIG` the settings', `SUREFOOT_CACHE` the index's.\n"
    ]
    for verb, command in get_command(app).commands.items():
        rows = [
            [_names(parameter), parameter.help or ""]
            for parameter in command.params
            if parameter.name != "help"
        ]
        parts.append(
            f"## `surefoot {verb}`\n\n{command.help}\n\n{table(['Argument or option', 'Meaning'], rows)}"
        )
    return "\n".join(parts)


def _names(parameter):
    if not any(name.startswith("-") for name in parameter.opts):
        return f"`{parameter.name.upper()}`" + (" (needed)" if parameter.required else "")
    return ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts])


PAGES = {
    "metrics.md": metrics_page,
    "formats.md": formats_page,
    "protocols.md": protocols_page,
    "devices.md": devices_page,
    "errors.md": errors_page,
    "command-line.md": command_line_page,
}

if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        (HERE / name).write_text(NOTE + make().rstrip() + "\n", encoding="utf-8")
