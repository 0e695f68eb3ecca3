#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "voicestand/lib/posix/folder.h"

namespace voicestand::journal {

// A disk with one folder that forgets at a power cut whatever it may, and fails when told to.
class TestDisk {
 public:
  using Bytes = std::vector<std::byte>;
  struct Content {
    Bytes seen;  // by who reads it now
    Bytes kept;  // after a power cut
  };
  using Names = std::map<std::string, std::shared_ptr<Content>>;

  [[nodiscard]] std::unique_ptr<posix::Folder> folder() { return std::make_unique<TestFolder>(*this); }

  void cut_power() {
    names = kept_names;
    for (auto& [name, content] : names) content->seen = content->kept;
  }
  [[nodiscard]] Bytes& bytes(const std::string& name) { return names.at(name)->seen; }
  [[nodiscard]] std::string only_audio() const {
    const auto at = std::ranges::find_if(names, [](const auto& entry) { return entry.first.ends_with(".audio"); });
    return at == names.end() ? std::string() : at->first;
  }
  // From then on so many fail.
  void fail_after(int operations, int times = 1) {
    failing_in = operations;
    failing_for = times;
  }

  Names names;
  Names kept_names;
  std::size_t most_at_a_time = SIZE_MAX;  // a short write
  std::uint64_t room_bytes = UINT64_MAX;  // left on it
  bool read_only = false;
  bool sync_fails = false;
  int failing_in = -1;
  int failing_for = 0;

 private:
  [[nodiscard]] std::error_code try_it(bool changes) {
    if (changes && read_only) return std::make_error_code(std::errc::read_only_file_system);
    if (failing_in < 0) return {};
    if (failing_in > 0) {
      --failing_in;
      return {};
    }
    if (--failing_for <= 0) failing_in = -1;
    return std::make_error_code(std::errc::io_error);
    return {};
  }

  class TestFile final : public posix::Folder::File {
   public:
    TestFile(TestDisk& disk, std::shared_ptr<Content> content) : disk_(disk), content_(std::move(content)) {}
    std::error_code write(std::uint64_t at, std::span<const std::byte> bytes, std::size_t& count) override {
      if (const auto error = disk_.try_it(true)) return error;
      count = std::min(bytes.size(), std::min<std::size_t>(disk_.most_at_a_time, disk_.room_bytes));
      if (count == 0) return std::make_error_code(std::errc::no_space_on_device);
      if (disk_.room_bytes != UINT64_MAX) disk_.room_bytes -= count;
      if (content_->seen.size() < at + count) content_->seen.resize(at + count);
      std::ranges::copy(bytes.first(count), content_->seen.begin() + static_cast<std::ptrdiff_t>(at));
      return {};
    }
    std::error_code sync() override {
      if (const auto error = disk_.sync_fails ? std::make_error_code(std::errc::io_error) : disk_.try_it(false)) {
        content_->seen = content_->kept;  // the worst that may come of it
        return error;
      }
      content_->kept = content_->seen;
      return {};
    }
    void reserve(std::uint64_t size_bytes) noexcept override {
      // Little, so that a test can look at each byte.
      content_->seen.resize(std::max<std::size_t>(content_->seen.size(), std::min<std::uint64_t>(size_bytes, 64)));
    }

   private:
    TestDisk& disk_;
    std::shared_ptr<Content> content_;
  };

  class TestFolder final : public posix::Folder {
   public:
    explicit TestFolder(TestDisk& disk) : disk_(disk) {}
    const std::string& path() const noexcept override { return path_; }
    std::error_code list(std::vector<Entry>& entries) override {
      for (const auto& [name, content] : disk_.names)
        entries.push_back({.name = name, .size_bytes = content->seen.size()});
      return {};
    }
    std::error_code open(const std::string& name, std::unique_ptr<File>& file) override {
      if (const auto error = disk_.try_it(true)) return error;
      auto& content = disk_.names[name];
      if (content == nullptr) content = std::make_shared<Content>();
      file = std::make_unique<TestFile>(disk_, content);
      return {};
    }
    std::error_code read(const std::string& name, std::vector<std::byte>& bytes) override {
      const auto at = disk_.names.find(name);
      if (at == disk_.names.end()) return std::make_error_code(std::errc::no_such_file_or_directory);
      bytes = at->second->seen;
      return {};
    }
    std::error_code remove(const std::string& name) override {
      if (const auto error = disk_.try_it(true)) return error;
      disk_.names.erase(name);
      return {};
    }
    std::error_code rename(const std::string& from, const std::string& to) override {
      if (const auto error = disk_.try_it(true)) return error;
      disk_.names[to] = disk_.names.at(from);
      disk_.names.erase(from);
      return {};
    }
    std::error_code sync() override {
      if (const auto error = disk_.try_it(false)) return error;
      disk_.kept_names = disk_.names;
      return {};
    }

   private:
    TestDisk& disk_;
    std::string path_ = "disk";
  };
};

}  // namespace voicestand::journal
