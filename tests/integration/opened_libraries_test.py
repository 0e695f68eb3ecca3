#!/usr/bin/env python3
"""Without the libraries that are opened when they are needed, all goes on that does not need them; the rest says so."""
import unittest

from program import SAMPLES, SANITIZED, ProgramTest, events, of_type, tone

LIBRARIES = {
    "libasound.so.2": "alsa-lib",
    "libcrypto.so.3": "libssl3",
    "libcurl.so.4": "libcurl",
    "libpipewire-0.3.so.0": "pipewire-libs",
    "libsndfile.so.1": "libsndfile1",
    "libsystemd.so.0": "libsystemd0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwebsockets.so.17": "libwebsockets17",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
}


@unittest.skipIf(SANITIZED, "a sanitizer's own libraries need some of these")
class WithoutLibraries(ProgramTest):
    def setUp(self):
        super().setUp()
        stand_ins = self.folder / "stand-ins"
        stand_ins.mkdir()
        for name in LIBRARIES:
            (stand_ins / name).write_text("not a library")
        self.environment["LD_LIBRARY_PATH"] = str(stand_ins)

    def assert_missing(self, result, library):
        self.assert_refused(result, 4, library, LIBRARIES[library])

    def test_a_file_is_listened_to(self):
        path = self.write_wav("tone.wav", tone(1))
        result = self.run_program("listen", "--no-asr", "--json", "--pace", "fast", "--input", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertAlmostEqual(of_type(events(result.stdout), "summary")[0]["audio_s"], 1, places=1)

    def test_a_recording_becomes_text(self):
        result = self.run_program("transcribe", "--model", "moonshine-tiny-en", SAMPLES / "beckett.wav")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("failed", result.stdout.lower())

    def test_no_model_is_called_damaged(self):
        self.assert_missing(self.run_program("models", "verify"), "libcrypto.so.3")
        self.assert_missing(self.run_program("models", "verify", "silero-vad"), "libcrypto.so.3")

    def test_nothing_is_downloaded(self):
        self.assert_missing(self.run_program("models", "pull", "silero-vad"), "libcrypto.so.3")

    def test_microphones(self):
        self.assert_missing(self.run_program("listen", "--input", "pipewire"), "libpipewire-0.3.so.0")
        self.assert_missing(self.run_program("listen", "--input", "alsa"), "libasound.so.2")

    def test_nobody_looks_on(self):
        self.assert_missing(self.run_program("listen", "--http", "127.0.0.1:0", "--input", SAMPLES / "beckett.wav"), "libwebsockets.so.17")

    def test_typing_and_hot_keys(self):
        self.assert_missing(self.run_program("type", "--backend", "x11", "text"), "libxcb.so.1")
        self.assert_missing(self.run_program("keys"), "libxcb.so.1")
        self.assertEqual(self.run_program("type", "text").stdout, "text", "to standard output")

    def test_nothing_is_typed(self):
        self.environment["WAYLAND_DISPLAY"] = "wayland-0"
        self.assert_missing(self.run_program("type", "--backend", "virtual-keyboard", "a"), "libwayland-client.so.0")

    def test_what_is_no_audio_is_still_that(self):
        path = self.folder / "text.wav"
        path.write_text("All happy families are alike.\n")
        result = self.run_program("transcribe", path)
        self.assertEqual(result.returncode, 3, result.stderr)

    def test_the_doctor_names_them_all(self):
        result = self.run_program("doctor")
        for library, package in LIBRARIES.items():
            self.assertIn(library, result.stdout)
            self.assertIn(package, result.stdout)


if __name__ == "__main__":
    unittest.main()
