# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves, jogs and interrupts on simulated servos inside the program and on a pseudo-terminal."""

import json
import signal
import unittest

from cli import LONG, CliTest, SimulatedBus

SIM = "sim:dynamixel2:2@1000000"


class MotionTest(CliTest):
    def test_a_move_arrives_and_torque_is_restored(self):
        with SimulatedBus("dynamixel2:2@1000000") as bus:
            ended = self.run_json("move", "--port", bus.port, "--id", 1, "--to", 190, "--velocity", 90)
            self.assertEqual(ended.code, 0, ended)
            moved = ended.object
            self.assert_fields(moved, "id", "target", "actual", "arrived", "confirmed", "latency_ms", "seconds")
            self.assertEqual(moved["target"], 190)
            self.assertAlmostEqual(moved["actual"], 190, delta=1.5)
            self.assertIs(moved["arrived"], True)
            self.assertIs(moved["confirmed"], True)
            self.assertIn("Torque of servo 1 was off", ended.err)
            read = self.good("read", "--port", bus.port, "--id", 1, "torque_enable")
            self.assertEqual(read["raw"], 0)
            position = self.good("read", "--port", bus.port, "--id", 1, "present_position")
            self.assertAlmostEqual(position["value"], 190, delta=3)

    def test_torque_that_was_on_stays_on(self):
        with SimulatedBus("dynamixel2:1@1000000") as bus:
            self.good("torque", "on", "--port", bus.port)
            self.good("move", "--port", bus.port, "--id", 1, "--to", 185)
            self.assertEqual(self.good("read", "--port", bus.port, "--id", 1, "torque_enable")["raw"], 1)

    def test_a_speed_is_refused_where_the_profile_counts_time(self):
        with SimulatedBus("dynamixel2:1@1000000") as bus:
            self.good("write", "--port", bus.port, "--id", 1, "drive_mode", 4)
            self.bad(3, "profile-in-time", "move", "--port", bus.port, "--id", 1, "--to", 200, "--velocity", 20)
            self.assertEqual(self.good("read", "--port", bus.port, "--id", 1, "torque_enable")["raw"], 0)
            self.good("move", "--port", bus.port, "--id", 1, "--to", 185)

    def heard(self, *words):
        """Asked anew where a busy machine let a servo fall silent."""
        for _ in range(3):
            ended = self.run_json(*words)
            if ended.code == 0 or ended.error["code"] not in ("axis-silent", "value-stale", "not-confirmed"):
                break
        return ended

    def test_a_mode_is_changed_of_all_axes_or_of_none(self):
        """Bug: the axes before the one that refused had changed theirs."""
        with SimulatedBus("dynamixel2:3@1000000") as bus:
            def modes():
                return [axis["mode"] for axis in self.good("monitor", "--port", bus.port, "--for", 0.2)["axes"]]
            self.heard("torque", "on", "--port", bus.port, "--id", 3)
            refused = self.heard("mode", "velocity", "--port", bus.port)
            self.assertEqual((refused.code, refused.error["code"]), (3, "torque-on"), refused)
            self.assertRegex(refused.error["message"], "servo 3 is on; no mode was changed")
            self.assertEqual([(axis["id"], axis["confirmed"]) for axis in refused.object["axes"]],
                             [(1, False), (2, False), (3, False)])
            self.assertEqual(modes(), ["position"] * 3)
            self.heard("torque", "off", "--port", bus.port)
            self.assertEqual(self.heard("mode", "velocity", "--port", bus.port).code, 0)
            self.assertEqual(modes(), ["velocity"] * 3)

    def test_a_move_that_another_replaces_has_not_arrived(self):
        """Bug: it said that it had arrived, at the target of the other; its end halted the other's move."""
        with SimulatedBus("dynamixel2:1@1000000") as bus:
            self.good("torque", "on", "--port", bus.port)
            owner = self.owner_of(bus.port)
            first = self.start("move", "--port", bus.port, "--id", 1, "--to", 340, "--velocity", 5)
            self.wait_for_state(bus.port, "moving")
            second = self.good("move", "--port", bus.port, "--id", 1, "--to", 170, "--velocity", 100)
            self.assertIs(second["arrived"], True)
            out, _ = first.communicate(timeout=LONG)
            told = json.loads(out)
            self.assertEqual(first.returncode, 4, out)
            self.assertIs(told["arrived"], False)
            self.assertIn("another command took its place", told["error"]["message"])
            owner.send_signal(signal.SIGINT)
            owner.wait(timeout=LONG)

    def owner_of(self, port):
        """A run that has the port and carries out what the others ask."""
        for _ in range(20):
            process = self.start("monitor", "--port", port, "--for", 60)
            while process.poll() is None:
                seen = self.run_json("monitor", "--port", port, "--for", 0.1)
                if "carries out the command" in seen.err:
                    return process
        self.fail("no run has the port")

    def wait_for_state(self, port, state):
        for _ in range(40):
            seen = self.run_json("monitor", "--port", port, "--for", 0.1)
            if seen.code == 0 and seen.object["axes"][0]["state"] == state:
                return
        self.fail(f"it is not {state}")

    def test_a_speed_below_one_step_is_refused(self):
        """Bug: 0.5 °/s ran at 1.4 without a word."""
        refused = self.bad(3, "below-velocity-step", "move", "--port", SIM, "--id", 1, "--to", 185, "--velocity", 0.5)
        self.assertAlmostEqual(refused["low"], 1.374, delta=0.01)
        self.assertIn("1.374", refused["error"]["hint"])

    def test_a_move_whose_count_begins_anew_moves_nothing(self):
        """Bug: beyond the end of its turn a way of 6 degrees led through all of it."""
        with SimulatedBus("dynamixel2:1@1000000") as bus:
            self.good("mode", "extended-position", "--port", bus.port, "--id", 1)
            self.good("move", "--port", bus.port, "--id", 1, "--to", 363, "--referenced")
            self.good("mode", "position", "--port", bus.port, "--id", 1)
            before = self.good("read", "--port", bus.port, "--id", 1, "present_position")["value"]
            ended = self.run_json("move", "--port", bus.port, "--id", 1, "--to", 355, "--velocity", 200)
            if before > 359:  # where its count goes on until torque comes on
                self.assertEqual((ended.code, ended.error["code"]), (3, "position-recounted"), ended)
                after = self.good("read", "--port", bus.port, "--id", 1, "present_position")["value"]
                self.assertLess(after, 10)

    def test_a_jog_too_slow_to_move_says_so(self):
        ended = self.run_json("jog", "--port", "sim:dynamixel2:1,seed=3", "--id", 1, "--velocity", 1.5, "--for", 1)
        self.assertEqual(ended.code, 0, ended)
        self.assertAlmostEqual(ended.object["asked"], 1.5, delta=0.5)
        if ended.object["moved"] < 0.7:
            self.assertIn("friction", ended.err)

    def test_a_number_beyond_all_measure_is_told_in_few_digits(self):
        """Bug: the message about 1e308 was 309 digits long."""
        for asked, told in (("1e308", "1e+308 °"), ("-1e300", "-1e+300 °"), ("1e100", "1e+100 °")):
            refused = self.bad(3, "outside-travel-limits", "move", "--port", SIM, "--id", 1, "--to", asked)
            self.assertIn(told, refused["error"]["message"])
            self.assertEqual(refused["requested"], float(asked))

    def test_a_move_outside_its_limits_is_refused_with_the_numbers(self):
        refused = self.bad(3, "outside-travel-limits", "move", "--port", SIM, "--id", 1, "--to", 400)
        self.assertEqual(refused["requested"], 400)
        self.assertLess(refused["high"], 400)
        self.assertIn("400 °", refused["error"]["message"])
        self.assertIn("…", refused["error"]["hint"])

    def test_a_velocity_above_its_limit_is_refused(self):
        refused = self.bad(3, "above-velocity-limit", "move", "--port", SIM, "--id", 1, "--to", 190, "--velocity", 5000)
        self.assertLess(refused["high"], 5000)

    def test_a_jog_moves_in_its_direction_for_its_time(self):
        forth = self.good("jog", "--port", SIM, "--id", 2, "--velocity", 60, "--for", 0.5)
        self.assertEqual(forth["id"], 2)
        self.assertGreater(forth["moved"], 10)
        self.assertLess(forth["moved"], 60)
        self.assertLess(self.good("jog", "--port", SIM, "--id", 2, "--velocity", -60, "--for", 0.5)["moved"], -10)

    def test_what_is_refused_never_had_torque(self):
        with SimulatedBus("dynamixel2:1@1000000") as bus:
            on = ["--port", bus.port, "--id", 1]
            for code, words in (
                ("outside-travel-limits", ["move", *on, "--to", 400]),
                ("above-velocity-limit", ["move", *on, "--to", 190, "--velocity", 5000]),
                ("above-velocity-limit", ["jog", *on, "--velocity", 5000, "--for", 1]),
            ):
                with self.subTest(words=words):
                    ended = self.run_json(*words)
                    self.assertEqual((ended.code, ended.error["code"]), (3, code), ended)
                    self.assertNotIn("Torque", ended.err)
            self.good("mode", "velocity", *on)
            ended = self.run_json("move", *on, "--to", 190)
            self.assertEqual((ended.code, ended.error["code"]), (3, "wrong-mode"), ended)
            self.assertNotIn("Torque", ended.err)

    def test_a_latched_hardware_error_is_a_refusal_with_the_way_out(self):
        for words in (["move", "--to", 190], ["jog", "--velocity", 10, "--for", 1]):
            with self.subTest(words=words):
                refused = self.bad(3, "hardware-error", words[0], "--port", SIM + ",fault=overload=2", "--id", 2,
                                   *words[1:])
                self.assertIn("reset", refused["error"]["hint"])

    def test_a_hardware_error_on_the_way_holds_no_position(self):
        failed = self.bad(4, "not-arrived", "move", "--port", SIM + ",fault=overload=1@8s", "--id", 1, "--to", 340,
                          "--velocity", 5)
        self.assertIn("reset", failed["error"]["hint"])
        self.assertNotIn("held", failed["error"]["hint"])

    def test_a_lost_link_is_a_technical_failure_for_every_motion(self):
        for words in (["move", "--to", 340, "--velocity", 5], ["jog", "--velocity", 5, "--for", 60]):
            with self.subTest(words=words):
                lost = self.bad(1, "link-lost", words[0], "--port", SIM + ",fault=unplug@8s", "--id", 1, *words[1:])
                self.assertEqual(lost["id"], 1)
                self.assertIn("plug", lost["error"]["hint"])

    def test_a_jammed_axis_does_not_arrive(self):
        failed = self.bad(4, "not-arrived", "move", "--port", SIM + ",fault=jam=1", "--id", 1, "--to", 240,
                          "--velocity", 200)
        self.assertIs(failed["arrived"], False)

    def test_an_interrupted_move_halts_the_axis_and_takes_torque_off(self):
        with SimulatedBus("dynamixel2:1@1000000") as bus:
            process = self.start("move", "--port", bus.port, "--id", 1, "--to", 350, "--velocity", 5)
            self.assertIn("was off", process.stderr.readline())
            ended = self.interrupt(process)
            self.assertEqual(ended.code, 130, ended)
            self.assertEqual(ended.error["code"], "interrupted")
            self.assertEqual(self.good("read", "--port", bus.port, "--id", 1, "torque_enable")["raw"], 0)
            self.assertLess(self.good("read", "--port", bus.port, "--id", 1, "present_position")["value"], 340)

    # It left the axis turning, with its torque on.
    def test_a_closed_terminal_ends_a_move_as_an_interrupt_does(self):
        with SimulatedBus("dynamixel2:1@1000000") as bus:
            process = self.start("move", "--port", bus.port, "--id", 1, "--to", 350, "--velocity", 5)
            self.assertIn("was off", process.stderr.readline())
            ended = self.interrupt(process, signal.SIGHUP)
            self.assertEqual(ended.code, 130, ended)
            self.assertEqual(self.good("read", "--port", bus.port, "--id", 1, "torque_enable")["raw"], 0)

    def test_a_servo_without_feedback_is_not_said_to_have_arrived(self):
        sent = self.good("move", "--port", "sim:maestro:1", "--id", 1, "--to", 20)
        self.assertIsNone(sent["arrived"])
        self.assertIs(sent["measured"], False)

    def test_a_jog_that_nothing_would_end_says_so(self):
        with SimulatedBus("feetech-sts:1@1000000") as bus:
            on = ("--port", bus.port, "--protocol", "feetech", "--id", 1)
            self.good("mode", "velocity", *on)
            self.good("torque", "on", *on)
            self.assertIn("turns on until somebody ends it",
                          self.run_json("jog", *on, "--velocity", 20, "--for", 0.2).err)

    def test_an_interrupted_jog_ends_with_130(self):
        process = self.start("jog", "--port", SIM, "--id", 1, "--velocity", 5, "--for", 60)
        self.assertIn("was off", process.stderr.readline())
        self.assertEqual(self.interrupt(process).code, 130)


if __name__ == "__main__":
    unittest.main()
