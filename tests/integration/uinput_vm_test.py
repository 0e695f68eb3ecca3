#!/usr/bin/env python3
"""Typing by /dev/uinput and hot-keys by /dev/input, in a kernel that the test brings along: no computer that runs tests needs either."""
import os
import pathlib
import sys
import tempfile
import unittest

import kernel_vm
from program import PROGRAM
from typing_corpus import LINES, TEXTS

PROBE = os.environ.get("VOICESTAND_UINPUT_PROBE", "")
LAYOUTS = ("us", "de", "fr")
MODULES = ("evdev", "uinput")
# What stands on the keys of each besides ASCII, and what of that is only there as a dead key.
FURTHER = {"us": "", "de": "äöüßÄÖÜẞ€§°²³µ", "fr": "éèçàù€£§µ²"}
DEAD = {"us": "", "de": "^`", "fr": "^"}


def corpus(layout):
    """All texts, without the characters that the layout does not have."""
    may_be = {chr(code) for code in range(0x20, 0x7F)} | set("\n\t" + FURTHER[layout])
    return "\n".join("".join(c for c in text if c in may_be - set(DEAD[layout])) for text in (*TEXTS.values(), LINES))


class UinputTest(unittest.TestCase):
    def test_in_a_kernel_of_its_own(self):
        with tempfile.TemporaryDirectory(prefix="voicestand-test-") as name:
            folder = pathlib.Path(name)
            kernel = kernel_vm.Kernel.installed(MODULES) or kernel_vm.Kernel.fetched(MODULES, folder)
            if kernel is None:
                self.skipTest("no kernel with evdev and uinput: Debian's linux-image-amd64 would do")
            said = kernel_vm.run(kernel, self.files(kernel), folder, timeout=240)
        for line in said.splitlines():
            if line.startswith("measured "):
                print(line)
        results = [line for line in said.splitlines() if line.startswith(("ok ", "failed "))]
        for line in results:
            with self.subTest(line.partition(":")[0].partition(" ")[2]):
                self.assertTrue(line.startswith("ok "), line)
        self.assertIn("\ndone\n", said, said[-2000:])
        self.assertGreater(len(results), 20)

    def files(self, kernel):
        files = kernel_vm.FileSystem()
        files.console()
        for folder in ("proc", "sys", "tmp", "root", "etc/default"):
            files.folder(folder)
        files.program("/init", PROBE)
        files.program("/bin/voicestand", PROGRAM)
        files.tree("/usr/share/X11/xkb")
        for name, content in kernel.modules.items():
            files.file(f"/modules/{name}.ko", content)
        for layout in LAYOUTS:
            files.file(f"/corpus/{layout}", corpus(layout).encode())
        return files


if __name__ == "__main__":
    why = kernel_vm.lacking()
    if why is None and not pathlib.Path("/usr/share/X11/xkb/rules/evdev").exists():
        why = "xkb-data is missing"
    if why:
        print(f"skipped: {why}")
        sys.exit(77)
    result = unittest.main(exit=False).result
    sys.exit(77 if result.skipped else not result.wasSuccessful())
