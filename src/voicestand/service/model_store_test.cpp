#include "voicestand/service/model_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "voicestand/service/config.h"
#include "voicestand/service/model_lock.h"
#include "voicestand/service/model_pull.h"
#include "voicestand/service/model_test_folder.h"

namespace voicestand::service {
namespace {

constexpr const char* kAbcHash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::uint64_t kGib = std::uint64_t{1} << 30U;

// Two known models, of the files a.bin and b.bin that hold "abc".
class ModelStoreTest : public ::testing::Test {
 protected:
  static ModelManifest model(std::string id, ModelRole role, std::uint64_t memory_bytes, double speed) {
    return {.id = std::move(id),
            .title = "A model",
            .role = role,
            .languages = {"en"},
            .licence = "MIT",
            .licence_address = {},
            .engines = {"sherpa"},
            .files = {{"a.bin", 3, kAbcHash, "https://models.example/a"}, {"b.bin", 3, kAbcHash, {}}},
            .memory_bytes = memory_bytes,
            .relative_speed = speed};
  }
  void install(const std::string& where) const {
    folder_.write(where + "/a.bin", "abc");
    folder_.write(where + "/b.bin", "abc");
  }
  static std::string local_manifest(const std::string& id) {
    return R"({"schema":1,"id":")" + id + R"(","title":"L","role":"recognition","languages":[],"licence":"MIT",)" +
           R"("engines":["sherpa"],"memory_bytes":1,"relative_speed":1,"files":[{"name":"l.bin","size_bytes":3,)" +
           R"("sha256":")" + kAbcHash + R"("}]})";
  }

  TestFolder folder_;
  std::vector<ModelManifest> known_{model("big-en", ModelRole::kRecognition, kGib, 1),
                                    model("small-en", ModelRole::kRecognition, kGib / 8, 2),
                                    model("ear", ModelRole::kVoiceDetection, 1, 1)};
  ModelStore store_{{.own = folder_.path() / "own", .shared = {folder_.path() / "s1", folder_.path() / "s2"}}, known_};
};

TEST_F(ModelStoreTest, FindsTheFirstCompleteOne) {
  EXPECT_EQ(store_.find("big-en").error().code, Errc::kModelMissing);
  EXPECT_EQ(store_.find("big-en").error().remedy, "voicestand models pull big-en");
  install("s2/big-en");
  EXPECT_EQ(store_.find("big-en")->folder, folder_.path() / "s2/big-en");
  folder_.write("own/big-en/a.bin", "abc");  // not complete
  EXPECT_EQ(store_.find("big-en")->folder, folder_.path() / "s2/big-en");
  install("own/big-en");
  EXPECT_EQ(store_.find("big-en")->file("a.bin"), folder_.path() / "own/big-en/a.bin");
}

TEST_F(ModelStoreTest, ADamagedCopyIsRefusedAndNotPassedOver) {
  install("s2/big-en");
  install("own/big-en");
  folder_.write("own/big-en/a.bin", "abcd");  // another size
  const auto damaged = store_.find("big-en");
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, Errc::kBadModel);
  EXPECT_EQ(damaged.error().where, (folder_.path() / "own/big-en/a.bin").string());
}

TEST_F(ModelStoreTest, DamageBehindACompleteCopyIsOfNoInterest) {
  install("own/big-en");
  folder_.write("s1/big-en/a.bin", "abcd");
  EXPECT_EQ(store_.find("big-en")->folder, folder_.path() / "own/big-en");
}

TEST_F(ModelStoreTest, AnUnknownNameSuggestsTheNearest) {
  for (const char* id : {"smal-en", "samll-en", "../small-en", "small-en/"}) {
    const auto missing = store_.find(id);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::kNotFound);
    EXPECT_EQ(missing.error().remedy, "did you mean small-en?");
  }
}

TEST_F(ModelStoreTest, ListsStates) {
  install("s1/ear");
  folder_.write("own/big-en/a.bin.part", "ab");
  const auto models = store_.list();
  ASSERT_EQ(models.size(), 3U);
  EXPECT_EQ(models[0].state, ModelState::kPartial);
  EXPECT_EQ(models[0].present_bytes, 2U);
  EXPECT_TRUE(models[0].own);
  EXPECT_EQ(models[1].state, ModelState::kAbsent);
  EXPECT_EQ(models[2].state, ModelState::kInstalled);
  EXPECT_FALSE(models[2].own);
  EXPECT_EQ(models[2].present_bytes, 6U);
}

TEST_F(ModelStoreTest, KnowsModelsOfTheUsersOwn) {
  folder_.write("own/mine/manifest.json", local_manifest("mine"));
  folder_.write("own/liar/manifest.json", local_manifest("mine"));
  folder_.write("own/broken/manifest.json", "{");
  folder_.write("own/big-en/manifest.json", local_manifest("big-en"));  // the known one counts
  const auto models = store_.list();
  ASSERT_EQ(models.size(), 4U);
  EXPECT_EQ(models[3].manifest.id, "mine");
  EXPECT_TRUE(models[3].local);
  EXPECT_EQ(store_.manifest("big-en")->files.size(), 2U);
  EXPECT_EQ(store_.find("mine").error().code, Errc::kModelMissing);
  folder_.write("own/mine/l.bin", "abc");
  EXPECT_TRUE(store_.find("mine"));
  EXPECT_EQ(store_.manifest("liar").error().code, Errc::kBadModel);
  EXPECT_EQ(store_.manifest("broken").error().code, Errc::kBadModel);
  ASSERT_TRUE(store_.remove("mine"));
  EXPECT_EQ(store_.manifest("mine").error().code, Errc::kNotFound);
}

TEST_F(ModelStoreTest, VerifyNamesTheFileThatDiffers) {
  install("own/big-en");
  EXPECT_TRUE(store_.verify("big-en")->good());
  folder_.write("own/big-en/b.bin", "abd");
  const auto check = store_.verify("big-en");
  ASSERT_TRUE(check);
  EXPECT_FALSE(check->good());
  EXPECT_FALSE(check->files[0].error);
  ASSERT_TRUE(check->files[1].error);
  EXPECT_EQ(check->files[1].error->code, Errc::kBadData);
  EXPECT_EQ(check->files[1].error->where, (folder_.path() / "own/big-en/b.bin").string());
  EXPECT_NE(check->files[1].error->what.find(kAbcHash), std::string::npos);
  EXPECT_EQ(check->files[1].error->remedy, "voicestand models pull big-en");

  std::filesystem::remove(folder_.path() / "own/big-en/b.bin");
  EXPECT_EQ(store_.verify("big-en")->files[1].error->code, Errc::kModelMissing);
  EXPECT_EQ(store_.verify("small-en").error().code, Errc::kModelMissing);
}

TEST_F(ModelStoreTest, VerifiesAllThatIsThere) {
  install("own/big-en");
  install("s1/ear");
  std::uint64_t last = 0;
  const auto checks = store_.verify_all([&](std::uint64_t done, std::uint64_t total) {
    EXPECT_GE(done, last);
    EXPECT_EQ(total, 12U);
    last = done;
    return true;
  });
  ASSERT_TRUE(checks);
  EXPECT_EQ(checks->size(), 2U);
  EXPECT_EQ(last, 12U);
  EXPECT_EQ(store_.verify_all([](std::uint64_t, std::uint64_t) { return false; }).error().code, Errc::kInterrupted);
}

TEST_F(ModelStoreTest, RemovesOnlyWhatIsTheUsersOwn) {
  install("s1/big-en");
  EXPECT_EQ(store_.remove("big-en").error().code, Errc::kUsage);
  EXPECT_EQ(store_.remove("small-en").error().code, Errc::kModelMissing);
  install("own/big-en");
  folder_.write("own/big-en/a.bin.part", "ab");
  folder_.write("own/big-en/notes.txt", "mine");
  EXPECT_EQ(store_.remove("big-en").value(), 8U);
  EXPECT_EQ(folder_.names("own/big-en"), std::vector<std::string>{"notes.txt"});
  EXPECT_EQ(folder_.names("s1/big-en").size(), 2U);
  EXPECT_EQ(folder_.names("own"), std::vector<std::string>{"big-en"});
}

TEST_F(ModelStoreTest, RemovingALinkLeavesWhatItLeadsTo) {
  install("elsewhere");
  std::filesystem::create_directories(folder_.path() / "own");
  std::filesystem::create_directory_symlink(folder_.path() / "elsewhere", folder_.path() / "own/big-en");
  EXPECT_TRUE(store_.find("big-en"));
  EXPECT_TRUE(store_.remove("big-en"));
  EXPECT_EQ(folder_.names("elsewhere").size(), 2U);
  EXPECT_TRUE(folder_.names("own").empty());
}

TEST_F(ModelStoreTest, DoesNotRemoveWhatAnotherIsPulling) {
  install("own/big-en");
  {
    const auto pulling = ModelLock::take(folder_.path() / "own", "big-en");
    ASSERT_TRUE(pulling);
    EXPECT_EQ(store_.remove("big-en").error().code, Errc::kIo);
  }
  EXPECT_TRUE(store_.find("big-en"));
  EXPECT_TRUE(store_.remove("big-en"));
}

TEST_F(ModelStoreTest, UseWritesTheChoiceIntoTheConfiguration) {
  const auto config = folder_.path() / "config.toml";
  EXPECT_EQ(store_.use("small-en", config).error().code, Errc::kModelMissing);
  EXPECT_FALSE(std::filesystem::exists(config));
  install("s1/small-en");
  install("s1/ear");
  EXPECT_EQ(store_.use("ear", config).error().code, Errc::kUsage);
  ASSERT_TRUE(store_.use("small-en", config));
  EXPECT_EQ(load_config(config)->values.recognition.model, "small-en");
}

TEST_F(ModelStoreTest, RecommendsWhatTheMachineRunsWithEase) {
  EXPECT_EQ(recommend_model(8, 16 * kGib, known_).id, "big-en");
  EXPECT_EQ(recommend_model(2, 4 * kGib, known_).id, "big-en");
  EXPECT_EQ(recommend_model(2, 4 * kGib - 1, known_).id, "small-en");
  EXPECT_EQ(recommend_model(1, 16 * kGib, known_).id, "small-en");
  EXPECT_EQ(recommend_model(1, kGib / 16, known_).id, "small-en");
  EXPECT_NE(recommend_model(2, 8 * kGib, known_).reason.find("2 cores and 8.0 GiB"), std::string::npos);
}

TEST(ModelFolders, AreTheUsersThenThePathsThenTheBundle) {
  const Environment environment{.variable = [](const std::string& name) -> std::optional<std::string> {
                                  if (name == "HOME") return "/home/me";
                                  if (name == "VOICESTAND_MODEL_PATH") return "/opt/a::relative:/opt/b";
                                  return std::nullopt;
                                },
                                .account_home = {}};
  const auto folders = ModelStore::folders(Paths::from(environment).value(), environment);
  EXPECT_EQ(folders.own, "/home/me/.local/share/voicestand/models");
  ASSERT_EQ(folders.shared.size(), 3U);
  EXPECT_EQ(folders.shared[0], "/opt/a");
  EXPECT_EQ(folders.shared[1], "/opt/b");
  EXPECT_EQ(folders.shared[2], std::filesystem::path(VOICESTAND_BUNDLE_DIR) / "models");
}

TEST(BundledModels, AreWhatTheirManifestsSay) {
  const ModelStore store({.own = "/nonexistent", .shared = {std::filesystem::path(VOICESTAND_BUNDLE_DIR) / "models"}});
  for (const ModelManifest& model : known_models()) {
    if (!store.find(model.id)) GTEST_SKIP() << model.id << " is not in " << VOICESTAND_BUNDLE_DIR;
    EXPECT_TRUE(store.verify(model.id)->good()) << model.id;
  }
}

TEST(Mirrored, ReplacesSchemeAndHost) {
  EXPECT_EQ(mirrored("https://a.example/x/y", ""), "https://a.example/x/y");
  EXPECT_EQ(mirrored("https://a.example/x/y", "https://b.example"), "https://b.example/x/y");
  EXPECT_EQ(mirrored("https://a.example/x/y", "https://b.example/voice/"), "https://b.example/voice/x/y");
  EXPECT_EQ(mirrored("https://a.example", "https://b.example/"), "https://b.example");
}

TEST(ModelsMirror, TheEnvironmentGoesBeforeTheConfiguration) {
  std::optional<std::string> given;
  const Environment environment{.variable = [&](const std::string&) { return given; }, .account_home = {}};
  EXPECT_EQ(models_mirror("https://a.example", environment), "https://a.example");
  given = "";
  EXPECT_EQ(models_mirror("https://a.example", environment), "https://a.example");
  given = "https://b.example";
  EXPECT_EQ(models_mirror("https://a.example", environment), "https://b.example");
}

TEST(PullModel, RefusesBeforeItTouchesTheDisk) {
  const TestFolder folder;
  ModelManifest model;
  model.id = "m";
  model.files = {{"a.bin", std::uint64_t{1} << 40U, kAbcHash, ""}};
  EXPECT_EQ(pull_model(model, {.models_folder = folder.path() / "models"}).error().code, Errc::kUsage);
  model.files[0].address = "https://models.example/a";
  EXPECT_EQ(pull_model(model, {.models_folder = folder.path() / "models", .mirror = "ftp://b.example"}).error().code,
            Errc::kUsage);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "models"));
  // A tebibyte does not fit, which is known before the first byte comes.
  EXPECT_EQ(pull_model(model, {.models_folder = folder.path() / "models", .mirror = "http://127.0.0.1:1"}).error().code,
            Errc::kNoSpace);
  EXPECT_TRUE(folder.names("models").empty());
}

}  // namespace
}  // namespace voicestand::service
