"""Pulling models from a server that does everything wrong: models_pull_test.py PROBE"""
import hashlib
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from models_fault_server import FaultServer

PROBE = sys.argv.pop()
DATA = {
    "encoder.bin": random.Random(1).randbytes(300_000),
    "decoder.bin": random.Random(2).randbytes(700_001),
}
REFUSED, FAILED, INTERRUPTED = 3, 1, 130


class Pulling(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="voicestand-models-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.models = self.folder / "models"
        self.model = self.models / "m"
        self.server = FaultServer(dict(DATA))
        self.server.__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)

    def manifest(self, fault, names=tuple(DATA)):
        path = self.folder / "manifest.json"
        unfinished = path.with_suffix(f".{time.monotonic_ns()}")  # another pull may be reading it
        unfinished.write_text(json.dumps({
            "schema": 1, "id": "m", "title": "M", "role": "recognition", "languages": ["en"], "licence": "MIT",
            "engines": ["sherpa"], "memory_bytes": 1, "relative_speed": 1,
            "files": [{"name": name, "size_bytes": len(DATA[name]), "sha256": hashlib.sha256(DATA[name]).hexdigest(),
                       "address": f"https://models.example/{fault if i == 0 else 'none'}/{name}"}
                      for i, name in enumerate(names)]}))
        unfinished.replace(path)
        return path

    def start(self, fault, *more, **options):
        return subprocess.Popen([PROBE, self.manifest(fault), self.models, self.server.address, *more],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def pull(self, fault, *more, expect=0, **options):
        child = self.start(fault, *more, **options)
        out, err = child.communicate(timeout=60)
        self.assertEqual(child.returncode, expect, (fault, out, err))
        return json.loads(out)

    def assert_installed(self):
        self.assertEqual({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in self.model.iterdir()},
                         {name: hashlib.sha256(data).hexdigest() for name, data in DATA.items()})
        self.assertEqual([p.name for p in self.models.iterdir()], ["m"])

    def assert_nothing_installed(self, *parts):
        left = [p.name for p in self.model.iterdir()] if self.model.exists() else []
        self.assertEqual(left, list(parts))

    def test_brings_a_model(self):
        told = self.pull("none")
        self.assert_installed()
        total = sum(map(len, DATA.values()))
        self.assertEqual((told["downloaded_bytes"], told["most_bytes"]), (total, total))

    def test_does_not_download_what_is_there(self):
        self.pull("none")
        self.server.requests.clear()
        self.assertTrue(self.pull("none")["already_there"])
        self.assertEqual(self.server.requests, [])

    def test_mends_a_damaged_file_alone(self):
        self.pull("none")
        data = bytearray(DATA["decoder.bin"])
        data[5] ^= 1
        (self.model / "decoder.bin").write_bytes(data)
        self.server.requests.clear()
        self.pull("none")
        self.assert_installed()
        self.assertEqual([path for path, _ in self.server.requests], ["/none/decoder.bin"])

    def test_goes_on_where_the_server_broke_off(self):
        for fault in "break", "break-once", "stall-once":
            with self.subTest(fault):
                self.setUp()
                self.pull(fault)
                self.assert_installed()
                self.assertIn((f"/{fault}/encoder.bin", "bytes=100000-"), self.server.requests)

    def test_starts_over_where_the_server_knows_no_ranges(self):
        told = self.pull("break-once-no-ranges")
        self.assert_installed()
        self.assertEqual(told["downloaded_bytes"], sum(map(len, DATA.values())) + 100_000)

    def test_takes_a_body_of_unknown_length(self):
        self.pull("says-nothing")
        self.assert_installed()

    def test_starts_over_when_the_file_changed_in_between(self):
        self.pull("changes")
        self.assert_installed()

    def test_goes_on_after_being_killed(self):
        child = self.start("stall-once")
        part = self.model / "encoder.bin.part"
        deadline = time.monotonic() + 30
        while not (part.exists() and part.stat().st_size == 100_000):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        self.assertFalse((self.model / "encoder.bin").exists())
        self.server.requests.clear()
        told = self.pull("none")
        self.assert_installed()
        self.assertEqual(self.server.requests[0], ("/none/encoder.bin", "bytes=100000-"))
        self.assertEqual(told["downloaded_bytes"], sum(map(len, DATA.values())) - 100_000)

    def test_a_part_that_is_no_part_of_it_is_let_go(self):
        for junk in bytes(1000), bytes(300_000), bytes(400_000):
            with self.subTest(len(junk)):
                self.setUp()
                self.model.mkdir(parents=True)
                (self.model / "encoder.bin.part").write_bytes(junk)
                self.pull("none")
                self.assert_installed()

    def test_stops_when_told_and_keeps_the_part(self):
        self.pull("none", "interrupt-after", "100000", expect=INTERRUPTED)
        self.assert_nothing_installed("encoder.bin.part")
        self.pull("none")
        self.assert_installed()

    def test_wrong_contents_are_deleted_and_named(self):
        told = self.pull("wrong", expect=REFUSED)
        self.assert_nothing_installed()
        self.assertIn("encoder.bin", told["message"])
        self.assertIn(hashlib.sha256(DATA["encoder.bin"]).hexdigest(), told["message"])
        self.assertIn(hashlib.sha256(bytes(b ^ 1 for b in DATA["encoder.bin"])).hexdigest(), told["message"])

    def test_a_length_that_is_not_the_manifests_is_refused(self):
        for fault, words in (("longer", "announces 300004"), ("shorter", "announces 299999"),
                             ("says-less", "announces 299990"), ("login-page", "login page"),
                             ("says-nothing-and-sends-more", "more than 300000")):
            with self.subTest(fault):
                self.setUp()
                self.assertIn(words, self.pull(fault, expect=REFUSED)["message"])
                self.assert_nothing_installed()

    def test_an_answer_with_another_part_is_refused_and_the_part_kept(self):
        for fault in "another-part", "another-size":
            with self.subTest(fault):
                self.setUp()
                self.pull(fault, expect=REFUSED)
                self.assert_nothing_installed("encoder.bin.part")
                self.pull("none")
                self.assert_installed()

    def test_a_refusal_is_not_repeated_a_passing_trouble_is(self):
        for fault, requests in ("403", 1), ("500", 5), ("break-at-once", 5), ("not-http", 1):
            with self.subTest(fault):
                self.setUp()
                told = self.pull(fault, expect=FAILED)
                self.assertEqual(len(self.server.requests), requests)
                self.assertEqual(told["waits"], requests - 1)
                self.assert_nothing_installed()
        self.setUp()
        del self.server.files["encoder.bin"]
        self.assertIn("404", self.pull("none", expect=FAILED)["message"])
        self.assertEqual(len(self.server.requests), 1)
        self.setUp()
        self.pull("busy-twice")
        self.assert_installed()

    def test_redirects(self):
        self.pull("redirect")
        self.assert_installed()
        for fault in "redirect-for-ever", "redirect-to-a-file":
            with self.subTest(fault):
                self.setUp()
                self.pull(fault, expect=FAILED)
                self.assertLessEqual(len(self.server.requests), 6)
                self.assert_nothing_installed()

    def test_endless_headers_are_cut_short(self):
        self.pull("endless-headers", expect=FAILED)
        self.assert_nothing_installed()

    def test_no_server(self):
        self.server.__exit__(None, None, None)
        self.server.__exit__ = lambda *_: None
        self.assertIn("connect", self.pull("none", expect=FAILED)["message"].lower())
        self.assert_nothing_installed()

    def test_a_full_disk(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

        told = self.pull("none", expect=FAILED, preexec_fn=limit)
        self.assertIn("make room", told["message"])
        self.assertFalse((self.model / "encoder.bin").exists())
        self.pull("none")
        self.assert_installed()

    def test_a_folder_that_cannot_be_written(self):
        self.models.write_text("a file stands in the way")
        self.pull("none", expect=FAILED)

    def test_two_at_once_do_no_harm(self):
        children = [self.start("none") for _ in range(6)]
        outs = [(child.communicate(timeout=60)[0], child.returncode) for child in children]
        self.assertIn(0, [code for _, code in outs])
        for out, code in outs:
            self.assertTrue(code == 0 or "another voicestand" in json.loads(out)["message"], (out, code))
        self.assert_installed()


if __name__ == "__main__":
    unittest.main()
