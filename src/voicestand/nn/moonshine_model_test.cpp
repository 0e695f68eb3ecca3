#include "voicestand/nn/moonshine_model.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "voicestand/nn/moonshine_reader.h"
#include "voicestand/nn/moonshine_test_invariants.h"
#include "voicestand/nn/onnx_file.h"

namespace voicestand::nn {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTiny = VOICESTAND_BUNDLE_DIR "/models/moonshine-tiny-en";
constexpr const char* kBase = VOICESTAND_BUNDLE_DIR "/models/moonshine-base-en";

bool is_here(const char* folder) {
  return fs::exists(fs::path(folder) / "encoder_model.onnx") &&
         fs::exists(fs::path(folder) / "decoder_model_merged.onnx");
}

// One number of a tensor and one that depends on all of them and on their order: with element i counted through all
// inputs and, for each, all outputs, the sum of elements times (37 i mod 101) - 50. From numpy in f64, by node names.
struct Golden {
  const char* name;
  double sample;
  double moment;
};

// Of each model's last layers.
constexpr Golden kTinyNumbers[] = {
    {"encoder.query", 0, -338.398105},
    {"encoder.key", 0.1304287, 200.023706},
    {"encoder.value", -0.07416894, 2749.32606},
    {"encoder.out", 0.3165334, -91.826342},
    {"encoder.mlp_in", -0.08280263, 1789.92076},
    {"encoder.mlp_out", -0.1695516, 35.6058375},
    {"decoder.self.query", -0.01832203, -695.992849},
    {"decoder.self.key", 0.005404291, 2064.67685},
    {"decoder.self.value", 0.1162627, 188.700897},
    {"decoder.self.out", 0.01638941, -394.214457},
    {"decoder.cross.query", 0.005735229, 1352.36121},
    {"decoder.cross.key", -0.03541085, -734.394419},
    {"decoder.cross.value", 0.05951082, 1142.22694},
    {"decoder.cross.out", -0.1632526, 43.5068227},
    {"decoder.mlp_in", -0.08170127, 5361.97273},
    {"decoder.mlp_out", 0.03725394, -343.108809},
    {"conv2", -0.01581952, 1544.94976},
    {"conv3", 0.03935342, 1914.64095},
    {"wave", 0.05339001, 208.194363},
    {"embedding", -0.09126586, -16343.0911},
    {"encoder.attention_norm", 0.9486165, -20.5971073},
    {"encoder.mlp_norm", 1.128954, -90.0011175},
    {"encoder.mlp_in.bias", -0.1037801, 30.5094354},
    {"encoder.mlp_out.bias", 0.1085643, -155.682848},
    {"encoder.norm", 0.9404802, -39.4582702},
    {"group_weight", 1.030503, -342.558742},
    {"group_bias", 0.003035869, 0.0282243449},
    {"conv2.bias", -0.02966843, -96.9785035},
    {"conv3.bias", -0.1646853, -55.8954517},
    {"decoder.self_norm", 0.6768203, -51.767617},
    {"decoder.cross_norm", 0.6966441, 38.1708155},
    {"decoder.mlp_norm", 0.5677782, 5.63226408},
    {"decoder.mlp_in.bias", 0.1042364, 1170.54834},
    {"decoder.mlp_out.bias", 0.1080487, 66.8174145},
    {"decoder.norm", 1.426764, -10.5595077},
};
constexpr Golden kBaseNumbers[] = {
    {"encoder.query", 0.004488847, -522.596028},
    {"encoder.key", 0.06181804, -220.535874},
    {"encoder.value", 0.05424722, 5760.42179},
    {"encoder.out", 0.1985469, -1507.63917},
    {"encoder.mlp_in", 0, 96.3061823},
    {"encoder.mlp_out", 0.07841863, -2163.9099},
    {"decoder.self.query", 0.364884, 1064.82788},
    {"decoder.self.key", 0.1383985, 800.584361},
    {"decoder.self.value", 0.2380381, 1399.61666},
    {"decoder.self.out", -0.08118585, -2713.37716},
    {"decoder.cross.query", 0.1950609, -999.043686},
    {"decoder.cross.key", 0.2442408, -312.794264},
    {"decoder.cross.value", 0.3959407, 1047.10914},
    {"decoder.cross.out", -0.0224984, 1502.33072},
    {"decoder.mlp_in", 0, -1229.83335},
    {"decoder.mlp_out", 0.3916365, 3504.79412},
    {"conv2", -0.05350554, -9184.24536},
    {"conv3", -0.08449144, 3081.84881},
    {"wave", 0.1081632, -682.888177},
    {"embedding", -0.1582805, 3114.08455},
    {"encoder.attention_norm", 0.8197007, 145.991237},
    {"encoder.mlp_norm", 0.9093483, -37.7390951},
    {"encoder.mlp_in.bias", -0.1815121, -119.456603},
    {"encoder.mlp_out.bias", 0.1408158, 95.7703305},
    {"encoder.norm", 0.7080862, 32.8963656},
    {"group_weight", 0.06993608, -100.475676},
    {"group_bias", 0.0004957924, 1.06689375},
    {"conv2.bias", -0.2090374, 961.246599},
    {"conv3.bias", -0.5827264, 480.413651},
    {"decoder.self_norm", 0.6340567, -29.2725335},
    {"decoder.cross_norm", 0.6072583, -9.18605518},
    {"decoder.mlp_norm", 0.7153594, -5.88421988},
    {"decoder.mlp_in.bias", -0.01193055, -93.2820062},
    {"decoder.mlp_out.bias", 0.2757122, 2.52069379},
    {"decoder.norm", 1.605073, -40.6140094},
};

class Numbers {
 public:
  explicit Numbers(std::span<const Golden> expected) : expected_(expected) {}

  void check(const char* name, const simd::ByteWeights& weights, bool by_output = false) {
    const auto element = [&](std::size_t input, std::size_t output) {
      const auto byte = weights.bytes[by_output ? output * weights.inputs + input : input * weights.outputs + output];
      return static_cast<double>(weights.scale) * (byte - weights.zero - static_cast<double>(weights.zero_fraction));
    };
    double moment = 0;
    for (std::size_t i = 0; i < weights.inputs * weights.outputs; ++i)
      moment += element(i / weights.outputs, i % weights.outputs) * factor(i);
    check(name, element(weights.inputs * 2 / 3, weights.outputs / 3), moment);
  }
  void check(const char* name, const std::vector<float>& numbers, std::size_t columns = 0) {
    const std::size_t rows = columns == 0 ? 1 : numbers.size() / columns;
    double moment = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) moment += static_cast<double>(numbers[i]) * factor(i);
    const std::size_t sample = columns == 0 ? numbers.size() * 2 / 3 : rows * 2 / 3 * columns + columns / 3;
    check(name, static_cast<double>(numbers.at(sample)), moment);
  }
  [[nodiscard]] std::size_t checked() const { return checked_; }

 private:
  static double factor(std::size_t i) { return static_cast<double>(i * 37 % 101) - 50; }

  void check(const char* name, double sample, double moment) {
    ASSERT_LT(checked_, expected_.size());
    const Golden& golden = expected_[checked_++];
    EXPECT_STREQ(name, golden.name);
    EXPECT_NEAR(sample, golden.sample, 1e-6 * std::abs(golden.sample) + 1e-7) << name;
    EXPECT_NEAR(moment, golden.moment, 1e-6 * std::abs(golden.moment) + 1e-2) << name;
  }

  std::span<const Golden> expected_;
  std::size_t checked_ = 0;
};

void check_numbers(const MoonshineModel& model, std::span<const Golden> expected) {
  Numbers numbers(expected);
  const EncoderWeights& encoder = model.encoder();
  const DecoderWeights& decoder = model.decoder();
  const EncoderLayer& hearing = encoder.layers.back();
  const DecoderLayer& saying = decoder.layers.back();
  numbers.check("encoder.query", hearing.attention.query.weights);
  numbers.check("encoder.key", hearing.attention.key.weights);
  numbers.check("encoder.value", hearing.attention.value.weights);
  numbers.check("encoder.out", hearing.attention.out.weights);
  numbers.check("encoder.mlp_in", hearing.mlp_in.weights);
  numbers.check("encoder.mlp_out", hearing.mlp_out.weights);
  numbers.check("decoder.self.query", saying.self.query.weights);
  numbers.check("decoder.self.key", saying.self.key.weights);
  numbers.check("decoder.self.value", saying.self.value.weights);
  numbers.check("decoder.self.out", saying.self.out.weights);
  numbers.check("decoder.cross.query", saying.cross.query.weights);
  numbers.check("decoder.cross.key", saying.cross.key.weights);
  numbers.check("decoder.cross.value", saying.cross.value.weights);
  numbers.check("decoder.cross.out", saying.cross.out.weights);
  numbers.check("decoder.mlp_in", saying.mlp_in.weights);
  numbers.check("decoder.mlp_out", saying.mlp_out.weights);
  numbers.check("conv2", encoder.second.linear.weights);
  numbers.check("conv3", encoder.third.linear.weights);
  numbers.check("wave", encoder.wave, encoder.wave_channels);
  numbers.check("embedding", decoder.embedding, true);
  numbers.check("encoder.attention_norm", hearing.attention_norm);
  numbers.check("encoder.mlp_norm", hearing.mlp_norm);
  numbers.check("encoder.mlp_in.bias", hearing.mlp_in.bias);
  numbers.check("encoder.mlp_out.bias", hearing.mlp_out.bias);
  numbers.check("encoder.norm", encoder.norm);
  numbers.check("group_weight", encoder.group_weight);
  numbers.check("group_bias", encoder.group_bias);
  numbers.check("conv2.bias", encoder.second.linear.bias);
  numbers.check("conv3.bias", encoder.third.linear.bias);
  numbers.check("decoder.self_norm", saying.self_norm);
  numbers.check("decoder.cross_norm", saying.cross_norm);
  numbers.check("decoder.mlp_norm", saying.mlp_norm);
  numbers.check("decoder.mlp_in.bias", saying.mlp_in.bias);
  numbers.check("decoder.mlp_out.bias", saying.mlp_out.bias);
  numbers.check("decoder.norm", decoder.norm);
  EXPECT_EQ(numbers.checked(), expected.size());
}

struct Sizes {
  std::size_t width, layers, hidden;
};

void check_shapes(const MoonshineModel& model, const Sizes& sizes) {
  const EncoderWeights& encoder = model.encoder();
  const DecoderWeights& decoder = model.decoder();
  EXPECT_EQ(moonshine_test::Invariants::broken(encoder), "");
  EXPECT_EQ(moonshine_test::Invariants::broken(decoder), "");
  EXPECT_EQ(encoder.width, sizes.width);
  EXPECT_EQ(encoder.heads, 8U);
  EXPECT_EQ(encoder.rotary, 32U);
  EXPECT_EQ(encoder.wave_taps, 127U);
  EXPECT_EQ(encoder.wave_stride, 64U);
  EXPECT_EQ(encoder.wave_channels, sizes.width);
  EXPECT_EQ(encoder.second.taps, 7U);
  EXPECT_EQ(encoder.second.stride, 3U);
  EXPECT_EQ(encoder.second.linear.weights.outputs, 2 * sizes.width);
  EXPECT_EQ(encoder.third.taps, 3U);
  EXPECT_EQ(encoder.third.stride, 2U);
  for (const auto* convolution : {&encoder.second, &encoder.third})
    EXPECT_EQ(convolution->linear.weights.zero_fraction, 0) << "the shipped models' offsets are whole";
  EXPECT_EQ(encoder.layers.size(), sizes.layers);
  EXPECT_EQ(decoder.width, sizes.width);
  EXPECT_EQ(decoder.heads, 8U);
  EXPECT_EQ(decoder.rotary, 32U);
  EXPECT_EQ(decoder.embedding.outputs, 32'768U);
  ASSERT_EQ(decoder.layers.size(), sizes.layers);
  for (std::size_t i = 0; i < sizes.layers; ++i) {
    EXPECT_EQ(encoder.layers[i].mlp_in.weights.outputs, sizes.hidden);
    EXPECT_FALSE(encoder.layers[i].mlp_in.bias.empty());
    EXPECT_FALSE(encoder.layers[i].mlp_out.bias.empty());
    EXPECT_EQ(decoder.layers[i].cross.key.weights.inputs, sizes.width);
    EXPECT_EQ(decoder.layers[i].mlp_in.weights.outputs, 2 * sizes.hidden);
    EXPECT_FALSE(decoder.layers[i].mlp_in.bias.empty());
    EXPECT_FALSE(decoder.layers[i].mlp_out.bias.empty());
  }
}

TEST(MoonshineModel, TinyIsReadInFull) {
  if (!is_here(kTiny)) GTEST_SKIP() << "no model at " << kTiny << ": run tools/fetch_deps.py";
  const auto model = MoonshineModel::load(kTiny);
  ASSERT_TRUE(model) << model.error().message();
  check_shapes(*model, {.width = 288, .layers = 6, .hidden = 1152});
  check_numbers(*model, kTinyNumbers);
}

TEST(MoonshineModel, BaseIsReadInFull) {
  if (!is_here(kBase)) GTEST_SKIP() << "no model at " << kBase << ": run tools/fetch_deps.py";
  auto loaded = MoonshineModel::load(kBase);
  ASSERT_TRUE(loaded) << loaded.error().message();
  const MoonshineModel model = std::move(*loaded);  // weights stay where they are
  check_shapes(model, {.width = 416, .layers = 8, .hidden = 1664});
  check_numbers(model, kBaseNumbers);
}

// Folders with files of two models, or without some.
class MoonshineFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_here(kTiny) || !is_here(kBase)) GTEST_SKIP() << "needs two models: run tools/fetch_deps.py";
    folder_ = fs::path(testing::TempDir()) / ("voicestand_moonshine_model_test." + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }
  void link(const char* from, const char* file, const char* as = nullptr) const {
    fs::create_symlink(fs::path(from) / file, folder_ / (as == nullptr ? file : as));
  }
  [[nodiscard]] Error refusal() const {
    const auto model = MoonshineModel::load(folder_);
    EXPECT_FALSE(model);
    return model ? Error{} : model.error();
  }
  fs::path folder_;
};

TEST_F(MoonshineFolderTest, AMissingFileIsSaid) {
  EXPECT_EQ(refusal().code, Errc::kModelMissing);
  link(kTiny, "encoder_model.onnx");
  EXPECT_EQ(refusal().code, Errc::kModelMissing);
  EXPECT_EQ(refusal().where, folder_ / "decoder_model_merged.onnx");
}

TEST_F(MoonshineFolderTest, HalvesOfTwoModelsAreRefused) {
  link(kTiny, "encoder_model.onnx");
  link(kBase, "decoder_model_merged.onnx");
  EXPECT_EQ(refusal().code, Errc::kBadModel);
  EXPECT_EQ(refusal().what, "its encoder and decoder are of different models");
}

TEST_F(MoonshineFolderTest, SwappedFilesAreRefused) {
  link(kTiny, "encoder_model.onnx", "decoder_model_merged.onnx");
  link(kTiny, "decoder_model_merged.onnx", "encoder_model.onnx");
  EXPECT_EQ(refusal().code, Errc::kBadModel);
  EXPECT_EQ(refusal().where, folder_ / "encoder_model.onnx");
}

// The real files, to be damaged.
class MoonshineDamageTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const fs::path path = fs::path(kTiny) / GetParam();
    if (!fs::exists(path)) GTEST_SKIP() << "no model at " << path << ": run tools/fetch_deps.py";
    const auto file = MappedFile::open(path).value();
    model_.assign(file.bytes().begin(), file.bytes().end());
  }

  // Where the file is not weights: flipping those changes a number and no more.
  [[nodiscard]] std::vector<std::size_t> structure() const {
    constexpr std::size_t kLarge = 256;
    std::vector<bool> weight(model_.size());
    const auto graph = parse_onnx(model_, "").value();
    for (const auto& tensor : graph->initializers) {
      if (tensor.bytes.size() < kLarge || !tensor.decoded.empty()) continue;
      const auto begin = tensor.bytes.data() - model_.data();
      std::fill_n(weight.begin() + begin, tensor.bytes.size(), true);
    }
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < weight.size(); ++i)
      if (!weight[i]) positions.push_back(i);
    return positions;
  }

  // Whatever it holds, it is read or refused.
  [[nodiscard]] bool refused(std::span<const std::byte> model) const {
    const auto graph = parse_onnx(model, "damaged.onnx");
    if (!graph) {
      EXPECT_EQ(graph.error().code, Errc::kBadModel);
      return true;
    }
    return GetParam() == std::string_view("encoder_model.onnx") ? refused(read_moonshine_encoder, **graph)
                                                                : refused(read_moonshine_decoder, **graph);
  }

  std::vector<std::byte> model_;

 private:
  template <typename Weights>
  static bool refused(Result<Weights> (*read)(const Graph&, const std::string&), const Graph& graph) {
    const auto weights = read(graph, "damaged.onnx");
    if (weights) {
      EXPECT_EQ(weights->layers.size(), 6U);
      return false;
    }
    EXPECT_EQ(weights.error().code, Errc::kBadModel);
    EXPECT_EQ(weights.error().where, "damaged.onnx");
    return true;
  }
};

TEST_P(MoonshineDamageTest, EveryTruncationIsRefused) {
  std::mt19937 random(1);
  const auto is_refused = [&](std::size_t size) {
    // A copy of its own size, so that reading past its end is seen by the sanitizer.
    const std::vector<std::byte> truncated(model_.begin(), model_.begin() + static_cast<std::ptrdiff_t>(size));
    return refused(truncated);
  };
  for (std::size_t size = 0; size < 300; ++size) EXPECT_TRUE(is_refused(size)) << size;
  for (int i = 0; i < 100; ++i) {
    const std::size_t size = random() % (model_.size() - 1);
    EXPECT_TRUE(is_refused(size)) << size;
  }
}

TEST_P(MoonshineDamageTest, FlippedBitsAreReadOrRefused) {
  const auto positions = structure();
  ASSERT_GT(positions.size(), 10'000U);
  ASSERT_LT(positions.size(), model_.size() / 4);
  std::mt19937 random(2);
  int count = 0;
  for (int i = 0; i < 300; ++i) {
    const auto position = positions[random() % positions.size()];
    const auto before = model_[position];
    model_[position] ^= static_cast<std::byte>(1U << (random() % 8));
    count += refused(model_) ? 1 : 0;
    model_[position] = before;
  }
  EXPECT_GT(count, 30);  // the decoder's other branch is not looked at
  EXPECT_FALSE(refused(model_));
}

INSTANTIATE_TEST_SUITE_P(Files, MoonshineDamageTest, testing::Values("encoder_model.onnx", "decoder_model_merged.onnx"),
                         [](const auto& file) { return file.param[0] == 'e' ? "Encoder" : "Decoder"; });

}  // namespace
}  // namespace voicestand::nn
