#include "voicestand/nn/protobuf_reader.h"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::nn {
namespace {

using Field = ProtobufReader::Field;
using Wire = ProtobufReader::Wire;

std::vector<std::byte> message(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

bool damaged(std::initializer_list<int> values) {
  const auto bytes = message(values);
  ProtobufReader reader(bytes);
  Field field;
  while (reader.next(field)) {
  }
  return reader.damaged();
}

TEST(ProtobufReader, ReadsEachWireType) {
  const auto bytes = message({0x08, 0x96, 0x01, 0x12, 2, 'h', 'i', 0x1D, 1, 2, 3, 4, 0x21, 1, 0, 0, 0, 0, 0, 0, 0x80});
  ProtobufReader reader(bytes);
  Field field;
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.number, 1U);
  EXPECT_EQ(field.value, 150U);
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.number, 2U);
  EXPECT_EQ(field.text(), "hi");
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.wire, Wire::kFixed32);
  EXPECT_EQ(field.value, 0x04030201U);
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.wire, Wire::kFixed64);
  EXPECT_EQ(field.value, 0x80000000'00000001U);
  EXPECT_FALSE(reader.next(field));
  EXPECT_FALSE(reader.damaged());
}

TEST(ProtobufReader, RefusesWhatReachesPastTheEnd) {
  EXPECT_TRUE(damaged({0x08}));               // a tag without its value
  EXPECT_TRUE(damaged({0x08, 0x80}));         // a number that does not end
  EXPECT_TRUE(damaged({0x12, 5, 'h', 'i'}));  // a text longer than the message
  EXPECT_TRUE(damaged({0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}));
  EXPECT_TRUE(damaged({0x1D, 1, 2, 3}));
  EXPECT_TRUE(damaged({0x21, 1, 2, 3}));
}

TEST(ProtobufReader, RefusesWhatDoesNotExist) {
  EXPECT_TRUE(damaged({0x0B, 0x0C}));  // a group
  EXPECT_TRUE(damaged({0x0E, 0x00}));  // wire type 6
  EXPECT_TRUE(damaged({0x00, 0x00}));  // field 0
  EXPECT_TRUE(damaged({0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}));
}

TEST(ProtobufReaderLaws, WhateverTheBytesReadingStaysInsideThemAndEnds) {
  EXPECT_TRUE(rc::check([] {
    const auto bytes = rc::gen::map(rc::gen::arbitrary<std::vector<std::uint8_t>>(), [](const auto& values) {
      std::vector<std::byte> result;
      for (const auto value : values) result.push_back(static_cast<std::byte>(value));
      return result;
    });
    const auto input = *bytes;
    ProtobufReader reader(input);
    Field field;
    std::size_t fields = 0;
    while (reader.next(field)) {
      ++fields;
      if (field.wire == Wire::kBytes && !field.bytes.empty()) {
        RC_ASSERT(field.bytes.data() >= input.data());
        RC_ASSERT(field.bytes.data() + field.bytes.size() <= input.data() + input.size());
      }
    }
    RC_ASSERT(fields <= input.size());
    RC_ASSERT(!reader.next(field));
  }));
}

}  // namespace
}  // namespace voicestand::nn
