#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/machine.h"
#include "bench/statistics.h"
#include "voicestand/base/result.h"

namespace voicestand::bench {

struct EarlierResult {
  std::string name;
  std::string unit;
  Summary summary;
};

// A run whose figures were written to a file.
struct Earlier {
  std::string path;
  std::string commit;
  Machine machine;
  std::vector<EarlierResult> results;

  // Thread: any. Nothing where it had none of that name in that unit.
  [[nodiscard]] const EarlierResult* find(std::string_view name, std::string_view unit) const noexcept;
  // Thread: any. Whether figures of `now` may be held against these: the processor, its cores in use, the vector
  // kernels.
  [[nodiscard]] bool on(const Machine& now) const noexcept;
};

// Thread: any. What `bench --json` wrote (bench/report_json.h). Results that it holds without their values, as versions
// before them did, have a median and no chance. Errors: kNotFound, kIo; kBadData for anything else than such a file.
[[nodiscard]] Result<Earlier> read_earlier(const std::string& path);
[[nodiscard]] Result<Earlier> parse_earlier(std::string_view text, const std::string& path);

}  // namespace voicestand::bench
