#include "voicestand/pipeline/live_session.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "voicestand/platform/code_pages.h"
#include "voicestand/platform/memory_locking.h"
#include "voicestand/platform/realtime_scheduling.h"
#include "voicestand/platform/thread_name.h"
#include "voicestand/rt/allocation_counter.h"
#include "voicestand/rt/denormal_guard.h"
#include "voicestand/rt/stack_prefault.h"

namespace voicestand::pipeline {
namespace {

// Blocks of a quarter of a second. Detection alone holds the one that is being filled, and one more at its edge; with
// recognition there is what detection looks back on, and a segment that is spoken while one before it is decoded: 20 s
// in all. Beyond that audio goes on the heap (speech/audio_block.h).
constexpr rt::BlockPool::Config kPoolForDetection{.blocks = {0, 3, 0}};
constexpr rt::BlockPool::Config kPoolForSpeech{.blocks = {0, 80, 0}};

// After so much audio each thread has done what it will do from then on.
constexpr std::uint64_t kSettledSamples = 3 * speech::kWindowSamples;
constexpr std::chrono::milliseconds kSettlingGlance{50};

Captioner::Config captions_of(const LiveSession::Parts& parts) {
  Captioner::Config captions = parts.captions;
  captions.continues = parts.recognizer != nullptr && parts.recognizer->continues();
  return captions;
}

RingLoad load_of(std::string_view name, std::size_t capacity, const RingFigures& figures) {
  const auto share = [&](std::uint64_t fill) { return static_cast<double>(fill) / static_cast<double>(capacity); };
  return {.name = name,
          .capacity = capacity,
          .fill_ratio = share(figures.fill.value()),
          .high_water_ratio = share(figures.fill.high_water()),
          .overruns = figures.overruns.value(),
          .dropped_frames = figures.dropped_frames.value()};
}

std::vector<PoolLoad> load_of(const rt::BlockPool& pool) {
  std::vector<PoolLoad> sizes;
  for (std::size_t size_class = 0; size_class < rt::BlockPool::kClasses; ++size_class) {
    const auto figures = pool.statistics(size_class);
    if (figures.blocks == 0) continue;
    sizes.push_back({.block_bytes = figures.block_bytes,
                     .blocks = figures.blocks,
                     .in_use = figures.in_use,
                     .high_water = figures.high_water,
                     .exhausted = figures.exhausted});
  }
  return sizes;
}

std::optional<LatencyQuantiles> quantiles_of(const telemetry::LatencyHistogram& latency) {
  if (latency.count() == 0) return std::nullopt;
  const auto ms = [&](double share) {
    return std::chrono::duration<double, std::milli>(latency.quantile(share).value_or(Clock::Duration{})).count();
  };
  return LatencyQuantiles{.p50 = ms(0.5), .p99 = ms(0.99), .p99_9 = ms(0.999), .max = ms(1.0)};
}

Moment moment_of(const Captioner::Job& job) {
  if (job.partial) return Moment::kPartialDecode;
  return job.final ? Moment::kFinalDecode : Moment::kSpeculativeDecode;
}

}  // namespace

Result<LiveSession::Links> LiveSession::link(const Parts& parts, EventSink& sink, const Clock& clock) {
  auto figures = std::make_unique<LiveFigures>();
  auto pool = rt::BlockPool::create(parts.recognizer != nullptr ? kPoolForSpeech : kPoolForDetection);
  if (!pool) return std::unexpected(std::move(pool.error()));
  auto capture = CaptureQueue::create(parts.source->live(), clock, *figures);
  if (!capture) return std::unexpected(std::move(capture.error()));
  auto process = ProcessQueue::create(figures->process);
  if (!process) return std::unexpected(std::move(process.error()));
  auto speech = SpeechQueue::create(clock, figures->speech, parts.recognizer != nullptr);
  if (!speech) return std::unexpected(std::move(speech.error()));
  Ready ready{.recognizer = std::nullopt, .input = parts.source->description()};
  if (parts.recognizer != nullptr) ready.recognizer = parts.recognizer->info();
  auto events = EventQueue::create(sink, std::move(ready), clock, *figures);
  if (!events) return std::unexpected(std::move(events.error()));
  return Links{.figures = std::move(figures),
               .pool = std::move(*pool),
               .capture = std::move(*capture),
               .process = std::move(*process),
               .speech = std::move(*speech),
               .events = std::move(*events)};
}

Result<std::unique_ptr<LiveSession>> LiveSession::start(Parts parts, EventSink& sink, const Clock& clock) {
  auto segmenter = speech::Segmenter::create(parts.segmenter);
  if (!segmenter) return std::unexpected(std::move(segmenter.error()));
  auto links = link(parts, sink, clock);
  if (!links) return std::unexpected(std::move(links.error()));

  std::unique_ptr<LiveSession> session(new LiveSession(std::move(parts), clock, std::move(*links), *segmenter));
  // Consumers before producers: the first block finds everyone awake.
  session->recognition_thread_ = std::thread([&path = *session] { path.run_recognition(); });
  session->detection_thread_ = std::thread([&path = *session] { path.run_detection(); });
  session->conditioning_thread_ = std::thread([&path = *session] { path.run_conditioning(); });
  if (auto started = session->parts_.source->start(*session->links_.capture); !started) {
    session->abandon();
    return std::unexpected(std::move(started.error()));
  }
  return session;
}

LiveSession::LiveSession(Parts parts, const Clock& clock, Links links, const speech::Segmenter& segmenter)
    : parts_(std::move(parts)),
      clock_(clock),
      live_(parts_.source->live()),
      links_(std::move(links)),
      conditioning_(*links_.capture, *links_.process, *links_.figures, clock_, live_),
      detection_({.live = live_,
                  .push_to_talk = parts_.captions.push_to_talk,
                  .recognise = parts_.recognizer != nullptr,
                  .tap = parts_.tap},
                 *links_.capture, *links_.process, *links_.speech, *links_.pool, *parts_.detector, segmenter,
                 *links_.events, *links_.figures, clock_),
      captioner_(captions_of(parts_), *links_.events) {}

LiveSession::~LiveSession() {
  abandon();
  for (std::thread* thread : {&conditioning_thread_, &detection_thread_, &recognition_thread_}) {
    if (thread->joinable()) thread->join();
  }
}

void LiveSession::stop() noexcept {
  const std::scoped_lock lock(stop_mutex_);
  if (std::exchange(stopped_, true)) return;
  links_.capture->close();
  parts_.source->stop();
  if (!links_.capture->input_ended()) links_.capture->ended();
}

void LiveSession::abandon() noexcept {
  links_.speech->abandon();
  if (parts_.recognizer != nullptr) parts_.recognizer->interrupt();
  stop();
}

void LiveSession::came_to(const platform::RaisedThread& conditioning) {
  const std::scoped_lock lock(scheduling_mutex_);
  scheduling_ = {.state = platform::name_of(conditioning.scheduling()), .granted_by = conditioning.granted_by()};
}

void LiveSession::run_conditioning() {
  platform::name_this_thread("vs-condition");
  const ThreadWatch::Running running(conditioning_watch_);
  // Without the permissions the path works at normal priority, in memory that may be swapped out. A file is worked off
  // as fast as the machine can, and that must not happen at a priority above everything else.
  std::optional<platform::RaisedThread> raised;
  if (live_) {
    (void)platform::lock_memory();
    raised.emplace(parts_.realtime_brokers);
    came_to(*raised);
  }
  rt::prefault_stack();
  const rt::DenormalGuard denormals;
  if (auto done = conditioning_.run(); !done) {
    conditioning_error_ = std::move(done.error());
    links_.capture->close();
  }
  if (raised) came_to(*raised);
}

void LiveSession::run_detection() {
  platform::name_this_thread("vs-detect");
  const ThreadWatch::Running running(detection_watch_);
  rt::prefault_stack();
  const rt::DenormalGuard denormals;
  detection_.run();
}

void LiveSession::run_recognition() {
  platform::name_this_thread("vs-recognise");
  const ThreadWatch::Running running(recognition_watch_);
  std::optional<Clock::TimePoint> deadline;
  bool settled = !live_;  // a file is soon done
  while (!links_.speech->finished()) {
    if (!settled) {
      deadline = std::min(deadline.value_or(Clock::TimePoint::max()), clock_.now() + kSettlingGlance);
      settled = detection_.samples_seen() >= kSettledSamples;
      if (settled) platform::release_code_pages();
    }
    for (SpeechEvent& event : links_.speech->take(deadline)) captioner_.speech(std::move(event), clock_.now());
    while (const auto job = captioner_.next_job(clock_.now())) {
      recognise(*job);
      // A final that has become due meanwhile goes before the next partial. Of a file no more is taken than is needed:
      // what waits in the queue holds up its reading.
      if (!live_ && captioner_.behind()) continue;
      for (SpeechEvent& event : links_.speech->take(clock_.now())) captioner_.speech(std::move(event), clock_.now());
    }
    deadline = captioner_.next_deadline();
  }
}

void LiveSession::recognise(const Captioner::Job& job) {
  LiveFigures& figures = *links_.figures;
  const std::uint64_t restarts = parts_.recognizer->restarts();
  auto result = parts_.recognizer->recognize({.audio = job.audio,
                                              .draft = job.draft,
                                              .continuation = job.continuation,
                                              .unwanted = job.partial ? &links_.speech->turn_waits() : nullptr,
                                              .careful = job.careful,
                                              .heard = job.heard});
  const Clock::TimePoint now = clock_.now();
  take_note(figures.trace.recognition, moment_of(job), job.end_sample, job.started_at, now - job.started_at);
  if (result) {
    figures.decode.record(result->decode_time);
  } else if (result.error().code != Errc::kInterrupted) {
    figures.failures.recognition.add_alone();
  }
  if (const std::uint64_t started_again = parts_.recognizer->restarts() - restarts; started_again > 0) {
    figures.failures.recognition.add_alone(started_again);
    links_.events->on_event(Warning{.code = "worker_restarted",
                                    .message = "the recogniser failed and was started again; nothing was lost"});
  }
  captioner_.hypothesis(job, std::move(result), now);
}

Result<Summary> LiveSession::wait() {
  for (std::thread* thread : {&conditioning_thread_, &detection_thread_, &recognition_thread_}) {
    if (thread->joinable()) thread->join();
  }
  stop();
  links_.events->finish();
  if (conditioning_error_) return std::unexpected(std::move(*conditioning_error_));
  if (auto failure = links_.capture->failure()) return std::unexpected(std::move(*failure));

  return so_far();
}

Summary LiveSession::so_far() const {
  const LiveFigures& figures = *links_.figures;
  Summary summary;
  summary.audio_s = static_cast<double>(detection_.samples_seen()) / speech::kSampleRateHz;
  summary.utterances = figures.utterances.value();
  summary.rings = {load_of("capture", links_.capture->capacity(), figures.capture),
                   load_of("process", links_.process->capacity(), figures.process),
                   load_of("speech", links_.speech->capacity(), figures.speech)};
  for (const RingLoad& ring : summary.rings) {
    summary.overruns += ring.overruns;
    summary.dropped_frames += ring.dropped_frames;
  }
  summary.captured_frames = figures.captured_frames.value();
  summary.processed_frames = figures.processed_frames.value();
  summary.realtime_allocations = rt::realtime_allocations();
  summary.front_end_latency_ms = quantiles_of(figures.front_end);
  {
    const std::scoped_lock lock(scheduling_mutex_);
    summary.scheduling = scheduling_;
  }
  for (const auto& load :
       {conditioning_watch_.load(), detection_watch_.load(), recognition_watch_.load(), links_.events->load()}) {
    if (load) summary.threads.push_back(*load);
  }
  summary.pool = load_of(*links_.pool);
  summary.failures = {.capture = figures.failures.capture.value(),
                      .conditioning = figures.failures.conditioning.value(),
                      .detection = figures.failures.detection.value(),
                      .recognition = figures.failures.recognition.value()};
  summary.memory.pool_bytes = links_.pool->memory_bytes();
  summary.memory.telemetry_bytes = sizeof(LiveFigures);
  return summary;
}

}  // namespace voicestand::pipeline
