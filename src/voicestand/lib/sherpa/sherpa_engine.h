#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "voicestand/base/result.h"

namespace voicestand::sherpa {

// Moonshine through sherpa-onnx. The library ends the process on input that it does not like: for the worker alone.
// Thread: one at a time. Real-time: no.
class SherpaEngine {
 public:
  struct Options {
    std::string model_dir;  // encoder_model.onnx, decoder_model_merged.onnx, tokenizer.json
    int threads = 1;
  };

  // Checks what can be checked of the files before the library sees them. Errors: kModelMissing, kBadModel.
  [[nodiscard]] static Result<void> check(const Options& options);

  // Loads the model and decodes a moment of noise, so that the first audio is not slower than the next. Errors:
  // kModelMissing, kBadModel, kIo.
  [[nodiscard]] static Result<SherpaEngine> load(const Options& options);

  SherpaEngine(SherpaEngine&&) noexcept;
  SherpaEngine& operator=(SherpaEngine&&) noexcept;
  ~SherpaEngine();

  struct Transcript {
    std::string text;  // as the engine gave it, cut where it ran away
    std::chrono::nanoseconds decode_time{};
  };

  // 16 kHz mono, full scale ±1, at least kMinSamples. Errors: kWorkerFailed where the library gave nothing back.
  [[nodiscard]] Result<Transcript> decode(std::span<const float> audio);

  static constexpr std::size_t kMinSamples = 1'600;  // the first layers need about 1,000

 private:
  struct Model;
  explicit SherpaEngine(std::unique_ptr<Model> model) noexcept;
  std::unique_ptr<Model> model_;
};

}  // namespace voicestand::sherpa
