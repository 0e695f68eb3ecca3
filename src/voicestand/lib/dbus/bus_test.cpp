#include "voicestand/lib/dbus/bus.h"

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "voicestand/lib/dbus/private_bus.h"

namespace voicestand::dbus {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kName = "org.voicestand.Test1";
constexpr const char* kPath = "/org/voicestand/Test1";
const Bus::Object kObject{.service = kName, .path = kPath, .interface = kName};

// A lamp on the bus, served by a loop of its own.
class Lamp {
 public:
  Lamp() : loop_(EventLoop::create().value()) {
    thread_ = std::jthread([this] { (void)loop_->run(); });
    run([this] {
      bus_ = Bus::open_session(loop_.get()).value();
      EXPECT_TRUE(bus_->serve(
          kPath,
          {.name = kName,
           .methods = {{.name = "Switch",
                        .call = [this]() -> Result<void> {
                          on_ = !on_;
                          EXPECT_TRUE(bus_->tell_changed(kPath, kName, "On"));
                          return bus_->tell(kPath, kName, "Switched", std::array<Value, 2>{on_, brightness_});
                        }},
                       {.name = "Dim",
                        .call_numbered = [this](std::uint64_t parts) -> Result<void> {
                          if (parts == 0) return fail(Errc::kUsage, "there is no darkness", "lamp");
                          brightness_ /= static_cast<double>(parts);
                          return {};
                        },
                        .argument = "parts\0"},
                       {.name = "Break",
                        .call = []() -> Result<void> { return fail(Errc::kIo, "it is made of steel", "lamp"); }}},
           .properties = {{.name = "On", .type = "b", .value = [this]() -> Value { return on_; }},
                          {.name = "Brightness", .type = "d", .value = [this]() -> Value { return brightness_; }},
                          {.name = "Name", .type = "s", .value = []() -> Value { return std::string("Löwe"); }},
                          {.name = "Hours", .type = "t", .value = []() -> Value { return std::uint64_t{7}; }}},
           .signals = {{.name = "Switched", .types = "bd", .arguments = "on\0brightness\0"}}}));
      claimed_ = bus_->claim(kName);
    });
  }
  Lamp(const Lamp&) = delete;
  Lamp& operator=(const Lamp&) = delete;
  ~Lamp() {
    run([this] { bus_.reset(); });
    loop_->quit();
  }
  [[nodiscard]] const Result<void>& claimed() const { return claimed_; }

 private:
  void run(std::function<void()> work) {
    std::atomic<bool> done{false};
    loop_->post([&] {
      work();
      done = true;
      done.notify_all();
    });
    done.wait(false);
  }

  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<Bus> bus_;
  Result<void> claimed_;
  bool on_ = false;
  double brightness_ = 0.5;
  std::jthread thread_;
};

class BusTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(private_bus_.running()) << "dbus-daemon does not start"; }
  PrivateBus private_bus_;
};

TEST_F(BusTest, WhatIsServedCanBeCalledAndRead) {
  const Lamp lamp;
  const auto bus = Bus::open_session(nullptr);
  ASSERT_TRUE(bus);
  EXPECT_EQ((*bus)->property(kObject, "On", 'b'), Value(false));
  ASSERT_TRUE((*bus)->call(kObject, "Switch"));
  EXPECT_EQ((*bus)->property(kObject, "On", 'b'), Value(true));
  EXPECT_EQ((*bus)->property(kObject, "Brightness", 'd'), Value(0.5));
  EXPECT_EQ((*bus)->property(kObject, "Name", 's'), Value(std::string("Löwe")));
  EXPECT_EQ((*bus)->property(kObject, "Hours", 't'), Value(std::uint64_t{7}));
}

TEST_F(BusTest, AMethodMayTakeANumber) {
  const Lamp lamp;
  const auto bus = Bus::open_session(nullptr);
  ASSERT_TRUE(bus);
  ASSERT_TRUE((*bus)->call(kObject, "Dim", 4));
  EXPECT_EQ((*bus)->property(kObject, "Brightness", 'd'), Value(0.125));
  EXPECT_FALSE((*bus)->call(kObject, "Dim", 0));
  EXPECT_FALSE((*bus)->call(kObject, "Dim")) << "without its number";
  EXPECT_FALSE((*bus)->call(kObject, "Switch", 4)) << "with one that it does not take";
}

TEST_F(BusTest, AnErrorKeepsItsWords) {
  const Lamp lamp;
  const auto bus = Bus::open_session(nullptr);
  ASSERT_TRUE(bus);
  const auto broken = (*bus)->call(kObject, "Break");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, Errc::kIo);
  EXPECT_THAT(broken.error().message(), HasSubstr("it is made of steel"));
  EXPECT_FALSE((*bus)->call(kObject, "Fly"));
  EXPECT_FALSE((*bus)->property(kObject, "Name", 't')) << "of another type";
}

TEST_F(BusTest, WhoIsNotThereIsMissing) {
  const auto bus = Bus::open_session(nullptr);
  ASSERT_TRUE(bus);
  const auto called = (*bus)->call(kObject, "Switch");
  ASSERT_FALSE(called);
  EXPECT_EQ(called.error().code, Errc::kServiceMissing);
}

TEST_F(BusTest, ANameIsTakenOnce) {
  const Lamp first;
  EXPECT_TRUE(first.claimed());
  const Lamp second;
  ASSERT_FALSE(second.claimed());
  EXPECT_EQ(second.claimed().error().code, Errc::kUsage);
}

TEST_F(BusTest, SignalsAreHeard) {
  const Lamp lamp;
  auto loop = EventLoop::create().value();
  const auto bus = Bus::open_session(loop.get()).value();
  std::vector<std::string> heard;
  std::vector<Value> last;
  ASSERT_TRUE(bus->hear(kObject, "", [&](const std::string& signal, const std::vector<Value>& arguments) {
    heard.push_back(signal);
    last = arguments;
    loop->quit();
  }));
  auto changes = kObject;
  changes.interface = "org.freedesktop.DBus.Properties";
  ASSERT_TRUE(bus->hear(changes, "PropertiesChanged",
                        [&](const std::string& signal, const auto& /*arguments*/) { heard.push_back(signal); }));
  ASSERT_TRUE(Bus::open_session(nullptr).value()->call(kObject, "Switch"));
  ASSERT_TRUE(loop->run());
  EXPECT_THAT(heard, ElementsAre("PropertiesChanged", "Switched"));
  EXPECT_THAT(last, ElementsAre(Value(true), Value(0.5)));
}

TEST(Bus, WithoutOneItSaysSo) {
  ::setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
  const auto bus = Bus::open_session(nullptr);
  ASSERT_FALSE(bus);
  EXPECT_EQ(bus.error().code, Errc::kServiceMissing);
  ::unsetenv("DBUS_SESSION_BUS_ADDRESS");
}

TEST(EventLoop, DoesWhatIsPostedInOrderAndWhatIsDue) {
  const auto loop = EventLoop::create().value();
  std::vector<int> done;
  auto timer = loop->after(milliseconds(20), [&] {
    done.push_back(3);
    loop->quit();
  });
  ASSERT_TRUE(timer);
  auto never = loop->after(milliseconds(1), [&] { done.push_back(-1); });
  ASSERT_TRUE(never);
  never->reset();
  std::jthread other([&] {
    loop->post([&] { done.push_back(1); });
    loop->post([&] { done.push_back(2); });
  });
  ASSERT_TRUE(loop->run());
  EXPECT_THAT(done, ElementsAre(1, 2, 3));
}

TEST(EventLoop, AWatchMayEndItself) {
  const auto loop = EventLoop::create().value();
  const auto flag = posix::EventFd::create().value();
  flag.raise();
  EventLoop::WatchPtr watch;
  int times = 0;
  watch = loop->when_readable(flag.fd(),
                              [&] {
                                ++times;
                                watch.reset();
                                loop->quit();
                              })
              .value();
  ASSERT_TRUE(loop->run());
  EXPECT_EQ(times, 1);
}

}  // namespace
}  // namespace voicestand::dbus
