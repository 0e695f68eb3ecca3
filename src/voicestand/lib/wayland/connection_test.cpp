#include "voicestand/lib/wayland/connection.h"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <wayland-client-protocol.h>

#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/wayland/protocol.h"

namespace voicestand::wayland {
namespace {

using namespace std::chrono_literals;

// A compositor that does no more than it is told.
class FakeCompositor {
 public:
  explicit FakeCompositor(std::function<void(int client)> behaviour) {
    std::string pattern = std::filesystem::temp_directory_path() / "vs-wayland-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    const std::string path = folder_ + "/socket";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    socket_ = posix::UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_.get(), 1), 0);
    ::setenv("WAYLAND_DISPLAY", path.c_str(), 1);
    thread_ = std::jthread([this, behaviour = std::move(behaviour)] {
      const posix::UniqueFd client(::accept(socket_.get(), nullptr, nullptr));
      behaviour(client.get());
    });
  }
  ~FakeCompositor() {
    thread_.join();
    std::filesystem::remove_all(folder_);
  }

 private:
  std::string folder_;
  posix::UniqueFd socket_;
  std::jthread thread_;
};

void wait_for_the_end_of(int client) {
  char byte = 0;
  while (::read(client, &byte, 1) > 0) {
  }
}

TEST(Connection, OutsideOfASessionSaysSo) {
  ::unsetenv("WAYLAND_DISPLAY");
  const auto connection = Connection::open();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, Errc::kServiceMissing);
  EXPECT_NE(connection.error().message().find("WAYLAND_DISPLAY"), std::string::npos);
}

TEST(Connection, NamesTheCompositorThatIsNotThere) {
  ::setenv("WAYLAND_DISPLAY", "/nowhere/at/all", 1);
  const auto connection = Connection::open();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, Errc::kServiceMissing);
  EXPECT_EQ(connection.error().where, "/nowhere/at/all");
  EXPECT_FALSE(connection.error().remedy.empty());
}

TEST(Connection, DoesNotWaitForEver) {
  const FakeCompositor silent(wait_for_the_end_of);
  const auto before = std::chrono::steady_clock::now();
  const auto connection = Connection::open(50ms);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, Errc::kIo);
  EXPECT_GE(std::chrono::steady_clock::now() - before, 50ms);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
}

TEST(Connection, ACompositorThatGoesAwayIsAnError) {
  const FakeCompositor leaving([](int client) {
    char byte = 0;
    EXPECT_EQ(::read(client, &byte, 1), 1);
  });
  const auto connection = Connection::open();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, Errc::kIo);
}

TEST(Connection, AProtocolErrorIsAnError) {
  const FakeCompositor refusing([](int client) {
    // wl_display.error: object 1, code 3, and why.
    const std::vector<std::uint32_t> message{1, 24U << 16U, 1, 3, 4, 0x00'6F'6E'21};
    EXPECT_EQ(::write(client, message.data(), 24), 24);
    wait_for_the_end_of(client);
  });
  const auto connection = Connection::open();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, Errc::kIo);
  EXPECT_NE(connection.error().what.find('3'), std::string::npos) << connection.error().what;
}

// Where the library has a table of its own, ours is the beginning of it.
TEST(Protocol, TablesAreThoseOfTheLibrary) {
  const auto expect_same = [](int count, const wl_message* ours, int their_count, const wl_message* theirs) {
    ASSERT_LE(count, their_count);
    for (int at = 0; at < count; ++at) {
      EXPECT_STREQ(ours[at].name, theirs[at].name);
      EXPECT_STREQ(ours[at].signature, theirs[at].signature) << ours[at].name;
    }
  };
  const std::vector<std::pair<const wl_interface*, const wl_interface*>> tables{
      {&protocol::registry::kInterface, &wl_registry_interface},
      {&protocol::callback::kInterface, &wl_callback_interface},
      {&protocol::seat::kInterface, &wl_seat_interface},
      {&protocol::keyboard::kInterface, &wl_keyboard_interface}};
  for (const auto& [ours, theirs] : tables) {
    SCOPED_TRACE(ours->name);
    EXPECT_STREQ(ours->name, theirs->name);
    expect_same(ours->method_count, ours->methods, theirs->method_count, theirs->methods);
    expect_same(ours->event_count, ours->events, theirs->event_count, theirs->events);
  }
}

}  // namespace
}  // namespace voicestand::wayland
