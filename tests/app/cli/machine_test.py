# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine file: shown, exported, imported, and holding for what the command line does."""

import json
import os
import unittest

from cli import CliTest, SimulatedBus

SIM = "sim:dynamixel2:2@1000000"


def machine(**members):
    axis = {"bus": SIM, "protocol": "dynamixel2", "id": 1, "model": "XM430-W350", "name": "Pan"}
    return {"schema": 1, "axes": [axis | members]}


class MachineTest(CliTest):
    def put(self, content, name="in.json"):
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(content, file)
        return path

    def test_without_a_file_there_is_an_empty_machine(self):
        shown = self.good("machine", "show")
        self.assert_fields(shown, "schema", "axes", "rights", "path")
        self.assertEqual(shown["axes"], [])

    def test_what_was_imported_is_exported(self):
        imported = self.good("machine", "import", self.put(machine(gear=2, limits={"travel": [10, 40]})))
        self.assertEqual(imported["axes"], 1)
        exported = self.good("machine", "export", self.path("out.json"))
        self.assertEqual(exported["path"], self.path("out.json"))
        with open(self.path("out.json"), encoding="utf-8") as file:
            axis = json.load(file)["axes"][0]
        self.assertEqual((axis["name"], axis["gear"], axis["limits"]), ("Pan", 2, {"travel": [10, 40]}))
        self.assertIn("Pan", self.run_plain("machine", "show").out)

    def test_a_wrong_file_is_refused_with_its_place_and_nothing_changes(self):
        refused = self.bad(1, "invalid", "machine", "import", self.put(machine(gear=0)))
        self.assertIn("/axes/0/gear", refused["error"]["message"])
        self.assertEqual(self.good("machine", "show")["axes"], [])

    def test_a_number_beyond_every_number_is_told_and_stop_works_all_the_same(self):
        os.makedirs(self.path("config"), exist_ok=True)
        path = self.path("config/machine.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps(machine(gear=77)).replace("77", "1e999"))
        refused = self.bad(1, "invalid", "machine", "import", path)
        self.assertIn("1e999", refused["error"]["message"])
        # It ended every command. Axes of that file may be such as hold: torque is not cut by a frame for all.
        with SimulatedBus("dynamixel2:2@1000000") as bus:
            stopped = self.run_json("stop", "--port", bus.port)
            self.assertEqual((stopped.object["axes"], stopped.object["confirmed"]), (2, 2))
            self.assertIn("machine file cannot tell", stopped.err)

    def test_only_the_engineer_imports(self):
        path = self.put(machine())
        for role in ("observer", "operator"):
            refused = self.bad(3, "role-not-allowed", "machine", "import", path, "--role", role)
            self.assertIn("none of its 1 axes was imported", refused["error"]["message"])
            self.assertEqual(refused["axes"], 0)
        self.assertEqual(self.good("machine", "show")["axes"], [])

    def test_a_file_must_be_named(self):
        self.bad(2, "usage", "machine", "export")

    def test_limits_of_the_machine_hold_for_the_command_line(self):
        self.good("machine", "import", self.put(machine(limits={"travel": [170, 190], "step": 5})))
        refused = self.bad(3, "outside-travel-limits", "move", "--port", SIM, "--id", 1, "--to", 195)
        self.assertEqual((refused["low"], refused["high"]), (170, 190))
        refused = self.bad(3, "above-step-limit", "move", "--port", SIM, "--id", 1, "--to", 188)
        self.assertEqual(refused["high"], 5)
        self.assertIn("--velocity", refused["error"]["hint"])
        moved = self.good("move", "--port", SIM, "--id", 1, "--to", 188, "--velocity", 90)
        self.assertAlmostEqual(moved["actual"], 188, delta=1.5)

    def test_another_model_than_the_one_kept_is_not_driven(self):
        self.good("machine", "import", self.put(machine(model="XL430-W250")))
        refused = self.bad(3, "other-model", "torque", "on", "--port", SIM, "--id", 1)
        self.assertIn("XL430-W250", refused["error"]["message"])
        self.good("torque", "on", "--port", SIM, "--id", 2)

    def test_an_axis_tied_to_a_machine_wants_its_turns_confirmed(self):
        with SimulatedBus("dynamixel2:1@1000000") as bus:
            tied = machine(gear=2)
            tied["axes"][0]["bus"] = bus.port
            self.good("machine", "import", self.put(tied))
            self.good("mode", "extended-position", "--port", bus.port, "--id", 1)
            move = ["move", "--port", bus.port, "--id", 1, "--to", 100]
            self.bad(3, "not-referenced", *move)
            self.assertIs(self.good(*move, "--referenced")["arrived"], True)


if __name__ == "__main__":
    unittest.main()
