#include "voicestand/lib/wayland/toplevel_list.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include <wayland-util.h>

#include "voicestand/lib/wayland/protocol.h"

namespace voicestand::wayland {
namespace {

bool has_state(const wl_array& states, std::uint32_t wanted) {
  const std::span all(static_cast<const std::uint32_t*>(states.data), states.size / sizeof(std::uint32_t));
  return std::ranges::find(all, wanted) != all.end();
}

}  // namespace

std::unique_ptr<ToplevelList> ToplevelList::bind(Connection& connection) {
  Proxy manager = connection.bind(protocol::toplevel_manager::kInterface);
  if (!manager) return nullptr;
  std::unique_ptr<ToplevelList> list(new ToplevelList(std::move(manager)));
  list->manager_.listen(*list);
  return list;
}

const ToplevelList::Toplevel* ToplevelList::active() const {
  const auto found = std::ranges::find_if(toplevels_, &Toplevel::active);
  return found == toplevels_.end() ? nullptr : &*found;
}

void ToplevelList::on_event(wl_proxy* from, std::uint32_t event, const wl_argument* arguments) {
  if (from == manager_.get()) {
    if (event != protocol::toplevel_manager::kToplevel) return;
    Proxy proxy(reinterpret_cast<wl_proxy*>(arguments[0].o), protocol::toplevel::kDestroy);
    proxy.listen(*this);
    toplevels_.push_back({.proxy = std::move(proxy), .number = ++last_number_, .application = {}});
    return;
  }
  const auto toplevel =
      std::ranges::find_if(toplevels_, [&](const Toplevel& known) { return known.proxy.get() == from; });
  if (toplevel == toplevels_.end()) return;
  if (event == protocol::toplevel::kAppId) toplevel->application = arguments[0].s;
  if (event == protocol::toplevel::kState)
    on_state(*toplevel, has_state(*arguments[0].a, protocol::toplevel::kActivated));
  if (event == protocol::toplevel::kClosed) {
    on_state(*toplevel, false);
    toplevels_.erase(toplevel);
  }
}

// Taken as it comes, before "done": who has lost the focus has lost it now.
void ToplevelList::on_state(Toplevel& toplevel, bool active) {
  if (toplevel.number == watched_) lost_ = lost_ || !active;
  if (toplevel.number != watched_ && active) {
    lost_ = true;
    taken_by_ = toplevel.number;
  }
  toplevel.active = active;
}

void ToplevelList::watch(std::uint32_t number) {
  watched_ = number;
  lost_ = false;
  taken_by_ = 0;
}

void ToplevelList::activate(std::uint32_t number, const Seat& seat) const {
  const auto toplevel = std::ranges::find(toplevels_, number, &Toplevel::number);
  if (toplevel != toplevels_.end())
    toplevel->proxy.request(protocol::toplevel::kActivate, {{.o = reinterpret_cast<wl_object*>(seat.proxy().get())}});
}

}  // namespace voicestand::wayland
