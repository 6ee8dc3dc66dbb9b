# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of monitor on lines that keep wire time, that do not, and that have faults."""

import os
import unittest

from cli import CliTest, SimulatedBus

FIELDS = ("cycles", "cycles_per_second", "complete_cycles_per_second", "wire_limit_cycles_per_second", "share_of_wire_limit", "errors", "lost",
          "jitter_p99_us", "axes")


class MonitorTest(CliTest):
    def test_a_paced_line_is_never_faster_than_its_wire(self):
        found = self.good("monitor", "--port", "sim:dynamixel2:4@1000000", "--for", 2)
        self.assert_fields(found, *FIELDS)
        self.assertGreater(found["cycles"], 0)
        self.assertGreater(found["share_of_wire_limit"], 0)
        self.assertLessEqual(found["share_of_wire_limit"], 1.05)
        self.assertEqual(found["errors"], 0)
        self.assertEqual([axis["id"] for axis in found["axes"]], [1, 2, 3, 4])
        for axis in found["axes"]:
            self.assertIsNotNone(axis["position"])
            self.assertIsNotNone(axis["voltage"])

    def test_an_unpaced_line_has_no_share(self):
        found = self.good("monitor", "--port", "sim:dynamixel2:4@1000000,unpaced", "--for", 0.6)
        self.assertIsNone(found["share_of_wire_limit"])
        self.assertIsNone(found["wire_limit_cycles_per_second"])

    def test_it_goes_on_when_the_link_comes_back(self):
        """Bug: it ended with the loss, where a recording went on."""
        ended = self.run_json("monitor", "--port", "sim:dynamixel2:2@1000000,fault=unplug@4s-5s", "--for", 8)
        self.assertEqual(ended.code, 0, ended)
        (gap,) = ended.object["link_gaps"]
        self.assertGreater(gap["to"], gap["from"])
        self.assertIn("monitoring goes on", ended.err)
        self.assertIn("is back after", ended.err)
        self.assert_fields(ended.object, *FIELDS)
        # The time without a link is left out, so that it does not count as a slow one.
        self.assertGreater(ended.object["share_of_wire_limit"], 0.5)
        self.assertEqual([axis["state"] for axis in ended.object["axes"]], ["off"] * 2)

    def test_a_link_that_is_not_back_at_the_end_is_told(self):
        lost = self.bad(1, "link-lost", "monitor", "--port", "sim:dynamixel2:2@1000000,fault=unplug@4s", "--for", 6)
        self.assert_fields(lost, *FIELDS)
        (gap,) = lost["link_gaps"]
        self.assertIsNone(gap["to"])
        lost = self.bad(1, "link-lost", "monitor", "--wire", "--port", "sim:dynamixel2:2@1000000,fault=unplug@4s", "--for", 6)
        self.assertGreater(lost["packets"], 0)
        self.assertIsNone(lost["link_gaps"][0]["to"])

    def test_ids_choose_what_is_shown(self):
        found = self.good("monitor", "--port", "sim:dynamixel2:4@1000000", "--for", 0.5, "--ids", "4,2")
        self.assertEqual([axis["id"] for axis in found["axes"]], [2, 4])
        self.bad(1, "no-servo", "monitor", "--port", "sim:dynamixel2:4@1000000", "--for", 0.5, "--ids", "9")

    def test_the_wire_is_told_packet_by_packet(self):
        found = self.good("monitor", "--port", "sim:dynamixel2:2@1000000", "--for", 0.5, "--wire")
        self.assert_fields(found, "packets", "troubles", "let_go", "missed_bytes", "wire")
        self.assertEqual(found["packets"], len(found["wire"]))
        self.assertEqual(found["troubles"], 0)
        packets = found["wire"]
        self.assertIn("status", {p["instruction"] for p in packets})
        self.assertTrue(any(p["direction"] == "out" and p["id"] == "all" for p in packets))
        self.assertTrue(all(p["bytes"].startswith("FF FF FD 00") for p in packets))
        times = [p["time_s"] for p in packets]
        self.assertEqual(times, sorted(times))

    def test_the_wire_goes_into_a_file(self):
        for name, lines in (("wire.csv", 1), ("wire.jsonl", 0)):
            path = os.path.join(self.folder, name)
            found = self.good("monitor", "--port", "sim:dynamixel2:1@1000000", "--for", 0.3, "--wire", "--out", path)
            self.assertEqual(found["path"], path)
            with open(path, encoding="utf-8") as file:
                self.assertEqual(len(file.readlines()), found["packets"] + lines)
        self.bad(1, "input-output", "monitor", "--port", "sim:dynamixel2:1@1000000", "--for", 0.3, "--wire", "--out",
                 os.path.join(self.folder, "no", "wire.csv"))

    def test_the_doctor_finds_what_slows_a_bus(self):
        found = self.good("doctor", "--port", "sim:dynamixel2:3@1000000", "--for", 1)
        self.assert_fields(found, "port", "grade", "findings", "servos")
        checks = {f["check"]: f for f in found["findings"]}
        delay = checks["return-delay"]
        self.assertEqual(delay["grade"], "warning")
        self.assertEqual(delay["servos"], [1, 2, 3])
        self.assertEqual(delay["measured"], 500)
        self.assertEqual(delay["remedy"], "write-return-delay")
        self.assertGreater(delay["possible_cycles_per_second"], delay["cycles_per_second"])
        self.assertEqual(checks["errors"]["grade"], "good")
        self.assertEqual(checks["adapter-latency"]["grade"], "unjudged")
        self.assertEqual([s["id"] for s in found["servos"]], [1, 2, 3])
        self.assertEqual(found["servos"][0]["return_delay_us"], 500)

    def test_the_doctor_tells_of_a_collision_that_the_scan_heard(self):
        port = "sim:dynamixel2:3@1000000,fault=duplicate-id=2:3"
        found = self.good("doctor", "--port", port, "--protocol", "dynamixel2", "--for", 1)
        same = next(one for one in found["findings"] if one["check"] == "same-id")
        self.assertEqual((same["grade"], same["servos"]), ("warning", [2]), same)
        self.assertEqual(self.good("scan", "--port", port, "--protocol", "dynamixel2")["duplicate_ids"], [2])

    def test_the_doctor_looks_at_ports(self):
        found = self.good("doctor")
        self.assertIn("ports", found)

    def test_a_silent_servo_is_shown_as_silent_and_the_others_go_on(self):
        found = self.good("monitor", "--port", "sim:dynamixel2:4@1000000,fault=silent=3@1s", "--for", 2.5)
        states = {axis["id"]: axis["state"] for axis in found["axes"]}
        self.assertEqual(states[3], "silent")
        self.assertNotIn("silent", [states[1], states[2], states[4]])
        self.assertGreater(found["errors"], 0)
        # Bug: cycles without the silent one counted as complete.
        self.assertLess(found["complete_cycles_per_second"], 0.8 * found["cycles_per_second"])
        self.assertEqual(found["axes"][0]["unit"], "deg")

    def test_a_silent_servos_figures_have_their_age(self):
        """Bug: the table showed them as if they were of now."""
        told = self.run_plain("monitor", "--port", "sim:dynamixel2:2@1000000,fault=silent=2@1s", "--for", 3).out
        self.assertRegex(told, r"2 +silent .* s ago")
        self.assertRegex(told, r"1 +off .* ms ago")

    def test_a_pseudo_terminal_is_monitored_at_its_rate(self):
        with SimulatedBus("dynamixel2:2@57600") as bus:
            # Long enough for a measurement on a busy machine too: one is made every second.
            found = self.good("monitor", "--port", bus.port, "--for", 4)
            self.assertLessEqual(found["share_of_wire_limit"], 1.05)
            self.assertLess(found["wire_limit_cycles_per_second"], 200)
            self.assertEqual(found["lost"], 0)

    def test_a_lost_link_is_a_technical_failure_with_the_figures_so_far(self):
        lost = self.bad(1, "link-lost", "monitor", "--port", "sim:dynamixel2:2@1000000,fault=unplug@5s", "--for", 60)
        self.assert_fields(lost, *FIELDS)
        self.assertGreater(lost["cycles"], 0)
        self.assertIn("sim:dynamixel2:2", lost["error"]["message"])

    def test_people_get_a_table_with_units(self):
        ended = self.run_plain("monitor", "--port", "sim:dynamixel2:2@1000000", "--for", 0.5)
        self.assertEqual(ended.code, 0, ended)
        self.assertRegex(ended.out, r"1 +off +[\d.]+ ° +-?[\d.]+ °/s")
        self.assertIn("cycles/s", ended.out)


if __name__ == "__main__":
    unittest.main()
