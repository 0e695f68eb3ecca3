#include "voicestand/service/scribe.h"

#include <algorithm>
#include <span>

#include "voicestand/platform/thread_name.h"

namespace voicestand::service {
namespace {

constexpr double kRateHz = journal::Journal::kSampleRateHz;
constexpr auto kMostRecent = static_cast<std::size_t>(Scribe::kRemembered.count() * journal::Journal::kSampleRateHz);
// What is let go of at a time.
constexpr std::size_t kSlack = kMostRecent / 4;

journal::WallTime now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::uint64_t sample_at(double seconds) {
  return static_cast<std::uint64_t>(std::max(seconds, 0.0) * kRateHz);
}

}  // namespace

Result<std::unique_ptr<Scribe>> Scribe::open(const std::filesystem::path& folder,
                                             const journal::Journal::Options& options, const Clock& clock,
                                             Trouble trouble) {
  auto tap = pipeline::AudioTap::create();
  if (!tap) return std::unexpected(std::move(tap.error()));
  auto opened = journal::Journal::open(folder, options, clock, now());
  if (!opened) return std::unexpected(std::move(opened.error()));
  auto writer = journal::JournalWriter::start(std::move(opened->journal), [trouble](const Error* error) {
    if (error != nullptr && trouble) trouble(*error);
  });
  if (!writer) return std::unexpected(std::move(writer.error()));
  return std::unique_ptr<Scribe>(new Scribe(std::move(*writer), std::move(*tap), std::move(opened->unfinished)));
}

Scribe::Scribe(std::unique_ptr<journal::JournalWriter> writer, std::unique_ptr<pipeline::AudioTap> tap,
               std::vector<journal::Utterance> unfinished)
    : writer_(std::move(writer)),
      tap_(std::move(tap)),
      unfinished_(std::move(unfinished)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Scribe::~Scribe() = default;

void Scribe::run(const std::stop_token& stop) {
  platform::name_this_thread("vs-scribe");
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return dictating_; })) {
    take_sound();
    (void)changed_.wait_for(lock, stop, kBetween, [&] { return !dictating_; });
  }
}

pipeline::AudioTap& Scribe::begin(std::string app, Keep keep) {
  const std::scoped_lock lock(mutex_);
  tap_->consume(tap_->peek().size());
  app_ = std::move(app);
  keep_ = keep;
  heard_ = 0;
  recent_.clear();
  speech_began_s_ = -1;
  begin_utterance();
  dictating_ = true;
  changed_.notify_all();
  return *tap_;
}

void Scribe::speech_began(double at_s) {
  const std::scoped_lock lock(mutex_);
  speech_began_s_ = at_s;
  if (!dictating_ || writing_) return;
  take_sound();
  write_from(sample_at(at_s - std::chrono::duration<double>(kBeforeSpeech).count()));
}

std::optional<std::uint64_t> Scribe::said(const std::string& text, double end_s) {
  std::unique_lock lock(mutex_);
  if (!dictating_) return std::nullopt;
  const std::uint64_t said = part(end_s);
  lock.unlock();
  corrected(said, text);
  return said;
}

void Scribe::unsaid(double end_s) {
  const std::scoped_lock lock(mutex_);
  if (dictating_) writer_->cancel(part(end_s));
}

void Scribe::end(bool forget) {
  const std::scoped_lock lock(mutex_);
  if (!dictating_) return;
  take_sound();
  dictating_ = false;
  changed_.notify_all();
  if (forget) writer_->cancel(id_);
  recent_ = {};
}

void Scribe::corrected(std::uint64_t id, const std::string& text) {
  // Trouble is told by the journal itself, once.
  (void)writer_->append_text(id, text, kPatience);
}

Result<std::vector<journal::Utterance>> Scribe::history() {
  auto utterances = writer_->utterances(kLongPatience);
  if (!utterances) return utterances;
  const std::scoped_lock lock(mutex_);
  std::erase_if(*utterances, [&](const journal::Utterance& each) {
    return (dictating_ && each.id == id_) || (!each.text && !each.has_audio);
  });
  return utterances;
}

Result<void> Scribe::purge() {
  auto purged = writer_->purge(kLongPatience);
  const std::scoped_lock lock(mutex_);
  if (!dictating_) return purged;
  take_sound();
  recent_.clear();
  begin_utterance();
  return purged;
}

void Scribe::take_sound() {
  const std::span<const float> sound = tap_->peek();
  if (writing_) writer_->append_audio(id_, sound);
  recent_.insert(recent_.end(), sound.begin(), sound.end());
  heard_ += sound.size();
  tap_->consume(sound.size());
  if (recent_.size() > kMostRecent + kSlack)
    recent_.erase(recent_.begin(), recent_.end() - static_cast<std::ptrdiff_t>(kMostRecent));
}

// Ends what is being said there: its id. What has been said since is another utterance, and written first: better twice
// than not at all.
std::uint64_t Scribe::part(double end_s) {
  take_sound();
  const std::uint64_t ended = id_;
  begin_utterance();
  if (writing_ || speech_began_s_ > end_s) write_from(sample_at(end_s));
  return ended;
}

void Scribe::begin_utterance() {
  id_ = writer_->begin(now(), app_);
  writing_ = keep_ == Keep::kEverything;
}

// As much as is remembered.
void Scribe::write_from(std::uint64_t sample) {
  const std::uint64_t first = heard_ - recent_.size();
  const std::uint64_t skipped = std::clamp(sample, first, heard_) - first;
  writer_->append_audio(id_, std::span<const float>(recent_).subspan(skipped));
  writing_ = true;
}

}  // namespace voicestand::service
