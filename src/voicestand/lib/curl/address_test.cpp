#include "voicestand/lib/curl/address.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace voicestand::curl
