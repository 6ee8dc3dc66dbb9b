# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup, restore, compare, ids and rates, on a pseudo-terminal of servolane-sim, which keeps its servos over runs."""

import json
import unittest

from cli import CliTest, SimulatedBus


class BackupTest(CliTest):
    @classmethod
    def setUpClass(cls):
        cls.bus = SimulatedBus("dynamixel2:3@1000000", "--unpaced")

    @classmethod
    def tearDownClass(cls):
        cls.bus.__exit__()

    def on_port(self, *words):
        return [*words, "--port", self.bus.port]

    def write(self, servo, register, raw):
        self.good(*self.on_port("write", "--id", servo, register, raw, "--raw"))

    def raw(self, servo, register):
        return self.good(*self.on_port("read", "--id", servo, register))["raw"]

    def backup(self, name="line.json"):
        self.good(*self.on_port("backup", "--out", self.path(name)))
        return self.path(name)

    def test_a_backup_holds_every_register_of_every_servo(self):
        done = self.good(*self.on_port("backup", "--out", self.path("all.json")))
        self.assertEqual([servo["id"] for servo in done["servos"]], self.bus.ids)
        with open(self.path("all.json"), encoding="utf-8") as file:
            kept = json.load(file)
        self.assertEqual(kept["kind"], "servolane-backup")
        for servo, told in zip(kept["servos"], done["servos"]):
            self.assertEqual(len(servo["registers"]), told["registers"])
            self.assertGreater(told["registers"], 60)

    def test_a_restore_brings_back_what_was_changed_and_nothing_else(self):
        self.write(1, "position_p_gain", 777)
        kept = self.backup()
        self.write(1, "position_p_gain", 555)
        self.write(1, "homing_offset", 40)
        shown = self.good(*self.on_port("restore", kept, "--id", 1, "--dry-run"))["servos"][0]
        self.assertEqual({write["register"]: write["after"] for write in shown["writes"]},
                         {"position_p_gain": 777, "homing_offset": 0})
        self.assertIsNone(shown["confirmed"])
        self.assertEqual(self.raw(1, "position_p_gain"), 555)
        done = self.good(*self.on_port("restore", kept, "--id", 1))["servos"][0]
        self.assertIs(done["confirmed"], True)
        self.assertEqual(self.raw(1, "position_p_gain"), 777)
        self.assertEqual(self.raw(1, "homing_offset"), 0)
        self.assertEqual({left["reason"] for left in done["left"]}, {"motion", "identity"})
        again = self.good(*self.on_port("restore", kept, "--id", 1))["servos"][0]
        self.assertEqual(again["writes"], [])

    def test_eeprom_needs_torque_off_which_is_not_done_silently(self):
        kept = self.backup()
        self.write(2, "homing_offset", 12)
        self.good(*self.on_port("torque", "on", "--id", 2))
        refused = self.bad(3, "eeprom-while-torque-on", *self.on_port("restore", kept, "--id", 2))
        self.assertIn("--torque-off", refused["error"]["hint"])
        self.assertEqual(self.raw(2, "homing_offset"), 12)
        self.good(*self.on_port("restore", kept, "--id", 2, "--torque-off"))
        self.assertEqual(self.raw(2, "homing_offset"), 0)

    def test_a_clone_is_verified_after_a_reboot(self):
        self.write(1, "temperature_limit", 71)
        self.write(1, "position_p_gain", 654)
        done = self.good(*self.on_port("restore", "--clone", 1, "--id", 3, "--reboot"))["servos"][0]
        self.assertIs(done["verified_after_reboot"], True)
        self.assertEqual(self.raw(3, "temperature_limit"), 71)
        self.assertEqual(self.raw(3, "position_p_gain"), 654)
        self.assertEqual(done["source"]["id"], 1)

    def test_servos_and_files_are_compared(self):
        self.write(1, "velocity_limit", 150)
        kept = self.backup()
        self.write(1, "velocity_limit", 160)
        of = [one for one in self.good(*self.on_port("compare", "--ids", 1, kept))["registers"]
              if one["register"] == "velocity_limit"]
        self.assertEqual((of[0]["likeness"], of[0]["left"]["raw"], of[0]["right"]["raw"]), ("differs", 160, 150))
        two = self.good(*self.on_port("compare", "--ids", "1,2"))
        self.assertIn("id", {one["register"] for one in two["registers"]})
        self.assertEqual(self.good("compare", kept, kept, "--source", 1)["different"], 0)
        unclear = self.bad(2, "usage", "compare", kept, kept)["error"]
        self.assertIn("several servos, and none is named; it holds: 1, 2, 3", unclear["message"])
        self.assertIn("--source", unclear["hint"])
        self.bad(2, "usage", "compare", kept)

    def test_a_broken_file_is_told_by_its_place(self):
        kept = self.backup()
        with open(kept, encoding="utf-8") as file:
            text = file.read()
        with open(kept, "w", encoding="utf-8") as file:
            file.write(text.replace('"size": 4', '"size": 3', 1))
        told = self.bad(1, "invalid", *self.on_port("restore", kept, "--id", 1))["error"]["message"]
        self.assertIn("/servos/0/registers/", told)
        self.assertIn("expected 1, 2 or 4, found 3", told)
        self.bad(1, "not-found", *self.on_port("restore", self.path("none.json"), "--id", 1))


class ProvisionTest(CliTest):
    def recipe(self, *servos, **members):
        path = self.path("line.recipe.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"kind": "servolane-recipe", "schema": 1, "servos": servos, **members}, file)
        return path

    def test_a_line_is_set_up_from_one_recipe(self):
        recipe = self.recipe(
            {"id": 1, "new_id": 11, "model": "XM430-W350", "name": "Pan",
             "settings": {"operating_mode": "extended-position", "drive_mode": {"reverse": True}}},
            {"id": 2, "new_id": 1, "settings": {"temperature_limit": 65}},
            all={"temperature_limit": 70, "position_p_gain": 7})
        with SimulatedBus("dynamixel2:2@1000000", "--unpaced") as bus:
            self.good("provision", "--port", bus.port, recipe, "--dry-run")
            self.assertEqual(self.good("scan", "--port", bus.port)["servos"][0]["id"], 1)
            done = self.good("provision", "--port", bus.port, recipe)
            self.assertEqual([servo["confirmed"] for servo in done["servos"]], [True, True])
            self.assertEqual([step["verified"] for step in done["done"]], [True, True])
            read = lambda servo, register: self.good("read", "--port", bus.port, "--id", servo, register)["raw"]
            self.assertEqual([read(11, name) for name in
                              ("operating_mode", "drive_mode", "temperature_limit", "position_p_gain")],
                             [4, 1, 70, 896])
            self.assertEqual(read(1, "temperature_limit"), 65)
            again = self.recipe({"id": 11, "settings": {"temperature_limit": 70}})
            self.assertEqual(self.good("provision", "--port", bus.port, again)["servos"][0]["writes"], [])

    def test_a_recipe_that_does_not_fit_writes_nothing(self):
        with SimulatedBus("dynamixel2:2@1000000", "--unpaced") as bus:
            for settings, reason in (({"temperature_limit": 120}, "out-of-range"), ({"warp": 1}, "register-missing"),
                                     ({"operating_mode": "ballet"}, "other-meaning"),
                                     ({"goal_position": 10}, "motion")):
                with self.subTest(settings=settings):
                    recipe = self.recipe({"id": 1, "settings": {"position_p_gain": 7}}, {"id": 2, "settings": settings})
                    told = self.bad(3, "recipe-does-not-fit", "provision", "--port", bus.port, recipe)
                    self.assertIn(reason, [left["reason"] for left in told["left"]])
            self.assertNotEqual(
                self.good("read", "--port", bus.port, "--id", 1, "position_p_gain")["raw"], 896)
            wrong = self.recipe({"id": 1, "model": "XL330-M288"})
            told = self.bad(3, "recipe-does-not-fit", "provision", "--port", bus.port, wrong)["error"]["message"]
            self.assertIn("XM430-W350", told)

    def test_a_broken_recipe_is_told_by_its_place(self):
        recipe = self.recipe({"id": 1, "settings": {"led": [1]}})
        told = self.bad(1, "invalid", "provision", "--port", "sim:dynamixel2:1", recipe)["error"]["message"]
        self.assertIn("/servos/0/settings/led", told)


class IdentityTest(CliTest):
    def test_ids_are_swapped_by_way_of_a_free_one(self):
        with SimulatedBus("dynamixel2:3@1000000", "--unpaced") as bus:
            self.good("write", "--port", bus.port, "--id", 1, "position_p_gain", 611, "--raw")
            shown = self.good("set-id", "--port", bus.port, "1:2", "2:1", "--dry-run")
            self.assertEqual(shown["steps"], [{"from": 1, "to": 252}, {"from": 2, "to": 1}, {"from": 252, "to": 2}])
            done = self.good("set-id", "--port", bus.port, "1:2", "2:1")
            self.assertEqual([step["verified"] for step in done["done"]], [True, True, True])
            self.assertEqual(self.good("read", "--port", bus.port, "--id", 2, "position_p_gain")["raw"], 611)
            found = self.good("scan", "--port", bus.port)
            self.assertEqual([servo["id"] for servo in found["servos"]], [1, 2, 3])

    def test_an_id_that_is_taken_is_not_given(self):
        told = self.bad(3, "id-in-use", "set-id", "--port", "sim:dynamixel2:3", "1:2")["error"]["message"]
        self.assertIn("id 2, which servo 1 is to get, is taken", told)
        self.bad(2, "usage", "set-id", "--port", "sim:dynamixel2:3", "one:two")

    def test_the_port_follows_when_all_servos_change_their_rate(self):
        done = self.good("set-baud", "1000000", "--port", "sim:dynamixel2:2@57600")
        self.assertEqual((done["from"], done["to"], done["port_baud"]), (57600, 1000000, 1000000))
        self.assertEqual([(servo["changed"], servo["verified"]) for servo in done["servos"]], [(True, True)] * 2)

    def test_the_port_stays_when_only_some_change(self):
        done = self.good("set-baud", "1000000", "--ids", 2, "--port", "sim:dynamixel2:2@57600")
        self.assertEqual(done["port_baud"], 57600)
        self.assertEqual(done["servos"], [{"id": 2, "changed": True, "verified": None}])

    def test_a_rate_that_the_model_lacks_is_refused(self):
        self.bad(3, "invalid-argument", "set-baud", "250000", "--port", "sim:dynamixel2:1@57600")


if __name__ == "__main__":
    unittest.main()
