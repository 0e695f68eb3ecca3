#include "voicestand/pipeline/live_session.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "voicestand/platform/code_pages.h"
#include "voicestand/platform/memory_locking.h"
#include "voicestand/platform/realtime_scheduling.h"
#include "voicestand/platform/thread_name.h"
#include "voicestand/platform/thread_usage.h"
#include "voicestand/rt/allocation_counter.h"
#include "voicestand/rt/denormal_guard.h"
#include "voicestand/rt/stack_prefault.h"

namespace voicestand::pipeline {
namespace {

// Blocks of a quarter of a second: what detection looks back on; with recognition also a segment that is spoken while
// one before it is decoded, 20 s in all. Beyond that audio goes on the heap (speech/audio_block.h).
constexpr rt::BlockPool::Config kPoolForDetection{.blocks = {0, 10, 0}};
constexpr rt::BlockPool::Config kPoolForSpeech{.blocks = {0, 80, 0}};

// After so much audio each thread has done what it will do from then on.
constexpr std::uint64_t kSettledSamples = 3 * speech::kWindowSamples;
constexpr std::chrono::milliseconds kSettlingGlance{50};

ThreadLoad load_of_this_thread() {
  platform::ThreadUsage usage = platform::this_thread_usage();
  return {.name = std::move(usage.name),
          .cpu_s = std::chrono::duration<double>(usage.cpu_time).count(),
          .involuntary_switches = usage.involuntary_switches};
}

}  // namespace

Result<LiveSession::Links> LiveSession::link(const Parts& parts, EventSink& sink, const Clock& clock) {
  auto pool = rt::BlockPool::create(parts.recognizer != nullptr ? kPoolForSpeech : kPoolForDetection);
  if (!pool) return std::unexpected(std::move(pool.error()));
  auto capture = CaptureQueue::create(parts.source->live(), clock);
  if (!capture) return std::unexpected(std::move(capture.error()));
  auto process = ProcessQueue::create();
  if (!process) return std::unexpected(std::move(process.error()));
  auto speech = SpeechQueue::create(clock, parts.recognizer != nullptr);
  if (!speech) return std::unexpected(std::move(speech.error()));
  Ready ready{.recognizer = std::nullopt, .input = parts.source->description()};
  if (parts.recognizer != nullptr) ready.recognizer = parts.recognizer->info();
  auto events = EventQueue::create(sink, std::move(ready));
  if (!events) return std::unexpected(std::move(events.error()));
  return Links{.pool = std::move(*pool),
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
      conditioning_(*links_.capture, *links_.process, front_end_latency_, clock_, live_),
      detection_(
          {.live = live_, .push_to_talk = parts_.captions.push_to_talk, .recognise = parts_.recognizer != nullptr},
          *links_.capture, *links_.process, *links_.speech, *links_.pool, *parts_.detector, segmenter, *links_.events,
          clock_),
      captioner_(parts_.captions, *links_.events) {}

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

void LiveSession::run_conditioning() {
  platform::name_this_thread("vs-condition");
  // Without the permissions the path works at normal priority, in memory that may be swapped out. A file is worked off
  // as fast as the machine can, and that must not happen at a priority above everything else.
  std::optional<platform::RaisedThread> raised;
  if (live_) {
    (void)platform::lock_memory();
    raised.emplace(parts_.realtime_brokers);
  }
  rt::prefault_stack();
  const rt::DenormalGuard denormals;
  if (auto done = conditioning_.run(); !done) {
    conditioning_error_ = std::move(done.error());
    links_.capture->close();
  }
  conditioning_load_ = load_of_this_thread();
  if (raised) scheduling_ = {.state = platform::name_of(raised->scheduling()), .granted_by = raised->granted_by()};
}

void LiveSession::run_detection() {
  platform::name_this_thread("vs-detect");
  rt::prefault_stack();
  const rt::DenormalGuard denormals;
  detection_.run();
  detection_load_ = load_of_this_thread();
}

void LiveSession::run_recognition() {
  platform::name_this_thread("vs-recognise");
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
      const std::uint64_t restarts = parts_.recognizer->restarts();
      auto result = parts_.recognizer->recognize({.audio = job->audio,
                                                  .draft = job->draft,
                                                  .continuation = job->continuation,
                                                  .unwanted = job->partial ? &links_.speech->turn_waits() : nullptr,
                                                  .careful = job->careful,
                                                  .heard = job->heard});
      if (parts_.recognizer->restarts() != restarts) {
        links_.events->on_event(Warning{.code = "worker_restarted",
                                        .message = "the recogniser failed and was started again; nothing was lost"});
      }
      captioner_.hypothesis(*job, std::move(result), clock_.now());
      // A final that has become due meanwhile goes before the next partial. Of a file no more is taken than is needed:
      // what waits in the queue holds up its reading.
      if (!live_ && captioner_.behind()) continue;
      for (SpeechEvent& event : links_.speech->take(clock_.now())) captioner_.speech(std::move(event), clock_.now());
    }
    deadline = captioner_.next_deadline();
  }
  recognition_load_ = load_of_this_thread();
}

Result<Summary> LiveSession::wait() {
  for (std::thread* thread : {&conditioning_thread_, &detection_thread_, &recognition_thread_}) {
    if (thread->joinable()) thread->join();
  }
  stop();
  links_.events->finish();
  if (conditioning_error_) return std::unexpected(std::move(*conditioning_error_));
  if (auto failure = links_.capture->failure()) return std::unexpected(std::move(*failure));

  Summary summary;
  summary.audio_s = static_cast<double>(detection_.samples_seen()) / speech::kSampleRateHz;
  summary.utterances = parts_.recognizer != nullptr ? captioner_.utterances() : detection_.utterances();
  summary.overruns = links_.capture->overruns() + links_.process->overruns();
  summary.dropped_frames = links_.capture->dropped_frames() + links_.process->dropped_frames();
  summary.realtime_allocations = rt::realtime_allocations();
  summary.scheduling = scheduling_;
  for (const auto* const load : {&conditioning_load_, &detection_load_, &recognition_load_})
    if (*load) summary.threads.push_back(**load);
  if (front_end_latency_.count() > 0) {
    const auto ms = [&](double share) {
      return std::chrono::duration<double, std::milli>(front_end_latency_.quantile(share).value_or(Clock::Duration{}))
          .count();
    };
    summary.front_end_latency_ms =
        LatencyQuantiles{.p50 = ms(0.5), .p99 = ms(0.99), .p99_9 = ms(0.999), .max = ms(1.0)};
  }
  return summary;
}

}  // namespace voicestand::pipeline
