#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::speech {

struct SegmenterConfig {
  using Duration = std::chrono::milliseconds;

  // A window at or above `onset_probability` is speech; speech goes on until one falls below `hangover_probability`.
  float onset_probability = 0.5F;
  float hangover_probability = 0.35F;
  // A window quieter than this is never speech, whatever the detector says. Only digital silence is: a gate at -70
  // loses a sixth of speech whose peaks are at -50 and keeps out no noise that the detector takes for speech.
  float gate_dbfs = -100.0F;

  Duration pre_roll{300};                       // audio kept before the onset
  Duration min_speech{96};                      // speech that must have been heard before a segment starts
  Duration short_pause{120};                    // worth decoding what has been said so far
  std::optional<Duration> endpoint_pause{500};  // ends the segment; nothing: only finish() does (push-to-talk)
  Duration post_roll{250};                      // audio kept after the last speech, at most to the pause's middle
  Duration max_segment{20'000};                 // longer speech is cut at the best pause of the second half
  std::optional<Duration> soft_segment;         // from this length on a pause of `soft_pause` is enough
  Duration soft_pause{200};

  static constexpr Duration kMaxPreRoll{1'000};
  static constexpr Duration kMaxMinSpeech{500};
  static constexpr Duration kMinMaxSegment{4'000};
  static constexpr Duration kMaxMaxSegment{30'000};
};

// Why a segment ended: a pause long enough, its length (more speech may follow at once), or finish().
enum class EndReason : std::uint8_t { kEndpoint, kCut, kRelease };

// All positions are 16 kHz samples counted from the beginning of the audio.
struct SpeechStarted {
  std::uint64_t start_sample;  // the segment's first, pre-roll included; never before the previous segment's end
  std::uint64_t onset_sample;  // the first that is speech
  friend constexpr bool operator==(const SpeechStarted&, const SpeechStarted&) noexcept = default;
};
struct SpeechPaused {
  std::uint64_t speech_end_sample;  // one past the last that is speech
  friend constexpr bool operator==(const SpeechPaused&, const SpeechPaused&) noexcept = default;
};
struct SpeechResumed {
  std::uint64_t onset_sample;
  friend constexpr bool operator==(const SpeechResumed&, const SpeechResumed&) noexcept = default;
};
struct SpeechEnded {
  std::uint64_t end_sample;  // one past the segment's last; may lie well in the past when the reason is kCut
  std::uint64_t speech_end_sample;
  EndReason reason;
  friend constexpr bool operator==(const SpeechEnded&, const SpeechEnded&) noexcept = default;
};
using SegmentEvent = std::variant<SpeechStarted, SpeechPaused, SpeechResumed, SpeechEnded>;

// What one window brought about, in order. Thread: one. Real-time: yes.
class SegmentEvents {
 public:
  static constexpr std::size_t kCapacity = 4;  // paused, ended, started, paused again in the new segment

  constexpr void add(const SegmentEvent& event) noexcept VS_REALTIME { events_[size_++] = event; }
  [[nodiscard]] constexpr const SegmentEvent* begin() const noexcept VS_REALTIME { return events_.data(); }
  [[nodiscard]] constexpr const SegmentEvent* end() const noexcept VS_REALTIME { return events_.data() + size_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept VS_REALTIME { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept VS_REALTIME { return size_ == 0; }

 private:
  std::array<SegmentEvent, kCapacity> events_{};
  std::size_t size_ = 0;
};

// Decides from one probability and one level per window where speech begins, pauses and ends. Knows neither audio nor
// time: the same windows always give the same events. Segments are ordered, disjoint and at most `max_segment` long.
// Thread: one at a time.
class Segmenter {
 public:
  struct Segment {
    std::uint64_t start_sample = 0;
    std::uint64_t onset_sample = 0;
    std::uint64_t speech_end_sample = 0;  // one past the last speech so far
  };

  // Real-time: no. Errors: kBadConfig, naming the setting.
  [[nodiscard]] static Result<Segmenter> create(const SegmenterConfig& config);

  // Real-time: yes, bounded. The next window: how probably it is speech (anything but a number counts as 0) and its RMS
  // level in dB of full scale.
  [[nodiscard]] SegmentEvents feed(float probability, float level_dbfs) noexcept VS_REALTIME;

  // Real-time: yes. Ends an open segment (kRelease), after a key release or at the end of input. Where the last window
  // was filled up with silence, `end_of_input` says how far the audio really goes; it is position() at most.
  [[nodiscard]] SegmentEvents finish() noexcept VS_REALTIME { return finish(position_); }
  [[nodiscard]] SegmentEvents finish(std::uint64_t end_of_input) noexcept VS_REALTIME;

  // Real-time: yes. The next window begins at `at_sample` and owes nothing to what was before; an open segment is
  // forgotten (call finish() first to keep it).
  void reset(std::uint64_t at_sample) noexcept VS_REALTIME;

  // Real-time: yes. The first sample of the next window.
  [[nodiscard]] std::uint64_t position() const noexcept VS_REALTIME { return position_; }
  // Real-time: yes. In an open segment and not in a pause of it.
  [[nodiscard]] bool speech_active() const noexcept VS_REALTIME { return open_ && !in_pause_; }
  // Real-time: yes.
  [[nodiscard]] std::optional<Segment> open_segment() const noexcept VS_REALTIME {
    return open_ ? std::optional(segment_) : std::nullopt;
  }

 private:
  // The configuration in samples.
  struct Limits {
    std::uint64_t pre_roll, min_speech, short_pause, post_roll, max_segment, soft_pause;
    std::optional<std::uint64_t> endpoint_pause, soft_segment;
  };
  // A stretch without speech inside a segment.
  struct Pause {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    float probability_sum = 0;
    [[nodiscard]] bool better_than(const Pause& other) const noexcept VS_REALTIME;
  };
  // The window at which to cut speech that never pauses.
  struct Dip {
    std::uint64_t middle = 0;
    float probability = 2;  // in tenths: finer differences say less than the level does
    float level_dbfs = 0;
    [[nodiscard]] bool better_than(const Dip& other) const noexcept VS_REALTIME;
  };

  Segmenter(const SegmenterConfig& config, const Limits& limits) noexcept : config_(config), limits_(limits) {}

  void listen(float probability, SegmentEvents& events) noexcept VS_REALTIME;
  void follow(float probability, float level_dbfs, SegmentEvents& events) noexcept VS_REALTIME;
  void judge_pause(SegmentEvents& events) noexcept VS_REALTIME;
  void cut(SegmentEvents& events) noexcept VS_REALTIME;
  void open(std::uint64_t start, std::uint64_t onset, SegmentEvents& events) noexcept VS_REALTIME;
  void close(std::uint64_t end, std::uint64_t speech_end, EndReason reason, SegmentEvents& events) noexcept VS_REALTIME;
  [[nodiscard]] std::uint64_t end_in(const Pause& pause) const noexcept VS_REALTIME;
  [[nodiscard]] std::uint64_t start_before(std::uint64_t onset) const noexcept VS_REALTIME;
  [[nodiscard]] bool may_cut_at(std::uint64_t sample) const noexcept VS_REALTIME {
    return sample >= segment_.start_sample + limits_.max_segment / 2;
  }

  SegmenterConfig config_;
  Limits limits_;

  std::uint64_t position_ = 0;
  std::uint64_t earliest_start_ = 0;  // the previous segment's end, or the last reset

  std::uint64_t candidate_onset_ = 0;  // where the speech began that may become a segment
  bool candidate_ = false;

  bool open_ = false;
  Segment segment_;
  bool in_pause_ = false;
  bool pause_told_ = false;
  Pause pause_;       // valid while in_pause_
  Pause best_pause_;  // in the second half; empty while there was none
  Dip best_dip_;      // likewise
};

}  // namespace voicestand::speech
