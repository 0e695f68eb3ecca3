#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "voicestand/audio/audio_file.h"
#include "voicestand/audio/audio_source.h"
#include "voicestand/base/clock.h"
#include "voicestand/rt/doorbell.h"

namespace voicestand::audio {

enum class Pace : std::uint8_t {
  kRealtime,  // as a microphone would: a block every kPeriod
  kFast,      // as fast as the sink takes it
};

// A sound file delivered as if it were a device.
class FileSource final : public AudioSource {
 public:
  // Of audio in each delivery: as a sound server hands it out where somebody waits for it; and what costs little.
  static constexpr std::chrono::microseconds kPeriod{2'500};
  static constexpr std::chrono::microseconds kFastBlock{10'000};

  // `clock` outlives the source; at real-time pace it must be the steady clock's time. Errors: AudioFile::open()'s.
  [[nodiscard]] static Result<std::unique_ptr<FileSource>> open(const std::string& path, Pace pace, const Clock& clock);

  ~FileSource() override { stop(); }

  // Block n is delivered n + 1 block lengths after the start and bears exactly that time, however late the thread runs;
  // at fast pace it bears the time of its delivery.
  [[nodiscard]] Result<void> start(CaptureSink& sink) override;
  void stop() noexcept override;
  [[nodiscard]] bool live() const noexcept override { return pace_ == Pace::kRealtime; }  // a microphone does not wait
  [[nodiscard]] std::string description() const override { return name_; }
  [[nodiscard]] std::optional<double> duration_s() const override { return duration_s_; }

 private:
  FileSource(AudioFile file, std::string name, Pace pace, const Clock& clock);
  void deliver(const std::stop_token& stop, CaptureSink& sink) noexcept;
  bool sleep_until(const std::stop_token& stop, Clock::TimePoint deadline) noexcept;  // false: stop was requested

  const std::string name_;
  const Pace pace_;
  const Clock& clock_;
  const std::optional<double> duration_s_;

  // The delivering thread's once it runs.
  AudioFile file_;

  // The owner's.
  std::jthread thread_;

  rt::Doorbell stopped_;  // rung by the owner
};

}  // namespace voicestand::audio
