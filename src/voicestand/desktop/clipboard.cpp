#include "voicestand/desktop/clipboard.h"

#include <array>

namespace voicestand::desktop {

ClipboardContent text_content(std::string_view utf8, bool sensitive) {
  // The first as the standard has it, the others for programs from X11.
  constexpr std::array kNames{"text/plain;charset=utf-8", "text/plain", "UTF8_STRING", "STRING", "TEXT"};
  ClipboardContent content;
  for (const char* const name : kNames) content.push_back({.name = name, .bytes = std::string(utf8)});
  if (sensitive) content.push_back({.name = "x-kde-passwordManagerHint", .bytes = "secret"});
  return content;
}

}  // namespace voicestand::desktop
