// Pulls one model as `voicestand models pull` does and tells the outcome in one line of JSON on stdout:
//   models_probe MANIFEST MODELS_FOLDER MIRROR [interrupt-after BYTES]
// Waiting between attempts is cut short; SIGTERM has no handler, so that a test can kill it at any moment.
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stop_token>
#include <string>

#include <nlohmann/json.hpp>

#include "voicestand/base/exit_code.h"
#include "voicestand/service/model_pull.h"

int main(int argc, char** argv) {
  using namespace voicestand;
  if (argc < 4) return static_cast<int>(ExitCode::kUsage);
  std::ifstream file(argv[1]);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto manifest = service::parse_manifest(text, argv[1]);
  if (!manifest) {
    std::cerr << manifest.error().message() << "\n";
    return static_cast<int>(exit_code_of(manifest.error().code));
  }
  const std::uint64_t interrupt_after = argc > 5 ? std::stoull(argv[5]) : ~std::uint64_t{0};
  std::stop_source stop;
  std::uint64_t most = 0;
  int waits = 0;
  service::PullOptions options{.models_folder = argv[2], .mirror = argv[3], .stop = stop.get_token()};
  options.stall_timeout = std::chrono::seconds(1);
  options.wait = [&](std::chrono::milliseconds) {
    ++waits;
    return true;
  };
  options.progress = [&](const service::PullProgress& progress) {
    most = std::max(most, progress.done_bytes);
    if (progress.done_bytes >= interrupt_after) stop.request_stop();
  };
  const auto outcome = service::pull_model(*manifest, options);
  nlohmann::json line{{"done", outcome.has_value()}, {"most_bytes", most}, {"waits", waits}};
  if (outcome) {
    line["downloaded_bytes"] = outcome->downloaded_bytes;
    line["already_there"] = outcome->already_there;
  } else {
    line["message"] = outcome.error().message();
  }
  std::cout << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  return static_cast<int>(outcome ? ExitCode::kDone : exit_code_of(outcome.error().code));
}
