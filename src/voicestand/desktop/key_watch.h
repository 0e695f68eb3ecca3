#pragma once

#include <string>
#include <vector>

#include "voicestand/base/result.h"

namespace voicestand::desktop {

// Tells what keys and mouse buttons are pressed, whatever has the focus, in the words of KeyChord. Thread: one at a
// time. Real-time: no.
class KeyWatch {
 public:
  virtual ~KeyWatch() = default;

  // Readable when there is something to read(); not before read() has been called once.
  [[nodiscard]] virtual int fd() const noexcept = 0;
  // What has been pressed since, in order; never waits. Errors: kIo.
  [[nodiscard]] virtual Result<std::vector<std::string>> read() = 0;
};

}  // namespace voicestand::desktop
