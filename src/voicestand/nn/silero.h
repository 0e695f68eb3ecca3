#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/nn/dense.h"
#include "voicestand/simd/kernels.h"
#include "voicestand/simd/windowed_spectrum.h"

namespace voicestand::nn {

class Graph;

// The Silero voice activity model for 16 kHz: a windowed transform of four frames, four convolutions over their
// magnitudes, one LSTM cell that remembers, and a logistic output. Thread: one at a time.
class Silero {
 public:
  static constexpr std::size_t kWindow = 512;  // new samples
  static constexpr std::size_t kContext = 64;  // samples of the previous window that the model sees again
  static constexpr std::size_t kHidden = 128;

  // Real-time: no. Reads the weights out of silero_vad_openvino_16k.onnx by following its graph; the file is not needed
  // afterwards. Errors: kBadModel when it is not this network, and those of OnnxFile. `where`: for errors.
  [[nodiscard]] static Result<Silero> load(const std::string& path, const simd::Kernels& kernels = simd::kernels());
  [[nodiscard]] static Result<Silero> create(const Graph& graph, const std::string& where,
                                             const simd::Kernels& kernels = simd::kernels());

  // Real-time: yes, bounded, allocates nothing. 16 kHz mono, full scale ±1; how probable it is in [0, 1] that someone
  // speaks in the window. Samples that are not finite count as silence, absurdly large ones are limited.
  [[nodiscard]] float process(std::span<const float, kWindow> window) noexcept VS_REALTIME;

  // Real-time: yes. As if nothing had been heard.
  void reset() noexcept VS_REALTIME;

 private:
  friend class SileroReader;

  static constexpr std::size_t kFrame = 256;  // samples of a transform
  static constexpr std::size_t kHop = 128;    // from one to the next
  static constexpr std::size_t kFrames = 4;   // in a window
  static constexpr std::size_t kBins = 129;   // frequencies of a transform
  static constexpr std::size_t kTaps = 3;     // of each convolution
  static constexpr std::size_t kPad = 64;     // samples mirrored at the window's end
  static_assert(kContext + kWindow + kPad == kFrame + (kFrames - 1) * kHop);

  explicit Silero(const simd::Kernels& kernels) noexcept : kernels_(&kernels) {}
  void encode() noexcept VS_REALTIME;
  void remember() noexcept VS_REALTIME;

  const simd::Kernels* kernels_;
  simd::WindowedSpectrum transform_;  // 256 samples -> 129 magnitudes
  Dense convolution_0_;               // 129 x 3 taps -> 128, 4 frames
  Dense convolution_1_;               // 128 x 3 taps -> 64, 2 frames
  Dense convolution_2_;               // 64 x 2 taps -> 64, 1 frame: the first tap meets only padding
  Dense convolution_3_;               // 64 x 1 tap -> 128, 1 frame: likewise the first and the last
  Dense gates_;                       // input and hidden state -> input, forget, cell and output gates
  std::array<float, kHidden> output_{};
  float output_bias_ = 0;

  // What lasts from window to window.
  std::array<float, 2 * kHidden> input_and_hidden_{};  // the cell's input, then its hidden state
  std::array<float, kHidden> cell_{};
  std::array<float, kContext + kWindow + kPad> samples_{};

  // What lasts for one window. A frame of padding stands before and after those of a convolution's input.
  std::array<float, (kFrames + 2) * kBins> magnitudes_{};
  std::array<float, (kFrames + 2) * kHidden> encoded_0_{};
  std::array<float, 2 * 64> encoded_1_{};
  std::array<float, 64> encoded_2_{};
  std::array<float, 4 * kHidden> gate_values_{};
};

}  // namespace voicestand::nn
