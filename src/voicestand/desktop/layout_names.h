#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "voicestand/base/result.h"

namespace voicestand::desktop {

// A keyboard's layouts by the names of XKB's rules. Thread: any. Real-time: no.
struct LayoutNames {
  std::string layouts;   // "us,de"
  std::string variants;  // ",nodeadkeys"

  friend bool operator==(const LayoutNames&, const LayoutNames&) = default;

  // "de", "de(nodeadkeys)", "us,de(nodeadkeys)". Errors: kUsage.
  [[nodiscard]] static Result<LayoutNames> parse(std::string_view text);
};

// The layouts that a system's file names, in the form of /etc/default/keyboard and /etc/vconsole.conf
// (XKBLAYOUT="de") or of X11's (Option "XkbLayout" "de"); nothing where it names none that could be one. The last
// line counts. Thread: any. Real-time: no.
[[nodiscard]] std::optional<LayoutNames> layout_in_file(std::string_view content);

}  // namespace voicestand::desktop
