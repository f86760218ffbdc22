"""Binary formats damaged, swollen or of a whole day."""

import io
import struct

import numpy as np

from bad_input.making import REFUSED, SPREAD_BYTES, case, put, written_by


def spoilt(name, data, seed=7):
    """Return bytes with noise in their second half."""
    draw = np.random.default_rng(seed)
    values = np.frombuffer(data, np.uint8).copy()
    values[len(values) // 2 :: 3] = draw.integers(0, 256, values[len(values) // 2 :: 3].size, np.uint8)
    return values.tobytes()


@case("a damaged MAT file")
def damaged_mat(folder):
    data = next(iter(written_by("matlab_mobile").values()))
    return put(folder / "a.mat", data[:200] + spoilt("", data[200:]))


@case("a MAT file that states a matrix of 2 GB")
def swollen_mat(folder):
    data = next(iter(written_by("matlab_mobile").values()))
    numbers = struct.pack("<IIIIII", 14, 2_000_000_048, 6, 8, 6, 0) + struct.pack(
        "<IIii", 5, 8, 16_000, 16_000
    )
    return put(
        folder / "a.mat",
        data[:128] + numbers + struct.pack("<IIII", 1, 1, 97, 0) + struct.pack("<II", 9, 2_000_000_000),
    )


@case("a MAT file of which 200 kB unpack to 200 MB", cheap=False)
def mat_bomb(folder):
    from scipy.io import savemat

    path = folder / "a.mat"
    savemat(path, {"Acceleration": np.zeros(25_000_000)}, do_compression=True)
    data = path.read_bytes()
    return put(path, b"MATLAB 5.0 MAT-file".ljust(116) + data[116:])


@case("a damaged Axivity file", "read", *REFUSED)
def damaged_cwa(folder):
    data = next(iter(written_by("axivity_cwa", 6000).values()))
    return put(folder / "a.cwa", data[:1024] + spoilt("", data[1024:]))


@case("an Axivity file of which nothing but the header is right")
def hollow_cwa(folder):
    return put(folder / "a.cwa", b"MD" + b"\xff" * 1022 + b"AX" * 500_000)


@case("an Axivity file of a day", cheap=False)
def long_cwa(folder):
    data = next(iter(written_by("axivity_cwa", 6000).values()))
    return put(folder / "a.cwa", data[:1024] + data[1024:] * (SPREAD_BYTES // len(data)))


@case("a GENEActiv file of a day", cheap=False)
def long_geneactiv(folder):
    data = next(iter(written_by("geneactiv", 6000).values()))
    start = data.index(b"Recorded Data")
    return put(folder / "a.bin", data[:start] + data[start:] * (SPREAD_BYTES // len(data)))


@case("a WitMotion binary log of 40 MB", "read", *REFUSED, cheap=False)
def long_witmotion(folder):
    data = next(iter(written_by("witmotion_binary", 6000).values()))
    return put(folder / "a.txt", data * (SPREAD_BYTES // len(data)))


@case("an Excel 97 workbook that was cut off")
def cut_xls(folder):
    return put(folder / "a.xls", xls_bytes()[:3000])


@case("a damaged Excel 97 workbook")
def damaged_xls(folder):
    return put(folder / "a.xls", spoilt("", xls_bytes()))


@case("an Excel 97 workbook whose sectors form a circle")
def circular_xls(folder):
    data = bytearray(xls_bytes())
    sector = struct.unpack_from("<I", data, 76)[0]
    struct.pack_into("<128I", data, 512 * (sector + 1), *[1] * 128)
    return put(folder / "a.xls", bytes(data))


def xls_bytes():
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Raw Data")
    for row in range(300):
        for column in range(4):
            sheet.write(row, column, row / 100 + column)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@case("40 MB of noise", cheap=False)
def noise(folder):
    return put(folder / "noise.bin", np.random.default_rng(3).bytes(SPREAD_BYTES))
