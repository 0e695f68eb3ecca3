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

inline const AsrModel kBaseModel{
    .name = "base", .id = "moonshine-base-en", .whisper = VOICESTAND_BUNDLE_DIR "/bench-peers/whisper-base"};
inline const AsrModel kTinyModel{
    .name = "tiny", .id = "moonshine-tiny-en", .whisper = VOICESTAND_BUNDLE_DIR "/bench-peers/whisper-tiny.en"};
inline const std::array kAsrModels{kBaseModel, kTinyModel};

}  // namespace voicestand::bench
