#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "voicestand/lib/wayland/connection.h"
#include "voicestand/lib/wayland/proxy.h"
#include "voicestand/lib/wayland/seat.h"

namespace voicestand::wayland {

// The session's windows, where the compositor tells of them (wlr-foreign-toplevel-management-unstable-v1). As of the
// last time that the connection settled. Thread: its connection's. Real-time: no.
class ToplevelList final : Listener {
 public:
  struct Toplevel {
    Proxy proxy;
    std::uint32_t number;  // ours: no other gets it
    std::string application;
    bool active = false;
  };

  // None where the compositor does not tell.
  [[nodiscard]] static std::unique_ptr<ToplevelList> bind(Connection& connection);

  // The one that has the focus; null: none has.
  [[nodiscard]] const Toplevel* active() const;

  // From now on, notes whether this one, which has the focus, loses it.
  void watch(std::uint32_t number);
  // Whether it has, were it for a moment.
  [[nodiscard]] bool has_lost() const noexcept { return lost_; }
  // Which one has got the focus meanwhile; 0: none that is known.
  [[nodiscard]] std::uint32_t taken_by() const noexcept { return taken_by_; }
  // Gives the focus to one.
  void activate(std::uint32_t number, const Seat& seat) const;

 private:
  explicit ToplevelList(Proxy manager) noexcept : manager_(std::move(manager)) {}
  void on_state(Toplevel& toplevel, bool active);
  void on_event(wl_proxy* from, std::uint32_t event, const wl_argument* arguments) override;

  Proxy manager_;
  std::vector<Toplevel> toplevels_;
  std::uint32_t last_number_ = 0;
  std::uint32_t watched_ = 0;
  bool lost_ = false;
  std::uint32_t taken_by_ = 0;
};

}  // namespace voicestand::wayland
