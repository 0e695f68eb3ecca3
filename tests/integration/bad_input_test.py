#!/usr/bin/env python3
"""What happens when something is wrong with what the program is given: a clear line, the right exit code, no remains."""
import os
import shutil
import signal
import struct
import subprocess
import time
import unittest

from program import MODEL, MODELS, SAMPLES, SANITIZED, ProgramTest, children_of, events, exists, float_wav, of_type


def signal_when_working(process, number):
    """Sends the signal once the program has said its first line, so that it is in the middle of its work."""
    process.stdout.readline()
    children = children_of(process.pid)
    process.send_signal(number)
    return children


class BadFiles(ProgramTest):
    def transcribe(self, *arguments, **options):
        return self.run_program("transcribe", "--model", MODEL, *arguments, **options)

    def test_missing(self):
        self.assert_refused(self.transcribe(self.folder / "none.wav"), 3, "none.wav")

    def test_a_folder(self):
        self.assert_refused(self.transcribe(self.folder), 3)

    def test_empty(self):
        path = self.folder / "empty.wav"
        path.touch()
        self.assert_refused(self.transcribe(path), 3, "empty.wav")

    def test_no_audio(self):
        path = self.folder / "letter.txt"
        path.write_text("Dear reader,\n" * 100)
        self.assert_refused(self.transcribe(path), 3, "letter.txt")

    def test_cut_off_in_the_header(self):
        path = self.folder / "cut.wav"
        path.write_bytes((SAMPLES / "beckett.wav").read_bytes()[:30])
        self.assert_refused(self.transcribe(path), 3, "cut.wav")

    def test_cut_off_in_the_middle_gives_what_is_there(self):
        path = self.folder / "half.wav"
        whole = (SAMPLES / "beckett.wav").read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        result = self.transcribe(path)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("ever", result.stdout.lower())

    def test_a_vocabulary_for_an_engine_that_takes_none_is_remarked_on(self):
        config = self.home / ".config" / "voicestand" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text("[vocabulary]\nwords = ['Beckett']\n")
        for engine, remarks in (("sherpa", 1), ("native", 0)):
            result = self.transcribe("--engine", engine, SAMPLES / "beckett.wav", SAMPLES / "two_cities.wav")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(result.stderr.count("[vocabulary] has no effect"), remarks, result.stderr)
            self.assertIn("ever", result.stdout.lower())

    def test_zero_channels(self):
        path = self.folder / "none.wav"
        path.write_bytes(struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + 64, b"WAVE", b"fmt ", 16, 1, 0, 16000, 0, 0, 16, b"data", 64) + bytes(64))
        self.assert_refused(self.transcribe(path), 3, "none.wav")

    def test_not_a_number(self):
        self.assert_refused(self.transcribe(float_wav(self.folder / "nan.wav", [float("nan")] * 16000)), 3, "nan.wav")

    def test_one_sample_has_no_text(self):
        result = self.transcribe(self.write_wav("one.wav", [1000]))
        self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)

    def test_no_samples_has_no_text(self):
        result = self.transcribe(self.write_wav("zero.wav", []))
        self.assertIn(result.returncode, (0, 3), result.stderr)
        self.assertEqual(result.stdout, "")

    def test_silence_has_no_text(self):
        result = self.transcribe("--format", "json", self.write_wav("silence.wav", [0] * 160000))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(events(result.stdout)[0]["text"], "")

    @unittest.skipIf(SANITIZED, "three hours take too long under a sanitizer; the ordinary build reads them")
    def test_three_hours(self):
        path = self.folder / "long.wav"
        frames = 3 * 3600 * 8000
        with open(path, "wb") as out:  # 8 bits, 8 kHz; the zeros of a sparse file would be full-scale: silence is 128
            out.write(struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + frames, b"WAVE", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8, b"data", frames))
            for _ in range(frames // 1_000_000):
                out.write(b"\x80" * 1_000_000)
            out.write(b"\x80" * (frames % 1_000_000))
        result = self.run_program("transcribe", "--model", MODEL, "--format", "json", path, timeout=600)
        self.assertEqual(result.returncode, 0, result.stderr)
        line = events(result.stdout)[0]
        self.assertEqual(line["text"], "")
        self.assertAlmostEqual(line["audio_s"], 3 * 3600, delta=0.1)

    def test_a_refused_file_does_not_stop_the_others(self):
        result = self.transcribe("--format", "json", self.folder / "none.wav", SAMPLES / "beckett.wav")
        self.assertEqual(result.returncode, 3)
        self.assertEqual([line["file"] for line in events(result.stdout)], [str(SAMPLES / "beckett.wav")])


class BadModels(ProgramTest):
    def broken_model(self, damage):
        folder = self.home / ".local/share/voicestand/models" / MODEL
        shutil.copytree(MODELS / MODEL, folder)
        damage(folder)
        return self.run_program("transcribe", "--model", MODEL, SAMPLES / "beckett.wav")

    def test_truncated(self):
        result = self.broken_model(lambda folder: os.truncate(folder / "encoder_model.onnx", 1_000_000))
        self.assert_refused(result, 3, "encoder_model.onnx")

    def test_replaced_by_something_else(self):
        result = self.broken_model(lambda folder: (folder / "decoder_model_merged.onnx").write_bytes(b"hello" * 1000))
        self.assert_refused(result, 3, "decoder_model_merged.onnx")

    def test_overwritten_in_place(self):
        def damage(folder):
            with open(folder / "encoder_model.onnx", "r+b") as model:
                model.write(b"hello" * 1000)

        self.assert_refused(self.broken_model(damage), 3, "encoder_model.onnx")

    def test_unknown(self):
        self.assert_refused(self.run_program("transcribe", "--model", "moonshine-bse-en", SAMPLES / "beckett.wav"), 3, "moonshine-base-en")


class BadDevices(ProgramTest):
    def test_no_server(self):
        self.assert_refused(self.run_program("listen", "--input", "pipewire", "--no-asr"), 4)

    def test_unknown_alsa_device(self):
        result = self.run_program("listen", "--input", "alsa", "--device", "no-such-device", "--no-asr")
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("no-such-device", result.stderr)

    def test_a_file_that_is_missing(self):
        self.assert_refused(self.run_program("listen", "--input", self.folder / "none.wav", "--no-asr"), 3, "none.wav")


class BadCommandLines(ProgramTest):
    def test_usage(self):
        for arguments in (["listne"], ["transcribe"], ["listen", "--pace", "slow"], ["transcribe", "--format", "doc", "x.wav"], []):
            with self.subTest(arguments):
                self.assert_refused(self.run_program(*arguments), 2, "--help")

    def test_bad_configuration(self):
        folder = self.home / ".config/voicestand"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text("[segmentation]\nendpoint_puase_ms = 400\n")
        result = self.run_program("transcribe", "--model", MODEL, SAMPLES / "beckett.wav")
        self.assertEqual(result.returncode, 3)
        self.assertIn("config.toml:2", result.stderr)
        self.assertIn("endpoint_pause_ms", result.stderr)


class BrokenOutput(ProgramTest):
    def test_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", disk], stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("a disk that is full needs the right to mount one")
        self.addCleanup(subprocess.run, ["umount", disk])
        (disk / "filler").write_bytes(b"x" * 4096)
        result = self.run_program("transcribe", "--model", MODEL, "--output", disk, SAMPLES / "beckett.wav")
        self.assert_refused(result, 1, "full")
        self.assertEqual([entry.name for entry in disk.iterdir()], ["filler"], "nothing half-written stays")

    def test_full_standard_output(self):
        with open("/dev/full", "w") as full:
            result = self.run_program("transcribe", "--model", MODEL, SAMPLES / "beckett.wav", stdout=full)
        self.assertEqual(result.returncode, 1)
        self.assertIn("full", result.stderr)

    def test_the_reader_goes_away(self):
        with self.started("listen", "--input", SAMPLES / "two_cities.wav", "--model", MODEL, "--engine", "sherpa", "--json") as process:
            process.stdout.readline()
            children = children_of(process.pid)
            process.stdout.close()
            self.assertEqual(process.wait(timeout=30), 1)
            self.assertIn("voicestand: ", process.stderr.read())
            self.assertFalse(any(map(exists, children)), "the worker is gone as well")


class Signals(ProgramTest):
    def interrupt(self, number, engine):
        with self.started("listen", "--input", SAMPLES / "two_cities.wav", "--model", MODEL, "--engine", engine, "--json") as process:
            children = signal_when_working(process, number)
            self.assertEqual(bool(children), engine == "sherpa", "the worker runs where there is one")
            out, _ = process.communicate(timeout=30)
            self.assertEqual(process.returncode, 130)
            self.assertEqual(of_type(events(out), "summary")[0]["type"], "summary", "it ends in order")
            self.assertFalse(any(map(exists, children)), "the worker is gone as well")

    def test_interrupt(self):
        for engine in ("native", "sherpa"):
            self.interrupt(signal.SIGINT, engine)

    def test_terminate(self):
        for engine in ("native", "sherpa"):
            self.interrupt(signal.SIGTERM, engine)

    def test_transcribe_is_interrupted_without_remains(self):
        output = self.folder / "out"
        with self.started("transcribe", "--model", MODEL, "--engine", "sherpa", "--output", output, SAMPLES / "two_cities.wav") as process:
            deadline = time.monotonic() + 30
            while not children_of(process.pid) and time.monotonic() < deadline:
                time.sleep(0.01)
            children = children_of(process.pid)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(timeout=30), 130)
            self.assertEqual(list(output.iterdir()), [])
            self.assertFalse(any(map(exists, children)))


if __name__ == "__main__":
    unittest.main()
