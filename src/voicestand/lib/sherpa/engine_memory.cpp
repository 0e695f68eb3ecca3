#include "voicestand/lib/sherpa/engine_memory.h"

#include <array>
#include <atomic>
#include <climits>
#include <cstdint>
#include <cstring>

#include <dlfcn.h>
#include <malloc.h>

// ONNX Runtime's C interface is one table of functions. Its order is part of the library's binary interface: later
// versions only add at the end, so the places below hold for every version 1.x. Only what is used is declared here.
namespace {

using Function = void (*)();
struct OrtStatus;
struct OrtSessionOptions;
using CreateSessionOptions = OrtStatus* (*)(OrtSessionOptions**);
using ChangeSessionOptions = OrtStatus* (*)(OrtSessionOptions*);
using AddSessionConfigEntry = OrtStatus* (*)(OrtSessionOptions*, const char*, const char*);
using ReleaseStatus = void (*)(OrtStatus*);

constexpr std::size_t kCreateSessionOptions = 10;
constexpr std::size_t kDisableMemPattern = 17;
constexpr std::size_t kDisableCpuMemArena = 19;
constexpr std::size_t kReleaseStatus = 93;
constexpr std::size_t kAddSessionConfigEntry = 130;
constexpr std::size_t kLeastFunctions = kAddSessionConfigEntry + 1;
constexpr std::size_t kMostFunctions = 1024;

struct ApiBase {
  const Function* (*get_api)(std::uint32_t version);
  const char* (*get_version_string)();
};

// All of it is used before main() too, when sherpa-onnx's statics are made: nothing here has a constructor to wait for.
constinit const ApiBase* runtime = nullptr;
constinit const Function* runtime_api = nullptr;
constinit std::array<Function, kMostFunctions> tuned_api{};
constinit std::atomic<int> tuned{0};

template <typename F>
F function(std::size_t index) noexcept {
  return reinterpret_cast<F>(runtime_api[index]);
}

bool succeeded(OrtStatus* status) noexcept {
  if (status == nullptr) return true;
  function<ReleaseStatus>(kReleaseStatus)(status);
  return false;
}

// Options that the runtime refuses stay as they were: more memory, the same text.
OrtStatus* create_tuned_session_options(OrtSessionOptions** options) {
  OrtStatus* const status = function<CreateSessionOptions>(kCreateSessionOptions)(options);
  if (status != nullptr) return status;
  const auto set = function<AddSessionConfigEntry>(kAddSessionConfigEntry);
  const bool small = succeeded(function<ChangeSessionOptions>(kDisableCpuMemArena)(*options)) &&
                     succeeded(function<ChangeSessionOptions>(kDisableMemPattern)(*options)) &&
                     succeeded(set(*options, "session.intra_op.allow_spinning", "0")) &&
                     succeeded(set(*options, "session.inter_op.allow_spinning", "0"));
  if (small) tuned.fetch_add(1, std::memory_order_relaxed);  // pair: tuned_session_options(), a count alone
  return nullptr;
}

// The table has no length: it ends, at the latest, where a pointer does not lead into the runtime any more.
std::size_t count_functions(const Function* api) noexcept {
  Dl_info first{};
  if (::dladdr(reinterpret_cast<const void*>(api[0]), &first) == 0) return 0;
  std::size_t count = 1;
  for (Dl_info info{}; count < kMostFunctions && api[count] != nullptr; ++count) {
    if (::dladdr(reinterpret_cast<const void*>(api[count]), &info) == 0 || info.dli_fbase != first.dli_fbase) break;
  }
  return count;
}

const Function* get_tuned_api(std::uint32_t version) {
  const Function* const api = runtime->get_api(version);
  if (api == nullptr || std::strncmp(runtime->get_version_string(), "1.", 2) != 0) return api;
  if (api == runtime_api) return tuned_api.data();
  const std::size_t count = runtime_api == nullptr ? count_functions(api) : 0;
  if (count < kLeastFunctions) return api;
  runtime_api = api;
  std::memcpy(tuned_api.data(), api, count * sizeof(Function));
  tuned_api[kCreateSessionOptions] = reinterpret_cast<Function>(&create_tuned_session_options);
  return tuned_api.data();
}

const char* get_version() {
  return runtime->get_version_string();
}

constexpr ApiBase kTunedBase{&get_tuned_api, &get_version};

}  // namespace

// Found before the runtime's own function of this name, as a program's symbols come first.
extern "C" [[gnu::visibility("default")]] const void* OrtGetApiBase() noexcept {
  if (runtime == nullptr) {
    const auto find = reinterpret_cast<const ApiBase* (*)()>(::dlsym(RTLD_NEXT, "OrtGetApiBase"));
    if (find == nullptr) return nullptr;
    runtime = find();
  }
  return &kTunedBase;
}

namespace voicestand::sherpa {

void keep_freed_memory() noexcept {
  ::mallopt(M_MMAP_MAX, 0);
  ::mallopt(M_TRIM_THRESHOLD, INT_MAX);
  ::mallopt(M_ARENA_MAX, 1);
}

void release_free_memory() noexcept {
  ::malloc_trim(0);
}

// Pair: create_tuned_session_options(), a count alone.
int tuned_session_options() noexcept {
  return tuned.load(std::memory_order_relaxed);
}

}  // namespace voicestand::sherpa
