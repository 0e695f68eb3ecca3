#include "voicestand/lib/posix/file_watch.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace voicestand::posix {
namespace {

class FileWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = (std::filesystem::temp_directory_path() / "voicestand-watch-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    file_ = folder_ / "config.toml";
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  static void write(const std::filesystem::path& file) { std::ofstream(file) << "x"; }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

TEST_F(FileWatchTest, SeesItMadeWrittenReplacedAndRemoved) {
  auto watch = FileWatch::on(file_);
  ASSERT_TRUE(watch);
  EXPECT_FALSE(watch->changed());
  write(file_);
  EXPECT_TRUE(watch->changed());
  EXPECT_FALSE(watch->changed()) << "told once";
  write(file_);
  EXPECT_TRUE(watch->changed());
  write(folder_ / "new");
  EXPECT_FALSE(watch->changed()) << "another file";
  std::filesystem::rename(folder_ / "new", file_);
  EXPECT_TRUE(watch->changed());
  std::filesystem::remove(file_);
  EXPECT_TRUE(watch->changed());
}

TEST_F(FileWatchTest, FollowsALink) {
  std::filesystem::create_directory(folder_ / "dotfiles");
  write(folder_ / "dotfiles" / "vs.toml");
  std::filesystem::create_symlink(folder_ / "dotfiles" / "vs.toml", file_);
  auto watch = FileWatch::on(file_);
  ASSERT_TRUE(watch);
  write(folder_ / "dotfiles" / "vs.toml");
  EXPECT_TRUE(watch->changed());
}

TEST_F(FileWatchTest, AFolderThatIsNotThereIsAnError) {
  const auto watch = FileWatch::on(folder_ / "nowhere" / "config.toml");
  ASSERT_FALSE(watch);
  EXPECT_EQ(watch.error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace voicestand::posix
