#include "voicestand/lib/sherpa/sherpa_engine.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sherpa-onnx/c-api/c-api.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "voicestand/lib/posix/stderr_capture.h"
#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/sherpa/onnx_file.h"
#include "voicestand/lib/sherpa/runaway.h"
#include "voicestand/lib/sherpa/token_table.h"

namespace voicestand::sherpa {
namespace {

constexpr int kSampleRateHz = 16'000;
constexpr off_t kMaxTokenizerBytes = 32 << 20;

template <auto Destroy>
struct Destroyer {
  template <typename T>
  void operator()(const T* object) const noexcept {
    Destroy(object);
  }
};
using RecognizerPtr =
    std::unique_ptr<const SherpaOnnxOfflineRecognizer, Destroyer<&SherpaOnnxDestroyOfflineRecognizer>>;
using StreamPtr = std::unique_ptr<const SherpaOnnxOfflineStream, Destroyer<&SherpaOnnxDestroyOfflineStream>>;
using ResultPtr =
    std::unique_ptr<const SherpaOnnxOfflineRecognizerResult, Destroyer<&SherpaOnnxDestroyOfflineRecognizerResult>>;

std::string encoder_path(const std::string& folder) {
  return folder + "/encoder_model.onnx";
}
std::string decoder_path(const std::string& folder) {
  return folder + "/decoder_model_merged.onnx";
}
std::string tokenizer_path(const std::string& folder) {
  return folder + "/tokenizer.json";
}

Result<std::string> read_tokenizer(const std::string& path) {
  const posix::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return fail(Errc::kModelMissing, "no tokenizer", path, "get it with: voicestand models pull");
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > kMaxTokenizerBytes) {
    return fail(Errc::kBadModel, "not a tokenizer", path, "check it with: voicestand models verify");
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t count = ::read(fd.get(), text.data() + filled, text.size() - filled);
    if (count <= 0) return fail(Errc::kBadModel, "cannot be read whole", path);
    filled += static_cast<std::size_t>(count);
  }
  return text;
}

// The library takes a path: that of a file that lives in memory.
Result<posix::UniqueFd> memory_file(std::string_view content) {
  posix::UniqueFd fd(::memfd_create("tokens", MFD_CLOEXEC));
  while (fd && !content.empty()) {
    const ssize_t count = ::write(fd.get(), content.data(), content.size());
    if (count <= 0) return fail(Errc::kIo, std::strerror(errno), "memory file");
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  if (!fd) return fail(Errc::kIo, std::strerror(errno), "memory file");
  return fd;
}

// A second of it, without a word in it. The library passes over digital silence without decoding it.
std::vector<float> faint_noise() {
  std::vector<float> noise(kSampleRateHz);
  std::minstd_rand random;
  std::ranges::generate(noise, [&] { return static_cast<float>(random() % 1'000) * 1e-6F; });
  return noise;
}

std::string joined(std::span<const std::string_view> tokens) {
  std::string text;
  for (const std::string_view token : tokens) text += token;
  return text;
}

}  // namespace

struct SherpaEngine::Model {
  RecognizerPtr recognizer;
};

SherpaEngine::SherpaEngine(std::unique_ptr<Model> model) noexcept : model_(std::move(model)) {}
SherpaEngine::SherpaEngine(SherpaEngine&&) noexcept = default;
SherpaEngine& SherpaEngine::operator=(SherpaEngine&&) noexcept = default;
SherpaEngine::~SherpaEngine() = default;

Result<void> SherpaEngine::check(const Options& options) {
  if (auto encoder = check_onnx_file(encoder_path(options.model_dir)); !encoder) return encoder;
  return check_onnx_file(decoder_path(options.model_dir));
}

Result<SherpaEngine> SherpaEngine::load(const Options& options) {
  if (auto checked = check(options); !checked) return std::unexpected(checked.error());
  const std::string tokenizer = tokenizer_path(options.model_dir);
  const auto json = read_tokenizer(tokenizer);
  if (!json) return std::unexpected(json.error());
  const auto table = token_table(*json, tokenizer);
  if (!table) return std::unexpected(table.error());
  const auto tokens = memory_file(*table);
  if (!tokens) return std::unexpected(tokens.error());
  const std::string tokens_path = "/proc/self/fd/" + std::to_string(tokens->get());
  const std::string encoder = encoder_path(options.model_dir);
  const std::string decoder = decoder_path(options.model_dir);

  SherpaOnnxOfflineRecognizerConfig config{};
  config.feat_config.sample_rate = kSampleRateHz;
  config.feat_config.feature_dim = 80;
  config.model_config.moonshine.encoder = encoder.c_str();
  config.model_config.moonshine.merged_decoder = decoder.c_str();
  config.model_config.tokens = tokens_path.c_str();
  config.model_config.num_threads = options.threads;
  config.model_config.provider = "cpu";
  config.decoding_method = "greedy_search";
  constexpr auto kRemedy = "check it with: voicestand models verify";
  try {
    auto model = std::make_unique<Model>(RecognizerPtr(SherpaOnnxCreateOfflineRecognizer(&config)));
    if (model->recognizer == nullptr) return fail(Errc::kBadModel, "refused by the engine", options.model_dir, kRemedy);
    SherpaEngine engine(std::move(model));
    if (auto warm = engine.decode(faint_noise()); !warm) {
      return fail(Errc::kBadModel, "the engine cannot decode with it", options.model_dir, kRemedy);
    }
    return engine;
  } catch (const std::exception& refusal) {
    return fail(Errc::kBadModel, refusal.what(), options.model_dir, kRemedy);
  }
}

Result<SherpaEngine::Transcript> SherpaEngine::decode(std::span<const float> audio) try {
  posix::rewind_stderr();
  const auto start = std::chrono::steady_clock::now();
  const StreamPtr stream(SherpaOnnxCreateOfflineStream(model_->recognizer.get()));
  if (stream == nullptr) return fail(Errc::kWorkerFailed, "no stream", "sherpa-onnx");
  SherpaOnnxAcceptWaveformOffline(stream.get(), kSampleRateHz, audio.data(), static_cast<int>(audio.size()));
  SherpaOnnxDecodeOfflineStream(model_->recognizer.get(), stream.get());
  const ResultPtr result(SherpaOnnxGetOfflineStreamResult(stream.get()));
  if (result == nullptr) return fail(Errc::kWorkerFailed, "no result", "sherpa-onnx");
  const auto decode_time = std::chrono::steady_clock::now() - start;

  // The library reports a failed decoding nowhere else: it prints the reason and says that nothing was said.
  const bool empty = result->text == nullptr || *result->text == '\0';
  if (empty && posix::stderr_was_used()) return fail(Errc::kWorkerFailed, "decoding failed", "sherpa-onnx");

  Transcript transcript{.text = empty ? "" : result->text, .decode_time = decode_time};
  if (result->tokens_arr != nullptr && result->count > 0) {
    const std::vector<std::string_view> tokens(result->tokens_arr, result->tokens_arr + result->count);
    const bool hit_cap = tokens.size() + 2 >= token_cap(audio.size());
    const std::size_t kept = without_runaway(tokens, hit_cap);
    if (kept < tokens.size()) transcript.text = joined(std::span(tokens).first(kept));
  }
  return transcript;
} catch (const std::exception& error) {
  return fail(Errc::kWorkerFailed, error.what(), "sherpa-onnx");
}

}  // namespace voicestand::sherpa
