#!/usr/bin/env python3
"""Keeps out of the tree what does not belong there: large files, recordings, models, binaries, and notes of work left undone.

usage: check_tree.py [--root DIR]
"""
import argparse
import pathlib
import re
import sys

import source_tree

MAX_BYTES = 1_500_000
AUDIO_OR_MODEL = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aiff", ".onnx", ".ort", ".safetensors", ".gguf", ".tflite", ".pt"}
BINARY_STARTS = {b"\x7fELF": "a program or library", b"!<arch>\n": "a library", b"MZ": "a program", b"RIFF": "a recording", b"fLaC": "a recording",
                 b"OggS": "a recording", b"ID3": "a recording", b"PK\x03\x04": "an archive", b"\x1f\x8b": "an archive"}
UNDONE = re.compile(rb"\b(?:" + b"|".join((b"TO" + b"DO", b"FIX" + b"ME", b"X" + b"XX", b"HA" + b"CK")) + rb")\b")


def check_file(root, path):
    content = (root / path).read_bytes()
    if len(content) > MAX_BYTES:
        return f"{path} has {len(content)} bytes, more than {MAX_BYTES}"
    if path.suffix.lower() in AUDIO_OR_MODEL:
        return f"{path} is a recording or a model"
    for start, what in BINARY_STARTS.items():
        if content.startswith(start):
            return f"{path} is {what}"
    if b"\0" not in content[:8192] and (mark := UNDONE.search(content)):
        line = content.count(b"\n", 0, mark.start()) + 1
        return f"{path}:{line}: {mark[0].decode()} marks work left undone: do it, or put it where issues are kept"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=source_tree.ROOT)
    root = parser.parse_args().root
    return source_tree.report("tree", [finding for path in source_tree.files(root) if (finding := check_file(root, path))])


if __name__ == "__main__":
    sys.exit(main())
