# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at random moments: what was stored stays stored, the files open, and the axes come to rest. Ten times here,
SERVOLANE_KILLS times where packaging/soak.sh asks for more."""

import os
import random
import signal
import sqlite3
import time
import unittest

from cli import CliTest, LONG, SimulatedBus

KILLS = int(os.environ.get("SERVOLANE_KILLS", "10"))
SEED = int(os.environ.get("SERVOLANE_SEED", "1"))


class KillTest(CliTest):
    def facts(self):
        """Every stored fact by its place; what a killed program has stored is never given up."""
        with sqlite3.connect(self.path("store/workstation.db")) as journal:
            return dict(journal.execute("select id, crc from facts"))

    def moving(self, port, servo):
        """1 or 0; None if it did not answer in time, as on a machine that is busy with other things."""
        ended = self.run_json("read", "--port", port, "--id", servo, "moving")
        if ended.code != 0:
            self.assertEqual(ended.error["code"], "axis-silent", ended)
            return None
        return ended.object["raw"]

    def until_at_rest(self, port, servo):
        """Asked anew each time: a servo that rests says so twice."""
        end = time.monotonic() + LONG
        rested = 0
        while rested < 2:
            self.assertLess(time.monotonic(), end, f"servo {servo} goes on after its host was killed")
            rested = rested + 1 if self.moving(port, servo) == 0 else 0

    def test_nothing_stored_is_lost_and_the_axes_come_to_rest(self):
        chance = random.Random(SEED)
        jobs = (("move", "--id", 1, "--to", 330, "--velocity", 15), ("jog", "--id", 2, "--velocity", 20, "--for", 600),
                ("record", "--for", 600, "--out", None))
        with SimulatedBus("dynamixel2:3@1000000") as bus:
            self.good("torque", "on", "--port", bus.port)
            kept = self.facts()
            for turn in range(KILLS):
                words = [word if word is not None else self.path(f"killed-{turn}.servolane")
                         for word in jobs[turn % len(jobs)]]
                program = self.start(*words, "--port", bus.port)
                time.sleep(chance.uniform(0.05, 1.5))  # the moment is the point; nothing waits for anything
                program.send_signal(signal.SIGKILL)
                program.communicate(timeout=LONG)
                stored = self.facts()
                for place, checksum in kept.items():
                    self.assertEqual(stored.get(place), checksum, f"turn {turn}: fact {place} is lost")
                kept = stored
                self.assertEqual(self.good("verify"), {"ok": True, "problems": []})
                for servo in (1, 2):
                    self.until_at_rest(bus.port, servo)
                recording = self.path(f"killed-{turn}.servolane")
                if os.path.exists(recording):
                    self.assertIs(self.good("verify", recording)["ok"], True)


if __name__ == "__main__":
    unittest.main()
