"""Workbooks of XML that expands, repeats, nests or names files of the machine."""

from itertools import pairwise

from bad_input.making import case, zipped


def workbook(folder, sheet, strings=b""):
    book = b'<workbook xmlns:r="urn:r"><sheets><sheet name="Accelerometer" r:id="rId1"/></sheets></workbook>'
    relations = b'<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations,
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zipped(folder / "book.xlsx", parts | ({"xl/sharedStrings.xml": strings} if strings else {}))


ROW = b'<row><c t="s"><v>0</v></c><c><v>9.8</v></c></row>'
SHEET = b"<worksheet><sheetData>" + ROW * 50 + b"</sheetData></worksheet>"


@case("a workbook whose XML names a file of the machine")
def external_entity(folder):
    head = b'<!DOCTYPE sst [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    return workbook(folder, SHEET, head + b"<sst><si><t>&e;</t></si></sst>")


@case("a workbook whose XML expands to a billion laughs")
def laughs(folder):
    names = "abcdefghij"
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    head = f'<!DOCTYPE sst [<!ENTITY a "ha">{entities}]>'.encode()
    return workbook(folder, SHEET, head + b"<sst><si><t>&j;</t></si></sst>")


@case("a workbook that hides its declarations in UTF-16")
def hidden_entity(folder):
    text = (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE s [<!ENTITY a "ha">]><sst><si><t>&a;</t></si></sst>'
    )
    return workbook(folder, SHEET, text.encode("utf-16"))


@case("a workbook whose sheet unpacks to 40 MB", cheap=False)
def large_sheet(folder):
    cells = b'<row><c t="s"><v>0</v></c><c><v>9.8</v></c><c><v>0.1</v></c></row>'
    sheet = b"<worksheet><sheetData>" + cells * (39_000_000 // len(cells)) + b"</sheetData></worksheet>"
    return workbook(folder, sheet, b"<sst><si><t>t</t></si></sst>")


@case("a workbook with five million empty rows", cheap=False)
def empty_rows(folder):
    return workbook(folder, b"<worksheet><sheetData>" + b"<row/>" * 5_000_000 + b"</sheetData></worksheet>")


@case("a workbook with two million rows of cells that hold nothing", cheap=False)
def hollow_rows(folder):
    rows = b'<row><c s="1"/></row>' * 1_800_000
    return workbook(folder, b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>")


@case("a workbook with a cell in column XFD")
def far_cell(folder):
    return workbook(folder, b'<worksheet><row><c r="XFD1"><v>1</v></c></row></worksheet>')


@case("a workbook with empty nested tags, 40 MB", cheap=False)
def nested_tags(folder):
    return workbook(folder, b"<a>" * 13_000_000)


@case("a workbook that repeats a text of 300 letters 700,000 times", cheap=False)
def repeated_string(folder):
    sheet = b"<worksheet><sheetData>" + ROW * 700_000 + b"</sheetData></worksheet>"
    return workbook(folder, sheet, b"<sst><si><t>" + b"x" * 300 + b"</t></si></sst>")
