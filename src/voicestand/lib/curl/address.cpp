#include "voicestand/lib/curl/address.h"

#include <algorithm>
#include <memory>

#include <arpa/inet.h>

#include "voicestand/lib/curl/download.h"
#include "voicestand/lib/curl/library.h"

namespace voicestand::curl {
namespace {

using Url = std::unique_ptr<CURLU, void (*)(CURLU*)>;

std::string part_of(const Library& curl, const Url& url, CURLUPart part) {
  char* text = nullptr;
  if (curl.curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, void (*)(void*)> owned(text, curl.curl_free);
  return text;
}

bool is_loopback(const std::string& host) {
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127U;
  return host == "localhost" || host == "[::1]";
}

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_letter_or_digit(char c) noexcept {
  return is_letter(c) || (c >= '0' && c <= '9');
}

}  // namespace

bool is_plain_https(std::string_view text) noexcept {
  constexpr std::string_view kScheme = "https://";
  constexpr std::size_t kMostBytes = 1'000;
  constexpr auto kAmong = [](std::string_view others) {
    return [others](char c) { return is_letter_or_digit(c) || others.find(c) != std::string_view::npos; };
  };
  if (!text.starts_with(kScheme) || text.size() > kMostBytes) return false;
  text.remove_prefix(kScheme.size());
  const std::string_view host = text.substr(0, text.find('/'));
  return !host.empty() && is_letter(host.front()) && std::ranges::all_of(host, kAmong("-.")) &&
         std::ranges::all_of(text.substr(host.size()), kAmong("/-._@"));
}

Result<Address> Address::parse(const std::string& text) {
  return is_plain_https(text) ? Address(false) : parse_by_library(text);
}

Result<Address> Address::parse_by_library(const std::string& text) {
  const auto refuse = [&](std::string what) {
    return fail(Errc::kUsage, std::move(what), text, "give an address that begins with https://");
  };
  const auto& curl = Library::get();
  if (!curl) return std::unexpected(curl.error());
  const Url url(curl->curl_url(), curl->curl_url_cleanup);
  const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
  if (!printable || !url ||
      curl->curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return refuse("not an address");
  }
  const std::string scheme = part_of(*curl, url, CURLUPART_SCHEME);
  const bool loopback = is_loopback(part_of(*curl, url, CURLUPART_HOST));
  if (!part_of(*curl, url, CURLUPART_USER).empty() || !part_of(*curl, url, CURLUPART_PASSWORD).empty()) {
    return refuse("an address with a user name or password");
  }
  if (scheme == "https") return Address(false);
  if (scheme == "http" && loopback) return Address(true);
  return refuse(scheme == "http" ? "not an encrypted address" : "not an https address");
}

Result<void> check_address(const std::string& address) {
  const auto parsed = Address::parse(address);
  if (!parsed) return std::unexpected(parsed.error());
  return {};
}

}  // namespace voicestand::curl
