#include "voicestand/lib/dbus/realtime_broker.h"

#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "voicestand/lib/dbus/private_bus.h"

namespace voicestand::dbus {
namespace {

// Grants or refuses, and remembers what it was asked for.
class FakeBroker {
 public:
  struct Asked {
    std::uint64_t process = 0;
    std::uint64_t thread = 0;
    std::uint32_t priority = 0;
  };

  FakeBroker(const PrivateBus& bus, const char* name, const char* path, const char* interface, bool refuses)
      : refuses_(refuses) {
    EXPECT_GE(sd_bus_new(&bus_), 0);
    EXPECT_GE(sd_bus_set_address(bus_, bus.address().c_str()), 0);
    EXPECT_GE(sd_bus_set_bus_client(bus_, 1), 0);
    EXPECT_GE(sd_bus_start(bus_), 0);
    static const sd_bus_vtable kMethods[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("MakeThreadRealtimeWithPID", "ttu", "", &FakeBroker::make_realtime, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_PROPERTY("MaxRealtimePriority", "i", &FakeBroker::max_priority, 0, 0), SD_BUS_VTABLE_END};
    EXPECT_GE(sd_bus_add_object_vtable(bus_, nullptr, path, interface, kMethods, this), 0);
    EXPECT_GE(sd_bus_request_name(bus_, name, 0), 0);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        if (sd_bus_process(bus_, nullptr) == 0) sd_bus_wait(bus_, 10'000);
      }
    });
  }
  FakeBroker(const FakeBroker&) = delete;
  FakeBroker& operator=(const FakeBroker&) = delete;
  ~FakeBroker() {
    thread_ = {};
    sd_bus_flush_close_unref(bus_);
  }
  [[nodiscard]] Asked asked() const {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

 private:
  static int make_realtime(sd_bus_message* message, void* self, sd_bus_error* error) {
    auto& broker = *static_cast<FakeBroker*>(self);
    if (broker.refuses_) return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED, "not today");
    const std::scoped_lock lock(broker.mutex_);
    Asked& asked = broker.asked_;
    sd_bus_message_read(message, "ttu", &asked.process, &asked.thread, &asked.priority);
    return sd_bus_reply_method_return(message, "");
  }
  static int max_priority(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void*, sd_bus_error*) {
    return sd_bus_message_append(reply, "i", 12);
  }

  const bool refuses_;
  sd_bus* bus_ = nullptr;
  mutable std::mutex mutex_;  // protects asked_
  Asked asked_;
  std::jthread thread_;
};

constexpr const char* kRtkit = "org.freedesktop.RealtimeKit1";
constexpr const char* kRtkitPath = "/org/freedesktop/RealtimeKit1";
constexpr const char* kPortal = "org.freedesktop.portal.Desktop";
constexpr const char* kPortalPath = "/org/freedesktop/portal/desktop";

class RealtimeBrokerTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(bus_.running()) << "dbus-daemon does not start"; }
  PrivateBus bus_;
};

TEST_F(RealtimeBrokerTest, RtkitIsAskedForNoMoreThanItGrants) {
  const FakeBroker rtkit(bus_, kRtkit, kRtkitPath, kRtkit, false);
  const auto granted = ask_rtkit_for_realtime(::gettid(), 15);
  ASSERT_TRUE(granted) << granted.error().message();
  EXPECT_EQ(rtkit.asked().process, static_cast<std::uint64_t>(::getpid()));
  EXPECT_EQ(rtkit.asked().thread, static_cast<std::uint64_t>(::gettid()));
  EXPECT_EQ(rtkit.asked().priority, 12U);
}

TEST_F(RealtimeBrokerTest, ThePortalIsAskedByItsOwnName) {
  const FakeBroker portal(bus_, kPortal, kPortalPath, "org.freedesktop.portal.Realtime", false);
  ASSERT_TRUE(ask_portal_for_realtime(::gettid(), 5));
  EXPECT_EQ(portal.asked().priority, 5U);
  EXPECT_FALSE(ask_rtkit_for_realtime(::gettid(), 5)) << "there is none";
}

TEST_F(RealtimeBrokerTest, ARefusalSaysWhy) {
  const FakeBroker rtkit(bus_, kRtkit, kRtkitPath, kRtkit, true);
  const auto granted = ask_rtkit_for_realtime(::gettid(), 15);
  ASSERT_FALSE(granted);
  EXPECT_EQ(granted.error().code, Errc::kServiceMissing);
  EXPECT_NE(granted.error().message().find("not today"), std::string::npos);
}

TEST(RealtimeBroker, WithoutABusThereIsNobodyToAsk) {
  ::setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
  ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
  for (const auto& ask : {ask_portal_for_realtime, ask_rtkit_for_realtime}) {
    const auto granted = ask(::gettid(), 15);
    ASSERT_FALSE(granted);
    EXPECT_EQ(granted.error().code, Errc::kServiceMissing);
  }
  ::unsetenv("DBUS_SESSION_BUS_ADDRESS");
  ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

}  // namespace
}  // namespace voicestand::dbus
