# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at random moments: what was stored stays stored, the files open, and the axes come to rest. Ten times here,
SERVOLANE_KILLS times where packaging/soak.sh asks for more."""

import json
import os
import random
import signal
import socket
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

    def position(self, port, servo):
        """Degrees; asked until it answers."""
        for _ in range(100):
            ended = self.run_json("read", "--port", port, "--id", servo, "present_position")
            if ended.code == 0:
                return ended.object["value"]
        self.fail(f"servo {servo} does not answer")

    def moved_to(self, program, servo):
        """Degrees, once the move is under way; else None. Asked of the program itself (drivers/ipc/PROTOCOL.md): whoever
        opened the port beside it would be in its way."""
        self.assertIsNone(program.poll(), "the move has ended")
        folder = self.path("servolane")
        names = [name for name in os.listdir(folder) if name.endswith(".sock")] if os.path.isdir(folder) else []
        for name in names:
            try:
                with socket.socket(socket.AF_UNIX) as lane:
                    lane.settimeout(LONG)
                    lane.connect(os.path.join(folder, name))
                    lane.sendall(b'{"v": 1, "ask": "look"}\n')
                    axes = json.loads(lane.makefile("r", encoding="utf-8").readline())["answer"]["axes"]
            except OSError:  # it does not listen yet
                continue
            for view in (axes or {"axes": []})["axes"]:
                if view["axis"]["id"] == servo and view["activity"] == "move":
                    return view["latest"][0]["value"]
        return None

    def way_after_the_kill(self, port, servo):
        """A move of a quarter of a minute at 10 degrees a second, killed once it is under way: how far the axis goes on in
        three seconds. Nobody may look meanwhile: a program brings to rest what still moves when it leaves the port."""
        program = self.start("move", "--id", servo, "--to", 330, "--velocity", 10, "--port", port)
        end = time.monotonic() + LONG
        while (seen := self.moved_to(program, servo)) is None:
            self.assertLess(time.monotonic(), end, "the move does not begin")
        program.send_signal(signal.SIGKILL)
        program.communicate(timeout=LONG)
        time.sleep(3)
        return self.position(port, servo) - seen

    def test_a_killed_program_leaves_its_axis_at_rest_and_an_unguarded_one_goes_on(self):
        """The second is the proof that the first could fail: torque that an earlier program switched on is not guarded by
        the servo's watchdog."""
        with SimulatedBus("dynamixel2:2@1000000") as bus:
            self.assertLess(self.way_after_the_kill(bus.port, 1), 20)  # two seconds for a busy machine to kill it
            self.good("torque", "on", "--port", bus.port, "--id", 2)
            self.assertGreater(self.way_after_the_kill(bus.port, 2), 25)

    def axis_of(self, program, servo):
        """As the program that owns its port tells it; None while it does not listen or has no such axis."""
        self.assertIsNone(program.poll(), "the owner has ended")
        for name in os.listdir(self.path("servolane")) if os.path.isdir(self.path("servolane")) else []:
            if not name.startswith(f"{program.pid}-"):
                continue
            with socket.socket(socket.AF_UNIX) as lane:
                lane.settimeout(LONG)
                lane.connect(os.path.join(self.path("servolane"), name))
                lane.sendall(b'{"v": 1, "ask": "look"}\n')
                axes = json.loads(lane.makefile("r", encoding="utf-8").readline())["answer"]["axes"]
            return next((view for view in (axes or {"axes": []})["axes"] if view["axis"]["servo"] == servo), None)
        return None

    def await_axis(self, program, servo, reached):
        end = time.monotonic() + LONG
        while not ((view := self.axis_of(program, servo)) and reached(view)):
            self.assertLess(time.monotonic(), end, view)
        return view

    def test_a_killed_client_leaves_no_motion_and_no_torque_to_the_owner_of_its_port(self):
        """Bug: the move went on to its target, and torque that had been switched on for it stayed on."""
        with SimulatedBus("dynamixel2:2@1000000") as bus:
            owner = self.start("record", "--port", bus.port, "--for", 600, "--out", self.path("owner.servolane"))
            self.await_axis(owner, 2, lambda view: view["torque"] is False)
            for words, kind in ((["move", "--to", 330, "--velocity", 5], "move"), (["jog", "--velocity", 5, "--for", 600], "jog")):
                client = self.start(words[0], "--port", bus.port, "--id", 2, *words[1:])
                self.await_axis(owner, 2, lambda view, kind=kind: view["activity"] == kind)
                client.send_signal(signal.SIGKILL)
                client.communicate(timeout=LONG)
                view = self.await_axis(owner, 2, lambda view: view["torque"] is False)
                self.assertEqual(view["activity"], "none", view)
                self.assertEqual(view["last_end"]["reason"], "asker-left" if kind == "move" else "lease-lapsed", view)
            self.assertEqual(self.interrupt(owner).code, 130)
            with sqlite3.connect(self.path("store/workstation.db")) as journal:
                rows = [row[0] for row in journal.execute("SELECT json FROM log WHERE kind = 'TorqueDisabled'")]
            self.assertEqual(len([row for row in rows if "command-line" in row]), 2, rows)

    def test_an_owner_that_ends_leaves_neither_motion_nor_torque_of_its_clients(self):
        """Bug: whose port was closed by the program that had it was told owner-gone, and the torque that had been switched
        on for it stayed on, with --quiet without a word."""
        with SimulatedBus("dynamixel2:2@1000000") as bus:
            self.good("read", "--port", bus.port, "--id", 2, "present_position")
            for by in (signal.SIGINT, signal.SIGKILL):
                owner = self.start("record", "--port", bus.port, "--for", 600, "--out", self.path(f"owner-{by}.servolane"))
                self.await_axis(owner, 2, lambda view: view["torque"] is False)
                client = self.start("move", "--port", bus.port, "--id", 2, "--to", 330, "--velocity", 5, "--quiet")
                self.await_axis(owner, 2, lambda view: view["activity"] == "move")
                self.interrupt(owner, by)
                out, err = client.communicate(timeout=LONG)
                self.assertEqual(client.returncode, 1, (out, err))
                told = json.loads(out)
                self.assertEqual(told["error"]["code"], "owner-gone", told)
                self.assertIs(told["torque_restored"], True, (told, err))
                self.assertIn("may still be on", err)  # it was not known then
                for register in ("torque_enable", "moving"):
                    read = self.good("read", "--port", bus.port, "--id", 2, register)
                    self.assertEqual(read["raw"], 0, (register, told))

    def until_at_rest(self, port, servo):
        """Asked anew each time: a servo that rests says so twice. Who asks ends what moves when it leaves the port, so
        this alone would not miss a watchdog; the test above would."""
        end = time.monotonic() + LONG
        rested = 0
        while rested < 2:
            self.assertLess(time.monotonic(), end, f"servo {servo} goes on after its host was killed")
            rested = rested + 1 if self.moving(port, servo) == 0 else 0

    def test_nothing_stored_is_lost_and_the_axes_come_to_rest(self):
        chance = random.Random(SEED)
        jobs = (("move", "--id", 1, "--to", "TARGET", "--velocity", 5), ("jog", "--id", 2, "--velocity", 20, "--for", 600),
                ("record", "--for", 600, "--out", None))
        with SimulatedBus("dynamixel2:3@1000000") as bus:
            for turn in range(KILLS):
                # Off, so that the program switches it on: what it did not switch on is not guarded, and would come to
                # rest only at its target.
                self.good("torque", "off", "--port", bus.port)
                kept = self.facts()
                target = 330 if self.position(bus.port, 1) < 180 else 30
                places = {None: self.path(f"killed-{turn}.servolane"), "TARGET": target}
                words = [places.get(word, word) for word in jobs[turn % len(jobs)]]
                program = self.start(*words, "--port", bus.port)
                time.sleep(chance.uniform(0.05, 1.5))  # the moment is the point; nothing waits for anything
                program.send_signal(signal.SIGKILL)
                program.communicate(timeout=LONG)
                stored = self.facts()
                for place, checksum in kept.items():
                    self.assertEqual(stored.get(place), checksum, f"turn {turn}: fact {place} is lost")
                kept = stored
                self.assertEqual(self.good("verify"), {"ok": True, "problems": [], "remarks": []})
                for servo in (1, 2):
                    self.until_at_rest(bus.port, servo)
                self.assertGreater(abs(self.position(bus.port, 1) - target), 5, "it came to rest at its target")
                recording = self.path(f"killed-{turn}.servolane")
                if os.path.exists(recording):
                    self.assertIs(self.good("verify", recording)["ok"], True)


if __name__ == "__main__":
    unittest.main()
