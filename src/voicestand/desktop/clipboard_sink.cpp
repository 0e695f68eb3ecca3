#include "voicestand/desktop/clipboard_sink.h"

#include <chrono>
#include <utility>

#include "voicestand/desktop/terminal_applications.h"

namespace voicestand::desktop {
namespace {

constexpr std::chrono::milliseconds kReadLimit{1'000};

// GTK 3 throws away what it is reading where something else comes onto the clipboard before it has come to the end. It
// is not seen when a window has: what was there before is put back when nothing has been asked for so long.
constexpr std::chrono::milliseconds kQuiet{250};
constexpr int kMostReads = 8;  // of a program that never stops asking

}  // namespace

ClipboardSink::~ClipboardSink() {
  keys_.reset();  // the keyboard is not for the process that stays
  for (const Board* const board : {&clipboard_, &marked_}) {
    if (board->restored) board->its->leave_it_there();
  }
}

Result<TextSink::Typed> ClipboardSink::type(const TypedText& text, const std::optional<std::string>& only_into) {
  if (text.characters().empty()) return Typed{};
  if (text.erases()) return fail(Errc::kUsage, "what has been pasted cannot be taken back", "clipboard");
  const auto window = keys_->focused();
  if (!window) return std::unexpected(window.error());
  PasteChord chord = PasteChord::kControlV;
  if (*window && (*window)->terminal) {
    const bool marked = marked_.its && pastes_what_is_marked((*window)->application);
    chord = marked ? PasteChord::kShiftInsert : PasteChord::kControlShiftV;
  }
  Board& board = chord == PasteChord::kShiftInsert ? marked_ : clipboard_;
  auto before = board.its->save();
  if (!before) return std::unexpected(std::move(before.error()));
  auto typed = paste(text, *board.its, chord, only_into);
  // Also where it failed; of two errors the first is told.
  board.restored = !before->empty();
  auto back = board.its->offer(std::move(*before));
  if (typed && !back) return std::unexpected(std::move(back.error()));
  return typed;
}

Result<TextSink::Typed> ClipboardSink::paste(const TypedText& text, Clipboard& from, PasteChord chord,
                                             const std::optional<std::string>& only_into) {
  constexpr bool kSensitive = true;  // it is there for a moment, and not for a history of clipboards
  if (auto offered = from.offer(text_content(text.utf8(), kSensitive)); !offered)
    return std::unexpected(std::move(offered.error()));
  const std::size_t reads = from.reads();  // by programs that look at whatever comes there
  const auto struck = keys_->strike_paste(chord, only_into);
  if (!struck) return std::unexpected(struck.error());
  if (!*struck) return Typed{.window_changed = true};
  if (!from.wait_until_read(reads, kReadLimit))
    return fail(Errc::kIo, "the window has not asked for the text", "clipboard", "choose another way to type");
  for (int more = 0; more < kMostReads && from.wait_until_read(from.reads(), kQuiet); ++more) {
  }
  return Typed{.characters = text.characters().size()};
}

}  // namespace voicestand::desktop
