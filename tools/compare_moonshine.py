#!/usr/bin/env python3
"""Compare the native recogniser with moonshine_reference.py over a list of recordings: tokens, words and time.

    /tmp/reference/bin/pip install numpy scipy onnx soundfile jiwer whisper-normalizer
    ninja -C build/release moonshine_probe
    /tmp/reference/bin/python tools/compare_moonshine.py build/release/tests/integration/moonshine_probe MODEL_DIR LIST.tsv \\
        [--most-seconds 24] [--cache FILE] [--details FILE]

Says how often both go on with the same token as long as they agree on what was before, the word error rate of both
against `transcript`, and what a second of audio cost. The reference takes about a second for each second
of audio: --cache keeps what it said.
"""

import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

from moonshine_reference import END, Moonshine, most_tokens, read_clip

TIMES = ("encode_ms", "attend_ms", "decode_ms", "verify_ms")


def reference_texts(model, rows, folder, cache):
    texts = json.loads(cache.read_text()) if cache and cache.exists() else {}
    for row in rows:
        if row["id"] not in texts:
            samples = read_clip(folder / row["file"])
            texts[row["id"]] = model.decode(model.encode(samples), most_tokens(samples))[0]
            print(f"\r{len(texts)} of {len(rows)} by the reference", end="", file=sys.stderr, flush=True)
            if cache:
                cache.write_text(json.dumps(texts))
    return texts


def probe(arguments, texts):
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.writelines(f"{name}\t{' '.join(map(str, tokens))}\n" for name, tokens in texts.items())
        file.flush()
        command = [arguments.probe, arguments.model, arguments.listing, "--text", file.name, "--repeat", "3"]
        command += ["--most-seconds", str(arguments.most_seconds)]
        result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return {line["id"]: line for line in map(json.loads, result.stdout.splitlines())}


def word_errors(normalise, rows, texts):
    edits = words = 0
    for row in rows:
        measured = jiwer.process_words(normalise(row["transcript"]), normalise(texts[row["id"]]) or "")
        edits += measured.substitutions + measured.deletions + measured.insertions
        words += measured.hits + measured.substitutions + measured.deletions
    return f"{100 * edits / words:.2f} % ({edits} of {words})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("probe")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("listing", type=pathlib.Path)
    parser.add_argument("--most-seconds", type=float, default=24)
    parser.add_argument("--cache", type=pathlib.Path)
    parser.add_argument("--details", type=pathlib.Path)
    arguments = parser.parse_args()

    with open(arguments.listing, newline="") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if float(row["seconds"]) <= arguments.most_seconds]
    model = Moonshine(arguments.model)
    texts = reference_texts(model, rows, arguments.listing.parent, arguments.cache)
    said = probe(arguments, texts)
    rows = [row for row in rows if row["id"] in said]

    same = total = 0
    for row in rows:
        right = [*texts[row["id"]], END]
        if len(right) > most_tokens(range(int(said[row["id"]]["seconds"] * 16_000))):
            right.pop()  # it ran into the limit
        # Behind the first difference it cannot be asked: its own text goes on otherwise.
        agreed = [ours == theirs for ours, theirs in zip(said[row["id"]]["next"], right)]
        known = agreed.index(False) + 1 if False in agreed else len(agreed)
        same, total = same + sum(agreed[:known]), total + known
    seconds = sum(line["seconds"] for line in said.values())
    normalise = EnglishTextNormalizer()
    ours = {name: model.text(line["tokens"]) for name, line in said.items()}
    theirs = {name: model.text(tokens) for name, tokens in texts.items()}
    print(f"{arguments.model.name}, {len(rows)} clips, {seconds:.0f} s")
    print(f"next tokens as the reference's: {100 * same / total:.2f} % ({same} of {total})")
    print(f"same texts: {sum(ours[row['id']] == theirs[row['id']] for row in rows)} of {len(rows)}")
    print(f"word errors: {word_errors(normalise, rows, ours)}, the reference's {word_errors(normalise, rows, theirs)}")
    print(f"verified drafts that differ: {sum(not line['verified'] for line in said.values())}")
    print("ms a second of audio: " + ", ".join(
        f"{name.removesuffix('_ms')} {sum(line[name] for line in said.values()) / seconds:.2f}" for name in TIMES))
    if arguments.details:
        arguments.details.write_text("".join(
            f"{row['id']}\t{row['transcript']}\t{ours[row['id']]}\t{theirs[row['id']]}\n" for row in rows))


if __name__ == "__main__":
    main()
