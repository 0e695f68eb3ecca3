#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/desktop/paste_keys.h"
#include "voicestand/desktop/x11_keys.h"
#include "voicestand/desktop/x11_watch.h"
#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/x11/keyboards.h"

namespace voicestand::desktop {

// Into the window that has the keyboard of an X display, by keys pressed on a keyboard that XTEST makes up.
class X11TextSink final : public PasteKeys {
 public:
  struct Options {
    // For the user to let go of keys such as those of a hot-key. Then they count as released while it is typed.
    std::chrono::milliseconds patience{300};
  };

  // Errors: kServiceMissing where the session has no X display.
  [[nodiscard]] static Result<std::unique_ptr<X11TextSink>> open(const Options& options);

  [[nodiscard]] Result<std::optional<Window>> focused() override;
  // Where nothing has the keyboard, kIo or, with `only_into`, a window that has changed.
  [[nodiscard]] Result<Typed> type(const TypedText& text, const std::optional<std::string>& only_into) override;
  [[nodiscard]] std::string_view name() const noexcept override { return "x11"; }
  // As type().
  [[nodiscard]] Result<bool> strike_paste(PasteChord chord, const std::optional<std::string>& only_into) override;

 private:
  enum class Sent : std::uint8_t { kAll, kNothingSuits, kWindowChanged };
  struct Target {
    const std::optional<std::string>& only;
    x11::WindowId focus = 0;              // as it was last seen
    x11::WindowId program = 0;            // the window that this is in
    std::vector<x11::WindowId> unread{};  // that were typed into, and may not have come to it
    std::size_t unread_characters = 0;
  };

  X11TextSink(x11::Connection connection, const Options& options);

  [[nodiscard]] Result<void> wait_for_hands();
  [[nodiscard]] Result<void> type_all(const TypedText& text, Target& target, Typed& typed);
  // `strike` strikes the keys for so many characters.
  using Strike = std::function<void(const x11::KeySet& down)>;
  [[nodiscard]] Result<Sent> send(std::size_t characters, const Strike& strike, Target& target);
  [[nodiscard]] Result<Sent> send_paste(PasteChord chord, Target& target);
  [[nodiscard]] Result<void> finish(Result<void> outcome, Target& target);
  [[nodiscard]] bool is_held_by_hand(xkb::Keycode key, const x11::KeySet& down) const;
  [[nodiscard]] Result<void> release_hands(const x11::KeySet& down);
  void strike(std::u32string_view characters, const x11::KeySet& down);
  void strike(xkb::Keycode key, const std::vector<xkb::Keycode>& holders, const x11::KeySet& down);
  void release(xkb::Keycode key);
  [[nodiscard]] Result<void> press_again();
  void wait_for_readers(Target& target);
  void wait_for(x11::WindowId window);

  x11::Connection connection_;
  Options options_;
  X11Watch watch_;
  X11Keys keys_{connection_, watch_};
  std::uint32_t pings_;
  bool hands_watched_ = false;                                // since a modifier was released for the user
  std::vector<x11::HeldKey> released_;                        // for the user, and to be pressed again
  std::array<std::uint32_t, x11::kKeycodes> own_releases_{};  // of each key while devices are watched
};

}  // namespace voicestand::desktop
