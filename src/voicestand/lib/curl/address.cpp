#include "voicestand/lib/curl/address.h"

#include <algorithm>
#include <memory>

#include <arpa/inet.h>
#include <curl/curl.h>

#include "voicestand/lib/curl/download.h"

namespace voicestand::curl {
namespace {

using Url = std::unique_ptr<CURLU, void (*)(CURLU*)>;

std::string part_of(const Url& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, void (*)(void*)> owned(text, curl_free);
  return text;
}

bool is_loopback(const std::string& host) {
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127U;
  return host == "localhost" || host == "[::1]";
}

}  // namespace

Result<Address> Address::parse(const std::string& text) {
  const auto refuse = [&](std::string what) {
    return fail(Errc::kUsage, std::move(what), text, "give an address that begins with https://");
  };
  const Url url(curl_url(), curl_url_cleanup);
  const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
  if (!plain || !url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return refuse("not an address");
  }
  const std::string scheme = part_of(url, CURLUPART_SCHEME);
  const bool loopback = is_loopback(part_of(url, CURLUPART_HOST));
  if (!part_of(url, CURLUPART_USER).empty() || !part_of(url, CURLUPART_PASSWORD).empty()) {
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
