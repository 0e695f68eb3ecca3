#pragma once

#include <cstddef>
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
  // What is dictated: `count` files of two to five seconds, spread over the recording. Each begins in a pause, as one
  // who speaks does, and ends anywhere in what is said. Of several the last is instead as long as what is recognised in
  // one piece ever gets, for the memory. Errors: kIo.
  [[nodiscard]] Result<std::vector<std::string>> utterances(std::size_t count);

  // The recording's name.
  [[nodiscard]] const std::string& source() const noexcept { return source_; }

 private:
  Clips(std::string source, Recording recording) : source_(std::move(source)), recording_(std::move(recording)) {}

  std::string source_;
  Recording recording_;
  std::vector<posix::UniqueFd> files_;
};

}  // namespace voicestand::bench
