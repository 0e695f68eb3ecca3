#include "voicestand/nn/onnx_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "voicestand/nn/onnx_test_writer.h"

namespace voicestand::nn {
namespace {

using onnx_test::bytes;
using onnx_test::number;
using onnx_test::tensor;
using onnx_test::varint;

constexpr unsigned kGraph = onnx_test::kModelGraph, kNode = onnx_test::kGraphNode;
constexpr unsigned kInitializer = onnx_test::kGraphInitializer, kAttribute = onnx_test::kNodeAttribute;
constexpr unsigned kOutput = onnx_test::kNodeOutput, kOpType = onnx_test::kNodeOpType;
constexpr unsigned kDim = onnx_test::kTensorDim, kType = onnx_test::kTensorType, kTensorName = onnx_test::kTensorName;
constexpr unsigned kRawData = onnx_test::kTensorRawData;

// A model in memory with the graph that points into it.
struct Parsed {
  std::unique_ptr<const std::string> model;
  Result<std::unique_ptr<Graph>> graph;
  explicit operator bool() const { return graph.has_value(); }
  const Graph& operator*() const { return **graph; }
  const Graph* operator->() const { return graph->get(); }
};
Parsed parse(std::string model) {
  auto kept = std::make_unique<const std::string>(std::move(model));
  auto graph = parse_onnx(std::as_bytes(std::span(*kept)), "test.onnx");
  return {.model = std::move(kept), .graph = std::move(graph)};
}
Parsed parse_tensor(const std::string& tensor) {
  return parse(bytes(kGraph, bytes(kInitializer, tensor)));
}
bool refused(const Parsed& parsed) {
  return !parsed && parsed.graph.error().code == Errc::kBadModel && parsed.graph.error().where == "test.onnx";
}

TEST(OnnxFile, ReadsTensorsOfEachSpelling) {
  const std::string two("\x00\x00\x80\x3F\x00\x00\x00\xC0", 8);
  auto parsed = parse_tensor(tensor("w", 1, {2, 1}, two));
  ASSERT_TRUE(parsed.graph);
  EXPECT_EQ(parsed->constant("w")->floats(), (std::vector{1.0F, -2.0F}));
  EXPECT_EQ(parsed->constant("w")->shape, (std::vector<std::int64_t>{2, 1}));

  parsed = parse_tensor(number(kType, 1) + bytes(kTensorName, "w") + number(kDim, 2) + bytes(4, two));  // packed
  ASSERT_TRUE(parsed.graph);
  EXPECT_EQ(parsed->constant("w")->floats(), (std::vector{1.0F, -2.0F}));

  parsed = parse_tensor(number(kType, 2) + bytes(kTensorName, "zero_point") + number(5, 200));  // one by one, no shape
  ASSERT_TRUE(parsed.graph);
  ASSERT_EQ(parsed->constant("zero_point")->uint8s().size(), 1U);
  EXPECT_EQ(parsed->constant("zero_point")->uint8s().front(), 200);
  EXPECT_TRUE(parsed->constant("zero_point")->int8s().empty());
  EXPECT_TRUE(parsed->constant("zero_point")->floats().empty());

  parsed = parse_tensor(number(kType, 3) + bytes(kTensorName, "q") + number(kDim, 2) + bytes(kRawData, "\xFF\x7F"));
  ASSERT_TRUE(parsed.graph);
  EXPECT_EQ(parsed->constant("q")->int8s()[0], -1);
  EXPECT_EQ(parsed->constant("q")->int8s()[1], 127);

  parsed = parse_tensor(number(kType, 7) + bytes(kTensorName, "i") + bytes(kDim, varint(2)) +
                        bytes(7, varint(5) + varint(~0ULL)));
  ASSERT_TRUE(parsed.graph);
  EXPECT_EQ(parsed->constant("i")->integers(), (std::vector<std::int64_t>{5, -1}));
}

TEST(OnnxFile, RefusesTensorsWhoseSizeIsNotThatOfTheirShape) {
  EXPECT_TRUE(refused(parse_tensor(tensor("w", 1, {2}, "1234567"))));
  EXPECT_TRUE(refused(parse_tensor(tensor("w", 1, {3}, "12345678"))));
  EXPECT_TRUE(refused(parse_tensor(tensor("w", 1, {}, ""))));
  EXPECT_TRUE(refused(parse_tensor(tensor("w", 1, {-1}, "1234"))));                           // -1
  EXPECT_TRUE(refused(parse_tensor(tensor("w", 1, {1LL << 30, 1LL << 30, 1LL << 30}, ""))));  // wraps to 0
  EXPECT_TRUE(refused(parse_tensor(tensor("w", 1, {1LL << 62}, ""))));
  EXPECT_TRUE(refused(parse_tensor(tensor("w", 77, {1}, "1234"))));                    // no such type
  EXPECT_TRUE(refused(parse_tensor(tensor("w", 1, {1}, "1234") + bytes(4, "1234"))));  // given twice
  EXPECT_TRUE(refused(parse_tensor(tensor("w", 1, {1}, "1234") + number(14, 1))));     // in another file
  EXPECT_TRUE(parse_tensor(tensor("w", 1, {0}, "")).graph);
}

TEST(OnnxFile, RefusesWhatIsNoModel) {
  EXPECT_TRUE(refused(parse("")));
  EXPECT_TRUE(refused(parse("RIFF....WAVEfmt ")));
  EXPECT_TRUE(refused(parse(bytes(kGraph, "") + bytes(kGraph, ""))));
  EXPECT_TRUE(refused(parse(bytes(
      kGraph, bytes(kInitializer, tensor("w", 1, {1}, "1234")) + bytes(kInitializer, tensor("w", 1, {1}, "1234"))))));
}

TEST(OnnxFile, RefusesGraphsWithoutEndAndWithoutBound) {
  std::string graph;
  for (int depth = 0; depth < 1'000; ++depth) graph = bytes(kNode, bytes(kAttribute, bytes(6, graph)));
  EXPECT_TRUE(refused(parse(bytes(kGraph, graph))));

  std::string nodes;
  for (int i = 0; i < 300'000; ++i) nodes += bytes(kNode, "");
  EXPECT_TRUE(refused(parse(bytes(kGraph, nodes))));
}

TEST(OnnxFile, ValuesOfTheOuterGraphAreVisibleInABranch) {
  const std::string branch = bytes(kNode, bytes(kOpType, "Neg") + bytes(kOutput, "hidden"));
  const std::string graph =
      bytes(kInitializer, tensor("w", 1, {1}, "1234")) + bytes(kInitializer, tensor("hidden", 1, {1}, "1234")) +
      bytes(kNode, bytes(kOpType, "If") + bytes(kAttribute, bytes(1, "then_branch") + bytes(6, branch)));
  const auto parsed = parse(bytes(kGraph, graph));
  ASSERT_TRUE(parsed.graph);
  const Graph& inner = *parsed->nodes.front().attribute("then_branch")->graph;
  EXPECT_EQ(inner.constant("w"), parsed->constant("w"));
  EXPECT_EQ(inner.constant("hidden"), nullptr);
  EXPECT_EQ(inner.constant("absent"), nullptr);
}

TEST(OnnxFile, TellsMissingEmptyAndForeignFilesApart) {
  const auto folder =
      std::filesystem::path(testing::TempDir()) / ("voicestand_onnx_file_test." + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto code_of = [](const std::filesystem::path& path) {
    const auto opened = OnnxFile::open(path);
    return opened ? Errc::kUsage : opened.error().code;
  };
  EXPECT_EQ(code_of(folder / "absent.onnx"), Errc::kModelMissing);
  EXPECT_EQ(code_of(folder), Errc::kBadModel);
  std::ofstream(folder / "empty.onnx").flush();
  EXPECT_EQ(code_of(folder / "empty.onnx"), Errc::kBadModel);
  std::ofstream(folder / "text.onnx") << "<!DOCTYPE html>";
  EXPECT_EQ(code_of(folder / "text.onnx"), Errc::kBadModel);
  std::filesystem::remove_all(folder);
}

TEST(OnnxFile, ReachesBothBranchesOfAMergedDecoder) {
  const std::string path = VOICESTAND_BUNDLE_DIR "/models/moonshine-tiny-en/decoder_model_merged.onnx";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no model at " << path << ": run tools/fetch_deps.py";
  const auto file = OnnxFile::open(path);
  ASSERT_TRUE(file) << file.error().message();
  ASSERT_EQ(file->graph().nodes.size(), 1U);
  const Node& branch = file->graph().nodes.front();
  EXPECT_EQ(branch.op_type, "If");
  for (const auto* name : {"then_branch", "else_branch"}) {
    ASSERT_NE(branch.attribute(name), nullptr);
    const Graph& graph = *branch.attribute(name)->graph;
    EXPECT_GT(graph.nodes.size(), 1'000U);
    const auto found =
        std::ranges::find(graph.nodes, "/model/decoder/layers.0/self_attn/q_proj/MatMul_quant", &Node::name);
    ASSERT_NE(found, graph.nodes.end());
    const auto* weights = graph.constant(found->input(1));
    ASSERT_NE(weights, nullptr);
    EXPECT_EQ(weights->shape, (std::vector<std::int64_t>{288, 288}));
    EXPECT_EQ(weights->uint8s().size(), 288U * 288U);
  }
}

}  // namespace
}  // namespace voicestand::nn
