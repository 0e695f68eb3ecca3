#include "voicestand/lib/openssl/sha256.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <unistd.h>

#include "voicestand/lib/openssl/library.h"

namespace voicestand::openssl {
namespace {

constexpr std::size_t kReadBytes = 1 << 20;

std::unexpected<Error> refused() {
  return fail(Errc::kServiceMissing, "the OpenSSL library refuses to compute SHA-256", {}, "check its configuration");
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept {
  Library::get()->EVP_MD_CTX_free(context);
}

Result<Sha256> Sha256::create() {
  const auto& crypto = Library::get();
  if (!crypto) return std::unexpected(crypto.error());
  std::unique_ptr<evp_md_ctx_st, Free> context(crypto->EVP_MD_CTX_new());
  if (!context || crypto->EVP_DigestInit_ex(context.get(), crypto->EVP_sha256(), nullptr) != 1) return refused();
  return Sha256(std::move(context));
}

Result<void> Sha256::update(std::span<const std::byte> bytes) {
  if (Library::get()->EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) return refused();
  return {};
}

Result<std::string> Sha256::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (Library::get()->EVP_DigestFinal_ex(context_.get(), digest.data(), &size) != 1) return refused();
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : std::span(digest).first(size)) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

Result<std::string> sha256_of(int descriptor, const std::function<bool(std::size_t)>& go_on) {
  auto hash = Sha256::create();
  if (!hash) return std::unexpected(hash.error());
  std::vector<std::byte> buffer(kReadBytes);
  std::size_t total = 0;
  for (;;) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Errc::kIo, std::strerror(errno));
    if (got == 0) return hash->finish();
    total += static_cast<std::size_t>(got);
    if (auto taken = hash->update(std::span(buffer).first(static_cast<std::size_t>(got))); !taken) {
      return std::unexpected(taken.error());
    }
    if (go_on && !go_on(total)) return fail(Errc::kInterrupted, "interrupted");
  }
}

}  // namespace voicestand::openssl
