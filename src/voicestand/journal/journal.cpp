#include "voicestand/journal/journal.h"

#include <algorithm>
#include <cmath>
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
  if (auto found = journal.find_audio(opened.unreadable_bytes, now); !found)
    return std::unexpected(std::move(found.error()));
  // What cannot be written now is trouble; what has been read is given all the same.
  auto written = journal.forget_old(now, 0);
  if (written && !journal.log_is_ours_) written = journal.rewrite_log();
  (void)journal.told(std::move(written));
  opened.unfinished = journal.joined(std::move(*utterances));
  std::erase_if(opened.unfinished, [](const Utterance& utterance) { return utterance.delivered.has_value(); });
  return opened;
}

// The texts of the log, and what became of them.
Result<std::vector<Utterance>> Journal::read_log(std::uint64_t& unreadable_bytes) {
  std::vector<Utterance> utterances;
  const auto bytes = folder_->read(kLogName);
  if (!bytes && bytes.error().code == Errc::kNotFound) return utterances;
  if (!bytes) return std::unexpected(bytes.error());
  RecordReader reader(*bytes);
  if (reader.is_newer())
    return fail(Errc::kBadData, "a later version has written this", kLogName, "use that one, or move the folder away");
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
  Entry entry;
  entry.utterance.id = utterance.id;
  entry.utterance.started_at = utterance.started_at;
  entry.utterance.app = utterance.app;
  if (utterance.text) {
    entry.in_log = true;
    entry.utterance.text.emplace();
    entry.log_bytes = kRecordHeaderBytes + payload_of(utterance).size();
  }
  if (utterance.delivered) {
    entry.utterance.delivered.emplace();
    entry.log_bytes += kRecordHeaderBytes + utterance.delivered->size();
  }
  last_id_ = std::max(last_id_, utterance.id);
  return *entries_.insert(std::ranges::lower_bound(entries_, utterance.id, {}, &Entry::id), std::move(entry));
}

// The audio that is there: of what has no text, and otherwise what is to be kept. The rest of it goes.
Result<void> Journal::find_audio(std::uint64_t& unreadable_bytes, WallTime now) {
  auto files = folder_->list();
  if (!files) return std::unexpected(std::move(files.error()));
  for (const auto& [name, size_bytes] : *files) {
    const auto id = id_of_audio(name);
    if (!id) continue;
    last_id_ = std::max(last_id_, *id);
    if (Entry* const entry = find(*id)) {
      entry->audio.end = size_bytes;
      if (!options_.keep_audio) (void)remove_audio(*entry);
      continue;
    }
    const auto bytes = folder_->read(name);
    if (!bytes) {
      unreadable_bytes += size_bytes;
      continue;
    }
    RecordReader reader(*bytes);
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
  std::vector<Utterance> all;
  auto at = utterances.begin();
  for (const Entry& entry : entries_) {
    while (at != utterances.end() && at->id < entry.id()) ++at;
    const bool in_log = at != utterances.end() && at->id == entry.id();
    all.push_back(in_log ? std::move(*at) : entry.utterance);
    all.back().has_audio = entry.audio.end > 0;
  }
  return all;
}

Journal::Entry* Journal::find(std::uint64_t id) noexcept {
  const auto at = std::ranges::lower_bound(entries_, id, {}, &Entry::id);
  return at != entries_.end() && at->id() == id ? &*at : nullptr;
}

std::uint64_t Journal::size_bytes() const noexcept {
  std::uint64_t size = log_.end;
  for (const Entry& entry : entries_) size += entry.audio.end;
  return size;
}

std::uint64_t Journal::new_id(WallTime now) noexcept {
  last_id_ = std::max(last_id_ + 1, static_cast<std::uint64_t>(now.time_since_epoch().count()));
  while (find(last_id_) != nullptr) ++last_id_;
  return last_id_;
}

Result<void> Journal::begin(std::uint64_t id, WallTime started_at, std::string app) {
  if (find(id) != nullptr) return refused("an utterance has this id already");
  (void)told(forget_old(started_at, 0));
  Utterance utterance{.id = id, .started_at = started_at, .app = std::move(app), .text = {}, .delivered = {}};
  add_entry(utterance).being_said = true;
  return {};
}

Result<void> Journal::append_audio(std::uint64_t id, std::span<const float> samples) {
  Entry* entry = find(id);
  if (entry == nullptr) return refused("no utterance has this id");
  if (entry->utterance.text || samples.empty()) return {};
  if (!entry->being_said) return refused("this utterance is over");
  if (trouble_ && clock_.now() < retry_at_) return std::unexpected(*trouble_);
  std::vector<std::byte> image;
  if (entry->audio.end == 0) {
    image = new_file();
    add_record(image, RecordKind::kBegin, id, payload_of(entry->utterance));
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
    (void)told(forget_old(entry->utterance.started_at, image.size()));
    entry = find(id);
    if (size_bytes() + image.size() > options_.max_bytes)
      return told(
          fail(Errc::kNoSpace, "the journal is full", "journal", "deliver or cancel what it holds, or allow it more"));
  }
  return told(append(audio_name(id), entry->audio, image));
}

Result<void> Journal::append_text(std::uint64_t id, std::string text) {
  Entry* const entry = find(id);
  if (entry == nullptr) return refused("no utterance has this id");
  if (entry->utterance.delivered) return refused("this utterance has been delivered");
  Utterance whole = entry->utterance;
  whole.text = std::move(text);
  const auto payload = payload_of(whole);
  if (payload.size() > kMaxPayloadBytes) return refused("the text is too long");
  if (auto done = append_to_log(*entry, RecordKind::kText, payload); !done) return done;
  entry->utterance.text.emplace();
  entry->being_said = false;
  entry->audio.file.reset();
  // What cannot be removed now is removed by the next open().
  if (!options_.keep_audio) (void)remove_audio(*entry);
  return {};
}

Result<void> Journal::append_delivered(std::uint64_t id, const std::string& where) {
  Entry* const entry = find(id);
  if (entry == nullptr) return refused("no utterance has this id");
  if (!entry->utterance.text) return cancel(id);
  if (auto done = append_to_log(*entry, RecordKind::kDelivered,
                                bytes_of(where).first(std::min(where.size(), kMaxPayloadBytes)));
      !done)
    return done;
  entry->utterance.delivered.emplace();
  return {};
}

Result<void> Journal::cancel(std::uint64_t id) {
  Entry* const entry = find(id);
  if (entry == nullptr) return {};
  // In this order: audio whose text was cancelled would look like that of something unfinished.
  if (auto done = remove_audio(*entry); !done) return told(std::move(done));
  if (auto done = folder_->sync(); !done) return told(std::move(done));
  if (entry->in_log) {
    if (auto done = append_to_log(*entry, RecordKind::kCancelled, {}); !done) return done;
  }
  std::erase_if(entries_, [&](const Entry& its) { return its.id() == id; });
  return {};
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
  const auto bytes = folder_->read(audio_name(id));
  if (!bytes) return std::unexpected(bytes.error());
  std::vector<float> samples;
  RecordReader reader(*bytes);
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
  auto files = folder_->list();
  if (!files) return told(std::unexpected(std::move(files.error())));
  const std::vector<std::byte> zeros(kLeastReservedBytes);
  Result<void> outcome;
  for (const auto& [name, size_bytes] : *files) {
    if (!is_ours(name)) continue;
    Stored stored;
    auto opened = folder_->open(name);
    if (opened) stored.file = std::move(*opened);
    Result<void> done = opened ? Result<void>() : std::unexpected(std::move(opened.error()));
    while (done && stored.end < size_bytes) {
      const auto piece = std::span(zeros).first(std::min<std::uint64_t>(zeros.size(), size_bytes - stored.end));
      done = write(stored, piece);
      stored.end += piece.size();
    }
    if (done) done = stored.file->sync();
    if (auto removed = folder_->remove(name); !removed) done = std::move(removed);
    if (!done) outcome = std::move(done);
  }
  if (auto done = folder_->sync(); !done) outcome = std::move(done);
  if (outcome) outcome = rewrite_log();
  return told(std::move(outcome));
}

// What is too old, and of what has been delivered the oldest as long as there is too much, with what is to come.
Result<void> Journal::forget_old(WallTime now, std::uint64_t coming_bytes) {
  std::uint64_t size = size_bytes() + coming_bytes;
  // When it is full, room for more than the next is made.
  const std::uint64_t target = size > options_.max_bytes ? options_.max_bytes / 4 * 3 : size;
  std::vector<std::uint64_t> forgotten;
  for (Entry& entry : entries_) {
    const bool old = !entry.being_said && entry.utterance.started_at < now - options_.max_age;
    if (!old && !(entry.utterance.delivered && size > target)) continue;
    size -= std::min(size, entry.log_bytes + entry.audio.end);
    if (auto done = remove_audio(entry); !done) return done;
    forgotten.push_back(entry.id());
  }
  if (forgotten.empty()) return {};
  // Before the log: audio without its text would look like that of something unfinished.
  if (auto done = folder_->sync(); !done) return done;
  std::erase_if(entries_, [&](const Entry& entry) { return std::ranges::binary_search(forgotten, entry.id()); });
  return rewrite_log();
}

Result<void> Journal::remove_audio(Entry& entry) {
  auto done = folder_->remove(audio_name(entry.id()));
  if (done) entry.audio = {};
  return done;
}

// The records of all entries, in a file that takes the old one's place.
Result<void> Journal::rewrite_log() {
  log_is_ours_ = false;
  auto bytes = folder_->read(kLogName);
  if (!bytes && bytes.error().code != Errc::kNotFound) return std::unexpected(std::move(bytes.error()));
  std::vector<std::byte> image = new_file();
  RecordReader reader(bytes ? std::span<const std::byte>(*bytes) : std::span<const std::byte>());
  while (const auto record = reader.next()) {
    if (record->kind != RecordKind::kFile && find(record->id) != nullptr)
      image.insert(image.end(), record->whole.begin(), record->whole.end());
  }
  // One that was left half written would be longer.
  if (auto done = folder_->remove(kNewLogName); !done) return done;
  Stored log;
  if (auto done = append(kNewLogName, log, image); !done) return done;
  if (auto done = folder_->rename(kNewLogName, kLogName); !done) return done;
  if (auto done = folder_->sync(); !done) return done;
  log_ = std::move(log);
  log_is_ours_ = true;
  return {};
}

Result<void> Journal::append_to_log(Entry& entry, RecordKind kind, std::span<const std::byte> payload) {
  entry.in_log = true;
  if (!log_is_ours_) {
    if (auto done = rewrite_log(); !done) return told(std::move(done));
  }
  std::vector<std::byte> record;
  add_record(record, kind, entry.id(), payload);
  auto done = append(kLogName, log_, record);
  log_is_ours_ = done.has_value();
  if (done) entry.log_bytes += record.size();
  return told(std::move(done));
}

Result<void> Journal::append(const std::string& name, Stored& stored, std::span<const std::byte> bytes) {
  constexpr int kAttempts = 2;  // nobody knows what is in a file whose sync has failed: it is written once more
  Result<void> done;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (!stored.file) {
      auto opened = folder_->open(name);
      if (!opened) return std::unexpected(std::move(opened.error()));
      stored.file = std::move(*opened);
    }
    done = write(stored, bytes);
    if (done) done = stored.file->sync();
    if (done && stored.end == 0) done = folder_->sync();
    if (done) {
      stored.end += bytes.size();
      return done;
    }
    stored.file.reset();
  }
  return done;
}

Result<void> Journal::write(Stored& stored, std::span<const std::byte> bytes) {
  if (const std::uint64_t needed = stored.end + bytes.size() + kLeastReservedBytes; needed > stored.reserved) {
    stored.reserved = needed + kReservedBytes;
    stored.file->reserve(stored.reserved);
  }
  for (std::uint64_t at = stored.end; !bytes.empty();) {
    const auto wrote = stored.file->write(at, bytes);
    if (!wrote) return std::unexpected(wrote.error());
    at += *wrote;
    bytes = bytes.subspan(*wrote);
  }
  return {};
}

// Notes whether the journal works.
Result<void> Journal::told(Result<void> outcome) {
  const auto now = clock_.now();
  if (!outcome) {
    trouble_ = outcome.error();
    retry_at_ = now + kRetryEvery;
  } else if (now >= retry_at_) {
    trouble_.reset();
  }
  return outcome;
}

}  // namespace voicestand::journal
