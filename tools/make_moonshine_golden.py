#!/usr/bin/env python3
"""Make tests/data/moonshine_golden.txt: what moonshine_reference.py makes of two clips, in samples of its numbers.

    /tmp/reference/bin/python tools/make_moonshine_golden.py MODELS_DIR SAMPLES_DIR tests/data/moonshine_golden.txt

MODELS_DIR holds moonshine-base-en and moonshine-tiny-en, SAMPLES_DIR beckett.wav. voicestand_nn_test compares our
network with the file. A clip's lines, numbers separated by spaces:

    clip <model> <name>
    stem <values>               behind the convolutions
    layers <n> <values>         the encoder's last norm behind n layers
    said <token> <log probability>     one line a token

Values are VALUES numbers of an array of frames x width, evenly spaced from its first to its last.
"""

import pathlib
import sys

import numpy as np

from moonshine_reference import SAMPLE_RATE, Moonshine, most_tokens, read_clip

VALUES = 96


def siren():
    """Two seconds of a tone with overtones, which rises, falls and fades; nn/moonshine_test_golden.h makes it too."""
    time = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    phase = 2 * np.pi * (160 * time + 12 * np.sin(2 * np.pi * 1.5 * time))
    loudness = 0.25 * (1 + np.sin(2 * np.pi * 3 * time))
    return (loudness * (np.sin(phase) + 0.5 * np.sin(3 * phase) + 0.25 * np.sin(7 * phase)) / 1.75).astype(np.float32)


def values(array):
    flat = array.reshape(-1)
    return " ".join(f"{flat[i * (len(flat) - 1) // (VALUES - 1)]:.5g}" for i in range(VALUES))


def main(models, samples, destination):
    lines = []
    for name in ("moonshine-base-en", "moonshine-tiny-en"):
        model = Moonshine(models / name)
        layers = model.encoder.layers("/self_attn/q_proj/MatMul_quant")
        for clip, audio in (("beckett", read_clip(samples / "beckett.wav")), ("siren", siren())):
            lines.append(f"clip {name} {clip}")
            lines.append(f"stem {values(model.stem(audio))}")
            lines += [f"layers {n} {values(model.encode(audio, n))}" for n in range(1, layers + 1)]
            said = model.decode(model.encode(audio), most_tokens(audio))
            lines += [f"said {token} {likely:.4f}" for token, likely in zip(*said)]
            print(name, clip, model.text(said[0]))
    destination.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*map(pathlib.Path, sys.argv[1:]))
