#!/usr/bin/env python3
"""Runs clang-tidy over the sources that have changed since they last passed.

usage: check_tidy.py --build DIR [--root DIR] [--clang-tidy PROGRAM] [--jobs N] [FILE…]

A source has passed for good as long as it, every header of the tree that it reaches, its compile command, .clang-tidy and
clang-tidy itself stay as they are: the hash of all that is kept in the user's cache, for every checkout on this computer, as
a compiler cache keeps objects. VOICESTAND_TIDY_CACHE names another folder.
"""
import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

import source_tree

OWN_INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


KEPT_S = 30 * 24 * 3600


def cache_folder():
    """Where passes are kept; those that nobody has asked for in a month are dropped."""
    named = os.environ.get("VOICESTAND_TIDY_CACHE")
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    folder = pathlib.Path(named) if named else cache / "voicestand-tidy"
    folder.mkdir(parents=True, exist_ok=True)
    for stamp in folder.iterdir():
        if stamp.stat().st_mtime < time.time() - KEPT_S:
            stamp.unlink(missing_ok=True)
    return folder


class Tidy:
    def __init__(self, arguments):
        self.root = arguments.root.resolve()
        self.build = arguments.build.resolve()
        self.program = arguments.clang_tidy
        self.passed = cache_folder()
        version = subprocess.run([self.program, "--version"], capture_output=True, check=True).stdout
        self.ground = hashlib.sha256(version + (self.root / ".clang-tidy").read_bytes()).digest()

    @functools.cache
    def reached(self, path):
        """The headers that a file names, where they stand in the tree or the build folder."""
        found = []
        for name in OWN_INCLUDE.findall(path.read_bytes()):
            name = name.decode(errors="replace")
            candidates = (self.root / "src" / name, path.parent / name)
            found += [candidate for candidate in candidates if candidate.is_file()][:1]
        return found

    def fingerprint(self, entry):
        pending, seen = [pathlib.Path(entry["file"])], set()
        while pending:
            path = pending.pop()
            if path not in seen:
                seen.add(path)
                pending += self.reached(path)
        digest = hashlib.sha256(self.ground + entry["command"].replace(str(self.root), "").encode())
        for path in sorted(seen):
            digest.update(os.path.relpath(path, self.root).encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    def check(self, entry):
        """What clang-tidy has to say; empty for a source that passes."""
        stamp = self.passed / self.fingerprint(entry)
        if stamp.exists():
            stamp.touch()
            return ""
        command = [self.program, "--quiet", f"-p={self.build}", "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-error", entry["file"]]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode == 0:
            stamp.touch()
            return ""
        return (result.stdout + result.stderr).strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, help="a folder with compile_commands.json")
    parser.add_argument("--root", type=pathlib.Path, default=source_tree.ROOT)
    parser.add_argument("--clang-tidy", default="clang-tidy-22")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("files", nargs="*", type=pathlib.Path, help="these alone")
    arguments = parser.parse_args()
    tidy = Tidy(arguments)
    wanted = {path.resolve() for path in arguments.files}
    entries = []
    for entry in json.loads((tidy.build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        own = any(path.is_relative_to(tidy.root / folder) for folder in ("src", "apps", "bench"))
        test = path.stem.endswith("_test")  # the frameworks' macros speak louder than the code
        if path in wanted or (not wanted and own and not test and not path.is_relative_to(tidy.build)):
            entries.append({"file": str(path), "command": entry.get("command") or shlex.join(entry["arguments"])})
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        verdicts = list(pool.map(tidy.check, entries))
    return source_tree.report("tidy", [verdict for verdict in verdicts if verdict])


if __name__ == "__main__":
    sys.exit(main())
