#pragma once

#include <array>
#include <string>

namespace voicestand::bench {

// A model that is measured.
struct AsrModel {
  std::string name;     // in what is compared
  std::string id;       // its folder's name among the models
  std::string whisper;  // the folder of faster-whisper's model of about that size
};

inline const std::array kAsrModels{
    AsrModel{.name = "base", .id = "moonshine-base-en", .whisper = VOICESTAND_BUNDLE_DIR "/bench-peers/whisper-base"},
    AsrModel{
        .name = "tiny", .id = "moonshine-tiny-en", .whisper = VOICESTAND_BUNDLE_DIR "/bench-peers/whisper-tiny.en"}};

}  // namespace voicestand::bench
