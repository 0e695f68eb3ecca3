#include "voicestand/lib/websockets/admission.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::websockets {
namespace {

TEST(Address, IsAnAddressAndAPort) {
  EXPECT_EQ(Address::parse("127.0.0.1:9464")->text(), "127.0.0.1:9464");
  EXPECT_EQ(Address::parse("localhost:0")->text(), "127.0.0.1:0");
  EXPECT_EQ(Address::parse("[::1]:80")->text(), "[::1]:80");
  EXPECT_TRUE(Address::parse("[::1]:80")->loopback());
  EXPECT_TRUE(Address::parse("127.3.0.1:80")->loopback());
  EXPECT_FALSE(Address::parse("0.0.0.0:80")->loopback());
  for (const char* text :
       {"", ":", "9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:1x", "example.org:80",
        "::1:80x", "[127.0.0.1]:80", "127.0.0.1.evil.org:80", " 127.0.0.1:80"}) {
    const auto address = Address::parse(text);
    ASSERT_FALSE(address.has_value()) << text;
    EXPECT_EQ(address.error().code, Errc::kUsage);
  }
}

Admission on(const char* address, std::string token = {}) {
  return *Admission::create(*Address::parse(address), std::move(token));
}

TEST(Admission, OnLoopbackTheHostTells) {
  const Admission admission = on("127.0.0.1:9464");
  for (const char* host : {"127.0.0.1:9464", "localhost:9464", "localhost", "[::1]:9464", "localhost:8080"})
    EXPECT_TRUE(admission.admits({.host = host, .origin = {}, .token = {}})) << host;
  for (const char* host : {"", "evil.org", "evil.org:9464", "localhost.evil.org", "127.evil.org",
                           "127.0.0.1.evil.org:9464", "192.168.0.1:9464", "[", "[]", ":"})
    EXPECT_FALSE(admission.admits({.host = host, .origin = {}, .token = {}})) << host;
}

TEST(Admission, APageOfAnotherSiteStaysOutside) {
  for (const Admission& admission : {on("127.0.0.1:9464"), on("0.0.0.0:9464", "secret")}) {
    const auto from = [&](const char* origin) {
      return admission.admits({.host = "localhost:9464", .origin = origin, .token = "secret"});
    };
    EXPECT_TRUE(from("http://localhost:9464"));
    EXPECT_TRUE(from("https://localhost:9464"));
    for (const char* origin :
         {"http://evil.org", "null", "http://localhost:9465", "http://localhost:9464.evil.org", "localhost:9464"})
      EXPECT_FALSE(from(origin)) << origin;
  }
}

TEST(Admission, BeyondThisMachineItTakesAToken) {
  const auto open = Admission::create(*Address::parse("0.0.0.0:9464"), {});
  ASSERT_FALSE(open.has_value());
  EXPECT_EQ(open.error().code, Errc::kUsage);
  const Admission admission = on("0.0.0.0:9464", "secret");
  EXPECT_TRUE(admission.admits({.host = "desk.example.org:9464", .origin = {}, .token = "secret"}));
  for (const char* token : {"", "s", "secre", "secret ", "secretsecret", "Secret"})
    EXPECT_FALSE(admission.admits({.host = "desk.example.org:9464", .origin = {}, .token = token})) << token;
}

RC_GTEST_PROP(Admission, NoOtherTokenWillDo, (const std::string& secret, const std::string& guess)) {
  RC_PRE(!secret.empty());
  RC_ASSERT(on("0.0.0.0:1", secret).admits({.host = "h", .origin = {}, .token = guess}) == (guess == secret));
}

RC_GTEST_PROP(Address, WhatIsReadIsWrittenTheSame, (const std::string& text)) {
  if (const auto address = Address::parse(text)) RC_ASSERT(Address::parse(address->text())->text() == address->text());
}

}  // namespace
}  // namespace voicestand::websockets
