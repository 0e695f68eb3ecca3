#include "voicestand/lib/posix/private_folder.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace voicestand::posix {
namespace {

std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::unique_ptr<Folder::File> opened(Folder& folder, const std::string& name) {
  std::unique_ptr<Folder::File> file;
  EXPECT_FALSE(folder.open(name, file));
  return file;
}

std::vector<std::byte> content(Folder& folder, const std::string& name) {
  std::vector<std::byte> read;
  EXPECT_FALSE(folder.read(name, read));
  return read;
}

class PrivateFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = (std::filesystem::temp_directory_path() / "voicestand-folder-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    parent_ = folder;
    path_ = parent_ / "state" / "journal";
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(parent_, ignored);
  }
  static unsigned mode(const std::filesystem::path& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }

  std::filesystem::path parent_;
  std::filesystem::path path_;
};

TEST_F(PrivateFolderTest, KeepsFilesForItsOwnerAlone) {
  const auto folder = PrivateFolder::open(path_);
  ASSERT_TRUE(folder) << folder.error().message();
  EXPECT_EQ(mode(path_), 0700U);
  const auto file = opened(**folder, "a");
  std::size_t count = 0;
  EXPECT_FALSE(file->write(0, bytes("xyz"), count));
  EXPECT_EQ(count, 3U);
  EXPECT_FALSE(file->write(1, bytes("Y"), count));
  EXPECT_FALSE(file->sync());
  EXPECT_FALSE((*folder)->sync());
  EXPECT_EQ(mode(path_ / "a"), 0600U);
  EXPECT_EQ(content(**folder, "a"), std::vector(bytes("xYz").begin(), bytes("xYz").end()));
  EXPECT_FALSE((*folder)->rename("a", "b"));
  std::vector<Folder::Entry> entries;
  EXPECT_FALSE((*folder)->list(entries));
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries.front().name, "b");
  EXPECT_EQ(entries.front().size_bytes, 3U);
  EXPECT_FALSE((*folder)->remove("b"));
  EXPECT_FALSE((*folder)->remove("b")) << "gone already";
  std::vector<std::byte> nothing;
  EXPECT_EQ((*folder)->read("b", nothing), std::errc::no_such_file_or_directory);
}

TEST_F(PrivateFolderTest, ReservedRoomIsZeros) {
  const auto folder = PrivateFolder::open(path_);
  const auto file = opened(**folder, "a");
  file->reserve(10'000);
  std::size_t count = 0;
  ASSERT_FALSE(file->write(0, bytes("x"), count));
  const auto read = content(**folder, "a");
  EXPECT_EQ(read.front(), std::byte{'x'});
  EXPECT_EQ(std::ranges::count(read, std::byte{0}), static_cast<std::ptrdiff_t>(read.size()) - 1);
}

TEST_F(PrivateFolderTest, OneThatIsOpenToOthersIsClosed) {
  std::filesystem::create_directories(path_);
  ::chmod(path_.c_str(), 0755);
  ASSERT_TRUE(PrivateFolder::open(path_));
  EXPECT_EQ(mode(path_), 0700U);
}

TEST_F(PrivateFolderTest, LinksAndFilesAreRefused) {
  std::filesystem::create_directories(parent_ / "elsewhere");
  std::filesystem::create_directories(path_.parent_path());
  std::filesystem::create_directory_symlink(parent_ / "elsewhere", path_);
  EXPECT_EQ(PrivateFolder::open(path_).error().code, Errc::kIo);
  std::filesystem::remove(path_);
  std::filesystem::create_symlink(parent_ / "nowhere", path_);
  EXPECT_FALSE(PrivateFolder::open(path_));
}

TEST_F(PrivateFolderTest, AFolderOfSomeoneElseIsRefused) {
  std::filesystem::create_directories(path_);
  if (::chown(path_.c_str(), 12'345, 12'345) != 0) GTEST_SKIP() << "only root gives folders away";
  const auto folder = PrivateFolder::open(path_);
  ASSERT_FALSE(folder);
  EXPECT_NE(folder.error().message().find("someone else"), std::string::npos);
}

TEST_F(PrivateFolderTest, NoLinkInItIsFollowed) {
  const auto folder = PrivateFolder::open(path_);
  std::filesystem::create_symlink(parent_ / "target", path_ / "link");
  ASSERT_EQ(::mkfifo((path_ / "fifo").c_str(), 0600), 0);
  std::unique_ptr<Folder::File> file;
  std::vector<std::byte> read;
  EXPECT_TRUE((*folder)->open("link", file));
  EXPECT_TRUE((*folder)->read("link", read));
  EXPECT_FALSE(std::filesystem::exists(parent_ / "target"));
  EXPECT_EQ((*folder)->read("fifo", read), std::errc::invalid_argument) << "and nobody waits for its writer";
  std::vector<Folder::Entry> entries;
  EXPECT_FALSE((*folder)->list(entries));
  EXPECT_TRUE(entries.empty());
}

TEST_F(PrivateFolderTest, ASecondOneIsKeptOutUntilTheFirstIsGone) {
  {
    const auto first = PrivateFolder::open(path_);
    ASSERT_TRUE(first);
    EXPECT_FALSE(PrivateFolder::open(path_));
  }
  EXPECT_TRUE(PrivateFolder::open(path_));
}

}  // namespace
}  // namespace voicestand::posix
