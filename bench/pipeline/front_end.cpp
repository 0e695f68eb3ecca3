#include "bench/pipeline/front_end.h"

#include <cmath>
#include <latch>
#include <memory>
#include <utility>
#include <variant>

#include "bench/cpu_time.h"
#include "bench/pipeline/memory_source.h"
#include "voicestand/base/clock.h"
#include "voicestand/pipeline/live_session.h"

namespace voicestand::bench {
namespace {

// The detector, seen by whoever wants to know what it said. `probabilities` has room for all of them.
class WatchedDetector final : public speech::VoiceActivityDetector {
 public:
  WatchedDetector(speech::VoiceActivityDetector& detector, Heard& heard, std::size_t windows)
      : detector_(detector), probabilities_(heard.probabilities) {
    probabilities_.assign(windows, 0.0F);
  }
  [[nodiscard]] float probability(std::span<const float, speech::kWindowSamples> window) noexcept VS_REALTIME override {
    const float probability = detector_.probability(window);
    if (at_ < probabilities_.size()) probabilities_[at_++] = probability;
    return probability;
  }
  void reset() noexcept VS_REALTIME override { detector_.reset(); }

 private:
  speech::VoiceActivityDetector& detector_;
  std::vector<float>& probabilities_;
  std::size_t at_ = 0;
};

class OnsetSink final : public pipeline::EventSink {
 public:
  explicit OnsetSink(Heard& heard) : heard_(heard) {}
  void on_event(const pipeline::Event& event) override {
    if (const auto* started = std::get_if<pipeline::SpeechStarted>(&event))
      heard_.speech_onsets.push_back(static_cast<std::uint64_t>(std::llround(started->at_s * speech::kSampleRateHz)));
  }

 private:
  Heard& heard_;
};

}  // namespace

Result<FrontEnd> FrontEnd::create(const std::string& model) {
  auto detector = speech::SileroDetector::load(model);
  if (!detector) return std::unexpected(std::move(detector.error()));
  return FrontEnd(std::move(*detector));
}

Result<Seconds> FrontEnd::hear(const Recording& recording, std::size_t block_frames, Heard* heard) {
  Heard found;
  const SteadyClock clock;
  OnsetSink sink(found);
  std::latch begin(1);
  detector_.reset();
  const auto windows = static_cast<std::size_t>(
      std::ceil(recording.length_s() * speech::kSampleRateHz / static_cast<double>(speech::kWindowSamples)));
  pipeline::LiveSession::Parts parts;
  parts.source = std::make_unique<MemorySource>(recording, block_frames, begin);
  parts.detector = std::make_unique<WatchedDetector>(detector_, found, windows);
  auto session = pipeline::LiveSession::start(std::move(parts), sink, clock);
  if (!session) return std::unexpected(std::move(session.error()));
  const Seconds before = process_cpu_time();
  begin.count_down();
  const auto summary = (*session)->wait();
  const Seconds spent = process_cpu_time() - before;
  if (!summary) return std::unexpected(summary.error());
  if (heard != nullptr) *heard = std::move(found);
  return spent;
}

}  // namespace voicestand::bench
