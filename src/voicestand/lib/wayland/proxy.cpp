#include "voicestand/lib/wayland/proxy.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "voicestand/lib/wayland/library.h"

namespace voicestand::wayland {
namespace {

constexpr std::size_t kMostArguments = 5;
using Arguments = std::array<wl_argument, kMostArguments>;

// Once an object is there, so is the library.
const Library& library() {
  return *Library::get();
}

Arguments copy_of(std::initializer_list<wl_argument> arguments) {
  Arguments copy{};
  std::copy_n(arguments.begin(), std::min(arguments.size(), copy.size()), copy.begin());
  return copy;
}

int dispatch(const void* listener, void* from, std::uint32_t event, const wl_message* /*message*/,
             wl_argument* arguments) {
  // The library hands back what listen() gave it.
  auto* const to = static_cast<Listener*>(const_cast<void*>(listener));
  to->on_event(static_cast<wl_proxy*>(from), event, arguments);
  return 0;
}

}  // namespace

Proxy::Proxy(Proxy&& other) noexcept : proxy_(std::exchange(other.proxy_, nullptr)), destructor_(other.destructor_) {}

Proxy& Proxy::operator=(Proxy&& other) noexcept {
  std::swap(proxy_, other.proxy_);
  std::swap(destructor_, other.destructor_);
  return *this;
}

void Proxy::reset() noexcept {
  wl_proxy* const proxy = std::exchange(proxy_, nullptr);
  if (proxy == nullptr) return;
  if (destructor_ == kNoDestructor) {
    library().wl_proxy_destroy(proxy);
    return;
  }
  Arguments none{};
  library().wl_proxy_marshal_array_flags(proxy, destructor_, nullptr, library().wl_proxy_get_version(proxy),
                                         WL_MARSHAL_FLAG_DESTROY, none.data());
}

wl_proxy* Proxy::release() noexcept {
  return std::exchange(proxy_, nullptr);
}

void Proxy::listen(Listener& listener) const {
  if (proxy_ != nullptr) library().wl_proxy_add_dispatcher(proxy_, dispatch, &listener, nullptr);
}

void Proxy::request(std::uint32_t request, std::initializer_list<wl_argument> arguments) const {
  if (proxy_ == nullptr) return;
  Arguments copy = copy_of(arguments);
  library().wl_proxy_marshal_array_flags(proxy_, request, nullptr, library().wl_proxy_get_version(proxy_), 0,
                                         copy.data());
}

Proxy Proxy::make(std::uint32_t request, const wl_interface& interface, std::initializer_list<wl_argument> arguments,
                  std::uint32_t destructor, std::uint32_t version) const {
  if (proxy_ == nullptr) return {};
  Arguments copy = copy_of(arguments);
  return {
      library().wl_proxy_marshal_array_flags(
          proxy_, request, &interface, version != 0 ? version : library().wl_proxy_get_version(proxy_), 0, copy.data()),
      destructor};
}

}  // namespace voicestand::wayland
