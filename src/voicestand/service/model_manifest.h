#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"

namespace voicestand::service {

// One file of a model. The name is a plain file name: it cannot lead out of the model's folder.
struct ModelFile {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::string sha256;   // 64 lower-case hexadecimal digits
  std::string address;  // where it is downloaded from; empty in a model of the user's own
};

enum class ModelRole : std::uint8_t { kRecognition, kVoiceDetection };

// What VoiceStand knows of a model: what it is, what runs it, which files it is made of and where they come from.
struct ModelManifest {
  std::string id;  // "moonshine-base-en": also its folder's name
  std::string title;
  ModelRole role = ModelRole::kRecognition;
  std::vector<std::string> languages;  // BCP 47; empty where language does not matter
  std::string licence;                 // SPDX
  std::string licence_address;
  std::vector<std::string> engines;  // in the order of preference
  std::vector<ModelFile> files;
  std::uint64_t memory_bytes = 0;  // peak of the engine's process while decoding, an estimate
  double relative_speed = 1;       // on the same machine; moonshine-base-en is 1, larger is faster

  [[nodiscard]] std::uint64_t size_bytes() const noexcept;
};

inline constexpr std::size_t kMaxManifestBytes = std::size_t{1} << 20U;
inline constexpr std::uint64_t kMaxModelFileBytes = std::uint64_t{1} << 40U;
inline constexpr std::string_view kManifestFile = "manifest.json";

// Reads a manifest as hostile input; `where` is what errors call it. Thread: any. Real-time: no. Errors: kBadModel.
[[nodiscard]] Result<ModelManifest> parse_manifest(std::string_view json, const std::string& where);

// Lower-case letters, digits, '-', '_' and '.', beginning with a letter or digit, 64 at most. Thread: any.
// Real-time: no.
[[nodiscard]] bool is_model_id(std::string_view text) noexcept;

// The models that VoiceStand comes with knowledge of (not necessarily installed), recognition first, each role in the
// order of accuracy. Thread: any. Real-time: no.
[[nodiscard]] std::span<const ModelManifest> known_models();

// The manifests as they were compiled in from models/*.json. Thread: any. Real-time: yes.
[[nodiscard]] std::span<const std::string_view> embedded_manifests() noexcept;

}  // namespace voicestand::service
