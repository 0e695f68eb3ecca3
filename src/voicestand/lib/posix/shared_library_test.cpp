#include "voicestand/lib/posix/shared_library.h"

#include <gtest/gtest.h>
#include <math.h>

namespace voicestand::posix {
namespace {

constexpr SharedLibrary::Name kMathematics{.soname = "libm.so.6", .package = "libc6, or glibc"};

struct Functions {
  decltype(&::j0) j0 = nullptr;
  decltype(&::jn) jn = nullptr;
  void find_in(SharedLibrary& library) noexcept { VS_FUNCTION_FIND(j0) VS_FUNCTION_FIND(jn) }
};

struct FunctionsOfTomorrow : Functions {
  void find_in(SharedLibrary& library) noexcept {
    library.find("j0", j0);
    library.find("bessel_function_of_tomorrow", jn);
    library.find("and_another", jn);
  }
};

TEST(SharedLibrary, GivesFunctionsOfTheHeadersTypes) {
  const auto functions = functions_of<Functions>(kMathematics);
  ASSERT_TRUE(functions) << functions.error().message();
  EXPECT_TRUE(outcome_of(functions));
  EXPECT_EQ(functions->j0(0.0), 1.0);
  EXPECT_EQ(functions->jn(3, 0.0), 0.0);
}

TEST(SharedLibrary, OneThatIsNotInstalledSaysWhatToInstall) {
  const auto functions = functions_of<Functions>({.soname = "libnonexistent.so.7", .package = "libnonexistent7"});
  ASSERT_FALSE(functions);
  EXPECT_EQ(outcome_of(functions).error().code, Errc::kServiceMissing);
  EXPECT_EQ(functions.error().message(), "libnonexistent.so.7: not installed: install it (package libnonexistent7)");
}

TEST(SharedLibrary, OneThatIsTooOldNamesTheFirstThatItLacks) {
  const auto functions = functions_of<FunctionsOfTomorrow>(kMathematics);
  ASSERT_FALSE(functions);
  EXPECT_EQ(functions.error().code, Errc::kServiceMissing);
  EXPECT_NE(functions.error().message().find("bessel_function_of_tomorrow"), std::string::npos);
}

}  // namespace
}  // namespace voicestand::posix
