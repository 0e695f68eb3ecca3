#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "voicestand/desktop/input_devices.h"
#include "voicestand/desktop/layout_names.h"
#include "voicestand/desktop/session_layout.h"
#include "voicestand/desktop/text_sink.h"
#include "voicestand/desktop/uinput_keyboard.h"

namespace voicestand::desktop {

// Types by a keyboard of the kernel's, in whichever session and in none. It writes what is on the layout in force and
// nothing else, and nobody tells which window has the focus.
class UinputSink final : public TextSink {
 public:
  struct Options {
    LayoutNames layout{};  // as of SessionLayout::find()
    // For the user to let go of keys such as those of a hot-key. Nobody can release them for him: the text is held back
    // then.
    std::chrono::milliseconds patience{1'000};
  };

  // Errors: kServiceMissing where the kernel has no uinput, or the user may not use it; those of SessionLayout::find().
  [[nodiscard]] static Result<std::unique_ptr<UinputSink>> open(const Options& options);

  [[nodiscard]] Result<std::optional<Window>> focused() override { return std::nullopt; }
  // Errors: kIo also where a key is held all the time, as far as the user may see that.
  [[nodiscard]] Result<Typed> type(const TypedText& text, const std::optional<std::string>& only_into) override;
  [[nodiscard]] std::string_view name() const noexcept override { return "uinput"; }

 private:
  UinputSink(const Options& options, SessionLayout layout, UinputKeyboard keyboard,
             std::unique_ptr<InputDevices> hands) noexcept
      : options_(options), layout_(std::move(layout)), keyboard_(std::move(keyboard)), hands_(std::move(hands)) {}
  [[nodiscard]] Result<void> wait_for_hands();
  [[nodiscard]] Result<void> hold(xkb::ModifierMask modifiers);
  [[nodiscard]] std::optional<xkb::Keycode> holder_of(xkb::ModifierMask modifier) const;

  Options options_;
  SessionLayout layout_;
  UinputKeyboard keyboard_;
  std::unique_ptr<InputDevices> hands_;  // null: the user may not see them
  xkb::ModifierMask held_ = 0;           // on our keyboard
};

}  // namespace voicestand::desktop
