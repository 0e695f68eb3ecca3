#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/desktop/key_chord.h"

namespace voicestand::desktop {

// What is to be told of: a chord, and what it stands for ("talk", "cancel").
struct Binding {
  std::string id;
  KeyChord chord;
};

struct TriggerEvent {
  enum class Kind : std::uint8_t { kPressed, kReleased };
  Kind kind = Kind::kPressed;
  std::string id;  // the binding's
  Clock::TimePoint at{};
};

// Tells when the user presses and lets go of hot-keys and mouse buttons, whatever has the focus. To each press comes
// one release, when the key itself comes up, in whichever order what was held with it does; a key that repeats is
// neither. Thread: one at a time. Real-time: no.
class Trigger {
 public:
  virtual ~Trigger() = default;

  // Readable when there is something to read(); not before read() has been called once.
  [[nodiscard]] virtual int fd() const noexcept = 0;
  // What has happened since, in order; never waits. Errors: kIo where the desktop is gone, kDeviceMissing where a chord
  // has been lost to another program: the others go on.
  [[nodiscard]] virtual Result<std::vector<TriggerEvent>> read() = 0;
};

}  // namespace voicestand::desktop
