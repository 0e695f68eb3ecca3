#!/usr/bin/env python3
"""Make tests/data/vad_golden.bin: what the Silero model says in ONNX Runtime about every window of the test clips.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install numpy onnxruntime soundfile
    /tmp/golden/bin/python tools/make_vad_golden.py MODEL.onnx SPEECH_DIR tests/data/vad_golden.bin

MODEL.onnx is silero_vad_openvino_16k.onnx; SPEECH_DIR holds read.tsv, hard.tsv and noise.tsv with 16 kHz mono clips.
Needed again only when the model or the clips change; voicestand_speech_test compares our network with the file.

The file: a line "vad_golden 1", one line "<clip>\\t<windows>" a clip, an empty line, then each window's probability
in the order of the clips as 16 bits, little-endian, 65535 for 1. Windows are 512 samples, the last partial one is
left out, and the state starts at zero with each clip.
"""

import csv
import pathlib
import sys

import numpy as np
import onnxruntime
import soundfile

WINDOW = 512
CONTEXT = 64
SETS = ("read.tsv", "hard.tsv", "noise.tsv")


def probabilities(session, audio):
    state = np.zeros((2, 1, 128), np.float32)
    context = np.zeros(CONTEXT, np.float32)
    said = []
    for begin in range(0, len(audio) - WINDOW + 1, WINDOW):
        window = audio[begin : begin + WINDOW]
        feeds = {"input": np.concatenate([context, window])[None, :], "state": state}
        output, state = session.run(["output", "stateN"], feeds)
        said.append(output.item())
        context = window[-CONTEXT:]
    return np.array(said)


def main(model, speech_dir, destination):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    lines, blobs = ["vad_golden 1"], []
    for name in SETS:
        with open(speech_dir / name, encoding="utf-8", newline="") as table:
            clips = [row["file"] for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)]
        for clip in clips:
            audio, rate = soundfile.read(speech_dir / clip, dtype="float32")
            if rate != 16000 or audio.ndim != 1:
                sys.exit(f"{clip}: not 16 kHz mono")
            said = probabilities(session, audio)
            lines.append(f"{clip}\t{len(said)}")
            blobs.append(np.rint(said * 65535).astype("<u2").tobytes())
    destination.write_bytes("\n".join(lines).encode() + b"\n\n" + b"".join(blobs))
    print(f"{len(blobs)} clips, {sum(map(len, blobs)) // 2} windows, {destination.stat().st_size} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
