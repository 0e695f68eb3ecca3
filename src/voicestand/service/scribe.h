#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/journal/journal.h"
#include "voicestand/journal/journal_writer.h"
#include "voicestand/journal/utterance.h"
#include "voicestand/pipeline/audio_tap.h"

namespace voicestand::service {

// Writes down what is dictated, so that it outlives the program until it has arrived: the sound as long as nobody knows
// the words, then the words, then where they went. A thread of its own, `vs-scribe`, takes the sound to the journal
// while one dictates; nobody else waits for the disk but who is told a text, and not for long.
class Scribe {
 public:
  static constexpr std::chrono::milliseconds kBetween{250};         // takes of sound
  static constexpr std::chrono::milliseconds kPatience{100};        // with the disk, while somebody waits for his text
  static constexpr std::chrono::milliseconds kLongPatience{2'000};  // while somebody looks something up
  static constexpr std::chrono::seconds kRemembered{20};            // of sound: as long as a text may take
  static constexpr std::chrono::milliseconds kBeforeSpeech{500};    // kept of a pause

  // Hears, on the journal's thread, of trouble with the disk when it begins.
  using Trouble = std::function<void(const Error& error)>;

  // Thread: the owner. `clock` outlives it. Errors: Journal's.
  [[nodiscard]] static Result<std::unique_ptr<Scribe>> open(const std::filesystem::path& folder,
                                                            const journal::Journal::Options& options,
                                                            const Clock& clock, Trouble trouble);
  Scribe(const Scribe&) = delete;
  Scribe& operator=(const Scribe&) = delete;
  // Returns when the disk has taken all, or has refused to.
  ~Scribe();

  // What an earlier program has left: said, and not arrived. Handed out once. Thread: the owner.
  [[nodiscard]] std::vector<journal::Utterance> take_unfinished() { return std::exchange(unfinished_, {}); }

  // --- One dictation at a time. Thread: any, one at a time. Times are from its first sample on. ---

  enum class Keep : std::uint8_t {
    kEverything,
    kSpeech,  // of somebody who may be silent for hours
  };
  // What its session is to have as its tap.
  [[nodiscard]] pipeline::AudioTap& begin(std::string app, Keep keep);
  void speech_began(double at_s);
  // The words of what was said up to then: they are on the disk now, unless that is too slow or the journal in trouble.
  // The utterance's id; nothing where nobody dictates.
  std::optional<std::uint64_t> said(const std::string& text, double end_s);
  // What was said up to then is to leave no trace, or was nothing.
  void unsaid(double end_s);
  // What has no words yet is forgotten, or left for the next program to find.
  void end(bool forget);

  // --- Thread: any ---

  // The same utterance has other words now.
  void corrected(std::uint64_t id, const std::string& text);
  // Its words have gone there: they are not offered any more. Does not wait.
  void arrived(std::uint64_t id, std::string where) { writer_->delivered(id, std::move(where)); }
  // There was nothing in it. Does not wait.
  void forget(std::uint64_t id) { writer_->cancel(id); }

  // All but what is being said, the oldest first. Errors: kIo.
  [[nodiscard]] Result<std::vector<journal::Utterance>> history();
  // 16 kHz, mono. Errors: kNotFound, kIo.
  [[nodiscard]] Result<std::vector<float>> audio(std::uint64_t id) { return writer_->audio(id, kLongPatience); }
  // Everything so far is forgotten. Errors: Journal::purge()'s.
  [[nodiscard]] Result<void> purge();

 private:
  Scribe(std::unique_ptr<journal::JournalWriter> writer, std::unique_ptr<pipeline::AudioTap> tap,
         std::vector<journal::Utterance> unfinished);
  void run(const std::stop_token& stop);
  // With the lock held.
  void take_sound();
  void begin_utterance();
  [[nodiscard]] std::uint64_t part(double end_s);
  void write_from(std::uint64_t sample);

  std::unique_ptr<journal::JournalWriter> writer_;
  std::unique_ptr<pipeline::AudioTap> tap_;
  std::vector<journal::Utterance> unfinished_;

  std::mutex mutex_;  // protects the following
  std::condition_variable_any changed_;
  bool dictating_ = false;
  Keep keep_ = Keep::kEverything;
  std::string app_;
  std::uint64_t id_ = 0;        // of what is being said
  bool writing_ = false;        // its sound, as it comes
  std::uint64_t heard_ = 0;     // samples of this dictation
  std::vector<float> recent_;   // the last of them
  double speech_began_s_ = -1;  // last

  std::jthread thread_;
};

}  // namespace voicestand::service
