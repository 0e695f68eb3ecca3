#include "voicestand/audio/microphone.h"

#include <thread>
#include <utility>

namespace voicestand::audio {
namespace {

constexpr std::chrono::milliseconds kGlance{1};
// By then a device that lives has delivered the block in which the end lies, and one that does not will not.
constexpr std::chrono::milliseconds kEndPatience{250};
// Delivered at once: a third of a second of 48 kHz stereo.
constexpr std::size_t kPortionSamples = std::size_t{1} << 15U;

}  // namespace

// The listener's end of it, which its session owns.
class Microphone::Heard final : public AudioSource {
 public:
  explicit Heard(Microphone& microphone) noexcept : microphone_(microphone) {}
  Heard(const Heard&) = delete;
  Heard& operator=(const Heard&) = delete;
  ~Heard() override { stop(); }

  Result<void> start(CaptureSink& sink) override {
    sink_ = &sink;
    microphone_.attach(sink);
    return {};
  }
  void stop() noexcept override {
    if (sink_ != nullptr) microphone_.detach(*sink_);
  }
  [[nodiscard]] bool live() const noexcept override { return true; }
  [[nodiscard]] std::string description() const override { return microphone_.description(); }

 private:
  Microphone& microphone_;
  CaptureSink* sink_ = nullptr;
};

Result<std::unique_ptr<Microphone>> Microphone::create(std::chrono::milliseconds kept) {
  auto recent = RecentBlocks::create();
  if (!recent) return std::unexpected(std::move(recent.error()));
  return std::unique_ptr<Microphone>(new Microphone(std::move(*recent), kept));
}

Result<void> Microphone::open(std::unique_ptr<AudioSource> source) {
  close();
  // No thread delivers: what came from another source before is as old as it is.
  recent_.forget_all();
  if (auto started = source->start(*this); !started) return started;
  const std::scoped_lock lock(mutex_);
  source_ = std::move(source);
  source_->take_its_time(!listening_.load(std::memory_order_relaxed));
  return {};
}

void Microphone::close() noexcept {
  std::unique_ptr<AudioSource> source;
  {
    const std::scoped_lock lock(mutex_);
    source = std::move(source_);
  }
  if (source) source->stop();
}

bool Microphone::is_open() const noexcept {
  const std::scoped_lock lock(mutex_);
  return source_ != nullptr;
}

std::string Microphone::description() const {
  const std::scoped_lock lock(mutex_);
  return source_ ? source_->description() : std::string("microphone");
}

void Microphone::listen() noexcept {
  const std::scoped_lock lock(mutex_);
  released_ = false;
  end_at_.store(kNoEnd, std::memory_order_release);  // pair: deliver()
  at_the_end_.store(false, std::memory_order_release);
  listening_.store(true, std::memory_order_relaxed);
  if (source_) source_->take_its_time(false);
}

std::unique_ptr<AudioSource> Microphone::heard() {
  return std::make_unique<Heard>(*this);
}

void Microphone::release(Clock::TimePoint at) noexcept {
  CaptureSink* listener = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    released_ = true;
    end_at_.store(at.time_since_epoch().count(), std::memory_order_release);  // pair: deliver()
    listener = listener_;
  }
  if (listener != nullptr) end_stream(*listener);  // else attach() comes to it
}

bool Microphone::keep_listening() noexcept {
  const std::scoped_lock lock(mutex_);
  if (!released_ || listener_ != nullptr || !listening_.load(std::memory_order_relaxed)) return false;
  released_ = false;
  end_at_.store(kNoEnd, std::memory_order_release);  // pair: deliver()
  return true;
}

void Microphone::forget() noexcept {
  const std::scoped_lock lock(mutex_);
  if (listener_ == nullptr) stop_listening();
}

void Microphone::stop_listening() noexcept {
  listening_.store(false, std::memory_order_relaxed);
  if (source_) source_->take_its_time(true);
}

void Microphone::attach(CaptureSink& sink) noexcept {
  bool released = false;
  {
    const std::scoped_lock lock(mutex_);
    listener_ = &sink;
    released = released_;
    sink_.store(&sink, std::memory_order_seq_cst);  // pair: push()
  }
  if (released) end_stream(sink);
}

bool Microphone::detach(const CaptureSink& sink) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    if (listener_ != &sink) return false;
    listener_ = nullptr;
    stop_listening();
    sink_.store(nullptr, std::memory_order_seq_cst);  // pair: push()
  }
  while (inside_.load(std::memory_order_seq_cst)) std::this_thread::sleep_for(kGlance);  // pair: push()
  return true;
}

void Microphone::end_stream(CaptureSink& sink) noexcept {
  const auto deadline = std::chrono::steady_clock::now() + kEndPatience;
  while (!at_the_end_.load(std::memory_order_acquire) &&  // pair: deliver()
         std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(kGlance);
  if (detach(sink)) sink.ended();
}

bool Microphone::push(const CaptureBlock& block) noexcept {
  inside_.store(true, std::memory_order_seq_cst);  // pair: detach()
  recent_.append(block);
  if (CaptureSink* const sink = sink_.load(std::memory_order_seq_cst); sink != nullptr) {  // pair: attach(), detach()
    deliver(*sink);
  } else if (!listening_.load(std::memory_order_relaxed)) {
    recent_.forget_before(block.delivered_at - kept_);
  }
  inside_.store(false, std::memory_order_seq_cst);  // pair: detach()
  return true;
}

// What was kept goes in several portions: a session's first queue is shorter than what may have been kept.
void Microphone::deliver(CaptureSink& sink) noexcept {
  const Clock::TimePoint end{Clock::Duration(end_at_.load(std::memory_order_acquire))};  // pair: release()
  for (std::size_t delivered = 0; delivered < kPortionSamples && !recent_.empty();) {
    if (at_the_end_.load(std::memory_order_relaxed)) return;  // what follows is the next listener's
    CaptureBlock block = recent_.front();
    block.kept = !recent_.only_one();
    delivered += block.samples.size();
    (void)sink.push(block);  // without room it counts what it has missed
    recent_.pop();
    if (block.delivered_at >= end) at_the_end_.store(true, std::memory_order_release);  // pair: end_stream()
  }
}

void Microphone::ended() noexcept {
  tell([](CaptureSink& listener) { listener.ended(); });
}

void Microphone::failed(Error error) noexcept {
  tell([&](CaptureSink& listener) { listener.failed(std::move(error)); });
}

void Microphone::lost(std::string what) noexcept {
  tell([&](CaptureSink& listener) { listener.lost(std::move(what)); });
}

void Microphone::restored(std::string what) noexcept {
  tell([&](CaptureSink& listener) { listener.restored(std::move(what)); });
}

}  // namespace voicestand::audio
