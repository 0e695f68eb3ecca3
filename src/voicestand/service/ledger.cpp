#include "voicestand/service/ledger.h"

#include <algorithm>
#include <utility>

#include "voicestand/pipeline/live_session.h"

namespace voicestand::service {
namespace {

using pipeline::Summary;

template <typename Load, typename Name>
Load& entry(std::vector<Load>& loads, Name Load::* name, const Load& like) {
  const auto found = std::ranges::find(loads, like.*name, name);
  if (found != loads.end()) return *found;
  Load& added = loads.emplace_back();
  added.*name = like.*name;
  return added;
}

// Counts are added; what there is now is that of `session`.
void add(const Summary& session, Summary& to) {
  to.audio_s += session.audio_s;
  to.utterances += session.utterances;
  to.overruns += session.overruns;
  to.captured_frames += session.captured_frames;
  to.processed_frames += session.processed_frames;
  to.dropped_frames += session.dropped_frames;
  to.realtime_allocations = session.realtime_allocations;  // the process's
  to.scheduling = session.scheduling;
  to.failures.capture += session.failures.capture;
  to.failures.conditioning += session.failures.conditioning;
  to.failures.detection += session.failures.detection;
  to.failures.recognition += session.failures.recognition;
  to.memory = session.memory;
  for (const auto& load : session.threads) {
    auto& thread = entry(to.threads, &pipeline::ThreadLoad::name, load);
    thread.cpu_s += load.cpu_s;
    thread.involuntary_switches += load.involuntary_switches;
    if (load.allocations) thread.allocations = thread.allocations.value_or(0) + *load.allocations;
  }
  for (const auto& load : session.rings) {
    auto& ring = entry(to.rings, &pipeline::RingLoad::name, load);
    ring.capacity = load.capacity;
    ring.fill_ratio = load.fill_ratio;
    ring.high_water_ratio = std::max(ring.high_water_ratio, load.high_water_ratio);
    ring.overruns += load.overruns;
    ring.dropped_frames += load.dropped_frames;
  }
  for (const auto& load : session.pool) {
    auto& blocks = entry(to.pool, &pipeline::PoolLoad::block_bytes, load);
    blocks.blocks = load.blocks;
    blocks.in_use = load.in_use;
    blocks.high_water = std::max(blocks.high_water, load.high_water);
    blocks.exhausted += load.exhausted;
  }
}

}  // namespace

// The rings are known before anything goes through them.
Ledger::Ledger() {
  for (const std::string_view name : {"capture", "process", "speech"}) ended_.rings.emplace_back().name = name;
}

void Ledger::begin(const pipeline::LiveSession& session) {
  const std::scoped_lock lock(mutex_);
  session_ = &session;
}

void Ledger::end() {
  const std::scoped_lock lock(mutex_);
  if (session_ == nullptr) return;
  add(session_->so_far(), ended_);
  latencies_.add(session_->figures());
  session_ = nullptr;
  ended_.memory = {};
  for (auto& ring : ended_.rings) ring.fill_ratio = 0;
  for (auto& blocks : ended_.pool) blocks.in_use = 0;
}

void Ledger::typed(std::optional<double> injection_ms, std::optional<double> release_to_text_ms) {
  const std::scoped_lock lock(mutex_);
  if (injection_ms) latencies_.inject.record(from_ms(*injection_ms));
  if (release_to_text_ms) latencies_.release_to_text.record(from_ms(*release_to_text_ms));
}

std::unique_ptr<Ledger::Reading> Ledger::read(std::size_t windows) const {
  auto reading = std::make_unique<Reading>();
  const std::scoped_lock lock(mutex_);
  reading->running = session_ != nullptr;
  reading->summary = ended_;
  reading->latencies.add(latencies_);
  if (session_ != nullptr) {
    add(session_->so_far(), reading->summary);
    reading->latencies.add(session_->figures());
    reading->windows = session_->figures().windows.last(windows);
  }
  return reading;
}

void Ledger::read_windows(Reading& reading, std::size_t windows) const {
  const std::scoped_lock lock(mutex_);
  reading.running = session_ != nullptr;
  reading.windows = session_ != nullptr ? session_->figures().windows.last(windows) : pipeline::WindowLog::Stretch{};
}

}  // namespace voicestand::service
