"""A recogniser beside ours, for `voicestand bench asr`: loads its model once, says so, then answers requests.

usage: asr_peer.py ENGINE MODEL_FOLDER

ENGINE: moonshine-voice or faster-whisper on one thread, or moonshine-voice-default with the threads and options that it
has by itself. A request is a line `decode FILE` (at once) or `live FILE` (block by block, as a microphone delivers it);
FILE is 16-bit mono WAV. The answer is a line of JSON: the text, and the seconds that it took by the wall clock and of
the processor. Reading the file and bringing its samples into the form that the engine wants do not count.
"""
import json
import os
import sys
import time
import wave

ENGINE, FOLDER = sys.argv[1:3]
os.environ["HF_HUB_OFFLINE"] = "1"
if ENGINE != "moonshine-voice-default":
    # Read when the libraries load.
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MOONSHINE_ORT_SINGLE_THREAD": "1"}

import numpy  # noqa: E402


class MoonshineVoice:
    BLOCK = 1024  # samples: what its own microphone client takes at a time
    UPDATE_S = 0.5  # and how often it has the text brought up to date

    def __init__(self, folder, options):
        from moonshine_voice.transcriber import ModelArch, Transcriber
        from moonshine_voice.utils import get_model_path

        self.transcriber = Transcriber(str(get_model_path(folder)), ModelArch.TINY, options=options)

    @staticmethod
    def prepare(samples):
        return samples.tolist()

    def decode(self, samples, rate):
        return self.transcriber.transcribe_without_streaming(samples, rate)

    def live(self, samples, rate):
        """Without waiting between the blocks: the steps follow the audio's time, so the work is that of a live session."""
        stream = self.transcriber.create_stream(self.UPDATE_S)
        try:
            stream.start()
            for at in range(0, len(samples), self.BLOCK):
                stream.add_audio(samples[at:at + self.BLOCK], rate)
            return stream.stop()
        finally:
            stream.close()

    @staticmethod
    def text(transcript):
        return " ".join(line.text for line in transcript.lines)


class FasterWhisper:
    def __init__(self, folder):
        from faster_whisper import WhisperModel

        self.model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1, num_workers=1, local_files_only=True)

    @staticmethod
    def prepare(samples):
        return samples

    def decode(self, samples, _):
        segments, _ = self.model.transcribe(samples, language="en", beam_size=1, temperature=0, without_timestamps=True,
                                            condition_on_previous_text=False)
        return list(segments)

    @staticmethod
    def text(segments):
        return "".join(segment.text for segment in segments)


def load(engine, folder):
    if engine == "moonshine-voice":
        # Otherwise its client copies all audio of a line into a Python list at each update.
        return MoonshineVoice(folder, {"return_audio_data": "false"})
    if engine == "moonshine-voice-default":
        return MoonshineVoice(folder, None)
    return FasterWhisper(folder)


def read(path):
    with wave.open(path) as file:
        samples = numpy.frombuffer(file.readframes(file.getnframes()), "<i2")
        return samples.astype(numpy.float32) / 32768, file.getframerate()


def answer(engine, request):
    what, _, path = request.partition(" ")
    samples, rate = read(path)
    prepared = engine.prepare(samples)
    work = {"decode": engine.decode, "live": getattr(engine, "live", None)}[what]
    wall, cpu = time.perf_counter(), time.process_time()
    result = work(prepared, rate)
    spent = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    return spent | {"text": engine.text(result).strip()}


def main():
    # What libraries print is not an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    engine = load(ENGINE, FOLDER)
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for request in sys.stdin:
        print(json.dumps(answer(engine, request.rstrip("\n"))), file=answers, flush=True)


if __name__ == "__main__":
    main()
