#include "bench/stripped_size.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "voicestand/lib/posix/child_process.h"

namespace voicestand::bench {

Result<std::uint64_t> stripped_size(const std::string& program) {
  std::error_code ignored;
  std::string folder = (std::filesystem::temp_directory_path(ignored) / "voicestand-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr)
    return fail(Errc::kIo, "there is no temporary folder", folder, "set TMPDIR to a folder that can be written to");
  const std::string stripped = folder + "/stripped";
  auto strip = posix::ChildProcess::spawn({.argv = {"strip", "-o", stripped, program}, .descriptors = {}});
  const bool done = strip && strip->wait().clean();
  std::error_code unknown;
  const std::uint64_t bytes = std::filesystem::file_size(stripped, unknown);
  std::filesystem::remove_all(folder, ignored);
  if (!done || unknown) return fail(Errc::kServiceMissing, "'strip' is not here", program, "install binutils");
  return bytes;
}

}  // namespace voicestand::bench
