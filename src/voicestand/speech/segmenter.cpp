#include "voicestand/speech/segmenter.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace voicestand::speech {
namespace {

using Duration = SegmenterConfig::Duration;

constexpr std::uint64_t samples_of(Duration duration) noexcept {
  return static_cast<std::uint64_t>(duration.count()) * (kSampleRateHz / 1'000);
}

Result<void> in_range(const char* setting, Duration value, Duration low, Duration high) {
  if (value >= low && value <= high) return {};
  return fail(Errc::kBadConfig,
              "must be from " + std::to_string(low.count()) + " to " + std::to_string(high.count()) + " ms", setting,
              "change it");
}

Result<void> check(const SegmenterConfig& config) {
  constexpr Duration kLongest{3'600'000};
  if (!(config.onset_probability > 0 && config.onset_probability <= 1))
    return fail(Errc::kBadConfig, "must be above 0 and at most 1", "onset_probability", "change it");
  if (!(config.hangover_probability > 0 && config.hangover_probability <= config.onset_probability))
    return fail(Errc::kBadConfig, "must be above 0 and at most onset_probability", "hangover_probability", "change it");
  if (std::isnan(config.gate_dbfs)) return fail(Errc::kBadConfig, "is not a number", "gate_dbfs", "change it");

  Result<void> checked = in_range("pre_roll", config.pre_roll, Duration(0), SegmenterConfig::kMaxPreRoll);
  const auto also = [&](const char* setting, std::optional<Duration> value, Duration low, Duration high) {
    if (checked && value) checked = in_range(setting, *value, low, high);
  };
  also("min_speech", config.min_speech, Duration(1), SegmenterConfig::kMaxMinSpeech);
  also("short_pause", config.short_pause, Duration(1), kLongest);
  also("endpoint_pause", config.endpoint_pause, Duration(1), kLongest);
  also("post_roll", config.post_roll, Duration(0), kLongest);
  also("max_segment", config.max_segment, SegmenterConfig::kMinMaxSegment, SegmenterConfig::kMaxMaxSegment);
  also("soft_segment", config.soft_segment, Duration(0), kLongest);
  also("soft_pause", config.soft_pause, Duration(1), kLongest);
  return checked;
}

}  // namespace

// A segment that has just been started must be shorter than half the longest one, or it could have to be cut before
// there is a place to cut it at.
static_assert(SegmenterConfig::kMaxPreRoll + SegmenterConfig::kMaxMinSpeech + Duration(32) <
              SegmenterConfig::kMinMaxSegment / 2);

Result<Segmenter> Segmenter::create(const SegmenterConfig& config) {
  if (const auto checked = check(config); !checked) return std::unexpected(checked.error());
  const auto samples_if = [](std::optional<Duration> duration) {
    return duration ? std::optional(samples_of(*duration)) : std::nullopt;
  };
  return Segmenter(config, {.pre_roll = samples_of(config.pre_roll),
                            .min_speech = samples_of(config.min_speech),
                            .short_pause = samples_of(config.short_pause),
                            .post_roll = samples_of(config.post_roll),
                            .max_segment = samples_of(config.max_segment),
                            .soft_pause = samples_of(config.soft_pause),
                            .endpoint_pause = samples_if(config.endpoint_pause),
                            .soft_segment = samples_if(config.soft_segment)});
}

bool Segmenter::Pause::better_than(const Pause& other) const noexcept {
  const std::uint64_t ours = end - begin;
  const std::uint64_t theirs = other.end - other.begin;
  return ours != theirs ? ours > theirs : probability_sum < other.probability_sum;
}

bool Segmenter::Dip::better_than(const Dip& other) const noexcept {
  return probability != other.probability ? probability < other.probability : level_dbfs < other.level_dbfs;
}

SegmentEvents Segmenter::feed(float probability, float level_dbfs) noexcept {
  SegmentEvents events;
  if (!(probability > 0) || !(level_dbfs >= config_.gate_dbfs)) probability = 0;
  position_ += kWindowSamples;
  if (open_) {
    follow(probability, level_dbfs, events);
  } else {
    listen(probability, events);
  }
  return events;
}

void Segmenter::listen(float probability, SegmentEvents& events) noexcept {
  if (!candidate_ && probability >= config_.onset_probability) candidate_onset_ = position_ - kWindowSamples;
  candidate_ = probability >= (candidate_ ? config_.hangover_probability : config_.onset_probability);
  if (!candidate_ || position_ - candidate_onset_ < limits_.min_speech) return;
  candidate_ = false;
  in_pause_ = pause_told_ = false;
  segment_.speech_end_sample = position_;
  open(start_before(candidate_onset_), candidate_onset_, events);
}

void Segmenter::follow(float probability, float level_dbfs, SegmentEvents& events) noexcept {
  const std::uint64_t window = position_ - kWindowSamples;
  if (in_pause_ && probability >= config_.onset_probability) {
    in_pause_ = false;
    if (may_cut_at(std::max(end_in(pause_), start_before(pause_.end))) && pause_.better_than(best_pause_))
      best_pause_ = pause_;
    if (pause_told_) events.add(SpeechResumed{.onset_sample = window});
  } else if (!in_pause_ && probability < config_.hangover_probability) {
    in_pause_ = true;
    pause_told_ = false;
    pause_ = {.begin = window};
  }

  if (in_pause_) {
    pause_.end = position_;
    pause_.probability_sum += probability;
    judge_pause(events);
  } else {
    segment_.speech_end_sample = position_;
    const Dip dip{.middle = window + kWindowSamples / 2,
                  .probability = std::floor(probability * 10) / 10,
                  .level_dbfs = level_dbfs};
    if (may_cut_at(dip.middle) && dip.better_than(best_dip_)) best_dip_ = dip;
  }
  if (open_ && position_ + kWindowSamples - segment_.start_sample > limits_.max_segment) cut(events);
}

void Segmenter::judge_pause(SegmentEvents& events) noexcept {
  const std::uint64_t length = pause_.end - pause_.begin;
  if (limits_.endpoint_pause && length >= *limits_.endpoint_pause)
    return close(end_in(pause_), pause_.begin, EndReason::kEndpoint, events);
  if (limits_.soft_segment && length >= limits_.soft_pause &&
      position_ - segment_.start_sample >= *limits_.soft_segment)
    return close(end_in(pause_), pause_.begin, EndReason::kCut, events);
  if (!pause_told_ && length >= limits_.short_pause) {
    pause_told_ = true;
    events.add(SpeechPaused{.speech_end_sample = pause_.begin});
  }
}

void Segmenter::cut(SegmentEvents& events) noexcept {
  // The pause that is still going on needs no new segment: the next onset starts one.
  if (in_pause_ && pause_.better_than(best_pause_)) return close(end_in(pause_), pause_.begin, EndReason::kCut, events);

  const bool at_pause = best_pause_.end > best_pause_.begin;
  const std::uint64_t speech_end = at_pause ? best_pause_.begin : best_dip_.middle;
  const std::uint64_t onset = at_pause ? best_pause_.end : best_dip_.middle;
  const std::uint64_t last_speech_end = segment_.speech_end_sample;
  close(at_pause ? end_in(best_pause_) : best_dip_.middle, speech_end, EndReason::kCut, events);
  segment_.speech_end_sample = last_speech_end;
  open(start_before(onset), onset, events);
  if (in_pause_ && pause_told_) events.add(SpeechPaused{.speech_end_sample = pause_.begin});
}

void Segmenter::open(std::uint64_t start, std::uint64_t onset, SegmentEvents& events) noexcept {
  open_ = true;
  segment_.start_sample = start;
  segment_.onset_sample = onset;
  best_pause_ = {};
  best_dip_ = {};
  events.add(SpeechStarted{.start_sample = start, .onset_sample = onset});
}

void Segmenter::close(std::uint64_t end, std::uint64_t speech_end, EndReason reason, SegmentEvents& events) noexcept {
  open_ = false;
  earliest_start_ = end;
  events.add(SpeechEnded{.end_sample = end, .speech_end_sample = speech_end, .reason = reason});
}

std::uint64_t Segmenter::end_in(const Pause& pause) const noexcept {
  // Not past the middle: the rest is for the words that follow, of which the detector hears the beginning late.
  return pause.begin + std::min(limits_.post_roll, (pause.end - pause.begin) / 2);
}

std::uint64_t Segmenter::start_before(std::uint64_t onset) const noexcept {
  const std::uint64_t start = onset > limits_.pre_roll ? onset - limits_.pre_roll : 0;
  return std::max(start, earliest_start_);
}

SegmentEvents Segmenter::finish(std::uint64_t end_of_input) noexcept {
  SegmentEvents events;
  candidate_ = false;
  if (!open_) return events;
  const std::uint64_t audio_end = std::clamp(end_of_input, segment_.start_sample, position_);
  const std::uint64_t speech_end = std::min(segment_.speech_end_sample, audio_end);
  const std::uint64_t end = in_pause_ ? std::min(speech_end + limits_.post_roll, audio_end) : audio_end;
  close(end, speech_end, EndReason::kRelease, events);
  return events;
}

void Segmenter::reset(std::uint64_t at_sample) noexcept {
  position_ = earliest_start_ = at_sample;
  candidate_ = open_ = in_pause_ = pause_told_ = false;
}

}  // namespace voicestand::speech
