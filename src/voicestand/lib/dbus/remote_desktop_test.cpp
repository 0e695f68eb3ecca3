#include "voicestand/lib/dbus/remote_desktop.h"

#include <array>
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "voicestand/lib/dbus/fake_remote_desktop.h"

namespace voicestand::dbus {
namespace {

using Manner = FakeRemoteDesktop::Manner;
using Stroke = FakeRemoteDesktop::Stroke;

class RemoteDesktopTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(bus_.running()) << "dbus-daemon does not start"; }
  PrivateBus bus_;
};

TEST_F(RemoteDesktopTest, KeysAreStruckInOrder) {
  const FakeRemoteDesktop portal(bus_, Manner::kLends);
  const auto desktop = RemoteDesktop::open({});
  ASSERT_TRUE(desktop) << desktop.error().message();
  ASSERT_TRUE((*desktop)->strike(std::array<std::uint32_t, 2>{'H', 0x1001F44D}));
  EXPECT_THAT(portal.strokes(), testing::ElementsAre(Stroke{'H', true}, Stroke{'H', false}, Stroke{0x1001F44D, true},
                                                     Stroke{0x1001F44D, false}));
}

TEST_F(RemoteDesktopTest, AsksForAKeyboardAloneAndForNextTime) {
  const FakeRemoteDesktop portal(bus_, Manner::kLends);
  std::string token;
  ASSERT_TRUE(RemoteDesktop::open({.keep_token = [&](const std::string& its) { token = its; }}));
  EXPECT_EQ(token, "next time");
  EXPECT_EQ(portal.selected()["types"], "1");
  EXPECT_EQ(portal.selected()["persist_mode"], "2");
  EXPECT_FALSE(portal.selected().contains("restore_token"));
  ASSERT_TRUE(RemoteDesktop::open({.restore_token = token, .keep_token = {}}));
  EXPECT_EQ(portal.selected()["restore_token"], "next time");
}

TEST_F(RemoteDesktopTest, AnOldPortalIsNotAskedForMore) {
  const FakeRemoteDesktop portal(bus_, Manner::kLends, 1);
  ASSERT_TRUE(RemoteDesktop::open({.restore_token = "last time", .keep_token = {}}));
  EXPECT_FALSE(portal.selected().contains("persist_mode"));
  EXPECT_FALSE(portal.selected().contains("restore_token"));
}

TEST_F(RemoteDesktopTest, ARefusalAndSilenceAreErrors) {
  for (const Manner manner : {Manner::kRefuses, Manner::kSaysNothing}) {
    const FakeRemoteDesktop portal(bus_, manner);
    const auto desktop = RemoteDesktop::open({.keep_token = {}, .patience = std::chrono::milliseconds(200)});
    ASSERT_FALSE(desktop);
    EXPECT_EQ(desktop.error().code, Errc::kDeviceMissing);
  }
}

TEST_F(RemoteDesktopTest, APermissionThatIsTakenBackIsNoticed) {
  const FakeRemoteDesktop portal(bus_, Manner::kTakesItBack);
  const auto desktop = RemoteDesktop::open({});
  ASSERT_TRUE(desktop);
  const auto struck = (*desktop)->strike(std::array<std::uint32_t, 1>{'a'});
  ASSERT_FALSE(struck);
  EXPECT_EQ(struck.error().code, Errc::kIo);
  EXPECT_THAT(struck.error().message(), testing::HasSubstr("no more"));
}

TEST_F(RemoteDesktopTest, WithoutAPortalThereIsNone) {
  const auto desktop = RemoteDesktop::open({});
  ASSERT_FALSE(desktop);
  EXPECT_EQ(desktop.error().code, Errc::kServiceMissing);
}

}  // namespace
}  // namespace voicestand::dbus
