# SPDX-License-Identifier: GPL-3.0-or-later
"""The real window as a process, and what the command line does with it from another one: stop while the window hangs,
and the end of a jog whose program was killed. Nothing sleeps: what is waited for is asked for until it is there."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import unittest

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "cli"))
from cli import CliTest, LONG, SimulatedBus  # noqa: E402
from frozen_thread import FrozenThread  # noqa: E402

WINDOW = os.environ["SERVOLANE_WINDOW"]
LINE = "dynamixel2:3@1000000"
PORT = f"sim:{LINE}"


class Lane:
    """One connection to the local socket of the window (drivers/ipc/PROTOCOL.md)."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(LONG)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r", encoding="utf-8")

    def ask(self, what, **members):
        self.socket.sendall((json.dumps({"v": 1, "id": 1, "ask": what, **members}) + "\n").encode())
        reply = json.loads(self.lines.readline())
        assert "answer" in reply, reply
        return reply["answer"]

    def board(self):
        # Nothing at all is told before the first axis.
        return self.ask("look")["axes"] or {"axes": []}

    def axis(self, number):
        return next(view for view in self.board()["axes"] if view["axis"]["id"] == number)

    def close(self):
        self.lines.close()
        self.socket.close()


def until(found, what):
    """Asks until `found` gives something true; that is returned."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        answer = found()
        if answer:
            return answer
    raise AssertionError(f"waited {LONG} s in vain for {what}")


class WindowRun(CliTest):
    """A window of this test's own."""

    def start_window(self, *words):
        self.errors = open(self.path("window.err"), "w+", encoding="utf-8")
        self.addCleanup(self.errors.close)
        self.window = subprocess.Popen(
            [WINDOW, *map(str, words), "--store", self.path("store"), "--config", self.path("config")],
            stdout=subprocess.DEVNULL, stderr=self.errors,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
        self.addCleanup(self.end_window)
        self.lane = until(self.find_lane, "the window's socket")
        self.addCleanup(self.lane.close)

    def await_axes(self, count):
        until(lambda: len([view for view in self.lane.board()["axes"] if view["torque"] is not None]) == count,
              f"{count} axes that have been looked at")

    def find_lane(self):
        self.assertIsNone(self.window.poll(), "the window ended")
        folder = self.path("servolane")
        names = [name for name in os.listdir(folder) if name.endswith(".sock")] if os.path.isdir(folder) else []
        try:
            return Lane(os.path.join(folder, names[0])) if names else None
        except OSError:  # it listens under another name before it gets its own
            return None

    def end_window(self):
        """By the signal that a session manager sends; it must end in order whatever it went through."""
        if self.window.poll() is None:
            self.window.send_signal(signal.SIGTERM)
        code = self.window.wait(timeout=LONG)
        self.errors.seek(0)
        self.assertEqual(code, 0, self.errors.read())


class WindowTest(WindowRun):
    def setUp(self):
        super().setUp()
        self.start_window("--simulate", LINE)
        until(lambda: self.lane.ask("hello")["ports"], "the simulated bus")
        self.await_axes(3)

    def test_stop_reaches_the_axes_while_the_window_hangs(self):
        self.good("torque", "on", "--port", PORT)
        until(lambda: all(view["torque"] for view in self.lane.board()["axes"]), "torque")
        with FrozenThread(self.window.pid) as gui:
            self.lane.ask("send", command={"kind": "MoveAxis", "axis": 1, "target": 300.0, "velocity": 20.0})
            until(lambda: self.lane.axis(1)["activity"] == "move", "a move under way")
            stopped = self.good("stop", "--port", PORT)
            self.assertTrue(gui.is_still())
            self.assertEqual((stopped["axes"], stopped["confirmed"]), (3, 3))
            board = self.lane.board()
            self.assertIs(board["stop"]["latched"], True)
            self.assertEqual([view["torque"] for view in board["axes"]], [False] * 3)
            self.assertEqual(self.lane.axis(1)["activity"], "none")
            self.bad(3, "stop-latched", "move", "--port", PORT, "--id", 1, "--to", 190)
            self.assertTrue(gui.is_still())

    def test_stop_is_told_to_a_window_that_is_frozen_whole(self):
        """It said "busy", and without a port it ended in an error that nobody had foreseen."""
        self.good("torque", "on", "--port", PORT)
        self.window.send_signal(signal.SIGSTOP)
        try:
            self.bad(4, "not-confirmed", "stop")
        finally:
            self.window.send_signal(signal.SIGCONT)
        until(lambda: self.lane.board()["stop"]["latched"], "the stop that waited for the window")

    def test_a_raw_packet_brings_its_answer_back(self):
        """It said "nothing" of every servo of a port that a window has."""
        told = self.good("raw", "--port", PORT, "FF FF FD 00 01 03 00 01 19 4E")
        self.assertIn("FF FF FD 00 01 07 00 55", told["received"])

    def test_help_needs_no_screen(self):
        bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
        told = subprocess.run([WINDOW, "--help"], capture_output=True, text=True, timeout=LONG, check=False, env=bare)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("--simulate", told.stdout)

    def test_without_a_screen_it_says_so(self):
        """Bug: it was aborted, with 134 and a core."""
        bare = {name: value for name, value in os.environ.items()
                if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        told = subprocess.run([WINDOW], capture_output=True, text=True, timeout=LONG, check=False, env=bare)
        self.assertEqual(told.returncode, 1, told.stderr)
        self.assertEqual(told.stderr, "servolane: no display: servolane-cli does the same without a window\n")

    def test_a_second_start_leaves_the_first_window_alone(self):
        second = subprocess.run(
            [WINDOW, "--store", self.path("store"), "--config", self.path("config")], capture_output=True, text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, timeout=LONG, check=False)
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertIn("Servolane is running already", second.stderr)
        self.assertEqual(len(self.lane.board()["axes"]), 3)

    def test_a_second_start_hands_its_port_to_the_first_window(self):
        """Bug: the window was asked to come to the front, and the port that had been named was connected by nobody."""
        with SimulatedBus("dynamixel2:2@57600") as bus:
            second = subprocess.run(
                [WINDOW, "--port", bus.port, "--protocol", "dynamixel2", "--baud", "57600", "--store", self.path("store"),
                 "--config", self.path("config")], capture_output=True, text=True,
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, timeout=LONG, check=False)
            self.assertEqual(second.returncode, 0, second.stderr)
            self.assertIn(f"to connect {bus.port}", second.stderr)
            self.await_axes(5)
            links = [each["link"] for each in self.lane.ask("look")["buses"]["buses"]]
            self.assertEqual([(link["line"]["path"], link["line"]["baud"]) for link in links if link["line"]["path"] == bus.port],
                             [(bus.port, 57600)])

    def test_a_scan_while_the_window_owns_the_port_says_what_it_did_not_look_at(self):
        found = self.good("scan", "--port", PORT)
        self.assertEqual([servo["id"] for servo in found["servos"]], [1, 2, 3])
        self.assertIs(found["all_rates"], False)
        self.assertEqual(found["searched_baud"], 1000000)
        self.assertIn("another program uses the port", found["limit"])
        self.assertIn("another program uses the port", self.run_plain("scan", "--port", PORT).out)

    def test_what_one_command_line_jogs_is_not_the_others(self):
        jog = self.start("jog", "--port", PORT, "--id", 2, "--velocity", 10, "--for", 600)
        until(lambda: self.lane.axis(2)["activity"] == "jog", "a jog")
        refused = self.bad(3, "lease-held", "jog", "--port", PORT, "--id", 2, "--velocity", -10, "--for", 1)
        self.assertRegex(refused["error"]["message"], r"by the command line \d+, since [\d.]+ s")
        self.assertEqual(self.lane.axis(2)["activity"], "jog")
        self.interrupt(jog)
        until(lambda: self.lane.axis(2)["activity"] == "none", "its end")
        self.good("jog", "--port", PORT, "--id", 2, "--velocity", -10, "--for", 0.2)

    def test_the_lesser_of_the_two_roles_counts(self):
        refused = self.bad(3, "role-not-allowed", "torque", "on", "--port", PORT, "--role", "observer")
        self.assertIn("observer", refused["error"]["message"])
        self.assertIn("--role", refused["error"]["hint"])
        self.good("read", "--port", PORT, "--id", 2, "moving", "--role", "observer")
        self.good("stop", "--port", PORT, "--role", "observer")
        self.good("reset", "--port", PORT, "--role", "operator")
        self.good("torque", "on", "--port", PORT)
        # Nobody widens from here what the window allows.
        self.assertEqual(self.lane_fate({"kind": "BoundClients", "most": "engineer"})["state"], "rejected")

    def test_who_may_do_less_than_an_engineer_records_in_the_usual_folder_alone(self):
        """Bug: the window wrote wherever a client of the local socket told it to."""
        record = ["record", "--port", PORT, "--for", 0.2]
        self.good(*record, "--out", self.path("anywhere.servolane"))
        sessions = self.path("store/sessions")
        operator = ["--role", "operator"]
        refused = self.bad(3, "invalid-argument", *record, "--out", self.path("else.servolane"), *operator)
        self.assertIn(sessions, refused["error"]["message"])
        self.assertFalse(os.path.exists(self.path("else.servolane")))
        self.good(*record, "--out", os.path.join(sessions, "mine.servolane"), *operator)
        # A plain name lies there, not where the window was started.
        fate = self.lane_fate({"kind": "StartRecording", "path": "plain.servolane", "name": "plain", "preroll_ns": 0})
        self.assertEqual(fate["state"], "confirmed", fate)
        self.assertEqual(self.lane_fate({"kind": "StopRecording"})["state"], "confirmed")
        self.assertTrue(os.path.exists(os.path.join(sessions, "plain.servolane")))

    def machine_file(self, name):
        path = self.path(f"{name}.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"schema": 1, "axes": [{"bus": PORT, "protocol": "dynamixel2", "id": 1, "model": "XM430-W350",
                                              "name": name}]}, file)
        return path

    def name_of_first_axis(self):
        return self.lane.axis(1)["axis"]["name"]

    def kept_names(self):
        return [axis["name"] for axis in self.good("machine", "show")["axes"]]

    def test_a_machine_is_imported_by_the_window_that_keeps_it(self):
        self.good("machine", "import", self.machine_file("Pan"))
        self.assertEqual(self.name_of_first_axis(), "Pan")
        self.assertEqual(self.kept_names(), ["Pan"])

    def refused_import(self, code, *words):
        """By whoever may not do all of it: told in numbers, and nothing of it is here."""
        self.good("machine", "import", self.machine_file("Pan"))
        refused = self.bad(3, code, "machine", "import", self.machine_file("Tilt"), *words)
        self.assertIn("none of its 1 axes was imported", refused["error"]["message"])
        self.assertEqual(refused["axes"], 0)
        self.assertEqual(self.name_of_first_axis(), "Pan")
        self.assertEqual(self.kept_names(), ["Pan"])

    def test_an_operator_imports_nothing_into_the_window_that_keeps_the_machine(self):
        self.refused_import("role-not-allowed", "--role", "operator")
        # The write model said so, not the command line.
        def journaled():
            with sqlite3.connect(f"file:{self.path('store')}/workstation.db?mode=ro", uri=True) as journal:
                rows = [row[0] for row in journal.execute("SELECT json FROM log WHERE kind = 'CommandRejected'")]
            return any("LoadMachine" in row and "role-not-allowed" in row for row in rows)
        until(journaled, "the rejection in the journal")
        # Nor one who speaks with it directly.
        self.lane_fate({"kind": "SetRole", "role": "operator"})
        fate = self.lane_fate({"kind": "LoadMachine", "machine": {"axes": [], "rights": {"viewer": [], "operator": []}}})
        self.assertEqual((fate["state"], fate["rejection"]["code"]), ("rejected", "role-not-allowed"), fate)
        self.assertEqual(self.name_of_first_axis(), "Pan")

    def test_an_import_waits_for_no_moving_axis_and_passes_no_window_that_is_silent(self):
        """Bug: the command line wrote the window's machine file behind its back."""
        self.good("torque", "on", "--port", PORT, "--id", 1)
        self.lane.ask("send", command={"kind": "MoveAxis", "axis": 1, "target": 300.0, "velocity": 10.0})
        until(lambda: self.lane.axis(1)["activity"] == "move", "a move under way")
        self.bad(3, "axis-moving", "machine", "import", self.machine_file("Tilt"))
        self.good("stop", "--port", PORT)
        self.window.send_signal(signal.SIGSTOP)
        try:
            self.bad(1, "busy", "machine", "import", self.machine_file("Tilt"))
        finally:
            self.window.send_signal(signal.SIGCONT)
        self.assertNotIn("Tilt", self.kept_names())
        self.assertNotEqual(self.name_of_first_axis(), "Tilt")

    def test_the_wire_of_a_port_that_the_window_has_is_told_packet_by_packet(self):
        found = self.good("monitor", "--port", PORT, "--for", 0.5, "--wire")
        self.assert_fields(found, "packets", "troubles", "let_go", "missed_bytes", "wire")
        packets = found["wire"]
        self.assertEqual(found["packets"], len(packets))
        self.assertGreater(len(packets), 50)
        self.assertEqual(packets[0]["time_s"], 0)
        self.assertEqual({packet["direction"] for packet in packets}, {"out", "in"})
        self.assertTrue(all(packet["bytes"].startswith("FF FF FD 00") for packet in packets))
        self.assertEqual((found["troubles"], found["let_go"], found["missed_bytes"]), (0, 0, 0))

    def test_a_watcher_that_was_killed_is_watching_no_more(self):
        def costs():  # packets that are kept, whoever watches
            return self.lane.ask("wire", bus=bus, on=False, since=0)["next"]
        bus = self.lane.ask("hello")["ports"][0]["bus"]
        listening = self.start("monitor", "--port", PORT, "--for", 600, "--wire")
        until(lambda: costs() > 50, "packets")
        listening.kill()
        listening.communicate(timeout=LONG)

        def stands():
            before = costs()
            cycles = self.cycles()
            until(lambda: self.cycles() > cycles + 50, "cycles")
            return costs() == before
        until(stands, "the end of the watch")

    def cycles(self):
        return self.lane.ask("look")["buses"]["buses"][0]["measured"]["cycles"]

    def lane_fate(self, command):
        number = self.lane.ask("send", command=command)["command"]
        return until(lambda: [fate for fate in self.lane.ask("look", seen={"commands": [number]})["commands"]
                              if fate["state"] not in ("pending", "sent")], "its fate")[0]

    def test_a_move_whose_program_was_killed_ends_and_gives_its_torque_back(self):
        """It went on to its target, and torque that had been switched on for it stayed on."""
        move = self.start("move", "--port", PORT, "--id", 2, "--to", 300, "--velocity", 5)
        until(lambda: self.lane.axis(2)["activity"] == "move", "a move")
        move.kill()
        move.communicate(timeout=LONG)
        until(lambda: self.lane.axis(2)["torque"] is False, "torque off")
        axis = self.lane.axis(2)
        self.assertEqual((axis["activity"], axis["last_end"]["reason"]), ("none", "asker-left"), axis)
        self.assertIs(self.lane.axis(1)["torque"], False)

    def test_a_jog_whose_program_was_killed_ends_with_its_lease(self):
        jog = self.start("jog", "--port", PORT, "--id", 2, "--velocity", 30, "--for", 600)
        until(lambda: self.lane.axis(2)["activity"] == "jog", "a jog")
        jog.kill()
        jog.communicate(timeout=LONG)
        until(lambda: self.lane.axis(2)["activity"] == "none", "its end")
        ended = self.lane.axis(2)["last_end"]
        self.assertEqual(ended["reason"], "lease-lapsed", ended)
        # Nothing is written to it any more: the goal stays where it was, and the axis comes to rest there.
        goal = self.good("read", "--port", PORT, "--id", 2, "goal_position")["raw"]
        until(lambda: self.good("read", "--port", PORT, "--id", 2, "moving")["raw"] == 0, "rest")
        self.assertEqual(self.good("read", "--port", PORT, "--id", 2, "goal_position")["raw"], goal)


class BoundedWindowTest(WindowRun):
    def test_a_window_that_lets_the_command_line_do_less_takes_no_machine_from_it(self):
        machine = {"bus": PORT, "protocol": "dynamixel2", "id": 1, "model": "XM430-W350"}
        for name in ("Pan", "Tilt"):
            with open(self.path(f"{name}.json"), "w", encoding="utf-8") as file:
                json.dump({"schema": 1, "axes": [{**machine, "name": name}, {**machine, "id": 2, "name": name + " 2"}]}, file)
        self.good("machine", "import", self.path("Pan.json"))
        with open(self.path("config/window.ini"), "w", encoding="utf-8") as file:
            file.write("[access]\ncommandLine=operator\n")
        self.start_window("--simulate", LINE)
        until(lambda: self.lane.ask("hello")["ports"], "the simulated bus")
        self.await_axes(3)
        refused = self.bad(3, "role-bounded", "machine", "import", self.path("Tilt.json"))
        self.assertIn("none of its 2 axes was imported", refused["error"]["message"])
        self.assertEqual(refused["axes"], 0)
        self.assertEqual([self.lane.axis(axis)["axis"]["name"] for axis in (1, 2)], ["Pan", "Pan 2"])
        self.assertEqual([axis["name"] for axis in self.good("machine", "show")["axes"]], ["Pan", "Pan 2"])


class PortAtStartTest(WindowRun):
    def connections(self):
        """Rows of the journal that tell of links asked for."""
        with sqlite3.connect(f"file:{self.path('store')}/workstation.db?mode=ro", uri=True) as journal:
            return [row[0] for row in journal.execute(
                "SELECT json FROM log WHERE kind = 'CommandAccepted' AND "
                "json_extract(json, '$.description.kind') = 'ConnectBus'")]

    def test_stop_by_port_is_told_to_a_program_that_is_frozen(self):
        """It does not greet, so it was taken for a stranger that has the port, and not told."""
        with SimulatedBus("dynamixel2:2@1000000") as bus:
            self.start_window("--port", bus.port, "--protocol", "dynamixel2", "--baud", 1000000)
            self.await_axes(2)
            self.window.send_signal(signal.SIGSTOP)
            try:
                self.bad(4, "not-confirmed", "stop", "--port", bus.port)
            finally:
                self.window.send_signal(signal.SIGCONT)
            until(lambda: self.lane.board()["stop"]["latched"], "the stop that waited for the window")

    def test_a_stop_of_a_port_on_which_the_program_knows_no_servo_is_not_confirmed_by_those_of_its_others(self):
        """That the axes of its other port have stopped says nothing of the servos on this one."""
        with SimulatedBus("dynamixel2:2@1000000") as bus, SimulatedBus("dynamixel2:1@1000000") as known:
            self.start_window("--port", bus.port, "--protocol", "lx", "--baud", 1000000)
            until(lambda: self.lane.ask("hello")["ports"], "its port")
            link = self.link()
            link.update(family="dynamixel2", line={**link["line"], "path": known.port})
            self.lane.ask("send", command={"kind": "ConnectBus", "link": link})
            self.await_axes(1)
            stop = self.start("stop", "--port", bus.port)
            told = next((line for line in stop.stderr if "knows no servo" in line), "nothing")
            self.assertIn(f"The program that has {bus.port} knows no servo there: nobody confirmed", told)
            self.assertIs(self.lane.board()["stop"]["latched"], True)
            self.assertNotEqual(self.interrupt(stop).code, 0)
            stopped = self.good("stop", "--port", known.port)
            self.assertEqual((stopped["axes"], stopped["confirmed"]), (1, 1))

    def link(self):
        (bus,) = self.lane.ask("look")["buses"]["buses"]
        return bus["link"]

    def test_a_port_alone_is_opened_in_one_protocol_after_the_other(self):
        with SimulatedBus("lx:2@115200") as bus:
            self.start_window("--port", bus.port)
            self.await_axes(2)
            self.assertEqual(self.link()["family"], "lx")

    def test_a_link_to_a_port_is_that_port(self):
        """As the names in /dev/serial/by-id are: it was told that the port is in use."""
        with SimulatedBus("dynamixel2:2@1000000") as bus:
            self.start_window("--port", bus.port, "--protocol", "dynamixel2", "--baud", 1000000)
            self.await_axes(2)
            os.symlink(bus.port, self.path("arm"))
            self.good("torque", "on", "--port", self.path("arm"))

    def test_protocol_and_rate_connect_straight_away(self):
        with SimulatedBus("lx:2@115200") as bus:
            self.start_window("--port", bus.port, "--protocol", "lx", "--baud", 115200)
            self.await_axes(2)
            self.assertEqual(len(self.connections()), 1)
            self.assertEqual((self.link()["family"], self.link()["line"]["baud"]), ("lx", 115200))

    def test_wrong_values_are_told_before_a_window_is_made(self):
        for words, said in ((("--port", "x", "--protocol", "canopen"), "'canopen' is not one of dynamixel2"),
                            (("--port", "x", "--baud", "fast"), "--baud"),
                            (("--port", "x", "--baud", "12"), "1200"),
                            (("--protocol", "lx"), "--port")):
            ended = subprocess.run(
                [WINDOW, *words, "--store", self.path("store"), "--config", self.path("config")],
                capture_output=True, text=True, timeout=LONG, check=False,
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
            self.assertEqual(ended.returncode, 2, ended.stderr)
            self.assertIn(said, ended.stderr)


if __name__ == "__main__":
    unittest.main()
