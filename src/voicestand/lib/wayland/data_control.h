#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/wayland/connection.h"
#include "voicestand/lib/wayland/proxy.h"
#include "voicestand/lib/wayland/seat.h"

namespace voicestand::wayland {

namespace protocol::data_control {
struct Family;
}

// The session's clipboard, for programs without a window (ext-data-control-v1, wlr-data-control-unstable-v1).
// Thread: its connection's. Real-time: no.
class DataControl final : Listener {
 public:
  // What is on the clipboard of ours.
  class Source {
   public:
    // Writes the content in this format to `to`, and closes it.
    virtual void write(const std::string& format, posix::UniqueFd to) = 0;
    // Something else is on the clipboard now.
    virtual void replaced() = 0;

   protected:
    ~Source() = default;
  };

  // Errors: kServiceMissing where the compositor lets no program do it, kIo.
  [[nodiscard]] static Result<std::unique_ptr<DataControl>> bind(Connection& connection, const Seat& seat);

  // Of what is on the clipboard, as of the last time that the connection settled.
  [[nodiscard]] const std::vector<std::string>& formats() const noexcept;
  // Lets the owner of what is on the clipboard write it to `fd`, which stays the caller's.
  void receive(const std::string& format, int fd) const;
  // Puts something onto the clipboard. `source` outlives it.
  void offer(std::span<const std::string> formats, Source& source);
  // Leaves nothing there.
  void clear();

 private:
  struct Offer {
    Proxy proxy;
    std::vector<std::string> formats;
  };

  DataControl(const protocol::data_control::Family& family, Proxy manager) noexcept
      : family_(&family), manager_(std::move(manager)) {}
  void on_event(wl_proxy* from, std::uint32_t event, const wl_argument* arguments) override;
  void on_device_event(std::uint32_t event, const wl_argument* arguments);

  const protocol::data_control::Family* family_;
  Proxy manager_;
  Proxy device_;
  Proxy source_proxy_;
  Source* source_ = nullptr;
  std::vector<Offer> offers_;      // that no event has assigned yet, and the clipboard's
  wl_proxy* selection_ = nullptr;  // the clipboard's among them; null: it is empty
};

}  // namespace voicestand::wayland
