#include "voicestand/service/dictation.h"

#include <algorithm>
#include <span>
#include <utility>
#include <variant>

#include "voicestand/desktop/typed_text.h"
#include "voicestand/pipeline/transcription.h"
#include "voicestand/platform/thread_name.h"
#include "voicestand/text/join.h"
#include "voicestand/text/stable_prefix.h"

namespace voicestand::service {
namespace {

using Outcome = Dictation::Spoken::Outcome;

constexpr std::size_t kMostTakenBack = 100;  // texts

double milliseconds(Clock::Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

// The first `count` characters.
std::string_view first_characters(std::string_view text, std::size_t count) {
  constexpr unsigned char kContinues = 0x80;
  std::size_t bytes = 0;
  while (bytes < text.size() && count > 0) {
    ++bytes;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == kContinues) ++bytes;
    --count;
  }
  return text.substr(0, bytes);
}

}  // namespace

// Hears what the live session says of one dictation. Thread: the session's output.
class Dictation::Listener final : public pipeline::EventSink {
 public:
  Listener(Dictation& dictation, bool continuous, Scribe* scribe)
      : dictation_(dictation), continuous_(continuous), scribe_(scribe) {}

  void on_event(const pipeline::Event& event) override {
    if (const auto* const level = std::get_if<pipeline::Level>(&event)) {
      dictation_.speaking_.store(level->speech, std::memory_order_relaxed);
      if (!level->speech && dictation_.released_at()) dictation_.end();
    } else if (const auto* const partial = std::get_if<pipeline::Partial>(&event)) {
      hear(*partial);
    } else if (const auto* const final = std::get_if<pipeline::Final>(&event)) {
      hear(*final);
    } else if (const auto* const began = std::get_if<pipeline::SpeechStarted>(&event)) {
      if (scribe_ != nullptr) scribe_->speech_began(began->at_s);
    } else if (const auto* const warning = std::get_if<pipeline::Warning>(&event)) {
      dictation_.parts_.observer.on_warning(warning->message);
    } else if (const auto* const failure = std::get_if<pipeline::Failure>(&event)) {
      failed_ = true;
      dictation_.parts_.observer.on_trouble(failure->error);
    }
  }

  // All has been heard.
  void finish() {
    if (!held_back_.empty()) say(rewritten(interpreted(held_back_), held_back_written_), held_back_written_);
  }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  void hear(const pipeline::Partial& partial) {
    dictation_.parts_.observer.on_partial(partial);
    if (dictation_.manner_.live != LiveText::kStable) return;
    const auto settled = stable_.update(partial.text);
    type_on(first_characters(settled.text, settled.stable_chars));
  }

  void hear(const pipeline::Final& final) {
    if (final.text.empty()) {
      if (scribe_ != nullptr && continuous_) scribe_->unsaid(final.end_s);
    } else if (dictation_.manner_.live == LiveText::kStable) {
      const Clock::TimePoint begun = dictation_.parts_.clock.now();
      const Written written = write_down(final.text, final.end_s);
      type_on(stable_.update(final.text).text);
      if (!dictation_.cancelled()) dictation_.tell(final.text, outcome_, begun, dictation_.released_at(), written);
      stable_.reset();
      typed_bytes_ = 0;
      outcome_ = Outcome::kTyped;
    } else if (dictation_.manner_.live == LiveText::kOff && continuous_) {
      held_back_ = text::join_text(held_back_, final.text);
      for (const std::uint64_t id : write_down(final.text, final.end_s)) held_back_written_.push_back(id);
    } else {
      auto spoken = interpreted(final.text);
      const Written written = write_down(spoken.text, final.end_s);
      say(rewritten(std::move(spoken), written), written);
    }
  }

  [[nodiscard]] text::SpokenText interpreted(std::string_view text) const {
    return dictation_.rewriting_ ? dictation_.rewriting_->written(text) : text::SpokenText{.text = std::string(text)};
  }

  // By the user's own program, which is not told what is meant for a password field.
  [[nodiscard]] text::SpokenText rewritten(text::SpokenText spoken, const Written& written) {
    if (!dictation_.hook_ || spoken.text.empty() || dictation_.cancelled()) return spoken;
    const auto window = dictation_.parts_.text_sink.focused();
    if (!window || dictation_.is_secret(*window) || !dictation_.rewrite(spoken.text)) return spoken;
    if (written.size() == 1) scribe_->corrected(written.front(), spoken.text);
    return spoken;
  }

  // What its window must not show is not written down either.
  [[nodiscard]] Written write_down(const std::string& text, double end_s) {
    if (scribe_ == nullptr || text.empty() || dictation_.cancelled()) return {};
    if (const auto window = dictation_.parts_.text_sink.focused(); window && dictation_.is_secret(*window)) {
      scribe_->unsaid(end_s);
      return {};
    }
    const auto id = scribe_->said(text, end_s);
    return id ? Written{*id} : Written();
  }

  // Of an utterance of which the beginning has been typed, what follows it in `text`. Where a piece could not be typed
  // none is after it.
  void type_on(std::string_view text) {
    if (text.size() <= typed_bytes_ || outcome_ != Outcome::kTyped || dictation_.cancelled()) return;
    outcome_ = dictation_.put({.text = std::string(text.substr(typed_bytes_))});
    typed_bytes_ = text.size();
  }

  void say(const text::SpokenText& spoken, const Written& written) {
    if (!dictation_.cancelled()) dictation_.say(spoken, dictation_.released_at(), written);
  }

  Dictation& dictation_;
  const bool continuous_;
  Scribe* const scribe_;  // none: this dictation leaves no trace
  bool failed_ = false;
  std::string held_back_;
  Written held_back_written_;
  text::StablePrefix stable_;
  std::size_t typed_bytes_ = 0;  // of the utterance
  Outcome outcome_ = Outcome::kTyped;
};

Result<std::unique_ptr<Dictation>> Dictation::create(const Config& config, Parts parts) {
  auto microphone = audio::Microphone::create(config.pre_roll);
  if (!microphone) return std::unexpected(std::move(microphone.error()));
  return std::unique_ptr<Dictation>(new Dictation(config, std::move(parts), std::move(*microphone)));
}

Dictation::Dictation(const Config& config, Parts parts, std::unique_ptr<audio::Microphone> microphone)
    : config_(config), parts_(std::move(parts)), microphone_(std::move(microphone)), thread_([this] { run(); }) {}

Dictation::~Dictation() {
  {
    const std::scoped_lock lock(mutex_);
    quitting_ = true;
    changed_.notify_all();
    if (session_ != nullptr) session_->abandon();
  }
  thread_.join();
}

void Dictation::begin(bool continuous) {
  const std::scoped_lock lock(mutex_);
  if (current_ && !current_->ended && !current_->cancelled) {
    current_->released_at.reset();
  } else if (waiting_) {
    // It has not begun to be heard yet: this is more of it.
    if (!waiting_->ended || !microphone_->keep_listening()) return;
    waiting_->released_at.reset();
    waiting_->ended = false;
  } else {
    waiting_ = Take{.continuous = continuous};
    microphone_->listen();
    changed_.notify_all();
  }
  parts_.observer.on_state(State::kListening);
}

bool Dictation::release() {
  {
    const std::scoped_lock lock(mutex_);
    std::optional<Take>& take = waiting_ ? waiting_ : current_;
    if (!take || take->released_at || take->cancelled) return false;
    take->released_at = parts_.clock.now();
    if (&take == &current_ && speaking_.load(std::memory_order_relaxed)) return true;
  }
  end();
  return false;
}

void Dictation::end() {
  Clock::TimePoint now;
  {
    const std::scoped_lock lock(mutex_);
    std::optional<Take>& take = waiting_ ? waiting_ : current_;
    if (!take || !take->released_at || std::exchange(take->ended, true)) return;
    now = parts_.clock.now();
    parts_.observer.on_state(State::kFinishing);
  }
  microphone_->release(now);
}

void Dictation::cancel() {
  const std::scoped_lock lock(mutex_);
  for (std::optional<Take>* const take : {&waiting_, &current_}) {
    if (take->has_value()) (*take)->cancelled = true;
  }
  if (session_ != nullptr) session_->abandon();
}

void Dictation::type(std::string text, std::optional<std::uint64_t> written) {
  const std::scoped_lock lock(mutex_);
  to_type_.push_back({.text = std::move(text), .written = written ? Written{*written} : Written()});
  changed_.notify_all();
}

void Dictation::copy(std::string text) {
  const std::scoped_lock lock(mutex_);
  to_copy_.push_back(std::move(text));
  changed_.notify_all();
}

void Dictation::recover(journal::Utterance utterance) {
  const std::scoped_lock lock(mutex_);
  to_recover_.push_back(std::move(utterance));
  changed_.notify_all();
}

bool Dictation::cancelled() {
  const std::scoped_lock lock(mutex_);
  return quitting_ || (current_ && current_->cancelled);
}

std::optional<Clock::TimePoint> Dictation::released_at() {
  const std::scoped_lock lock(mutex_);
  return current_ ? current_->released_at : std::nullopt;
}

void Dictation::run() {
  platform::name_this_thread("vs-dictate");
  if (config_.policy == MicrophonePolicy::kAlways) {
    if (const auto opened = open_microphone(); !opened) parts_.observer.on_trouble(opened.error());
  }
  std::unique_lock lock(mutex_);
  for (;;) {
    rest(lock);
    if (quitting_) return;
    const auto to_type = std::exchange(to_type_, {});
    if (!to_type.empty()) {
      lock.unlock();
      typed_ = {};
      window_.reset();
      take_manner(config_.manner);
      for (const ToType& each : to_type) say({.text = each.text}, std::nullopt, each.written);
      lock.lock();
    }
    const auto to_copy = std::exchange(to_copy_, {});
    if (!to_copy.empty()) {
      lock.unlock();
      if (const auto copied = parts_.clipboard->offer(desktop::text_content(to_copy.back(), false)); !copied)
        parts_.observer.on_trouble(copied.error());
      lock.lock();
    }
    if (!waiting_ && !to_recover_.empty()) {
      const journal::Utterance utterance = std::move(to_recover_.front());
      to_recover_.pop_front();
      lock.unlock();
      offer(utterance);
      lock.lock();
    }
    if (!waiting_) continue;
    current_ = std::exchange(waiting_, std::nullopt);
    lock.unlock();
    perform();
    lock.lock();
    current_.reset();
    if (config_.policy == MicrophonePolicy::kOnPress && !waiting_) {
      lock.unlock();
      microphone_->close();
      lock.lock();
    }
    if (!waiting_ && !quitting_) parts_.observer.on_state(State::kIdle);
  }
}

// Until there is something to do.
void Dictation::rest(std::unique_lock<std::mutex>& lock) {
  const auto due = [&] {
    return quitting_ || waiting_ || !to_type_.empty() || !to_copy_.empty() || !to_recover_.empty();
  };
  if (config_.policy == MicrophonePolicy::kWarm && microphone_->is_open() &&
      !changed_.wait_for(lock, config_.warm, due)) {
    lock.unlock();
    microphone_->close();
    lock.lock();
  }
  changed_.wait(lock, due);
}

void Dictation::perform() {
  speaking_.store(true, std::memory_order_relaxed);  // until it is known better
  auto heard = cancelled() ? Result<void>() : listen();
  microphone_->forget();
  if (!heard) parts_.observer.on_trouble(heard.error());
}

Result<void> Dictation::open_microphone() {
  if (microphone_->is_open()) return {};
  auto source = parts_.make_source();
  if (!source) return std::unexpected(std::move(source.error()));
  return microphone_->open(std::move(*source));
}

Result<void> Dictation::listen() {
  if (auto opened = open_microphone(); !opened) return opened;
  auto window = parts_.text_sink.focused();
  if (!window) return std::unexpected(std::move(window.error()));
  window_ = window->has_value() ? std::optional((*window)->id) : std::nullopt;
  app_ = window->has_value() ? (*window)->application : std::string();
  take_manner(config_.manner_for ? config_.manner_for(app_) : config_.manner);
  auto detector = parts_.make_detector();
  if (!detector) return std::unexpected(std::move(detector.error()));

  bool continuous = false;
  {
    const std::scoped_lock lock(mutex_);
    continuous = current_ && current_->continuous;
  }
  Scribe* const scribe = is_secret(*window) ? nullptr : parts_.scribe;
  Listener listener(*this, continuous, scribe);
  pipeline::ObservedSink observed(listener, parts_.watcher);
  pipeline::Captioner::Config captions = config_.captions;
  captions.push_to_talk = !continuous;
  pipeline::AudioTap* const tap =
      scribe == nullptr ? nullptr
                        : &scribe->begin(app_, continuous ? Scribe::Keep::kSpeech : Scribe::Keep::kEverything);
  // What nobody has made words of is kept where it may have had some.
  const auto done = [&](bool well) {
    if (scribe == nullptr) return;
    const std::scoped_lock lock(mutex_);
    scribe->end(well && !quitting_);
  };
  auto session = pipeline::LiveSession::start({.source = microphone_->heard(),
                                               .detector = std::move(*detector),
                                               .recognizer = &parts_.recognizer,
                                               .segmenter = config_.segmenter,
                                               .captions = captions,
                                               .tap = tap,
                                               .realtime_brokers = parts_.realtime_brokers},
                                              observed, parts_.clock);
  if (!session) {
    done(true);
    return std::unexpected(std::move(session.error()));
  }
  {
    const std::scoped_lock lock(mutex_);
    session_ = session->get();
    if (quitting_ || (current_ && current_->cancelled)) session_->abandon();
  }
  if (parts_.watcher != nullptr) parts_.watcher->session_began(**session);
  auto summary = (*session)->wait();
  if (parts_.watcher != nullptr) parts_.watcher->session_ends();
  {
    const std::scoped_lock lock(mutex_);
    session_ = nullptr;
  }
  done(summary.has_value() && !listener.failed());
  if (!summary) return std::unexpected(std::move(summary.error()));
  listener.finish();
  return {};
}

void Dictation::take_manner(const Manner& manner) {
  manner_ = manner;
  auto rewriting = text::Rewriting::create(manner.rules);
  rewriting_.reset();
  hook_.reset();
  if (!manner.hook.argv.empty()) hook_.emplace(manner.hook);
  if (rewriting) {
    rewriting_ = std::move(*rewriting);
  } else {
    parts_.observer.on_warning(rewriting.error().message());
  }
}

// False: it stays as it is.
bool Dictation::rewrite(std::string& text) {
  auto rewritten = hook_->rewrite({.text = text, .app = app_});
  if (!rewritten) parts_.observer.on_warning(rewritten.error().message());
  if (rewritten) text = std::move(*rewritten);
  return rewritten.has_value();
}

void Dictation::say(const text::SpokenText& spoken, std::optional<Clock::TimePoint> released_at,
                    const Written& written) {
  const Clock::TimePoint begun = parts_.clock.now();
  const Outcome outcome = put(spoken);
  tell(spoken.text, outcome, begun, released_at, written);
}

void Dictation::tell(std::string_view text, Outcome outcome, Clock::TimePoint begun,
                     std::optional<Clock::TimePoint> released_at, const Written& written) {
  const Clock::TimePoint now = parts_.clock.now();
  Spoken spoken{.text = std::string(text), .outcome = outcome};
  if (outcome == Outcome::kTyped) spoken.injection_ms = milliseconds(now - begun);
  if (released_at) spoken.release_to_text_ms = milliseconds(now - *released_at);
  // Nobody else is to see what was meant for a password field.
  const bool homeless = outcome == Outcome::kWindowChanged || outcome == Outcome::kFailed;
  if (homeless && parts_.clipboard != nullptr)
    spoken.on_clipboard = parts_.clipboard->offer(desktop::text_content(text, false)).has_value();
  for (const std::uint64_t id : written) {
    if (outcome == Outcome::kTyped || spoken.on_clipboard)
      parts_.scribe->arrived(id, spoken.on_clipboard ? "clipboard" : "typed");
    if (outcome == Outcome::kSecret) parts_.scribe->forget(id);
  }
  parts_.observer.on_spoken(spoken);
}

void Dictation::offer(const journal::Utterance& utterance) {
  auto text = utterance.text ? Result<std::string>(*utterance.text) : hear_again(utterance.id);
  if (!text && text.error().code == Errc::kInterrupted) return recover(utterance);
  if (!text) return parts_.observer.on_trouble(text.error());
  if (text->empty()) return parts_.scribe->forget(utterance.id);
  if (!utterance.text) parts_.scribe->corrected(utterance.id, *text);
  parts_.observer.on_recovered(*text);
  if (!utterance.delivered) parts_.scribe->arrived(utterance.id, "offered");
}

Result<std::string> Dictation::hear_again(std::uint64_t id) {
  const auto samples = parts_.scribe->audio(id);
  if (!samples) return std::unexpected(samples.error());
  const auto detector = parts_.make_detector();
  if (!detector) return std::unexpected(detector.error());
  std::span<const float> rest(*samples);
  const pipeline::Transcription::Input input{.format = {.sample_rate_hz = speech::kSampleRateHz, .channels = 1},
                                             .read = [&rest](std::span<float> taken) -> Result<std::size_t> {
                                               const std::size_t count = std::min(taken.size(), rest.size());
                                               std::ranges::copy(rest.first(count), taken.begin());
                                               rest = rest.subspan(count);
                                               return count;
                                             }};
  pipeline::Transcription transcription(**detector, parts_.recognizer, config_.segmenter);
  const auto transcript = transcription.run(input, [this](double) {
    const std::scoped_lock lock(mutex_);
    return !quitting_ && !waiting_;
  });
  if (!transcript) return std::unexpected(transcript.error());
  std::string text;
  for (const auto& segment : transcript->segments) text = text::join_text(text, segment.text);
  take_manner(config_.manner);
  return rewriting_ ? rewriting_->written(text).text : text;
}

bool Dictation::is_secret(const std::optional<desktop::Window>& window) const {
  return (window && window->secret) || (parts_.password_asked && parts_.password_asked());
}

Outcome Dictation::put(const text::SpokenText& text) {
  const auto fails = [&](const Error& error) {
    parts_.observer.on_trouble(error);
    return Outcome::kFailed;
  };
  const auto window = parts_.text_sink.focused();
  if (!window) return fails(window.error());
  const auto id = window->has_value() ? std::optional((*window)->id) : std::nullopt;
  if (window_ && id != window_) return Outcome::kWindowChanged;
  if (is_secret(*window)) return Outcome::kSecret;

  if (typed_.window != id) typed_ = {.texts = {}, .window = id};
  if (text.scratched > 0 && !id)
    return fails({.code = Errc::kUsage,
                  .what = "nothing is taken back: this session does not tell which window has the focus",
                  .where = {},
                  .remedy = "press BackSpace"});
  const std::size_t kept =
      std::max(typed_.settled, typed_.texts.size() - std::min(text.scratched, typed_.texts.size()));
  std::string scratched;
  for (std::size_t each = kept; each < typed_.texts.size(); ++each) scratched += typed_.texts[each];
  const bool spaced = !text.glued && kept > 0 && text::needs_space(typed_.texts[kept - 1], text.text);
  std::string keys = (spaced ? " " : "") + text.text;
  if (*window && (*window)->terminal && !manner_.terminal_newlines) std::ranges::replace(keys, '\n', ' ');
  const auto to_type = desktop::TypedText::replacing(scratched, keys);
  if (!to_type) return fails(to_type.error());
  const auto typed = parts_.text_sink.type(*to_type, window_);
  if (!typed || typed->window_changed) typed_.settled = typed_.texts.size();  // some of it may be there
  if (!typed) return fails(typed.error());
  if (typed->window_changed) return Outcome::kWindowChanged;
  typed_.texts.resize(kept);
  if (!keys.empty()) typed_.texts.push_back(std::move(keys));
  if (typed_.texts.size() > kMostTakenBack) {
    typed_.texts.erase(typed_.texts.begin());
    if (typed_.settled > 0) --typed_.settled;
  }
  return Outcome::kTyped;
}

}  // namespace voicestand::service
