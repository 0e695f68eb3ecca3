#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/journal/record.h"
#include "voicestand/journal/utterance.h"
#include "voicestand/lib/posix/folder.h"

namespace voicestand::journal {

// What was said, on the disk until it is where it was meant to go: after a crash at any moment the next open() gives
// what had not arrived. docs/adr/0013-journal.md has the format and what is promised.
//
// Texts, and what became of them, are records at the end of one file, `journal`. The audio of each utterance is a file
// of its own, `ID.audio`: it goes by being unlinked, once its text is safely in the other, and nothing is copied
// around.
//
// When the disk fails, the calls say so and trouble() is set; texts are tried each time, audio again after kRetryEvery.
// Thread: one at a time; calls wait for the disk (JournalWriter does not). Real-time: no.
class Journal {
 public:
  struct Options {
    std::uint64_t max_bytes = std::uint64_t{64}
                              << 20;     // on the disk, of all but room held ready; texts not delivered may be more
    std::chrono::hours max_age{24 * 7};  // of all but what is being said
    bool keep_audio = false;             // also when its text is there
  };
  struct Opened;

  static constexpr std::chrono::seconds kRetryEvery{30};
  static constexpr std::uint32_t kSampleRateHz = 16'000;

  // `clock` outlives it. A disk that can only be read is trouble(), not an error. Errors: those of PrivateFolder;
  // kBadData where a later version has written it: nothing is changed then.
  [[nodiscard]] static Result<Opened> open(const std::filesystem::path& folder, const Options& options,
                                           const Clock& clock, WallTime now);
  // The same in a folder that is there already.
  [[nodiscard]] static Result<Opened> open(std::unique_ptr<posix::Folder> folder, const Options& options,
                                           const Clock& clock, WallTime now);

  // An id that no utterance here had before: microseconds since 1970, or one more than the last.
  [[nodiscard]] std::uint64_t new_id(WallTime now) noexcept;

  // Writes nothing yet: forgets what is over the limits. Errors: kUsage where the id is known already.
  [[nodiscard]] Result<void> begin(std::uint64_t id, WallTime started_at, std::string app);

  // 16 kHz, mono; about a second at a time. It is on the disk when this returns. Nothing is done once there is a
  // text. Errors: kUsage for an unknown id and for what open() gave; kNoSpace also over Options::max_bytes; kIo.
  [[nodiscard]] Result<void> append_audio(std::uint64_t id, std::span<const float> samples);

  // The final text, before it is delivered; it is on the disk when this returns, and the audio is gone. Also for what
  // open() gave. A second one takes the place of the first. Errors: kUsage for an unknown id, one that has been
  // delivered, or a text over 1 MB; kIo, kNoSpace: it may be there or not.
  [[nodiscard]] Result<void> append_text(std::uint64_t id, std::string text);

  // Its text has gone to `where`. Where append_text() has failed, its audio is forgotten. Errors: kUsage for an unknown
  // id; kIo, kNoSpace: it may be offered again.
  [[nodiscard]] Result<void> append_delivered(std::uint64_t id, const std::string& where);

  // There is nothing to be offered. Errors: kIo, kNoSpace: it may be offered again. None for an unknown id.
  [[nodiscard]] Result<void> cancel(std::uint64_t id);

  // All that is known, the oldest first. Errors: kIo.
  [[nodiscard]] Result<std::vector<Utterance>> utterances();

  // What can be read of its audio: 16 kHz, mono; damaged records are left out. Errors: kNotFound, kIo.
  [[nodiscard]] Result<std::vector<float>> audio(std::uint64_t id);

  // Forgets everything: the files are written over with zeros and removed. Where the file system copies on write, or
  // the disk moves blocks about (btrfs, snapshots, SSDs), the old blocks may lie there for some time. Errors: kIo,
  // kNoSpace: something may be left.
  [[nodiscard]] Result<void> purge();

  // Why the journal does not work now; nothing while it does.
  [[nodiscard]] const std::optional<Error>& trouble() const noexcept { return trouble_; }
  [[nodiscard]] std::uint64_t size_bytes() const noexcept;
  [[nodiscard]] bool keeps_audio() const noexcept { return options_.keep_audio; }

 private:
  struct Stored {
    std::unique_ptr<posix::Folder::File> file;
    std::uint64_t end = 0;  // of what is known to be in it
    std::uint64_t reserved = 0;
  };
  struct Entry {
    std::uint64_t id = 0;
    WallTime started_at;
    std::string app;
    bool being_said = false;  // by this process
    bool in_log = false;      // there may be records of it
    bool has_text = false;    // which the log has
    bool delivered = false;
    bool forgotten = false;  // by forget_old()
    std::uint64_t log_bytes = 0;
    Stored audio;
  };

  Journal(std::unique_ptr<posix::Folder> folder, const Options& options, const Clock& clock)
      : folder_(std::move(folder)), options_(options), clock_(clock) {}

  [[nodiscard]] Result<std::vector<Utterance>> read_log(std::uint64_t& unreadable_bytes);
  [[nodiscard]] std::error_code find_audio(std::uint64_t& unreadable_bytes, WallTime now);
  [[nodiscard]] std::vector<Utterance> joined(std::vector<Utterance> utterances) const;
  Entry& add_entry(const Utterance& utterance);
  [[nodiscard]] Entry* find(std::uint64_t id) noexcept;
  [[nodiscard]] std::error_code forget_old(WallTime now, std::uint64_t coming_bytes);
  [[nodiscard]] std::error_code remove_audio(Entry& entry);
  [[nodiscard]] std::error_code rewrite_log();
  [[nodiscard]] std::error_code append_to_log(Entry& entry, RecordKind kind, std::span<const std::byte> payload);
  [[nodiscard]] std::error_code append(const std::string& name, Stored& stored, std::span<const std::byte> bytes);
  [[nodiscard]] static std::error_code write(Stored& stored, std::span<const std::byte> bytes);
  [[nodiscard]] std::error_code wipe(const std::string& name, std::uint64_t size_bytes);
  [[nodiscard]] Error in_words(std::error_code error) const;
  Result<void> told(std::error_code error);
  Result<void> told(Error error);

  std::unique_ptr<posix::Folder> folder_;
  Options options_;
  const Clock& clock_;
  std::list<Entry> entries_;  // by id
  std::uint64_t last_id_ = 0;
  Stored log_;
  bool log_is_ours_ = false;  // as this object has written it
  std::optional<Error> trouble_;
  Clock::TimePoint retry_at_;
};

struct Journal::Opened {
  std::unique_ptr<Journal> journal;
  // Not cancelled, not delivered: with a text, to be offered; or with audio alone, to be decoded again and offered. The
  // oldest first.
  std::vector<Utterance> unfinished;
  std::uint64_t unreadable_bytes = 0;  // other than zero; a crash may leave some
};

}  // namespace voicestand::journal
