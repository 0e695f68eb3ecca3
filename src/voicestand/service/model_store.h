#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/service/model_manifest.h"
#include "voicestand/service/paths.h"

namespace voicestand::service {

// A model whose files are all there with their sizes.
struct InstalledModel {
  ModelManifest manifest;
  std::filesystem::path folder;

  [[nodiscard]] std::filesystem::path file(std::string_view name) const { return folder / name; }
};

enum class ModelState : std::uint8_t { kAbsent, kPartial, kInstalled };

struct ModelListing {
  ModelManifest manifest;
  ModelState state = ModelState::kAbsent;
  std::filesystem::path folder;     // where it is, or where it begins to be; empty when absent
  std::uint64_t present_bytes = 0;  // of manifest.size_bytes(), unfinished downloads included
  bool own = false;                 // in the user's own folder: `remove` can remove it
  bool local = false;               // known by a manifest of the user's alone
};

// One file held against its manifest; an error names what differs.
struct FileCheck {
  std::string name;
  std::optional<Error> error;
};
struct ModelCheck {
  std::string id;
  std::filesystem::path folder;
  std::vector<FileCheck> files;

  [[nodiscard]] bool good() const noexcept;
};

// Called while files are read: bytes so far and in all. False stops with kInterrupted.
using CheckProgress = std::function<bool(std::uint64_t done_bytes, std::uint64_t total_bytes)>;

// The models on disk. Each is looked for in the user's own folder, then in the shared ones; the first that is complete
// counts. A model of the user's own making is a folder ID with a manifest.json in the user's folder.
// Thread: any, one at a time. Real-time: no, reads the disk at each call and keeps nothing.
class ModelStore {
 public:
  struct Folders {
    std::filesystem::path own;                  // written to
    std::vector<std::filesystem::path> shared;  // only read
  };

  // The user's data folder, then VOICESTAND_MODEL_PATH (separated by colons; relative ones are ignored), then the
  // models that came with the program.
  [[nodiscard]] static Folders folders(const Paths& paths, const Environment& environment);

  explicit ModelStore(Folders folders, std::span<const ModelManifest> known = known_models());

  // The known ones in their order, then the user's by name. A local manifest that cannot be read is left out.
  [[nodiscard]] std::vector<ModelListing> list() const;

  // Installed or not. Errors: kNotFound (no such model; names the nearest), kBadModel (its local manifest is damaged).
  [[nodiscard]] Result<ModelManifest> manifest(std::string_view id) const;

  // Sizes are checked, contents are not. Errors: as manifest(), kBadModel (a file has another size), kModelMissing,
  // whose remedy is the pull command.
  [[nodiscard]] Result<InstalledModel> find(std::string_view id) const;

  // Holds the model's files against their SHA-256; a file that is damaged or not there is told in the check. Errors: as
  // manifest(), kModelMissing (nothing of it is there), kServiceMissing (OpenSSL), kInterrupted.
  [[nodiscard]] Result<ModelCheck> verify(std::string_view id, const CheckProgress& progress = {}) const;
  // All that are there, at least in part. Errors: kServiceMissing (OpenSSL), kInterrupted.
  [[nodiscard]] Result<std::vector<ModelCheck>> verify_all(const CheckProgress& progress = {}) const;

  // Removes the model's files, unfinished ones too, and its folder if nothing else is in it; a folder that is a link is
  // let go alone. Returns the bytes freed. Errors: as manifest(), kModelMissing (it is nowhere), kUsage (it is in a
  // shared folder only), kIo (also while it is being pulled).
  [[nodiscard]] Result<std::uint64_t> remove(std::string_view id) const;

  // Makes it the model that recognises, in the user's configuration. Errors: as find(), kUsage (it does not recognise
  // speech), and those of set_in_config().
  [[nodiscard]] Result<void> use(std::string_view id, const std::filesystem::path& config_file) const;

  [[nodiscard]] const Folders& folders() const noexcept { return folders_; }

 private:
  [[nodiscard]] ModelListing listing(const ModelManifest& manifest, bool local) const;
  [[nodiscard]] Result<ModelManifest> local_manifest(const std::string& id) const;
  [[nodiscard]] std::vector<std::string> local_ids() const;

  Folders folders_;
  std::span<const ModelManifest> known_;
};

struct ModelRecommendation {
  std::string id;
  std::string reason;  // one sentence
};

// The most accurate known model that this machine runs with ease: its memory is at most a quarter of `memory_bytes`,
// and on a single core it is one of the fast ones; the smallest where none is. Thread: any. Real-time: no.
[[nodiscard]] ModelRecommendation recommend_model(unsigned cores, std::uint64_t memory_bytes,
                                                  std::span<const ModelManifest> known = known_models());

}  // namespace voicestand::service
