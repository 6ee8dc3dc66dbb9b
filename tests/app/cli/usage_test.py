# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong words, missing things, and what is said of them."""

import os
import unittest

from cli import CliTest


class UsageTest(CliTest):
    def test_every_wrong_usage_ends_with_two_and_says_so_in_json(self):
        wrong = [
            [],
            ["fly"],
            ["scan"],
            ["read", "--port", "sim:dynamixel2:1"],
            ["read", "--port", "sim:dynamixel2:1", "--id", "300", "goal_position"],
            ["move", "--port", "sim:dynamixel2:1", "--id", "1", "--to", "north"],
            ["torque", "sideways", "--port", "sim:dynamixel2:1"],
            ["mode", "ballet", "--port", "sim:dynamixel2:1"],
            ["monitor", "--port", "sim:dynamixel2:1", "--for", "-1"],
            ["scan", "--port", "sim:dynamixel2:1", "--protocol", "klingon"],
            ["scan", "--port", "sim:dynamixel2:1", "--baud", "12"],
        ]
        for words in wrong:
            with self.subTest(words=words):
                self.bad(2, "usage", *words)

    def test_wrong_usage_without_json_leaves_standard_output_empty(self):
        ended = self.run_plain("fly")
        self.assertEqual(ended.code, 2, ended)
        self.assertEqual(ended.out, "")
        self.assertIn("servolane-cli:", ended.err)

    def test_help_lists_every_command(self):
        ended = self.run_plain("--help")
        self.assertEqual(ended.code, 0, ended)
        for name in ("ports scan monitor read write torque mode halt reset move jog stop record info verify "
                     "export demo").split():
            self.assertIn(name, ended.out)

    def test_ports_have_all_fields(self):
        found = self.good("ports")
        for port in found["ports"]:
            self.assert_fields(port, "path", "description", "vid", "pid", "serial", "alias", "openable", "advice")

    def test_unknown_port_is_a_technical_failure_that_names_it(self):
        error = self.bad(1, "not-found", "scan", "--port", "/dev/no-such-port")["error"]
        self.assertIn("/dev/no-such-port", error["message"])
        self.assertIn("servolane-cli ports", error["hint"])

    def test_bad_simulated_port_says_what_is_wrong(self):
        error = self.bad(1, "invalid", "scan", "--port", "sim:dynamixel2:0")["error"]
        self.assertIn("1 … 253", error["message"])

    def test_unknown_model_of_a_simulated_port_is_named(self):
        error = self.bad(1, "invalid", "scan", "--port", "sim:dynamixel2:1,model=XX-1")["error"]
        self.assertIn("XX-1", error["message"])

    def test_missing_files_are_technical_failures_that_name_them(self):
        missing = self.path("missing.servolane")
        for words in (["info", missing], ["verify", missing],
                      ["export", missing, "--format", "csv", "--out", self.path("out.csv")]):
            with self.subTest(words=words):
                self.assertIn("missing.servolane", self.bad(1, "not-found", *words)["error"]["message"])
        self.assertFalse(os.path.exists(self.path("out.csv")))

    def test_a_file_that_is_no_session_is_refused(self):
        path = self.path("notes.servolane")
        with open(path, "w", encoding="utf-8") as file:
            file.write("not a session " * 400)
        self.bad(1, "invalid", "info", path)

    def test_a_store_that_cannot_be_written_does_not_prevent_a_command(self):
        with open(self.path("store"), "w", encoding="utf-8") as file:
            file.write("a file where the folder should be")
        ended = self.run_json("scan", "--port", "sim:dynamixel2:2")
        self.assertEqual(ended.code, 0, ended)
        self.assertIn("not journaled", ended.err)
        self.assertEqual(len(ended.object["servos"]), 2)


if __name__ == "__main__":
    unittest.main()
