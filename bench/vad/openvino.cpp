#include <cstdint>

#include <dlfcn.h>

#include "bench/vad/engine.h"

// OpenVINO through its C interface.
namespace voicestand::bench::vad {
namespace {

struct Core;
struct CompiledModel;
struct Request;
struct Tensor;

struct Shape {
  std::int64_t rank;
  std::int64_t* dims;
};

constexpr int kOk = 0;
constexpr int kFloat = 4;

// The library's functions by their names; the first that is missing is remembered.
class Library {
 public:
  explicit Library(void* handle) noexcept : handle_(handle) {}
  template <typename Function>
  void find(const char* name, Function*& function) {
    function = reinterpret_cast<Function*>(::dlsym(handle_, name));
    if (function == nullptr && missing_.empty()) missing_ = name;
  }
  [[nodiscard]] const std::string& missing() const noexcept { return missing_; }

 private:
  void* handle_;
  std::string missing_;
};

class OpenVino final : public Engine {
 public:
  [[nodiscard]] std::string open(void* handle, const std::string& model) {
    int (*create_core)(Core**) = nullptr;
    int (*compile)(const Core*, const char*, const char*, std::size_t, CompiledModel**, ...) = nullptr;
    int (*create_request)(const CompiledModel*, Request**) = nullptr;
    Library library(handle);
    library.find("ov_core_create", create_core);
    library.find("ov_core_compile_model_from_file", compile);
    library.find("ov_compiled_model_create_infer_request", create_request);
    library.find("ov_infer_request_infer", infer_);
    library.find("ov_infer_request_set_tensor", set_tensor_);
    library.find("ov_shape_create", create_shape_);
    library.find("ov_shape_free", free_shape_);
    library.find("ov_tensor_create_from_host_ptr", create_tensor_);
    if (!library.missing().empty()) return "has no " + library.missing();

    Core* core = nullptr;  // this and what follows stay until the program ends
    CompiledModel* compiled = nullptr;
    if (create_core(&core) != kOk) return "does not start";
    constexpr std::size_t kSettings = 8;  // names and values
    if (compile(core, model.c_str(), "CPU", kSettings, &compiled, "PERFORMANCE_HINT", "LATENCY",
                "INFERENCE_NUM_THREADS", "1", "NUM_STREAMS", "1", "INFERENCE_PRECISION_HINT", "f32") != kOk)
      return "does not compile the model";
    if (create_request(compiled, &request_) != kOk) return "takes no requests";
    const bool bound = bind("input", {1, ModelInput::kSamples}, input_.data()) &&
                       bind("state", {2, 1, nn::Silero::kHidden}, state_.data()) && bind("output", {1, 1}, &output_) &&
                       bind("stateN", {2, 1, nn::Silero::kHidden}, next_state_.data());
    return bound ? std::string() : "does not take our memory";
  }

  float process(Window window) override {
    input_.take(window);
    if (infer_(request_) != kOk) return -1;
    state_ = next_state_;
    return output_;
  }

 private:
  [[nodiscard]] bool bind(const char* name, std::initializer_list<std::int64_t> dims, float* values) const {
    Shape shape{};
    Tensor* tensor = nullptr;
    const bool made = create_shape_(static_cast<std::int64_t>(dims.size()), dims.begin(), &shape) == kOk &&
                      create_tensor_(kFloat, shape, values, &tensor) == kOk;
    free_shape_(&shape);
    return made && set_tensor_(request_, name, tensor) == kOk;
  }

  int (*infer_)(Request*) = nullptr;
  int (*set_tensor_)(Request*, const char*, const Tensor*) = nullptr;
  int (*create_shape_)(std::int64_t, const std::int64_t*, Shape*) = nullptr;
  int (*free_shape_)(Shape*) = nullptr;
  int (*create_tensor_)(int, Shape, void*, Tensor**) = nullptr;
  Request* request_ = nullptr;
  ModelInput input_;
  std::array<float, kStateValues> state_{};
  std::array<float, kStateValues> next_state_{};
  float output_ = 0;
};

}  // namespace

Result<std::unique_ptr<Engine>> make_openvino(const std::string& library, const std::string& model) {
  const auto broken = [&](std::string why) {
    return fail(Errc::kServiceMissing, std::move(why), library, "run tools/fetch_bench_peers.py");
  };
  void* const handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);  // stays until the program ends
  if (handle == nullptr) return broken("is not there");
  auto engine = std::make_unique<OpenVino>();
  if (std::string why = engine->open(handle, model); !why.empty()) return broken(std::move(why));
  return engine;
}

}  // namespace voicestand::bench::vad
