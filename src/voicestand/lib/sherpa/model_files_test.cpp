#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "voicestand/lib/sherpa/onnx_file.h"
#include "voicestand/lib/sherpa/token_table.h"

namespace voicestand::sherpa {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = fs::temp_directory_path() / "voicestand-onnx-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  std::string write(const std::string& bytes) const {
    std::ofstream(path_ / "model.onnx", std::ios::binary) << bytes;
    return path_ / "model.onnx";
  }

 private:
  fs::path path_;
};

// ir_version 8, producer "us", a graph of 2,000 bytes, an opset import.
std::string small_model() {
  return std::string("\x08\x08\x12\x02us\x3a\xd0\x0f") + std::string(2'000, '\x01') + std::string("\x42\x02\x10\x10");
}

TEST(OnnxFile, AWholeModelPassesAndEveryTruncationIsRefused) {
  const Folder folder;
  EXPECT_TRUE(check_onnx_file(folder.write(small_model())));
  const bool holds = rc::check([&] {
    const auto length = *rc::gen::inRange<std::size_t>(0, small_model().size() - 4);
    const auto checked = check_onnx_file(folder.write(small_model().substr(0, length)));
    RC_ASSERT(!checked);
    RC_ASSERT(checked.error().code == Errc::kBadModel);
  });
  EXPECT_TRUE(holds);
}

TEST(OnnxFile, AnythingElseIsRefusedWithoutHarm) {
  const Folder folder;
  const bool holds = rc::check([&] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    RC_ASSERT(!check_onnx_file(folder.write(bytes)));
  });
  EXPECT_TRUE(holds);
  EXPECT_EQ(check_onnx_file("/nonexistent/model.onnx").error().code, Errc::kModelMissing);
  EXPECT_EQ(check_onnx_file("/tmp").error().code, Errc::kBadModel);
  EXPECT_EQ(check_onnx_file("/dev/zero").error().code, Errc::kBadModel);
}

nlohmann::json tokenizer() {
  nlohmann::json root;
  auto& vocab = root["model"]["vocab"];
  vocab["<unk>"] = 0;
  vocab["<s>"] = 1;
  vocab["</s>"] = 2;
  vocab["<0x41>"] = 3;
  vocab["\xe2\x96\x81it"] = 4;
  for (std::size_t id = 5; id < kMoonshineTokens - 1; ++id) vocab["t" + std::to_string(id)] = id;
  const auto special = [](std::size_t id, const char* name) {
    return nlohmann::json{{"id", id}, {"content", name}, {"special", true}};
  };
  root["added_tokens"] = {special(0, "<unk>"), special(1, "<s>"), special(2, "</s>"),
                          special(kMoonshineTokens - 1, "<<ST>>")};
  return root;
}

TEST(TokenTable, WritesBytesInBase64) {
  const auto table = token_table(tokenizer().dump(), "here");
  ASSERT_TRUE(table);
  std::istringstream lines(*table);
  std::vector<std::string> line(5);
  for (auto& one : line) std::getline(lines, one);
  EXPECT_EQ(line[3], "QQ==\t3");      // the byte 0x41
  EXPECT_EQ(line[4], "IGl0\t4");      // " it"
  EXPECT_EQ(line[0], "PHVuaz4=\t0");  // "<unk>"
  EXPECT_EQ(std::count(table->begin(), table->end(), '\n'), static_cast<std::ptrdiff_t>(kMoonshineTokens));
}

TEST(TokenTable, RefusesOtherTokenizers) {
  const auto refused = [](const nlohmann::json& root) {
    const auto table = token_table(root.dump(), "here");
    return !table && table.error().code == Errc::kBadModel;
  };
  auto root = tokenizer();
  root["model"]["vocab"].erase("t77");
  EXPECT_TRUE(refused(root));  // a gap
  root["model"]["vocab"]["other"] = 78;
  EXPECT_TRUE(refused(root));  // one number twice
  root = tokenizer();
  root["model"]["vocab"]["far"] = 1'000'000'000'000ULL;
  EXPECT_TRUE(refused(root));
  root = tokenizer();
  root["model"]["vocab"]["t77"] = "77";
  EXPECT_TRUE(refused(root));
  EXPECT_TRUE(refused({{"model", {{"vocab", 3}}}}));
  EXPECT_FALSE(token_table("", "here"));
  EXPECT_FALSE(token_table(std::string(100'000, '['), "here"));
}

TEST(TokenTable, DamageIsNeverFatal) {
  const std::string whole = tokenizer().dump();
  std::mt19937 random(20'261'122);
  for (int i = 0; i < 12; ++i) {
    std::string damaged = whole;
    for (int flips = 0; flips < 3; ++flips) {
      char& byte = damaged[random() % damaged.size()];
      byte = static_cast<char>(byte ^ 1 << random() % 8);
    }
    if (i % 4 == 0) damaged.resize(random() % damaged.size());
    const auto table = token_table(damaged, "here");
    EXPECT_TRUE(table || table.error().code == Errc::kBadModel);
  }
}

}  // namespace
}  // namespace voicestand::sherpa
