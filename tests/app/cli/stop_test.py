# SPDX-License-Identifier: GPL-3.0-or-later
"""What stop sends first, and what it says of a port that somebody else holds."""

import fcntl
import json
import os
import pty
import select
import time
import tty
import unittest

from cli import CliTest, LONG, SimulatedBus

# Broadcast write of 0 to torque_enable (64).
TORQUE_OFF = bytes.fromhex("FFFFFD00FE0600034000")


class StopTest(CliTest):
    def test_torque_is_cut_before_anybody_is_looked_for(self):
        near, far = pty.openpty()
        self.addCleanup(os.close, near)
        tty.setraw(far)
        port = os.ttyname(far)
        os.close(far)
        process = self.start("stop", "--port", port)
        heard = b""
        while len(heard) < len(TORQUE_OFF):
            ready, _, _ = select.select([near], [], [], LONG)
            self.assertTrue(ready)
            try:
                heard += os.read(near, 64)
            except OSError:  # nobody has it open at this moment
                self.assertIsNone(process.poll())
        self.assertEqual(heard[: len(TORQUE_OFF)], TORQUE_OFF)
        process.communicate(timeout=LONG)

    def test_an_axis_set_to_hold_is_not_dropped_by_a_frame_for_all(self):
        """Bug: torque was cut by a broadcast before anybody looked how each axis is to stop."""
        with SimulatedBus("dynamixel2:2@1000000") as bus:
            axis = {"bus": bus.port, "protocol": "dynamixel2", "id": 1, "model": "XM430-W350", "name": "Lift",
                    "stop_reaction": "hold"}
            path = self.path("hold.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"schema": 1, "axes": [axis]}, file)
            self.good("machine", "import", path)
            self.good("torque", "on", "--port", bus.port)
            stopped = self.good("stop", "--port", bus.port)
            self.assertEqual((stopped["axes"], stopped["confirmed"]), (2, 2))
            shown = self.good("monitor", "--port", bus.port, "--for", 0.3)
            self.assertEqual([axis["torque"] for axis in shown["axes"]], [True, False])

    def test_a_port_that_nobody_knows_is_stopped_in_its_own_protocol(self):
        """Bug: only the first family was tried."""
        with SimulatedBus("feetech:1@1000000") as bus:
            stopped = self.good("stop", "--port", bus.port)
            self.assertEqual((stopped["axes"], stopped["confirmed"]), (1, 1))

    def test_servos_that_fell_silent_are_not_stopped_for_all_that_is_known(self):
        """Bug: where nobody answered any more it said "no servo", and nothing of what might still hold torque."""
        with SimulatedBus("dynamixel2:2@1000000", "--fault", "silent=1@6s", "--fault", "silent=2@6s") as bus:
            self.good("torque", "on", "--port", bus.port)
            while self.run_json("read", "--port", bus.port, "--protocol", "dynamixel2", "--id", 1, "id").code == 0:
                pass
            error = self.bad(4, "not-confirmed", "stop", "--port", bus.port, "--protocol", "dynamixel2")["error"]
            self.assertIn("cut their supply", error["hint"])

    def has_open(self, process, path):
        folder = f"/proc/{process.pid}/fd"
        try:
            return any(os.path.realpath(os.path.join(folder, name)) == path for name in os.listdir(folder))
        except OSError:  # it ends at this moment
            return False

    def test_a_port_whose_program_knows_no_servo_is_stopped_once_it_is_left(self):
        """Bug: it said "0 of 0 axes" and ended well, or that the other program had gone, with torque still on."""
        with SimulatedBus("dynamixel2:2@1000000") as bus:
            self.good("torque", "on", "--port", bus.port)
            other = self.start("monitor", "--wire", "--port", bus.port, "--protocol", "lx", "--baud", 1000000, "--for", 1)
            while not self.has_open(other, bus.port):
                self.assertIsNone(other.poll())
            stopped = self.good("stop", "--port", bus.port)
            self.assertEqual((stopped["axes"], stopped["confirmed"]), (2, 2))
            shown = self.good("monitor", "--port", bus.port, "--for", 0.2)
            self.assertEqual([axis["torque"] for axis in shown["axes"]], [False, False])

    def test_a_line_that_loses_half_its_answers_is_stopped_or_says_who_is_not(self):
        def stop(*faults):
            with SimulatedBus("dynamixel2:4@1000000", *faults) as bus:
                began = time.monotonic()
                ended = self.run_json("stop", "--port", bus.port, "--protocol", "dynamixel2", "--baud", 1000000)
                return ended, time.monotonic() - began
        clean, usual = stop()
        longest = max(5, 8 * usual)  # a machine that is busy with other things stretches every time-out
        self.assertEqual((clean.code, clean.object["confirmed"]), (0, 4), clean)
        for seed in (1, 2, 3):
            ended, took = stop("--fault", "drop=0.5", "--seed", str(seed))
            self.assertLess(took, longest, ended)
            told = ended.object
            self.assertEqual(told["axes"], 4, ended)
            if ended.code == 0:
                self.assertEqual(told["confirmed"], 4, ended)
                continue
            self.assertEqual((ended.code, told["error"]["code"]), (4, "not-confirmed"), ended)
            self.assertIn("cut their supply", told["error"]["hint"])
            missing = told["error"]["message"].split("not: ")[1].split(", ")
            self.assertEqual(len(missing), 4 - told["confirmed"], ended)

    def test_a_port_in_use_is_told_with_who_uses_it(self):
        with SimulatedBus("dynamixel2:1@1000000") as bus:
            descriptor = os.open(bus.port, os.O_RDWR | os.O_NOCTTY)
            self.addCleanup(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            for command in ("stop", "scan"):
                error = self.bad(1, "busy", command, "--port", bus.port)["error"]
                self.assertIn(f"(process {os.getpid()})", error["message"])
                self.assertIn(bus.port, error["message"])


if __name__ == "__main__":
    unittest.main()
