#include "voicestand/pipeline/speech_queue.h"

#include <chrono>
#include <utility>

#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {
namespace {

constexpr std::size_t kCapacity = 4'096;
constexpr std::size_t kCapacityWithoutAudio = 256;
// A window brings a few turns and at most the longest segment's audio.
constexpr std::size_t kPlacesForAWindow =
    2 * speech::SegmentEvents::kCapacity +
    2 * speech::SegmenterConfig::kMaxMaxSegment.count() * speech::kSampleRateHz / 1'000 / speech::AudioBlock::kSamples;
// Audio that can wait leaves so many places to what cannot.
constexpr std::size_t kKeptForTurns = 1'024;
static_assert(kPlacesForAWindow < kKeptForTurns && kPlacesForAWindow < kCapacityWithoutAudio);
// With less room than this, audio is passed on by the block and no longer by the window.
constexpr std::size_t kAmpleRoom = 3'072;

// A file is read ahead of recognition by at most so much speech.
constexpr std::uint64_t kReadAheadSamples = std::uint64_t{10} * speech::kSampleRateHz;
constexpr std::chrono::milliseconds kRoomPatience{100};

}  // namespace

Result<std::unique_ptr<SpeechQueue>> SpeechQueue::create(const Clock& clock, RingFigures& figures, bool audio) {
  auto ring = rt::SpscRing<Slot>::create(audio ? kCapacity : kCapacityWithoutAudio);
  if (!ring) return std::unexpected(std::move(ring.error()));
  return std::unique_ptr<SpeechQueue>(new SpeechQueue(clock, figures, std::move(*ring)));
}

SpeechQueue::~SpeechQueue() {
  while (!ring_.peek(1).empty()) {
    (void)event_of(ring_.peek(1).front());  // gives its audio back
    ring_.consume(1);
  }
}

bool SpeechQueue::has_room() noexcept {
  return ring_.write_available() >= kPlacesForAWindow || abandoned_.load(std::memory_order_acquire);  // pair: abandon()
}

bool SpeechQueue::far_ahead() const noexcept {
  return waiting_samples_.load(std::memory_order_relaxed) >= kReadAheadSamples &&
         !abandoned_.load(std::memory_order_acquire);  // pair: abandon()
}

void SpeechQueue::wait_for_room() noexcept {
  const auto caught_up = [&]() noexcept { return has_room() && !far_ahead(); };
  (void)drained_.wait_until(caught_up, clock_.now() + kRoomPatience);
}

void SpeechQueue::push(const Turn& turn) noexcept {
  const std::size_t room = ring_.write_available();
  if (room == 0) return figures_.overruns.add_alone();
  figures_.fill.set(ring_.capacity() - room + 1);
  ring_.prepare_write(1).front() = Slot{.content = turn};
  ring_.commit(1);
  turn_waits_.store(true, std::memory_order_relaxed);  // a hint
  filled_.ring();
}

bool SpeechQueue::push(const speech::SpeechHistory::Stretch& audio, Clock::TimePoint delivered_at, bool speaking,
                       bool last) noexcept {
  const std::size_t room = ring_.write_available();
  const bool fills_block = audio.first + audio.count == speech::AudioBlock::kSamples;
  const bool can_wait = room <= kKeptForTurns || (room < kAmpleRoom && !fills_block);
  if (room == 0 || (can_wait && !last)) return false;
  audio.block->hold();
  figures_.fill.set(ring_.capacity() - room + 1);
  ring_.prepare_write(1).front() = Slot{.content = PassedAudio{.block = audio.block,
                                                               .first = audio.first,
                                                               .count = audio.count,
                                                               .delivered_at = delivered_at,
                                                               .speaking = speaking}};
  waiting_samples_.fetch_add(audio.count, std::memory_order_relaxed);
  ring_.commit(1);
  filled_.ring();
  return true;
}

void SpeechQueue::end() noexcept {
  ended_.store(true, std::memory_order_release);  // pair: take(), finished()
  filled_.ring();
}

SpeechEvent SpeechQueue::event_of(const Slot& slot) {
  if (const auto* const audio = std::get_if<PassedAudio>(&slot.content)) {
    return SegmentAudio{.samples = speech::AudioPiece(audio->block, audio->first, audio->count),
                        .delivered_at = audio->delivered_at,
                        .speaking = audio->speaking};
  }
  return std::visit([](const auto& turn) { return SpeechEvent(turn); }, std::get<Turn>(slot.content));
}

std::vector<SpeechEvent> SpeechQueue::take(std::optional<Clock::TimePoint> deadline) {
  const auto something = [&]() noexcept {
    return ended_.load(std::memory_order_acquire) || ring_.read_available() > 0;  // pair: end(), abandon()
  };
  (void)filled_.wait_until(something, deadline.value_or(Clock::TimePoint::max()));
  turn_waits_.store(false, std::memory_order_relaxed);  // a hint; before the look, so that none is missed
  const auto slots = ring_.peek(ring_.capacity());
  std::vector<SpeechEvent> events;
  events.reserve(slots.size());
  std::uint64_t samples = 0;
  for (const Slot& slot : slots) {
    events.push_back(event_of(slot));
    if (const auto* const audio = std::get_if<SegmentAudio>(&events.back())) samples += audio->samples.size();
  }
  ring_.consume(slots.size());
  figures_.fill.fall_to(ring_.read_available());
  waiting_samples_.fetch_sub(samples, std::memory_order_relaxed);
  drained_.ring();
  if (abandoned_.load(std::memory_order_acquire)) events.clear();  // pair: abandon()
  return events;
}

bool SpeechQueue::finished() noexcept {
  // The flag before the count: what was pushed before the end is then seen too. Pair: end(), abandon().
  return ended_.load(std::memory_order_acquire) &&
         (abandoned_.load(std::memory_order_acquire) || ring_.read_available() == 0);
}

void SpeechQueue::abandon() noexcept {
  turn_waits_.store(true, std::memory_order_relaxed);  // a hint
  abandoned_.store(true, std::memory_order_release);   // pair: take(), finished(), has_room(), far_ahead()
  ended_.store(true, std::memory_order_release);       // pair: take(), finished()
  filled_.ring();
  drained_.ring();
}

}  // namespace voicestand::pipeline
