#include "voicestand/service/model_pull.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "voicestand/lib/curl/download.h"
#include "voicestand/lib/openssl/sha256.h"
#include "voicestand/service/model_check.h"
#include "voicestand/service/model_file_error.h"
#include "voicestand/service/model_lock.h"
#include "voicestand/service/model_part_file.h"

namespace voicestand::service {
namespace {

constexpr long kPartialContent = 206;
constexpr long kRangeNotSatisfiable = 416;

bool wait_for_real(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  return !condition.wait_for(lock, stop, time, [] { return false; }) && !stop.stop_requested();
}

// Downloads the files of one model, one after another.
class Pull {
 public:
  Pull(const ModelManifest& manifest, const PullOptions& options) : manifest_(manifest), options_(options) {
    outcome_.total_bytes = manifest.size_bytes();
  }

  Result<PullOutcome> run() {
    if (auto usable = check_addresses(); !usable) return std::unexpected(std::move(usable.error()));
    if (auto there = openssl::check_library(); !there) return std::unexpected(std::move(there.error()));
    const auto lock = ModelLock::take(options_.models_folder, manifest_.id);
    if (!lock) return std::unexpected(lock.error());
    const std::filesystem::path folder = options_.models_folder / manifest_.id;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return file_error(error.value(), folder);
    outcome_.already_there = true;
    for (const ModelFile& file : manifest_.files) {
      if (auto done = bring(file, folder / file.name); !done) {
        std::filesystem::remove(folder, error);  // only if nothing is in it
        return std::unexpected(std::move(done.error()));
      }
      before_ += file.size_bytes;
    }
    return outcome_;
  }

 private:
  Result<void> check_addresses() const {
    if (!options_.mirror.empty()) {
      if (auto usable = curl::check_address(options_.mirror); !usable) return usable;
    }
    for (const ModelFile& file : manifest_.files) {
      if (file.address.empty()) {
        return fail(Errc::kUsage, "its manifest has no address for " + file.name, manifest_.id,
                    "copy the file into its folder");
      }
      if (auto usable = curl::check_address(mirrored(file.address, options_.mirror)); !usable) return usable;
    }
    return {};
  }

  void tell(PullProgress::Step step, const ModelFile& file, std::uint64_t done) const {
    if (!options_.progress) return;
    options_.progress(
        {.step = step, .file = file.name, .done_bytes = before_ + done, .total_bytes = outcome_.total_bytes});
  }

  Result<void> check(const std::filesystem::path& path, const ModelFile& file) const {
    return check_model_file(path, file, [&](std::uint64_t) {
      tell(PullProgress::Step::kVerifying, file, file.size_bytes);
      return !options_.stop.stop_requested();
    });
  }

  // Makes sure that `path` is there and right.
  Result<void> bring(const ModelFile& file, const std::filesystem::path& path) {
    const auto present = check(path, file);
    if (present) return {};
    if (present.error().code != Errc::kModelMissing && present.error().code != Errc::kBadData) return present;
    outcome_.already_there = false;
    auto part = ModelPartFile::open(path);
    if (!part) return std::unexpected(std::move(part.error()));

    for (bool restarted = false;; restarted = true) {
      resumed_ = part->size_bytes() > 0;
      if (auto complete = download(file, *part); !complete) {
        if (part->size_bytes() == 0) part->discard();
        return complete;
      }
      auto right = check(part->path(), file);
      if (right) return part->put_in_place();
      if (right.error().code != Errc::kBadData) return right;
      // Pieces of several downloads may not belong together: then once more, from the first byte.
      if (!resumed_ || restarted) {
        part->discard();
        return fail(Errc::kBadData, file.name + ": " + right.error().what, mirrored(file.address, options_.mirror),
                    "try another mirror or a newer version of voicestand");
      }
      if (auto again = part->start_over(); !again) return again;
    }
  }

  // Until the part has the manifest's size, in as many attempts as are granted.
  Result<void> download(const ModelFile& file, ModelPartFile& part) {
    if (part.size_bytes() > file.size_bytes) {
      if (auto again = part.start_over(); !again) return again;
    }
    if (auto room = part.check_room_for(file.size_bytes - part.size_bytes()); !room) return room;
    std::chrono::milliseconds pause = options_.first_wait;
    std::uint64_t mark = part.size_bytes();
    for (int failures = 0; part.size_bytes() < file.size_bytes;) {
      const auto failure = attempt(file, part);
      if (!failure) continue;
      if (part.size_bytes() >= mark + PullOptions::kProgressBytes) {
        failures = 0;
        pause = options_.first_wait;
        mark = part.size_bytes();
      }
      ++failures;
      if (!failure->passing || failures >= options_.attempts) return std::unexpected(failure->error);
      tell(PullProgress::Step::kWaiting, file, part.size_bytes());
      const bool go_on = options_.wait ? options_.wait(pause) : wait_for_real(options_.stop, pause);
      if (!go_on) return fail(Errc::kInterrupted, "interrupted", file.address);
      pause = std::min(pause * 2, PullOptions::kLongestWait);
    }
    return {};
  }

  // One request for what the part lacks. Nothing when the part is complete afterwards.
  std::optional<curl::Failure> attempt(const ModelFile& file, ModelPartFile& part) {
    const std::string address = mirrored(file.address, options_.mirror);
    const bool resuming = part.size_bytes() > 0;
    resumed_ = resumed_ || resuming;
    bool too_much = false;
    const curl::Receiver receiver{
        .begin = [&](const curl::Response& response) { return begin(response, file, part, address); },
        .body = [&](std::span<const std::byte> bytes) -> Result<void> {
          too_much = bytes.size() > file.size_bytes - part.size_bytes();
          if (too_much) {
            return fail(Errc::kBadData, fmt::format("the server sends more than {} bytes", file.size_bytes), address,
                        "try another mirror");
          }
          auto written = part.append(bytes);
          outcome_.downloaded_bytes += written ? bytes.size() : 0;
          tell(PullProgress::Step::kDownloading, file, part.size_bytes());
          return written;
        }};
    const auto response = curl::download({.address = address,
                                          .from_byte = part.size_bytes(),
                                          .connect_timeout = options_.connect_timeout,
                                          .stall_timeout = options_.stall_timeout},
                                         receiver, options_.stop);
    const bool no_such_range = !response && response.error().status == kRangeNotSatisfiable && resuming;
    if (too_much || no_such_range) {
      if (auto emptied = part.start_over(); !emptied) return curl::Failure{.error = std::move(emptied.error())};
    }
    if (!response) {
      curl::Failure failure = response.error();
      failure.passing = failure.passing || no_such_range;
      return failure;
    }
    if (part.size_bytes() == file.size_bytes) return std::nullopt;
    return curl::Failure{
        .error = {Errc::kNetwork,
                  fmt::format("the server ends after {} of {} bytes", part.size_bytes(), file.size_bytes), address,
                  "try again later"},
        .passing = true};
  }

  // The server's head: does it go on where the part ends, and is it the file that the manifest means?
  static Result<void> begin(const curl::Response& response, const ModelFile& file, ModelPartFile& part,
                            const std::string& address) {
    const auto refuse = [&](const std::string& what) {
      return fail(Errc::kBadData, what, address, "check that no login page stands between, or try another mirror");
    };
    const bool goes_on = response.status == kPartialContent;
    if (goes_on && response.first_byte != part.size_bytes()) {
      return refuse("the server answers with another part of the file");
    }
    const std::uint64_t whole = response.whole_bytes.value_or(file.size_bytes);
    if (goes_on && whole != file.size_bytes) {
      return refuse(fmt::format("the server's file has {} bytes instead of {}", whole, file.size_bytes));
    }
    const std::uint64_t due = file.size_bytes - (goes_on ? part.size_bytes() : 0);
    if (response.body_bytes.value_or(due) != due) {
      return refuse(fmt::format("the server announces {} bytes instead of {}", *response.body_bytes, due));
    }
    if (!goes_on && part.size_bytes() > 0) return part.start_over();  // it knows no parts: everything once more
    return {};
  }

  const ModelManifest& manifest_;
  const PullOptions& options_;
  PullOutcome outcome_;
  std::uint64_t before_ = 0;  // in files that are done
  bool resumed_ = false;      // a request since the file's first byte went on where another ended
};

}  // namespace

std::string models_mirror(const std::string& configured, const Environment& environment) {
  std::string given = environment.variable("VOICESTAND_MODELS_MIRROR").value_or("");
  return given.empty() ? configured : given;
}

std::string mirrored(std::string_view address, std::string_view mirror) {
  if (mirror.empty()) return std::string(address);
  const std::size_t host = address.find("://");
  const std::size_t path = host == std::string_view::npos ? host : address.find('/', host + 3);
  std::string out(mirror.substr(0, mirror.find_last_not_of('/') + 1));
  if (path != std::string_view::npos) out += address.substr(path);
  return out;
}

Result<PullOutcome> pull_model(const ModelManifest& manifest, const PullOptions& options) {
  return Pull(manifest, options).run();
}

}  // namespace voicestand::service
