#include "voicestand/pipeline/live_session.h"

#include <chrono>
#include <utility>

#include "voicestand/platform/realtime_scheduling.h"
#include "voicestand/platform/thread_name.h"
#include "voicestand/rt/allocation_counter.h"
#include "voicestand/rt/denormal_guard.h"

namespace voicestand::pipeline {

Result<std::unique_ptr<LiveSession>> LiveSession::start(Parts parts, EventSink& sink, const Clock& clock) {
  auto segmenter = speech::Segmenter::create(parts.segmenter);
  if (!segmenter) return std::unexpected(std::move(segmenter.error()));
  auto capture = CaptureQueue::create(parts.source->live(), clock);
  if (!capture) return std::unexpected(std::move(capture.error()));
  auto process = ProcessQueue::create();
  if (!process) return std::unexpected(std::move(process.error()));

  std::unique_ptr<LiveSession> session(
      new LiveSession(std::move(parts), sink, clock, std::move(*capture), std::move(*process), *segmenter));
  Ready ready{.recognizer = std::nullopt, .input = session->parts_.source->description()};
  if (session->parts_.recognizer != nullptr) ready.recognizer = session->parts_.recognizer->info();
  session->sink_.on_event(std::move(ready));

  // Consumers before producers: the first block finds everyone awake.
  session->recognition_thread_ = std::thread([&path = *session] { path.run_recognition(); });
  session->detection_thread_ = std::thread([&path = *session] {
    platform::name_this_thread("vs-detect");
    path.detection_.run();
  });
  session->conditioning_thread_ = std::thread([&path = *session] { path.run_conditioning(); });
  if (auto started = session->parts_.source->start(*session->capture_); !started) {
    session->abandon();
    return std::unexpected(std::move(started.error()));
  }
  return session;
}

LiveSession::LiveSession(Parts parts, EventSink& sink, const Clock& clock, std::unique_ptr<CaptureQueue> capture,
                         std::unique_ptr<ProcessQueue> process, const speech::Segmenter& segmenter)
    : parts_(std::move(parts)),
      sink_(sink),
      clock_(clock),
      live_(parts_.source->live()),
      capture_(std::move(capture)),
      process_(std::move(process)),
      conditioning_(*capture_, *process_, front_end_latency_, clock_, live_),
      detection_(
          {.live = live_, .push_to_talk = parts_.captions.push_to_talk, .recognise = parts_.recognizer != nullptr},
          *capture_, *process_, speech_, *parts_.detector, segmenter, sink_, clock_),
      captioner_(parts_.captions, sink_) {}

LiveSession::~LiveSession() {
  abandon();
  for (std::thread* thread : {&conditioning_thread_, &detection_thread_, &recognition_thread_}) {
    if (thread->joinable()) thread->join();
  }
}

void LiveSession::stop() noexcept {
  const std::scoped_lock lock(stop_mutex_);
  if (std::exchange(stopped_, true)) return;
  capture_->close();
  parts_.source->stop();
  if (!capture_->input_ended()) capture_->ended();
}

void LiveSession::abandon() noexcept {
  speech_.abandon();
  if (parts_.recognizer != nullptr) parts_.recognizer->interrupt();
  stop();
}

void LiveSession::run_conditioning() {
  platform::name_this_thread("vs-condition");
  // Without the permission the path works at normal priority. A file is worked off as fast as the machine can, and that
  // must not happen at a priority above everything else.
  if (live_) (void)platform::make_this_thread_realtime();
  const rt::DenormalGuard denormals;
  if (auto done = conditioning_.run(); !done) {
    conditioning_error_ = std::move(done.error());
    capture_->close();
  }
}

void LiveSession::run_recognition() {
  platform::name_this_thread("vs-recognise");
  std::optional<Clock::TimePoint> deadline;
  while (!speech_.finished()) {
    for (SpeechEvent& event : speech_.take(deadline)) captioner_.speech(std::move(event), clock_.now());
    while (const auto job = captioner_.next_job(clock_.now())) {
      const std::uint64_t restarts = parts_.recognizer->restarts();
      auto result = parts_.recognizer->recognize(job->audio);
      if (parts_.recognizer->restarts() != restarts) {
        sink_.on_event(Warning{.code = "worker_restarted",
                               .message = "the recogniser failed and was started again; nothing was lost"});
      }
      captioner_.hypothesis(*job, std::move(result), clock_.now());
      // A final that has become due meanwhile goes before the next partial.
      for (SpeechEvent& event : speech_.take(clock_.now())) captioner_.speech(std::move(event), clock_.now());
    }
    deadline = captioner_.next_deadline();
  }
}

Result<Summary> LiveSession::wait() {
  for (std::thread* thread : {&conditioning_thread_, &detection_thread_, &recognition_thread_}) {
    if (thread->joinable()) thread->join();
  }
  stop();
  sink_.finish();
  if (conditioning_error_) return std::unexpected(std::move(*conditioning_error_));
  if (auto failure = capture_->failure()) return std::unexpected(std::move(*failure));

  Summary summary;
  summary.audio_s = static_cast<double>(detection_.samples_seen()) / speech::kSampleRateHz;
  summary.utterances = parts_.recognizer != nullptr ? captioner_.utterances() : detection_.utterances();
  summary.overruns = capture_->overruns() + process_->overruns();
  summary.dropped_frames = capture_->dropped_frames() + process_->dropped_frames();
  summary.realtime_allocations = rt::realtime_allocations();
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
