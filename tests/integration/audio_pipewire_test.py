#!/usr/bin/env python3
"""The live audio sources against a real PipeWire: a tone goes into a null sink and is heard at its monitor.

    audio_pipewire_test.py PATH_OF_audio_capture_probe

Exit code 77 where PipeWire is not installed.
"""

import glob
import math
import os
import pathlib
import queue
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import wave

from pipewire_session import PipewireSession, missing_programs

TONE_HZ = 440.0
TONE_PEAK = 0.5
TONE_LENGTH_S = 30
PATIENCE_S = 20.0
NOTICE_LIMIT_S = 0.5  # a device that went away
PROBE = None


def write_tone(path):
    rate = 48000
    samples = (round(32767 * TONE_PEAK * math.sin(2 * math.pi * TONE_HZ * i / rate)) for i in range(rate * TONE_LENGTH_S))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<hh", sample, sample) for sample in samples))


class Probe:
    """audio_capture_probe at work; its lines come with the time they were read at."""

    def __init__(self, session, kind, device):
        self.process = subprocess.Popen([PROBE, kind, device], env=session.env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put((time.monotonic(), line.strip()))

    def expect(self, condition, what, never=()):
        """The first line that fulfils `condition`, and when it came; a line that begins with one of `never` fails."""
        seen = []
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                at, line = self.lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {what} within {PATIENCE_S:g} s; there was: {seen}") from None
            seen.append(line)
            if line.startswith(tuple(never)):
                raise AssertionError(f"{line!r} while waiting for {what}; there was: {seen}")
            if condition(line):
                return at, line

    def expect_word(self, word):
        return self.expect(lambda line: line.split()[0] == word, word)

    def expect_tone(self):
        def is_tone(line):
            word, *values = line.split()
            return word == "heard" and float(values[0]) > 0.3 * TONE_PEAK and abs(float(values[1]) - TONE_HZ) <= 10

        return self.expect(is_tone, "tone", never=("lost", "failed"))

    def expect_silence(self):
        return self.expect(lambda line: line.startswith("heard ") and float(line.split()[1]) < 0.001, "silence")

    def close(self):
        """Asks it to stop; returns its exit code."""
        self.process.stdin.close()
        try:
            return self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()


def alsa_plugin(name):
    """The path of one of ALSA's plugins; none where it is not installed."""
    folder = os.environ.get("ALSA_PLUGIN_DIR", "/usr/lib/*/alsa-lib")
    return next(iter(glob.glob(f"{folder}/libasound_module_pcm_{name}.so")), None)


class SourceTest(unittest.TestCase):
    KIND = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="vs-audio-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.tone = pathlib.Path(cls.folder.name) / "tone.wav"
        write_tone(cls.tone)
        cls.session = cls.enterClassContext(PipewireSession())

    def probe(self, device):
        probe = Probe(self.session, self.KIND, device)
        self.addCleanup(lambda: probe.process.poll() is None and probe.close())
        return probe


class PipewireSourceTest(SourceTest):
    KIND = "pipewire"

    def test_hears_a_sinks_monitor_by_name(self):
        probe = self.probe("vs.monitor")
        self.assertIn("PipeWire", probe.expect_word("started")[1])
        self.assertEqual(probe.expect_word("format")[1], "format 48000 2")
        with self.session.play(self.tone):
            probe.expect_tone()
        probe.expect_silence()
        self.assertEqual(probe.close(), 0)

    def test_hears_the_default_device(self):
        probe = self.probe("")
        with self.session.play(self.tone):
            probe.expect_tone()
        self.assertEqual(probe.close(), 0)

    def test_goes_on_after_the_server_was_restarted(self):
        probe = self.probe("vs.monitor")
        with self.session.play(self.tone):
            probe.expect_tone()
        stopped_at = time.monotonic()
        self.session.stop_server()
        noticed_at, _ = probe.expect_word("lost")
        self.assertLess(noticed_at - stopped_at, NOTICE_LIMIT_S + 0.2)
        self.session.start_server()
        probe.expect_word("restored")
        with self.session.play(self.tone):
            probe.expect_tone()
        self.assertEqual(probe.close(), 0)

    def test_goes_on_after_the_server_hung(self):
        probe = self.probe("vs.monitor")
        probe.expect_word("started")
        hung_at = time.monotonic()
        self.session.signal_server(signal.SIGSTOP)
        self.addCleanup(self.session.signal_server, signal.SIGCONT)
        noticed_at, _ = probe.expect_word("lost")
        self.assertLess(noticed_at - hung_at, NOTICE_LIMIT_S + 0.2)
        self.session.signal_server(signal.SIGCONT)
        probe.expect_word("restored")
        with self.session.play(self.tone):
            probe.expect_tone()
        self.assertEqual(probe.close(), 0)

    def test_stops_while_it_seeks_the_server(self):
        probe = self.probe("vs.monitor")
        probe.expect_word("started")
        self.session.stop_server()
        self.addCleanup(self.session.start_server)
        probe.expect_word("lost")
        self.assertEqual(probe.close(), 0)

    def test_waits_for_the_device_it_was_told_and_takes_no_other(self):
        module = self.session.add_sink("other")
        probe = self.probe("other.monitor")
        with self.session.play(self.tone, "other"):
            probe.expect_tone()
        self.session.remove_sink(module)
        probe.expect_word("lost")
        with self.session.play(self.tone, "vs"):
            module = self.session.add_sink("other")
            self.addCleanup(self.session.remove_sink, module)
            probe.expect_word("restored")
            probe.expect_silence()
        with self.session.play(self.tone, "other"):
            probe.expect_tone()
        self.assertEqual(probe.close(), 0)

    def test_follows_the_default_device(self):
        probe = self.probe("")
        probe.expect_word("started")
        module = self.session.add_sink("other")
        self.addCleanup(self.session.remove_sink, module)
        self.session.run("pactl", "set-default-source", "other.monitor")
        self.addCleanup(self.session.run, "pactl", "set-default-source", "vs.monitor")
        with self.session.play(self.tone, "other"):
            probe.expect_tone()
        self.assertEqual(probe.close(), 0)

    def test_takes_the_devices_own_channels_and_refuses_none(self):
        for channels in (1, 6, 12):
            with self.subTest(channels=channels):
                module = self.session.add_sink("odd", channels=channels)
                probe = self.probe("odd.monitor")
                form = probe.expect_word("format")[1].split()
                self.assertLessEqual(int(form[2]), 8)
                if channels <= 8:
                    self.assertEqual(int(form[2]), channels)
                with self.session.play(self.tone, "odd"):
                    probe.expect_tone()
                self.assertEqual(probe.close(), 0)
                self.session.remove_sink(module)

    def test_names_the_devices_when_there_is_none_of_that_name(self):
        probe = self.probe("nothing")
        _, line = probe.expect_word("failed")
        self.assertIn("nothing", line)
        self.assertIn("vs.monitor", line)
        self.assertEqual(probe.close(), 4)

    def test_says_so_when_there_is_no_server(self):
        self.session.stop_server()
        self.addCleanup(self.session.start_server)
        probe = self.probe("vs.monitor")
        self.assertIn("PipeWire", probe.expect_word("failed")[1])
        self.assertEqual(probe.close(), 4)


@unittest.skipUnless(alsa_plugin("pulse"), "ALSA's plugin for PulseAudio is not installed (libasound2-plugins)")
class AlsaSourceTest(SourceTest):
    KIND = "alsa"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        config = pathlib.Path(cls.folder.name) / "asound.conf"
        config.write_text(f'pcm_type.pulse {{ lib "{alsa_plugin("pulse")}" }}\n'
                          'pcm.vs { type pulse device "vs.monitor" }\n')
        cls.session.env["ALSA_CONFIG_PATH"] = str(config)

    def test_hears_a_device(self):
        probe = self.probe("vs")
        with self.session.play(self.tone):
            probe.expect_tone()
        probe.expect_silence()
        self.assertEqual(probe.close(), 0)

    def test_goes_on_after_the_device_went_away(self):
        probe = self.probe("vs")
        probe.expect_word("started")
        self.session.stop_server()
        probe.expect_word("lost")
        self.session.start_server()
        probe.expect_word("restored")
        with self.session.play(self.tone):
            probe.expect_tone()
        self.assertEqual(probe.close(), 0)


if __name__ == "__main__":
    if missing := missing_programs():
        print(f"skipped: not installed: {', '.join(missing)}")
        sys.exit(77)
    PROBE = sys.argv.pop(1)
    unittest.main(verbosity=2)
