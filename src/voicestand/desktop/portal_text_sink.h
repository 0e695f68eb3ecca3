#pragma once

#include <filesystem>
#include <memory>

#include "voicestand/desktop/text_sink.h"
#include "voicestand/lib/dbus/remote_desktop.h"

namespace voicestand::desktop {

// By the keyboard that the desktop lends (GNOME and KDE under Wayland). The desktop finds the keys: KDE writes what is
// on the layout in force and nothing else. It does not tell which window has the focus.
class PortalTextSink final : public TextSink {
 public:
  // Waits for the user where the desktop asks. `token`: the file that keeps its permission for the next time. Errors:
  // those of RemoteDesktop::open().
  [[nodiscard]] static Result<std::unique_ptr<PortalTextSink>> open(const std::filesystem::path& token);

  [[nodiscard]] Result<std::optional<Window>> focused() override { return std::nullopt; }
  [[nodiscard]] Result<Typed> type(const TypedText& text, const std::optional<std::string>& only_into) override;
  [[nodiscard]] std::string_view name() const noexcept override { return "portal"; }

 private:
  explicit PortalTextSink(std::unique_ptr<dbus::RemoteDesktop> desktop) noexcept : desktop_(std::move(desktop)) {}
  std::unique_ptr<dbus::RemoteDesktop> desktop_;
};

}  // namespace voicestand::desktop
