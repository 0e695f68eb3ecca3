#pragma once

#include <memory>
#include <string>
#include <vector>

#include "voicestand/desktop/chord_match.h"
#include "voicestand/desktop/evdev_chords.h"
#include "voicestand/desktop/input_devices.h"
#include "voicestand/desktop/layout_names.h"
#include "voicestand/desktop/trigger.h"

namespace voicestand::desktop {

// By the keyboards and mice themselves, in whichever session and in none. Nobody is kept from the key: what has the
// focus sees it too.
class EvdevTrigger final : public Trigger {
 public:
  // `layout`: as of SessionLayout::find(); `clock` outlives it. Errors: kServiceMissing where the user may not read
  // the keyboards, kUsage where they have no such key, those of SessionLayout::find().
  [[nodiscard]] static Result<std::unique_ptr<EvdevTrigger>> open(std::vector<Binding> bindings,
                                                                  const LayoutNames& layout, const Clock& clock);

  [[nodiscard]] int fd() const noexcept override { return devices_->fd(); }
  // No errors: a keyboard that goes may come again.
  [[nodiscard]] Result<std::vector<TriggerEvent>> read() override;

 private:
  EvdevTrigger(std::unique_ptr<InputDevices> devices, std::vector<std::string> ids, ChordMatch match) noexcept
      : devices_(std::move(devices)), ids_(std::move(ids)), match_(std::move(match)) {}

  std::unique_ptr<InputDevices> devices_;
  std::vector<std::string> ids_;
  ChordMatch match_;
};

}  // namespace voicestand::desktop
