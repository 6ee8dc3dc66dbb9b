# SPDX-License-Identifier: GPL-3.0-or-later
"""scan over several ports and protocols: found together, each told with its port; what is not asked, and why."""

import os
import unittest

from cli import CliTest, SimulatedBus


class ScanTest(CliTest):
    def test_several_ports_of_several_families_at_once(self):
        with SimulatedBus("dynamixel2:3@1000000", "--unpaced") as arm, SimulatedBus("feetech:2@1000000", "--unpaced") as hand:
            found = self.good("scan", "--port", arm.port, "--port", hand.port, "--protocol", "dynamixel2,feetech")
        self.assertEqual(sorted((servo["port"], servo["protocol"], servo["id"]) for servo in found["servos"]),
                         sorted([(arm.port, "dynamixel2", id) for id in (1, 2, 3)] +
                                [(hand.port, "feetech", id) for id in (1, 2)]))
        self.assertEqual([port["state"] for port in found["ports"]], ["done", "done"])
        self.assertEqual([port["servos"] for port in found["ports"]], [3, 2])
        for servo in found["servos"]:
            self.assert_fields(servo, "port", "protocol", "baud", "id", "model", "model_number", "firmware")
        self.assertGreater(found["seconds"], 0)

    def test_one_protocol_is_asked_for_every_id_and_several_tell_which_not(self):
        port = "sim:lx:1@115200,first-id=60"
        self.assertEqual([servo["id"] for servo in self.good("scan", "--port", port, "--protocol", "lx")["servos"]], [60])
        found = self.good("scan", "--port", port, "--protocol", "lx,feetech")
        self.assertEqual(found["servos"], [])
        self.assertEqual(found["ports"][0]["ids_left_out"], "lx above 32")
        # Named, it is reached by every command.
        self.assertEqual(self.good("read", "--port", port, "--protocol", "lx", "--id", 60, "id")["raw"], 60)

    def test_a_servo_of_a_strict_line_answers_at_its_own_rate_alone(self):
        """After set-baud it answered at the old rate as well, so that "verified" proved nothing."""
        def ids(bus, protocol, baud):
            found = self.good("scan", "--port", bus.port, "--protocol", protocol, "--baud", baud)
            return [servo["id"] for servo in found["servos"]]

        with SimulatedBus("dynamixel2:2@57600", "--strict-rate") as bus:
            done = self.good("set-baud", "1000000", "--port", bus.port, "--protocol", "dynamixel2", "--baud", 57600)
            self.assertEqual([servo["verified"] for servo in done["servos"]], [True, True])
            self.assertEqual(ids(bus, "dynamixel2", 57600), [])
            self.assertEqual(ids(bus, "dynamixel2", 1000000), [1, 2])
        # Rates that have no name of their own in the kernel.
        with SimulatedBus("dynamixel1:1@250000", "--strict-rate") as bus:
            self.assertEqual([ids(bus, "dynamixel1", baud) for baud in (400000, 250000)], [[], [1]])

    def test_a_port_without_a_protocol_is_asked_for_all(self):
        with SimulatedBus("feetech:1@1000000", "--unpaced") as bus:
            found = self.good("scan", "--port", bus.port)
        self.assertEqual([(servo["protocol"], servo["model"]) for servo in found["servos"]], [("feetech", "STS3215")])

    def test_a_port_that_fails_is_told_beside_those_that_do_not(self):
        with SimulatedBus("dynamixel2:1@1000000", "--unpaced") as bus:
            found = self.good("scan", "--port", bus.port, "--port", "/dev/no-such-port", "--protocol", "dynamixel2")
        self.assertEqual(len(found["servos"]), 1)
        self.assertEqual(found["ports"][1]["state"], "failed")
        self.assertIn("/dev/no-such-port", found["ports"][1]["error"])

    def test_a_port_that_is_not_there_gets_no_name(self):
        self.bad(1, "no-port", "ports", "--port", "/dev/no-such-port", "--name", "Arm")

    def test_only_ports_that_fail_are_a_failure(self):
        found = self.bad(1, "no-port", "scan", "--port", "/dev/no-such-port", "--protocol", "all")
        self.assertEqual(found["ports"][0]["state"], "failed")

    def test_a_scan_without_a_port_asks_known_adapters_alone(self):
        ended = self.run_json("scan")
        ticked = [port for port in self.good("ports")["ports"] if port["ticked"]]
        if not ticked:
            self.assertEqual(ended.code, 1, ended)
            self.assertEqual(ended.error["code"], "no-port")

    def test_one_simulated_port_with_other_protocols_is_not_asked(self):
        found = self.good("scan", "--port", "sim:dynamixel2:1", "--protocol", "feetech,dynamixel1")
        self.assertEqual(found["ports"][0]["state"], "not-asked")

    def test_a_wrong_file_of_adapters_is_told_and_does_no_harm(self):
        os.makedirs(self.path("config"))
        with open(self.path("config/adapters.json"), "w", encoding="utf-8") as file:
            file.write('{"format": 1, "adapters": [{"vid": "0403", "name": "A", "kind": "adapter", "search": "often"}]}')
        told = self.run_plain("ports").out
        self.assertIn("/adapters/0/search", told)


if __name__ == "__main__":
    unittest.main()
