#!/usr/bin/env python3
"""Those who look on cost little, and those who mean harm no more: the sound goes on as if there were none of them."""
import json
import pathlib
import socket
import struct
import sys
import threading
import time
import unittest
import urllib.parse

import browser
from browser import websocket
from metrics_test import WatchedTest, get
from program import SAMPLES, of_type

VIEWERS = 50
HALF_OPEN = 1000
MEASURED_S = 6
UPGRADE = ("GET /ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")


class Visitors(WatchedTest):
    def start(self, *arguments):
        self.process, self.url = self.listen("--no-asr", "--input", SAMPLES / "two_cities.wav", "--pace", "realtime", *arguments)
        self.host = urllib.parse.urlsplit(self.url).netloc
        self.address = (self.host.partition(":")[0], int(self.host.partition(":")[2]))

    def connect(self, sent=""):
        connection = socket.create_connection(self.address, timeout=10)
        self.addCleanup(connection.close)
        connection.sendall(sent.encode())
        return connection

    def thread_cpu_s(self, name):
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            if (task / "comm").read_text().strip() == name:
                return int((task / "schedstat").read_text().split()[0]) / 1e9
        self.fail(f"no thread is called {name}")

    def resident_bytes(self):
        return int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * 4096

    def summary(self):
        self.process.terminate()
        return of_type(list(map(json.loads, self.process.communicate(timeout=30)[0].splitlines())), "summary")[0]

    def test_many_who_look_on(self):
        self.start()
        viewers = [websocket.create_connection(f"ws://{self.host}/ws", timeout=10) for _ in range(VIEWERS)]
        for viewer in viewers:
            self.addCleanup(viewer.close)
        ended, counts, pictures = threading.Event(), [0] * VIEWERS, [""] * VIEWERS

        def read(index):
            while not ended.is_set():
                pictures[index] = viewers[index].recv()
                counts[index] += 1

        readers = [threading.Thread(target=read, args=(index,)) for index in range(VIEWERS)]
        for reader in readers:
            reader.start()
        time.sleep(1)
        before, seen = self.thread_cpu_s("vs-watch"), sum(counts)
        time.sleep(MEASURED_S)
        share = (self.thread_cpu_s("vs-watch") - before) / MEASURED_S
        rate = (sum(counts) - seen) / MEASURED_S / VIEWERS
        ended.set()
        for reader in readers:
            reader.join()
        self.assertEqual({json.loads(picture)["viewers"] for picture in pictures}, {VIEWERS})
        print(f"{VIEWERS} viewers, {rate:.1f} pictures a second each: {100 * share:.2f} % of a core", file=sys.stderr)
        self.assertGreater(rate, 5)
        self.assertLess(share, 0.03)
        summary = self.summary()
        self.assertEqual((summary["overruns"], summary["dropped_frames"], summary["realtime_allocations"]), (0, 0, 0))

    def test_a_slow_reader_holds_nobody_up(self):
        self.start()
        slow = self.connect(UPGRADE.format(host=self.host))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        before = self.resident_bytes()
        other = websocket.create_connection(f"ws://{self.host}/ws", timeout=10)
        self.addCleanup(other.close)
        begun = time.monotonic()
        for _ in range(30):
            other.recv()
        self.assertLess(time.monotonic() - begun, 6, "ten a second")
        self.assertLess(self.resident_bytes() - before, 2 << 20)

    def test_who_speaks_is_shown_out(self):
        self.start()
        for frame in (b"\x81\x85\0\0\0\0hello", b"\x82\xff" + struct.pack(">Q", 1 << 40) + b"\0\0\0\0" + bytes(2000), b"\xff\xff\xff\xff", b"\x81"):
            with self.subTest(frame[:4]):
                connection = self.connect(UPGRADE.format(host=self.host))
                self.assertIn(b" 101 ", connection.recv(64))
                connection.sendall(frame)
                if frame != b"\x81":  # may still become one that is right
                    connection.settimeout(5)
                    try:
                        while connection.recv(65536):
                            pass
                    except ConnectionError:
                        pass
        self.assertEqual(get(self.url + "healthz")[0], 200)

    def test_what_is_no_request(self):
        self.start()
        for text in ("\0" * 5000, "GET / HTTP/9.9\r\n\r\n", "GET /metrics HTTP/1.1\r\nHost: " + "a" * 100_000 + "\r\n\r\n", "\r\n" * 1000,
                     "GET /" + "../" * 2000 + "etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\nx",
                     "GET /ws HTTP/1.1\r\nHost: evil.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n",
                     "GET /ws HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"):
            with self.subTest(text[:40]):
                connection = socket.create_connection(self.address, timeout=10)
                with connection:
                    connection.settimeout(10)
                    answer = b""
                    try:
                        connection.sendall(text.encode())
                        answer = connection.recv(4096)
                    except (ConnectionError, TimeoutError):
                        pass
                    self.assertNotRegex(answer, rb"^HTTP/1.1 (101|200)")
                    self.assertNotIn(b"root:", answer)
        self.assertEqual(get(self.url + "healthz")[0], 200)

    def test_a_thousand_who_say_nothing(self):
        quantiles = {}
        for kind in ("alone", "beset"):
            self.start()
            time.sleep(1)
            memory = self.resident_bytes()
            crowd = []
            if kind == "beset":
                for number in range(HALF_OPEN):
                    try:
                        connection = socket.create_connection(self.address, timeout=0.2)
                        crowd.append(connection)
                        connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: lo" if number % 2 else b"")
                    except OSError:
                        break  # the kernel keeps them waiting
                self.assertGreater(len(crowd), 200)
            time.sleep(MEASURED_S)
            self.assertLess(self.resident_bytes() - memory, 20 << 20)
            for connection in crowd:
                connection.close()
            begun = time.monotonic()
            self.assertEqual(get(self.url + "healthz")[0], 200)
            self.assertLess(time.monotonic() - begun, 5)
            summary = self.summary()
            self.assertEqual((summary["overruns"], summary["dropped_frames"], summary["realtime_allocations"]), (0, 0, 0))
            quantiles[kind] = summary["front_end_latency_ms"]
        print(f"front end, p50 and p99.9: alone {quantiles['alone']['p50']:.2f} and {quantiles['alone']['p99_9']:.2f} ms, "
              f"beset {quantiles['beset']['p50']:.2f} and {quantiles['beset']['p99_9']:.2f} ms", file=sys.stderr)
        self.assertLess(quantiles["beset"]["p50"], 1.1 * quantiles["alone"]["p50"])


if __name__ == "__main__":
    if websocket is None:
        print(f"skipped: not installed: {', '.join(browser.missing())}")
        raise SystemExit(77)
    unittest.main()
