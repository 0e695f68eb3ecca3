#include "voicestand/nn/silero.h"

#include <cstring>
#include <filesystem>
#include <optional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "voicestand/nn/onnx_file.h"

namespace voicestand::nn {
namespace {

constexpr const char* kModel = VOICESTAND_BUNDLE_DIR "/models/silero-vad/silero_vad_openvino_16k.onnx";

// The real file, to be damaged.
class SileroFileTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kModel)) GTEST_SKIP() << "no model at " << kModel << ": run tools/fetch_deps.py";
    const auto file = MappedFile::open(kModel).value();
    model_.assign(file.bytes().begin(), file.bytes().end());
  }

  // Where the file is not weights: flipping those changes a number and no more.
  [[nodiscard]] std::vector<std::size_t> structure() const {
    constexpr std::size_t kLarge = 256;
    std::vector<bool> weight(model_.size());
    const auto graph = parse_onnx(model_, "").value();
    const auto mark = [&](const Tensor& tensor) {
      if (tensor.bytes.size() < kLarge || !tensor.decoded.empty()) return;
      const auto begin = tensor.bytes.data() - model_.data();
      std::fill_n(weight.begin() + begin, tensor.bytes.size(), true);
    };
    for (const auto& node : graph->nodes)
      if (const auto* value = node.attribute("value"); value != nullptr && value->tensor) mark(*value->tensor);
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < weight.size(); ++i)
      if (!weight[i]) positions.push_back(i);
    return positions;
  }

  // Whatever it holds, it is read or refused.
  enum class Outcome { kDamaged, kOtherNetwork, kNetwork };
  static Outcome outcome(std::span<const std::byte> model) {
    const auto graph = parse_onnx(model, "damaged.onnx");
    if (!graph) {
      EXPECT_EQ(graph.error().code, Errc::kBadModel);
      return Outcome::kDamaged;
    }
    auto network = Silero::create(**graph, "damaged.onnx");
    if (network) return Outcome::kNetwork;
    EXPECT_EQ(network.error().code, Errc::kBadModel);
    return Outcome::kOtherNetwork;
  }

  std::vector<std::byte> model_;
};

TEST_F(SileroFileTest, AllOfItIsTheNetwork) {
  EXPECT_EQ(outcome(model_), Outcome::kNetwork);
}

TEST_F(SileroFileTest, EveryTruncationIsRefused) {
  std::mt19937 random(1);
  const auto refused = [&](std::size_t size) {
    // A copy of its own size, so that reading past its end is seen by the sanitizer.
    const std::vector<std::byte> truncated(model_.begin(), model_.begin() + static_cast<std::ptrdiff_t>(size));
    return outcome(truncated) != Outcome::kNetwork;
  };
  for (std::size_t size = 0; size < 300; ++size) EXPECT_TRUE(refused(size)) << size;
  // Not the very end: what follows the graph there says nothing about the network.
  for (int i = 0; i < 300; ++i) {
    const std::size_t size = random() % (model_.size() - 100);
    EXPECT_TRUE(refused(size)) << size;
  }
}

TEST_F(SileroFileTest, FlippedBitsAreReadOrRefused) {
  const auto positions = structure();
  ASSERT_GT(positions.size(), 1'000U);
  ASSERT_LT(positions.size(), model_.size() / 4);
  std::mt19937 random(2);
  int refused = 0;
  for (int i = 0; i < 4'000; ++i) {
    const auto position = positions[random() % positions.size()];
    const auto before = model_[position];
    model_[position] ^= static_cast<std::byte>(1U << (random() % 8));
    // Building the network copies all weights: done for some of them, parsing for all.
    const bool whole = i % 20 == 0;
    refused += (whole ? outcome(model_) != Outcome::kNetwork : !parse_onnx(model_, "")) ? 1 : 0;
    model_[position] = before;
  }
  EXPECT_GT(refused, 100);
}

TEST_F(SileroFileTest, ManyFlippedBitsAtOnceAreReadOrRefused) {
  const auto positions = structure();
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    auto damaged = model_;
    for (int flips = 0; flips < 8; ++flips)
      damaged[positions[random() % positions.size()]] ^= static_cast<std::byte>(1U << (random() % 8));
    outcome(damaged);
  }
}

TEST_F(SileroFileTest, WeightsThatAreNoNumbersAreRefused) {
  const auto graph = parse_onnx(model_, "").value();
  const Node* convolution = nullptr;
  for (const auto& node : graph->nodes)
    if (node.op_type == "Conv") convolution = &node;
  const auto at = graph->constant(convolution->input(1))->bytes.data() - model_.data();
  const unsigned char nan[] = {0x00, 0x00, 0xC0, 0x7F};
  for (std::size_t i = 0; i < 4; ++i) model_[static_cast<std::size_t>(at) + i] = static_cast<std::byte>(nan[i]);
  EXPECT_EQ(outcome(model_), Outcome::kOtherNetwork);
}

TEST_F(SileroFileTest, AnotherTransformIsRefused) {
  const auto graph = parse_onnx(model_, "").value();
  const std::vector<std::int64_t> basis{258, 1, 256};
  const Tensor* tensor = nullptr;
  for (const auto& node : graph->nodes) {
    const auto* const candidate = node.op_type == "Conv" ? graph->constant(node.input(1)) : nullptr;
    if (candidate != nullptr && candidate->shape == basis) tensor = candidate;
  }
  ASSERT_NE(tensor, nullptr);
  const auto begin = static_cast<std::size_t>(tensor->bytes.data() - model_.data());
  for (const std::size_t element : {1U * 256 + 128, 77U * 256 + 3, 130U * 256 + 100, 257U * 256 + 129}) {
    const std::size_t at = begin + element * sizeof(float);
    float weight = 0;
    std::memcpy(&weight, model_.data() + at, sizeof weight);
    const float other = weight + 1e-4F;
    std::memcpy(model_.data() + at, &other, sizeof other);
    EXPECT_EQ(outcome(model_), Outcome::kOtherNetwork) << element;
    std::memcpy(model_.data() + at, &weight, sizeof weight);
  }
  EXPECT_EQ(outcome(model_), Outcome::kNetwork);
}

TEST(Silero, AnotherModelIsRefused) {
  const char* path = VOICESTAND_BUNDLE_DIR "/models/moonshine-tiny-en/encoder_model.onnx";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no model at " << path << ": run tools/fetch_deps.py";
  const auto network = Silero::load(path);
  ASSERT_FALSE(network);
  EXPECT_EQ(network.error().code, Errc::kBadModel);
  EXPECT_EQ(network.error().where, path);
}

TEST(Silero, AGraphThatIsACircleIsRefused) {
  Graph graph;
  graph.inputs.push_back({.name = "input", .shape = {1, 576}});
  graph.inputs.push_back({.name = "state", .shape = {2, 1, 128}});
  auto& node = graph.nodes.emplace_back();
  node.op_type = "Relu";
  node.inputs = {"output"};
  node.outputs = {"output"};
  ASSERT_TRUE(graph.index());
  EXPECT_FALSE(Silero::create(graph, "circle"));
}

}  // namespace
}  // namespace voicestand::nn
