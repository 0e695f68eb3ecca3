#include "voicestand/journal/journal_writer.h"

#include <algorithm>
#include <system_error>

#include "voicestand/platform/thread_name.h"

namespace voicestand::journal {

Result<std::unique_ptr<JournalWriter>> JournalWriter::start(std::unique_ptr<Journal> journal, Health health) {
  auto writer = std::unique_ptr<JournalWriter>(new JournalWriter(std::move(journal), std::move(health)));
  try {
    writer->thread_ = std::thread([&its = *writer] { its.run(); });
  } catch (const std::system_error& error) {
    return fail(Errc::kIo, error.what(), "the journal's thread", "raise the limit on threads");
  }
  return writer;
}

JournalWriter::~JournalWriter() {
  {
    const std::scoped_lock lock(mutex_);
    for (Piece& piece : pieces_) push_audio(piece);
    ending_ = true;
  }
  asked_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::uint64_t JournalWriter::begin(WallTime started_at, std::string app) {
  const std::scoped_lock lock(mutex_);
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(started_at.time_since_epoch().count(), 0));
  const std::uint64_t id = last_id_ = std::max(last_id_ + 1, now);
  pieces_.emplace_back().id = id;
  Task& task = push(What::kBegin, id);
  task.started_at = started_at;
  task.text = std::move(app);
  return id;
}

void JournalWriter::append_audio(std::uint64_t id, std::span<const float> samples) {
  const std::scoped_lock lock(mutex_);
  const auto piece = std::ranges::find(pieces_, id, &Piece::id);
  if (piece == pieces_.end()) return;
  while (!samples.empty()) {
    const auto part = samples.first(std::min(samples.size(), kPieceSamples - piece->samples.size()));
    piece->samples.insert(piece->samples.end(), part.begin(), part.end());
    samples = samples.subspan(part.size());
    if (piece->samples.size() == kPieceSamples) push_audio(*piece);
  }
}

Result<void> JournalWriter::append_text(std::uint64_t id, std::string text, std::chrono::milliseconds limit) {
  return ask(What::kText, id, std::move(text), limit)->outcome;
}

void JournalWriter::delivered(std::uint64_t id, std::string where) {
  const std::scoped_lock lock(mutex_);
  push(What::kDelivered, id).text = std::move(where);
}

void JournalWriter::cancel(std::uint64_t id) {
  const std::scoped_lock lock(mutex_);
  push(What::kCancel, id);
}

Result<std::vector<Utterance>> JournalWriter::utterances(std::chrono::milliseconds limit) {
  const auto answer = ask(What::kListing, 0, {}, limit);
  if (!answer->outcome) return std::unexpected(answer->outcome.error());
  return std::move(answer->utterances);
}

Result<std::vector<float>> JournalWriter::audio(std::uint64_t id, std::chrono::milliseconds limit) {
  const auto answer = ask(What::kReading, id, {}, limit);
  if (!answer->outcome) return std::unexpected(answer->outcome.error());
  return std::move(answer->samples);
}

Result<void> JournalWriter::purge(std::chrono::milliseconds limit) {
  return ask(What::kPurge, 0, {}, limit)->outcome;
}

std::uint64_t JournalWriter::lost_samples() const {
  const std::scoped_lock lock(mutex_);
  return lost_samples_;
}

JournalWriter::Task& JournalWriter::push(What what, std::uint64_t id) {
  if (what == What::kText) end_piece(id, keeps_audio_);
  if (what == What::kDelivered || what == What::kCancel) end_piece(id, false);
  if (what == What::kPurge) pieces_.clear();
  Task& task = tasks_.emplace_back();
  task.what = what;
  task.id = id;
  asked_.notify_one();
  return task;
}

void JournalWriter::push_audio(Piece& piece) {
  const std::size_t count = piece.samples.size();
  if (waiting_samples_ + count > kMaxWaitingSamples) {
    lost_samples_ += count;
    piece.samples.clear();
    return;
  }
  waiting_samples_ += count;
  push(What::kAudio, piece.id).samples.swap(piece.samples);
}

void JournalWriter::end_piece(std::uint64_t id, bool write_it) {
  const auto piece = std::ranges::find(pieces_, id, &Piece::id);
  if (piece == pieces_.end()) return;
  if (write_it) push_audio(*piece);
  pieces_.erase(piece);
}

std::shared_ptr<JournalWriter::Answer> JournalWriter::ask(What what, std::uint64_t id, std::string text,
                                                          std::chrono::milliseconds limit) {
  auto answer = std::make_shared<Answer>();
  std::unique_lock lock(mutex_);
  Task& task = push(what, id);
  task.text = std::move(text);
  task.answer = answer;
  if (done_.wait_for(lock, limit, [&] { return answer->there; })) return answer;
  // The other may still be written to.
  auto late = std::make_shared<Answer>();
  late->outcome = fail(Errc::kIo, "the disk takes too long", "journal");
  return late;
}

void JournalWriter::run() {
  platform::name_this_thread("vs-journal");
  tell_health();
  for (;;) {
    std::list<Task> task;
    {
      std::unique_lock lock(mutex_);
      asked_.wait(lock, [&] { return ending_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task.splice(task.begin(), tasks_, tasks_.begin());
    }
    auto outcome = carry_out(task.front());
    tell_health();
    const std::scoped_lock lock(mutex_);
    waiting_samples_ -= task.front().samples.size();
    if (Answer* const answer = task.front().answer.get()) {
      answer->outcome = std::move(outcome);
      answer->there = true;
      done_.notify_all();
    }
  }
}

Result<void> JournalWriter::carry_out(Task& task) {
  switch (task.what) {
    case What::kBegin:
      return journal_->begin(task.id, task.started_at, std::move(task.text));
    case What::kAudio:
      return journal_->append_audio(task.id, task.samples);
    case What::kText:
      return journal_->append_text(task.id, std::move(task.text));
    case What::kDelivered:
      return journal_->append_delivered(task.id, task.text);
    case What::kCancel:
      return journal_->cancel(task.id);
    case What::kPurge:
      return journal_->purge();
    case What::kListing: {
      auto utterances = journal_->utterances();
      if (!utterances) return std::unexpected(std::move(utterances.error()));
      task.answer->utterances = std::move(*utterances);
      return {};
    }
    case What::kReading: {
      auto samples = journal_->audio(task.id);
      if (!samples) return std::unexpected(std::move(samples.error()));
      task.answer->samples = std::move(*samples);
      return {};
    }
  }
  return {};
}

void JournalWriter::tell_health() {
  const auto& trouble = journal_->trouble();
  if (trouble.has_value() == in_trouble_) return;
  in_trouble_ = trouble.has_value();
  if (health_) health_(trouble ? &*trouble : nullptr);
}

}  // namespace voicestand::journal
