# SPDX-License-Identifier: GPL-3.0-or-later
"""columns_check.py FORMAT EXPORT EXPECTED.json: reads an export with h5py, SciPy or Python's csv and json modules
and compares it, value by value, with what the test wrote down. Prints the number of rows; ends with 1 at the first
difference."""
import csv
import json
import math
import sys


def fail(text):
    print(text)
    sys.exit(1)


def same(found, wanted):
    return math.isnan(found) if wanted is None else found == float.fromhex(wanted)


def check_axis(axis, read, units):
    """`read` gives a column by its name as a list."""
    rows = axis["rows"]
    columns = {name: read(name) for name in ["time_s", "utc_ns", "gap"] + axis["columns"]}
    for name, values in columns.items():
        if len(values) != len(rows):
            fail(f"{axis['name']}.{name}: {len(values)} rows, expected {len(rows)}")
    for number, row in enumerate(rows):
        place = f"{axis['name']} row {number}"
        if columns["utc_ns"][number] != int(row["utc_ns"]):
            fail(f"{place}: utc {columns['utc_ns'][number]}, expected {row['utc_ns']}")
        if columns["time_s"][number] != row["time_ns"] * 1e-9 and abs(columns["time_s"][number] - row["time_ns"] / 1e9) > 1e-12:
            fail(f"{place}: time {columns['time_s'][number]}, expected {row['time_ns']} ns")
        if bool(columns["gap"][number]) != row["gap"]:
            fail(f"{place}: gap {columns['gap'][number]}")
        for name, wanted in zip(axis["columns"], row["values"]):
            if not same(float(columns[name][number]), wanted):
                fail(f"{place}: {name} is {columns[name][number]}, expected {wanted}")
    for name, unit in zip(axis["columns"], axis["units"]):
        if units(name) != unit:
            fail(f"{axis['name']}.{name}: unit '{units(name)}', expected '{unit}'")
    return len(rows)


def check_hdf5(path, expected):
    import h5py
    with h5py.File(path, "r") as file:
        if file.attrs["simulated"] != 1 or file.attrs["format"] != "servolane":
            fail("the file does not say what it is")
        if file.attrs["resampling"] != expected["resampling"]:
            fail(f"resampling is said to be {file.attrs['resampling']}")
        kinds = file["facts/kind"].asstr()[:]
        facts = [json.loads(text) for text in file["facts/fact"].asstr()[:]]
        if len(kinds) != expected["facts"] or not all(isinstance(fact, dict) for fact in facts):
            fail(f"{len(kinds)} facts, expected {expected['facts']}")
        return sum(check_axis(axis, lambda name, a=axis: file[a["name"]][name][:].tolist(),
                              lambda name, a=axis: file[a["name"]][name].attrs["unit"]) for axis in expected["axes"])


def check_mat(path, expected):
    import scipy.io
    file = scipy.io.loadmat(path, squeeze_me=False, struct_as_record=True)
    session = file["session"][0, 0]
    if session["simulated"][0, 0] != 1 or session["resampling"][0] != expected["resampling"]:
        fail("the session does not say what it is")
    facts = [json.loads(line) for line in session["facts"][0].splitlines()] if expected["facts"] else []
    if len(facts) != expected["facts"]:
        fail(f"{len(facts)} facts, expected {expected['facts']}")
    def units(axis, name):
        text = file[axis["name"]][0, 0]["units"][0, 0][name]
        return str(text[0]) if text.size else ""
    return sum(check_axis(axis, lambda name, a=axis: file[a["name"]][0, 0][name][:, 0].tolist(),
                          lambda name, a=axis: units(a, name)) for axis in expected["axes"])


def check_long(path, expected):
    units = {}
    found = {}
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file, strict=True)
        on_grid = ["resampling"] if expected["resampling"] != "none" else []
        if rows.fieldnames != ["time_s", "utc", "axis", "channel", "unit", "value", "gap", "simulated"] + on_grid:
            fail(f"header {rows.fieldnames}")
        for row in rows:
            if on_grid and row["resampling"] != expected["grid"]:
                fail(f"resampling is said to be {row['resampling']}")
            if row["simulated"] != "1":
                fail("not marked as simulated")
            units[row["axis"], row["channel"]] = row["unit"]
            seconds, _, fraction = row["time_s"].partition(".")
            key = row["axis"], int(seconds) * 10**9 + int(fraction), row["channel"]
            if key in found:
                fail(f"{key} twice")
            found[key] = float(row["value"]), row["gap"] == "1"
    values = 0
    for axis in expected["axes"]:
        for row in axis["rows"]:
            for name, unit, wanted in zip(axis["columns"], axis["units"], row["values"]):
                have = found.get((axis["name"], row["time_ns"], name))
                if (have is None) != (wanted is None):
                    fail(f"{axis['name']}.{name} at {row['time_ns']}: {have}, expected {wanted}")
                if have is None:
                    continue
                if have != (float.fromhex(wanted), row["gap"]) or units[axis["name"], name] != unit:
                    fail(f"{axis['name']}.{name} at {row['time_ns']}: {have}, expected {wanted}")
                values += 1
    if values != len(found):
        fail(f"{len(found)} values, expected {values}")
    return values


def check_lines(path, expected):
    with open(path, encoding="utf-8") as file:
        facts = [json.loads(line) for line in file]
    if [fact["kind"] for fact in facts] != expected["kinds"]:
        fail(f"kinds {[fact['kind'] for fact in facts]}, expected {expected['kinds']}")
    for fact in facts:
        if not isinstance(fact["fact"], dict) or not fact["utc"].endswith("Z"):
            fail(f"odd: {fact}")
    before = sum(fact["time_s"] < 0 for fact in facts)
    if before != expected["before"]:
        fail(f"{before} facts before the start, expected {expected['before']}")
    return len(facts)


def main():
    with open(sys.argv[3], encoding="utf-8") as file:
        expected = json.load(file)
    check = {"hdf5": check_hdf5, "mat": check_mat, "csv-long": check_long, "jsonl": check_lines}[sys.argv[1]]
    print(check(sys.argv[2], expected))


main()
