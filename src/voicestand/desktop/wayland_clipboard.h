#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "voicestand/desktop/served_clipboard.h"
#include "voicestand/lib/wayland/connection.h"
#include "voicestand/lib/wayland/data_control.h"
#include "voicestand/lib/wayland/seat.h"

namespace voicestand::desktop {

// By data control.
class WaylandClipboard final : public ServedClipboard, wayland::DataControl::Source {
 public:
  // Errors: kServiceMissing where the session has no such clipboard, kIo.
  [[nodiscard]] static Result<std::unique_ptr<WaylandClipboard>> create();
  ~WaylandClipboard() override;

 private:
  WaylandClipboard(std::unique_ptr<wayland::Connection> connection, std::unique_ptr<wayland::Seat> seat,
                   std::unique_ptr<wayland::DataControl> control, posix::EventFd called)
      : ServedClipboard(std::move(called)),
        connection_(std::move(connection)),
        seat_(std::move(seat)),
        control_(std::move(control)) {}

  [[nodiscard]] Result<bool> serve_until(Time deadline, int also) override;
  [[nodiscard]] Result<ClipboardContent> fetch() override;
  [[nodiscard]] Result<void> put(ClipboardContent content) override;
  [[nodiscard]] bool has_it() override;
  [[nodiscard]] bool take_over() override { return true; }  // the connection is both processes' own
  [[nodiscard]] int display() const override { return connection_->fd(); }

  [[nodiscard]] Result<std::string> content_in(const std::string& format, Time deadline);
  void write(const std::string& format, posix::UniqueFd to) override;
  void replaced() override;

  std::unique_ptr<wayland::Connection> connection_;  // outlives what follows
  std::unique_ptr<wayland::Seat> seat_;
  std::unique_ptr<wayland::DataControl> control_;
  ClipboardContent offered_;  // empty: what is there, if any, is another's
};

}  // namespace voicestand::desktop
