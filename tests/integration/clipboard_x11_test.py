#!/usr/bin/env python3
"""The clipboard under X11: a text that is offered, what was there before, and owners that are no good."""
import os
import pathlib
import random
import re
import signal
import subprocess
import time
import unittest

import x11_session
from typing_corpus import TEXTS
from x11_session import GTK_PYTHON, HERE, LIMIT_S, PROBE, X11Test

CLIPBOARD = pathlib.Path(PROBE).with_name("clipboard_probe")
PICTURE = random.Random(1).randbytes(3_000_000)
HTML = "<b>größer</b>".encode()
SENSITIVE = "x-kde-passwordManagerHint"
MIXED = "Zwölf Boxkämpfer, 中文, 👍 and more."
SAVING_S = 5  # what an owner may cost at most


class Clipboard(X11Test):
    def start(self, *command, **options):
        process = subprocess.Popen([*map(str, command)], env=self.environment | self.server.environment, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True, **options)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        process.stdin.close()
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        process.wait()
        process.stdout.close()

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def copy(self, content, kind="UTF8_STRING", selection="clipboard"):
        """By xclip, which stays in the foreground to be stopped and killed."""
        process = self.start("xclip", "-quiet", "-selection", selection, "-target", kind, "-in", self.file("copied", content), stderr=subprocess.DEVNULL)
        x11_session.until(lambda: kind in self.kinds(selection), "what was copied")
        return process

    def pasted(self, kind="UTF8_STRING", selection="clipboard"):
        return subprocess.run(["xclip", "-selection", selection, "-target", kind, "-out"], env=self.server.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=LIMIT_S).stdout

    def kinds(self, selection="clipboard"):
        return self.pasted("TARGETS", selection).decode().split()

    def offer(self, text=MIXED, *arguments):
        probe = self.start(CLIPBOARD, text, *arguments)
        self.assertEqual(probe.stdout.readline(), "offered\n")
        return probe

    def restore(self, probe):
        probe.stdin.write("\n")
        probe.stdin.flush()
        self.assertEqual(probe.stdout.readline(), "restored\n")

    def test_a_text_is_offered_and_all_formats_come_back(self):
        contents = {"text/html": HTML, "UTF8_STRING": "größer".encode(), "image/png": PICTURE}
        owner = self.start(GTK_PYTHON, HERE / "clipboard_owner.py",
                           *(f"{kind}={self.file(str(number), content)}" for number, (kind, content) in enumerate(contents.items())))
        self.assertEqual(owner.stdout.readline(), "copied\n")
        before = self.kinds()
        for secret in (False, True):
            probe = self.offer(MIXED, *(["secret"] if secret else []))
            self.assertEqual(self.pasted().decode(), MIXED)
            self.assertEqual(SENSITIVE in self.kinds(), secret)
            self.assertNotIn("STRING", self.kinds(), "it is not Latin-1")
            self.restore(probe)
            self.assertNotIn(SENSITIVE, self.kinds())
            self.assertLessEqual(set(contents), set(self.kinds()))
            self.assertLessEqual(set(self.kinds()), set(before))
            for kind, content in contents.items():
                self.assertEqual(self.pasted(kind), content, kind)
            if not secret:
                owner = self.start(GTK_PYTHON, HERE / "clipboard_owner.py",
                                   *(f"{kind}={self.folder / str(number)}" for number, kind in enumerate(contents)))
                self.assertEqual(owner.stdout.readline(), "copied\n")

    def test_a_picture_of_one_program_is_given_to_another(self):
        self.copy(PICTURE, "image/png")
        probe = self.offer("plain")
        self.assertEqual((self.pasted(), self.pasted("STRING")), (b"plain", b"plain"))
        self.restore(probe)
        self.assertEqual(self.pasted("image/png"), PICTURE)

    def test_what_another_program_offers_next_is_that_ones(self):
        probe = self.offer()
        self.copy(b"newer")
        self.assertEqual(self.pasted(), b"newer")
        self.end(probe)
        self.assertEqual(self.pasted(), b"newer")

    def staying(self):
        """Probes that have left something there."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "cmdline").read_bytes().startswith(str(CLIPBOARD).encode() + b"\0"):
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def test_what_was_there_stays_when_the_program_ends(self):
        owner = self.copy(PICTURE, "image/png")
        probe = self.offer()
        self.restore(probe)
        self.end(owner)
        probe.stdin.write("\n")
        probe.stdin.flush()
        self.assertEqual(probe.wait(LIMIT_S), 0)
        [staying] = self.staying()
        self.assertEqual(self.pasted("image/png"), PICTURE)
        # What the program had open ends with it: the reading ends of our pipes see that.
        self.assertEqual(probe.stdout.read(), "")
        open_there = [os.readlink(entry) for entry in pathlib.Path(f"/proc/{staying}/fd").iterdir()]
        self.assertEqual(sorted(re.sub(r"[:0-9\[\]]+", "", each) for each in open_there),
                         ["/dev/null", "/dev/null", "/dev/null", "anon_inodeeventfd", "socket"], open_there)
        self.copy(b"newer")
        x11_session.until(lambda: not self.staying(), "its end")
        self.assertEqual(self.pasted(), b"newer")

    def check_pasting(self, kind, selection, names):
        """By the window's own keys; what was there comes back, and stays when the program has ended."""
        window = self.window(kind)
        window.focus()
        self.copy(PICTURE, "image/png", selection)
        for name in names:
            result = self.run_program("type", "--backend", "clipboard", "--", TEXTS[name])
            self.assertEqual((result.returncode, result.stderr), (0, ""), name)
            self.assertEqual(window.wait_for(TEXTS[name]), TEXTS[name], name)
            window.empty()
            self.assertEqual(self.pasted("image/png", selection), PICTURE, "the picture that was there")
        self.copy(b"newer", "UTF8_STRING", selection)

    def test_pasting_into_an_entry(self):
        self.check_pasting("entry", "clipboard", ("german", "emoji", "arabic", "long"))

    def test_pasting_into_xterm(self):
        self.check_pasting("terminal", "primary", ("german", "chinese", "long"))

    def test_pasting_with_another_layout(self):
        self.server.layout("ru")  # which has no v
        self.check_pasting("entry", "clipboard", ("german",))

    def test_nothing_is_pasted_where_nothing_has_the_keyboard(self):
        self.copy(PICTURE, "image/png")
        result = self.run_program("type", "--backend", "clipboard", "lost")
        self.assert_refused(result, 1, "no window has the keyboard")
        self.assertEqual(self.pasted("image/png"), PICTURE)

    def check_costs_no_more(self):
        begun = time.monotonic()
        probe = self.offer()
        self.assertLess(time.monotonic() - begun, SAVING_S)
        self.assertEqual(self.pasted().decode(), MIXED)
        self.restore(probe)

    def test_an_owner_that_never_answers(self):
        os.kill(self.copy(b"unheard").pid, signal.SIGSTOP)
        self.check_costs_no_more()

    def test_an_owner_that_has_died(self):
        owner = self.copy(PICTURE, "image/png")
        owner.kill()
        owner.wait()
        self.check_costs_no_more()

    def test_an_owner_that_gives_too_much(self):
        self.copy(bytes(100_000_000), "image/png")
        self.check_costs_no_more()

    def test_a_reader_that_stops_in_the_middle_holds_nobody_up(self):
        self.copy(PICTURE, "image/png")
        probe = self.offer()
        self.restore(probe)
        reader = subprocess.Popen(["xclip", "-selection", "clipboard", "-target", "image/png", "-out"], env=self.server.environment,
                                  stdout=subprocess.PIPE)
        try:
            reader.stdout.read(1)  # the pipe is full soon, and it reads no further
            reader.send_signal(signal.SIGSTOP)
            self.assertEqual(self.pasted("image/png"), PICTURE)
        finally:
            reader.kill()
            reader.wait()
            reader.stdout.close()
        self.assertEqual(self.pasted("image/png"), PICTURE)


if __name__ == "__main__":
    if missing := x11_session.missing():
        print(f"skipped: not installed: {', '.join(missing)}")
        raise SystemExit(77)
    unittest.main()
