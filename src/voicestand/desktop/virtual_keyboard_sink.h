#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "voicestand/desktop/paste_keys.h"
#include "voicestand/desktop/text_sink.h"
#include "voicestand/desktop/typing_layout.h"
#include "voicestand/lib/wayland/connection.h"
#include "voicestand/lib/wayland/idle_listener.h"
#include "voicestand/lib/wayland/seat.h"
#include "voicestand/lib/wayland/toplevel_list.h"
#include "voicestand/lib/wayland/virtual_keyboard.h"

namespace voicestand::desktop {

// Types under Wayland by a keyboard of its own, which has the session's layout. One lives as long as the program:
// a keyboard that comes or goes is an event for every window.
class VirtualKeyboardSink final : public PasteKeys {
 public:
  // Errors: kServiceMissing where this is no Wayland session or its compositor has no virtual keyboards, kIo.
  [[nodiscard]] static Result<std::unique_ptr<VirtualKeyboardSink>> create();

  [[nodiscard]] Result<std::optional<Window>> focused() override;
  [[nodiscard]] Result<Typed> type(const TypedText& text, const std::optional<std::string>& only_into) override;
  [[nodiscard]] std::string_view name() const noexcept override { return "virtual-keyboard"; }

  // There is no Insert to be relied on: in place of kShiftInsert it is kControlShiftV.
  [[nodiscard]] Result<bool> strike_paste(PasteChord chord, const std::optional<std::string>& only_into) override;

 private:
  using Time = std::chrono::steady_clock::time_point;
  // Which keymap our keyboard has in the compositor.
  enum class InForce : std::uint8_t { kUnknown, kLayout, kExtended };

  VirtualKeyboardSink(std::unique_ptr<wayland::Connection> connection, std::unique_ptr<wayland::Seat> seat,
                      std::unique_ptr<wayland::ToplevelList> toplevels, wayland::VirtualKeyboard keyboard,
                      TypingLayout layout, Time next_at, std::unique_ptr<wayland::IdleListener> listener)
      : connection_(std::move(connection)),
        seat_(std::move(seat)),
        toplevels_(std::move(toplevels)),
        keyboard_(std::move(keyboard)),
        layout_(std::move(layout)),
        keymaps_(seat_->keymaps()),
        next_at_(next_at),
        listener_(std::move(listener)) {}

  // What follows is for who has paused listener_.
  [[nodiscard]] Result<std::optional<Window>> window_with_focus();

  [[nodiscard]] Result<Typed> type_all(std::u32string_view characters, std::optional<std::uint32_t> only_into);
  [[nodiscard]] Result<void> follow_layout();
  [[nodiscard]] Result<void> make_keys_for(std::u32string_view characters);
  [[nodiscard]] Result<std::size_t> strike_some(std::u32string_view characters, std::optional<std::uint32_t> only_into);
  [[nodiscard]] Result<void> put_layout_back();
  [[nodiscard]] Result<void> put_focus_back(std::uint32_t from);

  std::unique_ptr<wayland::Connection> connection_;  // outlives what follows
  std::unique_ptr<wayland::Seat> seat_;
  std::unique_ptr<wayland::ToplevelList> toplevels_;  // null: the compositor does not tell
  wayland::VirtualKeyboard keyboard_;
  TypingLayout layout_;
  InForce in_force_ = InForce::kUnknown;
  std::size_t keymaps_;                              // of the seat, that layout_ knows of
  Time next_at_;                                     // when the next stretch may be sent
  Time read_by_;                                     // when a slow window will have read all that has been sent
  std::unique_ptr<wayland::IdleListener> listener_;  // last: ends first
};

}  // namespace voicestand::desktop
