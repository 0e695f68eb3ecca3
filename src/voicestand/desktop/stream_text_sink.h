#pragma once

#include "voicestand/desktop/text_sink.h"

namespace voicestand::desktop {

// For sessions without windows, and for other programs: text to a file descriptor, standard output for one.
class StreamTextSink final : public TextSink {
 public:
  // `fd` stays the caller's and outlives it.
  explicit StreamTextSink(int fd) noexcept : fd_(fd) {}

  [[nodiscard]] Result<std::optional<Window>> focused() override { return std::nullopt; }
  // Errors: kIo where the reader has gone, kNoSpace.
  [[nodiscard]] Result<Typed> type(const TypedText& text, const std::optional<std::string>& only_into) override;
  [[nodiscard]] std::string_view name() const noexcept override { return "stdout"; }

 private:
  int fd_;
};

}  // namespace voicestand::desktop
