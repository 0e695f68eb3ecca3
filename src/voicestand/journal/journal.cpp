#include "voicestand/journal/journal.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <iterator>
#include <ranges>
#include <string_view>
#include <utility>

#include "voicestand/journal/record.h"
#include "voicestand/lib/posix/private_folder.h"

namespace voicestand::journal {
namespace {

const std::string kLogName = "journal";
const std::string kNewLogName = "journal.new";
constexpr std::string_view kAudioEnding = ".audio";
constexpr std::size_t kIdDigits = 16;

// Reserved ahead: half a minute of audio, thousands of texts.
constexpr std::uint64_t kReservedBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kLeastReservedBytes = std::uint64_t{64} << 10;
constexpr std::size_t kSampleBytes = 2;
constexpr float kFullScale = 32'768.0F;

std::string audio_name(std::uint64_t id) {
  std::string name(kIdDigits, '0');
  for (std::size_t i = kIdDigits; i > 0; --i, id >>= 4) name[i - 1] = "0123456789abcdef"[id & 15U];
  return name.append(kAudioEnding);
}

std::optional<std::uint64_t> id_of_audio(std::string_view name) noexcept {
  if (name.size() != kIdDigits + kAudioEnding.size() || !name.ends_with(kAudioEnding)) return std::nullopt;
  std::uint64_t id = 0;
  for (const char digit : name.substr(0, kIdDigits)) {
    const bool decimal = digit >= '0' && digit <= '9';
    if (!decimal && (digit < 'a' || digit > 'f')) return std::nullopt;
    id = (id << 4) | static_cast<std::uint64_t>(decimal ? digit - '0' : digit - 'a' + 10);
  }
  return id;
}

bool is_ours(const std::string& name) {
  return name == kLogName || name == kNewLogName || id_of_audio(name).has_value();
}

void add_sample(std::vector<std::byte>& bytes, float sample) {
  // NaN fails both comparisons of clamp, and is silence.
  const float scaled = std::isnan(sample) ? 0.0F : std::clamp(sample * kFullScale, -kFullScale, kFullScale - 1);
  add_number(bytes, static_cast<std::uint16_t>(std::lrintf(scaled)), kSampleBytes);
}

std::vector<std::byte> new_file() {
  std::vector<std::byte> image;
  add_record(image, RecordKind::kFile, kFormatVersion, {});
  return image;
}

std::unexpected<Error> refused(std::string_view what) {
  return fail(Errc::kUsage, what, "journal");
}

}  // namespace

Result<Journal::Opened> Journal::open(const std::filesystem::path& folder, const Options& options, const Clock& clock,
                                      WallTime now) {
  auto opened = posix::PrivateFolder::open(folder);
  if (!opened) return std::unexpected(std::move(opened.error()));
  return open(std::move(*opened), options, clock, now);
}

Result<Journal::Opened> Journal::open(std::unique_ptr<posix::Folder> folder, const Options& options, const Clock& clock,
                                      WallTime now) {
  Opened opened;
  opened.journal.reset(new Journal(std::move(folder), options, clock));
  Journal& journal = *opened.journal;
  auto utterances = journal.read_log(opened.unreadable_bytes);
  if (!utterances) return std::unexpected(std::move(utterances.error()));
  for (const Utterance& utterance : *utterances) journal.add_entry(utterance);
  if (const auto error = journal.find_audio(opened.unreadable_bytes, now))
    return std::unexpected(journal.in_words(error));
  // What cannot be written now is trouble; what has been read is given all the same.
  auto error = journal.forget_old(now, 0);
  if (!error && !journal.log_is_ours_) error = journal.rewrite_log();
  (void)journal.told(error);
  opened.unfinished = journal.joined(std::move(*utterances));
  std::erase_if(opened.unfinished, [](const Utterance& utterance) { return utterance.delivered.has_value(); });
  return opened;
}

// The texts of the log, and what became of them.
Result<std::vector<Utterance>> Journal::read_log(std::uint64_t& unreadable_bytes) {
  std::vector<Utterance> utterances;
  std::vector<std::byte> bytes;
  if (const auto error = folder_->read(kLogName, bytes); error && error != std::errc::no_such_file_or_directory)
    return std::unexpected(in_words(error));
  RecordReader reader(bytes);
  if (reader.is_newer())
    return fail(Errc::kBadData, "a later version has written this", folder_->path(),
                "use that one, or move the folder away");
  while (const auto record = reader.next()) {
    if (record->kind == RecordKind::kFile) continue;
    last_id_ = std::max(last_id_, record->id);
    auto at = std::ranges::lower_bound(utterances, record->id, {}, &Utterance::id);
    const bool known = at != utterances.end() && at->id == record->id;
    if (record->kind == RecordKind::kText) {
      Utterance utterance;
      utterance.id = record->id;
      if (!take_payload(utterance, record->payload, true)) continue;
      if (!known) at = utterances.insert(at, Utterance{});
      *at = std::move(utterance);
    } else if (record->kind == RecordKind::kDelivered && known) {
      at->delivered = text_of(record->payload);
    } else if (record->kind == RecordKind::kCancelled && known) {
      utterances.erase(at);
    }
  }
  unreadable_bytes += reader.unreadable_bytes();
  return utterances;
}

Journal::Entry& Journal::add_entry(const Utterance& utterance) {
  // Nearly always the newest.
  auto before = entries_.end();
  while (before != entries_.begin() && std::prev(before)->id > utterance.id) --before;
  Entry& entry = *entries_.emplace(before);
  entry.id = utterance.id;
  entry.started_at = utterance.started_at;
  entry.app = utterance.app;
  entry.has_text = entry.in_log = utterance.text.has_value();
  entry.delivered = utterance.delivered.has_value();
  if (utterance.text) entry.log_bytes = kRecordHeaderBytes + utterance.text->size();
  last_id_ = std::max(last_id_, utterance.id);
  return entry;
}

// The audio that is there: of what has no text, and otherwise what is to be kept. The rest of it goes.
std::error_code Journal::find_audio(std::uint64_t& unreadable_bytes, WallTime now) {
  std::vector<posix::Folder::Entry> files;
  if (const auto error = folder_->list(files)) return error;
  std::vector<std::byte> bytes;
  for (const auto& [name, size_bytes] : files) {
    const auto id = id_of_audio(name);
    if (!id) continue;
    last_id_ = std::max(last_id_, *id);
    if (Entry* const entry = find(*id)) {
      entry->audio.end = size_bytes;
      if (!options_.keep_audio) (void)remove_audio(*entry);
      continue;
    }
    if (folder_->read(name, bytes)) {
      unreadable_bytes += size_bytes;
      continue;
    }
    RecordReader reader(bytes);
    if (reader.is_newer()) continue;
    Utterance utterance{.id = *id, .started_at = now, .app = {}, .text = {}, .delivered = {}};
    bool has_audio = false;
    while (const auto record = reader.next()) {
      if (record->id != *id) continue;
      if (record->kind == RecordKind::kBegin) (void)take_payload(utterance, record->payload, false);
      has_audio = has_audio || record->kind == RecordKind::kAudio;
    }
    unreadable_bytes += reader.unreadable_bytes();
    if (has_audio) {
      add_entry(utterance).audio.end = size_bytes;
    } else {
      (void)folder_->remove(name);
    }
  }
  return {};
}

// With what only the entries know, and without what has been forgotten.
std::vector<Utterance> Journal::joined(std::vector<Utterance> utterances) const {
  std::vector<Utterance> all(entries_.size());
  auto next = all.begin();
  auto at = utterances.begin();
  for (const Entry& entry : entries_) {
    Utterance& utterance = *next++;
    while (at != utterances.end() && at->id < entry.id) ++at;
    if (at != utterances.end() && at->id == entry.id) std::swap(utterance, *at);
    utterance.id = entry.id;
    utterance.started_at = entry.started_at;
    utterance.app = entry.app;
    utterance.has_audio = entry.audio.end > 0;
  }
  return all;
}

Journal::Entry* Journal::find(std::uint64_t id) noexcept {
  for (Entry& entry : std::views::reverse(entries_)) {
    if (entry.id == id) return &entry;
  }
  return nullptr;
}

std::uint64_t Journal::size_bytes() const noexcept {
  std::uint64_t size = log_.end;
  for (const Entry& entry : entries_) size += entry.audio.end;
  return size;
}

std::uint64_t Journal::new_id(WallTime now) noexcept {
  last_id_ =
      std::max(last_id_ + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(now.time_since_epoch().count(), 0)));
  while (find(last_id_) != nullptr) ++last_id_;
  return last_id_;
}

Result<void> Journal::begin(std::uint64_t id, WallTime started_at, std::string app) {
  if (find(id) != nullptr) return refused("an utterance has this id already");
  if (const auto error = forget_old(started_at, 0)) (void)told(error);
  Utterance utterance{.id = id, .started_at = started_at, .app = std::move(app), .text = {}, .delivered = {}};
  add_entry(utterance).being_said = true;
  return {};
}

Result<void> Journal::append_audio(std::uint64_t id, std::span<const float> samples) {
  Entry* entry = find(id);
  if (entry == nullptr) return refused("no utterance has this id");
  if (entry->has_text || samples.empty()) return {};
  if (!entry->being_said) return refused("this utterance is over");
  if (trouble_ && clock_.now() < retry_at_) return std::unexpected(*trouble_);
  std::vector<std::byte> image;
  if (entry->audio.end == 0) {
    image = new_file();
    add_record(image, RecordKind::kBegin, id,
               payload_of({.id = id, .started_at = entry->started_at, .app = entry->app, .text = {}, .delivered = {}}));
  }
  std::vector<std::byte> pcm;
  while (!samples.empty()) {
    const auto piece = samples.first(std::min(samples.size(), kMaxPayloadBytes / kSampleBytes));
    samples = samples.subspan(piece.size());
    pcm.clear();
    for (const float sample : piece) add_sample(pcm, sample);
    add_record(image, RecordKind::kAudio, id, pcm);
  }
  if (size_bytes() + image.size() > options_.max_bytes) {
    if (const auto error = forget_old(entry->started_at, image.size())) (void)told(error);
    entry = find(id);
    if (size_bytes() + image.size() > options_.max_bytes)
      return told(Error{Errc::kNoSpace, "the journal is full", folder_->path(),
                        "deliver or cancel what it holds, or allow it more"});
  }
  return told(append(audio_name(id), entry->audio, image));
}

Result<void> Journal::append_text(std::uint64_t id, std::string text) {
  Entry* const entry = find(id);
  if (entry == nullptr) return refused("no utterance has this id");
  if (entry->delivered) return refused("this utterance has been delivered");
  const auto payload = payload_of(
      {.id = id, .started_at = entry->started_at, .app = entry->app, .text = std::move(text), .delivered = {}});
  if (payload.size() > kMaxPayloadBytes) return refused("the text is too long");
  if (const auto error = append_to_log(*entry, RecordKind::kText, payload)) return told(error);
  entry->has_text = true;
  entry->being_said = false;
  entry->audio.file.reset();
  // What cannot be removed now is removed by the next open().
  if (!options_.keep_audio) (void)remove_audio(*entry);
  return told(std::error_code());
}

Result<void> Journal::append_delivered(std::uint64_t id, const std::string& where) {
  Entry* const entry = find(id);
  if (entry == nullptr) return refused("no utterance has this id");
  if (!entry->has_text) return cancel(id);
  const auto payload = bytes_of(where).first(std::min(where.size(), kMaxPayloadBytes));
  const auto error = append_to_log(*entry, RecordKind::kDelivered, payload);
  if (!error) entry->delivered = true;
  return told(error);
}

Result<void> Journal::cancel(std::uint64_t id) {
  Entry* const entry = find(id);
  if (entry == nullptr) return {};
  // In this order: audio whose text was cancelled would look like that of something unfinished.
  auto error = remove_audio(*entry);
  if (!error) error = folder_->sync();
  if (!error && entry->in_log) error = append_to_log(*entry, RecordKind::kCancelled, {});
  if (!error) entries_.remove_if([&](const Entry& its) { return &its == entry; });
  return told(error);
}

Result<std::vector<Utterance>> Journal::utterances() {
  std::uint64_t unreadable_bytes = 0;
  auto utterances = read_log(unreadable_bytes);
  if (!utterances) return utterances;
  return joined(std::move(*utterances));
}

Result<std::vector<float>> Journal::audio(std::uint64_t id) {
  const Entry* const entry = find(id);
  if (entry == nullptr || entry->audio.end == 0) return fail(Errc::kNotFound, "there is no such audio", "journal");
  std::vector<std::byte> bytes;
  if (const auto error = folder_->read(audio_name(id), bytes)) return std::unexpected(in_words(error));
  std::vector<float> samples;
  RecordReader reader(bytes);
  while (const auto record = reader.next()) {
    if (record->kind != RecordKind::kAudio || record->id != id) continue;
    for (auto pcm = record->payload; pcm.size() >= kSampleBytes; pcm = pcm.subspan(kSampleBytes))
      samples.push_back(static_cast<float>(static_cast<std::int16_t>(number_at(pcm.first(kSampleBytes)))) / kFullScale);
  }
  return samples;
}

Result<void> Journal::purge() {
  entries_.clear();
  log_ = {};
  log_is_ours_ = false;
  std::vector<posix::Folder::Entry> files;
  auto first_error = folder_->list(files);
  const auto note = [&](std::error_code error) {
    if (!first_error) first_error = error;
  };
  for (const auto& [name, size_bytes] : files) {
    if (!is_ours(name)) continue;
    note(wipe(name, size_bytes));
    note(folder_->remove(name));
  }
  note(folder_->sync());
  note(rewrite_log());
  return told(first_error);
}

std::error_code Journal::wipe(const std::string& name, std::uint64_t size_bytes) {
  const std::vector<std::byte> zeros(kLeastReservedBytes);
  Stored stored;
  stored.reserved = UINT64_MAX;  // it need not grow
  if (const auto error = folder_->open(name, stored.file)) return error;
  for (; stored.end < size_bytes; stored.end += zeros.size()) {
    if (const auto error = write(stored, std::span(zeros).first(std::min(zeros.size(), size_bytes - stored.end))))
      return error;
  }
  return stored.file->sync();
}

// What is too old, and of what has been delivered the oldest as long as there is too much, with what is to come.
std::error_code Journal::forget_old(WallTime now, std::uint64_t coming_bytes) {
  std::uint64_t size = size_bytes() + coming_bytes;
  // When it is full, room for more than the next is made.
  const std::uint64_t target = size > options_.max_bytes ? options_.max_bytes / 4 * 3 : size;
  bool forgetting = false;
  for (Entry& entry : entries_) {
    const bool old = !entry.being_said && entry.started_at < now - options_.max_age;
    entry.forgotten = old || (entry.delivered && size > target);
    if (!entry.forgotten) continue;
    size -= std::min(size, entry.log_bytes + entry.audio.end);
    if (const auto error = remove_audio(entry)) return error;
    forgetting = true;
  }
  if (!forgetting) return {};
  // Before the log: audio without its text would look like that of something unfinished.
  if (const auto error = folder_->sync()) return error;
  entries_.remove_if([](const Entry& entry) { return entry.forgotten; });
  return rewrite_log();
}

std::error_code Journal::remove_audio(Entry& entry) {
  const auto error = folder_->remove(audio_name(entry.id));
  if (!error) entry.audio = {};
  return error;
}

// The records of all entries, in a file that takes the old one's place.
std::error_code Journal::rewrite_log() {
  log_is_ours_ = false;
  std::vector<std::byte> bytes;
  if (const auto error = folder_->read(kLogName, bytes); error && error != std::errc::no_such_file_or_directory)
    return error;
  std::vector<std::byte> image = new_file();
  RecordReader reader(bytes);
  auto entry = entries_.begin();
  while (const auto record = reader.next()) {
    // They are nearly in the entries' order.
    while (entry != entries_.end() && entry->id < record->id) ++entry;
    while (entry != entries_.begin() && (entry == entries_.end() || entry->id > record->id)) --entry;
    if (record->kind != RecordKind::kFile && entry != entries_.end() && entry->id == record->id)
      image.insert(image.end(), record->whole.begin(), record->whole.end());
  }
  // One that was left half written would be longer.
  if (const auto error = folder_->remove(kNewLogName)) return error;
  Stored log;
  if (const auto error = append(kNewLogName, log, image)) return error;
  if (const auto error = folder_->rename(kNewLogName, kLogName)) return error;
  if (const auto error = folder_->sync()) return error;
  log_ = std::move(log);
  log_is_ours_ = true;
  return {};
}

std::error_code Journal::append_to_log(Entry& entry, RecordKind kind, std::span<const std::byte> payload) {
  entry.in_log = true;
  if (!log_is_ours_) {
    if (const auto error = rewrite_log()) return error;
  }
  std::vector<std::byte> record;
  add_record(record, kind, entry.id, payload);
  const auto error = append(kLogName, log_, record);
  log_is_ours_ = !error;
  if (!error) entry.log_bytes += record.size();
  return error;
}

std::error_code Journal::append(const std::string& name, Stored& stored, std::span<const std::byte> bytes) {
  constexpr int kAttempts = 2;  // nobody knows what is in a file whose sync has failed: it is written once more
  std::error_code error;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    error = stored.file ? std::error_code() : folder_->open(name, stored.file);
    if (!error) error = write(stored, bytes);
    if (!error) error = stored.file->sync();
    if (!error && stored.end == 0) error = folder_->sync();
    if (!error) {
      stored.end += bytes.size();
      break;
    }
    stored.file.reset();
  }
  return error;
}

std::error_code Journal::write(Stored& stored, std::span<const std::byte> bytes) {
  if (const std::uint64_t needed = stored.end + bytes.size() + kLeastReservedBytes; needed > stored.reserved) {
    stored.reserved = needed + kReservedBytes;
    stored.file->reserve(stored.reserved);
  }
  for (std::uint64_t at = stored.end; !bytes.empty();) {
    std::size_t count = 0;
    if (const auto error = stored.file->write(at, bytes, count)) return error;
    at += count;
    bytes = bytes.subspan(count);
  }
  return {};
}

Error Journal::in_words(std::error_code error) const {
  const bool full =
      error == std::errc::no_space_on_device || error == std::errc::file_too_large || error.value() == EDQUOT;
  return {full ? Errc::kNoSpace : Errc::kIo, error.message(), folder_->path(),
          full ? "make room on the disk" : "check the disk and the folder's permissions"};
}

// Notes whether the journal works.
Result<void> Journal::told(std::error_code error) {
  if (error) return told(in_words(error));
  if (clock_.now() >= retry_at_) trouble_.reset();
  return {};
}

Result<void> Journal::told(Error error) {
  trouble_ = error;
  retry_at_ = clock_.now() + kRetryEvery;
  return std::unexpected(std::move(error));
}

}  // namespace voicestand::journal
