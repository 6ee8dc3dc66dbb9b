# SPDX-License-Identifier: GPL-3.0-or-later
"""What stop sends first, and what it says of a port that somebody else holds."""

import fcntl
import os
import pty
import select
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
