#include "voicestand/service/model_manifest.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace voicestand::service {
namespace {

using Json = nlohmann::json;

Json sample() {
  return Json::parse(
      R"({"schema": 1, "id": "mine", "title": "Mine", "role": "recognition", "languages": ["en", "pt-BR"],
    "licence": "MIT", "engines": ["sherpa"], "memory_bytes": 1000, "relative_speed": 2,
    "files": [{"name": "a.onnx", "size_bytes": 3, "sha256":
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "address": "https://models.example/a.onnx"}]})");
}

TEST(Manifest, ReadsAModel) {
  const auto manifest = parse_manifest(sample().dump(), "m");
  ASSERT_TRUE(manifest) << manifest.error().message();
  EXPECT_EQ(manifest->id, "mine");
  EXPECT_EQ(manifest->role, ModelRole::kRecognition);
  EXPECT_EQ(manifest->languages, (std::vector<std::string>{"en", "pt-BR"}));
  EXPECT_EQ(manifest->engines, std::vector<std::string>{"sherpa"});
  EXPECT_EQ(manifest->size_bytes(), 3U);
  EXPECT_EQ(manifest->files.front().address, "https://models.example/a.onnx");
  EXPECT_DOUBLE_EQ(manifest->relative_speed, 2);
}

TEST(Manifest, AModelOfOnesOwnNeedsNoAddresses) {
  Json json = sample();
  json["files"][0].erase("address");
  EXPECT_TRUE(parse_manifest(json.dump(), "m"));
}

TEST(Manifest, FileNamesCannotLeaveTheFolder) {
  for (const char* name : {"", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", ".hidden", "-rf", "manifest.json",
                           "a.part", "a\nb", "a b", "caf\xC3\xA9"}) {
    Json json = sample();
    json["files"][0]["name"] = name;
    const auto manifest = parse_manifest(json.dump(), "m");
    ASSERT_FALSE(manifest) << name;
    EXPECT_EQ(manifest.error().code, Errc::kBadModel);
    EXPECT_EQ(manifest.error().where, "m");
  }
  for (const char* id : {"", "..", "a/b", "A", ".x", "-x", "x y"}) {
    Json json = sample();
    json["id"] = id;
    EXPECT_FALSE(parse_manifest(json.dump(), "m")) << id;
  }
}

TEST(Manifest, RefusesWhatDoesNotBelong) {
  const auto refuses = [](const char* pointer, const Json& value) {
    Json json = sample();
    json[Json::json_pointer(pointer)] = value;
    EXPECT_FALSE(parse_manifest(json.dump(), "m")) << pointer << " " << value;
  };
  refuses("/schema", 2);
  refuses("/title", "");
  refuses("/title", "a\x1B[2J");
  refuses("/title", std::string(1'000, 'x'));
  refuses("/role", "other");
  refuses("/languages", "en");
  refuses("/languages/0", 5);
  refuses("/engines", Json::array());
  refuses("/memory_bytes", -1);
  refuses("/relative_speed", 0);
  refuses("/relative_speed", "fast");
  refuses("/files", Json::array());
  refuses("/files", 1);
  refuses("/files/0", "a.onnx");
  refuses("/files/0/size_bytes", 0);
  refuses("/files/0/size_bytes", 1.5);
  refuses("/files/0/size_bytes", std::uint64_t{1} << 50U);
  refuses("/files/0/sha256", "abc");
  refuses("/files/0/sha256", std::string(64, 'G'));
  refuses("/files/0/address", "file:///etc/passwd");
  refuses("/files/0/address", "http://models.example/a.onnx");
  Json twice = sample();
  twice["files"].push_back(twice["files"][0]);
  EXPECT_FALSE(parse_manifest(twice.dump(), "m"));
  for (const char* text : {"", "[]", "5", "null", "{", "{}", "\xFF"}) EXPECT_FALSE(parse_manifest(text, "m")) << text;
  EXPECT_FALSE(parse_manifest(std::string(500'000, '['), "m"));
  EXPECT_FALSE(parse_manifest(std::string(kMaxManifestBytes + 1, ' '), "m"));
}

TEST(Manifest, SurvivesDamage) {
  const std::string whole = sample().dump();
  std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same damage every time
  for (int round = 0; round < 20'000; ++round) {
    std::string text = whole;
    for (int flips = 0; flips < 3; ++flips) text[random() % text.size()] = static_cast<char>(random() % 256);
    if (round % 4 == 0) text.resize(random() % text.size());
    if (const auto manifest = parse_manifest(text, "m")) {
      EXPECT_TRUE(is_model_id(manifest->id));
    } else {
      EXPECT_EQ(manifest.error().code, Errc::kBadModel);
    }
  }
}

TEST(KnownModels, AreAllReadableAndInOrder) {
  ASSERT_EQ(known_models().size(), embedded_manifests().size());
  ASSERT_EQ(known_models().size(), 3U);
  EXPECT_EQ(known_models()[0].id, "moonshine-base-en");
  EXPECT_EQ(known_models()[1].id, "moonshine-tiny-en");
  EXPECT_EQ(known_models()[2].id, "silero-vad");
  EXPECT_EQ(known_models()[2].role, ModelRole::kVoiceDetection);
  for (const ModelManifest& model : known_models()) {
    EXPECT_FALSE(model.licence_address.empty());
    for (const ModelFile& file : model.files) EXPECT_TRUE(file.address.starts_with("https://")) << file.name;
  }
}

}  // namespace
}  // namespace voicestand::service
