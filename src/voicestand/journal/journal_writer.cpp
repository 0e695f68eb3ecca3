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
  const auto now = static_cast<std::uint64_t>(started_at.time_since_epoch().count());
  const std::uint64_t id = last_id_ = std::max(last_id_ + 1, now);
  pieces_.push_back({.id = id, .samples = {}});
  push([id, started_at, app = std::move(app)](Journal& journal) { return journal.begin(id, started_at, app); });
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
  {
    const std::scoped_lock lock(mutex_);
    end_piece(id, keeps_audio_);
  }
  return wait_for([id, text = std::move(text)](Journal& journal) { return journal.append_text(id, text); }, limit);
}

void JournalWriter::delivered(std::uint64_t id, std::string where) {
  const std::scoped_lock lock(mutex_);
  end_piece(id, false);
  push([id, where = std::move(where)](Journal& journal) { return journal.append_delivered(id, where); });
}

void JournalWriter::cancel(std::uint64_t id) {
  const std::scoped_lock lock(mutex_);
  end_piece(id, false);
  push([id](Journal& journal) { return journal.cancel(id); });
}

Result<std::vector<Utterance>> JournalWriter::utterances(std::chrono::milliseconds limit) {
  // Not this function's own: who does not wait any longer is not there when it is set.
  const auto found = std::make_shared<std::vector<Utterance>>();
  auto done = wait_for(
      [found](Journal& journal) -> Result<void> {
        auto utterances = journal.utterances();
        if (!utterances) return std::unexpected(std::move(utterances.error()));
        *found = std::move(*utterances);
        return {};
      },
      limit);
  if (!done) return std::unexpected(std::move(done.error()));
  return std::move(*found);
}

Result<std::vector<float>> JournalWriter::audio(std::uint64_t id, std::chrono::milliseconds limit) {
  const auto found = std::make_shared<std::vector<float>>();
  auto done = wait_for(
      [id, found](Journal& journal) -> Result<void> {
        auto samples = journal.audio(id);
        if (!samples) return std::unexpected(std::move(samples.error()));
        *found = std::move(*samples);
        return {};
      },
      limit);
  if (!done) return std::unexpected(std::move(done.error()));
  return std::move(*found);
}

Result<void> JournalWriter::purge(std::chrono::milliseconds limit) {
  {
    const std::scoped_lock lock(mutex_);
    pieces_.clear();
  }
  return wait_for([](Journal& journal) { return journal.purge(); }, limit);
}

std::uint64_t JournalWriter::lost_samples() const {
  const std::scoped_lock lock(mutex_);
  return lost_samples_;
}

void JournalWriter::push(Work work, std::size_t samples, std::shared_ptr<Outcome> outcome) {
  tasks_.push_back({.work = std::move(work), .samples = samples, .outcome = std::move(outcome)});
  waiting_samples_ += samples;
  asked_.notify_one();
}

void JournalWriter::push_audio(Piece& piece) {
  const std::size_t count = piece.samples.size();
  if (waiting_samples_ + count > kMaxWaitingSamples) {
    lost_samples_ += count;
    piece.samples.clear();
    return;
  }
  push([id = piece.id,
        samples = std::exchange(piece.samples, {})](Journal& journal) { return journal.append_audio(id, samples); },
       count);
}

void JournalWriter::end_piece(std::uint64_t id, bool write_it) {
  const auto piece = std::ranges::find(pieces_, id, &Piece::id);
  if (piece == pieces_.end()) return;
  if (write_it) push_audio(*piece);
  pieces_.erase(piece);
}

Result<void> JournalWriter::wait_for(Work work, std::chrono::milliseconds limit) {
  const auto outcome = std::make_shared<Outcome>();
  std::unique_lock lock(mutex_);
  push(std::move(work), 0, outcome);
  if (!done_.wait_for(lock, limit, [&] { return outcome->has_value(); }))
    return fail(Errc::kIo, "the disk takes too long", "journal");
  return std::move(**outcome);
}

void JournalWriter::run() {
  platform::name_this_thread("vs-journal");
  tell_health();
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      asked_.wait(lock, [&] { return ending_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    auto outcome = task.work(*journal_);
    tell_health();
    const std::scoped_lock lock(mutex_);
    waiting_samples_ -= task.samples;
    if (task.outcome) *task.outcome = std::move(outcome);
    done_.notify_all();
  }
}

void JournalWriter::tell_health() {
  const auto& trouble = journal_->trouble();
  if (trouble.has_value() == in_trouble_) return;
  in_trouble_ = trouble.has_value();
  if (health_) health_(trouble ? &*trouble : nullptr);
}

}  // namespace voicestand::journal
