#include "voicestand/platform/disk_space.h"

#include <gtest/gtest.h>

#include "voicestand/platform/fake_sysroot.h"

namespace voicestand::platform {
namespace {

TEST(DiskSpace, IsAShareOfTheDisk) {
  const FakeSysroot folder;
  const auto share = free_disk_share(folder.path());
  ASSERT_TRUE(share);
  EXPECT_GE(*share, 0);
  EXPECT_LE(*share, 1);
}

TEST(DiskSpace, OfWhatIsNotThereYetIsThatOfTheFolderAbove) {
  const FakeSysroot folder;
  EXPECT_TRUE(free_disk_share(folder.path() + "/not/there/yet"));
  EXPECT_TRUE(free_disk_share("/not-there"));
}

TEST(DiskSpace, WhatIsNoPathHasNone) {
  EXPECT_FALSE(free_disk_share(""));
  EXPECT_FALSE(free_disk_share("not-there"));
  const FakeSysroot folder;
  folder.write("/file", "");
  EXPECT_FALSE(free_disk_share(folder.path() + "/file/in-a-file"));
}

}  // namespace
}  // namespace voicestand::platform
