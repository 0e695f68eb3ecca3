#include "voicestand/lib/openssl/sha256.h"

#include <string_view>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sys/mman.h>

#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::openssl {
namespace {

std::string hash_in_pieces(std::string_view text, std::size_t piece) {
  auto hash = Sha256::create();
  const auto bytes = std::as_bytes(std::span(text));
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    EXPECT_TRUE(hash->update(bytes.subspan(at, std::min(piece, bytes.size() - at))));
  }
  return hash->finish().value();
}

posix::UniqueFd memory_file(std::string_view text) {
  posix::UniqueFd file(::memfd_create("sha256_test", MFD_CLOEXEC));
  EXPECT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_SET), 0);
  return file;
}

// The vectors of FIPS 180-4.
TEST(Sha256, GivesTheStandardsValues) {
  EXPECT_EQ(hash_in_pieces("", 1), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hash_in_pieces("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, DoesNotDependOnThePieces) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    const auto piece = *rc::gen::inRange<std::size_t>(1, text.size() + 2);
    RC_ASSERT(hash_in_pieces(text, piece) == hash_in_pieces(text, text.size() + 1));
    RC_ASSERT(sha256_of(memory_file(text).get()).value() == hash_in_pieces(text, text.size() + 1));
  }));
}

TEST(Sha256, StopsWhenTold) {
  const auto file = memory_file("abc");
  const auto hash = sha256_of(file.get(), [](std::size_t) { return false; });
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code, Errc::kInterrupted);
}

TEST(Sha256, AnUnreadableDescriptorIsAnError) {
  const auto hash = sha256_of(-1);
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code, Errc::kIo);
}

}  // namespace
}  // namespace voicestand::openssl
