#!/usr/bin/env python3
"""Half an hour of speech, twenty times faster than it is spoken: nothing grows, nothing is left behind, nothing is lost."""
import itertools
import json
import pathlib
import re
import statistics
import time
import unittest
import wave

from program import MODEL, SAMPLES, ProgramTest, events, of_type

RECORDING = SAMPLES / "two_cities.wav"
HALF_AN_HOUR_S = 30 * 60
SPEED = 20
WARM_UP_S = 10 * 60  # of audio: every buffer has met its longest segment
MIB_PER_HOUR = 0.1


class Soak(ProgramTest):
    def long_recording(self):
        """The recording over and over, with pauses of a second; its length in frames."""
        path = self.folder / "long.wav"
        with wave.open(str(RECORDING)) as source, wave.open(str(path), "wb") as out:
            out.setparams(source.getparams())
            rate = source.getframerate()
            once = source.readframes(source.getnframes()) + bytes(rate * source.getsampwidth() * source.getnchannels())
            frames = len(once) // source.getsampwidth() // source.getnchannels()
            times = HALF_AN_HOUR_S * rate // frames + 1
            for _ in range(times):
                out.writeframesraw(once)
        return path, times * frames, rate, times

    @staticmethod
    def state(pid, path):
        """How far into the file the process has read, its resident memory in KiB, threads and descriptors."""
        process = pathlib.Path(f"/proc/{pid}")
        position = 0
        descriptors = list((process / "fd").iterdir())
        for descriptor in descriptors:
            if descriptor.readlink() == path:
                text = (process / "fdinfo" / descriptor.name).read_text()
                position = max(position, int(re.search(r"^pos:\s*(\d+)", text, re.MULTILINE)[1]))
        threads = re.search(r"^Threads:\s*(\d+)", (process / "status").read_text(), re.MULTILINE)
        resident = re.search(r"^Rss:\s*(\d+)", (process / "smaps_rollup").read_text(), re.MULTILINE)  # exact; VmRSS is not
        return position, int(resident[1]), int(threads[1]), len(descriptors)

    def test_half_an_hour(self):
        path, frames, rate, times = self.long_recording()
        bytes_a_second = path.stat().st_size / (frames / rate)
        states = []
        output = self.folder / "events.jsonl"
        begin = time.monotonic()
        with open(output, "w") as out, self.started("listen", "--json", "--pace", "fast", "--model", MODEL, "--input", path,
                                                    stdout=out) as process:
            while process.poll() is None:
                try:
                    position, *rest = self.state(process.pid, path)
                except (OSError, TypeError):
                    continue  # it is ending
                if position:
                    states.append((position / bytes_a_second, *rest))
                time.sleep(0.2)
            self.assertEqual(process.returncode, 0)
        took = time.monotonic() - begin
        happened = events(output.read_text())
        summary = happened[-1]
        print(json.dumps(summary))
        self.assertGreater(summary["audio_s"] / took, SPEED, f"{took:.0f} s")

        self.assertAlmostEqual(summary["audio_s"], frames / rate, delta=0.01, msg="every frame came through")
        self.assertEqual((summary["dropped_frames"], summary["overruns"]), (0, 0))
        self.assertEqual(summary["realtime_allocations"] or 0, 0)
        words = sum(len(final["text"].split()) for final in of_type(happened, "final")) / times
        self.assertGreater(words, 90, "each time all of it was heard")

        warm = [state for state in states if WARM_UP_S < state[0] < HALF_AN_HOUR_S]
        self.assertGreater(len(warm), 20)
        # The median of all slopes between two states (Theil and Sen): a page touched for the first time is no trend.
        slope = statistics.median((b[1] - a[1]) / 1024 / ((b[0] - a[0]) / 3600) for a, b in itertools.combinations(warm, 2) if b[0] > a[0])
        print(f"{took:.0f} s; resident {warm[0][1] / 1024:.1f} to {warm[-1][1] / 1024:.1f} MiB, "
              f"most {max(state[1] for state in warm) / 1024:.1f}, {slope:+.2f} MiB an hour of audio")
        self.assertLessEqual(slope, MIB_PER_HOUR)
        self.assertEqual(len({state[2] for state in warm}), 1, "threads")
        self.assertEqual(len({state[3] for state in warm}), 1, "descriptors")


if __name__ == "__main__":
    unittest.main()
