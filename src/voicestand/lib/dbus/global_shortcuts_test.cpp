#include "voicestand/lib/dbus/global_shortcuts.h"

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "voicestand/lib/dbus/fake_shortcuts_portal.h"

namespace voicestand::dbus {
namespace {

using Manner = FakeShortcutsPortal::Manner;

class GlobalShortcutsTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(bus_.running()) << "dbus-daemon does not start"; }

  static auto opened() {
    return GlobalShortcuts::open({{.id = "talk", .description = "Dictate", .preferred = "CTRL+ALT+space"},
                                  {.id = "cancel", .description = "Give up", .preferred = "Escape"}});
  }
  // Reads as an event loop would until `done`, or for ten seconds.
  template <typename Done>
  static Result<void> read_until(GlobalShortcuts& shortcuts, std::vector<std::string>& changes, Done done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!done() && std::chrono::steady_clock::now() < deadline) {
      const auto read = shortcuts.read();
      if (!read) return std::unexpected(read.error());
      for (const auto& change : *read) changes.push_back((change.pressed ? "+" : "-") + change.id);
      pollfd readable{.fd = shortcuts.fd(), .events = POLLIN, .revents = 0};
      (void)::poll(&readable, 1, 10);
    }
    return {};
  }

  PrivateBus bus_;
};

TEST_F(GlobalShortcutsTest, PressesAndReleasesAreTold) {
  FakeShortcutsPortal portal(bus_, Manner::kGrants);
  const auto shortcuts = opened();
  ASSERT_TRUE(shortcuts) << shortcuts.error().message();
  std::vector<std::string> changes;
  ASSERT_TRUE(read_until(**shortcuts, changes, [&] { return portal.bound().size() == 2; }));
  EXPECT_EQ(portal.bound().front().id, "talk");
  EXPECT_EQ(portal.bound().front().description, "Dictate");
  EXPECT_EQ(portal.bound().front().preferred, "CTRL+ALT+space");
  portal.stroke("talk", true);
  portal.stroke("cancel", true);
  portal.stroke("cancel", false);
  portal.stroke("talk", false);
  ASSERT_TRUE(read_until(**shortcuts, changes, [&] { return changes.size() >= 4; }));
  EXPECT_THAT(changes, testing::ElementsAre("+talk", "+cancel", "-cancel", "-talk"));
}

TEST_F(GlobalShortcutsTest, ARefusalIsTold) {
  for (const Manner manner : {Manner::kGivesNoSession, Manner::kRefusesKeys, Manner::kFails}) {
    FakeShortcutsPortal portal(bus_, manner);
    const auto shortcuts = opened();
    ASSERT_TRUE(shortcuts);
    std::vector<std::string> changes;
    const auto read = read_until(**shortcuts, changes, [] { return false; });
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::kDeviceMissing);
    EXPECT_TRUE((*shortcuts)->read()) << "once";
  }
}

TEST_F(GlobalShortcutsTest, WithoutAPortalThereAreNone) {
  const auto shortcuts = opened();
  ASSERT_FALSE(shortcuts);
  EXPECT_EQ(shortcuts.error().code, Errc::kServiceMissing);
}

}  // namespace
}  // namespace voicestand::dbus
