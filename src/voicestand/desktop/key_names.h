#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace voicestand::desktop {

// The names that keys are called by in the configuration, and their keysyms. Where a keysym has several, the first is
// the one that is shown.
struct KeyName {
  std::string_view name;
  std::uint32_t symbol;
};
// Thread: any. Real-time: yes.
[[nodiscard]] std::span<const KeyName> key_names() noexcept;

}  // namespace voicestand::desktop
