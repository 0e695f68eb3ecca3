#!/usr/bin/env python3
"""Nothing that is said is lost: the history, daemons that are killed at any moment, disks that fail.

VOICESTAND_KILLS_S: for how long daemons are killed, in seconds.
"""
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import time
import unittest
import wave

import pipewire_session
from dictate_test import LIMIT_S, Daemon, DictateTest
from program import MODEL, SAMPLES, words
from x11_session import X11Test

KILLS_S = float(os.environ.get("VOICESTAND_KILLS_S", "40"))
CANARY = "tried"
# Of the recording: "Ever tried. Ever failed."
SPOKEN_S = 3.2
WORDS_END_S = {"tried": 1.3, "failed": 2.7}
MAY_BE_LOST_S = 1.0  # of what is being said
PLAYER_STARTS_S = 0.5


def shorten(recording):
    with wave.open(str(SAMPLES / "beckett.wav")) as whole, wave.open(str(recording), "wb") as part:
        part.setparams(whole.getparams())
        part.writeframes(whole.readframes(int(SPOKEN_S * whole.getframerate())))


class HistoryTest(DictateTest):
    def setUp(self):
        super().setUp()
        self.recording = self.folder / "spoken.wav"
        shorten(self.recording)
        self.state = pathlib.Path(self.environment["XDG_STATE_HOME"])

    def history(self):
        return [json.loads(line) for line in self.ask("history", "--json").splitlines()]

    def dictate(self):
        self.ask("start")
        with self.session.play(self.recording) as player:
            player.wait()
        self.ask("stop")
        return self.until_state("idle")

    def until(self, condition, what):
        deadline = time.monotonic() + LIMIT_S
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)


class History(HistoryTest):
    def test_what_was_typed_can_be_seen_typed_again_and_forgotten(self):
        with self.daemon() as daemon:
            self.assertEqual(self.history(), [])
            text = self.dictate()["text"]
            [entry] = self.history()
            self.assertEqual((entry["n"], entry["text"], entry["outcome"], entry["audio"]), (1, text, "typed", False))
            self.assertIn(text, self.ask("history"))
            self.dictate()
            self.assertEqual([each["n"] for each in self.history()], [1, 2])
            before = daemon.text
            self.ask("retry", "2")
            daemon.until(lambda: words(daemon.text) == words(before + " " + text))
            self.assert_refused(self.run_program("retry", "3"), 1, "number 3", "voicestand history")
            self.assert_refused(self.run_program("history", "copy", "1"), 1, "clipboard")
            self.ask("purge")
            self.assertEqual(self.history(), [])
            self.assertEqual(self.ask("history"), "")
            self.assert_refused(self.run_program("retry"), 1, "nothing has been dictated")

    def test_it_is_in_the_journal_alone_and_purged_it_is_nowhere(self):
        with self.daemon('watch.http = "127.0.0.1:0"\n') as daemon:
            text = self.dictate()["text"]
            self.assertIn(CANARY, text.lower())

            def holders():
                everything = pathlib.Path(self.environment["HOME"]).parent
                return {str(path.relative_to(everything)) for path in everything.rglob("*")
                        if path.is_file() and CANARY.encode() in path.read_bytes().lower()}

            self.assertEqual(len(holders()), 1, holders())
            self.assertIn("journal", holders().pop())
            command_line = pathlib.Path(f"/proc/{daemon.process.pid}/cmdline").read_text()
            limits = pathlib.Path(f"/proc/{daemon.process.pid}/limits").read_text()
            self.assertNotIn(CANARY, command_line.lower() + daemon.complaints.lower())
            self.assertRegex(limits, r"Max core file size +0 +0")
            self.ask("purge")
            self.assertEqual(holders(), set())

    def test_nobody_else_may_look_into_it(self):
        with self.daemon():
            self.dictate()
            folder = next(self.state.rglob("journal/"))
            self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
            self.assertEqual({path.stat().st_mode & 0o777 for path in folder.iterdir()}, {0o600})

    def test_switched_off_nothing_is_kept(self):
        with self.daemon("history.enabled = false\n"):
            self.dictate()
            self.assert_refused(self.run_program("retry", "1"), 1, "there is no history")
            self.assertIn("there is no history", self.ask("history"))
            self.assertEqual(list(self.state.rglob("*.audio")) + list(self.state.rglob("journal/journal")), [])


class FailingDisk(HistoryTest):
    """Live work goes on, and it is told once."""

    def test_a_home_that_can_only_be_read(self):
        blocked = self.state / "voicestand"
        blocked.parent.mkdir(parents=True, exist_ok=True)
        blocked.write_text("not a folder")
        with self.daemon() as daemon:
            self.until(lambda: self.status()["error"], "an error")
            self.assertIn("tried", self.dictate()["text"].lower())
            self.assertEqual(words(daemon.text), words(self.status()["text"]))

    def test_a_full_disk(self):
        (self.state / "voicestand").mkdir(parents=True)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", self.state / "voicestand"], stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("no small disk can be mounted here")
        try:
            with self.daemon() as daemon:
                for _ in range(2):
                    self.assertIn("tried", self.dictate()["text"].lower())
                self.assertEqual(words(daemon.text).count("tried"), 2)
        finally:
            subprocess.run(["umount", "--lazy", self.state / "voicestand"], check=True)


class Killed(X11Test):
    def setUp(self):
        super().setUp()
        self.sound = self.enterContext(pipewire_session.PipewireSession())
        self.environment = self.sound.env | {"DISPLAY": self.server.display}
        folder = pathlib.Path(self.environment["XDG_CONFIG_HOME"]) / "voicestand"
        folder.mkdir(exist_ok=True)
        (folder / "config.toml").write_text(f'recognition.model = "{MODEL}"\naudio.device = "vs.monitor"\ndictate.sounds = false\n')
        self.recording = self.folder / "spoken.wav"
        shorten(self.recording)

    def ask(self, *verb):
        result = self.run_program(*verb)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def history(self):
        return [json.loads(line) for line in self.ask("history", "--json").splitlines()]

    def recovered(self):
        """The history once everything in it has words."""
        deadline = time.monotonic() + LIMIT_S
        while None in [entry["text"] for entry in self.history()]:
            self.assertLess(time.monotonic(), deadline, "sound is not heard again")
            time.sleep(0.02)
        return self.history()

    def start(self):
        begun = time.monotonic()
        self.daemon = Daemon(self.environment)
        return time.monotonic() - begun

    def kill(self):
        self.daemon.process.kill()
        self.daemon.process.wait()
        self.daemon.process.stdout.close()
        self.daemon.process.stderr.close()

    def dictate_and_kill(self, moment_s):
        stop_s = SPOKEN_S + PLAYER_STARTS_S
        self.ask("start")
        begun = time.monotonic()
        with self.sound.play(self.recording):
            if moment_s > stop_s:
                time.sleep(max(begun + stop_s - time.monotonic(), 0))
                self.ask("stop")
            time.sleep(max(begun + moment_s - time.monotonic(), 0))
            self.kill()

    def test_at_any_moment_nothing_is_lost_and_nothing_is_typed_twice(self):
        chance = random.Random()
        window = self.window("entry")
        window.focus()
        killed = finished = typed_and_offered = 0
        starts_s = {True: [], False: []}  # by whether there is sound to be heard again
        self.start()
        self.addCleanup(self.kill)
        end = time.monotonic() + KILLS_S
        while time.monotonic() < end:
            known = len(self.history())
            window.empty()
            moment_s = chance.uniform(0.1, SPOKEN_S + 1.8)
            self.dictate_and_kill(moment_s)
            killed += 1
            typed = words(window.rest())
            has_sound = any(pathlib.Path(self.environment["XDG_STATE_HOME"]).rglob("*.audio"))
            starts_s[has_sound].append(self.start())
            entries = self.recovered()
            new = entries[:len(entries) - known]
            what = f"killed after {moment_s:.2f} s; typed {typed}; history {new}"
            self.assertLessEqual(len(new), 1, what)
            text = words(" ".join(entry["text"] for entry in new))
            for word, end_s in WORDS_END_S.items():
                self.assertLessEqual(typed.count(word), 1, what)
                if moment_s > end_s + PLAYER_STARTS_S + MAY_BE_LOST_S:
                    self.assertIn(word, text, what)
            if typed:
                finished += 1
                self.assertEqual(text[:len(typed)], typed, what)
                typed_and_offered += new[0]["outcome"] == "offered"
            self.assertEqual(words(window.rest()), typed, "nothing is typed that nobody asks for")
        fresh, recovering = (statistics.median(starts_s[kind]) if starts_s[kind] else 0 for kind in (False, True))
        print(f"{killed} kills, {finished} of them with text in the window, {typed_and_offered} of which offered once more; "
              f"start {1000 * fresh:.0f} ms, with sound to be heard again {1000 * recovering:.0f} ms", file=sys.stderr)
        self.assertLess(recovering, fresh + 0.2)


if __name__ == "__main__":
    unittest.main()
