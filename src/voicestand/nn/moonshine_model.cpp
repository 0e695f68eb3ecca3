#include "voicestand/nn/moonshine_model.h"

#include <algorithm>
#include <utility>

#include "voicestand/nn/moonshine_reader.h"

namespace voicestand::nn {

MoonshineModel::MoonshineModel(OnnxFile encoder_file, OnnxFile decoder_file, EncoderWeights encoder,
                               DecoderWeights decoder)
    : encoder_file_(std::move(encoder_file)),
      decoder_file_(std::move(decoder_file)),
      encoder_(std::move(encoder)),
      decoder_(std::move(decoder)) {}

Result<MoonshineModel> MoonshineModel::load(const std::string& folder) {
  auto encoder_file = OnnxFile::open(folder + "/encoder_model.onnx");
  if (!encoder_file) return std::unexpected(encoder_file.error());
  auto decoder_file = OnnxFile::open(folder + "/decoder_model_merged.onnx");
  if (!decoder_file) return std::unexpected(decoder_file.error());
  auto encoder = read_moonshine_encoder(encoder_file->graph(), encoder_file->path());
  if (!encoder) return std::unexpected(encoder.error());
  auto decoder = read_moonshine_decoder(decoder_file->graph(), decoder_file->path());
  if (!decoder) return std::unexpected(decoder.error());
  if (auto fit = fit_each_other(*encoder, *decoder, folder); !fit) return std::unexpected(fit.error());
  return MoonshineModel(std::move(*encoder_file), std::move(*decoder_file), std::move(*encoder), std::move(*decoder));
}

}  // namespace voicestand::nn
