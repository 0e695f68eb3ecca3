#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "voicestand/desktop/clipboard.h"
#include "voicestand/desktop/paste_keys.h"
#include "voicestand/desktop/text_sink.h"

namespace voicestand::desktop {

// Pastes: puts the text onto the clipboard, strikes the window's keys for pasting, and puts back what was there.
class ClipboardSink final : public TextSink {
 public:
  // `marked`: what is marked somewhere (X11's PRIMARY), for the windows that paste that; or none.
  ClipboardSink(std::unique_ptr<PasteKeys> keys, std::unique_ptr<Clipboard> clipboard,
                std::unique_ptr<Clipboard> marked)
      : keys_(std::move(keys)), clipboard_{.its = std::move(clipboard)}, marked_{.its = std::move(marked)} {}
  ClipboardSink(const ClipboardSink&) = delete;
  ClipboardSink& operator=(const ClipboardSink&) = delete;
  ~ClipboardSink() override;

  [[nodiscard]] Result<std::optional<Window>> focused() override { return keys_->focused(); }
  [[nodiscard]] Result<Typed> type(const TypedText& text, const std::optional<std::string>& only_into) override;
  [[nodiscard]] std::string_view name() const noexcept override { return "clipboard"; }

 private:
  struct Board {
    std::unique_ptr<Clipboard> its;
    bool restored = false;  // what another program had put there is given by us
  };
  [[nodiscard]] Result<Typed> paste(const TypedText& text, Clipboard& from, PasteChord chord,
                                    const std::optional<std::string>& only_into);

  std::unique_ptr<PasteKeys> keys_;
  Board clipboard_;
  Board marked_;
};

}  // namespace voicestand::desktop
