#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "voicestand/nn/byte_transpose.h"
#include "voicestand/nn/moonshine_reader.h"

namespace voicestand::nn {
namespace {

constexpr float kGroupEpsilon = 1e-5F;
constexpr std::array<std::int64_t, 1> kOne{1};
constexpr std::array<std::int64_t, 2> kNoPadding{0, 0};
constexpr std::array<std::int64_t, 3> kOneGroup{0, 1, -1};
constexpr std::array<std::int64_t, 3> kFramesFirst{0, 2, 1};
constexpr double kRounding = 2 * std::numeric_limits<float>::epsilon();
constexpr std::int64_t kMostStride = 4096;

// From the frames that come out, back through the layers to the samples that go in.
class EncoderReader : public MoonshineReader {
 public:
  EncoderReader(const Graph& graph, EncoderWeights& weights) : MoonshineReader(graph), weights_(weights) {}

  void read() {
    enter("the encoder's end");
    const std::string_view output = graph().outputs.empty() ? std::string_view() : graph().outputs.front();
    width_ = norm_width(output);
    const auto sums = this->sums(norm(output, weights_.norm, "norm"), 2);
    enter("the encoder's front");
    front(sums.empty() ? std::string_view() : sums.front().around);
    weights_.layers.resize(sums.size() / 2);
    for (std::size_t i = 0; i < weights_.layers.size() && !failed(); ++i) {
      enter("layer " + std::to_string(i));
      layer(sums[2 * i], sums[2 * i + 1], weights_.layers[i]);
    }
    weights_.width = width_;
    weights_.heads = heads_;
    weights_.rotary = rotary_;
  }

 private:
  struct Taps {
    const Tensor* weights = nullptr;  // outputs x channels x taps, int8
    float scale = 0;
    float offset = 0;
    std::size_t outputs = 0, channels = 0, count = 0, stride = 0;
  };

  void layer(const Sum& attended, const Sum& transformed, EncoderLayer& layer) {
    const auto [from, to] = attention(attended.part, layer.attention, Position::kRotary, width_, "attention");
    if (from != to || norm(from, layer.attention_norm, "attention norm") != attended.around)
      refuse_computation("attention");
    const auto hidden = gelu(linear(transformed.part, layer.mlp_out, 0, width_, "MLP output"), "MLP");
    const auto in = linear(hidden, layer.mlp_in, width_, layer.mlp_out.weights.inputs, "MLP input");
    if (norm(in, layer.mlp_norm, "MLP norm") != transformed.around) refuse_computation("MLP");
  }

  // q * scale + offset, in f32.
  [[nodiscard]] Taps taps(const Node& convolution, std::string_view name) {
    const Node& sum = step(convolution.input(1), "Add", name);
    const Node& product = step(sum.input(0), "Mul", name);
    const Node& cast = step(product.input(0), "Cast", name);
    if (failed()) return {};
    const Tensor* const weights = graph().constant(cast.input(0));
    const Attribute* const strides = convolution.attribute("strides");
    Taps taps{.weights = weights, .scale = number(product.input(1)), .offset = number(sum.input(1))};
    if (weights == nullptr) {
      refuse("has no ", name, " weights");
    } else if (weights->type != DataType::kInt8) {
      refuse("has its ", name, " in another type");
    } else if (weights->shape.size() != 3 || weights->elements() == 0) {
      refuse("has its ", name, " in another shape");
    } else if (!(taps.scale > 0) || !std::isfinite(taps.scale) || !std::isfinite(taps.offset)) {
      refuse("has no scale for its ", name);
    } else if (!has_integers(convolution, "pads", kNoPadding) || !has_integers(convolution, "dilations", kOne) ||
               !has_integer(convolution, "group", 1) || strides == nullptr || strides->integers.size() != 1 ||
               strides->integers.front() <= 0 || strides->integers.front() > kMostStride) {
      refuse("moves its ", name, " in another way");
    }
    if (failed()) return {};
    taps.outputs = static_cast<std::size_t>(weights->shape[0]);
    taps.channels = static_cast<std::size_t>(weights->shape[1]);
    taps.count = static_cast<std::size_t>(weights->shape[2]);
    taps.stride = static_cast<std::size_t>(strides->integers.front());
    if (taps.outputs > simd::kMostInputs || taps.channels > simd::kMostInputs ||
        taps.count > simd::kMostInputs / taps.channels)
      refuse("has its ", name, " in a size that is not used here");
    return taps;
  }

  // Input by input, the earliest tap first, the bytes of all outputs.
  [[nodiscard]] static std::vector<std::uint8_t> by_tap(const Taps& taps) {
    const std::size_t inputs = taps.channels * taps.count;
    const auto source = taps.weights->int8s();
    const auto* const signed_bytes = reinterpret_cast<const std::uint8_t*>(source.data());
    // By the file's order of inputs, a block of them at a time, then each to its tap's place.
    constexpr std::size_t kBlock = 64;
    std::vector<std::uint8_t> block(kBlock * taps.outputs);
    std::vector<std::uint8_t> bytes(taps.outputs * inputs);
    for (std::size_t first = 0; first < inputs; first += kBlock) {
      const std::size_t count = std::min(kBlock, inputs - first);
      transpose_bytes(signed_bytes + first, inputs, taps.outputs, count, block.data(), taps.outputs, 0x80);  // q + 128
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t input = first + i;
        const std::size_t row = input % taps.count * taps.channels + input / taps.count;
        std::memcpy(bytes.data() + row * taps.outputs, block.data() + i * taps.outputs, taps.outputs);
      }
    }
    return bytes;
  }

  // From the frames back: what goes in.
  [[nodiscard]] std::string_view convolution(std::string_view value, Convolution& convolution, std::string_view name) {
    const Node& node = step(gelu(value, name), "Conv", name);
    const Taps taps = this->taps(node, name);
    if (failed()) return {};
    // w = scale q + offset = scale (byte - zero), with byte = q + 128. Offsets are made as whole numbers of steps: what
    // is left after rounding them to f32 is none of the model's.
    const double steps = static_cast<double>(taps.offset) / static_cast<double>(taps.scale);
    const double zero = 128 - steps;
    if (!(zero >= -256 && zero <= 511)) return refuse("has its ", name, " with a zero far off");
    const double whole = std::nearbyint(zero);
    const double fraction = std::abs(zero - whole) <= kRounding * std::abs(steps) ? 0 : zero - whole;
    convolution.bytes = by_tap(taps);
    convolution.taps = taps.count;
    convolution.stride = taps.stride;
    convolution.linear.weights = {.bytes = convolution.bytes.data(),
                                  .inputs = taps.count * taps.channels,
                                  .outputs = taps.outputs,
                                  .scale = taps.scale,
                                  .zero = static_cast<std::int32_t>(whole),
                                  .zero_fraction = static_cast<float>(fraction)};
    convolution.linear.bias = floats(node.input(2), taps.outputs, std::string(name) + " bias");
    return node.input(0);
  }

  void front(std::string_view frames) {
    const Node& order = step(frames, "Transpose", "frames");
    if (!failed() && !has_integers(order, "perm", kFramesFirst)) refuse_computation("frames");
    const auto second = convolution(order.input(0), weights_.third, "third convolution");
    const auto grouped = convolution(second, weights_.second, "second convolution");
    wave(group_norm(grouped));
    if (failed()) return;
    const auto channels = [](const Convolution& c) { return c.linear.weights.inputs / c.taps; };
    if (weights_.third.linear.weights.outputs != width_ ||
        channels(weights_.third) != weights_.second.linear.weights.outputs ||
        channels(weights_.second) != weights_.wave_channels)
      refuse("has convolutions that do not fit each other");
  }

  // Over all channels of the whole clip at once.
  [[nodiscard]] std::string_view group_norm(std::string_view value) {
    constexpr std::string_view kName = "group norm";
    const Node& sum = step(value, "Add", kName);
    const Node& scaled = step(sum.input(0), "Mul", kName);
    const Node& shaped = step(scaled.input(0), "Reshape", kName);
    const Node& normalised = step(shaped.input(0), "InstanceNormalization", kName);
    const Node& grouped = step(normalised.input(0), "Reshape", kName);
    if (failed()) return {};
    const Attribute* const epsilon = normalised.attribute("epsilon");
    const Tensor* const groups = graph().constant(grouped.input(1));
    if (!is_number(normalised.input(1), 1) || number(normalised.input(2)) != 0 || epsilon == nullptr ||
        std::abs(epsilon->number - kGroupEpsilon) > 1e-9F || groups == nullptr ||
        !std::ranges::equal(groups->integers(), kOneGroup))
      refuse_computation(kName);
    const std::size_t channels = weights_.second.linear.weights.inputs / weights_.second.taps;
    weights_.group_weight = floats(scaled.input(1), channels, "group norm's weight");
    weights_.group_bias = floats(sum.input(1), channels, "group norm's bias");
    return grouped.input(0);
  }

  void wave(std::string_view value) {
    constexpr std::string_view kName = "first convolution";
    const Node& tanh = step(value, "Tanh", kName);
    const Node& node = step(tanh.input(0), "Conv", kName);
    const Taps taps = this->taps(node, kName);
    const Node& samples = step(node.input(0), "Unsqueeze", kName);
    if (failed()) return;
    if (taps.channels != 1 || graph().input(samples.input(0)) == nullptr || node.inputs.size() > 2)
      refuse_computation(kName);
    if (failed()) return;
    weights_.wave_taps = taps.count;
    weights_.wave_stride = taps.stride;
    weights_.wave_channels = taps.outputs;
    weights_.wave.resize(taps.count * taps.outputs);
    const auto source = taps.weights->int8s();
    for (std::size_t output = 0; output < taps.outputs; ++output)
      for (std::size_t tap = 0; tap < taps.count; ++tap)
        weights_.wave[tap * taps.outputs + output] =
            static_cast<float>(source[output * taps.count + tap]) * taps.scale + taps.offset;
  }

  EncoderWeights& weights_;
};

}  // namespace

Result<EncoderWeights> read_moonshine_encoder(const Graph& graph, const std::string& where) {
  EncoderWeights weights;
  EncoderReader reader(graph, weights);
  reader.read();
  if (reader.failed()) return reader.error(where);
  return weights;
}

}  // namespace voicestand::nn
