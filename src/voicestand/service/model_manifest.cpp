#include "voicestand/service/model_manifest.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "voicestand/lib/curl/download.h"

namespace voicestand::service {
namespace {

using Json = nlohmann::ordered_json;  // the one that all of the program uses

constexpr std::size_t kMaxTextBytes = 200;
constexpr std::size_t kMaxAddressBytes = 1'000;
constexpr std::size_t kMaxItems = 64;
constexpr std::size_t kMaxIdBytes = 64;
constexpr std::size_t kMaxFileNameBytes = 128;
constexpr double kMaxRelativeSpeed = 1'000;
constexpr std::size_t kSha256Digits = 64;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_alphanumeric(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

bool is_file_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxFileNameBytes || !is_alphanumeric(name.front())) return false;
  if (name == kManifestFile || name.ends_with(".part")) return false;
  return std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_sha256(std::string_view text) {
  return text.size() == kSha256Digits &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_language(std::string_view text) {
  return !text.empty() && text.size() < kMaxIdBytes &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_printable(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; });
}

// Reads members one by one and keeps the first complaint. Nothing in here throws: no accessor of the library that
// could is used.
class Reader {
 public:
  explicit Reader(const Json& object) : object_(object) {}

  std::string text(const char* name, std::size_t most_bytes = kMaxTextBytes, bool required = true) {
    const Json* found = member(name);
    if (found == nullptr && !required) return {};
    const auto* value = found != nullptr ? found->get_ptr<const std::string*>() : nullptr;
    if (value == nullptr) return complain(name, "is not a text"), std::string();
    if (required && value->empty()) complain(name, "is empty");
    if (value->size() > most_bytes || !is_printable(*value)) complain(name, "is too long or holds control characters");
    return *value;
  }

  std::uint64_t whole(const char* name, std::uint64_t most) {
    const Json* found = member(name);
    const auto* value = found != nullptr ? found->get_ptr<const Json::number_unsigned_t*>() : nullptr;
    if (value != nullptr && *value >= 1 && *value <= most) return *value;
    complain(name, "is not a whole number from 1 to " + std::to_string(most));
    return 0;
  }

  double number(const char* name, double most) {
    const Json* found = member(name);
    double value = 0;
    if (found != nullptr && found->is_number_float()) value = *found->get_ptr<const Json::number_float_t*>();
    if (found != nullptr && found->is_number_unsigned()) {
      value = static_cast<double>(*found->get_ptr<const Json::number_unsigned_t*>());
    }
    if (!(value > 0 && value <= most)) complain(name, "is not a number above 0");
    return value;
  }

  std::vector<std::string> texts(const char* name, std::size_t least, bool (*valid)(std::string_view)) {
    std::vector<std::string> values;
    for (const Json* item : items(name, least)) {
      const auto* value = item->get_ptr<const std::string*>();
      if (value == nullptr || !valid(*value)) return complain(name, "holds what does not belong there"), values;
      values.push_back(*value);
    }
    return values;
  }

  std::vector<const Json*> items(const char* name, std::size_t least) {
    std::vector<const Json*> values;
    const Json* found = member(name);
    const auto* array = found != nullptr ? found->get_ptr<const Json::array_t*>() : nullptr;
    if (array == nullptr || array->size() < least || array->size() > kMaxItems) {
      return complain(name, "is not a list of " + std::to_string(least) + " to " + std::to_string(kMaxItems)), values;
    }
    for (const Json& item : *array) values.push_back(&item);
    return values;
  }

  void complain(const std::string& name, const std::string& what) {
    if (!complaint_) complaint_ = "\"" + name + "\" " + what;
  }
  [[nodiscard]] const std::optional<std::string>& complaint() const { return complaint_; }

 private:
  [[nodiscard]] const Json* member(const char* name) const {
    const auto* object = object_.get_ptr<const Json::object_t*>();
    if (object == nullptr) return nullptr;
    const auto found = object->find(name);
    return found == object->end() ? nullptr : &found->second;
  }

  const Json& object_;
  std::optional<std::string> complaint_;
};

ModelFile read_file(const Json& json, Reader& manifest) {
  Reader reader(json);
  ModelFile file{.name = reader.text("name"),
                 .size_bytes = reader.whole("size_bytes", kMaxModelFileBytes),
                 .sha256 = reader.text("sha256"),
                 .address = reader.text("address", kMaxAddressBytes, false)};
  if (!is_file_name(file.name)) reader.complain("name", "is not a plain file name");
  if (!is_sha256(file.sha256)) reader.complain("sha256", "is not 64 lower-case hexadecimal digits");
  if (!file.address.empty() && !curl::check_address(file.address)) {
    reader.complain("address", "is not an https address");
  }
  if (reader.complaint()) manifest.complain("files", "holds a file whose " + *reader.complaint());
  return file;
}

// Accuracy falls with speed among the models that come with VoiceStand.
std::vector<ModelManifest> parse_embedded() {
  std::vector<ModelManifest> models;
  for (const std::string_view json : embedded_manifests()) {
    if (auto manifest = parse_manifest(json, "built-in manifest")) models.push_back(std::move(*manifest));
  }
  std::ranges::sort(models, {}, [](const ModelManifest& m) { return std::pair(m.role, m.relative_speed); });
  return models;
}

}  // namespace

std::uint64_t ModelManifest::size_bytes() const noexcept {
  return std::accumulate(files.begin(), files.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const ModelFile& file) { return sum + file.size_bytes; });
}

bool is_model_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxIdBytes && is_lower_or_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '.' || c == '_' || c == '-'; });
}

Result<ModelManifest> parse_manifest(std::string_view json, const std::string& where) {
  const auto refuse = [&](std::string what) {
    return fail(Errc::kBadModel, std::move(what), where, "correct the manifest or remove it");
  };
  if (json.size() > kMaxManifestBytes) return refuse("the manifest is larger than 1 MiB");
  const Json parsed = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return refuse("the manifest is not JSON");

  Reader reader(parsed);
  ModelManifest manifest{.id = reader.text("id"),
                         .title = reader.text("title"),
                         .role = ModelRole::kRecognition,
                         .languages = reader.texts("languages", 0, is_language),
                         .licence = reader.text("licence"),
                         .licence_address = reader.text("licence_address", kMaxAddressBytes, false),
                         .engines = reader.texts("engines", 1, [](std::string_view e) { return is_model_id(e); }),
                         .files = {},
                         .memory_bytes = reader.whole("memory_bytes", kMaxModelFileBytes),
                         .relative_speed = reader.number("relative_speed", kMaxRelativeSpeed)};
  if (reader.whole("schema", kMaxItems) != 1) reader.complain("schema", "is not 1");
  if (!is_model_id(manifest.id)) reader.complain("id", "is not a plain lower-case name");
  const std::string role = reader.text("role");
  if (role == "voice-detection") {
    manifest.role = ModelRole::kVoiceDetection;
  } else if (role != "recognition") {
    reader.complain("role", "is neither recognition nor voice-detection");
  }
  for (const Json* item : reader.items("files", 1)) {
    ModelFile file = read_file(*item, reader);
    if (std::ranges::find(manifest.files, file.name, &ModelFile::name) != manifest.files.end()) {
      reader.complain("files", "names " + file.name + " twice");
    }
    manifest.files.push_back(std::move(file));
  }
  if (reader.complaint()) return refuse("in the manifest, " + *reader.complaint());
  return manifest;
}

std::span<const ModelManifest> known_models() {
  static const std::vector<ModelManifest> kModels = parse_embedded();
  return kModels;
}

}  // namespace voicestand::service
