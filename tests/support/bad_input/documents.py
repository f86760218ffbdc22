"""JSON that is too deep or too long."""

from bad_input.making import case, fill, put


@case("JSON that opens a million brackets")
def deep_json(folder):
    return put(folder / "deep.json", b"[" * 1_000_000)


@case("a Sensor Logger JSON that opens a million brackets")
def deep_sensor_json(folder):
    return put(
        folder / "deep.json", b'[{"sensor":"Accelerometer","seconds_elapsed":"1","x":' + b"[" * 1_000_000
    )


@case("JSON of 40 MB that no app writes", cheap=False)
def long_json(folder):
    return put(folder / "long.json", b"[" + b"1.5," * 9_500_000 + b"1]")


@case("a Sensor Logger JSON of 35 MB", cheap=False)
def long_sensor_json(folder):
    return sensor_json(folder, 35_000_000)


@case("a Sensor Logger JSON just small enough", "read", cheap=False)
def largest_sensor_json(folder):
    return sensor_json(folder, 22_000_000)


def sensor_json(folder, size):
    item = '{{"sensor":"TotalAcceleration","time":"{0}","seconds_elapsed":"{1:.2f}"'
    item += ',"x":"0.1","y":"9.8","z":"0.{2}"}},\n'
    lines = (item.format(1_772_440_200_000_000_000 + n * 10**7, n / 100, n % 97) for n in range(10**9))
    path = fill(folder / "long.json", "[", lines, size)
    return put(path, path.read_bytes().rstrip(b",\n") + b"]")
