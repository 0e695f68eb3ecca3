"""Moonshine in numpy, in f32, straight from its ONNX files: what the native recogniser is compared with.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install numpy scipy onnx soundfile

Only the weights are read from the files; the network is written down here a second time, as plainly as it goes.
"""

import json
import pathlib

import numpy as np
import onnx
import soundfile
from onnx import numpy_helper
from scipy.special import erf

HEADS = 8
ROTARY = 32  # dimensions of a head that carry the position
ROTARY_BASE = 10_000
START, END = 1, 2
SAMPLE_RATE = 16_000


def most_tokens(samples):
    """As many as anyone speaks in that time."""
    return int(len(samples) / SAMPLE_RATE * 6.5) + 8


def read_clip(path):
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == SAMPLE_RATE and samples.ndim == 1, f"{path}: not 16 kHz mono"
    return samples


class Weights:
    """A file's constants, found by the names of the nodes that use them."""

    def __init__(self, path):
        graph = onnx.load(path).graph
        graphs = [graph]
        # The merged decoder's branch that takes several tokens at once.
        graphs += [a.g for node in graph.node if node.op_type == "If" for a in node.attribute if a.name == "else_branch"]
        self.constants = {t.name: numpy_helper.to_array(t) for g in graphs for t in g.initializer}
        self.nodes = {node.name: node for node in graphs[-1].node}
        self.products = {}

    def constant(self, name):
        return self.constants[name] if name in self.constants else self.constants[name + "_merged_0"]

    def dequantised(self, name):
        values = self.constants[name].astype(np.float32)
        scale = self.constants[name.replace("_quantized", "_scale")]
        zero = self.constants[name.replace("_quantized", "_zero_point")]
        # Convolutions have an offset in f32 instead of a zero point.
        return values * scale + zero if zero.dtype == np.float32 else (values - zero.astype(np.float32)) * scale

    def product(self, x, node, bias=None):
        if node not in self.products:
            self.products[node] = self.dequantised(self.nodes[node + "/MatMul_quant"].input[1])
        y = x @ self.products[node]
        return y if bias is None else y + self.constant(bias)

    def norm(self, x, name):
        centred = x - x.mean(-1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
        return centred / deviation * self.constant(name + ".weight")

    def layers(self, suffix):
        return sum(name.endswith(suffix) for name in self.nodes)


def gelu(x):
    return (0.5 * x * (1 + erf(x / np.sqrt(2)))).astype(np.float32)


def convolution(x, weights, stride, bias=None):
    """channels x time -> outputs x time"""
    windows = np.lib.stride_tricks.sliding_window_view(x, weights.shape[2], axis=1)[:, ::stride]
    y = np.einsum("ctk,ock->ot", windows, weights, optimize=True)
    return y if bias is None else y + bias[:, None]


def rotated(x, first=0):
    """heads x positions x width"""
    frequencies = ROTARY_BASE ** -(np.arange(0, ROTARY, 2) / ROTARY)
    angles = np.arange(first, first + x.shape[1])[:, None] * frequencies
    cosines, sines = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
    y = x.copy()
    even, odd = x[..., 0:ROTARY:2], x[..., 1:ROTARY:2]
    y[..., 0:ROTARY:2] = even * cosines - odd * sines
    y[..., 1:ROTARY:2] = odd * cosines + even * sines
    return y


def split(x):
    return x.reshape(len(x), HEADS, -1).transpose(1, 0, 2)


def attention(queries, keys, values, causal=False):
    scores = queries @ keys.transpose(0, 2, 1) / np.sqrt(np.float32(queries.shape[-1]))
    if causal:
        scores += np.triu(np.full(scores.shape[1:], -np.inf, np.float32), 1)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return (weights @ values).transpose(1, 0, 2).reshape(queries.shape[1], -1)


class Moonshine:
    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.encoder = Weights(folder / "encoder_model.onnx")
        self.decoder = Weights(folder / "decoder_model_merged.onnx")
        self.embedding = self.decoder.dequantised("model.decoder.embed_tokens.weight_merged_0_quantized")
        vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
        self.words = {number: word for word, number in vocabulary.items()}

    def stem(self, samples):
        """[samples] -> frames x width"""
        net = self.encoder
        waves = np.tanh(convolution(samples[None], net.dequantised("conv1.weight_quantized"), 64))
        weight, bias = (net.constant(net.nodes["/groupnorm/" + node].input[1]).reshape(-1, 1) for node in ("Mul", "Add"))
        mean, variance = waves.mean(dtype=np.float64), waves.var(dtype=np.float64)
        x = ((waves - mean) / np.sqrt(variance + 1e-5) * weight + bias).astype(np.float32)
        x = gelu(convolution(x, net.dequantised("conv2.weight_quantized"), 3, net.constant("conv2.bias")))
        return gelu(convolution(x, net.dequantised("conv3.weight_quantized"), 2, net.constant("conv3.bias"))).T

    def encode(self, samples, layers=None):
        """The last norm's output, behind as many layers as are asked for."""
        net = self.encoder
        x = self.stem(samples)
        for layer in range(net.layers("/self_attn/q_proj/MatMul_quant") if layers is None else layers):
            node, name = f"/layers.{layer}", f"layers.{layer}"
            n = net.norm(x, name + ".input_layernorm")
            q, k, v = (split(net.product(n, f"{node}/self_attn/{part}_proj")) for part in "qkv")
            x = x + net.product(attention(rotated(q), rotated(k), v), node + "/self_attn/dense")
            n = net.norm(x, name + ".post_attention_layernorm")
            inner = gelu(net.product(n, node + "/mlp/fc1", name + ".mlp.fc1.bias"))
            x = x + net.product(inner, node + "/mlp/fc2", name + ".mlp.fc2.bias")
        return net.norm(x, "layer_norm")

    def attend_to(self, hidden):
        """The keys and values of the frames, layer by layer."""
        net = self.decoder
        names = [f"/model/decoder/layers.{i}/encoder_attn" for i in range(net.layers("/self_attn/q_proj/MatMul_quant"))]
        return [tuple(split(net.product(hidden, f"{name}/{part}_proj")) for part in "kv") for name in names]

    def scores(self, frames, tokens, past):
        """Scores of what follows each of the tokens; `past`, a list, is what came before them and grows by them."""
        net = self.decoder
        x = self.embedding[tokens]
        past.extend([None] * (len(frames) - len(past)))
        for layer, (frame_keys, frame_values) in enumerate(frames):
            node, name = f"/model/decoder/layers.{layer}", f"model.decoder.layers.{layer}"
            n = net.norm(x, name + ".input_layernorm")
            q, k, v = (split(net.product(n, f"{node}/self_attn/{part}_proj")) for part in "qkv")
            first = 0 if past[layer] is None else past[layer][0].shape[1]
            q, k = rotated(q, first), rotated(k, first)
            if past[layer] is not None:
                k, v = (np.concatenate(both, 1) for both in zip(past[layer], (k, v)))
            past[layer] = (k, v)
            x = x + net.product(attention(q, k, v, causal=len(tokens) > 1), node + "/self_attn/dense")
            n = net.norm(x, name + ".post_attention_layernorm")
            q = split(net.product(n, node + "/encoder_attn/q_proj"))
            x = x + net.product(attention(q, frame_keys, frame_values), node + "/encoder_attn/dense")
            n = net.norm(x, name + ".final_layernorm")
            value, gate = np.split(net.product(n, node + "/mlp/up_proj", name + ".mlp.up_proj.bias"), 2, axis=1)
            x = x + net.product(value * gate / (1 + np.exp(-gate)), node + "/mlp/down_proj", name + ".mlp.down_proj.bias")
        return net.norm(x, "model.decoder.norm") @ self.embedding.T

    def decode(self, hidden, most):
        """Tokens, without start and end, and the logarithms of their probabilities."""
        frames, past, said, likely = self.attend_to(hidden), [], [], []
        while len(said) < most:
            scores = self.scores(frames, [said[-1] if said else START], past)[-1].astype(np.float64)
            best = int(scores.argmax())
            if best == END:
                break
            said.append(best)
            likely.append(float(-np.log(np.exp(scores - scores[best]).sum())))
        return said, likely

    def following(self, hidden, text):
        """What it says after each beginning of the text."""
        return [int(best) for best in self.scores(self.attend_to(hidden), [START, *text], []).argmax(-1)]

    def text(self, tokens):
        said = b""
        for word in (self.words.get(token, "") for token in tokens):
            special = word.startswith("<") and word.endswith(">")
            said += bytes.fromhex(word[3:5]) if special and word.startswith("<0x") else b"" if special else word.encode()
        return said.decode("utf8", "replace").replace("\N{LOWER ONE EIGHTH BLOCK}", " ").strip()
