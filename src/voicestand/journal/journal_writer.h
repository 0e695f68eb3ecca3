#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/journal/journal.h"

namespace voicestand::journal {

// A Journal on a thread of its own, `vs-journal`: nobody waits for the disk but who wants to know that a text is safe.
// What is asked for is done in turn. Thread: any, each utterance by one at a time. Real-time: no, a lock is taken.
class JournalWriter {
 public:
  // Hears, on the journal's thread, of trouble when it begins, and nullptr when the journal works again.
  using Health = std::function<void(const Error* trouble)>;

  static constexpr std::size_t kPieceSamples = Journal::kSampleRateHz / 2;                     // written at a time
  static constexpr std::size_t kMaxWaitingSamples = std::size_t{Journal::kSampleRateHz} * 30;  // then audio is let go

  // Errors: kIo where no thread can be had.
  [[nodiscard]] static Result<std::unique_ptr<JournalWriter>> start(std::unique_ptr<Journal> journal, Health health);
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;
  // Returns when the disk has taken all, or has refused to.
  ~JournalWriter();

  // Gives the utterance's id, at once. Thread: any.
  [[nodiscard]] std::uint64_t begin(WallTime started_at, std::string app);
  // 16 kHz, mono, any number. Never waits for the disk: while it stands still, what is over 30 s is let go.
  void append_audio(std::uint64_t id, std::span<const float> samples);
  // Waits until the text is on the disk. Errors: Journal's; kIo when the disk has taken longer than `limit`: it may
  // still get there.
  [[nodiscard]] Result<void> append_text(std::uint64_t id, std::string text, std::chrono::milliseconds limit);
  // Neither waits.
  void delivered(std::uint64_t id, std::string where);
  void cancel(std::uint64_t id);

  // As Journal's, for who can wait so long. Errors: Journal's; kIo when it took longer.
  [[nodiscard]] Result<std::vector<Utterance>> utterances(std::chrono::milliseconds limit);
  [[nodiscard]] Result<std::vector<float>> audio(std::uint64_t id, std::chrono::milliseconds limit);
  [[nodiscard]] Result<void> purge(std::chrono::milliseconds limit);

  // Samples that were let go, so far. Thread: any.
  [[nodiscard]] std::uint64_t lost_samples() const;

 private:
  enum class What : std::uint8_t { kBegin, kAudio, kText, kDelivered, kCancel, kListing, kReading, kPurge };
  // For who waits for it; protected by mutex_ until it is there.
  struct Answer {
    bool there = false;
    Result<void> outcome;
    std::vector<Utterance> utterances;
    std::vector<float> samples;
  };
  struct Task {
    What what{};
    std::uint64_t id = 0;
    WallTime started_at;
    std::string text;  // or the application, or where it went
    std::vector<float> samples;
    std::shared_ptr<Answer> answer;
  };
  struct Piece {
    std::uint64_t id = 0;
    std::vector<float> samples;
  };

  JournalWriter(std::unique_ptr<Journal> journal, Health health)
      : journal_(std::move(journal)),
        health_(std::move(health)),
        keeps_audio_(journal_->keeps_audio()),
        last_id_(journal_->new_id({})) {}
  void run();
  [[nodiscard]] Result<void> carry_out(Task& task);
  void tell_health();
  // With the lock held.
  Task& push(What what, std::uint64_t id = 0);
  void push_audio(Piece& piece);
  void end_piece(std::uint64_t id, bool write_it);
  // Takes the lock.
  [[nodiscard]] std::shared_ptr<Answer> ask(What what, std::uint64_t id, std::string text,
                                            std::chrono::milliseconds limit);

  std::unique_ptr<Journal> journal_;  // the thread's
  Health health_;                     // the thread's
  bool in_trouble_ = false;           // the thread's
  const bool keeps_audio_;
  mutable std::mutex mutex_;  // protects all that follows
  std::condition_variable asked_;
  std::condition_variable done_;
  std::list<Task> tasks_;
  std::list<Piece> pieces_;  // of what is being said: less than is written at a time
  std::size_t waiting_samples_ = 0;
  std::uint64_t lost_samples_ = 0;
  std::uint64_t last_id_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace voicestand::journal
