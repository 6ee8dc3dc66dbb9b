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

    def test_no_recording_is_replaced_by_a_backup(self):
        path = self.path("precious.servolane")
        self.good("record", "--port", "sim:dynamixel2:1", "--for", 0.2, "--out", path)
        with open(path, "rb") as file:
            before = file.read()
        self.bad(1, "invalid", *self.on_port("backup", "--id", 1, "--out", path))
        self.bad(1, "invalid", *self.on_port("monitor", "--wire", "--for", 0.1, "--out", path))
        self.bad(1, "invalid", "machine", "export", path)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), before)

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

    def test_what_the_policies_will_refuse_is_refused_before_the_first_byte(self):
        """An id that cannot be changed, and a word that drives the axis, came up after half of it was written."""
        with SimulatedBus("modbus:2@115200", "--unpaced") as bus:
            where = ("--port", bus.port, "--protocol", "modbus")
            held = self.good("read", *where, "--id", 1, "profile_velocity")["raw"]
            for servos, code in ((({"id": 1, "new_id": 9, "settings": {"profile_velocity": 300}},), "id-fixed"),
                                 (({"id": 1, "settings": {"profile_velocity": 300}},
                                   {"id": 2, "settings": {"controlword": 15}}), "recipe-does-not-fit")):
                recipe = self.recipe(*servos)
                for dry in ((), ("--dry-run",)):
                    with self.subTest(code=code, dry=dry):
                        self.bad(3, code, "provision", *where, recipe, *dry)
                        self.assertEqual(self.good("read", *where, "--id", 1, "profile_velocity")["raw"], held)

    def test_a_broken_recipe_is_told_by_its_place(self):
        recipe = self.recipe({"id": 1, "settings": {"led": [1]}})
        told = self.bad(1, "invalid", "provision", "--port", "sim:dynamixel2:1", recipe)["error"]["message"]
        self.assertIn("/servos/0/settings/led", told)


class OtherFamiliesTest(CliTest):
    def test_a_drive_is_restored_from_a_backup_that_was_taken_with_torque_on(self):
        with SimulatedBus("modbus:1@115200", "--unpaced") as bus:
            where = ("--port", bus.port, "--protocol", "modbus")
            self.good("torque", "on", *where, "--id", 1)
            self.good("backup", *where, "--out", self.path("on.json"))
            self.good("torque", "off", *where, "--id", 1)
            self.good("write", *where, "--id", 1, "profile_velocity", 300)
            shown = self.good("compare", *where, "--ids", 1, self.path("on.json"))
            self.assertEqual([of["register"] for of in shown["registers"]], ["profile_velocity"])
            done = self.good("restore", *where, "--id", 1, self.path("on.json"))["servos"][0]
            self.assertEqual([write["register"] for write in done["writes"]], ["profile_velocity"])
            motion = {left["register"] for left in done["left"] if left["reason"] == "motion"}
            self.assertLessEqual({"controlword", "target_torque"}, motion)

    def test_a_factory_setting_stays_the_servos_own(self):
        with SimulatedBus("feetech-sts:1@1000000", "--unpaced") as bus:
            where = ("--port", bus.port, "--protocol", "feetech")
            self.good("backup", *where, "--out", self.path("one.json"))
            with open(self.path("one.json"), encoding="utf-8") as file:
                kept = json.load(file)
            for register in kept["servos"][0]["registers"]:
                if register["name"] == "phase":
                    register["raw"] = register["value"] = 28
            with open(self.path("other.json"), "w", encoding="utf-8") as file:
                json.dump(kept, file)
            done = self.good("restore", *where, "--id", 1, self.path("other.json"))["servos"][0]
            self.assertEqual(done["writes"], [])
            self.assertIn(("phase", "factory"), [(left["register"], left["reason"]) for left in done["left"]])

    def test_a_reboot_that_no_packet_does_is_refused_before_anything_is_written(self):
        with SimulatedBus("dynamixel1:1@1000000", "--unpaced") as bus:
            where = ("--port", bus.port, "--protocol", "dynamixel1")
            self.good("backup", *where, "--out", self.path("one.json"))
            limit = self.good("read", *where, "--id", 1, "temperature_limit")["raw"]
            self.good("write", *where, "--id", 1, "temperature_limit", limit - 5, "--raw")
            told = self.bad(3, "no-restart", "restore", *where, "--id", 1, self.path("one.json"), "--reboot")
            self.assertIn("supply", told["error"]["message"])
            self.assertEqual(self.good("read", *where, "--id", 1, "temperature_limit")["raw"], limit - 5)

    def test_an_id_or_rate_that_a_family_lacks_is_not_promised(self):
        for protocol, command, code in (("maestro", ("set-id", "1:2", "2:1"), "id-fixed"),
                                        ("modbus", ("set-id", "1:9"), "id-fixed"),
                                        ("lx", ("set-baud", "9600"), "rate-fixed")):
            for dry in ((), ("--dry-run",)):
                with self.subTest(protocol=protocol, dry=dry):
                    told = self.bad(3, code, *command, "--port", f"sim:{protocol}:3@115200", "--protocol", protocol, *dry)
                    self.assertRegex(told["error"]["message"], "Maestro channel|unit id|no other rate")

    def test_a_servo_is_reached_under_an_id_that_is_seldom_used(self):
        with SimulatedBus("lx:2@115200", "--unpaced") as bus:
            where = ("--port", bus.port, "--protocol", "lx")
            self.assertIs(self.good("set-id", *where, "2:60")["done"][0]["verified"], True)
            self.assertEqual(self.good("read", *where, "--id", 60, "id")["raw"], 60)
            self.good("set-id", *where, "60:2")
            self.assertEqual(self.good("read", *where, "--id", 2, "id")["raw"], 2)


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
        self.assertIn("id 9", self.bad(1, "no-servo", "set-id", "--port", "sim:dynamixel2:3", "9:4")["error"]["message"])

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
