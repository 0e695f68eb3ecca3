#include "voicestand/nn/moonshine_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace voicestand::nn {
namespace {

constexpr float kNormEpsilon = 1e-5F;
constexpr std::size_t kMostLayers = 64;
constexpr std::size_t kMostOutputs = 2 * simd::kMostInputs;
constexpr std::array<std::int64_t, 1> kLastAxis{-1};

}  // namespace

std::unexpected<Error> MoonshineReader::error(const std::string& where) const {
  return fail(Errc::kBadModel, "is no Moonshine model: " + problem(), where, "fetch the model again");
}

std::size_t MoonshineReader::norm_width(std::string_view value) {
  const Tensor* const weight = graph().constant(step(value, "Mul", "norm").input(1));
  const std::size_t count = weight == nullptr ? 0 : weight->elements();
  if (count == 0 || count > simd::kMostInputs) refuse("has its norm in a size that is not used here");
  return count;
}

// (x - mean) / sqrt(mean((x - mean)^2) + epsilon) * weight
std::string_view MoonshineReader::norm(std::string_view value, std::vector<float>& weight, std::string_view name) {
  const Node& scaled = step(value, "Mul", name);
  const Node& quotient = step(scaled.input(0), "Div", name);
  const Node& centred = step(quotient.input(0), "Sub", name);
  const Node& deviation = step(quotient.input(1), "Sqrt", name);
  const Node& sum = step(deviation.input(0), "Add", name);
  const Node& variance = step(sum.input(0), "ReduceMean", name);
  const Node& square = step(variance.input(0), "Pow", name);
  const Node& mean = step(centred.input(1), "ReduceMean", name);
  const auto source = centred.input(0);
  if (failed()) return {};
  if (mean.input(0) != source || square.input(0) != quotient.input(0) || !is_number(square.input(1), 2) ||
      !is_number(sum.input(1), kNormEpsilon) || !has_integers(mean, "axes", kLastAxis) ||
      !has_integers(variance, "axes", kLastAxis))
    refuse_computation(name);
  weight = floats(scaled.input(1), width_, name);
  return source;
}

MoonshineReader::ByteMatrix MoonshineReader::byte_matrix(std::string_view bytes, std::string_view scale,
                                                         std::string_view zero, std::string_view name) {
  if (failed()) return {};
  const Tensor* const table = graph().constant(bytes);
  const Tensor* const offset = graph().constant(zero);
  const float step = number(scale);
  if (table == nullptr) {
    refuse("has no ", name);
  } else if (table->type != DataType::kUint8 || !table->decoded.empty()) {
    refuse("has its ", name, " in another type");
  } else if (table->shape.size() != 2 || table->elements() == 0) {
    refuse("has its ", name, " in another shape");
  } else if (!(step > 0) || !std::isfinite(step)) {
    refuse("has no scale for its ", name);
  } else if (offset == nullptr || offset->uint8s().size() != 1) {
    refuse("has no zero for its ", name);
  }
  if (failed()) return {};
  return {.bytes = table->uint8s().data(),
          .rows = static_cast<std::size_t>(table->shape[0]),
          .columns = static_cast<std::size_t>(table->shape[1]),
          .scale = step,
          .zero = offset->uint8s().front()};
}

// What goes in is turned into bytes, multiplied with those of the weights, and brought to scale.
std::string_view MoonshineReader::linear(std::string_view value, Linear& linear, std::size_t inputs,
                                         std::size_t outputs, std::string_view name) {
  std::string_view bias;
  if (is(value, "Add")) {
    const Node& sum = step(value, "Add", name);
    const std::size_t constant = is_constant(sum.input(0)) ? 0 : 1;
    bias = sum.input(constant);
    value = sum.input(1 - constant);
  }
  const Node& scaled = step(value, "Mul", name);
  const Node& whole = step(scaled.input(0), "Cast", name);
  const Node& product = step(whole.input(0), "MatMulInteger", name);
  const Node& scales = step(scaled.input(1), "Mul", name);
  const Node& source = step(product.input(0), "DynamicQuantizeLinear", name);
  if (failed()) return {};
  if (source.outputs.size() != 3 || product.input(0) != source.outputs[0] || scales.input(0) != source.outputs[1] ||
      product.input(2) != source.outputs[2])
    return refuse_computation(name);
  const std::string weights = std::string(name) + " weights";
  const ByteMatrix matrix = byte_matrix(product.input(1), scales.input(1), product.input(3), weights);
  if (failed()) return {};
  if ((inputs != 0 && matrix.rows != inputs) || (outputs != 0 && matrix.columns != outputs))
    return refuse("has its ", weights, " in another shape");
  if (matrix.rows > simd::kMostInputs || matrix.columns > kMostOutputs)
    return refuse("has its ", weights, " in a size that is not used here");
  linear.weights = {.bytes = matrix.bytes,
                    .inputs = matrix.rows,
                    .outputs = matrix.columns,
                    .scale = matrix.scale,
                    .zero = matrix.zero,
                    .zero_fraction = 0};
  if (!bias.empty()) linear.bias = floats(bias, matrix.columns, std::string(name) + " bias");
  return source.input(0);
}

// x (erf(x / sqrt 2) + 1) / 2
std::string_view MoonshineReader::gelu(std::string_view value, std::string_view name) {
  const Node& half = step(value, "Mul", name);
  const Node& product = step(half.input(0), "Mul", name);
  const Node& sum = step(product.input(1), "Add", name);
  const Node& erf = step(sum.input(0), "Erf", name);
  const Node& quotient = step(erf.input(0), "Div", name);
  if (failed()) return {};
  if (quotient.input(0) != product.input(0) || !is_number(half.input(1), 0.5F) || !is_number(sum.input(1), 1) ||
      !is_number(quotient.input(1), std::numbers::sqrt2_v<float>))
    refuse_computation(name);
  return product.input(0);
}

Result<void> fit_each_other(const EncoderWeights& encoder, const DecoderWeights& decoder, const std::string& where) {
  const bool fit =
      encoder.heads == decoder.heads && std::ranges::all_of(decoder.layers, [&](const auto& layer) {
        return layer.cross.key.weights.inputs == encoder.width && layer.cross.value.weights.inputs == encoder.width;
      });
  if (fit) return {};
  return fail(Errc::kBadModel, "its encoder and decoder are of different models", where, "fetch the model again");
}

std::vector<MoonshineReader::Sum> MoonshineReader::sums(std::string_view value, std::size_t parts) {
  std::vector<Sum> sums;
  while (is(value, "Add") && sums.size() < kMostLayers * parts) {
    const Node& sum = step(value, "Add", "layers");
    if (is_constant(sum.input(0)) || is_constant(sum.input(1))) break;
    sums.push_back({.around = sum.input(0), .part = sum.input(1)});
    value = sum.input(0);
  }
  if (sums.empty() || sums.size() % parts != 0) refuse("has layers of another form");
  if (failed()) return {};
  return {sums.rbegin(), sums.rend()};
}

}  // namespace voicestand::nn
