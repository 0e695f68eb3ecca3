#pragma once

#include <memory>
#include <string>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/desktop/key_watch.h"
#include "voicestand/desktop/x11_chords.h"
#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/x11/moment.h"

namespace voicestand::desktop {

// By what an X server tells of its devices.
class X11KeyWatch final : public KeyWatch {
 public:
  // Errors: kServiceMissing where the session has no X display.
  [[nodiscard]] static Result<std::unique_ptr<X11KeyWatch>> open();

  [[nodiscard]] int fd() const noexcept override { return connection_.fd(); }
  [[nodiscard]] Result<std::vector<std::string>> read() override;

 private:
  X11KeyWatch(x11::Connection connection, X11Chords chords, const x11::KeySet& down) noexcept
      : connection_(std::move(connection)), chords_(std::move(chords)), down_(down) {}

  x11::Connection connection_;
  X11Chords chords_;
  x11::KeySet down_;
};

}  // namespace voicestand::desktop
