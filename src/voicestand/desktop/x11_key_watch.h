#pragma once

#include <memory>
#include <string>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/desktop/x11_chords.h"
#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/x11/moment.h"

namespace voicestand::desktop {

// Tells what keys and mouse buttons are pressed, whatever has the focus, in the words of KeyChord. Thread: one at a
// time. Real-time: no.
class X11KeyWatch {
 public:
  // Errors: kServiceMissing where the session has no X display.
  [[nodiscard]] static Result<std::unique_ptr<X11KeyWatch>> open();

  // Readable when there is something to read(); not before read() has been called once.
  [[nodiscard]] int fd() const noexcept { return connection_.fd(); }
  // What has been pressed since, in order; never waits. Errors: kIo.
  [[nodiscard]] Result<std::vector<std::string>> read();

 private:
  X11KeyWatch(x11::Connection connection, X11Chords chords, const x11::KeySet& down) noexcept
      : connection_(std::move(connection)), chords_(std::move(chords)), down_(down) {}

  x11::Connection connection_;
  X11Chords chords_;
  x11::KeySet down_;
};

}  // namespace voicestand::desktop
