#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of servolane-sim that shares no code with it: its own CRC, its own frames, termios and nothing else.
The simulator's path stands in SERVOLANE_SIM."""
import json
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import tty
import unittest

SIMULATOR = os.environ["SERVOLANE_SIM"]
HEADER = b"\xff\xff\xfd\x00"
BROADCAST = 0xFE
PATIENCE = 3.0  # seconds; a bound for failure alone


def crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x8005) & 0xFFFF if crc & 0x8000 else (crc << 1) & 0xFFFF
    return crc


def stuffed(data):
    out = bytearray()
    for byte in data:
        out.append(byte)
        if out[-3:] == b"\xff\xff\xfd":
            out.append(0xFD)
    return bytes(out)


def frame(servo, instruction, parameters=b"", stuff=True):
    body = bytes([instruction]) + parameters
    if stuff:
        body = stuffed(body)
    packet = HEADER + struct.pack("<BH", servo, len(body) + 2) + body
    return packet + struct.pack("<H", crc16(packet))


def read_request(servo, address, size):
    return frame(servo, 0x02, struct.pack("<HH", address, size))


def write_request(servo, address, data):
    return frame(servo, 0x03, struct.pack("<H", address) + data)


class Status:
    def __init__(self, packet):
        self.servo = packet[4]
        body = packet[7:-2].replace(b"\xff\xff\xfd\xfd", b"\xff\xff\xfd")
        assert body[0] == 0x55, packet.hex()
        self.error = body[1]
        self.data = bytes(body[2:])


class Client:
    """One opening of a port."""

    def __init__(self, path, baud=termios.B1000000):
        self.descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.descriptor)
        self.set_baud(baud)
        self.pending = b""

    def set_baud(self, baud):
        settings = termios.tcgetattr(self.descriptor)
        settings[4] = settings[5] = baud
        termios.tcsetattr(self.descriptor, termios.TCSANOW, settings)

    def close(self):
        os.close(self.descriptor)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def flush(self):
        termios.tcflush(self.descriptor, termios.TCIFLUSH)
        self.pending = b""

    def send(self, data):
        os.write(self.descriptor, data)

    def arrived(self, patience):
        ready, _, _ = select.select([self.descriptor], [], [], patience)
        return os.read(self.descriptor, 4096) if ready else b""

    def status(self, patience=PATIENCE):
        """The next good frame, or None."""
        end = time.monotonic() + patience
        while True:
            start = self.pending.find(HEADER)
            if start >= 0 and len(self.pending) >= start + 7:
                size = 7 + struct.unpack_from("<H", self.pending, start + 5)[0]
                if len(self.pending) >= start + size:
                    packet = self.pending[start : start + size]
                    self.pending = self.pending[start + size :]
                    assert struct.unpack("<H", packet[-2:])[0] == crc16(packet[:-2]), packet.hex()
                    return Status(packet)
            left = end - time.monotonic()
            more = self.arrived(left) if left > 0 else b""
            if not more:
                return None
            self.pending += more

    def ask(self, request):
        self.send(request)
        return self.status()

    def position(self, servo):
        return struct.unpack("<i", self.ask(read_request(servo, 132, 4)).data)[0]


class Simulator:
    def __init__(self, *arguments):
        self.process = subprocess.Popen([SIMULATOR, *arguments], stdout=subprocess.PIPE, text=True)
        self.lines = [self.process.stdout.readline().split() for _ in range(arguments.count("--bus"))]
        self.path = self.lines[0][0]

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(10)
        self.process.stdout.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Announcement(unittest.TestCase):
    def test_names_path_protocol_baud_and_ids_of_each_bus(self):
        with Simulator("--bus", "dynamixel2:3@2000000", "--bus", "dynamixel2:2,first-id=11", "--unpaced") as simulator:
            first, second = simulator.lines
            self.assertEqual(first[1:], ["dynamixel2", "2000000", "1,2,3"])
            self.assertEqual(second[1:], ["dynamixel2", "1000000", "11,12"])
            for path, servo in ((first[0], 3), (second[0], 12)):
                with Client(path) as client:
                    self.assertEqual(client.ask(frame(servo, 0x01)).servo, servo)


class Exit(unittest.TestCase):
    def code_of(self, *arguments):
        done = subprocess.run([SIMULATOR, *arguments], capture_output=True, text=True, timeout=20)
        return done.returncode, done.stderr

    def test_signals_end_it_with_zero(self):
        for how in (signal.SIGINT, signal.SIGTERM):
            with Simulator("--bus", "dynamixel2:1") as simulator:
                self.assertEqual(simulator.stop(how), 0)

    def test_ends_by_itself_after_the_time_asked(self):
        self.assertEqual(self.code_of("--bus", "dynamixel2:1", "--for", "0.05")[0], 0)

    def test_wrong_usage_is_two_and_says_why(self):
        for arguments, reason in (
            ((), "--bus"),
            (("--bus", "dynamixel7:1"), "unknown protocol 'dynamixel7'"),
            (("--bus", "dynamixel2:0"), "1 … 253"),
            (("--bus", "dynamixel2:1,model=NONE"), "no model 'NONE'"),
            (("--bus", "dynamixel2:1", "--fault", "drop=2"), "probability"),
            (("--bus", "dynamixel2:1", "--fault", "2/drop=0.1"), "there is no bus 2, only one"),
            (("--bus", "dynamixel2:1", "--colour"), "--colour"),
            (("--bus", "dynamixel2:1", "--for", "-1"), "--for"),
            (("--bus", "dynamixel2:1", "--for", "nan"), "--for"),
            (("--bus", "dynamixel2:1", "--frame-gap", "0"), "--frame-gap"),
            (("--bus", "dynamixel2:1,first-id=300"), "character 23"),
            (("--bus", "dynamixel2:3,first-id=4", "--fault", "silent=2"), "the ids are 4 … 6"),
        ):
            code, said = self.code_of(*arguments)
            self.assertEqual(code, 2, said)
            self.assertIn(reason, said)

    def test_missing_models_are_a_technical_failure(self):
        environment = dict(os.environ, SERVOLANE_SERVOS="/nonexistent")
        done = subprocess.run([SIMULATOR, "--bus", "dynamixel2:1"], env=environment, capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, 1)
        self.assertIn("SERVOLANE_SERVOS", done.stderr)


class Talk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator("--bus", "dynamixel2:8@1000000")

    @classmethod
    def tearDownClass(cls):
        assert cls.simulator.stop() == 0

    def open(self, **options):
        client = Client(self.simulator.path, **options)
        self.addCleanup(lambda: self.closed(client))
        client.flush()
        return client

    @staticmethod
    def closed(client):
        try:
            client.close()
        except OSError:
            pass

    def test_broadcast_ping_finds_all_in_order(self):
        client = self.open()
        client.send(frame(BROADCAST, 0x01))
        found = [client.status() for _ in range(8)]
        self.assertEqual([status.servo for status in found], list(range(1, 9)))
        self.assertEqual(struct.unpack("<H", found[0].data[:2])[0], 1020)

    def test_sync_read_answers_in_the_order_asked(self):
        client = self.open()
        client.send(frame(BROADCAST, 0x82, struct.pack("<HH", 126, 10) + bytes([5, 1, 8])))
        answers = [client.status() for _ in range(3)]
        self.assertEqual([status.servo for status in answers], [5, 1, 8])
        self.assertTrue(all(len(status.data) == 10 for status in answers))

    def test_missing_servo_does_not_silence_the_others(self):
        client = self.open()
        client.send(frame(BROADCAST, 0x82, struct.pack("<HH", 132, 4) + bytes([1, 100, 2])))
        self.assertEqual([client.status().servo, client.status().servo], [1, 2])

    def test_frame_in_single_bytes(self):
        client = self.open()
        for byte in read_request(2, 132, 4):
            client.send(bytes([byte]))
        self.assertEqual(client.status().servo, 2)

    def test_two_frames_in_one_write(self):
        client = self.open()
        client.send(read_request(3, 132, 4) + read_request(4, 132, 4))
        self.assertEqual([client.status().servo, client.status().servo], [3, 4])

    def test_garbage_and_bad_checksum_are_passed_over(self):
        client = self.open()
        bad = bytearray(read_request(1, 132, 4))
        bad[-1] ^= 0x10
        client.send(b"\x00\xff\xff\xfd" + bytes(bad) + read_request(6, 132, 4))
        self.assertEqual(client.status().servo, 6)

    def test_broken_off_frame_does_not_spoil_the_next_client(self):
        first = self.open()
        first.send(read_request(1, 132, 4)[:9])
        first.close()
        time.sleep(0.06)  # longer than the pause after which servos give a frame up
        second = self.open()
        self.assertEqual(second.ask(read_request(1, 132, 4)).servo, 1)

    def test_unstuffed_frame_is_understood(self):
        client = self.open()
        packet = frame(7, 0x03, struct.pack("<HI", 116, 0x00FDFFFF), stuff=False)
        self.assertEqual(packet.hex(), "fffffd00070900037400fffffd00b4c7")
        self.assertEqual(client.ask(packet).error, 4)  # out of range, so it was read whole

    def test_open_set_rate_close_again_and_again(self):
        for rate in (termios.B57600, termios.B1000000, termios.B4000000, termios.B9600) * 5:
            client = Client(self.simulator.path)
            client.set_baud(termios.B57600)
            client.close()
            client = Client(self.simulator.path, baud=rate)
            client.set_baud(rate)
            client.flush()
            self.assertEqual(client.ask(read_request(1, 132, 4)).servo, 1)
            client.close()

    def test_next_client_does_not_get_an_old_answer(self):
        client = self.open()
        client.send(read_request(1, 132, 4) * 20)
        client.close()
        time.sleep(0.06)  # all answers would have come by now
        second = Client(self.simulator.path)
        self.addCleanup(second.close)
        self.assertEqual(second.arrived(0.05), b"")
        self.assertEqual(second.ask(read_request(2, 132, 4)).servo, 2)

    def test_line_that_nobody_reads_loses_bytes_and_lives_on(self):
        client = self.open()
        request = frame(BROADCAST, 0x82, struct.pack("<HH", 0, 147) + bytes(range(1, 9)))
        for _ in range(40):  # 40 × 8 × 158 bytes are more than a pseudo-terminal keeps
            client.send(request)
        time.sleep(0.7)  # 50 kB at 1 Mbit/s
        client.flush()
        self.assertEqual(client.ask(read_request(1, 132, 4)).servo, 1)

    def test_servo_moves(self):
        client = self.open()
        self.assertEqual(client.ask(write_request(1, 64, b"\x01")).error, 0)
        goal = 3000
        self.assertEqual(client.ask(write_request(1, 116, struct.pack("<i", goal))).error, 0)
        end = time.monotonic() + PATIENCE
        # Once is enough: it swings in by a few counts, and its encoder is noisy.
        while abs(client.position(1) - goal) > 6:
            self.assertLess(time.monotonic(), end, client.position(1))

    def test_wire_takes_its_time(self):
        client = self.open()
        begin = time.monotonic()
        for _ in range(20):
            client.ask(read_request(1, 132, 4))
        # 14 + 15 bytes at 10 µs and a return delay of 500 µs, less what a late timer may be credited with.
        self.assertGreater(time.monotonic() - begin, 20 * 0.0007)

    def test_idle_line_costs_nothing(self):
        before = self.simulator.cpu_seconds()
        time.sleep(1.0)
        self.assertLess(self.simulator.cpu_seconds() - before, 0.3)
        with Client(self.simulator.path):
            before = self.simulator.cpu_seconds()
            time.sleep(1.0)
            self.assertLess(self.simulator.cpu_seconds() - before, 0.3)


class HangUp(unittest.TestCase):
    def test_next_client_does_not_wait_for_the_backlog_of_the_one_before(self):
        with Simulator("--bus", "dynamixel2:2@9600") as simulator:
            with Client(simulator.path) as first:
                first.send(read_request(1, 0, 147) * 200)
                self.assertTrue(first.arrived(PATIENCE))  # the answers have begun; 30 s of them are to come
            with Client(simulator.path) as second:
                begin = time.monotonic()
                status = second.ask(frame(2, 0x01))
                self.assertEqual((status.servo, len(status.data)), (2, 3))
                self.assertEqual(second.arrived(0.2), b"")
                self.assertLess(time.monotonic() - begin, 1.5)

    def test_client_that_closes_and_opens_in_no_time_is_a_new_client(self):
        with Simulator("--bus", "dynamixel2:2@9600") as simulator:
            for _ in range(30):
                client = Client(simulator.path)
                client.send(read_request(1, 0, 147))
                self.assertEqual(client.arrived(0.01), b"")  # heard by now, and not answered
                client.close()
                client = Client(simulator.path)
                client.send(frame(2, 0x01))
                self.assertEqual(client.status().servo, 2)
                self.assertEqual(client.pending, b"")
                client.close()

    def test_line_is_raw_and_at_its_rate_for_every_client(self):
        with Simulator("--bus", "dynamixel2:1@57600") as simulator:
            for _ in range(3):
                descriptor = os.open(simulator.path, os.O_RDWR | os.O_NOCTTY)
                settings = termios.tcgetattr(descriptor)
                self.assertEqual(settings[4:6], [termios.B57600, termios.B57600])
                self.assertEqual(settings[3] & (termios.ECHO | termios.ICANON), 0)
                settings[3] |= termios.ECHO | termios.ICANON
                settings[4] = settings[5] = termios.B9600
                termios.tcsetattr(descriptor, termios.TCSANOW, settings)
                os.close(descriptor)
                with Client(simulator.path) as client:  # a client in between, so that the end of the first is seen
                    self.assertEqual(client.ask(frame(1, 0x01)).servo, 1)
                self.wait_until_hung_up(simulator.path)

    def wait_until_hung_up(self, path):
        """Until the simulator has put the line right again, which is the last thing it does when a client goes."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
            rate = termios.tcgetattr(descriptor)[5]
            os.close(descriptor)
            if rate == termios.B57600:
                return


class DoubledIds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator("--bus", "dynamixel2:4@1000000", "--fault", "duplicate-id=2:3")

    @classmethod
    def tearDownClass(cls):
        cls.simulator.stop()

    def heard(self, request):
        """Ids of the good frames, and all bytes that came."""
        with Client(self.simulator.path) as client:
            client.send(request)
            came = b""
            while True:
                more = client.arrived(0.1)
                if not more:
                    break
                came += more
        ids = []
        start = came.find(HEADER)
        while start >= 0 and len(came) >= start + 7:
            packet = came[start : start + 7 + struct.unpack_from("<H", came, start + 5)[0]]
            if struct.unpack("<H", packet[-2:])[0] == crc16(packet[:-2]):
                ids.append(packet[4])
            start = came.find(HEADER, start + 4)
        return ids, came

    def test_single_transactions_are_garbled(self):
        for request in (frame(2, 0x01), read_request(2, 132, 4), write_request(2, 65, b"\x01")):
            ids, came = self.heard(request)
            self.assertEqual(ids, [])
            self.assertTrue(came)
        self.assertEqual(self.heard(frame(3, 0x01)), ([], b""))

    def test_broadcast_ping_and_group_reads_are_garbled_in_their_part(self):
        sync_read = struct.pack("<HH", 132, 4) + bytes([1, 2, 4])
        for request in (frame(BROADCAST, 0x01), frame(BROADCAST, 0x82, sync_read)):
            ids, _ = self.heard(request)
            self.assertEqual(ids, [1, 4])


class Models(unittest.TestCase):
    def test_models_of_ones_own_are_known(self):
        with tempfile.TemporaryDirectory() as config:
            os.makedirs(os.path.join(config, "servos", "folder.json"))
            with open(os.path.join(config, "servos", "own.json"), "w", encoding="utf-8") as file:
                json.dump({"format": 1, "extends": "xm430_w350.json", "name": "OWN-1", "number": 65001}, file)
            with Simulator("--config", config, "--bus", "dynamixel2:1,model=OWN-1") as simulator:
                with Client(simulator.path) as client:
                    status = client.ask(frame(1, 0x01))
                    self.assertEqual(struct.unpack("<H", status.data[:2])[0], 65001)


class Start(unittest.TestCase):
    def test_lines_that_nobody_was_told_of_are_not_served(self):
        """Bug: with a full disk behind its output it served lines that nobody knew, and ended with 0."""
        with open("/dev/full", "w", encoding="utf-8") as full:
            ended = subprocess.run([SIMULATOR, "--bus", "dynamixel2:1"], stdout=full, stderr=subprocess.PIPE, text=True,
                                   timeout=60, check=False)
        self.assertEqual(ended.returncode, 1, ended.stderr)
        self.assertIn("No space left", ended.stderr)

    def test_a_negative_seed_is_refused(self):
        """Bug: it was taken for the largest one."""
        ended = subprocess.run([SIMULATOR, "--bus", "dynamixel2:1", "--seed", "-1"], capture_output=True, text=True,
                               timeout=60, check=False)
        self.assertEqual(ended.returncode, 2, ended.stderr)
        self.assertIn("'-1' is not a whole number", ended.stderr)


class Faults(unittest.TestCase):
    def test_silent_servo_and_lost_answers(self):
        with Simulator("--bus", "dynamixel2:2", "--unpaced", "--seed", "3", "--fault", "silent=2", "--fault", "drop=0.5") as simulator:
            with Client(simulator.path) as client:
                client.send(frame(2, 0x01))
                self.assertIsNone(client.status(0.1))
                got = 0
                for _ in range(40):
                    client.send(frame(1, 0x01))
                    got += client.status(0.02) is not None
                self.assertTrue(5 < got < 35, got)


if __name__ == "__main__":
    # The simulators' marks are for nobody else.
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="servolane-sim-test-")
    unittest.main()
