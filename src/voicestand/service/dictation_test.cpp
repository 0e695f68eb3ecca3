#include "voicestand/service/dictation.h"

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
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/sndfile/reader.h"
#include "voicestand/speech/native_recognizer.h"
#include "voicestand/speech/silero_detector.h"

namespace voicestand::service {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kModels = VOICESTAND_BUNDLE_DIR "/models/";
constexpr int kRateHz = 16'000;
constexpr std::size_t kPerMs = kRateHz / 1'000;
constexpr std::size_t kBlock = 10 * kPerMs;

// A second of silence, and then someone who reads "Ever tried. Ever failed."
constexpr milliseconds kSilence{1'000};
constexpr milliseconds kOnset = kSilence + milliseconds(340);
constexpr milliseconds kEnd = kSilence + milliseconds(2'760);

std::vector<float> reading() {
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
    if (only_into && (!window_ || window_->id != *only_into)) return Typed{.window_changed = true};
    typed_ += text.utf8();
    return Typed{.characters = text.characters().size()};
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "test"; }

  void show(desktop::Window window) {
    const std::scoped_lock lock(mutex_);
    window_ = std::move(window);
  }
  std::string typed() {
    const std::scoped_lock lock(mutex_);
    return typed_;
  }

 private:
  std::mutex mutex_;  // protects both
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

std::string letters_of(const std::string& text) {
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
                   return std::make_unique<ReadTo>(reading(), begun_);
                 },
                 .make_detector = []() -> Result<std::unique_ptr<speech::VoiceActivityDetector>> {
                   auto detector = speech::SileroDetector::load(kModels + "silero-vad/silero_vad_openvino_16k.onnx");
                   if (!detector) return std::unexpected(std::move(detector.error()));
                   return std::make_unique<speech::SileroDetector>(std::move(*detector));
                 },
                 .clipboard = &clipboard_});
    ASSERT_TRUE(made);
    dictation_ = std::move(*made);
  }

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
  std::unique_ptr<speech::Recognizer> recognizer_;
  Desktop desktop_;
  OneClipboard clipboard_;
  Notebook notebook_;
  std::unique_ptr<Dictation> dictation_;
};

TEST_F(DictationTest, NoWordIsLostWhereverTheKeyGoesDown) {
  for (const int late_ms : {-200, -100, -50, 0, 100, 300}) {
    EXPECT_EQ(dictate(kOnset + milliseconds(late_ms), kEnd + milliseconds(300)), "evertriedeverfailed") << late_ms;
  }
}

TEST_F(DictationTest, NoWordIsLostWhereverItGoesUp) {
  for (const int late_ms : {-100, 0, 100}) {
    EXPECT_EQ(dictate(kOnset, kEnd + milliseconds(late_ms)), "evertriedeverfailed") << late_ms;
  }
}

TEST_F(DictationTest, WhatIsSaidIsInTheWindow) {
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  EXPECT_TRUE(desktop_.typed().empty()) << "the key is still down";
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  ASSERT_EQ(notebook_.spoken.size(), 1U);
  const auto& spoken = notebook_.spoken.front();
  EXPECT_EQ(desktop_.typed(), spoken.text);
  EXPECT_EQ(spoken.outcome, Dictation::Spoken::Outcome::kTyped);
  EXPECT_TRUE(spoken.release_to_text_ms && spoken.injection_ms);
  EXPECT_GT(notebook_.partials, 0);
  EXPECT_THAT(notebook_.troubles, IsEmpty());
}

TEST_F(DictationTest, LiveTextIsTypedWhileOneSpeaks) {
  begun_.store(0);
  begin({.live = LiveText::kStable});
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(letters_of(desktop_.typed()), "evertriedeverfailed");
  EXPECT_EQ(desktop_.typed().find("  "), std::string::npos);
}

TEST_F(DictationTest, LiveTextStopsWhereTheWindowChanges) {
  begun_.store(0);
  begin({.live = LiveText::kStable});
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd - milliseconds(200));
  desktop_.show({.id = "2", .application = "chat"});
  const std::string before = desktop_.typed();
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(desktop_.typed(), before);
  ASSERT_EQ(notebook_.spoken.size(), 1U);
  EXPECT_EQ(notebook_.spoken.front().outcome, Dictation::Spoken::Outcome::kWindowChanged);
  EXPECT_EQ(letters_of(notebook_.spoken.front().text), "evertriedeverfailed") << "all of it is told";
}

TEST_F(DictationTest, AnotherWindowGetsNothing) {
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kOnset + milliseconds(500));
  desktop_.show({.id = "2", .application = "chat"});
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(desktop_.typed(), "");
  ASSERT_EQ(notebook_.spoken.size(), 1U) << "and it is not lost";
  EXPECT_EQ(notebook_.spoken.front().outcome, Dictation::Spoken::Outcome::kWindowChanged);
  EXPECT_EQ(letters_of(notebook_.spoken.front().text), "evertriedeverfailed");
  EXPECT_TRUE(notebook_.spoken.front().on_clipboard);
  EXPECT_EQ(clipboard_.content, desktop::text_content(notebook_.spoken.front().text, false));
}

TEST_F(DictationTest, APasswordFieldGetsNothing) {
  desktop_.show({.id = "1", .secret = true});
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(desktop_.typed(), "");
  ASSERT_EQ(notebook_.spoken.size(), 1U);
  EXPECT_EQ(notebook_.spoken.front().outcome, Dictation::Spoken::Outcome::kSecret);
  EXPECT_THAT(clipboard_.content, IsEmpty());
}

TEST_F(DictationTest, CancelledNothingIsTyped) {
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd);
  dictation_->cancel();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(desktop_.typed(), "");
  EXPECT_THAT(notebook_.spoken, IsEmpty());
  EXPECT_THAT(notebook_.troubles, IsEmpty());
}

TEST_F(DictationTest, LetGoInAWordAndPressedAgainAtOnceItGoesOn) {
  wait_until(kOnset);
  dictation_->begin(false);
  for (const int at_ms : {500, 1'800, 2'100}) {
    wait_until(kOnset + milliseconds(at_ms));
    EXPECT_TRUE(dictation_->release()) << at_ms;
    dictation_->begin(false);
  }
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(letters_of(desktop_.typed()), "evertriedeverfailed");
  EXPECT_EQ(notebook_.spoken.size(), 1U);
  EXPECT_THAT(notebook_.troubles, IsEmpty());
}

TEST_F(DictationTest, PressedWhileTheTextIsOnItsWayNothingIsLost) {
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kSilence + milliseconds(1'500));  // between the sentences
  release();
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(letters_of(desktop_.typed()), "evertriedeverfailed");
  EXPECT_EQ(notebook_.spoken.size(), 2U);
}

TEST_F(DictationTest, HoweverTheKeyIsPlayedWithItComesToRest) {
  wait_until(kOnset);
  for (int n = 0; n < 60; ++n) {
    dictation_->begin(n % 7 == 0);
    std::this_thread::sleep_for(milliseconds(n % 5 * 9));
    if (n % 11 == 0) dictation_->cancel();
    (void)dictation_->release();
    if (n % 3 == 0) dictation_->end();
  }
  release();
  dictation_->end();
  EXPECT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_THAT(notebook_.troubles, IsEmpty());
}

TEST_F(DictationTest, WithoutAMicrophoneItSaysSoAndLives) {
  broken_ = true;
  begin({.policy = MicrophonePolicy::kOnPress});
  dictation_->begin(false);
  ASSERT_TRUE(notebook_.until([&] { return !notebook_.troubles.empty(); }));
  EXPECT_THAT(notebook_.troubles.front(), testing::HasSubstr("no microphone"));
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  broken_ = false;
  begun_.store(0);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(letters_of(desktop_.typed()), "evertriedeverfailed");
}

TEST_F(DictationTest, TheMicrophoneIsOpenAsItsPolicySays) {
  const auto times_opened = [&](MicrophonePolicy policy, int dictations) {
    dictation_.reset();
    opened_ = 0;
    begin({.policy = policy, .warm = std::chrono::seconds(60)});
    for (int n = 0; n < dictations; ++n) {
      dictation_->begin(false);
      EXPECT_TRUE(notebook_.until(Dictation::State::kListening));
      std::this_thread::sleep_for(milliseconds(100));
      release();
      EXPECT_TRUE(notebook_.until(Dictation::State::kIdle));
    }
    dictation_.reset();
    return opened_.load();
  };
  EXPECT_EQ(times_opened(MicrophonePolicy::kAlways, 0), 1);
  EXPECT_EQ(times_opened(MicrophonePolicy::kAlways, 2), 1);
  EXPECT_EQ(times_opened(MicrophonePolicy::kWarm, 0), 0);
  EXPECT_EQ(times_opened(MicrophonePolicy::kWarm, 2), 1);
  EXPECT_EQ(times_opened(MicrophonePolicy::kOnPress, 0), 0);
  EXPECT_EQ(times_opened(MicrophonePolicy::kOnPress, 2), 2);
}

TEST_F(DictationTest, ATerminalIsGivenNoReturn) {
  desktop_.show({.id = "1", .terminal = true});
  dictation_->type("rm -r\n.");
  ASSERT_TRUE(notebook_.until([&] { return notebook_.spoken.size() == 1; }));
  EXPECT_EQ(desktop_.typed(), "rm -r .");
  desktop_.show({.id = "2"});
  dictation_->type("one\ntwo");
  ASSERT_TRUE(notebook_.until([&] { return notebook_.spoken.size() == 2; }));
  EXPECT_EQ(desktop_.typed(), "rm -r .one\ntwo");
}

TEST_F(DictationTest, WhatIsTypedOnceMoreIsTyped) {
  dictation_->type("once more");
  ASSERT_TRUE(notebook_.until([&] { return !notebook_.spoken.empty(); }));
  EXPECT_EQ(desktop_.typed(), "once more");
}

}  // namespace
}  // namespace voicestand::service
