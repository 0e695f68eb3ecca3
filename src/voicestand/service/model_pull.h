#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "voicestand/base/result.h"
#include "voicestand/service/model_manifest.h"
#include "voicestand/service/paths.h"

namespace voicestand::service {

struct PullProgress {
  enum class Step : std::uint8_t { kDownloading, kVerifying, kWaiting };  // kWaiting: to try again

  Step step = Step::kDownloading;
  std::string_view file;
  std::uint64_t done_bytes = 0;  // of the whole model
  std::uint64_t total_bytes = 0;
};

struct PullOptions {
  std::filesystem::path models_folder;  // the user's own; the model becomes its folder ID
  // Takes the place of "https://HOST" in every address: "https://mirror.example/voice" + "/npm/…/encoder_model.onnx".
  // Empty: the addresses as they are. The contents are checked all the same.
  std::string mirror = {};
  std::stop_token stop = {};
  std::function<void(const PullProgress&)> progress = {};  // called from within, after every piece

  int attempts = 5;                           // in a row that bring no kProgressBytes further
  std::chrono::milliseconds first_wait{500};  // before the second attempt; doubles up to kLongestWait
  std::chrono::milliseconds connect_timeout{15'000};
  std::chrono::seconds stall_timeout{30};
  // Waits; false when told to stop. Empty: waits for real.
  std::function<bool(std::chrono::milliseconds)> wait = {};

  static constexpr std::uint64_t kProgressBytes = std::uint64_t{1} << 20U;
  static constexpr std::chrono::milliseconds kLongestWait{8'000};
};

struct PullOutcome {
  std::uint64_t downloaded_bytes = 0;  // over the network, in this call
  std::uint64_t total_bytes = 0;
  bool already_there = false;  // nothing needed downloading
};

// Downloads what the model lacks into PART files beside their final places, goes on where an earlier attempt ended,
// and puts each file in place at once after its size and SHA-256 were found right. Files that are there and right are
// kept, damaged ones replaced. A file whose contents are wrong is deleted and refused.
// Thread: any. Real-time: no, blocks for the download. Errors: kNetwork, kBadData (wrong
// contents or length), kNoSpace, kIo (also when another process is pulling it), kUsage (an address is missing or not to
// be used), kInterrupted.
[[nodiscard]] Result<PullOutcome> pull_model(const ModelManifest& manifest, const PullOptions& options);

// The mirror in force: VOICESTAND_MODELS_MIRROR where it is set and not empty, else the configured one. Thread: any.
// Real-time: no.
[[nodiscard]] std::string models_mirror(const std::string& configured, const Environment& environment);

// The address with `mirror` in the place of its scheme and host. Thread: any. Real-time: no.
[[nodiscard]] std::string mirrored(std::string_view address, std::string_view mirror);

}  // namespace voicestand::service
