#include <deque>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/pipeline/captioner.h"
#include "voicestand/pipeline/captioner_test_words.h"
#include "voicestand/pipeline/collecting_sink.h"
#include "voicestand/rt/block_pool.h"

// The same audio becomes the same text, however long the recogniser takes and whatever it gives up on the way.
namespace voicestand::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kWindow = 512;
constexpr auto kWindowTime = 32ms;

// What detection says, and when.
struct Timed {
  Clock::TimePoint at;
  SpeechEvent event;
};

// A conversation from a seed: stretches of speech, pauses short and long, segments that end in a pause, by a cut in the
// middle of speech, or by the release.
class Script {
 public:
  explicit Script(unsigned seed) : random_(seed) {
    const int segments = draw(1, 5);
    for (int segment = 1; segment <= segments; ++segment) {
      const std::uint64_t start = position_;
      say(SegmentStarted{
          .utterance = static_cast<std::uint64_t>(segment), .start_sample = start, .onset_sample = start});
      for (int stretches = draw(1, 4); stretches > 0; --stretches) {
        windows(draw(4, draw(0, 3) == 0 ? 600 : 60), true);
        if (draw(0, 4) == 0) {  // cut where one still speaks; what lies behind the cut belongs to the next one
          const std::uint64_t end = position_ - kWindow * static_cast<std::uint64_t>(draw(0, 3));
          say(SegmentEnded{
              .end_sample = end, .speech_end_sample = end, .reason = speech::EndReason::kCut, .decided_at = now_});
          break;
        }
        const std::uint64_t speech_end = position_;
        windows(4, false);
        say(SegmentPaused{.speech_end_sample = speech_end});
        windows(draw(0, 12), false);
        if (stretches > 1) {
          say(SegmentResumed{});
        } else {
          const std::uint64_t end = speech_end + (position_ - speech_end) / 2;
          const auto reason = draw(0, 1) == 0 ? speech::EndReason::kEndpoint : speech::EndReason::kRelease;
          say(SegmentEnded{.end_sample = end, .speech_end_sample = speech_end, .reason = reason, .decided_at = now_});
        }
      }
      now_ += kWindowTime * draw(1, 20);
      position_ += kWindow;
    }
    say(Released{.at = now_});
  }
  std::deque<Timed> take() { return std::move(events_); }

 private:
  int draw(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }
  void say(SpeechEvent event) { events_.push_back({now_, std::move(event)}); }
  void windows(int count, bool speaking) {
    for (; count > 0; --count) {
      now_ += kWindowTime;
      position_ += kWindow;
      say(SegmentAudio{.samples = speech::AudioPiece(speech::AudioBlock::create(*pool_), 0, kWindow),
                       .delivered_at = now_,
                       .speaking = speaking});
    }
  }

  std::mt19937 random_;
  std::unique_ptr<rt::BlockPool> pool_ = rt::BlockPool::create({}).value();  // empty: blocks come from the heap
  std::deque<Timed> events_;
  Clock::TimePoint now_{};
  std::uint64_t position_ = 0;
};

bool is_turn(const Timed& timed) {
  return !std::holds_alternative<SegmentAudio>(timed.event);
}

// The recognition thread's loop in virtual time, with a recogniser whose text names the audio that it heard.
std::vector<std::string> finals_of(unsigned script, bool push_to_talk, unsigned timing) {
  CollectingSink sink;
  Captioner captioner({.push_to_talk = push_to_talk, .continues = true}, sink);
  auto events = Script(script).take();
  std::mt19937 random(timing);
  std::uniform_int_distribution<int> takes_ms(0, timing == 0 ? 0 : 900);
  Clock::TimePoint now{};
  const auto deliver = [&] {
    while (!events.empty() && events.front().at <= now) {
      captioner.speech(std::move(events.front().event), now);
      events.pop_front();
    }
  };
  for (;;) {
    deliver();
    if (const auto job = captioner.next_job(now)) {
      now += std::chrono::milliseconds(takes_ms(random));
      if (job->heard != nullptr) {
        EXPECT_TRUE(job->careful || job->partial);
        Captioner::Job careless = *job;
        careless.careful = false;
        EXPECT_EQ(job->heard->text, test_words(careless).text) << "without care, of the same audio";
      }
      const bool turned = !events.empty() && events.front().at <= now && is_turn(events.front());
      Result<speech::Hypothesis> result = fail(Errc::kInterrupted, "interrupted");
      if (!(job->partial && turned && random() % 2 == 0)) result = test_words(*job);
      captioner.hypothesis(*job, std::move(result), now);
      continue;
    }
    if (events.empty()) break;
    now = std::max(now, events.front().at);
    now = std::max(now, events.front().at);
  }
  EXPECT_TRUE(captioner.idle()) << "everything that was said has become text";
  std::vector<std::string> finals;
  for (const Final& final : sink.all<Final>()) finals.push_back(final.text);
  return finals;
}

RC_GTEST_PROP(CaptionerTiming, TheTextDoesNotDependOnIt, ()) {
  const auto script = *rc::gen::arbitrary<unsigned>();
  const auto timing = *rc::gen::inRange(1U, 1'000'000U);
  const bool push_to_talk = *rc::gen::arbitrary<bool>();
  const auto at_once = finals_of(script, push_to_talk, 0);
  RC_ASSERT(!at_once.empty());
  RC_ASSERT(finals_of(script, push_to_talk, timing) == at_once);
}

}  // namespace
}  // namespace voicestand::pipeline
