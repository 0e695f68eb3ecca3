#!/usr/bin/env python3
"""Ten minutes of speech in transcribe: all of it becomes text, and the program and its worker, if any, stay small."""
import contextlib
import pathlib
import time
import unittest
import wave

from program import SAMPLES, ProgramTest, children_of, events, words

LIMIT_BYTES = {"native": 125_000_000, "sherpa": 350_000_000}
PROCESSES = {"native": 1, "sherpa": 2}
REPEATS = 14  # of 44 s


def peak_rss_bytes(pid):
    with contextlib.suppress(OSError, StopIteration):
        status = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in status if line.startswith("VmHWM:")).split()[1]) * 1024
    return 0


class LongRecording(ProgramTest):
    def test_natively(self):
        self.memory_stays_bounded("native")

    def test_with_a_worker(self):
        self.memory_stays_bounded("sherpa")

    def memory_stays_bounded(self, engine):
        path = self.folder / "long.wav"
        with wave.open(str(SAMPLES / "two_cities.wav")) as source, wave.open(str(path), "wb") as out:
            out.setparams(source.getparams())
            frames = source.readframes(source.getnframes())
            for _ in range(REPEATS):
                out.writeframes(frames)
        peaks = {}
        with open(self.folder / "out.json", "w+") as out, self.started("transcribe", "--engine", engine, "--format", "json", path, stdout=out) as process:
            while process.poll() is None:
                for pid in (process.pid, *children_of(process.pid)):
                    peaks[pid] = max(peaks.get(pid, 0), peak_rss_bytes(pid))
                time.sleep(0.02)
            self.assertEqual(process.returncode, 0)
            out.seek(0)
            line = events(out.read())[0]
        together = sum(peaks.values())
        print(f"{line['audio_s']:.0f} s of audio decoded in {line['decode_s']:.1f} s; peak {together / 1e6:.0f} MB in {len(peaks)} processes")
        self.assertEqual(len(peaks), PROCESSES[engine])
        self.assertLess(together, LIMIT_BYTES[engine])
        self.assertEqual(" ".join(words(line["text"])).count("it was the best of times"), REPEATS)


if __name__ == "__main__":
    unittest.main()
