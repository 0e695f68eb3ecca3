#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/pipeline/recording.h"
#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::bench {

// Recordings of speech for whole programs to work on: 16 kHz, mono, 16-bit WAV, in memory under names that other
// processes can open. They are gone with the object, or with this process, however it ends. Thread: one.
class Clips {
 public:
  // Cuts from the longest sample recording that is here. Errors: AudioFile's, kIo.
  [[nodiscard]] static Result<Clips> open();

  // A file of these samples. Errors: kIo.
  [[nodiscard]] Result<std::string> write(std::span<const float> samples);
  // A file of the recording from `from_s` on, at most to its end. Errors: kIo.
  [[nodiscard]] Result<std::string> cut(double from_s, double length_s);
  // What is dictated: `count` files of two to five seconds, spread over the recording. Each begins and ends in a pause,
  // as those who dictate do. Of several the last is instead as long as what is recognised in one piece ever gets, for
  // the memory, and ends anywhere. Errors: kIo.
  [[nodiscard]] Result<std::vector<std::string>> utterances(std::size_t count);
  // As the short ones, but each ends anywhere in what is said, as for one who lets go of the key too early. Errors:
  // kIo.
  [[nodiscard]] Result<std::vector<std::string>> cut_off(std::size_t count);

  // The recording's name.
  [[nodiscard]] const std::string& source() const noexcept { return source_; }

 private:
  enum class Ending : std::uint8_t { kInPause, kAnywhere };
  [[nodiscard]] Result<std::vector<std::string>> spread(std::size_t count, Ending ending);

  Clips(std::string source, Recording recording) : source_(std::move(source)), recording_(std::move(recording)) {}

  std::string source_;
  Recording recording_;
  std::vector<posix::UniqueFd> files_;
};

}  // namespace voicestand::bench
