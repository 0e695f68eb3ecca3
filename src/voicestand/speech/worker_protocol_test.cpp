#include "voicestand/speech/worker_protocol.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::speech::worker_protocol {
namespace {

std::string any_bytes() {
  return *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
}

TEST(WorkerProtocol, WhatIsPackedIsUnpacked) {
  const bool holds = rc::check([] {
    const Message message{.kind = static_cast<Kind>(*rc::gen::inRange<std::uint16_t>(1, 6)),
                          .sequence = *rc::gen::arbitrary<std::uint64_t>(),
                          .value = *rc::gen::arbitrary<std::uint64_t>(),
                          .text = any_bytes()};
    const auto again = unpack(pack(message));
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->kind == message.kind && again->sequence == message.sequence && again->value == message.value);
    RC_ASSERT(again->text == message.text);
  });
  EXPECT_TRUE(holds);
}

TEST(WorkerProtocol, LongTextIsCutOffAndStillFits) {
  const auto packet = pack({.kind = Kind::kDecoded, .sequence = 1, .value = 0, .text = std::string(100'000, 'x')});
  EXPECT_EQ(packet.size(), kMaxPacketBytes);
  EXPECT_TRUE(unpack(packet));
}

// Whatever a packet is made of, what unpack() takes is what pack() makes.
TEST(WorkerProtocol, ForeignPacketsAreRefused) {
  const bool holds = rc::check([] {
    auto packet = pack({.kind = Kind::kDecoded, .sequence = 7, .value = 9, .text = any_bytes()});
    const auto at = *rc::gen::inRange<std::size_t>(0, packet.size());
    packet[at] ^= static_cast<std::byte>(*rc::gen::inRange(1, 256));
    packet.resize(*rc::gen::inRange<std::size_t>(0, packet.size() + 3));
    const auto message = unpack(packet);
    RC_ASSERT((!message || pack(*message) == packet));  // in parentheses: the macro evaluates both sides of a bare ||
  });
  EXPECT_TRUE(holds);
}

TEST(WorkerProtocol, ARefusalCarriesItsError) {
  const Error error = refused(refusal({Errc::kBadModel, "what\n", "/where", "remedy"}));
  EXPECT_EQ(error.code, Errc::kBadModel);
  EXPECT_EQ(error.message(), Error(Errc::kBadModel, "what", "/where", "remedy").message());
  EXPECT_EQ(refused({.kind = Kind::kRefused, .sequence = 0, .value = 99, .text = {}}).code, Errc::kWorkerFailed);
}

TEST(WorkerProtocol, TextIsCleaned) {
  EXPECT_EQ(clean_text("  Ça va,\tnaïve\n\x1b[2Jmate. "), "Ça va, naïve  [2Jmate.");
  EXPECT_EQ(clean_text("a\xff\xc3z\xed\xa0\x80"), "a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(clean_text("\xc2\x9b"), "");
  EXPECT_EQ(clean_text("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
  const bool holds = rc::check([] {
    const std::string once = clean_text(any_bytes());
    RC_ASSERT(clean_text(once) == once);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace voicestand::speech::worker_protocol
