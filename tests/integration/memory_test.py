#!/usr/bin/env python3
"""What the program carries while it only listens."""
import contextlib
import pathlib
import re
import time
import unittest

from program import ProgramTest

MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ (?P<inode>\d+) *(?P<name>.*)$")
EVERYONES = re.compile(r"/(ld-linux|libc\.so|libc-\d)")  # no process is without these
LIMIT_KIB = 5 * 1024


def carried_kib(pid):
    """By mapping, what would be free without the process if nobody else had its files mapped: the pages of its files as
    if they were its own, its other pages, and the rings, which it maps twice, once."""
    carried = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if mapping := MAPPING.match(line):
            name = mapping["name"] or "[anonymous]"
        elif line.startswith("Rss:") and not EVERYONES.search(name) and not name.startswith("[v"):
            share = 0.5 if name.startswith("/memfd:voicestand-ring") else 1
            carried[name] = carried.get(name, 0) + share * int(line.split()[1])
    return {name: kib for name, kib in carried.items() if kib}


class Memory(ProgramTest):
    @staticmethod
    def read_up_to(pid, path):
        """How far into the file the process has read, in bytes."""
        positions = [0]
        for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if descriptor.readlink() == path:
                    text = pathlib.Path(f"/proc/{pid}/fdinfo/{descriptor.name}").read_text()
                    positions.append(int(re.search(r"^pos:\s*(\d+)", text, re.MULTILINE)[1]))
        return max(positions)

    def test_listening_without_recognition(self):
        silence = self.write_wav("silence.wav", [0] * 16000 * 30)
        with self.started("listen", "--no-asr", "--json", "--pace", "realtime", "--input", silence) as process:
            # After 4 s of audio whatever happens once has happened.
            deadline = time.monotonic() + 30
            while self.read_up_to(process.pid, silence) < 4 * 2 * 16000:
                self.assertIsNone(process.poll(), "it ended early")
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
            carried = carried_kib(process.pid)
        self.assertGreater(carried["[heap]"], 100, "nothing was measured")
        table = "\n".join(f"{kib:7.0f} {name}" for name, kib in sorted(carried.items(), key=lambda item: -item[1]))
        print(f"{table}\n{sum(carried.values()):7.0f} KiB in all")
        self.assertLess(sum(carried.values()), LIMIT_KIB)


if __name__ == "__main__":
    unittest.main()
