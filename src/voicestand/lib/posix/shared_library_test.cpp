#include "voicestand/lib/posix/shared_library.h"

#include <gtest/gtest.h>
#include <math.h>

namespace voicestand::posix {
namespace {

constexpr SharedLibrary::Name kMathematics{.soname = "libm.so.6", .package = "libc6, or glibc"};

struct Functions {
  decltype(&::j0) j0 = nullptr;
  decltype(&::jn) jn = nullptr;
};

TEST(SharedLibrary, GivesFunctionsOfTheHeadersTypes) {
  auto library = SharedLibrary::open(kMathematics);
  ASSERT_TRUE(library) << library.error().message();
  Functions functions;
  VS_FUNCTION_FIND(j0)
  VS_FUNCTION_FIND(jn)
  const auto complete = library->complete(functions);
  ASSERT_TRUE(complete) << complete.error().message();
  EXPECT_EQ(complete->j0(0.0), 1.0);
  EXPECT_EQ(complete->jn(3, 0.0), 0.0);
}

TEST(SharedLibrary, OneThatIsNotInstalledSaysWhatToInstall) {
  const auto library = SharedLibrary::open({.soname = "libnonexistent.so.7", .package = "libnonexistent7"});
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().code, Errc::kServiceMissing);
  EXPECT_EQ(library.error().message(), "libnonexistent.so.7: not installed: install it (package libnonexistent7)");
}

TEST(SharedLibrary, OneThatIsTooOldNamesTheFirstThatItLacks) {
  auto library = SharedLibrary::open(kMathematics);
  ASSERT_TRUE(library);
  Functions functions;
  VS_FUNCTION_FIND(j0)
  library->find("bessel_function_of_tomorrow", functions.jn);
  library->find("and_another", functions.jn);
  const auto complete = library->complete(functions);
  ASSERT_FALSE(complete);
  EXPECT_EQ(complete.error().code, Errc::kServiceMissing);
  EXPECT_NE(complete.error().message().find("bessel_function_of_tomorrow"), std::string::npos);
}

}  // namespace
}  // namespace voicestand::posix
