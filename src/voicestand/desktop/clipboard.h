#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"

namespace voicestand::desktop {

// One content in the ways in which its owner gives it, best first.
struct ClipboardFormat {
  std::string name;  // a MIME type, most often
  std::string bytes;
  // Under X11 what its owner says that it is: empty where that is its name, or it does not matter.
  std::string type{};
  std::uint8_t unit_bits = 8;
  friend bool operator==(const ClipboardFormat&, const ClipboardFormat&) = default;
};
using ClipboardContent = std::vector<ClipboardFormat>;

// A text as any program takes it. `sensitive`: programs that keep what was on the clipboard are asked to forget it.
[[nodiscard]] ClipboardContent text_content(std::string_view utf8, bool sensitive);

// The session's clipboard. Thread: one at a time. Real-time: no.
class Clipboard {
 public:
  virtual ~Clipboard() = default;

  // What is there, in all formats. Waits no longer than a moment for its owner; what that does not give in time is
  // left out. Errors: kIo where the display is gone.
  [[nodiscard]] virtual Result<ClipboardContent> save() = 0;

  // Puts something there, and keeps giving it to who asks until something else is put there or this object ends.
  // Nothing: empties the clipboard. Errors: kIo where the display is gone.
  [[nodiscard]] virtual Result<void> offer(ClipboardContent content) = 0;

  // How often what was last offered has been asked for.
  [[nodiscard]] virtual std::size_t reads() = 0;
  // Waits until it has been asked for more than `reads` times; whether it has.
  [[nodiscard]] virtual bool wait_until_read(std::size_t reads, std::chrono::milliseconds limit) = 0;

  // What was last offered is given beyond the end of this object, and of the program, by a process of its own, until
  // something else is there.
  virtual void leave_it_there() = 0;
};

}  // namespace voicestand::desktop
