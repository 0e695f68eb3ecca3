#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/nn/graph_walk.h"
#include "voicestand/nn/moonshine_weights.h"

namespace voicestand::nn {

// The weights point into what the graph points into. Errors: kBadModel with `where` and what in the graph does not fit.
[[nodiscard]] Result<EncoderWeights> read_moonshine_encoder(const Graph& graph, const std::string& where);
[[nodiscard]] Result<DecoderWeights> read_moonshine_decoder(const Graph& graph, const std::string& where);

// Whether the decoder can ask what the encoder makes. Errors as above.
[[nodiscard]] Result<void> fit_each_other(const EncoderWeights& encoder, const DecoderWeights& decoder,
                                          const std::string& where);

// What encoder and decoder are both made of. Each function takes the value that a part makes, reads the part's weights
// and returns the value that goes into it: nothing after it has refused. `name` is what messages call the part.
class MoonshineReader : public GraphWalk {
 public:
  using GraphWalk::GraphWalk;

  // How many weights the norm that makes the value has; refuses what has none, or more than is used here.
  [[nodiscard]] std::size_t norm_width(std::string_view value);
  [[nodiscard]] std::string_view norm(std::string_view value, std::vector<float>& weight, std::string_view name);
  // `inputs` may be 0: any.
  [[nodiscard]] std::string_view linear(std::string_view value, Linear& linear, std::size_t inputs, std::size_t outputs,
                                        std::string_view name);
  [[nodiscard]] std::string_view gelu(std::string_view value, std::string_view name);

  // scale (byte - zero), in the file.
  struct ByteMatrix {
    const std::uint8_t* bytes = nullptr;
    std::size_t rows = 0, columns = 0;
    float scale = 0;
    std::int32_t zero = 0;
  };
  [[nodiscard]] ByteMatrix byte_matrix(std::string_view bytes, std::string_view scale, std::string_view zero,
                                       std::string_view name);

  struct Attended {
    std::string_view from;  // what asks
    std::string_view to;    // what is asked
  };
  // What tells steps apart: nothing, their rotation, or that and a mask over later ones.
  enum class Position : std::uint8_t { kNone, kRotary, kRotaryCausal };
  // `asked_width` may be 0: any.
  [[nodiscard]] Attended attention(std::string_view value, Attention& attention, Position position,
                                   std::size_t asked_width, const std::string& name);

  // The value as a sum of what went around a part and what came out of it, from the first of them on; nothing when
  // their number is no multiple of `parts`.
  struct Sum {
    std::string_view around;
    std::string_view part;
  };
  [[nodiscard]] std::vector<Sum> sums(std::string_view value, std::size_t parts);

  // kBadModel with what has been refused.
  [[nodiscard]] std::unexpected<Error> error(const std::string& where) const;

 protected:
  // All parts of a model agree on these; 0 until they are known.
  std::size_t width_ = 0;
  std::size_t heads_ = 0;
  std::size_t rotary_ = 0;

 private:
  void scaled(std::string_view queries, std::string_view keys, std::string_view name);
  [[nodiscard]] std::string_view split_heads(std::string_view value, std::string_view name);
  [[nodiscard]] std::string_view rotated(std::string_view value, std::string_view name);
  void angles(std::string_view value, std::string_view function, std::string_view name);
  void turned(std::string_view value, std::string_view source, std::string_view name);
};

}  // namespace voicestand::nn
