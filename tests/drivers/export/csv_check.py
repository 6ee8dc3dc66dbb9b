# SPDX-License-Identifier: GPL-3.0-or-later
"""csv_check.py EXPORT.csv EXPECTED.json: reads an export with Python's csv module and compares it, cell by
cell, with what the test wrote down. Prints the number of rows; ends with 1 at the first difference."""
import csv
import json
import sys
from datetime import datetime, timedelta, timezone


def fail(text):
    print(text)
    sys.exit(1)


def check_row(number, cells, wanted):
    seconds, _, fraction = cells[0].partition(".")
    if len(fraction) != 9 or int(seconds) * 10**9 + int(fraction) != wanted["time_ns"]:
        fail(f"row {number}: time {cells[0]}, expected {wanted['time_ns']} ns")
    moment = datetime.strptime(cells[1], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    micros = (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)
    if micros != wanted["utc_us"]:
        fail(f"row {number}: utc {cells[1]}, expected {wanted['utc_us']}")
    for name, cell, value in zip(wanted["names"], cells[2:-2], wanted["values"]):
        same = cell == "" if value is None else cell != "" and float(cell) == float.fromhex(value)
        if not same:
            fail(f"row {number}: {name} is '{cell}', expected {value}")
    if cells[-2] != wanted["gap"]:
        fail(f"row {number}: gap {cells[-2]}, expected {wanted['gap']}")
    if cells[-1] != "1":
        fail(f"row {number}: simulated {cells[-1]}, expected 1")


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        expected = json.load(file)
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        rows = csv.reader(file, strict=True)
        header = next(rows)
        if header != expected["header"]:
            fail(f"header {header}, expected {expected['header']}")
        count = 0
        for cells in rows:
            if count == len(expected["rows"]):
                fail("more rows than expected")
            if len(cells) != len(header):
                fail(f"row {count}: {len(cells)} cells")
            check_row(count, cells, expected["rows"][count] | {"names": header[2:-2]})
            count += 1
    if count != len(expected["rows"]):
        fail(f"{count} rows, expected {len(expected['rows'])}")
    print(count)


main()
