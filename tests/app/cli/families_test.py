# SPDX-License-Identifier: GPL-3.0-or-later
"""Each family of servos: found on a pseudo-terminal by its protocol, watched, moved."""

import os
import unittest

from cli import CliTest, SimulatedBus

FAMILIES = (("dynamixel1", "AX-12A", 12), ("dynamixel1", "MX-28", 29), ("feetech", "STS3215", 777), ("feetech", "SCS0009", 1284),
            ("lx", "LX-16A", 0), ("maestro", "PWM servo (Maestro)", 0), ("modbus", "Modbus drive (CiA 402)", 1))


RATES = {"lx": 115200, "maestro": 115200, "modbus": 115200}
TARGETS = {"maestro": 40}


class FamiliesTest(CliTest):
    def test_found_watched_and_moved(self):
        for protocol, model, number in FAMILIES:
            with self.subTest(model=model), SimulatedBus(f"{protocol}:2@{RATES.get(protocol, 1000000)},model={model}", "--unpaced") as bus:
                where = ("--port", bus.port, "--protocol", protocol)
                found = self.good("scan", *where)
                self.assertEqual([(servo["id"], servo["model"], servo["model_number"]) for servo in found["servos"]],
                                 [(1, model, number), (2, model, number)])
                shown = self.good("monitor", *where, "--for", 1)
                # Servos in a process of their own may be late on a busy machine, but never lost.
                self.assertLessEqual(shown["errors"], shown["cycles"])
                for axis in shown["axes"]:
                    self.assertIsNotNone(axis["position"])
                target = TARGETS.get(protocol, 120)
                speed = () if protocol == "lx" else ("--velocity", 90)  # its goals come with a time instead
                moved = self.good("move", *where, "--id", 1, "--to", target, *speed)
                # What has no feedback arrives as far as anybody knows.
                self.assertIs(moved["arrived"], None if protocol == "maestro" else True)
                self.assertAlmostEqual(moved["actual"], target, delta=2)

    def test_the_servo_of_the_guide_is_known_and_moves(self):
        with open(os.path.join(os.environ["SERVOLANE_SERVOS"], "OWN_SERVO.md"), encoding="utf-8") as guide:
            example = guide.read().split("```json\n")[1].split("```")[0]
        os.makedirs(self.path("config/servos"))
        with open(self.path("config/servos/my_servo.json"), "w", encoding="utf-8") as file:
            file.write(example)
        where = ("--port", "sim:feetech:1,model=My servo", "--protocol", "feetech")
        self.assertEqual(self.good("scan", *where)["servos"][0]["model"], "My servo")
        self.assertIs(self.good("move", *where, "--id", 1, "--to", 200)["arrived"], True)

    def test_an_scs_servo_arrives(self):
        """Its gains are per step, and its steps are coarser: it stood still 1.7 degrees away."""
        for target in (200, 90):
            moved = self.good("move", "--port", "sim:feetech-scs:1", "--protocol", "feetech", "--id", 1, "--to", target)
            self.assertIs(moved["arrived"], True)
            self.assertAlmostEqual(moved["actual"], target, delta=1.0)  # what counts as arrived

    def test_a_packet_goes_out_where_nobody_is_known(self):
        """Who takes down an undocumented servo has nothing else."""
        with SimulatedBus("dynamixel2:1@1000000", "--unpaced") as bus:
            where = ("--port", bus.port, "--protocol", "lx", "--baud", 1000000)
            self.assertIn("FF FF FD 00 01", self.good("raw", *where, "FF FF FD 00 01 03 00 01 19 4E")["received"])
            self.assertIn("packets", self.good("monitor", *where, "--wire", "--for", 0.2))

    def test_the_series_of_feetech_have_words_of_their_own(self):
        with SimulatedBus("feetech-scs:1@1000000", "--unpaced") as bus:
            self.assertEqual(bus.protocol, "feetech-scs")
            found = self.good("scan", "--port", bus.port, "--protocol", "feetech-scs")
            self.assertEqual([servo["model"] for servo in found["servos"]], ["SCS0009"])

    def test_the_demo_speaks_with_the_family_asked_for(self):
        told = self.good("demo", "--protocol", "feetech", "--out", self.path("demo"))
        self.assertIn("feetech", told["wire"])
        self.assertEqual(told["axes"], 6)
        self.assertEqual(told["lost"], 0)

    def test_the_demo_knows_what_a_family_lacks(self):
        """No write to several servos at once; little travel and no feedback."""
        for protocol in ("lx", "maestro"):
            with self.subTest(protocol=protocol):
                self.assertGreater(self.good("demo", "--protocol", protocol, "--out", self.path("demo"))["axes"], 4)

    def test_an_acceleration_that_the_model_lacks_is_refused(self):
        with SimulatedBus("dynamixel1:1@1000000", "--unpaced") as bus:
            error = self.run_json("move", "--port", bus.port, "--protocol", "dynamixel1", "--id", 1, "--to", 120,
                                  "--acceleration", 100).error
        self.assertIn("profile_acceleration", error["message"])

    def test_a_velocity_that_the_model_lacks_is_refused_with_what_can_be_done(self):
        """It was told that names of registers are those of the model file."""
        where = ("--port", "sim:lx:1", "--protocol", "lx", "--id", 1)
        error = self.bad(3, "register-unknown", "move", *where, "--to", 130, "--velocity", 30)["error"]
        self.assertIn("cannot be told how fast to move", error["message"])
        self.assertIn("without --velocity, or jog", error["hint"])
        self.assertGreater(self.good("jog", *where, "--velocity", 20, "--for", 0.5)["moved"], 2)

    def test_reasons_of_what_is_not_restored_are_true(self):
        """The lock was said to move the servo, and a word to be near to a number."""
        for name, source in (("scs", "feetech-scs:1"), ("mx", "dynamixel1:1,model=MX-28")):
            self.good("backup", "--port", f"sim:{source}", "--out", self.path(f"{name}.json"))
        text = self.run_plain("restore", "--port", "sim:feetech-sts:1", "--id", 1, self.path("scs.json"), "--dry-run").out
        self.assertRegex(text, r"\nlock +opened and closed around every write")
        self.assertNotIn("moves the servo", text)
        text = self.run_plain("restore", "--port", "sim:lx:1", "--id", 1, self.path("mx.json"), "--dry-run").out
        self.assertRegex(text, r"\nled +on +off +EEPROM *\n")


if __name__ == "__main__":
    unittest.main()
