#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "voicestand/desktop/served_clipboard.h"
#include "voicestand/lib/x11/selection.h"

namespace voicestand::desktop {

// One of an X display's selections.
class X11Clipboard final : public ServedClipboard {
 public:
  // `selection`: "CLIPBOARD" is what programs call the clipboard; "PRIMARY" holds what is marked somewhere. Errors:
  // kServiceMissing where there is no display, kIo.
  [[nodiscard]] static Result<std::unique_ptr<X11Clipboard>> create(const std::string& selection);
  ~X11Clipboard() override;

 private:
  X11Clipboard(x11::Selection selection, posix::EventFd called)
      : ServedClipboard(std::move(called)), selection_(std::move(selection)) {}

  [[nodiscard]] Result<bool> serve_until(Time deadline, int also) override;
  [[nodiscard]] Result<ClipboardContent> fetch() override;
  [[nodiscard]] Result<void> put(ClipboardContent content) override;
  [[nodiscard]] bool has_it() override;
  [[nodiscard]] bool take_over() override;
  [[nodiscard]] int display() const override { return selection_.fd(); }

  // The serving thread's.
  x11::Selection selection_;
  std::shared_ptr<const x11::SelectionContent> offered_;
  std::size_t given_ = 0;  // of selection_.given(), that are counted
};

}  // namespace voicestand::desktop
