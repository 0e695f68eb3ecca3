#include "voicestand/service/model_manifest.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <optional>
#include <system_error>
#include <utility>

#include "voicestand/base/utf8.h"
#include "voicestand/lib/curl/download.h"
#include "voicestand/nn/json_reader.h"

namespace voicestand::service {
namespace {

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
  return valid_utf8(text) == text &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; });
}

// Reads members one by one and keeps the first complaint.
class Reader {
 public:
  // `json`: the text of one value, which outlives it.
  explicit Reader(std::string_view json) {
    nn::JsonReader reader(json);
    if (!reader.enter_object()) return;
    std::string_view name;
    while (reader.next_key(name)) {
      std::string_view& value = members_[std::string(name)];
      if (!reader.skip(value)) return;
    }
    is_object_ = reader.at_end();
  }

  [[nodiscard]] bool is_object() const { return is_object_; }

  std::string text(const char* name, std::size_t most_bytes = kMaxTextBytes, bool required = true) {
    const auto found = member(name);
    if (!found && !required) return {};
    const auto value = found ? text_in(*found) : std::nullopt;
    if (!value) return complain(name, "is not a text"), std::string();
    if (required && value->empty()) complain(name, "is empty");
    if (value->size() > most_bytes || !is_printable(*value)) complain(name, "is too long or holds control characters");
    return *value;
  }

  std::uint64_t whole(const char* name, std::uint64_t most) {
    std::uint64_t value = 0;
    if (const auto found = member(name)) {
      nn::JsonReader reader(*found);
      if (reader.number(value) && reader.at_end() && value >= 1 && value <= most) return value;
    }
    complain(name, "is not a whole number from 1 to " + std::to_string(most));
    return 0;
  }

  double number(const char* name, double most) {
    const std::string_view found = member(name).value_or(std::string_view());
    double value = 0;
    const auto read = std::from_chars(found.data(), found.data() + found.size(), value);
    if (read.ec != std::errc() || read.ptr != found.data() + found.size() || !(value > 0 && value <= most))
      complain(name, "is not a number above 0");
    return value;
  }

  std::vector<std::string> texts(const char* name, std::size_t least, bool (*valid)(std::string_view)) {
    std::vector<std::string> values;
    for (const std::string_view item : items(name, least)) {
      auto value = text_in(item);
      if (!value || !valid(*value)) return complain(name, "holds what does not belong there"), values;
      values.push_back(std::move(*value));
    }
    return values;
  }

  // The text of each.
  std::vector<std::string_view> items(const char* name, std::size_t least) {
    std::vector<std::string_view> values;
    nn::JsonReader reader(member(name).value_or(std::string_view()));
    bool is_list = reader.enter_array();
    while (is_list && reader.next_item() && values.size() <= kMaxItems) is_list = reader.skip(values.emplace_back());
    if (!is_list || !reader.at_end() || values.size() < least || values.size() > kMaxItems) {
      complain(name, "is not a list of " + std::to_string(least) + " to " + std::to_string(kMaxItems));
      values.clear();
    }
    return values;
  }

  void complain(const std::string& name, const std::string& what) {
    if (!complaint_) complaint_ = "\"" + name + "\" " + what;
  }
  [[nodiscard]] const std::optional<std::string>& complaint() const { return complaint_; }

 private:
  [[nodiscard]] std::optional<std::string_view> member(const char* name) const {
    const auto found = members_.find(name);
    return found == members_.end() ? std::nullopt : std::optional(found->second);
  }

  static std::optional<std::string> text_in(std::string_view json) {
    nn::JsonReader reader(json);
    std::string_view text;
    if (!reader.string(text)) return std::nullopt;
    std::string value(text);
    return reader.at_end() ? std::optional(std::move(value)) : std::nullopt;
  }

  bool is_object_ = false;
  std::map<std::string, std::string_view> members_;  // the text of each one's value
  std::optional<std::string> complaint_;
};

ModelFile read_file(std::string_view json, Reader& manifest) {
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
  Reader reader(json);
  if (!reader.is_object()) return refuse("the manifest is not a JSON object");

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
  for (const std::string_view item : reader.items("files", 1)) {
    ModelFile file = read_file(item, reader);
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
