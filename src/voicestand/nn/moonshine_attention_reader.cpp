#include <algorithm>
#include <array>
#include <cmath>

#include "voicestand/nn/moonshine_reader.h"

namespace voicestand::nn {
namespace {

constexpr std::array<std::int64_t, 4> kSwapHeads{0, 2, 1, 3};         // steps, heads <-> heads, steps
constexpr std::array<std::int64_t, 4> kTurnHeads{0, 1, 3, 2};         // rows <-> columns of each head
constexpr std::array<std::int64_t, 4> kSwapAndTurnHeads{0, 2, 3, 1};  // both

bool transposes(const Node& node, std::span<const std::int64_t> order) {
  return has_integers(node, "perm", order);
}

}  // namespace

// softmax(query key^T / sqrt(head's width)) value, of all heads, through a last matrix.
MoonshineReader::Attended MoonshineReader::attention(std::string_view value, Attention& attention, Position position,
                                                     std::size_t asked_width, const std::string& name) {
  const auto mixed = linear(value, attention.out, width_, width_, name + " output");
  const Node& joined = step(mixed, "Reshape", name);
  const Node& steps = step(joined.input(0), "Transpose", name);
  const Node& product = step(steps.input(0), "MatMul", name);
  const Node& softmax = step(product.input(0), "Softmax", name);
  std::string_view scores = softmax.input(0);
  if (position == Position::kRotaryCausal) scores = step(scores, "Add", name + " mask").input(0);
  const Node& score = step(scores, "MatMul", name);
  const Node& queries = step(score.input(0), "Mul", name);
  const Node& keys = step(score.input(1), "Mul", name);
  if (failed()) return {};
  if (!transposes(steps, kSwapHeads) || !has_integer(softmax, "axis", -1)) refuse_computation(name);

  const std::string query_name = name + " query";
  const std::string key_name = name + " key";
  const std::string value_name = name + " value";
  std::string_view query = queries.input(0);
  std::string_view key;
  const Node& turned = step(keys.input(0), "Transpose", key_name);
  if (position == Position::kNone) {
    if (!failed() && !transposes(turned, kSwapAndTurnHeads)) refuse_computation(key_name);
    key = step(turned.input(0), "Reshape", key_name).input(0);
  } else {
    if (!failed() && !transposes(turned, kTurnHeads)) refuse_computation(key_name);
    key = split_heads(rotated(turned.input(0), key_name), key_name);
    query = rotated(query, query_name);
  }
  query = split_heads(query, query_name);
  if (failed()) return {};
  if (rotary_ > width_ / heads_) refuse("turns more of its ", name, " than a head has");
  scaled(queries.input(1), keys.input(1), name);
  Attended attended{.from = linear(query, attention.query, width_, width_, query_name),
                    .to = linear(key, attention.key, asked_width, width_, key_name)};
  const auto valued = split_heads(product.input(1), value_name);
  if (failed()) return {};
  if (linear(valued, attention.value, attention.key.weights.inputs, width_, value_name) != attended.to)
    refuse_computation(value_name);
  return attended;
}

// Both sides of the product are multiplied with the fourth root of 1 / width of a head: a constant, or computed from
// the shape that is there.
void MoonshineReader::scaled(std::string_view queries, std::string_view keys, std::string_view name) {
  if (failed()) return;
  const float head = static_cast<float>(width_) / static_cast<float>(heads_);
  for (const auto factor : {queries, keys}) {
    if (is_number(factor, 1 / std::sqrt(std::sqrt(head)))) continue;
    const Node& root = step(step(factor, "Sqrt", name).input(0), "Div", name);
    const Node& shape = behind(step(root.input(1), "Sqrt", name).input(0), "Slice", name);
    if (!is(shape.input(0), "Shape") || !is_number(root.input(0), 1)) refuse_computation(name);
  }
}

std::string_view MoonshineReader::split_heads(std::string_view value, std::string_view name) {
  const Node& steps = step(value, "Transpose", name);
  const Node& split = step(steps.input(0), "Reshape", name);
  const Node& shape = step(split.input(1), "Concat", name);
  if (failed()) return {};
  const auto count = integer(shape.input(2), 0);
  const auto head_width = integer(shape.input(3), 0);
  if (!transposes(steps, kSwapHeads) || count <= 0 || head_width <= 0 || shape.inputs.size() != 4)
    return refuse_computation(name);
  const auto most = static_cast<std::int64_t>(width_);
  if (count > most || head_width > most || count * head_width != most ||
      (heads_ != 0 && heads_ != static_cast<std::size_t>(count)))
    return refuse("splits its ", name, " into heads that do not fit");
  heads_ = static_cast<std::size_t>(count);
  return split.input(0);
}

// The first `rotary_` numbers of a head turned by the position, put together with the others.
std::string_view MoonshineReader::rotated(std::string_view value, std::string_view name) {
  const Node& whole = step(value, "Concat", name);
  const Node& sum = step(whole.input(0), "Add", name);
  const Node& rest = step(whole.input(1), "Slice", name);
  const Node& cosine = step(sum.input(0), "Mul", name);
  const Node& sine = step(sum.input(1), "Mul", name);
  const Node& first = step(cosine.input(0), "Slice", name);
  if (failed()) return {};
  const auto bound = integer(first.input(2), 0);
  if (first.input(0) != rest.input(0) || integer(first.input(1), -1) != 0 || integer(first.input(3), 0) != 3 ||
      integer(first.input(4), 1) != 1 || integer(rest.input(1), 0) != bound || integer(rest.input(3), 0) != 3 ||
      integer(rest.input(4), 1) != 1 || !has_integer(whole, "axis", -1))
    return refuse_computation(name);
  if (bound <= 0 || bound % 2 != 0 || bound > static_cast<std::int64_t>(width_) ||
      (rotary_ != 0 && rotary_ != static_cast<std::size_t>(bound)))
    return refuse("turns another part of its ", name);
  rotary_ = static_cast<std::size_t>(bound);
  angles(cosine.input(1), "Cos", name);
  angles(sine.input(1), "Sin", name);
  turned(sine.input(0), cosine.input(0), name);
  return failed() ? std::string_view() : first.input(0);
}

// Position times 1 / base^(2 i / rotary_), each twice.
void MoonshineReader::angles(std::string_view value, std::string_view function, std::string_view name) {
  const Node& node = behind(value, function, name);
  const Node& product = behind(node.input(0), "MatMul", name);
  if (failed()) return;
  const auto factors = floats(product.input(0), rotary_ / 2, "rotary frequencies");
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const double factor = std::pow(kRotaryBase, -2.0 * static_cast<double>(i) / static_cast<double>(rotary_));
    if (std::abs(factors[i] - factor) > 1e-5 * factor) refuse("turns its ", name, " with other frequencies");
  }
}

// (x0, x1) -> (-x1, x0) of neighbours.
void MoonshineReader::turned(std::string_view value, std::string_view source, std::string_view name) {
  const Node& shaped = step(value, "Reshape", name);
  const Node& pairs = step(shaped.input(0), "Concat", name);
  const Node& negated = step(step(pairs.input(0), "Unsqueeze", name).input(0), "Neg", name);
  const Node& second = step(negated.input(0), "Slice", name);
  const Node& first = step(step(pairs.input(1), "Unsqueeze", name).input(0), "Slice", name);
  if (failed()) return;
  const auto takes = [&](const Node& slice, std::int64_t start) {
    return slice.input(0) == source && integer(slice.input(1), -1) == start && integer(slice.input(3), 0) == 3 &&
           integer(slice.input(4), 0) == 2;
  };
  if (!takes(second, 1) || !takes(first, 0) || !has_integer(pairs, "axis", -1)) refuse_computation(name);
}

}  // namespace voicestand::nn
