#!/usr/bin/env python3
"""The daemon as a desktop runs it: a sound server and a message bus of the test's own, text on standard output."""
import array
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import unittest
import urllib.request
from xml.etree import ElementTree

import pipewire_session
from program import MODEL, PROGRAM, SAMPLES, ProgramTest, words

LIMIT_S = 20


class Daemon:
    """`voicestand dictate` and what it writes."""

    def __init__(self, environment):
        self.process = subprocess.Popen([PROGRAM, "dictate"], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.text = ""
        self.complaints = ""
        self._changed = threading.Condition()
        for stream, name in ((self.process.stdout, "text"), (self.process.stderr, "complaints")):
            threading.Thread(target=self._read, args=(stream, name), daemon=True).start()
        self.until(lambda: "is loaded" in self.complaints)

    def _read(self, stream, name):
        while piece := os.read(stream.fileno(), 4096):
            with self._changed:
                setattr(self, name, getattr(self, name) + piece.decode())
                self._changed.notify_all()

    def until(self, condition):
        with self._changed:
            if not self._changed.wait_for(condition, LIMIT_S):
                raise AssertionError(f"it did not come; text: {self.text!r}, complaints: {self.complaints!r}")

    def end(self):
        self.process.terminate()
        code = self.process.wait(LIMIT_S)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


class DictateTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.session = self.enterContext(pipewire_session.PipewireSession())
        self.environment = self.session.env

    def configure(self, text=""):
        folder = pathlib.Path(self.environment["XDG_CONFIG_HOME"]) / "voicestand"
        folder.mkdir(exist_ok=True)
        (folder / "config.toml").write_text(f'recognition.model = "{MODEL}"\ntype.backend = "stdout"\naudio.device = "vs.monitor"\n' + text)

    @contextlib.contextmanager
    def daemon(self, config=""):
        self.configure(config)
        daemon = Daemon(self.environment)
        try:
            yield daemon
        finally:
            if daemon.process.poll() is None:
                self.assertEqual(daemon.end(), 0, daemon.complaints)

    def ask(self, *verb):
        result = self.run_program(*verb)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def status(self):
        return json.loads(self.ask("status", "--json"))

    def until_state(self, state):
        deadline = time.monotonic() + LIMIT_S
        while (now := self.status())["state"] != state:
            self.assertLess(time.monotonic(), deadline, now)
            time.sleep(0.02)
        return now


class Dictation(DictateTest):
    def test_what_is_said_between_start_and_stop_is_typed(self):
        with self.daemon() as daemon:
            self.assertEqual(self.status()["state"], "idle")
            self.ask("start")
            with self.session.play(SAMPLES / "beckett.wav") as player:
                player.wait()
            self.until_state("listening")
            self.assertEqual(daemon.text, "")
            self.ask("stop")
            daemon.until(lambda: "failed" in daemon.text.lower())
            status = self.until_state("idle")
            self.assertEqual(status["text"], daemon.text)
            self.assertEqual((status["error"], status["partial"]), (None, None))
            self.assertGreater(status["release_to_text_ms"], 0)
            self.assertLess(status["release_to_text_ms"], 500)

            # Once more, without being said again.
            self.ask("retry")
            daemon.until(lambda: len(words(daemon.text)) == 2 * len(words(status["text"])))

    def test_what_is_cancelled_is_not(self):
        with self.daemon() as daemon:
            self.ask("toggle")
            with self.session.play(SAMPLES / "beckett.wav"):
                self.until_state("listening")
                time.sleep(3)
                self.ask("cancel")
                self.until_state("idle")
            self.assertEqual(daemon.text, "")
            self.assertIsNone(self.status()["text"])

    def test_hands_free_each_thing_said_is_typed_at_its_pause(self):
        with self.daemon('dictate.mode = "continuous"\n') as daemon:
            self.ask("toggle")
            with self.session.play(SAMPLES / "beckett.wav") as player:
                daemon.until(lambda: len(words(daemon.text)) >= 2)
                self.assertIsNone(player.poll(), "it was typed while the recording still played")
                player.wait()
            self.ask("toggle")
            self.until_state("idle")
            self.assertNotIn("  ", daemon.text)
            self.assertGreater(len(words(daemon.text)), 8)

    def test_one_that_nobody_ends_ends_by_itself(self):
        with self.daemon("dictate.max_duration_s = 4\n") as daemon:
            self.ask("start")
            with self.session.play(SAMPLES / "beckett.wav") as player:
                daemon.until(lambda: daemon.text)
                self.assertIsNone(player.poll(), "it was typed while the recording still played")
                status = self.until_state("idle")
                self.assertIsNone(status["error"])
                player.wait()
            # What was said after the end is not listened to, and the next command begins anew.
            self.assertEqual(daemon.text, status["text"])
            self.ask("toggle")
            self.until_state("listening")

    def test_the_longest_duration_is_that_of_each_dictation_alone(self):
        longest_s = 4
        with self.daemon(f'microphone.policy = "on-press"\ndictate.max_duration_s = {longest_s}\n'):
            self.session.stop_server()
            self.ask("start")
            begun = time.monotonic()
            self.assertIn("PipeWire", self.until_state("idle")["error"])
            self.session.start_server()
            self.configure('microphone.policy = "on-press"\ndictate.mode = "continuous"\n')
            while self.status()["mode"] != "continuous":
                self.assertLess(time.monotonic(), begun + longest_s, "it was taken over too late to show anything")
                time.sleep(0.02)
            self.ask("start")
            self.until_state("listening")
            time.sleep(max(0, begun + longest_s + 0.5 - time.monotonic()))
            self.assertEqual(self.status()["state"], "listening")

    def test_toggle_begins_and_ends_in_every_mode(self):
        for mode in ("auto", "hold", "toggle", "continuous"):
            with self.subTest(mode), self.daemon(f'dictate.mode = "{mode}"\n'):
                for _ in range(2):
                    self.ask("toggle")
                    self.until_state("listening")
                    self.ask("toggle")
                    self.until_state("idle")

    def test_followers_see_it_all(self):
        follower = subprocess.Popen([PROGRAM, "status", "--follow", "--json"], env=self.environment, stdout=subprocess.PIPE, text=True)
        self.addCleanup(follower.stdout.close)
        self.addCleanup(follower.wait)
        self.addCleanup(follower.terminate)
        seen = []

        def until(condition):
            while not condition(seen[-1] if seen else {}):
                seen.append(json.loads(follower.stdout.readline()))

        until(lambda now: now.get("state") == "stopped")
        with self.daemon():
            until(lambda now: now.get("state") == "idle")
            self.ask("start")
            until(lambda now: now["state"] == "listening")
            with self.session.play(SAMPLES / "beckett.wav") as player:
                until(lambda now: now["partial"])
                player.wait()
            self.ask("stop")
            until(lambda now: now["state"] == "idle" and now["text"])
        until(lambda now: now["state"] == "stopped")
        for line in seen:
            self.assertEqual((line["alt"], line["class"]), (line["state"], line["state"]))

    def test_there_is_one_for_each_session(self):
        with self.daemon():
            second = self.run_program("dictate")
            self.assertEqual(second.returncode, 2, second.stderr)
            self.assertIn("it runs already", second.stderr)

    def test_without_a_daemon_the_verbs_say_how_to_start_it(self):
        for verb in ("start", "stop", "toggle", "cancel", "retry", "status"):
            self.assert_refused(self.run_program(verb), 4, "voicestand dictate")

    def test_a_missing_microphone_is_told_and_the_daemon_lives(self):
        with self.daemon('microphone.policy = "on-press"\n') as daemon:
            self.session.stop_server()
            self.ask("start")
            status = self.until_state("idle")
            self.assertIn("PipeWire", status["error"])
            self.session.start_server()
            self.ask("start")
            self.until_state("listening")
            self.ask("stop")
            self.until_state("idle")
            self.assertEqual(daemon.text, "")


class Sounds(DictateTest):
    def heard(self, config):
        """The loudest that comes out of the speakers while a dictation begins and ends; 1 is full scale."""
        with self.daemon(config):
            recorder = subprocess.Popen(["parec", "--device=vs.monitor", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=10"],
                                        env=self.environment, stdout=subprocess.PIPE)
            try:
                recorder.stdout.read(4800)  # it records
                for verb in ("start", "stop"):
                    self.ask(verb)
                    time.sleep(0.6)
            finally:
                recorder.terminate()
                sound = array.array("h")
                data = recorder.stdout.read()
                sound.frombytes(data[:len(data) // 2 * 2])
                recorder.stdout.close()
                recorder.wait()
        return max(map(abs, sound)) / 32768

    def test_beginning_and_end_are_heard_unless_they_are_not_to_be(self):
        self.assertGreater(self.heard(""), 0.05)
        self.assertEqual(self.heard("dictate.sounds = false\n"), 0)


class Configuration(DictateTest):
    def until_shown(self, **wanted):
        deadline = time.monotonic() + LIMIT_S
        while not all((now := self.status())[key] == value for key, value in wanted.items()):
            self.assertLess(time.monotonic(), deadline, now)
            time.sleep(0.05)

    def test_a_changed_file_is_taken_over_and_a_wrong_one_is_not(self):
        with self.daemon() as daemon:
            self.until_shown(mode="auto", error=None)
            self.configure('dictate.mode = "continuous"\n')
            self.until_shown(mode="continuous", error=None)
            self.configure('dictate.mode = "sometimes"\n')
            deadline = time.monotonic() + LIMIT_S
            while not (now := self.status())["error"]:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
            self.assertEqual(now["mode"], "continuous")
            self.assertIn("sometimes", now["error"])
            self.configure('dictate.mode = "hold"\n')
            self.until_shown(mode="hold", error=None)
            self.ask("start")
            with self.session.play(SAMPLES / "beckett.wav") as player:
                player.wait()
            # Not while one dictates.
            self.configure('dictate.mode = "toggle"\n')
            time.sleep(0.3)
            self.assertEqual(self.status()["mode"], "hold")
            self.ask("stop")
            daemon.until(lambda: "failed" in daemon.text.lower())
            self.until_shown(mode="toggle", state="idle")


class Figures(DictateTest):
    def dictate(self, daemon):
        before = len(daemon.text)
        self.ask("start")
        with self.session.play(SAMPLES / "beckett.wav"):
            self.until_state("listening")
            time.sleep(2)
            self.ask("stop")
        daemon.until(lambda: len(daemon.text) > before)
        return self.until_state("idle")

    def test_they_outlive_a_dictation(self):
        with self.daemon('watch.http = "127.0.0.1:0"\n') as daemon:
            self.assertIsNone(self.status()["figures"]["latency"]["release_to_text"]["p50_ms"])
            first = self.dictate(daemon)
            latency = first["figures"]["latency"]
            self.assertEqual((latency["release_to_text"]["count"], latency["inject"]["count"], latency["release_to_final"]["count"]), (1, 1, 1))
            self.assertAlmostEqual(latency["release_to_text"]["max_ms"], first["release_to_text_ms"], delta=0.01)
            self.assertEqual(first["figures"]["utterances"][-1]["outcome"], "typed")
            second = self.dictate(daemon)
            self.assertEqual(second["figures"]["latency"]["release_to_text"]["count"], 2)
            for name in ("audio_frames", "utterances"):
                self.assertGreater(second["figures"]["counters"][name], first["figures"]["counters"][name], name)
            self.assertEqual((second["figures"]["state"], second["figures"]["windows"]), ("idle", None))

            url = re.search(r"http://\S+/", daemon.complaints)[0]
            with urllib.request.urlopen(url + "metrics") as answer:
                metrics = answer.read().decode()
            self.assertIn("\nvoicestand_release_to_text_seconds_count 2\n", metrics)
            self.assertIn("\nvoicestand_listening 0\n", metrics)

            # For people without a browser.
            process = subprocess.Popen([PROGRAM, "status", "--watch"], env=self.environment, stdout=subprocess.PIPE, text=True)
            self.addCleanup(process.stdout.close)
            shown = process.stdout.read(2000)
            process.terminate()
            self.assertEqual(process.wait(LIMIT_S), 130)
            self.assertRegex(shown, r"release_to_text +2 ")
            self.assertIn(second["text"], shown)
            self.assertEqual(shown.count("\x1b[H\x1b[J"), shown.count("VoiceStand "))


class Interface(DictateTest):
    def test_it_is_as_described(self):
        described = pathlib.Path(__file__).parents[2] / "packaging/dbus/org.voicestand.Dictation1.xml"

        def members(xml):
            interface = next(its for its in ElementTree.fromstring(xml).iter("interface") if its.get("name") == "org.voicestand.Dictation1")
            return sorted((member.tag, member.get("name"), member.get("type"), member.get("access"),
                           tuple((argument.get("name"), argument.get("type")) for argument in member.iter("arg"))) for member in interface)

        with self.daemon():
            served = self.session.run("dbus-send", "--session", "--print-reply=literal", "--dest=org.voicestand.Dictation1",
                                      "/org/voicestand/Dictation1", "org.freedesktop.DBus.Introspectable.Introspect").strip()
        self.assertEqual(members(served), members(described.read_text()))


class Privacy(DictateTest):
    def test_it_has_no_network_socket(self):
        with self.daemon() as daemon:
            self.ask("start")
            self.until_state("listening")
            process = pathlib.Path(f"/proc/{daemon.process.pid}")
            inodes = set()
            for entry in (process / "fd").iterdir():
                with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                    if found := re.fullmatch(r"socket:\[(\d+)\]", os.readlink(entry)):
                        inodes.add(found.group(1))
            self.assertTrue(inodes, "it speaks to the bus and to the sound server")
            for kind in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
                rows = (process / "net" / kind).read_text().splitlines()[1:]
                self.assertEqual([row for row in rows if row.split()[9] in inodes], [], kind)

    def test_it_needs_no_network(self):
        probe = subprocess.run(["unshare", "--net", "--map-root-user", "true"], capture_output=True, text=True, check=False)
        if probe.returncode != 0:
            self.skipTest(f"no network namespace can be made here: {probe.stderr.strip()}")
        self.configure()
        process = subprocess.Popen(["unshare", "--net", "--map-root-user", PROGRAM, "dictate"], env=self.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.assertIn("is loaded", process.stderr.readline())
        self.ask("start")
        with self.session.play(SAMPLES / "beckett.wav") as player:
            player.wait()
        self.ask("stop")
        self.assertIn("failed", self.until_state("idle")["text"].lower())


class IdleCost(DictateTest):
    def cpu_share(self, pid, seconds):
        """Of its three thirds the least: what else the machine does only adds."""
        def used():
            return sum(int((task / "schedstat").read_text().split()[0]) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e9

        def share():
            before = used()
            time.sleep(seconds / 3)
            return (used() - before) / (seconds / 3)
        return min(share() for _ in range(3))

    def test_waiting_costs_next_to_nothing(self):
        for policy, limit in (("on-press", 0.005), ("always", 0.02)):
            with self.subTest(policy), self.daemon(f'microphone.policy = "{policy}"\n') as daemon:
                time.sleep(1)
                share = self.cpu_share(daemon.process.pid, 6)
                print(f"idle, microphone {policy}: {100 * share:.2f} % of a core", file=sys.stderr)
                self.assertLessEqual(share, limit)


if __name__ == "__main__":
    if absent := pipewire_session.missing_programs():
        print(f"skipped: not installed: {', '.join(absent)}")
        sys.exit(77)
    unittest.main()
