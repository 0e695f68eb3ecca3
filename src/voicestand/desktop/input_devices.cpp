#include "voicestand/desktop/input_devices.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <iterator>
#include <span>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <linux/input.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace voicestand::desktop {
namespace {

constexpr std::string_view kRemedy =
    "'sudo usermod -aG input $USER', and log in anew; all that you run may read your keys then";

// Bits as the kernel writes them: eight a byte, the lowest first.
using KeyBytes = std::array<std::uint8_t, KEY_CNT / 8>;

KeyCodes codes_of(const KeyBytes& bytes) {
  KeyCodes codes;
  for (std::size_t code = 0; code < codes.size(); ++code)
    codes[code] = ((unsigned{bytes.at(code / 8)} >> (code % 8)) & 1U) != 0;
  return codes;
}

KeyCodes down_on(int file) {
  KeyBytes bytes{};
  return ::ioctl(file, EVIOCGKEY(sizeof bytes), bytes.data()) < 0 ? KeyCodes() : codes_of(bytes);
}

bool has_keys(int file) {
  KeyBytes bytes{};
  return ::ioctl(file, EVIOCGBIT(EV_KEY, sizeof bytes), bytes.data()) >= 0 && codes_of(bytes).any();
}

// Without opening it, which would look as if what it writes had a reader.
bool is_ours(const std::string& name) {
  const posix::UniqueFd file(::open(("/sys/class/input/" + name + "/device/phys").c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, kOwnDevice.size() + 1> phys{};
  return file && ::read(file.get(), phys.data(), phys.size()) == static_cast<ssize_t>(phys.size()) &&
         std::string_view(phys.data(), kOwnDevice.size()) == kOwnDevice && phys.back() == '\n';
}

// In its place: what is held with a key may be on another keyboard.
void add(std::vector<InputDevices::Event>& events, const InputDevices::Event& event) {
  auto place = events.end();
  while (place != events.begin() && std::prev(place)->at > event.at) --place;
  events.insert(place, event);
}

bool watch(int epoll, int fd) {
  epoll_event wanted{.events = EPOLLIN, .data = {.fd = fd}};
  return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted) == 0;
}

}  // namespace

Result<std::unique_ptr<InputDevices>> InputDevices::open(const Clock& clock) {
  posix::UniqueFd folder(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  posix::UniqueFd readable(::epoll_create1(EPOLL_CLOEXEC));
  if (!folder || !readable || !watch(readable.get(), folder.get()))
    return fail(Errc::kIo, std::strerror(errno), "inotify", "raise the limit on open files");
  // A file is made first, and then the user is let in.
  if (::inotify_add_watch(folder.get(), kInputFolder, IN_CREATE | IN_ATTRIB | IN_MOVED_TO | IN_ONLYDIR) < 0)
    return fail(Errc::kServiceMissing, "this computer has no input devices", kInputFolder, "load the kernel's evdev");
  std::unique_ptr<InputDevices> devices(new InputDevices(std::move(readable), std::move(folder), clock));
  devices->take_up_all();
  if (devices->devices_.empty() && devices->refused_)
    return fail(Errc::kServiceMissing, "you may not read the keyboards", kInputFolder, kRemedy);
  return devices;
}

void InputDevices::take_up_all() {
  DIR* const folder = ::opendir(kInputFolder);
  if (folder == nullptr) return;
  std::vector<std::string> names;
  while (const dirent* const entry = ::readdir(folder)) names.emplace_back(&entry->d_name[0]);
  ::closedir(folder);
  for (const std::string& name : names) (void)take_up(name);
}

// Whether it is one more.
bool InputDevices::take_up(const std::string& name) {
  if (!name.starts_with("event") || std::ranges::find(devices_, name, &Device::name) != devices_.end()) return false;
  if (is_ours(name)) return false;
  posix::UniqueFd file(::open((std::string(kInputFolder) + "/" + name).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file) {
    refused_ = refused_ || errno == EACCES;
    return false;
  }
  const int clock = CLOCK_MONOTONIC;
  if (!has_keys(file.get()) || ::ioctl(file.get(), EVIOCSCLOCKID, &clock) < 0) return false;
  if (!watch(readable_.get(), file.get())) return false;
  devices_.push_back({.name = name, .file = std::move(file), .number = ++numbers_});
  return true;
}

bool InputDevices::folder_changed() const noexcept {
  alignas(inotify_event) std::array<char, 4096> bytes{};
  bool changed = false;
  while (::read(folder_.get(), bytes.data(), bytes.size()) > 0) changed = true;
  return changed;
}

std::vector<InputDevices::Event> InputDevices::read() {
  std::vector<Event> events;
  const auto gone = std::erase_if(devices_, [&](Device& device) {
    if (!device.told || read_device(device, events)) return false;
    events.push_back({.kind = Event::Kind::kGone, .device = device.number, .at = clock_->now()});
    return true;
  });
  // One that has come may have the name of one that has gone.
  if (folder_changed() || gone != 0) take_up_all();
  for (Device& device : devices_)
    if (!std::exchange(device.told, true)) events.push_back(state_of(device, clock_->now()));
  return events;
}

InputDevices::Event InputDevices::state_of(const Device& device, Clock::TimePoint at) {
  return {.kind = Event::Kind::kState, .device = device.number, .down = down_on(device.file.get()), .at = at};
}

// False where the device has gone.
bool InputDevices::read_device(Device& device, std::vector<Event>& events) {
  std::array<input_event, 64> moves{};
  for (;;) {
    const ssize_t got = ::read(device.file.get(), moves.data(), sizeof moves);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 && errno == EAGAIN;
    for (const input_event& move : std::span(moves).first(static_cast<std::size_t>(got) / sizeof(input_event))) {
      const auto at = time_of(static_cast<std::int64_t>(move.input_event_sec) * 1'000'000 +
                              static_cast<std::int64_t>(move.input_event_usec));
      if (move.type == EV_SYN && move.code == SYN_DROPPED) {
        device.behind = true;
      } else if (device.behind) {
        if (move.type != EV_SYN || move.code != SYN_REPORT) continue;
        device.behind = false;
        add(events, state_of(device, at));
        break;  // the others are older than that
      } else if (move.type == EV_KEY && move.code < KEY_CNT && (move.value == 0 || move.value == 1)) {
        add(events, {.device = device.number, .code = move.code, .pressed = move.value == 1, .at = at});
      }
    }
  }
}

KeyCodes InputDevices::down() {
  if (folder_changed()) take_up_all();
  KeyCodes down;
  for (const Device& device : devices_) down |= down_on(device.file.get());
  return down;
}

// The kernel counts as the clock does, unless that is one of tests.
Clock::TimePoint InputDevices::time_of(std::int64_t microseconds) const noexcept {
  const auto now = clock_->now();
  const auto age = now.time_since_epoch() - std::chrono::microseconds(microseconds);
  constexpr std::chrono::seconds kOldest{10};
  return age >= Clock::Duration::zero() && age <= kOldest ? now - age : now;
}

}  // namespace voicestand::desktop
