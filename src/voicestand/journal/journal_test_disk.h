#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
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
  void fail_once_after(int operations) { failing_in = operations; }

  Names names;
  Names kept_names;
  std::size_t most_at_a_time = SIZE_MAX;  // a short write
  std::uint64_t room_bytes = UINT64_MAX;  // left on it
  bool read_only = false;
  bool sync_fails = false;
  int failing_in = -1;

 private:
  [[nodiscard]] Result<void> try_it(bool changes) {
    if (changes && read_only) return fail(Errc::kIo, "read-only");
    if (failing_in >= 0 && failing_in-- == 0) return fail(Errc::kIo, "broken");
    return {};
  }

  class TestFile final : public posix::Folder::File {
   public:
    TestFile(TestDisk& disk, std::shared_ptr<Content> content) : disk_(disk), content_(std::move(content)) {}
    Result<std::size_t> write(std::uint64_t at, std::span<const std::byte> bytes) override {
      if (auto done = disk_.try_it(true); !done) return std::unexpected(done.error());
      bytes = bytes.first(std::min({bytes.size(), disk_.most_at_a_time,
                                    static_cast<std::size_t>(std::min<std::uint64_t>(disk_.room_bytes, SIZE_MAX))}));
      if (bytes.empty()) return fail(Errc::kNoSpace, "full");
      if (disk_.room_bytes != UINT64_MAX) disk_.room_bytes -= bytes.size();
      if (content_->seen.size() < at + bytes.size()) content_->seen.resize(at + bytes.size());
      std::ranges::copy(bytes, content_->seen.begin() + static_cast<std::ptrdiff_t>(at));
      return bytes.size();
    }
    Result<void> sync() override {
      if (auto done = disk_.sync_fails ? Result<void>(fail(Errc::kIo, "broken")) : disk_.try_it(false); !done) {
        content_->seen = content_->kept;  // the worst that may come of it
        return done;
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
    Result<std::vector<Entry>> list() override {
      std::vector<Entry> entries;
      for (const auto& [name, content] : disk_.names)
        entries.push_back({.name = name, .size_bytes = content->seen.size()});
      return entries;
    }
    Result<std::unique_ptr<File>> open(const std::string& name) override {
      if (auto done = disk_.try_it(true); !done) return std::unexpected(done.error());
      auto& content = disk_.names[name];
      if (content == nullptr) content = std::make_shared<Content>();
      return std::make_unique<TestFile>(disk_, content);
    }
    Result<std::vector<std::byte>> read(const std::string& name) override {
      const auto at = disk_.names.find(name);
      if (at == disk_.names.end()) return fail(Errc::kNotFound, "none");
      return at->second->seen;
    }
    Result<void> remove(const std::string& name) override {
      if (auto done = disk_.try_it(true); !done) return done;
      disk_.names.erase(name);
      return {};
    }
    Result<void> rename(const std::string& from, const std::string& to) override {
      if (auto done = disk_.try_it(true); !done) return done;
      disk_.names[to] = disk_.names.at(from);
      disk_.names.erase(from);
      return {};
    }
    Result<void> sync() override {
      if (auto done = disk_.try_it(false); !done) return done;
      disk_.kept_names = disk_.names;
      return {};
    }

   private:
    TestDisk& disk_;
  };
};

}  // namespace voicestand::journal
