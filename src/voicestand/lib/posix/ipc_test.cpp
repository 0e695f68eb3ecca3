#include <array>
#include <cstring>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include "voicestand/lib/posix/child_process.h"
#include "voicestand/lib/posix/event_fd.h"
#include "voicestand/lib/posix/packet_socket.h"
#include "voicestand/lib/posix/shared_memory.h"
#include "voicestand/lib/posix/stderr_capture.h"

namespace voicestand::posix {
namespace {

TEST(EventFd, StaysRaisedUntilLowered) {
  const auto event = EventFd::create();
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->lower());
  event->raise();
  event->raise();
  EXPECT_TRUE(event->lower());
  EXPECT_FALSE(event->lower());
}

TEST(PacketSocket, KeepsTheBordersOfPackets) {
  auto ends = PacketSocket::pair();
  ASSERT_TRUE(ends);
  const std::array<std::byte, 3> three{std::byte{1}, std::byte{2}, std::byte{3}};
  ASSERT_TRUE(ends->first.send(three));
  ASSERT_TRUE(ends->first.send(std::span(three).first(1)));
  std::array<std::byte, 8> packet{};
  EXPECT_EQ(ends->second.receive(packet).value(), 3U);
  EXPECT_EQ(packet[2], std::byte{3});
  EXPECT_EQ(ends->second.receive(packet).value(), 1U);
}

TEST(PacketSocket, RefusesAPacketThatIsTooLong) {
  auto ends = PacketSocket::pair();
  ASSERT_TRUE(ends);
  ASSERT_TRUE(ends->first.send(std::array<std::byte, 9>{}));
  std::array<std::byte, 8> packet{};
  const auto size = ends->second.receive(packet);
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().code, Errc::kBadData);
}

TEST(PacketSocket, APeerThatHasGoneIsAnEndAndAnErrorButNoSignal) {
  auto ends = PacketSocket::pair();
  ASSERT_TRUE(ends);
  {
    const PacketSocket gone = std::move(ends->second);
  }
  std::array<std::byte, 8> packet{};
  EXPECT_EQ(ends->first.receive(packet).value(), 0U);
  EXPECT_FALSE(ends->first.send(packet));
}

TEST(SharedMemory, WhatOneWritesTheOtherReads) {
  auto ours = SharedMemory::create("test", 4096);
  ASSERT_TRUE(ours);
  auto theirs = SharedMemory::attach(UniqueFd(::fcntl(ours->fd(), F_DUPFD_CLOEXEC, 0)), 4096);
  ASSERT_TRUE(theirs);
  ours->writable_bytes()[4095] = std::byte{7};
  EXPECT_EQ(theirs->bytes()[4095], std::byte{7});
  EXPECT_TRUE(theirs->writable_bytes().empty());
}

TEST(SharedMemory, ItsSizeCannotChange) {
  const auto ours = SharedMemory::create("test", 4096);
  ASSERT_TRUE(ours);
  EXPECT_NE(::ftruncate(ours->fd(), 0), 0);
  EXPECT_NE(::ftruncate(ours->fd(), 8192), 0);
}

TEST(SharedMemory, RefusesWhatIsTooSmallOrCouldShrink) {
  const auto small = SharedMemory::create("test", 4096);
  ASSERT_TRUE(small);
  EXPECT_FALSE(SharedMemory::attach(UniqueFd(::fcntl(small->fd(), F_DUPFD_CLOEXEC, 0)), 8192));
  UniqueFd loose(::memfd_create("loose", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  ASSERT_EQ(::ftruncate(loose.get(), 4096), 0);
  EXPECT_FALSE(SharedMemory::attach(std::move(loose), 4096));
  EXPECT_FALSE(SharedMemory::attach(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)), 0));
}

TEST(StderrCapture, KeepsTheLastWordsOfAChildWithoutItsEscapes) {
  const auto capture = StderrCapture::create();
  ASSERT_TRUE(capture);
  auto child = ChildProcess::spawn({.argv = {"sh", "-c", R"(printf 'first line\n\033[1;31mred\033[m  end\n' >&2)"},
                                    .descriptors = {{capture->fd(), 2}}});
  ASSERT_TRUE(child);
  EXPECT_TRUE(child->wait().clean());
  EXPECT_EQ(capture->last_words(100), "first line red end");
  EXPECT_EQ(capture->last_words(7), "… red end");
}

TEST(StderrCapture, AChildThatNeverStopsTalkingNeitherBlocksNorGrows) {
  const auto capture = StderrCapture::create();
  ASSERT_TRUE(capture);
  auto child = ChildProcess::spawn({.argv = {"sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 0"},
                                    .descriptors = {{capture->fd(), 2}}});
  ASSERT_TRUE(child);
  ASSERT_TRUE(child->wait_for(std::chrono::seconds(30)));
  EXPECT_LE(capture->last_words(1'000'000).size(), 20'000U);
}

}  // namespace
}  // namespace voicestand::posix
