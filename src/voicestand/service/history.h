#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/journal/utterance.h"
#include "voicestand/service/config.h"
#include "voicestand/service/paths.h"
#include "voicestand/service/scribe.h"

namespace voicestand::service {

// What has been dictated, the newest first, for people and programs. Thread: the owner.
class History {
 public:
  // A history that is switched off, or that cannot be had, remembers nothing and says so. `trouble`: Scribe's, and at
  // once where it cannot be had. `clock` outlives it.
  History(const Config::History& choice, const Paths& paths, const Clock& clock, const Scribe::Trouble& trouble);

  // Who writes it; none: nobody does.
  [[nodiscard]] Scribe* scribe() noexcept { return scribe_.get(); }

  // A line each, `{"n": 1, "at": …}`. Errors: kUsage where there is no history, kIo.
  [[nodiscard]] Result<std::string> json();
  // The same for people, or why there is none.
  [[nodiscard]] std::string text();
  // 1 is the newest. Errors: as above, kNotFound.
  [[nodiscard]] Result<journal::Utterance> nth(std::uint64_t n);
  [[nodiscard]] Result<void> purge();

 private:
  [[nodiscard]] Result<std::vector<journal::Utterance>> newest_first();

  std::unique_ptr<Scribe> scribe_;
  std::optional<Error> absent_;
};

}  // namespace voicestand::service
