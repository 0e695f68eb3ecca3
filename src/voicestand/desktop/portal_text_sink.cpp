#include "voicestand/desktop/portal_text_sink.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "voicestand/lib/xkb/keymap.h"

namespace voicestand::desktop {
namespace {

constexpr std::size_t kMostTokenBytes = 4'096;

// A permission that cannot be read or kept is asked for again.
std::string kept_token(const std::filesystem::path& file) {
  std::array<char, kMostTokenBytes> bytes{};
  std::ifstream in(file, std::ios::binary);
  in.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(in.gcount())};
}

void keep_token(const std::filesystem::path& file, const std::string& token) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  const std::filesystem::path unfinished = file.string() + ".new";
  {
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    std::filesystem::permissions(unfinished, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                                 ignored);
    out << token;
  }
  std::filesystem::rename(unfinished, file, ignored);
}

Result<std::uint32_t> keysym_for(char32_t character) {
  constexpr std::uint32_t kReturn = 0xFF0D;
  constexpr std::uint32_t kTab = 0xFF09;
  constexpr std::uint32_t kBackSpace = 0xFF08;
  if (character == U'\b') return kBackSpace;
  if (character == U'\n') return kReturn;
  if (character == U'\t') return kTab;
  return xkb::keysym_of(character);
}

}  // namespace

Result<std::unique_ptr<PortalTextSink>> PortalTextSink::open(const std::filesystem::path& token) {
  auto desktop = dbus::RemoteDesktop::open(
      {.restore_token = kept_token(token), .keep_token = [&](const std::string& next) { keep_token(token, next); }});
  if (!desktop) return std::unexpected(std::move(desktop.error()));
  return std::unique_ptr<PortalTextSink>(new PortalTextSink(std::move(*desktop)));
}

Result<TextSink::Typed> PortalTextSink::type(const TypedText& text, const std::optional<std::string>& /*only_into*/) {
  std::vector<std::uint32_t> keysyms;
  for (const char32_t character : text.characters()) {
    const auto keysym = keysym_for(character);
    if (!keysym) return std::unexpected(keysym.error());
    if (*keysym == 0) return fail(Errc::kUsage, "there is a character that no key can have");
    keysyms.push_back(*keysym);
  }
  if (auto struck = desktop_->strike(keysyms); !struck) return std::unexpected(std::move(struck.error()));
  return Typed{.characters = keysyms.size()};
}

}  // namespace voicestand::desktop
