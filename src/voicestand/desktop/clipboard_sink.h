#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "voicestand/desktop/clipboard.h"
#include "voicestand/desktop/text_sink.h"
#include "voicestand/desktop/virtual_keyboard_sink.h"

namespace voicestand::desktop {

// Pastes: puts the text onto the clipboard, strikes the window's keys for pasting, and puts back what was there.
class ClipboardSink final : public TextSink {
 public:
  // Errors: kServiceMissing where the session lacks the clipboard or the keys, kIo.
  [[nodiscard]] static Result<std::unique_ptr<ClipboardSink>> create();

  ~ClipboardSink() override;

  [[nodiscard]] Result<std::optional<Window>> focused() override { return keys_->focused(); }
  [[nodiscard]] Result<Typed> type(const TypedText& text, const std::optional<std::string>& only_into) override;
  [[nodiscard]] std::string_view name() const noexcept override { return "clipboard"; }

 private:
  ClipboardSink(std::unique_ptr<VirtualKeyboardSink> keys, std::unique_ptr<Clipboard> clipboard)
      : keys_(std::move(keys)), clipboard_(std::move(clipboard)) {}
  [[nodiscard]] Result<Typed> paste(const TypedText& text, const std::optional<std::string>& only_into);

  std::unique_ptr<VirtualKeyboardSink> keys_;
  std::unique_ptr<Clipboard> clipboard_;
  bool restored_ = false;  // what another program had put onto the clipboard is given by us
};

}  // namespace voicestand::desktop
