"""What the makers' own sources say of their sensors; matchers and twins are held against it, not against us.

Each fact names its source as owner/repository@commit:path, or the document that was read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """What one kind of board or sensor advertises, and the services behind it.

    `sending` are the characteristics that notify or indicate, `taking` those that are written; `is_plain`
    tells that the advertisement is enough to know it.
    """

    key: str
    name: str
    advertises: tuple[str, ...]
    services: tuple[str, ...]
    sending: dict[str, str]
    source: str
    taking: tuple[str, ...] = ()
    is_plain: bool = True


def uart(number):
    return f"6e40000{number}-b5a3-f393-e0a9-e50e24dcca9e"


def phyphox(number):
    return f"cddf{number}-30f7-4671-8b43-5e40ba53514a"


def wit(number):
    return f"0000ffe{number}-0000-1000-8000-00805f9a34fb"


def polar(number):
    return f"fb005c8{number}-02e7-f387-1cad-8acd2d8df0c8"


def dot(number):
    return f"1517{number}-4947-11e9-8646-d663bd873d93"


def movesense(number):
    return f"3480{number}-7185-4d5d-b431-630e7050e8f0"


def metawear(number):
    return f"326a{number}-85cb-9195-d9dd-464cfbbae75a"


HEART_RATE = "0000180d-0000-1000-8000-00805f9b34fb"
PHYPHOX_BOARDS = {
    "ESP32": "e0c1d5c:src/phyphoxBLE_ESP32.cpp",
    "nRF52": "e0c1d5c:src/phyphoxBLE_NRF52.cpp",
    "Nano 33 IoT": "e0c1d5c:src/phyphoxBLE_NanoIOT.cpp",
    "STM32": "e0c1d5c:src/phyphoxBLE_STM32.cpp",
    "version 2.0": "019e4ab:docs/protocol.md",
}
PMD = {polar(1): "indicate", polar(2): "notify"}
POLAR_PDF = "technical_documentation/online_measurement.pdf"
FACTS = (
    *(
        Fact(
            "phyphox_ble",
            "phyphox-Arduino",
            (phyphox("0001"),),
            (phyphox("0001"), phyphox("1001")),
            {phyphox("0002"): "notify", phyphox("1002"): "notify"},
            f"phyphox/phyphox-arduino@{path} ({board})",
        )
        for board, path in PHYPHOX_BOARDS.items()
    ),
    Fact(
        "nordic_uart",
        "UART Service",
        (),
        (uart(1),),
        {uart(3): "notify"},
        "espressif/arduino-esp32@02febc9:libraries/BLE/examples/UART/UART.ino",
        taking=(uart(2),),
    ),
    Fact(
        "nordic_uart",
        "",
        (),
        (uart(1),),
        {uart(3): "notify"},
        "the same sketch with a name that is too long to be advertised",
        taking=(uart(2),),
        is_plain=False,
    ),
    Fact(
        "microbit_uart",
        "BBC micro:bit [zuvov]",
        (),
        (uart(1),),
        {uart(2): "indicate"},
        "lancaster-university/codal-microbit-v2@08cde60:source/bluetooth/MicroBitUARTService.cpp",
        taking=(uart(3),),
    ),
    Fact(
        "witmotion",
        "WT901BLE67",
        (),
        (wit(5),),
        {wit(4): "notify"},
        "WITMOTION/WitBluetooth_BWT901BLE5_0@9efaab0:Python/BWT901BLE5.0_python_sdk/device_model.py",
        taking=(wit(9),),
    ),
    Fact(
        "witmotion",
        "WTSDCL",
        (),
        (wit(5),),
        {wit(4): "notify"},
        "WT901SDCL-BT50 protocol text of the maker",
        taking=(wit(9),),
    ),
    *(
        Fact(
            key,
            f"{name} 0A1B2C3D",
            (HEART_RATE,),
            (HEART_RATE, polar(0)),
            PMD,
            f"polarofficial/polar-ble-sdk@8fb5311:{source}",
            taking=(polar(1),),
        )
        for key, name, source in (
            ("polar_h10", "Polar H10", POLAR_PDF),
            ("polar_verity_sense", "Polar Sense", POLAR_PDF),
            ("polar_optical", "Polar OH1", "documentation/products/PolarOH1.md"),
            ("polar_optical", "Polar 360", "documentation/products/Polar360.md"),
            ("polar_optical", "Polar Loop", "documentation/products/Polar360.md"),
        )
    ),
    Fact(
        "movesense",
        "Movesense 214330001234",
        ("0000fdf3-0000-1000-8000-00805f9b34fb",),
        (movesense("2252"),),
        {movesense("0002"): "notify"},
        "sensein/movesense-py@800da2a:src/movesense/protocol.py",
        taking=(movesense("0001"),),
    ),
    *(
        Fact(
            "movella_dot",
            name,
            (),
            (dot("1000"), dot("2000")),
            {dot("2002"): "notify", dot("2003"): "notify", dot("2004"): "notify"},
            "Movella DOT BLE Services Specification, revision C, July 2023",
            taking=(dot("1002"), dot("2001")),
        )
        for name in ("Movella DOT", "Xsens DOT")
    ),
    Fact(
        "metamotion",
        "MetaWear",
        (metawear("9000"),),
        (metawear("9000"),),
        {metawear("9006"): "notify"},
        "mbientlab/MetaWear-SDK-Cpp@f67699e:test",
        taking=(metawear("9001"),),
    ),
)
