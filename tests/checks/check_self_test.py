#!/usr/bin/env python3
"""Shows each check in tools/ a small tree that it must object to, and one that it must not."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CLEAN = '#pragma once\n\nnamespace voicestand {\ninline int answer() {\n  return 42;\n}\n}  // namespace voicestand\n'


class Check(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, content):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def run_check(self, name, *arguments):
        command = [sys.executable, ROOT / "tools" / f"check_{name}.py", "--root", self.root, *arguments]
        result = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(result.stderr, "")
        return result

    def assert_clean(self, name, *arguments):
        result = self.run_check(name, *arguments)
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def assert_caught(self, expected, name, *arguments):
        result = self.run_check(name, *arguments)
        self.assertEqual(result.returncode, 1)
        self.assertIn(expected, result.stdout)


class Layers(Check):
    def setUp(self):
        super().setUp()
        self.write("layers.toml", (ROOT / "layers.toml").read_text())

    def test_allowed(self):
        self.write("src/voicestand/rt/a.h", '#include <atomic>\n#include <unistd.h>\n#include "voicestand/base/b.h"\n#include "voicestand/rt/c.h"\n')
        self.write("src/voicestand/pipeline/a.cpp", '#include "voicestand/speech/recognizer.h"\n')
        self.write("src/voicestand/lib/curl/a.cpp", '#include <curl/curl.h>\n#include "voicestand/lib/posix/unique_fd.h"\n')
        self.write("src/voicestand/rt/a_test.cpp", '#include <gtest/gtest.h>\n')
        self.write("src/voicestand/rt/a_test_folder.h", '#include <gtest/gtest.h>\n')
        self.write("apps/voicestand/main.cpp", '#include <fmt/format.h>\n#include "command.h"\n#include "voicestand/service/a.h"\n')
        self.assert_clean("layers")

    def test_forbidden(self):
        for module, line in {
            "base": '#include "voicestand/rt/a.h"',
            "audio": '#include "voicestand/speech/recognizer.h"',
            "pipeline": '#include "voicestand/audio/pipewire_source.h"',
            "dsp": '#  include <unistd.h>',
            "speech": '#include <nlohmann/json.hpp>',
            "telemetry": '#include <sndfile.h>',
            "text": '#include "join.h"',
            "rt": '#include "voicestand/rt/../audio/audio_source.h"',
            "nn": '#include VS_HEADER',
            "lib/curl": '#include "voicestand/lib/openssl/digest.h"',
            "drawer": '#include <vector>',
        }.items():
            with self.subTest(module=module):
                path = f"src/voicestand/{module}/bad.h"
                self.write(path, f"// first line\n{line}\n")
                self.assert_caught(path, "layers")
                (self.root / path).unlink()
        reading = '#include "voicestand/lib/sndfile/reader.h"\n'
        self.write("src/voicestand/nn/good_test.cpp", reading)
        self.assert_clean("layers")
        self.write("src/voicestand/nn/bad.cpp", reading)
        self.assert_caught("src/voicestand/nn/bad.cpp", "layers")


class Format(Check):
    def test_both(self):
        self.write(".clang-format", (ROOT / ".clang-format").read_text())
        self.write("src/good.h", CLEAN)
        self.assert_clean("format")
        self.write("src/bad.h", CLEAN.replace("  return", " return"))
        self.assert_caught("src/bad.h", "format")


class RtUnsafe(Check):
    USE = 'void f() {\n  VS_RT_UNSAFE_BEGIN("a reason that is long enough")\n  VS_RT_UNSAFE_END\n}\n// VS_RT_UNSAFE_BEGIN("x")\n'

    def test_both(self):
        self.write("src/a.cpp", self.USE)
        self.write("tools/rt_unsafe_baseline.txt", "1\n")
        self.assert_clean("rt_unsafe")
        self.write("src/b.cpp", self.USE)
        self.assert_caught("src/b.cpp:2", "rt_unsafe")
        self.write("tools/rt_unsafe_baseline.txt", "3\n")
        self.assert_caught("lower", "rt_unsafe")

    def test_other_ways_round(self):
        self.write("tools/rt_unsafe_baseline.txt", "0\n")
        self.write("src/a.cpp", '#pragma clang diagnostic ignored "-Wfunction-effects"\n')
        self.assert_caught("src/a.cpp", "rt_unsafe")


class IsaSymbols(Check):
    def archive(self, source):
        """A library of one object, gain_avx2.cpp.o."""
        self.write("gain_avx2.cpp", source)
        subprocess.run(["c++", "-c", self.root / "gain_avx2.cpp", "-o", self.root / "gain_avx2.cpp.o"], check=True)
        archive = self.root / "libkernels.a"
        archive.unlink(missing_ok=True)
        subprocess.run(["ar", "rc", archive, self.root / "gain_avx2.cpp.o"], check=True)
        return archive

    def run_check(self, name, *arguments):
        return subprocess.run([sys.executable, ROOT / "tools" / f"check_{name}.py", *arguments], capture_output=True, text=True)

    def test_both(self):
        table = "namespace voicestand::simd { extern int (*const kGainAvx2)(); int (*const kGainAvx2)() = apply; }\n"
        self.assert_clean("isa_symbols", self.archive("static int apply() { return 1; }\n" + table))
        for source, expected in {
            "static int apply() { return 1; }\n": "0 tables",
            "int apply() { return 1; }\n" + table: "apply()",
            "inline int apply() { return 1; }\n" + table: "apply()",
            "template <int N> int more() { return N; }\nstatic int apply() { return more<1>(); }\n" + table: "more<1>()",
        }.items():
            with self.subTest(source):
                self.assert_caught(expected, "isa_symbols", self.archive(source))


class LinkedLibraries(Check):
    def program(self, *options):
        self.write("a.cpp", "int main() {}\n")
        subprocess.run(["g++", self.root / "a.cpp", "-o", self.root / "a", *options], check=True)
        return self.root / "a"

    def run_check(self, name, *arguments):
        return subprocess.run([sys.executable, ROOT / "tools" / f"check_{name}.py", *arguments], capture_output=True, text=True)

    def test_both(self):
        self.assert_clean("linked_libraries", self.program())
        self.assert_caught("libresolv.so", "linked_libraries", self.program("-Wl,--no-as-needed", "-lresolv"))
        self.assert_caught("no linked library", "linked_libraries", self.program("-static"))


class Tree(Check):
    def test_both(self):
        self.write("src/a.h", CLEAN)
        self.write("small.bin", bytes(1000))
        self.assert_clean("tree")
        for path, content in {
            "large.txt": b"a" * 1_600_000,
            "voice.FLAC": b"",
            "renamed.dat": b"RIFF....WAVE",
            "program": b"\x7fELF....",
            "a.py": b"# TO" + b"DO: later\n",
        }.items():
            with self.subTest(path=path):
                self.write(path, content)
                self.assert_caught(path, "tree")
                (self.root / path).unlink()


class Tidy(Check):
    def setUp(self):
        super().setUp()
        cache = unittest.mock.patch.dict(os.environ, VOICESTAND_TIDY_CACHE=str(self.root / "passed"))
        cache.start()
        self.addCleanup(cache.stop)
        self.write(".clang-tidy", (ROOT / ".clang-tidy").read_text())
        self.source = self.root / "src/voicestand/a.cpp"
        self.build = self.root / "build"
        command = f"g++ -std=c++23 -I{self.root}/src -Wno-restrict -c {self.source}"
        self.write("build/compile_commands.json", json.dumps([{"directory": str(self.build), "command": command, "file": str(self.source)}]))
        self.write("src/voicestand/a.cpp", '#include "voicestand/a.h"\n')

    def test_a_change_in_a_header_is_seen(self):
        self.write("src/voicestand/a.h", CLEAN)
        self.assert_clean("tidy", "--build", self.build)
        self.write("src/voicestand/a.h", CLEAN.replace("return 42", "int* p = 0; return p == 0"))
        self.assert_caught("modernize-use-nullptr", "tidy", "--build", self.build)

    def test_what_has_passed_is_not_run_again(self):
        self.write("src/voicestand/a.h", CLEAN)
        program = self.stub(f'[ "$1" = --version ] || echo ran >> {self.root}/runs')
        self.assert_clean("tidy", "--build", self.build, "--clang-tidy", program)
        self.assert_clean("tidy", "--build", self.build, "--clang-tidy", program)
        self.assertEqual((self.root / "runs").read_text(), "ran\n")

    def stub(self, script):
        self.write("stub", f"#!/bin/sh\n{script}\n")
        (self.root / "stub").chmod(0o755)
        return self.root / "stub"


if __name__ == "__main__":
    unittest.main()
