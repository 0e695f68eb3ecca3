#include "voicestand/nn/moonshine_reader.h"

#include <atomic>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "voicestand/nn/moonshine_decoder.h"
#include "voicestand/nn/moonshine_encoder.h"
#include "voicestand/nn/moonshine_test_invariants.h"
#include "voicestand/nn/moonshine_test_model.h"
#include "voicestand/nn/onnx_file.h"

namespace voicestand::nn {
namespace {

using moonshine_test::Decoder;
using moonshine_test::Invariants;
using onnx_test::WrittenGraph;
using testing::HasSubstr;

template <typename Weights>
struct Read {
  std::unique_ptr<const std::string> file;  // what the weights point into
  Result<Weights> weights;
};

template <typename Weights>
Read<Weights> read(Result<Weights> (*reader)(const Graph&, const std::string&), std::string model) {
  auto file = std::make_unique<const std::string>(std::move(model));
  const auto graph = parse_onnx(std::as_bytes(std::span(*file)), "small.onnx");
  if (!graph) return {.file = std::move(file), .weights = std::unexpected(graph.error())};
  return {.file = std::move(file), .weights = reader(**graph, "small.onnx")};
}
Read<EncoderWeights> read(const WrittenGraph& encoder) {
  return read(read_moonshine_encoder, onnx_test::model(encoder));
}
Read<DecoderWeights> read(const Decoder& decoder) {
  return read(read_moonshine_decoder, decoder.model());
}

double element(const simd::ByteWeights& weights, std::size_t input, std::size_t output) {
  return static_cast<double>(weights.scale) *
         (weights.bytes[input * weights.outputs + output] - weights.zero - static_cast<double>(weights.zero_fraction));
}

TEST(MoonshineReader, ASmallEncoderIsReadByItsOwnSizes) {
  const auto [file, weights] = read(moonshine_test::encoder());
  ASSERT_TRUE(weights) << weights.error().message();
  EXPECT_EQ(Invariants::broken(*weights), "");
  EXPECT_EQ(weights->width, 8U);
  EXPECT_EQ(weights->heads, 2U);
  EXPECT_EQ(weights->rotary, 2U);
  EXPECT_EQ(weights->layers.size(), 2U);
  EXPECT_EQ(weights->wave_stride, 4U);
  EXPECT_EQ(weights->second.stride, 3U);
  EXPECT_EQ(weights->third.stride, 2U);
  EXPECT_EQ(weights->layers[1].mlp_in.weights.outputs, 12U);
}

// As the file writes them: outputs, channels, taps; q scale + offset.
TEST(MoonshineReader, ConvolutionsAreWhatTheFileMeans) {
  auto graph = moonshine_test::encoder();
  const auto [file, weights] = read(graph);
  ASSERT_TRUE(weights) << weights.error().message();
  const auto written = [&](const std::string& name, std::size_t index, double offset) {
    return 0.5 * static_cast<signed char>(graph.tensor(name + ".weights").data.at(index)) + offset;
  };
  for (std::size_t output = 0; output < 10; ++output)
    for (std::size_t channel = 0; channel < 6; ++channel)
      for (std::size_t tap = 0; tap < 3; ++tap)
        EXPECT_NEAR(element(weights->second.linear.weights, tap * 6 + channel, output),
                    written("second", (output * 6 + channel) * 3 + tap, -1.5), 1e-6);
  EXPECT_EQ(weights->second.linear.weights.zero, 131);
  EXPECT_EQ(weights->second.linear.weights.zero_fraction, 0);
  for (std::size_t output = 0; output < 8; ++output)
    for (std::size_t channel = 0; channel < 10; ++channel)
      for (std::size_t tap = 0; tap < 2; ++tap)
        EXPECT_NEAR(element(weights->third.linear.weights, tap * 10 + channel, output),
                    written("third", (output * 10 + channel) * 2 + tap, 0.1), 1e-6);
  EXPECT_EQ(weights->third.linear.weights.zero, 128);
  EXPECT_NEAR(weights->third.linear.weights.zero_fraction, -0.2, 1e-6);
  for (std::size_t channel = 0; channel < 6; ++channel)
    for (std::size_t tap = 0; tap < 5; ++tap)
      EXPECT_NEAR(weights->wave[tap * 6 + channel], written("wave", channel * 5 + tap, 0.75), 1e-6);
}

TEST(MoonshineReader, ASmallDecoderIsReadByItsOwnSizes) {
  const auto [file, weights] = read(moonshine_test::decoder());
  ASSERT_TRUE(weights) << weights.error().message();
  EXPECT_EQ(Invariants::broken(*weights), "");
  EXPECT_EQ(weights->width, 8U);
  EXPECT_EQ(weights->heads, 2U);
  EXPECT_EQ(weights->rotary, 2U);
  EXPECT_EQ(weights->embedding.outputs, 7U);
  EXPECT_EQ(weights->embedding.zero, 120);
  ASSERT_EQ(weights->layers.size(), 2U);
  EXPECT_EQ(weights->layers[1].mlp_in.weights.outputs, 24U);
  EXPECT_EQ(weights->layers[1].mlp_out.weights.inputs, 12U);
}

void set(WrittenGraph& graph, const std::string& tensor, float value) {
  std::memcpy(graph.tensor(tensor).data.data(), &value, sizeof value);
}

// Another part of each head, with the frequencies that go with it.
void turn(WrittenGraph& graph, std::int64_t rotary) {
  std::memcpy(graph.tensor("rotary").data.data(), &rotary, sizeof rotary);
  auto& frequencies = graph.tensor("frequencies");
  frequencies.shape = {rotary / 2};
  frequencies.data.clear();
  for (std::int64_t i = 0; i < rotary / 2; ++i) {
    const auto factor =
        static_cast<float>(std::pow(kRotaryBase, -2.0 * static_cast<double>(i) / static_cast<double>(rotary)));
    frequencies.data.append(reinterpret_cast<const char*>(&factor), sizeof factor);
  }
}

struct EncoderCase {
  const char* problem;
  std::function<void(WrittenGraph&)> change;
};

TEST(MoonshineReader, WhatDoesNotFitInAnEncoderIsNamed) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const EncoderCase cases[] = {
      {"layer 1 has no attention query weights",
       [](auto& g) { g.node("layers.1.query.product").inputs[1] = "elsewhere"; }},
      {"layer 0 has its attention key weights in another type",
       [](auto& g) { g.tensor("layers.0.key.weights").type = DataType::kInt8; }},
      {"layer 0 has its MLP input weights in another shape",
       [](auto& g) { g.tensor("layers.0.mlp_in.weights").shape = {12, 8}; }},
      {"layer 0 has its MLP output weights in another shape",
       [](auto& g) { g.tensor("layers.0.mlp_out.weights").shape = {8, 12}; }},
      {"layer 1 has its attention value weights in another shape",
       [](auto& g) { g.tensor("layers.1.value.weights").shape = {64}; }},
      {"layer 1 has no scale for its attention output weights", [](auto& g) { set(g, "layers.1.output.scale", kNan); }},
      {"layer 1 has no scale for its attention output weights", [](auto& g) { set(g, "layers.1.output.scale", 0); }},
      {"layer 1 has no scale for its attention output weights", [](auto& g) { set(g, "layers.1.output.scale", -1); }},
      {"layer 1 has no scale for its attention output weights",
       [](auto& g) { set(g, "layers.1.output.scale", kInfinity); }},
      {"layer 0 has no zero for its attention query weights",
       [](auto& g) { g.node("layers.0.query.product").inputs[3] = "one"; }},
      {"layer 0 has what is no number in its attention norm",
       [](auto& g) { set(g, "layers.0.attention_norm.weight", kNan); }},
      {"layer 0 has its MLP input bias in another shape",
       [](auto& g) { g.node("layers.0.mlp_in").inputs[0] = "layers.0.mlp_out.bias"; }},
      {"end computes its norm in another way", [](auto& g) { set(g, "epsilon", 1e-3F); }},
      {"layer 0 computes its MLP in another way", [](auto& g) { g.node("layers.0.gelu.erf").op_type = "Tanh"; }},
      {"layer 1 computes its attention in another way", [](auto& g) { g.node("layers.1.softmax").attributes.clear(); }},
      {"layer 0 computes its attention in another way", [](auto& g) { set(g, "fourth_root", 0.5F); }},
      {"layer 1 computes its attention in another way",
       [](auto& g) {
         g.node("layers.1.attention_norm.centred").inputs[0] = "frames";
         g.node("layers.1.attention_norm.mean").inputs[0] = "frames";
       }},
      {"layer 0 turns its attention key with other frequencies", [](auto& g) { set(g, "frequencies", 2); }},
      {"layer 0 computes its attention key in another way",
       [](auto& g) { g.node("layers.0.key.odds").inputs[1] = "0"; }},
      {"layer 0 turns more of its attention than a head has", [](auto& g) { turn(g, 6); }},
      {"layer 0 turns another part of its attention key", [](auto& g) { turn(g, 3); }},
      {"layer 0 splits its attention key into heads that do not fit",
       [](auto& g) { g.node("layers.0.key.shape").inputs[2] = "3"; }},
      {"front has no second convolution weights", [](auto& g) { g.node("second.cast").inputs[0] = "gone"; }},
      {"front has its third convolution in another type",
       [](auto& g) { g.tensor("third.weights").type = DataType::kUint8; }},
      {"front has its second convolution with a zero far off", [](auto& g) { set(g, "second.offset", 200); }},
      {"front has no scale for its first convolution", [](auto& g) { set(g, "wave.offset", kNan); }},
      {"front moves its second convolution in another way",
       [](auto& g) { g.node("second").attributes[0] = onnx_test::integers("strides", {0}); }},
      {"front moves its second convolution in another way",
       [](auto& g) { g.node("second").attributes[3] = onnx_test::integer("group", 2); }},
      {"front has its group norm's weight in another shape",
       [](auto& g) { g.tensor("second.weights").shape = {10, 3, 6}; }},
      {"front computes its group norm in another way",
       [](auto& g) { g.node("group.normal").attributes[0] = onnx_test::real("epsilon", 1e-3F); }},
      {"front has convolutions that do not fit each other",
       [](auto& g) { g.tensor("third.weights").shape = {8, 4, 5}; }},
      {"front has its third convolution bias in another shape",
       [](auto& g) { g.node("third").inputs[2] = "second.bias"; }},
      {"end has layers of another form",
       [](auto& g) {
         g.node("norm.centred").inputs[0] = "layers.1.attended";
         g.node("norm.mean").inputs[0] = "layers.1.attended";
       }},
      {"end has its norm in a size that is not used here", [](auto& g) { g.node("norm").inputs[1] = "gone"; }},
  };
  for (const auto& [problem, change] : cases) {
    auto graph = moonshine_test::encoder();
    change(graph);
    const auto [file, weights] = read(graph);
    ASSERT_FALSE(weights) << problem;
    EXPECT_EQ(weights.error().code, Errc::kBadModel);
    EXPECT_EQ(weights.error().where, "small.onnx");
    EXPECT_THAT(weights.error().what, HasSubstr(problem));
  }
}

struct DecoderCase {
  const char* problem;
  std::function<void(Decoder&)> change;
};

TEST(MoonshineReader, WhatDoesNotFitInADecoderIsNamed) {
  const DecoderCase cases[] = {
      {"layer 1 has no cross attention key weights",
       [](auto& d) { d.branch.node("layers.1.cross.key.product").inputs[1] = "elsewhere"; }},
      {"layer 1 computes its self attention mask in another way",
       [](auto& d) { d.branch.node("layers.1.self.softmax").inputs[0] = "layers.1.self.scores"; }},
      {"layer 0 computes its cross attention in another way", [](auto& d) { d.whole.inputs.pop_back(); }},
      {"layer 0 computes its MLP gate in another way",
       [](auto& d) { d.branch.node("layers.0.sigmoid").inputs[0] = "layers.0.up"; }},
      {"layer 0 computes its MLP gate in another way",
       [](auto& d) { d.branch.node("layers.0.up").inputs[2] = "twice_hidden"; }},
      {"layer 1 has its MLP input weights in another shape",
       [](auto& d) { d.whole.tensor("layers.1.mlp_in.weights").shape = {24, 8}; }},
      {"layer 0 has its cross attention value weights in another shape",
       [](auto& d) {
         auto& weights = d.whole.tensor("layers.0.cross.value.weights");
         weights.shape = {4, 8};
         weights.data.resize(32);
       }},
      {"end has its embedding in another shape", [](auto& d) { d.whole.tensor("embedding.weights").shape = {8, 7}; }},
      {"end has no scale for its embedding", [](auto& d) { set(d.whole, "embedding.scale", -0.5F); }},
      {"end computes its scores with another table than its embedding",
       [](auto& d) { d.branch.node("embedding.turned").inputs[0] = "layers.0.mlp_out.weights"; }},
      {"end computes its scores in another way", [](auto& d) { d.branch.node("logits").op_type = "Gemm"; }},
      {"end has layers of another form",
       [](auto& d) { d.branch.node("layers.1").inputs[0] = "layers.1.heard_itself"; }},
  };
  for (const auto& [problem, change] : cases) {
    auto decoder = moonshine_test::decoder();
    change(decoder);
    const auto [file, weights] = read(decoder);
    ASSERT_FALSE(weights) << problem;
    EXPECT_EQ(weights.error().code, Errc::kBadModel);
    EXPECT_THAT(weights.error().what, HasSubstr(problem));
  }
}

TEST(MoonshineReader, OtherFilesAreRefused) {
  EXPECT_FALSE(read(WrittenGraph{}).weights);
  EXPECT_FALSE(read(Decoder{}).weights);
  EXPECT_FALSE(read(read_moonshine_decoder, onnx_test::model(moonshine_test::encoder())).weights);
  EXPECT_FALSE(read(read_moonshine_encoder, moonshine_test::decoder().model()).weights);
}

// Each value made of itself.
TEST(MoonshineReader, AGraphThatIsACircleIsRefused) {
  auto graph = moonshine_test::encoder();
  for (const auto* type : {"Add", "Transpose", "Reshape", "Concat", "Mul"}) {
    auto circular = graph;
    for (auto& node : circular.nodes)
      if (node.op_type == type) node.inputs.assign(node.inputs.size(), node.outputs.front());
    EXPECT_FALSE(read(circular).weights) << type;
  }
}

TEST(MoonshineReader, PartsOfTwoModelsDoNotFit) {
  const auto encoder = read(moonshine_test::encoder());
  const auto decoder = read(moonshine_test::decoder());
  ASSERT_TRUE(encoder.weights && decoder.weights);
  EXPECT_TRUE(fit_each_other(*encoder.weights, *decoder.weights, "here"));
  auto other = *encoder.weights;
  other.width = 16;
  EXPECT_FALSE(fit_each_other(other, *decoder.weights, "here"));
  other = *encoder.weights;
  other.heads = 4;
  EXPECT_FALSE(fit_each_other(other, *decoder.weights, "here"));
}

// Listens to a noise and writes down what it takes that for.
void transcribe(const EncoderWeights& listens, const DecoderWeights& writes) {
  constexpr std::size_t kSamples = 400;
  constexpr std::size_t kMostTokens = 5;
  const std::atomic<bool> go_on{false};
  std::vector<float> noise(kSamples);
  for (std::size_t i = 0; i < kSamples; ++i) noise[i] = static_cast<float>(i * i % 17) / 17 - 0.5F;
  auto encoder = MoonshineEncoder::create(listens, kSamples);
  ASSERT_TRUE(encoder);
  const auto frames = encoder->encode(noise, go_on);
  ASSERT_TRUE(frames);
  auto decoder = MoonshineDecoder::create(writes, {.frames = frames->count(), .tokens = kMostTokens});
  ASSERT_TRUE(decoder);
  ASSERT_TRUE(decoder->attend_to(*frames, go_on));
  const auto tokens = decoder->decode({}, kMostTokens, go_on);
  ASSERT_TRUE(tokens);
  for (const Token token : *tokens) ASSERT_LT(token, writes.embedding.outputs);
}

TEST(MoonshineReader, FlippedBitsAreRefusedOrTranscribedWith) {
  const std::string encoder = onnx_test::model(moonshine_test::encoder());
  const std::string decoder = moonshine_test::decoder().model();
  const auto whole_encoder = read(read_moonshine_encoder, encoder);
  const auto whole_decoder = read(read_moonshine_decoder, decoder);
  std::mt19937 random(3);
  int refused = 0;
  const auto refuse = [&](const Error& error) {
    EXPECT_EQ(error.code, Errc::kBadModel);
    ++refused;
  };
  const auto outcome = [&](const Result<EncoderWeights>& listens, const Result<DecoderWeights>& writes) {
    if (!listens) return refuse(listens.error());
    if (!writes) return refuse(writes.error());
    EXPECT_EQ(Invariants::broken(*listens), "");
    EXPECT_EQ(Invariants::broken(*writes), "");
    if (const auto fit = fit_each_other(*listens, *writes, "here"); !fit) return refuse(fit.error());
    transcribe(*listens, *writes);
  };
  for (int i = 0; i < 10'000; ++i) {
    std::string model = i % 2 == 0 ? encoder : decoder;
    for (int flips = 0; flips < 1 + i % 3; ++flips) {
      char& byte = model[random() % model.size()];
      byte = static_cast<char>(byte ^ 1 << random() % 8);
    }
    if (i % 2 == 0) {
      outcome(read(read_moonshine_encoder, model).weights, whole_decoder.weights);
    } else {
      outcome(whole_encoder.weights, read(read_moonshine_decoder, model).weights);
    }
  }
  EXPECT_GT(refused, 5'000);
  EXPECT_LT(refused, 10'000);
}

}  // namespace
}  // namespace voicestand::nn
