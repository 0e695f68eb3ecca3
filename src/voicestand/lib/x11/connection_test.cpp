#include "voicestand/lib/x11/connection.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "voicestand/lib/x11/key_symbols.h"

namespace voicestand::x11 {
namespace {

// With a display it is tests/integration/typing_x11_test.py that tries it.
class WithoutDisplay : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { ::setenv("DISPLAY", GetParam(), 1); }
  void TearDown() override { ::unsetenv("DISPLAY"); }
};

TEST_P(WithoutDisplay, SaysWhatToDo) {
  const auto connection = Connection::open();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, Errc::kServiceMissing);
  EXPECT_NE(connection.error().message().find(GetParam()), std::string::npos);
  EXPECT_FALSE(connection.error().remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(Connection, WithoutDisplay, testing::Values("", "nonsense", ":54321"));

TEST(KeySymbols, AKeyIsKnownByWhatItWrites) {
  const KeySymbols key = KeySymbols::writing('a', false);
  EXPECT_FALSE(key.empty());
  EXPECT_EQ(key, KeySymbols::writing('a', false));
  EXPECT_NE(key, KeySymbols::writing('a', true));
  EXPECT_NE(key, KeySymbols::writing('b', false));
  EXPECT_TRUE(KeySymbols().empty());
}

}  // namespace
}  // namespace voicestand::x11
