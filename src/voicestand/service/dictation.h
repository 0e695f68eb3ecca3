#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "voicestand/audio/audio_source.h"
#include "voicestand/audio/microphone.h"
#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/desktop/clipboard.h"
#include "voicestand/desktop/text_sink.h"
#include "voicestand/journal/utterance.h"
#include "voicestand/pipeline/captioner.h"
#include "voicestand/pipeline/event.h"
#include "voicestand/pipeline/live_session.h"
#include "voicestand/pipeline/session_observer.h"
#include "voicestand/platform/realtime_scheduling.h"
#include "voicestand/service/scribe.h"
#include "voicestand/service/text_hook.h"
#include "voicestand/speech/recognizer.h"
#include "voicestand/speech/segmenter.h"
#include "voicestand/speech/voice_activity_detector.h"
#include "voicestand/text/rewriting.h"
#include "voicestand/text/spoken_text.h"

namespace voicestand::service {

// When the microphone is open.
enum class MicrophonePolicy : std::uint8_t {
  kAlways,   // from the first moment on: what is said just before the key press is heard
  kWarm,     // for a while after each dictation
  kOnPress,  // while one dictates
};

// What of live speech is typed before it is final.
enum class LiveText : std::uint8_t {
  kOff,     // nothing: all of a dictation when it is over
  kFinal,   // each thing said, when it is final
  kStable,  // words that will not change any more
};

// From the key press to the text in the window: one dictation after the other. Its own thread opens the microphone,
// runs a live session for each dictation, and types what it says.
class Dictation {
 public:
  enum class State : std::uint8_t { kIdle, kListening, kFinishing };

  // What became of something that was said.
  struct Spoken {
    enum class Outcome : std::uint8_t { kTyped, kWindowChanged, kSecret, kFailed };
    std::string text;  // all of it; of live text the beginning may have been typed where the rest was not
    Outcome outcome = Outcome::kTyped;
    std::optional<double> release_to_text_ms{};  // from the key's release until it has been typed
    std::optional<double> injection_ms{};        // of it, the typing
    bool on_clipboard = false;                   // where it could be put for want of its window
  };

  // Told from several threads; states in their order. It is soon done with it, and does not call back.
  class Observer {
   public:
    virtual ~Observer() = default;
    virtual void on_state(State state) = 0;
    virtual void on_partial(const pipeline::Partial& partial) = 0;
    virtual void on_spoken(const Spoken& spoken) = 0;
    // It goes on.
    virtual void on_warning(const std::string& message) = 0;
    // Something has not been heard, or not been typed.
    virtual void on_trouble(const Error& error) = 0;
    // The text of what an earlier program has heard and not typed.
    virtual void on_recovered(const std::string& text) = 0;
  };

  // How what is said to an application is written.
  struct Manner {
    LiveText live = LiveText::kFinal;
    bool terminal_newlines = false;  // else a terminal is given a space for each: a Return there may run something
    text::Rewriting::Rules rules{};  // not of live text that is typed early
    TextHook::Options hook{};        // likewise; without a program, none
  };

  struct Config {
    MicrophonePolicy policy = MicrophonePolicy::kAlways;
    std::chrono::milliseconds warm{30'000};
    std::chrono::milliseconds pre_roll{500};
    std::chrono::milliseconds tail{200};  // a release in the middle of a word waits for its end, so long at most
    Manner manner{};
    std::function<Manner(const std::string& app)> manner_for{};  // of a window's application; none: the one above
    speech::SegmenterConfig segmenter{};
    pipeline::Captioner::Config captions{};
  };

  // All outlive it. The recogniser, the text sink and the two makers are used by its threads alone.
  struct Parts {
    speech::Recognizer& recognizer;
    desktop::TextSink& text_sink;
    Observer& observer;
    const Clock& clock;
    std::function<Result<std::unique_ptr<audio::AudioSource>>()> make_source;
    std::function<Result<std::unique_ptr<speech::VoiceActivityDetector>>()> make_detector;
    std::vector<platform::RealtimeBroker> realtime_brokers{};
    desktop::Clipboard* clipboard = nullptr;       // likewise; none: what its window does not want is told and no more
    pipeline::SessionObserver* watcher = nullptr;  // of its sessions; or none
    std::function<bool()> password_asked{};        // whether what has the focus does, where windows do not tell
    Scribe* scribe = nullptr;                      // writes down what is said; or nobody does
  };

  // Thread: the owner. Real-time: no. Errors: MirroredMemory's.
  [[nodiscard]] static Result<std::unique_ptr<Dictation>> create(const Config& config, Parts parts);
  Dictation(const Dictation&) = delete;
  Dictation& operator=(const Dictation&) = delete;
  // What is being said is given up.
  ~Dictation();

  // --- Thread: the owner. Real-time: no. ---

  // Listens from a while before now on; goes on where it has been released and listens still. `continuous`: each thing
  // said is typed when a pause shows that it has been said; else one thing is said until the release.
  void begin(bool continuous);
  // Where one is still speaking, listening goes on until the word has ended, or until end(): true; end() is due after
  // Config::tail. False: nothing is left to do.
  [[nodiscard]] bool release();
  void end();
  // Nothing more of it is typed.
  void cancel();
  // Types it now, as what has been said: the scribe's utterance, or none of his.
  void type(std::string text, std::optional<std::uint64_t> written);
  // Puts it on the clipboard, which there is.
  void copy(std::string text);
  // Of what the scribe has of an utterance the observer is told the text, as soon as nobody dictates: its sound is
  // heard again where it has none.
  void recover(journal::Utterance utterance);

 private:
  class Listener;

  // One dictation.
  struct Take {
    bool continuous = false;
    bool cancelled = false;
    std::optional<Clock::TimePoint> released_at{};
    bool ended = false;  // the microphone knows of the release
  };
  // What has been typed, and where: what follows there is set off from it, and may take it back.
  struct Typed {
    std::vector<std::string> texts;
    std::optional<std::string> window{};
    std::size_t settled = 0;  // texts behind which something may stand that is not known
  };

  // The scribe's utterances of a text.
  using Written = std::vector<std::uint64_t>;
  struct ToType {
    std::string text;
    Written written;
  };

  Dictation(const Config& config, Parts parts, std::unique_ptr<audio::Microphone> microphone);
  void run();
  void perform();
  [[nodiscard]] Result<void> open_microphone();
  [[nodiscard]] Result<void> listen();
  void take_manner(const Manner& manner);
  [[nodiscard]] bool rewrite(std::string& text);
  void rest(std::unique_lock<std::mutex>& lock);
  void say(const text::SpokenText& spoken, std::optional<Clock::TimePoint> released_at, const Written& written);
  void tell(std::string_view text, Spoken::Outcome outcome, Clock::TimePoint begun,
            std::optional<Clock::TimePoint> released_at, const Written& written);
  void offer(const journal::Utterance& utterance);
  [[nodiscard]] Result<std::string> hear_again(std::uint64_t id);
  [[nodiscard]] bool is_secret(const std::optional<desktop::Window>& window) const;
  [[nodiscard]] Spoken::Outcome put(const text::SpokenText& text);
  [[nodiscard]] bool cancelled();
  [[nodiscard]] std::optional<Clock::TimePoint> released_at();

  const Config config_;
  const Parts parts_;
  std::unique_ptr<audio::Microphone> microphone_;

  std::mutex mutex_;  // protects the following
  std::condition_variable changed_;
  bool quitting_ = false;
  std::optional<Take> waiting_;  // to be performed
  std::optional<Take> current_;  // is being performed
  pipeline::LiveSession* session_ = nullptr;
  std::vector<ToType> to_type_;
  std::vector<std::string> to_copy_;
  std::deque<journal::Utterance> to_recover_;

  std::atomic<bool> speaking_{false};  // relaxed: a hint

  // The threads that type, which take turns: this one and its session's output.
  Manner manner_;
  std::optional<text::Rewriting> rewriting_;
  std::optional<TextHook> hook_;
  std::string app_;                    // whom one speaks to
  std::optional<std::string> window_;  // that had the focus when the dictation began
  Typed typed_;

  std::thread thread_;
};

}  // namespace voicestand::service
