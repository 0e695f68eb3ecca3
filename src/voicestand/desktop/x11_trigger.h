#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "voicestand/desktop/trigger.h"
#include "voicestand/desktop/x11_chords.h"
#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/x11/grabs.h"

namespace voicestand::desktop {

// By keys that are grabbed from an X display: what has the focus does not see them. While one is held the keyboard is
// everybody's again, so that X11TextSink can type meanwhile: its keys are another device's, and are neither press nor
// release.
class X11Trigger final : public Trigger {
 public:
  // `clock` outlives it. Errors: kServiceMissing where the session has no X display, kDeviceMissing where another
  // program has a chord, kUsage where the keyboard has no such key.
  [[nodiscard]] static Result<std::unique_ptr<X11Trigger>> open(std::vector<Binding> bindings, const Clock& clock);

  [[nodiscard]] int fd() const noexcept override { return readable_.get(); }
  [[nodiscard]] Result<std::vector<TriggerEvent>> read() override;

 private:
  struct Grabbed {
    Binding binding;
    std::vector<x11::Grip> grips{};
    // While it is pressed:
    std::uint32_t down = 0;         // keycode or button; 0: it is not
    std::uint16_t device = 0;       // that pressed the key
    std::uint32_t own_release = 0;  // our request that let it come up for the others

    [[nodiscard]] bool is_button() const noexcept { return binding.chord.kind == KeyChord::Kind::kButton; }
  };

  X11Trigger(x11::Connection grabs, x11::Connection devices, posix::UniqueFd readable, const Clock& clock) noexcept
      : grabs_(std::move(grabs)), devices_(std::move(devices)), readable_(std::move(readable)), clock_(&clock) {}
  [[nodiscard]] Result<void> grab_all();
  [[nodiscard]] Result<void> grab(Grabbed& grabbed);
  void hear_grabs(std::vector<TriggerEvent>& events);
  void hear_devices(std::vector<x11::Event>& moves);
  void take_in(const x11::Event& move, std::vector<TriggerEvent>& events);
  void press(Grabbed& grabbed, const x11::Event& event, std::vector<TriggerEvent>& events);
  void tell(Grabbed& grabbed, TriggerEvent::Kind kind, const x11::Event& event, std::vector<TriggerEvent>& events);
  [[nodiscard]] Clock::TimePoint time_of(const x11::Event& event) const noexcept;

  // Says which keys were pressed as chords.
  x11::Connection grabs_;
  // Says what devices do: who has a grab himself is not told of it for as long as that lasts.
  x11::Connection devices_;
  posix::UniqueFd readable_;  // either
  const Clock* clock_;
  std::optional<X11Chords> chords_;
  std::vector<Grabbed> grabbed_;
  std::vector<x11::Event> key_presses_;  // of chords, that have not been found among what devices do
  bool keymap_changed_ = false;
  std::optional<Error> failure_;  // to be told of when there is nothing else
};

}  // namespace voicestand::desktop
