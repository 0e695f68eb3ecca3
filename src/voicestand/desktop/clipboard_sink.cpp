#include "voicestand/desktop/clipboard_sink.h"

#include <chrono>
#include <utility>

#include "voicestand/desktop/wayland_clipboard.h"

namespace voicestand::desktop {
namespace {

constexpr std::chrono::milliseconds kReadLimit{1'000};

// GTK 3 throws away what it is reading where something else comes onto the clipboard before it has come to the end. It
// is not seen when a window has: what was there before is put back when nothing has been asked for so long.
constexpr std::chrono::milliseconds kQuiet{250};
constexpr int kMostReads = 8;  // of a program that never stops asking

}  // namespace

Result<std::unique_ptr<ClipboardSink>> ClipboardSink::create() {
  auto keys = VirtualKeyboardSink::create();
  if (!keys) return std::unexpected(std::move(keys.error()));
  auto clipboard = WaylandClipboard::create();
  if (!clipboard) return std::unexpected(std::move(clipboard.error()));
  return std::unique_ptr<ClipboardSink>(new ClipboardSink(std::move(*keys), std::move(*clipboard)));
}

ClipboardSink::~ClipboardSink() {
  keys_.reset();  // the keyboard is not for the process that stays
  if (restored_) clipboard_->leave_it_there();
}

Result<TextSink::Typed> ClipboardSink::type(const TypedText& text, const std::optional<std::string>& only_into) {
  if (text.characters().empty()) return Typed{};
  auto before = clipboard_->save();
  if (!before) return std::unexpected(std::move(before.error()));
  auto typed = paste(text, only_into);
  // Also where it failed; of two errors the first is told.
  restored_ = !before->empty();
  auto back = clipboard_->offer(std::move(*before));
  if (typed && !back) return std::unexpected(std::move(back.error()));
  return typed;
}

Result<TextSink::Typed> ClipboardSink::paste(const TypedText& text, const std::optional<std::string>& only_into) {
  constexpr bool kSensitive = true;  // it is there for a moment, and not for a history of clipboards
  if (auto offered = clipboard_->offer(text_content(text.utf8(), kSensitive)); !offered)
    return std::unexpected(std::move(offered.error()));
  const std::size_t reads = clipboard_->reads();  // by programs that look at whatever comes there
  const auto struck = keys_->strike_paste(only_into);
  if (!struck) return std::unexpected(struck.error());
  if (!*struck) return Typed{.window_changed = true};
  if (!clipboard_->wait_until_read(reads, kReadLimit))
    return fail(Errc::kIo, "the window has not asked for the text", "clipboard", "choose another way to type");
  for (int more = 0; more < kMostReads && clipboard_->wait_until_read(clipboard_->reads(), kQuiet); ++more) {
  }
  return Typed{.characters = text.characters().size()};
}

}  // namespace voicestand::desktop
