#include "voicestand/platform/pressure.h"

#include <string_view>

#include "voicestand/platform/small_file.h"

namespace voicestand::platform {

// "some avg10=1.53 avg60=…", as Documentation/accounting/psi.rst of the kernel has it.
std::optional<double> cpu_pressure(const std::string& sysroot) {
  constexpr std::string_view kBegin = "some avg10=";
  const auto file = internal::read_small_file(sysroot + "/proc/pressure/cpu");
  if (!file || !file->starts_with(kBegin)) return std::nullopt;
  std::string_view text = std::string_view(*file).substr(kBegin.size());
  const auto whole = internal::take_number(text);
  if (!whole || *whole > 100 || !text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  const std::size_t digits = text.find_first_not_of("0123456789");
  const auto hundredths = internal::take_number(text);
  if (!hundredths || digits != 2) return std::nullopt;
  return static_cast<double>(*whole) + static_cast<double>(*hundredths) / 100;
}

}  // namespace voicestand::platform
