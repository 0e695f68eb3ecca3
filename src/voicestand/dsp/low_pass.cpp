#include "voicestand/dsp/low_pass.h"

#include <array>
#include <cmath>
#include <numbers>

namespace voicestand::dsp {
namespace {

// Of cos(2 pi k t / kSupportS), k from 0 on, per kSupportS.
constexpr std::array kWeights{1.0,         2.005854192, 2.009474063, 1.98678988,  2.012973891, 1.988900598,
                              2.008387078, 1.994741256, 2.002044459, 2.00092073,  1.996800302, 2.003951185,
                              2.000245089, 1.889459209, 1.041697283, 0.205410184, 0.004510537, 0.000105468};

}  // namespace

double LowPass::at(double t_s) noexcept {
  const double turns = t_s / kSupportS;
  if (std::abs(turns) > 0.5) return 0;
  double sum = 0;
  for (std::size_t k = 0; k < kWeights.size(); ++k) {
    sum += kWeights[k] * std::cos(2 * std::numbers::pi * static_cast<double>(k) * turns);
  }
  return sum / kSupportS;
}

}  // namespace voicestand::dsp
