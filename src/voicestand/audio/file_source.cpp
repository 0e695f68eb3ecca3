#include "voicestand/audio/file_source.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "voicestand/audio/delivery.h"

namespace voicestand::audio {
namespace {

std::optional<double> length_s(const AudioFile& file) {
  const auto frames = file.frames();
  if (!frames) return std::nullopt;
  return static_cast<double>(*frames) / file.format().sample_rate_hz;
}

// Fills `block` from the file unless it ends first.
Result<std::size_t> read_block(AudioFile& file, std::span<float> block) {
  std::size_t filled = 0;
  while (filled < block.size()) {
    const auto got = file.read(block.subspan(filled));
    if (!got) return got;
    if (*got == 0) break;
    filled += *got;
  }
  return filled;
}

// Whole seconds apart, so that no rounding adds up over hours.
Clock::Duration length_of(std::uint64_t frames, int sample_rate_hz) noexcept {
  const auto rate = static_cast<std::uint64_t>(sample_rate_hz);
  const std::uint64_t rest_ns = frames % rate * 1'000'000'000U / rate;
  return std::chrono::seconds(frames / rate) + std::chrono::nanoseconds(rest_ns);
}

}  // namespace

Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path, Pace pace, const Clock& clock) {
  auto file = AudioFile::open(path);
  if (!file) return std::unexpected(file.error());
  std::string name = path.substr(path.find_last_of('/') + 1);
  return std::unique_ptr<FileSource>(new FileSource(std::move(*file), std::move(name), pace, clock));
}

FileSource::FileSource(AudioFile file, std::string name, Pace pace, const Clock& clock)
    : name_(std::move(name)), pace_(pace), clock_(clock), duration_s_(length_s(file)), file_(std::move(file)) {}

Result<void> FileSource::start(CaptureSink& sink) {
  thread_ = std::jthread([this, &sink](const std::stop_token& stop) { deliver(stop, sink); });
  return {};
}

void FileSource::stop() noexcept {
  thread_.request_stop();
  stopped_.ring();
  if (thread_.joinable()) thread_.join();
}

bool FileSource::sleep_until(const std::stop_token& stop, Clock::TimePoint deadline) noexcept {
  return !stopped_.wait_until([&]() noexcept { return stop.stop_requested(); }, deadline);
}

void FileSource::deliver(const std::stop_token& stop, CaptureSink& sink) noexcept {
  const AudioFormat format = file_.format();
  const std::chrono::microseconds length = pace_ == Pace::kRealtime ? kPeriod : kFastBlock;
  const auto block_frames = std::max<std::size_t>(
      1, static_cast<std::size_t>(format.sample_rate_hz) * static_cast<std::size_t>(length.count()) / 1'000'000);
  std::vector<float> block(block_frames * static_cast<std::size_t>(format.channels));
  const Clock::TimePoint begin = clock_.now();
  std::uint64_t frames = 0;
  while (!stop.stop_requested()) {
    const auto got = read_block(file_, block);
    if (!got) return sink.failed(got.error());
    if (*got == 0) return sink.ended();
    frames += *got / static_cast<std::size_t>(format.channels);
    CaptureBlock captured{.samples = std::span(block).first(*got),
                          .format = format,
                          .delivered_at = begin + length_of(frames, format.sample_rate_hz)};
    if (pace_ == Pace::kRealtime) {
      if (!sleep_until(stop, captured.delivered_at)) return;
      static_cast<void>(
          sink.push(captured));  // what a microphone's sink has no room for is lost, and the sink counts it
    } else {
      captured.delivered_at = clock_.now();
      if (!deliver_waiting(stop, sink, captured)) return;
    }
  }
}

}  // namespace voicestand::audio
