# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of the workstation as several runs of the program leave it."""

import sqlite3
import unittest

from cli import CliTest


class JournalTest(CliTest):
    def journal(self):
        return self.path("store/workstation.db")

    def flip(self, before, after):
        with open(self.journal(), "r+b") as file:
            content = file.read()
            place = content.index(before)
            file.seek(place)
            file.write(after)

    def change(self, sql):
        with sqlite3.connect(self.journal()) as database:
            database.executescript(sql)
        database.close()

    def test_the_journal_of_several_runs_is_whole(self):
        self.good("scan", "--port", "sim:dynamixel2:1")
        self.good("torque", "on", "--port", "sim:dynamixel2:1", "--id", "1")
        self.assertEqual(self.good("verify"), {"ok": True, "problems": [], "remarks": []})

    def test_two_programs_write_one_journal_at_the_same_time(self):
        long = self.start("monitor", "--port", "sim:dynamixel2:2", "--for", "30")
        for _ in range(4):
            self.good("scan", "--port", "sim:dynamixel2:1")
        self.interrupt(long)
        self.assertEqual(self.good("verify")["problems"], [])
        database = sqlite3.connect(self.journal())
        commands = database.execute("SELECT cause FROM facts WHERE kind IN ('CommandAccepted', 'CommandRejected')")
        ids = [row[0] for row in commands]
        database.close()
        self.assertGreaterEqual(len(ids), 5)
        self.assertEqual(len(ids), len(set(ids)), "a command id came twice")

    def test_a_flipped_bit_is_found(self):
        self.good("scan", "--port", "sim:dynamixel2:1")
        self.flip(b'"family":"dynamixel2"', b'"family":"dynamixel3"')
        error = self.bad(1, "corrupt", "verify")["error"]
        self.assertIn("checksum differs", error["message"])

    def test_a_missing_row_is_found(self):
        self.good("scan", "--port", "sim:dynamixel2:1")
        self.change("DELETE FROM facts WHERE id = 3")
        self.assertIn("rows missing before it: 1", self.bad(1, "corrupt", "verify")["error"]["message"])

    def test_rows_cut_off_at_the_end_are_found(self):
        self.good("scan", "--port", "sim:dynamixel2:1")
        self.change("DELETE FROM facts WHERE id = (SELECT max(id) FROM facts)")
        self.assertIn("the last 1 rows were removed", self.bad(1, "corrupt", "verify")["error"]["message"])


if __name__ == "__main__":
    unittest.main()
