#include "voicestand/desktop/x11_clipboard.h"

#include <algorithm>
#include <utility>

namespace voicestand::desktop {
namespace {

// What it says that it is where it does not come from another X11 program.
std::string type_of(const ClipboardFormat& format) {
  if (!format.type.empty()) return format.type;
  return format.name == "TEXT" ? "UTF8_STRING" : format.name;
}

// That name stands for Latin-1.
bool is_wrongly_named(const ClipboardFormat& format) {
  constexpr unsigned char kFirstBeyondAscii = 0x80;
  return format.name == "STRING" && format.type.empty() && std::ranges::any_of(format.bytes, [](char byte) {
           return static_cast<unsigned char>(byte) >= kFirstBeyondAscii;
         });
}

}  // namespace

Result<std::unique_ptr<X11Clipboard>> X11Clipboard::create(const std::string& selection) {
  auto opened = x11::Selection::open(selection);
  if (!opened) return std::unexpected(std::move(opened.error()));
  auto called = posix::EventFd::create();
  if (!called) return std::unexpected(std::move(called.error()));
  std::unique_ptr<X11Clipboard> clipboard(new X11Clipboard(std::move(*opened), std::move(*called)));
  clipboard->start_server();
  return clipboard;
}

X11Clipboard::~X11Clipboard() {
  end_server();
}

Result<bool> X11Clipboard::serve_until(Time deadline, int also) {
  auto served = selection_.serve_until(deadline, also);
  for (; given_ < selection_.given(); ++given_) count_read();
  return served;
}

Result<ClipboardContent> X11Clipboard::fetch() {
  if (auto served = serve_until({}, -1); !served) return std::unexpected(std::move(served.error()));
  const bool ours = selection_.owned();
  auto there = ours ? Result<x11::SelectionContent>(*offered_) : x11::read_selection(selection_.name());
  if (!there) return std::unexpected(std::move(there.error()));
  ClipboardContent content;
  for (x11::SelectionFormat& format : *there)
    content.push_back({.name = std::move(format.name),
                       .bytes = std::move(format.bytes),
                       .type = std::move(format.type),
                       .unit_bits = format.unit_bits});
  return content;
}

Result<void> X11Clipboard::put(ClipboardContent content) {
  x11::SelectionContent formats;
  for (ClipboardFormat& format : content) {
    if (is_wrongly_named(format)) continue;
    std::string type = type_of(format);
    formats.push_back({.name = std::move(format.name),
                       .type = std::move(type),
                       .unit_bits = format.unit_bits,
                       .bytes = std::move(format.bytes)});
  }
  offered_ = std::make_shared<const x11::SelectionContent>(std::move(formats));
  return selection_.put(offered_);
}

bool X11Clipboard::has_it() {
  return serve_until({}, -1) && selection_.owned();
}

// The display's connection is the other process's, which ends it.
bool X11Clipboard::take_over() {
  auto own = x11::Selection::open(selection_.name());
  if (!own || !own->put_instead_of(selection_, offered_) || !own->owned()) return false;
  selection_ = std::move(*own);
  given_ = 0;
  return true;
}

}  // namespace voicestand::desktop
