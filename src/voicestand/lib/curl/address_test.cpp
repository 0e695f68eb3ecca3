#include "voicestand/lib/curl/address.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::curl {
namespace {

TEST(Address, TakesHttpsAnywhereAndHttpOnThisMachine) {
  EXPECT_FALSE(Address::parse("https://models.example/a/b.onnx").value().loopback_http());
  for (const char* address : {"http://127.0.0.1:8080/x", "http://127.9.9.9/x", "http://[::1]:1/x", "http://localhost/x",
                              "HTTP://localhost:80/x"}) {
    EXPECT_TRUE(Address::parse(address).value().loopback_http()) << address;
  }
}

TEST(Address, RefusesEverythingElse) {
  for (const char* address :
       {"", "models", "http://models.example/x", "http://localhost.example/x", "http://127.0.0.1.example/x",
        "file:///etc/passwd", "ftp://127.0.0.1/x", "https://", "https://me:secret@models.example/x",
        "https://me@models.example/x", "http://127.0.0.1@models.example/x", "https://models.example/a b",
        "https://models.example/\r\nX: y", "http://128.0.0.1/", "javascript:alert(1)", "-o/etc/x"}) {
    const auto parsed = Address::parse(address);
    ASSERT_FALSE(parsed) << address;
    EXPECT_EQ(parsed.error().code, Errc::kUsage);
  }
}

TEST(Address, WhatIsPlainlyHttpsIsSoToTheLibraryToo) {
  const auto text_of = [](std::string letters) {
    return rc::gen::container<std::string>(rc::gen::elementOf(std::move(letters)));
  };
  const bool holds = rc::check([&] {
    const std::string address = *rc::gen::element<std::string>("https://", "https:/", "http://", "HTTPS://") +
                                *text_of("aZ09.-") + *rc::gen::element<std::string>("", "/", ":", "@", "?") +
                                *text_of("aZ09/-._@%:#? ");
    const bool plain = is_plain_https(address);
    RC_CLASSIFY(plain);
    if (!plain) return;
    const auto parsed = Address::parse_by_library(address);
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(!parsed->loopback_http());
  });
  EXPECT_TRUE(holds);
}

TEST(Address, OfAModelIsPlain) {
  EXPECT_TRUE(is_plain_https("https://cdn.example/gh/me/it@0.1.16/dist/model_8.onnx"));
  for (const char* address :
       {"", "https://", "http://models.example/x", "https:///x", "https://127.0.0.1/x", "https://me@models.example/x",
        "https://models.example:80/x", "https://models.example/x?y", "https://models.example/%2e",
        "https://m\xc3\xb6.example/"}) {
    EXPECT_FALSE(is_plain_https(address)) << address;
  }
}

}  // namespace
}  // namespace voicestand::curl
