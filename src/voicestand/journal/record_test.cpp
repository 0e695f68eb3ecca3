#include "voicestand/journal/record.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/journal/crc32c.h"
#include "voicestand/journal/utterance.h"

namespace voicestand::journal {
namespace {

struct Told {
  std::uint64_t id;
  std::string payload;
  bool operator==(const Told&) const = default;
};

std::vector<std::byte> image_of(const std::vector<Told>& all) {
  std::vector<std::byte> image;
  for (const Told& told : all) add_record(image, RecordKind::kText, told.id, bytes_of(told.payload));
  return image;
}

std::vector<Told> read(std::span<const std::byte> image) {
  std::vector<Told> all;
  RecordReader reader(image);
  while (const auto record = reader.next()) {
    EXPECT_EQ(record->kind, RecordKind::kText);
    all.push_back({.id = record->id, .payload = text_of(record->payload)});
  }
  return all;
}

std::vector<Told> some_records() {
  return *rc::gen::container<std::vector<Told>>(
      rc::gen::build<Told>(rc::gen::set(&Told::id), rc::gen::set(&Told::payload)));
}

TEST(Crc32c, IsCastagnolis) {
  EXPECT_EQ(crc32c(bytes_of("123456789")), 0xE3069283U);
  EXPECT_EQ(crc32c(bytes_of("56789"), crc32c(bytes_of("1234"))), 0xE3069283U);
  EXPECT_EQ(crc32c({}), 0U);
}

TEST(Record, IsReadAsItWasWritten) {
  EXPECT_TRUE(rc::check([] {
    const auto all = some_records();
    RC_ASSERT(read(image_of(all)) == all);
  }));
}

TEST(Record, WhereAFileEndsEarlyAllBeforeIsRead) {
  EXPECT_TRUE(rc::check([] {
    const auto all = some_records();
    const auto image = image_of(all);
    const auto size = *rc::gen::inRange<std::size_t>(0, image.size() + 1);
    std::vector<Told> whole;
    std::size_t end = 0;
    for (const Told& told : all) {
      end += kRecordHeaderBytes + told.payload.size();
      if (end <= size) whole.push_back(told);
    }
    RC_ASSERT(read(std::span(image).first(size)) == whole);
  }));
}

TEST(Record, AFlippedBitCostsTheOneRecord) {
  EXPECT_TRUE(rc::check([] {
    auto all = some_records();
    RC_PRE(!all.empty());
    auto image = image_of(all);
    const auto at = *rc::gen::inRange<std::size_t>(0, image.size());
    image[at] ^= static_cast<std::byte>(1U << *rc::gen::inRange(0, 8));
    std::size_t end = 0;
    for (auto told = all.begin(); told != all.end(); ++told) {
      end += kRecordHeaderBytes + told->payload.size();
      if (at >= end) continue;
      all.erase(told);
      break;
    }
    RC_ASSERT(read(image) == all);
  }));
}

TEST(Record, OtherBytesBetweenRecordsAreCountedUnlessTheyAreZeros) {
  EXPECT_TRUE(rc::check([] {
    const auto before = some_records();
    auto after = some_records();
    const auto noise = *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
    auto image = image_of(before);
    for (const std::uint8_t byte : noise) image.push_back(std::byte{byte});
    const auto rest = image_of(after);
    image.insert(image.end(), rest.begin(), rest.end());
    auto all = before;
    all.insert(all.end(), after.begin(), after.end());
    RecordReader reader(image);
    std::vector<Told> found;
    while (const auto record = reader.next()) found.push_back({.id = record->id, .payload = text_of(record->payload)});
    RC_ASSERT(found == all);
    RC_ASSERT(reader.unreadable_bytes() ==
              static_cast<std::uint64_t>(std::ranges::count_if(noise, [](auto byte) { return byte != 0; })));
  }));
}

TEST(Record, AnyBytesWhateverAreReadInAnEnd) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& bytes) {
    RecordReader reader(std::as_bytes(std::span(bytes)));
    while (reader.next()) {
    }
    RC_ASSERT(reader.unreadable_bytes() <= bytes.size());
  }));
}

TEST(Record, ForgedHeadersDoNotMakeReadingSlow) {
  // Each claims all that follows, and is wrong about the checksum: 8 MB of them would be 1.4 TB to look at.
  std::vector<std::byte> one;
  add_record(one, RecordKind::kText, 1, {});
  std::vector<std::byte> image;
  while (image.size() < (std::size_t{8} << 20)) {
    one[6] = std::byte{0x0F};
    image.insert(image.end(), one.begin(), one.end());
  }
  RecordReader reader(image);
  EXPECT_FALSE(reader.next());
  EXPECT_GT(reader.unreadable_bytes(), 0U);
}

TEST(Record, ALaterVersionIsRecognised) {
  std::vector<std::byte> image;
  add_record(image, RecordKind::kFile, kFormatVersion, {});
  EXPECT_FALSE(RecordReader(image).is_newer());
  image.clear();
  add_record(image, RecordKind::kFile, kFormatVersion + 1, {});
  EXPECT_TRUE(RecordReader(image).is_newer());
  EXPECT_FALSE(RecordReader({}).is_newer());
}

TEST(Utterance, ItsPayloadIsReadAsItWasWritten) {
  EXPECT_TRUE(rc::check([](std::int64_t time, const std::string& app, const std::string& text) {
    const Utterance utterance{.id = 1,
                              .started_at = WallTime(std::chrono::microseconds(time)),
                              .app = app.substr(0, 255),
                              .text = text,
                              .delivered = {}};
    Utterance read{.id = 1, .started_at = {}, .app = {}, .text = {}, .delivered = {}};
    RC_ASSERT(take_payload(read, payload_of(utterance), true));
    RC_ASSERT(read == utterance);
  }));
}

TEST(Utterance, NothingComesOfOtherBytes) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& bytes, bool has_text) {
    Utterance read;
    const auto payload = std::as_bytes(std::span(bytes));
    if (take_payload(read, payload, has_text)) RC_ASSERT(payload.size() >= 10 + read.app.size());
  }));
}

}  // namespace
}  // namespace voicestand::journal
