#include "voicestand/lib/websockets/admission.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <arpa/inet.h>

namespace voicestand::websockets {
namespace {

constexpr const char* kHowToWrite = "write it as 127.0.0.1:9464";

bool is_address(int family, const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(family, host.c_str(), bytes.data()) == 1;
}

// The name in a Host header, without the port and the brackets of an IPv6 address.
std::string_view name_in(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, std::min(host.find(']'), host.size()) - 1);
  return host.substr(0, host.find(':'));
}

bool is_loopback(std::string_view name) {
  return name == "localhost" || name == "::1" || (name.starts_with("127.") && is_address(AF_INET, std::string(name)));
}

// Takes as long whatever is guessed right.
bool same_secret(std::string_view given, std::string_view secret) {
  unsigned char differs = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    differs |= static_cast<unsigned char>(given[i] ^ secret[i % secret.size()]);
  }
  return differs == 0;
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(Errc::kUsage, "has no port", text, kHowToWrite);
  const std::string_view digits = text.substr(colon + 1);
  int port = -1;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || port < 0 || port > 65'535)
    return fail(Errc::kUsage, "has no port", text, kHowToWrite);
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  Address address{.host = host == "localhost" ? "127.0.0.1" : std::string(host), .port = port};
  if (!is_address(bracketed ? AF_INET6 : AF_INET, address.host))
    return fail(Errc::kUsage, "is no IP address", text, kHowToWrite);
  return address;
}

bool Address::loopback() const {
  return is_loopback(host);
}

std::string Address::text() const {
  const bool six = host.find(':') != std::string::npos;
  return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Admission> Admission::create(const Address& address, std::string token) {
  if (token.empty() && !address.loopback()) {
    return fail(Errc::kUsage, "can be reached from other machines, and there is no token", address.text(),
                "set watch.token in the configuration, or listen at 127.0.0.1");
  }
  return Admission(std::move(token));
}

bool Admission::admits(const Visitor& visitor) const {
  if (visitor.host.empty()) return false;
  // A page of another site may open a WebSocket to anywhere; browsers say from where.
  const bool own_page = visitor.origin.empty() || visitor.origin == "http://" + std::string(visitor.host) ||
                        visitor.origin == "https://" + std::string(visitor.host);
  if (!own_page) return false;
  if (token_.empty()) return is_loopback(name_in(visitor.host));
  return same_secret(visitor.token, token_);
}

}  // namespace voicestand::websockets
