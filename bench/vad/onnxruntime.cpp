#include <cstdint>

#include <dlfcn.h>

#include "bench/vad/engine.h"

// ONNX Runtime through the table of functions that its C interface is: its places never change between versions.
namespace voicestand::bench::vad {
namespace {

struct Environment;
struct SessionOptions;
struct Session;
struct MemoryInfo;
struct Value;
struct RunOptions;
struct Status;

constexpr std::uint32_t kApiVersion = 20;

struct ApiBase {
  const void* const* (*table)(std::uint32_t version) noexcept;
  const char* (*version)() noexcept;
};

constexpr int kLogErrors = 3;
constexpr int kOptimiseEverything = 99;
constexpr int kArenaAllocator = 1;
constexpr int kDefaultMemory = 0;
constexpr int kFloat = 1;

// The functions that are used here, by their place in the table.
class Api {
 public:
  explicit Api(const void* const* table) noexcept : table_(table) {}

  template <typename... Arguments>
  [[nodiscard]] bool call(std::size_t place, Arguments... arguments) {
    using Function = Status* (*)(Arguments...) noexcept;
    Status* const status = reinterpret_cast<Function>(const_cast<void*>(table_[place]))(arguments...);
    if (status == nullptr) return true;
    using Message = const char* (*)(const Status*) noexcept;
    if (why_.empty()) why_ = reinterpret_cast<Message>(const_cast<void*>(table_[kGetErrorMessage]))(status);
    release(kReleaseStatus, status);
    return false;
  }
  template <typename T>
  void release(std::size_t place, T* value) const noexcept {
    using Function = void (*)(T*) noexcept;
    if (value != nullptr) reinterpret_cast<Function>(const_cast<void*>(table_[place]))(value);
  }
  [[nodiscard]] const std::string& why() const noexcept { return why_; }

  static constexpr std::size_t kGetErrorMessage = 2;
  static constexpr std::size_t kCreateEnvironment = 3;
  static constexpr std::size_t kCreateSession = 7;
  static constexpr std::size_t kRun = 9;
  static constexpr std::size_t kCreateSessionOptions = 10;
  static constexpr std::size_t kSetOptimisation = 23;
  static constexpr std::size_t kSetIntraOpThreads = 24;
  static constexpr std::size_t kSetInterOpThreads = 25;
  static constexpr std::size_t kCreateTensor = 49;
  static constexpr std::size_t kCreateCpuMemoryInfo = 69;
  static constexpr std::size_t kReleaseEnvironment = 92;
  static constexpr std::size_t kReleaseStatus = 93;
  static constexpr std::size_t kReleaseMemoryInfo = 94;
  static constexpr std::size_t kReleaseSession = 95;
  static constexpr std::size_t kReleaseValue = 96;
  static constexpr std::size_t kReleaseSessionOptions = 100;
  static constexpr std::size_t kAddConfigEntry = 130;

 private:
  const void* const* table_;
  std::string why_;
};

class OnnxRuntime final : public Engine {
 public:
  explicit OnnxRuntime(Api api) : api_(std::move(api)) {}
  OnnxRuntime(const OnnxRuntime&) = delete;
  OnnxRuntime& operator=(const OnnxRuntime&) = delete;
  ~OnnxRuntime() override {
    for (Value* const value : {inputs_[0], inputs_[1], outputs_[0], outputs_[1]})
      api_.release(Api::kReleaseValue, value);
    api_.release(Api::kReleaseSession, session_);
    api_.release(Api::kReleaseEnvironment, environment_);
  }

  [[nodiscard]] bool open(const std::string& model) {
    SessionOptions* options = nullptr;
    MemoryInfo* memory = nullptr;
    const bool opened =
        api_.call(Api::kCreateEnvironment, kLogErrors, "voicestand-bench", &environment_) &&
        api_.call(Api::kCreateSessionOptions, &options) && api_.call(Api::kSetIntraOpThreads, options, 1) &&
        api_.call(Api::kSetInterOpThreads, options, 1) &&
        api_.call(Api::kSetOptimisation, options, kOptimiseEverything) &&
        api_.call(Api::kAddConfigEntry, options, "session.intra_op.allow_spinning", "0") &&
        api_.call(Api::kCreateSession, static_cast<const Environment*>(environment_), model.c_str(),
                  static_cast<const SessionOptions*>(options), &session_) &&
        api_.call(Api::kCreateCpuMemoryInfo, kArenaAllocator, kDefaultMemory, &memory) &&
        tensor(memory, std::span(input_.data(), ModelInput::kSamples), {1, ModelInput::kSamples}, inputs_[0]) &&
        tensor(memory, state_, {2, 1, nn::Silero::kHidden}, inputs_[1]) &&
        tensor(memory, std::span(&output_, 1), {1, 1}, outputs_[0]) &&
        tensor(memory, next_state_, {2, 1, nn::Silero::kHidden}, outputs_[1]);
    api_.release(Api::kReleaseSessionOptions, options);
    api_.release(Api::kReleaseMemoryInfo, memory);
    return opened;
  }
  [[nodiscard]] const std::string& why() const noexcept { return api_.why(); }

  float process(Window window) override {
    input_.take(window);
    static constexpr const char* kInputs[] = {"input", "state"};
    static constexpr const char* kOutputs[] = {"output", "stateN"};
    if (!api_.call(Api::kRun, session_, static_cast<const RunOptions*>(nullptr),
                   static_cast<const char* const*>(kInputs), static_cast<const Value* const*>(inputs_.data()),
                   std::size_t{2}, static_cast<const char* const*>(kOutputs), std::size_t{2}, outputs_.data()))
      return -1;
    state_ = next_state_;
    return output_;
  }

 private:
  [[nodiscard]] bool tensor(MemoryInfo* memory, std::span<float> values, std::initializer_list<std::int64_t> shape,
                            Value*& made) {
    return api_.call(Api::kCreateTensor, static_cast<const MemoryInfo*>(memory), static_cast<void*>(values.data()),
                     values.size_bytes(), shape.begin(), shape.size(), kFloat, &made);
  }

  Api api_;
  Environment* environment_ = nullptr;
  Session* session_ = nullptr;
  std::array<Value*, 2> inputs_{};
  std::array<Value*, 2> outputs_{};
  ModelInput input_;
  std::array<float, kStateValues> state_{};
  std::array<float, kStateValues> next_state_{};
  float output_ = 0;
};

}  // namespace

Result<std::unique_ptr<Engine>> make_onnxruntime(const std::string& library, const std::string& model) {
  const auto broken = [&](std::string why) {
    return fail(Errc::kServiceMissing, std::move(why), library, "run tools/fetch_bench_peers.py");
  };
  void* const handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);  // stays until the program ends
  if (handle == nullptr) return broken("is not there");
  const auto base = reinterpret_cast<const ApiBase* (*)()>(::dlsym(handle, "OrtGetApiBase"));
  if (base == nullptr) return broken("is not ONNX Runtime");
  const void* const* const table = base()->table(kApiVersion);
  if (table == nullptr) return broken("is older than its interface 20");
  auto engine = std::make_unique<OnnxRuntime>(Api(table));
  if (!engine->open(model)) return broken(engine->why());
  return engine;
}

}  // namespace voicestand::bench::vad
