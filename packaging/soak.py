# SPDX-License-Identifier: GPL-3.0-or-later
"""The rounds of soak.sh. Ends with 1 if any recording was lost, any program crashed, or any damage went unnoticed."""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SIM = "sim:dynamixel2:4@1000000"


class Soak:
    def __init__(self, arguments, folder):
        self.cli = arguments.cli
        self.random = random.Random(arguments.seed)
        self.folder = folder
        self.wrong = []
        self.early = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *words):
        """The answer as JSON, or None; a program that ends by a signal or an unforeseen error is wrong."""
        done = subprocess.run([self.cli, *words, "--json", "--store", self.path("store"), "--config", self.path("config")],
                              capture_output=True, text=True, timeout=300)
        if done.returncode < 0 or done.returncode > 9 or "Sanitizer" in done.stderr:
            self.wrong.append(f"{' '.join(words)}: ended with {done.returncode}: {done.stderr[-400:]}")
            return done.returncode, None
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None

    def started(self, path):
        """A recording that has its first samples; the program goes on."""
        program = subprocess.Popen([self.cli, "record", "--port", SIM, "--for", "60", "--out", path, "--store",
                                    self.path("store"), "--config", self.path("config")],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while time.monotonic() < until and not os.path.exists(path):
            time.sleep(0.005)
        return program

    def kill_once(self, number):
        path = self.path(f"killed-{number}.servolane")
        program = self.started(path)
        wait = self.random.uniform(0.0, 1.5)
        time.sleep(wait)
        program.send_signal(signal.SIGKILL)
        program.wait()
        code, verified = self.run("verify", path)
        if code != 0 and "nothing is recorded in it" in json.dumps(verified):
            self.early += 1  # killed while the file was made
            return None
        _, told = self.run("info", path)
        if code != 0 or not told:
            self.wrong.append(f"kill {number} after {wait:.3f} s: {verified}")
            return None
        if told["closed_cleanly"]:
            self.wrong.append(f"kill {number}: says it was closed cleanly")
        kept = told["seconds"]
        for end in ("", "-wal", "-shm"):
            if os.path.exists(path + end):
                os.remove(path + end)
        return wait, kept, told["samples"]

    def damage_once(self, number, whole, samples):
        """Cut or flipped. Returns what became of it in one word."""
        path, copy = self.path("damaged.servolane"), self.path("repaired.servolane")
        for each in (path, copy):
            for end in ("", "-wal", "-shm", "-journal"):
                if os.path.exists(each + end):
                    os.remove(each + end)
        content = bytearray(whole)
        cut = number % 2 == 0
        if cut:
            content = content[:self.random.randrange(len(whole))]
        else:
            content[self.random.randrange(len(whole))] ^= 1 << self.random.randrange(8)
        with open(path, "wb") as file:
            file.write(content)
        code, _ = self.run("verify", path)
        repaired, told = self.run("repair", path, "--out", copy)
        with open(path, "rb") as file:
            if file.read() != content:
                self.wrong.append(f"damage {number}: the damaged file was changed")
        if repaired == 0 and told:
            if self.run("verify", copy)[0] != 0:
                self.wrong.append(f"damage {number}: the repaired copy is not whole")
            if told["samples"] > samples:
                self.wrong.append(f"damage {number}: more samples than were recorded")
            if code == 0 and told["samples"] != samples:
                self.wrong.append(f"damage {number}: {samples - told['samples']} samples are gone and verify saw nothing")
            return ("unnoticed" if code == 0 else "whole" if told["samples"] == samples else "in part"), told["samples"]
        if os.path.exists(copy):
            self.wrong.append(f"damage {number}: a failed repair left a file")
        if code == 0:
            self.wrong.append(f"damage {number}: verify is content, repair is not")
        return "nothing", 0


def kills(soak, count):
    lost, kept = [], 0
    for number in range(count):
        outcome = soak.kill_once(number)
        if outcome:
            wait, seconds, samples = outcome
            kept += samples
            lost.append(max(0.0, wait - seconds))
    lost.sort()
    if lost:
        print(f"kill -9: {len(lost)} of {count} verified whole ({soak.early} more were killed before anything was recorded), "
              f"{kept} samples in them; not in the file of what was "
              f"recorded before the kill: median {lost[len(lost) // 2] * 1000:.0f} ms, most {lost[-1] * 1000:.0f} ms "
              f"(connecting included)")


def damages(soak, count):
    path = soak.path("whole.servolane")
    code, told = soak.run("record", "--port", SIM, "--for", "12", "--out", path)
    if code != 0:
        soak.wrong.append("the recording to be damaged was not made")
        return
    with open(path, "rb") as file:
        whole = file.read()
    fates = {}
    for number in range(count):
        word, _ = soak.damage_once(number, whole, told["samples"])
        key = ("cut" if number % 2 == 0 else "flipped", word)
        fates[key] = fates.get(key, 0) + 1
    print(f"damage: {count} times to a recording of {told['samples']} samples, {len(whole)} bytes")
    for (kind, word), number in sorted(fates.items()):
        meaning = {"whole": "all samples salvaged", "in part": "salvaged in part, losses told",
                   "nothing": "refused with a reason", "unnoticed": "a byte that holds nothing: all samples there"}[word]
        print(f"  {kind:8} {number:4} × {meaning}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cli")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--damages", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20261126)
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="servolane-soak-")
    try:
        soak = Soak(arguments, folder)
        kills(soak, arguments.kills)
        damages(soak, arguments.damages)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for each in soak.wrong[:20]:
        print("WRONG:", each)
    print(f"{len(soak.wrong)} wrong")
    return 1 if soak.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
