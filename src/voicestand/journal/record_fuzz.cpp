#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "voicestand/journal/record.h"
#include "voicestand/journal/utterance.h"

// Any bytes as a file, then the same behind a record and before another: both of those are found.
namespace voicestand::journal {
namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

std::size_t records(std::span<const std::byte> image) {
  RecordReader reader(image);
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (const auto record = reader.next()) {
    ++count;
    bytes += record->whole.size();
    Utterance utterance;
    if (take_payload(utterance, record->payload, true))
      require(payload_of(utterance).size() <= record->payload.size(), "more than there was");
  }
  require(bytes + reader.unreadable_bytes() <= image.size(), "more than there is");
  return count;
}

}  // namespace
}  // namespace voicestand::journal

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace voicestand::journal;  // NOLINT(google-build-using-namespace)
  const auto bytes = std::as_bytes(std::span(data, size));
  const std::size_t count = records(bytes);
  std::vector<std::byte> image;
  add_record(image, RecordKind::kText, 1, bytes);
  image.insert(image.end(), bytes.begin(), bytes.end());
  add_record(image, RecordKind::kText, 2, bytes);
  require(records(image) >= 2, "a whole record was not found");
  require(records(image) <= 2 + count, "a record was invented");
  return 0;
}
