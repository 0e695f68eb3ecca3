#pragma once

#include <string>

#include "voicestand/base/result.h"
#include "voicestand/nn/mapped_file.h"
#include "voicestand/nn/moonshine_weights.h"

namespace voicestand::nn {

// A Moonshine model's two ONNX files, mapped and checked; most weights are read where they lie. Thread: any may read.
// Real-time: no.
class MoonshineModel {
 public:
  // `folder` holds encoder_model.onnx and decoder_model_merged.onnx. Errors: kBadModel with the file and what in it
  // does not fit; kModelMissing, kIo.
  [[nodiscard]] static Result<MoonshineModel> load(const std::string& folder);

  [[nodiscard]] const EncoderWeights& encoder() const noexcept { return encoder_; }
  [[nodiscard]] const DecoderWeights& decoder() const noexcept { return decoder_; }

 private:
  MoonshineModel(MappedFile encoder_file, MappedFile decoder_file, EncoderWeights encoder,
                 DecoderWeights decoder) noexcept;

  // What the weights point into.
  MappedFile encoder_file_;
  MappedFile decoder_file_;
  EncoderWeights encoder_;
  DecoderWeights decoder_;
};

}  // namespace voicestand::nn
