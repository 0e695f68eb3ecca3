#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "voicestand/audio/audio_source.h"
#include "voicestand/audio/recent_blocks.h"
#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"

namespace voicestand::audio {

// A live source that stays open from one listener to the next and keeps what it heard last: whoever begins to listen
// hears what was said just before. One listener at a time.
class Microphone final : private CaptureSink {
 public:
  // Thread: any. Real-time: no, allocates. `kept`: how much of the past a listener is given. Errors: MirroredMemory's.
  [[nodiscard]] static Result<std::unique_ptr<Microphone>> create(std::chrono::milliseconds kept);
  Microphone(const Microphone&) = delete;
  Microphone& operator=(const Microphone&) = delete;
  ~Microphone() override { close(); }  // nobody listens any more

  // --- The owner's thread. Real-time: no. ---

  // Starts `source`, which is live, and keeps it open. Errors: the source's.
  [[nodiscard]] Result<void> open(std::unique_ptr<AudioSource> source);
  void close() noexcept;
  [[nodiscard]] bool is_open() const noexcept;

  // Begins to listen now: from here on all is kept until the source that follows has delivered it. May come before
  // open().
  void listen() noexcept;
  // What is heard from a while before listen() until release(), for one live session; the microphone outlives it. It
  // ends as a file does, after the block in which the moment of the release lies.
  [[nodiscard]] std::unique_ptr<AudioSource> heard();
  // Waits for that block. Nobody listens any longer than until `at`; may come before heard() has been started.
  void release(Clock::TimePoint at) noexcept;
  // Not yet: takes release() back, where what was heard is still waiting for heard() to be started.
  [[nodiscard]] bool keep_listening() noexcept;
  // Gives up what has been kept for heard(), where that was never started.
  void forget() noexcept;

 private:
  class Heard;
  static constexpr Clock::Duration::rep kNoEnd = INT64_MAX;

  Microphone(RecentBlocks recent, std::chrono::milliseconds kept) : kept_(kept), recent_(std::move(recent)) {}

  // From the source.
  [[nodiscard]] bool push(const CaptureBlock& block) noexcept VS_REALTIME override;
  void wait_for_room() noexcept override {}  // a live source does not wait
  void ended() noexcept override;
  void failed(Error error) noexcept override;
  void lost(std::string what) noexcept override;
  void restored(std::string what) noexcept override;

  void deliver(CaptureSink& sink) noexcept VS_REALTIME;
  void attach(CaptureSink& sink) noexcept;
  bool detach(const CaptureSink& sink) noexcept;  // false: it was not attached
  void end_stream(CaptureSink& sink) noexcept;
  void stop_listening() noexcept;  // with the lock
  [[nodiscard]] std::string description() const;
  // To who listens, if anyone does, of what is not real-time.
  template <typename Telling>
  void tell(Telling telling) noexcept {
    const std::scoped_lock lock(mutex_);
    if (listener_ != nullptr) telling(*listener_);
  }

  const std::chrono::milliseconds kept_;

  // The source's delivering thread.
  RecentBlocks recent_;

  // Dekker's pairs, sequentially consistent: the delivering thread says that it is inside and then looks for a sink,
  // the listener takes the sink away and then looks whether someone is inside.
  std::atomic<bool> inside_{false};
  std::atomic<CaptureSink*> sink_{nullptr};
  std::atomic<bool> listening_{false};                // relaxed: a block more or less is kept
  std::atomic<Clock::Duration::rep> end_at_{kNoEnd};  // released by the owner, acquired by the delivering thread
  std::atomic<bool> at_the_end_{false};               // the other way round

  mutable std::mutex mutex_;  // protects the following
  std::unique_ptr<AudioSource> source_;
  CaptureSink* listener_ = nullptr;  // sink_ for what is not real-time
  bool released_ = false;
};

}  // namespace voicestand::audio
