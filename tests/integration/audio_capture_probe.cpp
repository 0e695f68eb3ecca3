// Captures through a live audio source until standard input closes, and tells what it hears, one line each:
//   started <description>       lost <device>       restored <device>       failed <error>
//   format <rate> <channels>    when it is the first, and when it changes
//   heard <level> <hz>          each 100 ms: root mean square of the first channel, and its tone by zero crossings
// Usage: audio_capture_probe pipewire|alsa DEVICE
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "voicestand/audio/alsa_source.h"
#include "voicestand/audio/audio_source.h"
#include "voicestand/audio/pipewire_source.h"
#include "voicestand/base/clock.h"
#include "voicestand/base/exit_code.h"

namespace voicestand::audio {
namespace {

constexpr int kReportsPerSecond = 10;

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

// Measures in the callback, reports from the main thread.
class Meter final : public CaptureSink {
 public:
  struct Report {
    float level = 0.0F;
    float tone_hz = 0.0F;
  };

  [[nodiscard]] bool push(const CaptureBlock& block) noexcept VS_REALTIME override {
    const auto channels = static_cast<std::size_t>(block.format.channels);
    format_.store((block.format.sample_rate_hz << 8) | block.format.channels, std::memory_order_relaxed);
    const int frames_a_report = block.format.sample_rate_hz / kReportsPerSecond;
    for (std::size_t at = 0; at < block.samples.size(); at += channels) {
      const float sample = block.samples[at];
      energy_ += sample * sample;
      if (last_ < 0.0F && sample >= 0.0F) ++crossings_;
      last_ = sample;
      if (++frames_ < frames_a_report) continue;
      report_.store({.level = std::sqrt(energy_ / static_cast<float>(frames_)),
                     .tone_hz = static_cast<float>(crossings_ * kReportsPerSecond)},
                    std::memory_order_relaxed);
      reports_.fetch_add(1, std::memory_order_release);  // pairs with tell()
      energy_ = 0.0F;
      crossings_ = 0;
      frames_ = 0;
    }
    return true;
  }
  void wait_for_room() noexcept override {}
  void ended() noexcept override { say("ended"); }
  void failed(Error error) noexcept override { say("failed " + error.message()); }
  void lost(std::string what) noexcept override { say("lost " + what); }
  void restored(std::string what) noexcept override { say("restored " + what); }

  // Thread: main. Prints what is new.
  void tell() {
    const int format = format_.load(std::memory_order_relaxed);
    if (format != told_format_) say(fmt::format("format {} {}", format >> 8, format & 0xFF));
    told_format_ = format;
    const int reports = reports_.load(std::memory_order_acquire);  // pairs with push()
    if (reports == told_reports_) return;
    told_reports_ = reports;
    const Report report = report_.load(std::memory_order_relaxed);
    say(fmt::format("heard {:.4f} {:.0f}", report.level, report.tone_hz));
  }

 private:
  // The delivering thread's.
  float energy_ = 0.0F;
  float last_ = 0.0F;
  int crossings_ = 0;
  int frames_ = 0;
  // Main's.
  int told_format_ = 0;
  int told_reports_ = 0;

  std::atomic<Report> report_{};
  std::atomic<int> format_{0};  // rate and channels
  std::atomic<int> reports_{0};
};

std::unique_ptr<AudioSource> make_source(std::string_view kind, const std::string& device, const Clock& clock) {
  if (kind == "pipewire") return std::make_unique<PipeWireSource>(PipeWireSource::Options{.device = device}, clock);
  if (kind == "alsa") return std::make_unique<AlsaSource>(AlsaSource::Options{.device = device}, clock);
  return nullptr;
}

bool input_is_open(int wait_ms) {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (::poll(&input, 1, wait_ms) <= 0) return true;
  std::array<char, 64> ignored{};
  return ::read(STDIN_FILENO, ignored.data(), ignored.size()) > 0;
}

int run(std::string_view kind, const std::string& device) {
  const SteadyClock clock;
  Meter meter;
  const auto source = make_source(kind, device, clock);
  if (source == nullptr) return static_cast<int>(ExitCode::kUsage);
  if (auto started = source->start(meter); !started) {
    say("failed " + started.error().message());
    return static_cast<int>(exit_code_of(started.error().code));
  }
  say("started " + source->description());
  constexpr int kGlanceMs = 20;
  while (input_is_open(kGlanceMs)) meter.tell();
  source->stop();
  return 0;
}

}  // namespace
}  // namespace voicestand::audio

int main(int argc, char** argv) {
  if (argc != 3) return static_cast<int>(voicestand::ExitCode::kUsage);
  return voicestand::audio::run(argv[1], argv[2]);
}
