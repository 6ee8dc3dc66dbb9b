# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints branch coverage per file from `llvm-cov export`, lists what was not taken, and fails below an aim.

branch_coverage.py COVERAGE.json ACCEPTED.txt PERCENT

ACCEPTED has lines "FILE | CODE OF THE LINE | REASON": branches on lines that begin so need no test. An entry that meets no
untaken branch is an error: the list must not outlive the code.
"""

import json
import os
import sys

FOLDED = 4  # index of a region's kind in the export: 4 is a branch


def accepted_from(path):
    entries = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                where, code, reason = (part.strip() for part in line.split(" | ", 2))
                entries.append({"file": where, "code": code, "reason": reason, "met": 0})
    return entries


def branches_of(function):
    """(file, line, column) → [taken true, taken false] of one instantiation."""
    for branch in function.get("branches", []):
        line, column, _, _, true, false, file, _, kind = branch
        if kind == FOLDED:
            yield function["filenames"][file], line, column, true, false


def gather(export):
    """Instantiations of one template are one piece of source: what any of them took is taken."""
    found = {}
    for function in export["data"][0]["functions"]:
        for file, line, column, true, false in branches_of(function):
            counts = found.setdefault((os.path.relpath(file), line, column), [0, 0])
            counts[0] += true
            counts[1] += false
    return found


def main(export_path, accepted_path, aim):
    with open(export_path, encoding="utf-8") as file:
        found = gather(json.load(file))
    accepted = accepted_from(accepted_path)
    sources = {}
    per_file = {}
    untaken = []
    for (file, line, _), counts in sorted(found.items()):
        if "/write/" not in file or file.endswith(".h"):
            continue
        if file not in sources:
            with open(file, encoding="utf-8") as source:
                sources[file] = source.read().splitlines()
        code = sources[file][line - 1].strip()
        total, taken = per_file.setdefault(file, [0, 0])
        for way, count in zip(("true", "false"), counts):
            entry = next((e for e in accepted if e["file"] == file and code.startswith(e["code"])), None)
            if count == 0 and entry:
                entry["met"] += 1
                continue
            total += 1
            taken += 1 if count else 0
            if not count:
                untaken.append(f"{file}:{line}: never {way}: {code}")
        per_file[file] = [total, taken]
    for file, (total, taken) in sorted(per_file.items()):
        print(f"{100 * taken / total if total else 100:6.1f} %  {taken:4d}/{total:<4d}  {file}")
    total = sum(counts[0] for counts in per_file.values())
    taken = sum(counts[1] for counts in per_file.values())
    share = 100 * taken / total
    print(f"{share:6.2f} %  {taken:4d}/{total:<4d}  all; aim {aim} %")
    for line in untaken:
        print(line)
    stale = [entry for entry in accepted if not entry["met"]]
    for entry in stale:
        print(f"{accepted_path}: nothing to accept any more: {entry['file']} | {entry['code']}")
    return 1 if share < float(aim) or stale else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
