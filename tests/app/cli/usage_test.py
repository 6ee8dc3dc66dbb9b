# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong words, missing things, and what is said of them."""

import os
import re
import unittest

from cli import CliTest


PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../app/cli/COMMANDS.md")


class UsageTest(CliTest):
    def test_every_command_and_option_stands_in_the_page_about_them(self):
        with open(PAGE, encoding="utf-8") as file:
            page = file.read()
        listed = self.run_plain("--help").out.split("Subcommands:")[1].split("\n\n")[0]
        commands = [line.split()[0] for line in listed.splitlines() if line.strip()]
        self.assertGreater(len(commands), 15)
        for command in commands:
            self.assertRegex(page, rf"`{command}[ `\\]", f"{command} is missing")
            for option in re.findall(r"--[a-z-]+", self.run_plain(command, "--help").out):
                if option not in ("--help", "--baud", "--protocol"):
                    self.assertIn(option, page, f"{command} {option}")

    def test_every_wrong_usage_ends_with_two_and_says_so_in_json(self):
        wrong = [
            [],
            ["fly"],
            ["scan", "--port", "sim:dynamixel2:1", "--protocol", "dynamixel2,klingon"],
            ["read", "--port", "sim:dynamixel2:1"],
            ["read", "--port", "sim:dynamixel2:1", "--id", "300", "goal_position"],
            ["move", "--port", "sim:dynamixel2:1", "--id", "1", "--to", "north"],
            ["torque", "sideways", "--port", "sim:dynamixel2:1"],
            ["mode", "ballet", "--port", "sim:dynamixel2:1"],
            ["monitor", "--port", "sim:dynamixel2:1", "--for", "-1"],
            ["scan", "--port", "sim:dynamixel2:1", "--protocol", "klingon"],
            ["scan", "--port", "sim:dynamixel2:1", "--baud", "12"],
            ["export", "a.servolane", "--format", "csv", "--out", "a.csv", "--from", "inf"],
            ["verify", ""],
            ["scan", "--port", ""],
            ["record", "--port", "sim:dynamixel2:1", "--for", "1", "--out", ""],
        ]
        for words in wrong:
            with self.subTest(words=words):
                self.bad(2, "usage", *words)

    def test_what_is_no_number_is_refused_by_the_name_of_its_option(self):
        sim = ["--port", "sim:dynamixel2:1"]
        out = ["--out", self.path("never.servolane")]
        for option, words in (
            ("--for", ["record", *sim, "--for", "nan", *out]),
            ("--for", ["record", *sim, "--for", "inf", *out]),
            ("--for", ["monitor", *sim, "--for", "-nan"]),
            ("--for", ["jog", *sim, "--id", "1", "--velocity", "5", "--for", "nan"]),
            ("--velocity", ["jog", *sim, "--id", "1", "--velocity", "nan", "--for", "1"]),
            ("--velocity", ["jog", *sim, "--id", "1", "--velocity", "0", "--for", "1"]),
            ("--to", ["move", *sim, "--id", "1", "--to", "nan"]),
            ("--velocity", ["move", *sim, "--id", "1", "--to", "180", "--velocity", "nan"]),
            ("--acceleration", ["move", *sim, "--id", "1", "--to", "180", "--acceleration", "0"]),
            ("--rate", ["monitor", *sim, "--for", "1", "--rate", "nan"]),
        ):
            with self.subTest(words=words):
                self.assertIn(option, self.bad(2, "usage", *words)["error"]["message"])
        self.assertFalse(os.path.exists(self.path("never.servolane")))

    def test_every_protocol_that_is_accepted_is_named(self):
        """Bug: the series of a family were left out."""
        for words in (["monitor", "--port", "x", "--protocol", "canopen", "--for", "1"],
                      ["scan", "--port", "x", "--protocol", "canopen"],
                      ["monitor", "--port", "sim:canopen:1", "--for", "1"]):
            message = self.bad(2, "usage", *words)["error"]["message"]
            for name in ("dynamixel2", "dynamixel1", "feetech", "feetech-sts", "feetech-sms", "feetech-scs", "modbus", "lx",
                         "maestro"):
                self.assertRegex(message, rf"\b{name}\b", words)

    def test_an_unknown_command_is_named(self):
        self.assertIn("'fly'", self.bad(2, "usage", "fly", "--quiet")["error"]["message"])

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
            self.assert_fields(port, "path", "description", "vid", "pid", "serial", "alias", "openable", "advice",
                               "name", "own_name", "place", "search", "ticked", "protocols", "note")

    def test_unknown_port_is_a_technical_failure_that_names_it(self):
        error = self.bad(1, "not-found", "scan", "--port", "/dev/no-such-port")["error"]
        self.assertIn("/dev/no-such-port", error["message"])
        self.assertIn("servolane-cli ports", error["hint"])

    def test_bad_simulated_port_says_what_is_wrong(self):
        for port, place, reason in (
            ("sim:dynamixel2:0", 12, "1 … 253"),
            ("sim:klingon:1", 1, "unknown protocol 'klingon'"),
            ("sim:dynamixel2:1@12", 14, "baud rate '12'"),
            ("sim:dynamixel2:1,seed=7,colour=red", 21, "unknown option 'colour=red'"),
            ("sim:dynamixel2:1,fault=drop=2", 14, "probability"),
        ):
            with self.subTest(port=port):
                error = self.bad(2, "usage", "scan", "--port", port)["error"]
                self.assertIn(reason, error["message"])
                self.assertIn(f"character {place}:", error["message"])

    def test_faults_are_for_servos_that_are_there(self):
        error = self.bad(2, "usage", "scan", "--port", "sim:dynamixel2:3,fault=silent=9")["error"]
        self.assertIn("the ids are 1 … 3", error["message"])

    def test_unknown_model_of_a_simulated_port_is_named(self):
        error = self.bad(2, "usage", "scan", "--port", "sim:dynamixel2:1,model=XX-1")["error"]
        self.assertIn("XX-1", error["message"])
        self.assertIn("character 20:", error["message"])

    def test_missing_files_are_technical_failures_that_name_them(self):
        missing = self.path("missing.servolane")
        for words in (["info", missing], ["verify", missing],
                      ["export", missing, "--format", "csv", "--out", self.path("out.csv")]):
            with self.subTest(words=words):
                self.assertIn("missing.servolane", self.bad(1, "not-found", *words)["error"]["message"])
        self.assertFalse(os.path.exists(self.path("out.csv")))

    def test_names_of_files_are_said_as_they_are_written(self):
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        for words in (["info", "nope.servolane"], ["verify", "nope.servolane"]):
            with self.subTest(words=words):
                message = self.bad(1, "not-found", *words)["error"]["message"]
                self.assertIn("nope.servolane", message)

    def test_a_folder_named_like_a_model_harms_nothing(self):
        os.makedirs(self.path("config/servos/folder.json"))
        ended = self.run_json("scan", "--port", "sim:dynamixel2:2")
        self.assertEqual(ended.code, 0, ended)
        self.assertEqual(len(ended.object["servos"]), 2)
        self.assertIn("folder.json: expected a readable file, found a folder", ended.err)

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
