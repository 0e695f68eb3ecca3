#pragma once

#include <memory>
#include <string>
#include <vector>

#include "voicestand/desktop/evdev_chords.h"
#include "voicestand/desktop/input_devices.h"
#include "voicestand/desktop/key_watch.h"
#include "voicestand/desktop/layout_names.h"

namespace voicestand::desktop {

// By the keyboards and mice themselves.
class EvdevKeyWatch final : public KeyWatch {
 public:
  // As EvdevTrigger::open().
  [[nodiscard]] static Result<std::unique_ptr<EvdevKeyWatch>> open(const LayoutNames& layout, const Clock& clock);

  [[nodiscard]] int fd() const noexcept override { return devices_->fd(); }
  [[nodiscard]] Result<std::vector<std::string>> read() override;

 private:
  EvdevKeyWatch(std::unique_ptr<InputDevices> devices, EvdevChords chords) noexcept
      : devices_(std::move(devices)), chords_(std::move(chords)) {}

  std::unique_ptr<InputDevices> devices_;
  EvdevChords chords_;
  KeyCodes down_;  // on whichever
};

}  // namespace voicestand::desktop
