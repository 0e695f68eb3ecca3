#include "voicestand/service/model_store.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "voicestand/base/nearest.h"
#include "voicestand/service/config.h"
#include "voicestand/service/config_file.h"
#include "voicestand/service/model_check.h"
#include "voicestand/service/model_file_error.h"
#include "voicestand/service/model_lock.h"

namespace voicestand::service {
namespace {

// Else checking did not come to an end, and whether the file is right is not known.
bool tells_of_the_file(const Error& error) {
  return error.code != Errc::kInterrupted && error.code != Errc::kServiceMissing;
}

namespace fs = std::filesystem;

std::string pull_command(std::string_view id) {
  return fmt::format("voicestand models pull {}", id);
}

std::string part_name(const ModelFile& file) {
  return file.name + ".part";
}

std::uint64_t size_of(const fs::path& path) {
  std::error_code error;
  const bool regular = fs::is_regular_file(path, error);
  const auto size = regular && !error ? fs::file_size(path, error) : 0;
  return error ? 0 : size;
}

std::string whence(const ModelManifest& manifest, bool local) {
  return local ? "put its files back" : pull_command(manifest.id);
}

// A file that is there under its final name with another size was cut off or changed since it was put in place.
std::optional<Error> damage(const ModelManifest& manifest, const fs::path& folder) {
  for (const ModelFile& file : manifest.files) {
    std::error_code error;
    const fs::path path = folder / file.name;
    if (!fs::is_regular_file(path, error) || has_size(path, file)) continue;
    return Error{Errc::kBadModel, fmt::format("has {} bytes where the model has {}", size_of(path), file.size_bytes),
                 path.string(), "remove it, or run '" + pull_command(manifest.id) + "'"};
  }
  return std::nullopt;
}

// Removes one file; one that is not there is no error.
Result<std::uint64_t> remove_file(const fs::path& path) {
  const std::uint64_t size = size_of(path);
  std::error_code error;
  fs::remove(path, error);
  if (error) return file_error(error.value(), path);
  return size;
}

}  // namespace

bool ModelCheck::good() const noexcept {
  return std::ranges::none_of(files, [](const FileCheck& file) { return file.error.has_value(); });
}

ModelStore::Folders ModelStore::folders(const Paths& paths, const Environment& environment) {
  Folders folders{.own = paths.models(), .shared = {}};
  const std::string given = environment.variable("VOICESTAND_MODEL_PATH").value_or("");
  for (std::size_t at = 0; at <= given.size();) {
    const std::size_t end = std::min(given.find(':', at), given.size());
    fs::path folder = given.substr(at, end - at);
    if (folder.is_absolute()) folders.shared.push_back(std::move(folder));
    at = end + 1;
  }
  folders.shared.push_back(fs::path(VOICESTAND_BUNDLE_DIR) / "models");
  return folders;
}

ModelStore::ModelStore(Folders folders, std::span<const ModelManifest> known)
    : folders_(std::move(folders)), known_(known) {}

ModelListing ModelStore::listing(const ModelManifest& manifest, bool local) const {
  ModelListing best{.manifest = manifest, .state = ModelState::kAbsent, .folder = {}, .local = local};
  const auto look = [&](const fs::path& root, bool own) {
    const fs::path folder = root / manifest.id;
    std::uint64_t present = 0;
    bool complete = true;
    for (const ModelFile& file : manifest.files) {
      const bool there = has_size(folder / file.name, file);
      complete = complete && there;
      present += there ? file.size_bytes : std::min(size_of(folder / part_name(file)), file.size_bytes);
    }
    const ModelState state = complete      ? ModelState::kInstalled
                             : present > 0 ? ModelState::kPartial
                                           : ModelState::kAbsent;
    if (state <= best.state) return;
    best.state = state;
    best.folder = folder;
    best.present_bytes = present;
    best.own = own;
  };
  look(folders_.own, true);
  for (const fs::path& root : folders_.shared) {
    if (!local) look(root, false);
  }
  return best;
}

std::vector<std::string> ModelStore::local_ids() const {
  std::vector<std::string> ids;
  std::error_code error;
  for (fs::directory_iterator at(folders_.own, error), end; !error && at != end; at.increment(error)) {
    std::string id = at->path().filename().string();
    std::error_code ignored;  // a folder that cannot be looked into has no manifest to offer
    if (is_model_id(id) && fs::exists(at->path() / kManifestFile, ignored) &&
        std::ranges::find(known_, id, &ModelManifest::id) == known_.end()) {
      ids.push_back(std::move(id));
    }
  }
  std::ranges::sort(ids);
  return ids;
}

Result<ModelManifest> ModelStore::local_manifest(const std::string& id) const {
  const fs::path file = folders_.own / id / kManifestFile;
  const auto text = read_config_file(file);
  if (!text) return fail(Errc::kBadModel, text.error().what, text.error().where, text.error().remedy);
  if (!*text) return fail(Errc::kNotFound, "no such model", id);
  auto manifest = parse_manifest(**text, file.string());
  if (manifest && manifest->id != id) {
    return fail(Errc::kBadModel, fmt::format("the manifest's id is {}", manifest->id), file.string(),
                "name its folder like its id");
  }
  return manifest;
}

std::vector<ModelListing> ModelStore::list() const {
  std::vector<ModelListing> listings;
  for (const ModelManifest& manifest : known_) listings.push_back(listing(manifest, false));
  for (const std::string& id : local_ids()) {
    if (const auto manifest = local_manifest(id)) listings.push_back(listing(*manifest, true));
  }
  return listings;
}

Result<ModelManifest> ModelStore::manifest(std::string_view id) const {
  const auto found = std::ranges::find(known_, id, &ModelManifest::id);
  if (found != known_.end()) return *found;
  const std::vector<std::string> locals = local_ids();
  if (std::ranges::find(locals, id) != locals.end()) return local_manifest(std::string(id));
  std::vector<std::string_view> ids;
  std::ranges::transform(known_, std::back_inserter(ids), &ModelManifest::id);
  ids.insert(ids.end(), locals.begin(), locals.end());
  const std::string_view meant = nearest(id, ids);
  return fail(Errc::kNotFound, "no such model", std::string(id.substr(0, kMaxComparedBytes)),
              meant.empty() ? "see voicestand models list" : fmt::format("did you mean {}?", meant));
}

Result<InstalledModel> ModelStore::find(std::string_view id) const {
  auto known = manifest(id);
  if (!known) return std::unexpected(std::move(known.error()));
  const bool local = std::ranges::find(known_, id, &ModelManifest::id) == known_.end();
  const ModelListing found = listing(*known, local);
  // A damaged copy is not passed over in silence for another one: which of them is used would depend on the damage.
  std::vector<fs::path> roots{folders_.own};
  if (!local) roots.insert(roots.end(), folders_.shared.begin(), folders_.shared.end());
  for (const fs::path& root : roots) {
    if (found.state == ModelState::kInstalled && root / known->id == found.folder) break;
    if (auto error = damage(*known, root / known->id)) return std::unexpected(std::move(*error));
  }
  if (found.state == ModelState::kInstalled) return InstalledModel{std::move(*known), found.folder};
  return fail(Errc::kModelMissing, found.state == ModelState::kAbsent ? "not installed" : "only part of it is here",
              std::string(id), whence(*known, local));
}

Result<ModelCheck> ModelStore::verify(std::string_view id, const CheckProgress& progress) const {
  const auto known = manifest(id);
  if (!known) return std::unexpected(known.error());
  const bool local = std::ranges::find(known_, id, &ModelManifest::id) == known_.end();
  const ModelListing found = listing(*known, local);
  if (found.state == ModelState::kAbsent) {
    return fail(Errc::kModelMissing, "not installed", std::string(id), whence(*known, local));
  }
  ModelCheck check{.id = std::string(id), .folder = found.folder, .files = {}};
  std::uint64_t before = 0;
  for (const ModelFile& file : known->files) {
    auto checked = check_model_file(found.folder / file.name, file, [&](std::uint64_t bytes) {
      return !progress || progress(before + bytes, known->size_bytes());
    });
    if (!checked && !tells_of_the_file(checked.error())) return std::unexpected(std::move(checked.error()));
    check.files.push_back({.name = file.name, .error = {}});
    if (!checked) {
      check.files.back().error = std::move(checked.error());
      if (check.files.back().error->remedy.empty()) check.files.back().error->remedy = whence(*known, local);
    }
    before += file.size_bytes;
  }
  return check;
}

Result<std::vector<ModelCheck>> ModelStore::verify_all(const CheckProgress& progress) const {
  std::vector<ModelListing> present = list();
  std::erase_if(present, [](const ModelListing& model) { return model.state == ModelState::kAbsent; });
  std::uint64_t total = 0;
  for (const ModelListing& model : present) total += model.manifest.size_bytes();
  std::vector<ModelCheck> checks;
  std::uint64_t before = 0;
  for (const ModelListing& model : present) {
    auto check = verify(model.manifest.id,
                        [&](std::uint64_t done, std::uint64_t) { return !progress || progress(before + done, total); });
    if (check) {
      checks.push_back(std::move(*check));
    } else if (!tells_of_the_file(check.error())) {
      return std::unexpected(std::move(check.error()));
    }  // else it went away since it was listed
    before += model.manifest.size_bytes();
  }
  return checks;
}

Result<std::uint64_t> ModelStore::remove(std::string_view id) const {
  const auto known = manifest(id);
  if (!known) return std::unexpected(known.error());
  const fs::path folder = folders_.own / id;
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) {
    const bool local = std::ranges::find(known_, id, &ModelManifest::id) == known_.end();
    const ModelListing found = listing(*known, local);
    if (found.state == ModelState::kAbsent) return fail(Errc::kModelMissing, "not installed", std::string(id));
    return fail(Errc::kUsage, "not in your own folder", found.folder.string(), "remove it there if it is yours");
  }
  const auto lock = ModelLock::take(folders_.own, std::string(id));
  if (!lock) return std::unexpected(lock.error());
  if (fs::is_symlink(folder, error)) {
    const auto unlinked = remove_file(folder);
    if (!unlinked) return std::unexpected(unlinked.error());
    return 0;
  }

  std::vector<std::string> names{std::string(kManifestFile)};
  for (const ModelFile& file : known->files) {
    names.push_back(file.name);
    names.push_back(part_name(file));
  }
  std::uint64_t freed = 0;
  for (const std::string& name : names) {
    const auto removed = remove_file(folder / name);
    if (!removed) return std::unexpected(removed.error());
    freed += *removed;
  }
  fs::remove(folder, error);  // stays where the user keeps other things in it
  return freed;
}

Result<void> ModelStore::use(std::string_view id, const fs::path& config_file) const {
  const auto model = find(id);
  if (!model) return std::unexpected(model.error());
  if (model->manifest.role != ModelRole::kRecognition) {
    return fail(Errc::kUsage, "this model does not recognise speech", std::string(id), "see voicestand models list");
  }
  return set_in_config(config_file, "recognition.model", model->manifest.id);
}

}  // namespace voicestand::service
