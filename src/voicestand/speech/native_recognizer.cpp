#include "voicestand/speech/native_recognizer.h"

#include <algorithm>
#include <future>
#include <new>
#include <numeric>
#include <span>
#include <utility>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "voicestand/nn/listed_words.h"
#include "voicestand/speech/confidence.h"
#include "voicestand/speech/continuation.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::speech {
namespace {

// Nobody says more than this: the model's authors cut its texts off there as well.
constexpr double kMostTokensASecond = 6.5;
constexpr std::size_t kTokensBesides = 8;

std::size_t most_tokens(std::size_t samples) {
  return static_cast<std::size_t>(static_cast<double>(samples) / kSampleRateHz * kMostTokensASecond) + kTokensBesides;
}

// Below everything that does not wait for a core of its own: a helper that is not given one is not waited for.
void become_the_helper() {
  constexpr int kNice = 5;
  ::prctl(PR_SET_NAME, "vs-recognise-2");
  (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
}

}  // namespace

NativeRecognizer::NativeRecognizer(std::unique_ptr<nn::MoonshineModel> model, std::unique_ptr<rt::Team> team,
                                   nn::Tokenizer tokenizer, nn::MoonshineEncoder encoder, nn::MoonshineDecoder decoder,
                                   std::size_t max_samples) noexcept
    : model_(std::move(model)),
      team_(std::move(team)),
      tokenizer_(std::move(tokenizer)),
      encoder_(std::move(encoder)),
      decoder_(std::move(decoder)),
      finder_({.frames = encoder_.frames_of(max_samples), .tokens = most_tokens(max_samples)}, encoder_.timing()),
      samples_(max_samples) {}

Result<std::unique_ptr<NativeRecognizer>> NativeRecognizer::create(const Options& options,
                                                                   const simd::Kernels& kernels) {
  const auto begin = std::chrono::steady_clock::now();
  // Beside the model, where there is a core for it.
  auto reading = std::async([path = options.model_dir + "/tokenizer.json"] {
    return nn::Tokenizer::load(path, nn::Tokenizer::Use::kTextOfTokens);
  });
  auto loaded = nn::MoonshineModel::load(options.model_dir);
  auto tokenizer = reading.get();
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  auto model = std::make_unique<nn::MoonshineModel>(std::move(*loaded));
  if (!tokenizer) return std::unexpected(std::move(tokenizer.error()));
  if (tokenizer->size() != model->decoder().embedding.outputs) {
    return fail(Errc::kBadModel, "the tokenizer has another vocabulary than the decoder", options.model_dir,
                "fetch the model again");
  }
  const auto max_samples = static_cast<std::size_t>(options.max_audio.count()) * kSampleRateHz / 1'000;
  std::unique_ptr<rt::Team> team;
  if (options.helped) {
    auto made = rt::Team::create(become_the_helper);
    if (!made) return std::unexpected(std::move(made.error()));
    team = std::move(*made);
  }
  auto encoder = nn::MoonshineEncoder::create(model->encoder(), max_samples, kernels, team.get());
  if (!encoder) return std::unexpected(std::move(encoder.error()));
  auto decoder = nn::MoonshineDecoder::create(
      model->decoder(), {.frames = encoder->frames_of(max_samples), .tokens = most_tokens(max_samples)}, kernels,
      team.get());
  if (!decoder) return std::unexpected(std::move(decoder.error()));
  std::unique_ptr<NativeRecognizer> made(new (std::nothrow) NativeRecognizer(
      std::move(model), std::move(team), std::move(*tokenizer), std::move(*encoder), std::move(*decoder), max_samples));
  if (!made) return fail(Errc::kNoSpace, "out of memory", options.model_dir, "close other programs");
  made->tokenizer_file_ = options.model_dir + "/tokenizer.json";
  made->info_ = {.model = options.model_id,
                 .engine = "native",
                 .isa = std::string(simd::name_of(kernels.isa)),
                 .load_time = std::chrono::steady_clock::now() - begin};
  return made;
}

Result<Hypothesis> NativeRecognizer::recognize(const Request& request) {
  const Continuation* const continuation = request.continuation;
  const std::size_t first = continuation != nullptr ? std::min(continuation->first_sample, request.audio.size()) : 0;
  const AudioView audio = request.audio.between(first, request.audio.size());
  const std::size_t count = audio.size();
  if (count > samples_.size()) {
    return fail(Errc::kUsage, "more audio than the recogniser takes at once", info_.model,
                "lower segmentation.max_segment_s");
  }
  if (interrupted_.exchange(false, std::memory_order_relaxed)) return fail(Errc::kInterrupted, "interrupted");
  const auto begin = std::chrono::steady_clock::now();
  const std::atomic<bool>& stop = request.unwanted != nullptr ? *request.unwanted : interrupted_;
  const std::span<const float> samples = std::span(samples_).first(count);
  audio.copy_to(samples_);

  Hypothesis hypothesis;
  hypothesis.words.emplace();
  if (encoder_.frames_of(count) > 0) {
    const auto frames = encoder_.encode(samples, stop);
    const bool attends = frames && decoder_.attend_to(*frames, stop);
    std::span<const nn::Token> draft;
    std::span<const nn::Token> begun;
    if (request.draft != nullptr) draft = request.draft->tokens;
    if (continuation != nullptr) {
      begun = continuation->begun;
      draft = draft.subspan(std::min(continuation->before.tokens.size() + begun.size(), draft.size()));
    }
    const auto tokens =
        attends ? decoder_.decode(draft, begun.size() + most_tokens(count), stop, listed_ ? &*listed_ : nullptr, begun)
                : std::nullopt;
    if (!tokens) {
      interrupted_.store(false, std::memory_order_relaxed);  // it has had its effect
      return fail(Errc::kInterrupted, "interrupted");
    }
    hypothesis = hypothesis_of(*tokens, samples);
  }
  if (continuation != nullptr) hypothesis = joined(*continuation, std::move(hypothesis));
  hypothesis.decode_time = std::chrono::steady_clock::now() - begin;
  return hypothesis;
}

Result<void> NativeRecognizer::listen_for(std::span<const std::string> words) {
  if (words.empty()) {
    listed_.reset();
    return {};
  }
  // What spells words is not kept: it is larger than the rest, and wanted only now.
  const auto speller = nn::Tokenizer::load(tokenizer_file_);
  if (!speller) return std::unexpected(speller.error());
  auto trie = nn::trie_of(*speller, words);
  if (!trie) return std::unexpected(std::move(trie.error()));
  listed_ = std::move(*trie);
  return {};
}

Hypothesis NativeRecognizer::hypothesis_of(std::span<const nn::Token> tokens, std::span<const float> samples) {
  Hypothesis hypothesis;
  hypothesis.tokens.assign(tokens.begin(), tokens.end());
  hypothesis.words = finder_.words(tokenizer_, {.samples = samples,
                                                .tokens = tokens,
                                                .log_probabilities = decoder_.log_probabilities(),
                                                .attention = decoder_.attention(),
                                                .frames = encoder_.frames_of(samples.size())});
  hypothesis.text = text_of(*hypothesis.words);
  if (!hypothesis.words->empty()) hypothesis.confidence = confidence_of_text(*hypothesis.words);
  const auto log_probabilities = decoder_.log_probabilities();
  hypothesis.log_probability = std::accumulate(log_probabilities.begin(), log_probabilities.end(), 0.0F) /
                               static_cast<float>(log_probabilities.size() + 1);  // of the text's end as well
  return hypothesis;
}

}  // namespace voicestand::speech
