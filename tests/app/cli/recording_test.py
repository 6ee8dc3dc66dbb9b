# SPDX-License-Identifier: GPL-3.0-or-later
"""Record, inform, verify, export and the demo."""

import contextlib
import csv
import json
import os
import sqlite3
import stat
import time
import unittest

from cli import LONG, CliTest, SimulatedBus

SIM = "sim:dynamixel2:3@1000000"


class RecordingTest(CliTest):
    def record(self, name="run.servolane", seconds=1.0):
        path = self.path(name)
        return path, self.good("record", "--port", SIM, "--for", seconds, "--out", path)

    def rows_of(self, path):
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.reader(file))

    def test_a_recording_is_informed_of_verified_and_exported(self):
        path, recorded = self.record()
        self.assertEqual(recorded["session"], path)
        self.assertEqual(recorded["axes"], 3)
        self.assertEqual(recorded["lost"], 0)
        self.assertGreater(recorded["samples"], 100)
        self.assertGreater(recorded["cycles_per_second"], 50)
        self.assertEqual(recorded["bytes"], os.path.getsize(path))

        told = self.good("info", path)
        self.assert_fields(told, "session", "started_utc", "seconds", "axes", "channels", "samples", "lost", "gaps",
                           "events", "schema")
        self.assertEqual(told["samples"], recorded["samples"])
        self.assertEqual([axis["id"] for axis in told["axes"]], [1, 2, 3])
        self.assertIs(told["simulated"], True)
        self.assertIn({"name": "position", "unit": "deg"}, told["channels"])

        self.assertEqual(self.good("verify", path), {"ok": True, "problems": [], "remarks": []})

        table = self.path("run.csv")
        exported = self.good("export", path, "--format", "csv", "--out", table)
        self.assertEqual(exported["path"], table)
        self.assertEqual(exported["bytes"], os.path.getsize(table))
        rows = self.rows_of(table)
        head, body = rows[0], rows[1:]
        self.assertEqual(head[:2], ["time_s", "utc"])
        self.assertEqual(head[-2:], ["gap", "simulated"])
        self.assertTrue(all(row[-1] == "1" for row in body))
        self.assertIs(exported["simulated"], True)
        self.assertEqual((exported["unreadable_samples"], exported["damage"]), (0, None))
        self.assertLess(float(body[0][0]), 0.5)
        self.assertIn("Axis 1.position[deg]", head)
        self.assertEqual(len(body), exported["rows"])
        self.assertTrue(all(len(row) == len(head) for row in body))
        self.assertEqual(sum(1 for row in body if row[head.index("Axis 1.position[deg]")]) * 3, recorded["samples"])
        times = [float(row[0]) for row in body]
        self.assertEqual(times, sorted(times))

    # Nothing told that it waited, and what waited was lost when it gave up.
    def test_a_recording_whose_file_is_held_says_so_and_goes_on_in_another(self):
        path, other = self.path("held.servolane"), self.path("held_2.servolane")
        process = self.start("record", "--port", SIM, "--for", 2.5, "--out", path)
        holder = None
        while holder is None:
            with contextlib.suppress(sqlite3.Error):
                self.assertIsNone(process.poll())
                holder = sqlite3.connect(f"file:{path}?mode=rw", uri=True, isolation_level=None)
                holder.execute("SELECT count(*) FROM counters").fetchone()
                holder.execute("BEGIN IMMEDIATE")
                break
            holder = None
        out, err = process.communicate(timeout=90)
        holder.execute("ROLLBACK")
        holder.close()
        self.assertEqual(process.returncode, 1, err)
        told = json.loads(out)
        self.assertEqual(told["error"]["code"], "busy")
        self.assertIn(other, told["error"]["message"])
        self.assertRegex(err, f"waits for a foreign lock of {path}, [0-9 ]+ rows in memory")
        both = self.good("info", path)["samples"] + self.good("info", other)["samples"]
        self.assertGreater(both, 0.8 * 2.5 * 200 * 3)
        self.assertEqual(self.good("verify", other), {"ok": True, "problems": [], "remarks": []})

    def test_an_export_keeps_to_its_channels_and_span(self):
        path, _ = self.record()
        table = self.path("part.csv")
        self.good("export", path, "--format", "csv", "--out", table, "--channels", "Axis 2.position,*.temperature",
                  "--from", 0.2, "--to", 0.6)
        rows = self.rows_of(table)
        self.assertEqual(rows[0], ["time_s", "utc", "Axis 1.temperature[degC]", "Axis 2.position[deg]",
                                   "Axis 2.temperature[degC]", "Axis 3.temperature[degC]", "gap", "simulated"])
        self.assertTrue(all(0.19 < float(row[0]) < 0.61 for row in rows[1:]))
        self.assertGreater(len(rows), 10)

    def test_an_export_is_resampled(self):
        path, _ = self.record()
        table = self.path("even.csv")
        told = self.good("export", path, "--format", "csv", "--out", table, "--channels", "*.position", "--resample",
                         "linear@100")
        self.assertEqual(told["resample"], {"method": "linear", "rows_per_second": 100})
        rows = self.rows_of(table)
        self.assertEqual([float(row[0]) for row in rows[1:]], [n / 100 for n in range(told["rows"])])
        plain = self.good("export", path, "--format", "csv", "--out", table, "--resample", "none")
        self.assertEqual(plain["resample"], {"method": "none", "rows_per_second": None})

    def test_bad_exports_leave_no_file(self):
        path, _ = self.record(seconds=0.3)
        table = self.path("none.csv")
        self.bad(2, "usage", "export", path, "--format", "csv", "--out", table, "--channels", "Axis 9.position")
        self.bad(2, "usage", "export", path, "--format", "stone", "--out", table)
        self.bad(2, "usage", "export", path, "--format", "csv", "--out", table, "--from", 2, "--to", 1)
        self.bad(2, "usage", "export", path, "--format", "csv", "--out", table, "--from", "nan")
        # Bug: a range of nothing was exported as no rows, and one that begins before the start was taken.
        self.bad(2, "usage", "export", path, "--format", "csv", "--out", table, "--from", 0.1, "--to", 0.1)
        self.bad(2, "usage", "export", path, "--format", "csv", "--out", table, "--from", -1)
        with open(self.path("text.servolane"), "w", encoding="utf-8") as file:
            file.write("no session")
        for words in (("info",), ("verify",), ("export", "--format", "csv", "--out", table)):
            told = self.bad(1, "invalid", words[0], self.path("text.servolane"), *words[1:])
            self.assertTrue(told["error"]["hint"], told)
        self.bad(1, "not-found", "export", table, "--format", "csv", "--out", table)
        for wrong in ("100", "cubic", "linear@", "linear@0", "linear@nan", "mean@1e9"):
            self.bad(2, "usage", "export", path, "--format", "csv", "--out", table, "--resample", wrong)
        self.assertFalse(os.path.exists(table))

    def test_an_export_never_overwrites_a_recording(self):
        path, recorded = self.record(seconds=0.3)
        error = self.bad(2, "usage", "export", path, "--format", "csv", "--out", path)["error"]
        self.assertIn(path, error["message"])
        self.assertEqual(self.good("info", path)["samples"], recorded["samples"])

    # An export to a device put a file in its place; one to a pipe waited for ever.
    def test_an_export_replaces_no_device_and_no_pipe(self):
        path, _ = self.record(seconds=0.3)
        pipe = self.path("pipe.csv")
        os.mkfifo(pipe)
        error = self.bad(2, "usage", "export", path, "--format", "csv", "--out", pipe)["error"]
        self.assertIn("only a file is written", error["message"])
        self.assertTrue(stat.S_ISFIFO(os.stat(pipe).st_mode))

    def test_a_recording_of_a_line_of_the_simulator_is_marked(self):
        """Bug: to the recorder it was a pseudo-terminal like any other, and its data somebody's machine."""
        with SimulatedBus("dynamixel2:2@1000000", "--unpaced") as bus:
            os.symlink(bus.port, self.path("arm"))
            for port, name in ((bus.port, "sim.servolane"), (self.path("arm"), "link.servolane")):
                self.good("record", "--port", port, "--for", 0.3, "--out", self.path(name))
                self.assertIs(self.good("info", self.path(name))["simulated"], True)
            marks = [name for name in os.listdir(self.path("servolane")) if name.endswith(".simulated")]
            self.assertEqual(marks, [f"{bus.process.pid}.simulated"])
            # What nobody holds says nothing: the mark of a simulator that was killed.
            held = os.path.join(self.path("servolane"), marks[0])
            with open(held, encoding="utf-8") as file:
                said = file.read()
            os.remove(held)
            with open(held, "w", encoding="utf-8") as file:
                file.write(said)
            self.good("record", "--port", bus.port, "--for", 0.3, "--out", self.path("dead.servolane"))
            self.assertIs(self.good("info", self.path("dead.servolane"))["simulated"], False)
        self.assertEqual([name for name in os.listdir(self.path("servolane")) if name.endswith(".simulated")], [])

    def test_a_recording_cannot_be_made_where_no_file_can_be(self):
        """Bug: /proc has no blocks, and so the disk was said to be full."""
        error = self.bad(1, "input-output", "record", "--port", SIM, "--for", 0.3, "--out", "/proc/x")["error"]
        self.assertIn("/proc/x: cannot be written", error["message"])
        self.assertIn("No such file or directory", error["message"])

    def test_a_recording_never_overwrites_another(self):
        path, _ = self.record(seconds=0.3)
        size = os.path.getsize(path)
        error = self.bad(1, "invalid", "record", "--port", SIM, "--for", 0.3, "--out", path)["error"]
        self.assertIn(path, error["message"])
        self.assertEqual(os.path.getsize(path), size)

    def test_an_interrupted_recording_is_whole(self):
        path = self.path("cut.servolane")
        process = self.start("record", "--port", SIM, "--for", 600, "--out", path)
        while not os.path.exists(path):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        ended = self.interrupt(process)
        self.assertEqual(ended.code, 130, ended)
        self.assertEqual(ended.error["code"], "interrupted")
        self.assertEqual(self.good("verify", path)["ok"], True)

    def test_a_recording_of_a_link_that_stays_lost_is_whole_and_a_failure(self):
        path = self.path("lost.servolane")
        ended = self.run_json("record", "--port", SIM + ",fault=unplug@5s", "--for", 6, "--out", path)
        self.assertEqual((ended.code, ended.error["code"]), (1, "link-lost"), ended)
        lost = ended.object
        self.assert_fields(lost, "session", "axes", "samples", "lost", "gaps", "cycles_per_second", "bytes")
        self.assertGreater(lost["samples"], 0)
        self.assertIn("is whole", lost["error"]["message"])
        (gap,) = lost["link_gaps"]
        self.assertIsNone(gap["to"])
        self.assertGreater(gap["from"], 0)
        self.assertIn("goes on", ended.err)
        self.assertEqual(self.good("verify", path)["ok"], True)

    def test_a_recording_goes_on_when_the_link_comes_back(self):
        """Bug: it ended with the loss, where that of a window went on."""
        path = self.path("back.servolane")
        ended = self.run_json("record", "--port", SIM + ",fault=unplug@5s-6s", "--for", 9, "--out", path)
        self.assertEqual(ended.code, 0, ended)
        (gap,) = ended.object["link_gaps"]
        self.assertGreater(gap["to"], gap["from"])
        self.assertIn("is back after", ended.err)
        self.assertGreaterEqual(ended.object["gaps"], 1)
        self.assertEqual(self.good("verify", path)["ok"], True)
        table = self.path("back.csv")
        self.good("export", path, "--format", "csv", "--out", table)
        rows = self.rows_of(table)
        gaps = [float(row[0]) for row in rows[1:] if row[rows[0].index("gap")] == "1"]
        self.assertTrue(any(at > gap["from"] for at in gaps), gaps)
        # And goes on behind it, not with its first row alone.
        self.assertGreater(sum(1 for row in rows[1:] if float(row[0]) > gap["to"]), 50)

    def test_damage_is_found(self):
        path, _ = self.record(seconds=0.5)
        size = os.path.getsize(path)
        with open(path, "r+b") as file:
            # One stroke may fall on bytes that are nobody's.
            for place in range(size // 4, size - 64, 1024):
                file.seek(place)
                found = file.read(64)
                file.seek(place)
                file.write(bytes(byte ^ 0x5A for byte in found))
        ended = self.run_json("verify", path)
        self.assertEqual(ended.code, 1, ended)
        self.assertIn("error", ended.object)

    def test_a_recording_that_was_cut_short_is_repaired(self):
        """Bug: it was refused, though most of it was still in it."""
        path, recorded = self.record(seconds=1.0)
        with open(path, "r+b") as file:
            file.truncate(os.path.getsize(path) - 100)
        self.assertIn("servolane-cli repair", self.bad(1, "corrupt", "verify", path)["error"]["hint"])
        copy = self.path("repaired.servolane")
        told = self.good("repair", path, "--out", copy)
        self.assertGreaterEqual(told["samples"] + told["lost_samples"], recorded["samples"])
        self.assertGreater(len(told["losses"]), 0)
        self.assertEqual(self.good("verify", copy)["ok"], True)

    def test_what_is_intact_of_a_damaged_recording_can_be_copied(self):
        path, recorded = self.record(seconds=1.0)
        with sqlite3.connect(path) as database:
            database.execute("UPDATE chunks SET payload = x'00' WHERE axis = 1")
            database.execute("UPDATE facts SET json = '{}x' WHERE kind = 'AxisObserved'")
            facts = database.execute("SELECT count(*) FROM facts WHERE kind = 'AxisObserved'").fetchone()[0]
        self.assertGreater(facts, 0)
        self.run_json("verify", path)
        copy = self.path("repaired.servolane")
        told = self.good("repair", path, "--out", copy)
        self.assert_fields(told, "path", "samples", "events", "lost_samples", "lost_events", "losses")
        self.assertEqual(told["lost_events"], facts)
        self.assertGreater(told["lost_samples"], 0)
        self.assertEqual(told["samples"] + told["lost_samples"], recorded["samples"])
        verified = self.good("verify", copy)
        self.assertEqual((verified["ok"], len(verified["remarks"])), (True, len(told["losses"])))
        self.assertEqual(self.good("info", copy)["repairs"], told["losses"])
        self.assertEqual(self.good("info", copy)["samples"], told["samples"])
        self.bad(1, "invalid", "repair", path, "--out", copy)  # never over a recording
        self.assertEqual(self.good("verify", copy)["ok"], True)

    def test_what_is_gone_without_a_trace_is_told_all_the_same(self):
        """Bug: repair said that nothing was lost where rows were gone with all that would have told of them."""
        path, recorded = self.record(seconds=1.0)
        with contextlib.closing(sqlite3.connect(path)) as file, file:
            gone = file.execute("SELECT samples FROM chunks ORDER BY id LIMIT 1").fetchone()[0]
            file.execute("DELETE FROM sums WHERE chunk = (SELECT min(id) FROM chunks)")
            file.execute("DELETE FROM chunks WHERE id = (SELECT min(id) FROM chunks)")
            file.execute("DELETE FROM facts WHERE id = (SELECT max(id) FROM facts)")
        told = self.good("repair", path, "--out", self.path("repaired.servolane"))
        self.assertEqual((told["lost_samples"], told["lost_events"]), (gone, 1))
        self.assertEqual(told["samples"] + gone, recorded["samples"])
        self.assertIn("that the recording counts are not in it any more", " ".join(told["losses"]))

    def test_a_table_that_was_changed_is_told_wherever_the_recording_is_read(self):
        """Bug: another scale was taken for the truth by info and export."""
        path, _ = self.record(seconds=0.3)
        self.assertEqual(self.good("info", path)["changed_tables"], [])
        with contextlib.closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE channels SET scale = 2 * scale")
        self.assertIn("channels", self.good("info", path)["changed_tables"][0])
        exported = self.good("export", path, "--format", "csv", "--out", self.path("a.csv"))
        self.assertIn("channels", exported["damage"])

    # An export of a damaged recording ended like one of a whole one, and nothing but its fields told of it.
    def test_an_export_of_a_damaged_recording_says_so_in_every_format(self):
        path, _ = self.record(seconds=0.5)
        whole = self.run_json("export", path, "--format", "csv", "--out", self.path("whole.csv"))
        self.assertEqual((whole.object["problems"], whole.object["lost_samples"]), ([], 0))
        self.assertNotIn("warning", whole.err)
        with contextlib.closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE chunks SET payload = x'00' WHERE axis = 1")
            file.execute("UPDATE facts SET json = '{}' WHERE id = (SELECT max(id) FROM facts)")
        for kind in ("csv", "csv-long", "hdf5", "mat", "mcap", "jsonl"):
            with self.subTest(format=kind):
                ended = self.run_json("export", path, "--format", kind, "--out", self.path("damaged." + kind))
                self.assertEqual(ended.code, 0, ended)
                self.assertTrue(ended.object["problems"], ended)
                self.assertIn("is not whole", ended.err)
                if kind != "jsonl":
                    self.assertGreater(ended.object["lost_samples"], 50)
                if not kind.startswith("csv"):
                    self.assertEqual(ended.object["lost_events"], 1)

    def test_the_examples_of_the_schema_run(self):
        path, _ = self.record(seconds=0.3)
        schema = os.path.join(os.path.dirname(__file__), "../../../drivers/sqlite/SCHEMA.md")
        with open(schema, encoding="utf-8") as text:
            part = text.read().split("### Examples")[1].split("### Samples as rows")[0]
        examples = [each for each in part.split(";") if "SELECT" in each]
        self.assertGreater(len(examples), 5)
        with contextlib.closing(sqlite3.connect(path)) as file:
            for example in examples:
                with self.subTest(example=example):
                    file.execute(example).fetchall()

    def test_a_stretch_is_kept_as_a_recording_of_its_own(self):
        path, recorded = self.record(seconds=1.0)
        copy = self.path("kept.servolane")
        told = self.good("keep", path, "--from", 0.2, "--to", 0.6, "--name", "the bump", "--out", copy)
        self.assertEqual(told["losses"], [])
        self.assertGreater(recorded["samples"], 2 * told["samples"])
        info = self.good("info", copy)
        self.assertEqual(info["session"], "the bump")
        self.assertAlmostEqual(info["seconds"], 0.4, delta=0.05)
        self.assertEqual([axis["id"] for axis in info["axes"]], [1, 2, 3])
        self.assertEqual(self.good("verify", copy), {"ok": True, "problems": [], "remarks": []})
        self.bad(2, "usage", "keep", path, "--from", 5, "--to", 6, "--out", self.path("never.servolane"))

    def test_several_recordings_are_exported_at_once(self):
        first, _ = self.record("one.servolane", seconds=0.3)
        second, _ = self.record("two.servolane", seconds=0.3)
        folder = self.path("out")
        self.bad(2, "usage", "export", first, second, "--format", "mcap", "--out", folder)
        os.mkdir(folder)
        told = self.good("export", first, second, "--format", "jsonl", "--out", folder)
        self.assertEqual([os.path.basename(each["path"]) for each in told["exports"]], ["one.jsonl", "two.jsonl"])
        for each in told["exports"]:
            with open(each["path"], encoding="utf-8") as file:
                self.assertEqual(len([json.loads(line) for line in file]), each["rows"])
        error = self.bad(2, "usage", "export", first, first, "--format", "csv", "--out", folder)["error"]
        self.assertIn("one.csv", error["message"])

    def test_one_recording_that_fails_does_not_keep_the_others(self):
        """Bug: what stood behind it was not exported, and a range outside of one did not say of which."""
        (long, _), (short, _) = self.record("long.servolane", 1.5), self.record("short.servolane", 0.6)
        folder = self.path("out")
        os.mkdir(folder)
        told = self.bad(2, "usage", "export", short, self.path("none.servolane"), long, "--format", "csv", "--out",
                        folder, "--from", 1.2)
        self.assertIn(short, told["error"]["message"])
        self.assertEqual([os.path.basename(each["path"]) for each in told["exports"]], ["long.csv"])
        self.assertEqual([each["file"] for each in told["failures"]], [short, self.path("none.servolane")])
        self.assertEqual([each["code"] for each in told["failures"]], ["usage", "not-found"])

    def test_units_are_told_of_each_axis_and_a_comma_may_stand_in_its_name(self):
        """Bug: one unit stood for all axes; a comma in a name could not be asked for."""
        path, _ = self.record()
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.execute("UPDATE channels SET unit='mm' WHERE axis=2 AND name='position'")
            database.execute("UPDATE axes SET name='Pan, left' WHERE axis=2")
        told = self.good("info", path)
        for unit in ("deg", "mm"):
            self.assertIn({"name": "position", "unit": unit}, told["channels"])
        units = [dict(zip(axis["channels"], axis["units"]))["position"] for axis in told["axes"]]
        self.assertEqual(units, ["deg", "mm", "deg"])
        table = self.path("comma.csv")
        self.good("export", path, "--format", "csv", "--out", table, "--channels",
                  "Pan\\, left.position,Axis 1.position")
        self.assertEqual(self.rows_of(table)[0][2:4], ["Axis 1.position[deg]", "Pan, left.position[mm]"])


class DemoTest(CliTest):
    def test_the_demo_ends_with_figures_that_its_files_bear_out(self):
        told = self.good("demo", "--out", self.path("demo"))
        self.assert_fields(told, "axes", "cycles_per_second", "share_of_wire_limit", "commands", "confirmed",
                           "latency_ms_p50", "latency_ms_p99", "samples", "lost", "stop_ms", "session", "csv")
        self.assertEqual(told["axes"], 6)
        self.assertEqual(told["confirmed"], told["commands"])
        self.assertEqual(told["lost"], 0)
        self.assertGreater(told["stop_ms"], 0)
        self.assertLessEqual(told["latency_ms_p50"], told["latency_ms_p99"])
        self.assertEqual(self.good("info", told["session"])["samples"], told["samples"])
        with open(told["csv"], newline="", encoding="utf-8") as file:
            table = csv.DictReader(file)
            positions = [float(row["Axis 1.position[deg]"]) for row in table if row["Axis 1.position[deg]"]]
        self.assertGreater(max(positions) - min(positions), 80)

    def test_an_interrupted_demo_names_what_it_has_recorded(self):
        """Bug: the recording was there, and nothing said where."""
        program = self.start("demo", "--out", self.path("demo"))
        end = time.monotonic() + LONG
        while not (os.path.isdir(self.path("demo")) and any(name.endswith(".servolane") for name in os.listdir(self.path("demo")))):
            self.assertLess(time.monotonic(), end)
        ended = self.interrupt(program)
        self.assertEqual(ended.code, 130, ended)
        self.assertTrue(os.path.exists(ended.object["session"]), ended)
        self.assertIs(self.good("info", ended.object["session"])["closed_cleanly"], True)


if __name__ == "__main__":
    unittest.main()
