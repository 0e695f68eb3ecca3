#pragma once

#include <algorithm>
#include <atomic>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "voicestand/base/utf8.h"
#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/sndfile/reader.h"
#include "voicestand/service/dictation.h"
#include "voicestand/service/scribe.h"
#include "voicestand/speech/native_recognizer.h"
#include "voicestand/speech/silero_detector.h"

// Someone who reads to a microphone, the window that is dictated into, and what is noted of it.
namespace voicestand::service {

using std::chrono::milliseconds;

inline const std::string kModels = VOICESTAND_BUNDLE_DIR "/models/";
inline constexpr int kRateHz = 16'000;
inline constexpr std::size_t kPerMs = kRateHz / 1'000;
inline constexpr std::size_t kBlock = 10 * kPerMs;

// A second of silence, and then someone who reads "Ever tried. Ever failed."
inline constexpr milliseconds kSilence{1'000};
inline constexpr milliseconds kOnset = kSilence + milliseconds(340);
inline constexpr milliseconds kEnd = kSilence + milliseconds(2'760);

inline std::vector<float> reading() {
  auto reader = sndfile::Reader::open(
      posix::UniqueFd(::open(VOICESTAND_BUNDLE_DIR "/samples/beckett.wav", O_RDONLY | O_CLOEXEC)));
  if (!reader) return {};
  std::vector<float> samples(std::size_t{3'200} * kPerMs);
  samples.resize(reader->read(samples));
  samples.insert(samples.begin(), static_cast<std::size_t>(kSilence.count()) * kPerMs, 0.0F);
  return samples;
}

// A microphone into which it is read once, and which hears nothing more.
class ReadTo final : public audio::AudioSource {
 public:
  ReadTo(std::vector<float> samples, std::atomic<Clock::Duration::rep>& begun)
      : samples_(std::move(samples)), begun_(begun) {}
  ~ReadTo() override { stop(); }
  Result<void> start(audio::CaptureSink& sink) override {
    thread_ = std::jthread([this, &sink](const std::stop_token& stop) { play(stop, sink); });
    return {};
  }
  void stop() noexcept override {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] bool live() const noexcept override { return true; }
  [[nodiscard]] std::string description() const override { return "a reader"; }

 private:
  void play(const std::stop_token& stop, audio::CaptureSink& sink) {
    const Clock::TimePoint begun = clock_.now();
    begun_.store(begun.time_since_epoch().count());
    std::vector<float> block(kBlock);
    for (std::size_t n = 0; !stop.stop_requested(); ++n) {
      for (std::size_t i = 0; i < kBlock; ++i) {
        const std::size_t at = n * kBlock + i;
        block[i] = at < samples_.size() ? samples_[at] : 0.0F;
      }
      const Clock::TimePoint due = begun + milliseconds(10) * (n + 1);
      std::this_thread::sleep_until(due);
      (void)sink.push({.samples = block, .format = {.sample_rate_hz = kRateHz, .channels = 1}, .delivered_at = due});
    }
  }

  const std::vector<float> samples_;
  std::atomic<Clock::Duration::rep>& begun_;
  SteadyClock clock_;
  std::jthread thread_;
};

// A desktop with one window in front.
class Desktop final : public desktop::TextSink {
 public:
  Result<std::optional<desktop::Window>> focused() override {
    const std::scoped_lock lock(mutex_);
    return window_;
  }
  Result<Typed> type(const desktop::TypedText& text, const std::optional<std::string>& only_into) override {
    const std::scoped_lock lock(mutex_);
    if (refuses_) return fail(Errc::kUsage, "no key writes this character");
    if (only_into && (!window_ || window_->id != *only_into)) return Typed{.window_changed = true};
    if (loses_focus_) {
      typed_ += "?";
      return Typed{.characters = 1, .window_changed = true};
    }
    for (const char32_t character : text.characters()) {
      if (character == U'\b') {
        while (!typed_.empty() && (static_cast<unsigned char>(typed_.back()) & 0xC0U) == 0x80U) typed_.pop_back();
        if (!typed_.empty()) typed_.pop_back();
      } else {
        append_utf8(typed_, character);
      }
    }
    return Typed{.characters = text.characters().size()};
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "test"; }

  void show(desktop::Window window) {
    const std::scoped_lock lock(mutex_);
    window_ = std::move(window);
  }
  void refuse_all() {
    const std::scoped_lock lock(mutex_);
    refuses_ = true;
  }
  // After the first character of each text.
  void lose_focus(bool does) {
    const std::scoped_lock lock(mutex_);
    loses_focus_ = does;
  }
  void show_none() {
    const std::scoped_lock lock(mutex_);
    window_.reset();
  }
  std::string typed() {
    const std::scoped_lock lock(mutex_);
    return typed_;
  }

 private:
  std::mutex mutex_;  // protects the following
  bool refuses_ = false;
  bool loses_focus_ = false;
  std::optional<desktop::Window> window_{desktop::Window{.id = "1", .application = "editor"}};
  std::string typed_;
};

class OneClipboard final : public desktop::Clipboard {
 public:
  Result<desktop::ClipboardContent> save() override { return content; }
  Result<void> offer(desktop::ClipboardContent its) override {
    content = std::move(its);
    return {};
  }
  std::size_t reads() override { return 0; }
  bool wait_until_read(std::size_t /*reads*/, milliseconds /*limit*/) override { return true; }
  void leave_it_there() override {}
  desktop::ClipboardContent content;
};

class Notebook final : public Dictation::Observer {
 public:
  void on_state(Dictation::State state) override {
    note([&] { state_ = state; });
  }
  void on_partial(const pipeline::Partial& /*partial*/) override {
    note([&] { ++partials; });
  }
  void on_spoken(const Dictation::Spoken& what) override {
    note([&] { spoken.push_back(what); });
  }
  void on_warning(const std::string& message) override {
    note([&] { warnings.push_back(message); });
  }
  void on_trouble(const Error& error) override {
    note([&] { troubles.push_back(error.message()); });
  }
  void on_recovered(const std::string& text) override {
    note([&] { recovered.push_back(text); });
  }

  template <typename Condition>
  bool until(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), condition);
  }
  bool until(Dictation::State state) {
    return until([&] { return state_ == state; });
  }

  int partials = 0;
  std::vector<Dictation::Spoken> spoken;
  std::vector<std::string> warnings;
  std::vector<std::string> troubles;
  std::vector<std::string> recovered;

 private:
  template <typename Note>
  void note(Note write) {
    const std::scoped_lock lock(mutex_);
    write();
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Dictation::State state_ = Dictation::State::kIdle;
};

inline std::string letters_of(const std::string& text) {
  std::string letters;
  for (const char c : text)
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) letters += static_cast<char>(std::tolower(c));
  return letters;
}

class DictationTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = speech::NativeRecognizer::create({.model_dir = kModels + "moonshine-tiny-en",
                                                  .model_id = "moonshine-tiny-en",
                                                  .max_audio = std::chrono::seconds(22)});
    ASSERT_TRUE(made);
    recognizer_ = std::move(*made);
    begin({});
  }

  void begin(Dictation::Config config) {
    dictation_.reset();
    auto made = Dictation::create(
        config, {.recognizer = *recognizer_,
                 .text_sink = desktop_,
                 .observer = notebook_,
                 .clock = clock_,
                 .make_source = [this]() -> Result<std::unique_ptr<audio::AudioSource>> {
                   ++opened_;
                   if (broken_) return fail(Errc::kDeviceMissing, "no microphone");
                   return std::make_unique<ReadTo>(read_, begun_);
                 },
                 .make_detector = []() -> Result<std::unique_ptr<speech::VoiceActivityDetector>> {
                   auto detector = speech::SileroDetector::load(kModels + "silero-vad/silero_vad_openvino_16k.onnx");
                   if (!detector) return std::unexpected(std::move(detector.error()));
                   return std::make_unique<speech::SileroDetector>(std::move(*detector));
                 },
                 .clipboard = &clipboard_,
                 .scribe = scribe()});
    ASSERT_TRUE(made);
    dictation_ = std::move(*made);
  }

  [[nodiscard]] virtual Scribe* scribe() { return nullptr; }

  // When the reading is so far.
  void wait_until(milliseconds into_it) {
    while (begun_.load() == 0) std::this_thread::sleep_for(milliseconds(1));
    std::this_thread::sleep_until(Clock::TimePoint(Clock::Duration(begun_.load())) + into_it);
  }

  void release() {
    if (!dictation_->release()) return;
    std::this_thread::sleep_for(milliseconds(200));
    dictation_->end();
  }

  std::string dictate(milliseconds press, milliseconds until) {
    begun_.store(0);
    begin({});
    wait_until(press);
    dictation_->begin(false);
    wait_until(until);
    release();
    EXPECT_TRUE(notebook_.until(Dictation::State::kIdle));
    return letters_of(notebook_.spoken.empty() ? std::string() : std::exchange(notebook_.spoken, {}).back().text);
  }

  const SteadyClock clock_;
  std::atomic<Clock::Duration::rep> begun_{0};
  std::atomic<int> opened_{0};
  std::atomic<bool> broken_{false};
  std::vector<float> read_ = reading();
  std::unique_ptr<speech::Recognizer> recognizer_;
  Desktop desktop_;
  OneClipboard clipboard_;
  Notebook notebook_;
  std::unique_ptr<Dictation> dictation_;
};

}  // namespace voicestand::service
