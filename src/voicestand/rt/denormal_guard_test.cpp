#include "voicestand/rt/denormal_guard.h"

#include <limits>

#include <gtest/gtest.h>

namespace voicestand::rt {
namespace {

#if defined(__SSE2__)
TEST(DenormalGuard, FlushesDenormalsForItsLifeOnly) {
  volatile float denormal = std::numeric_limits<float>::denorm_min();
  volatile float smallest = std::numeric_limits<float>::min();
  EXPECT_GT(denormal * 2.0F, 0.0F);
  {
    const DenormalGuard guard;
    EXPECT_EQ(denormal * 1e30F, 0.0F);  // an operand
    EXPECT_EQ(smallest * 0.5F, 0.0F);   // a result
  }
  EXPECT_GT(denormal * 2.0F, 0.0F);
  EXPECT_GT(smallest * 0.5F, 0.0F);
}
#endif

}  // namespace
}  // namespace voicestand::rt
