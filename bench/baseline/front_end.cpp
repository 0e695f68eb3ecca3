#include "bench/baseline/front_end.h"

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "bench/baseline/conditioner.h"
#include "bench/baseline/level.h"
#include "bench/baseline/locked_queue.h"
#include "bench/cpu_time.h"
#include "voicestand/speech/segmenter.h"

namespace voicestand::bench::baseline {
namespace {

using Buffer = std::vector<float>;

constexpr std::size_t kQueued = 1'024;          // buffers
constexpr std::size_t kHistoryWindows = 1'063;  // 34 s

// The detection thread's work.
class Detection {
 public:
  explicit Detection(Silero& silero) : silero_(silero) { silero_.reset(); }

  void hear(const Buffer& samples) {
    for (const float sample : samples) {
      window_.push_back(sample);
      if (window_.size() == Silero::kWindow) work();
    }
    heard_samples_ += samples.size();
  }

  Heard finish() {
    if (!window_.empty()) {
      window_.resize(Silero::kWindow, 0.0F);
      work();
    }
    note(segmenter_->finish(heard_samples_));
    return std::move(heard_);
  }

 private:
  void work() {
    const Level level = measure_level(window_);
    const Buffer normalised = normaliser_.process(window_);
    const float probability = silero_.process(std::span<const float, Silero::kWindow>(normalised));
    heard_.probabilities.push_back(probability);
    note(segmenter_->feed(probability, level.rms_dbfs));
    history_.push_back(std::exchange(window_, Buffer()));
    window_.reserve(Silero::kWindow);
    if (history_.size() > kHistoryWindows) history_.pop_front();
  }

  void note(const speech::SegmentEvents& events) {
    for (const auto& event : events) {
      if (const auto* started = std::get_if<speech::SpeechStarted>(&event))
        heard_.speech_onsets.push_back(started->onset_sample);
    }
  }

  Silero& silero_;
  Normaliser normaliser_;
  Result<speech::Segmenter> segmenter_ = speech::Segmenter::create({});
  Buffer window_;
  std::deque<Buffer> history_;  // for a recogniser
  std::size_t heard_samples_ = 0;
  Heard heard_;
};

}  // namespace

Result<FrontEnd> FrontEnd::create(const std::string& model) {
  auto silero = Silero::load(model);
  if (!silero) return std::unexpected(std::move(silero.error()));
  return FrontEnd(std::move(*silero));
}

Seconds FrontEnd::hear(const Recording& recording, std::size_t block_frames, Heard* heard) {
  const Seconds before = process_cpu_time();
  LockedQueue<Buffer> captured(kQueued);
  LockedQueue<Buffer> conditioned(kQueued);
  std::thread conditioning([&] {
    Conditioner conditioner(recording.format);
    while (const auto block = captured.pop()) {
      Buffer samples = conditioner.process(*block);
      if (!samples.empty()) conditioned.push(std::move(samples));
    }
    conditioned.push(conditioner.flush());
    conditioned.end();
  });
  Detection detection(silero_);
  std::thread detecting([&] {
    while (const auto samples = conditioned.pop()) detection.hear(*samples);
  });
  const std::size_t block_samples = block_frames * static_cast<std::size_t>(recording.format.channels);
  for (std::size_t at = 0; at < recording.samples.size(); at += block_samples) {
    const auto begin = recording.samples.begin() + static_cast<std::ptrdiff_t>(at);
    const auto left = static_cast<std::size_t>(recording.samples.end() - begin);
    captured.push(Buffer(begin, begin + static_cast<std::ptrdiff_t>(std::min(block_samples, left))));
  }
  captured.end();
  conditioning.join();
  detecting.join();
  Heard found = detection.finish();
  const Seconds spent = process_cpu_time() - before;
  if (heard != nullptr) *heard = std::move(found);
  return spent;
}

}  // namespace voicestand::bench::baseline
