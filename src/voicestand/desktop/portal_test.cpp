#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "voicestand/desktop/portal_text_sink.h"
#include "voicestand/desktop/portal_trigger.h"
#include "voicestand/lib/dbus/fake_remote_desktop.h"
#include "voicestand/lib/dbus/fake_shortcuts_portal.h"

namespace voicestand::desktop {
namespace {

using dbus::FakeRemoteDesktop;
using dbus::FakeShortcutsPortal;

class PortalTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(bus_.running()) << "dbus-daemon does not start";
    std::string folder = (std::filesystem::temp_directory_path() / "voicestand-portal-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  dbus::PrivateBus bus_;
  std::filesystem::path folder_;
};

TEST_F(PortalTest, TextIsTypedAsTheKeysymsOfItsCharacters) {
  const FakeRemoteDesktop portal(bus_, FakeRemoteDesktop::Manner::kLends);
  const auto sink = PortalTextSink::open(folder_ / "state" / "token");
  ASSERT_TRUE(sink) << sink.error().message();
  const auto typed = (*sink)->type(*TypedText::from("Aé€\t\n中"), std::nullopt);
  ASSERT_TRUE(typed);
  EXPECT_EQ(typed->characters, 6U);
  std::vector<std::int32_t> pressed;
  for (const auto& stroke : portal.strokes())
    if (stroke.down) pressed.push_back(stroke.keysym);
  EXPECT_THAT(pressed, testing::ElementsAre('A', 0xE9, 0x20AC, 0xFF09, 0xFF0D, 0x01004E2D));
}

TEST_F(PortalTest, ThePermissionIsKeptForTheUserAlone) {
  const FakeRemoteDesktop portal(bus_, FakeRemoteDesktop::Manner::kLends);
  const auto token = folder_ / "state" / "token";
  ASSERT_TRUE(PortalTextSink::open(token));
  EXPECT_FALSE(portal.selected().contains("restore_token"));
  EXPECT_EQ(std::filesystem::status(token).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  ASSERT_TRUE(PortalTextSink::open(token));
  EXPECT_EQ(portal.selected()["restore_token"], "next time");
}

TEST_F(PortalTest, AShortcutIsPressedAndReleased) {
  FakeShortcutsPortal portal(bus_, FakeShortcutsPortal::Manner::kGrants);
  const SteadyClock clock;
  const auto chord = KeyChord::parse("ctrl+super+F9");
  ASSERT_TRUE(chord);
  const auto trigger =
      PortalTrigger::open({{.binding = {.id = "talk", .chord = *chord}, .description = "Dictate"}}, clock);
  ASSERT_TRUE(trigger) << trigger.error().message();
  std::vector<TriggerEvent> events;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  bool struck = false;
  while (events.size() < 2 && std::chrono::steady_clock::now() < deadline) {
    const auto read = (*trigger)->read();
    ASSERT_TRUE(read);
    events.insert(events.end(), read->begin(), read->end());
    if (!struck && !portal.bound().empty()) {
      struck = true;
      portal.stroke("talk", true);
      portal.stroke("talk", false);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, TriggerEvent::Kind::kPressed);
  EXPECT_EQ(events[1].kind, TriggerEvent::Kind::kReleased);
  EXPECT_EQ(events[1].id, "talk");
  EXPECT_EQ(portal.bound().front().preferred, "CTRL+LOGO+F9");
}

}  // namespace
}  // namespace voicestand::desktop
