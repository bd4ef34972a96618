from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.errors import InvalidIdentifier
from simloom.identifiers import BadLine, GoodLine, Kind, read_identifiers

ONE = "8949020000123456789"
TWO = "8949020000123456790"


def read(text, **options):
    lines = io.StringIO(text, newline="")
    return [
        (item.line, item.identifier.tagged if isinstance(item, GoodLine) else str(item.error))
        for item in read_identifiers(lines, **options)
    ]


def good(number, digits=ONE, kind="iccid"):
    return (number, f"{kind}:{digits}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n\n# nothing\n", []),
        (ONE, [good(1)]),
        (f"\ufeff{ONE}\r\n{TWO}\r\n", [good(1), good(2, TWO)]),
        (f"# trucks\n\n{ONE}   # the red one\n", [good(3)]),
        (
            f'"{ONE}"\n\'{TWO}\'\n="{ONE}"\n\'{TWO}\n',
            [good(1), good(2, TWO), good(3), good(4, TWO)],
        ),
        (f"\ufefficcid\n{ONE}\n", [good(2)]),
        (f"SIM card\n{ONE}\n", [good(2)]),
        (f"Label;ICCID;IMSI\nred;{ONE};262011234567890\n", [good(2)]),
        (f'"Label, long","sim_iccid"\n"a, b","{ONE}"\n', [good(2)]),
        (f"sep=;\nLabel;ICCIDs\n;{ONE}\n", [good(3)]),
        (f"Label\tICCID\n\t{ONE}\n", [good(2)]),
        (f'iccid\n"=""{ONE}"""\n', [good(2)]),
        ("imsi\n262011234567890\n", [good(2, "262011234567890", "imsi")]),
        ("name,IMEI (device)\nx,352099001761481\n", [good(2, "352099001761481", "imei")]),
        ("imsi\nimsi:262011234567890\n", [good(2, "262011234567890", "imsi")]),
        (
            f"imsi:262011234567890\n+49 171 1234567\n{ONE}\n",
            [
                good(1, "262011234567890", "imsi"),
                good(2, "491711234567", "msisdn"),
                good(3),
            ],
        ),
        (f"{ONE};red\n{TWO};blue # 2\n", [good(1), good(2, TWO)]),
    ],
)
def test_a_file_is_read_as_it_was_meant(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        (f"SIM number;x\n{ONE};1\n", {"column": "sim NUMBER "}, [good(2)]),
        ("a,b\n1,262011\n", {"column": "b", "kind": Kind.IMSI}, [good(2, "262011", "imsi")]),
        ("iccid,imsi\n1,262011\n", {"kind": Kind.IMSI}, [good(2, "262011", "imsi")]),
        ("iccid,imsi\n1,262011\n", {"column": "imsi"}, [good(2, "262011", "imsi")]),
        ("262011\n", {"kind": Kind.IMSI}, [good(1, "262011", "imsi")]),
    ],
)
def test_column_and_kind_can_be_told(text, options, expected):
    assert read(text, **options) == expected


def test_bad_lines_are_reported_and_the_rest_is_read():
    text = (
        f'iccid,label\n{ONE},a\n123,b\n,c\n"{TWO},d\n{TWO},e\n{ONE},"f\ng",x\n'
        f"imsi:262011,h\n{ONE}\n"
    )
    found = list(read_identifiers(io.StringIO(text)))
    assert [item.line for item in found if isinstance(item, GoodLine)] == [2, 6, 10]
    said = {item.line: str(item) for item in found if isinstance(item, BadLine)}
    assert list(said) == [3, 4, 5, 7, 8, 9]
    assert all(text.startswith(f"line {line}: ") for line, text in said.items())
    assert "18 to 22 digits" in said[3]
    assert "empty" in said[4]
    assert "quotes" in said[5]
    assert "quotes" in said[7]


def test_a_short_line_and_a_doubtful_value_are_reported():
    assert [text[:20] for _, text in read(f"label;iccid\nx\ny;{ONE}\n")] == [
        "it has 1 columns, an"[:20],
        f"iccid:{ONE}"[:20],
    ]
    (found,) = read_identifiers(["262011234567890"])
    assert "imsi:..., imei:..., msisdn:..." in str(found)
    assert "262011" not in str(found)


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (f"label;iccid\nx;{ONE}\n", {"column": "sim"}, "no column fits 'sim'.*'label', 'iccid'"),
        (f"a;a\n{ONE};1\n", {"column": "a"}, "several columns fit"),
        (f"old iccid;new iccid\n{ONE};{TWO}\n", {}, "several columns fit"),
        ("imsi;msisdn\n262011;49171123\n", {}, "several columns fit"),
        (f"label;number\nx;{ONE}\n", {}, "no column fits"),
        (f"label;iccid\nx;{ONE}\n", {"kind": Kind.IMSI}, "no column fits"),
        (f"imsi\n{ONE}\n", {"kind": Kind.ICCID}, "does not hold values of iccid"),
        ('a,"b\n', {"column": "b"}, "quotes"),
        ("262011234567890,x\n", {"column": "imsi"}, r"'\*+7890'"),
    ],
)
def test_a_doubtful_column_ends_it_before_anything_is_read(text, options, said):
    with pytest.raises(InvalidIdentifier, match=said):
        read(text, **options)


def test_strict_reports_check_digits():
    assert [text for _, text in read("iccid\n8949020000123456789\n", strict=True)] == [
        "'***************6789' is not an ICCID: its check digit is wrong"
    ]


def test_bytes_are_refused_and_lines_are_taken_one_by_one():
    with pytest.raises(TypeError, match="text mode"):
        list(read_identifiers([b"8949020000123456789"]))

    def endless():
        while True:
            yield ONE

    reading = read_identifiers(endless())
    assert [next(reading).line for _ in range(5)] == [1, 2, 3, 4, 5]


LABELS = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs", "Cc"]))


@given(
    st.lists(st.tuples(LABELS, st.sampled_from([ONE, TWO])), max_size=6), st.sampled_from(";,\t|")
)
def test_what_a_spreadsheet_writes_is_read_back(rows, delimiter):
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, delimiter=delimiter)
    writer.writerow(["label", "iccid"])
    for label, iccid in rows:
        writer.writerow([f"x{label}", iccid])
    assert read(sheet.getvalue()) == [good(at, iccid) for at, (_, iccid) in enumerate(rows, 2)]


@given(st.lists(st.text(max_size=40), max_size=6), st.sampled_from([None, "iccid"]))
def test_any_lines_are_reported_once_each_at_most(lines, column):
    try:
        found = list(read_identifiers(lines, column=column))
    except InvalidIdentifier:
        return
    numbers = [item.line for item in found]
    assert numbers == sorted(set(numbers))
    assert all(isinstance(item, (GoodLine, BadLine)) for item in found)
