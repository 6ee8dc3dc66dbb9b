# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real programs for the tests beside this file: servolane-cli on simulated lines inside its own process and
on pseudo-terminals of servolane-sim. Nothing sleeps in order to be in time; every wait has a generous end."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["SERVOLANE_CLI"]
SIMULATOR = os.environ["SERVOLANE_SIM"]
LONG = 90


class Ended:
    """What a run of servolane-cli came to."""

    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    @property
    def object(self):
        return json.loads(self.out)

    @property
    def error(self):
        return self.object["error"]

    def __str__(self):
        return f"exit {self.code}\n{self.out}\n{self.err}"


class SimulatedBus:
    """servolane-sim with one bus on a pseudo-terminal, for as long as the with-block lasts."""

    def __init__(self, spec, *options):
        self.process = subprocess.Popen(
            [SIMULATOR, "--bus", spec, *options], stdout=subprocess.PIPE, text=True)
        words = self.process.stdout.readline().split()
        self.port, self.protocol, self.baud = words[0], words[1], int(words[2])
        self.ids = [int(word) for word in words[3].split(",")]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=LONG)
        self.process.stdout.close()


class CliTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="servolane-cli-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        # Programs that run outside of this test are neither found nor stopped by it.
        os.environ["XDG_RUNTIME_DIR"] = self.folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def command(self, *words):
        places = ["--store", self.path("store"), "--config", self.path("config")]
        return [PROGRAM, *map(str, words), *places]

    def run_plain(self, *words):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=LONG)
        return Ended(done.returncode, done.stdout, done.stderr)

    def run_json(self, *words):
        return self.run_plain(*words, "--json")

    def good(self, *words):
        """The object of a run that must succeed."""
        ended = self.run_json(*words)
        self.assertEqual(ended.code, 0, ended)
        self.assertNotIn("error", ended.object)
        return ended.object

    def bad(self, exit_code, error_code, *words):
        """The object of a run that must fail in this way."""
        ended = self.run_json(*words)
        self.assertEqual(ended.code, exit_code, ended)
        self.assertEqual(ended.error["code"], error_code, ended)
        self.assertTrue(ended.error["message"], ended)
        return ended.object

    def start(self, *words):
        """A run that goes on; the caller ends it."""
        process = subprocess.Popen(
            self.command(*words, "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (process.kill(), process.wait(timeout=LONG)) if process.poll() is None else None)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        return process

    def interrupt(self, process, by=signal.SIGINT):
        process.send_signal(by)
        out, err = process.communicate(timeout=LONG)
        return Ended(process.returncode, out, err)

    def assert_fields(self, found, *names):
        for name in names:
            self.assertIn(name, found)
