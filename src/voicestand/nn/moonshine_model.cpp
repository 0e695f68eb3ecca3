#include "voicestand/nn/moonshine_model.h"

#include <utility>

#include "voicestand/nn/moonshine_reader.h"
#include "voicestand/nn/onnx_file.h"

namespace voicestand::nn {

namespace {

template <typename Weights>
struct Part {
  Weights weights;
  MappedFile file;
};

template <typename Weights>
Result<Part<Weights>> read(const std::string& path, Result<Weights> (*read_graph)(const Graph&, const std::string&)) {
  auto file = OnnxFile::open(path);
  if (!file) return std::unexpected(file.error());
  auto weights = read_graph(file->graph(), path);
  if (!weights) return std::unexpected(weights.error());
  return Part<Weights>{.weights = std::move(*weights), .file = std::move(*file).take_mapping()};
}

}  // namespace

MoonshineModel::MoonshineModel(MappedFile encoder_file, MappedFile decoder_file, EncoderWeights encoder,
                               DecoderWeights decoder) noexcept
    : encoder_file_(std::move(encoder_file)),
      decoder_file_(std::move(decoder_file)),
      encoder_(std::move(encoder)),
      decoder_(std::move(decoder)) {}

Result<MoonshineModel> MoonshineModel::load(const std::string& folder) {
  auto encoder = read(folder + "/encoder_model.onnx", read_moonshine_encoder);
  if (!encoder) return std::unexpected(encoder.error());
  auto decoder = read(folder + "/decoder_model_merged.onnx", read_moonshine_decoder);
  if (!decoder) return std::unexpected(decoder.error());
  if (auto fit = fit_each_other(encoder->weights, decoder->weights, folder); !fit) return std::unexpected(fit.error());
  return MoonshineModel(std::move(encoder->file), std::move(decoder->file), std::move(encoder->weights),
                        std::move(decoder->weights));
}

}  // namespace voicestand::nn
