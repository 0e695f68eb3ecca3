#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/speech/segmenter.h"

namespace voicestand::speech {
namespace {

using std::chrono::milliseconds;
using Events = std::vector<SegmentEvent>;

constexpr std::uint64_t kWindow = kWindowSamples;

// Laws, over random speech: runs of windows of one kind, so that pauses and segments of every length occur.
struct Utterance {
  std::vector<float> probabilities;
  std::vector<float> levels;
};

rc::Gen<Utterance> utterances() {
  const auto run =
      rc::gen::tuple(rc::gen::weightedElement<float>({{4, 0.9F}, {2, 0.0F}, {1, 0.4F}, {1, 0.55F}, {1, 0.2F}}),
                     rc::gen::weightedOneOf<int>({{3, rc::gen::inRange(1, 30)}, {1, rc::gen::inRange(30, 700)}}),
                     rc::gen::inRange(-60, -5));
  return rc::gen::map(rc::gen::container<std::vector<std::tuple<float, int, int>>>(run), [](const auto& runs) {
    Utterance utterance;
    for (const auto& [probability, windows, level] : runs) {
      utterance.probabilities.insert(utterance.probabilities.end(), static_cast<std::size_t>(windows), probability);
      utterance.levels.insert(utterance.levels.end(), static_cast<std::size_t>(windows), static_cast<float>(level));
    }
    return utterance;
  });
}

SegmenterConfig random_config() {
  const auto ms = [](int low, int high) { return milliseconds(*rc::gen::inRange(low, high)); };
  const auto maybe_ms = [&](int low, int high) {
    return *rc::gen::arbitrary<bool>() ? std::optional(ms(low, high)) : std::nullopt;
  };
  SegmenterConfig config;
  config.pre_roll = ms(0, 1'000);
  config.min_speech = ms(1, 300);
  config.short_pause = ms(1, 300);
  config.endpoint_pause = maybe_ms(100, 1'500);
  config.post_roll = ms(0, 800);
  config.max_segment = ms(4'000, 30'000);
  config.soft_segment = maybe_ms(0, 10'000);
  config.soft_pause = ms(50, 400);
  return config;
}

struct Closed {
  std::uint64_t start, onset, end, speech_end, decided_at;
  EndReason reason;
};

// Feeds it all, checks the order of events, and returns the segments.
std::vector<Closed> segments_of(const SegmenterConfig& config, const Utterance& utterance, Events* log = nullptr) {
  auto segmenter = Segmenter::create(config).value();
  std::vector<Closed> segments;
  std::optional<SpeechStarted> open;
  bool paused = false;
  const auto take = [&](const SegmentEvents& events) {
    for (const auto& event : events) {
      if (log != nullptr) log->push_back(event);
      if (const auto* started = std::get_if<SpeechStarted>(&event)) {
        RC_ASSERT(!open);
        open = *started;
        paused = false;
      } else if (const auto* ended = std::get_if<SpeechEnded>(&event)) {
        RC_ASSERT(open.has_value());
        segments.push_back({open->start_sample, open->onset_sample, ended->end_sample, ended->speech_end_sample,
                            segmenter.position(), ended->reason});
        open.reset();
      } else {
        RC_ASSERT(open.has_value());
        RC_ASSERT(paused == std::holds_alternative<SpeechResumed>(event));
        paused = !paused;
      }
    }
    RC_ASSERT(segmenter.open_segment().has_value() == open.has_value());
  };
  for (std::size_t i = 0; i < utterance.probabilities.size(); ++i)
    take(segmenter.feed(utterance.probabilities[i], utterance.levels[i]));
  take(segmenter.finish());
  RC_ASSERT(!open);
  return segments;
}

TEST(SegmenterLaws, SegmentsAreOrderedDisjointHeardAndNoLongerThanTheLongest) {
  EXPECT_TRUE(rc::check([] {
    const auto config = random_config();
    std::uint64_t previous_end = 0;
    for (const auto& segment : segments_of(config, *utterances())) {
      RC_ASSERT(segment.start >= previous_end);
      RC_ASSERT(segment.start <= segment.onset);
      RC_ASSERT(segment.onset < segment.speech_end);
      RC_ASSERT(segment.speech_end <= segment.end);
      RC_ASSERT(segment.end <= segment.decided_at);
      RC_ASSERT(segment.end - segment.start <= static_cast<std::uint64_t>(config.max_segment.count()) * 16);
      previous_end = segment.end;
    }
  }));
}

TEST(SegmenterLaws, SpeechThatLastsIsInsideSomeSegment) {
  EXPECT_TRUE(rc::check([] {
    const auto config = random_config();
    const auto utterance = *utterances();
    const auto segments = segments_of(config, utterance);
    const std::uint64_t min_speech = static_cast<std::uint64_t>(config.min_speech.count()) * 16;
    const auto count = utterance.probabilities.size();
    for (std::size_t begin = 0; begin < count; ++begin) {
      std::size_t end = begin;
      while (end < count && utterance.probabilities[end] >= config.onset_probability) ++end;
      if ((end - begin) * kWindow >= min_speech) {
        for (std::size_t window = begin; window < end; ++window) {
          // A cut may run through a window: its two halves are then in two segments.
          std::uint64_t covered = 0;
          for (const auto& segment : segments) {
            const auto low = std::max<std::uint64_t>(segment.start, window * kWindow);
            const auto high = std::min<std::uint64_t>(segment.end, (window + 1) * kWindow);
            if (high > low) covered += high - low;
          }
          RC_ASSERT(covered == kWindow);
        }
      }
      if (end > begin) begin = end - 1;
    }
  }));
}

TEST(SegmenterLaws, AnEndpointComesOnlyAfterItsPauseAndAsSoonAsItIsOver) {
  EXPECT_TRUE(rc::check([] {
    const auto config = random_config();
    const auto utterance = *utterances();
    for (const auto& segment : segments_of(config, utterance)) {
      if (segment.reason != EndReason::kEndpoint) continue;
      const std::uint64_t pause = static_cast<std::uint64_t>(config.endpoint_pause.value().count()) * 16;
      const std::uint64_t waited = segment.decided_at - segment.speech_end;
      RC_ASSERT(waited >= pause);
      RC_ASSERT(waited < pause + kWindow);
      for (std::uint64_t at = segment.speech_end; at < segment.decided_at; at += kWindow)
        RC_ASSERT(utterance.probabilities[at / kWindow] < config.onset_probability);
    }
  }));
}

TEST(SegmenterLaws, TheSameWindowsGiveTheSameEvents) {
  EXPECT_TRUE(rc::check([] {
    const auto config = random_config();
    const auto utterance = *utterances();
    Events first;
    Events second;
    segments_of(config, utterance, &first);
    segments_of(config, utterance, &second);
    RC_ASSERT(first == second);
  }));
}

}  // namespace
}  // namespace voicestand::speech
