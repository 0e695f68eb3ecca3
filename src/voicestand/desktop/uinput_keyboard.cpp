#include "voicestand/desktop/uinput_keyboard.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <thread>

#include <dirent.h>
#include <fcntl.h>
#include <linux/uinput.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "voicestand/desktop/input_devices.h"

namespace voicestand::desktop {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* kDevice = "/dev/uinput";
constexpr std::string_view kRule =
    "let who sits at the computer: 'echo KERNEL==\\\"uinput\\\", TAG+=\\\"uaccess\\\", "
    "OPTIONS+=\\\"static_node=uinput\\\" | sudo tee /etc/udev/rules.d/70-voicestand.rules && "
    "sudo udevadm control --reload && sudo udevadm trigger --name-match=uinput'";

// The kernel keeps 64 events for each reader, and all are lost to one who lets that many come: each press and each
// release is two. So many may be sent, and then not again for so long: see docs/adr/0010-uinput-and-evdev.md.
constexpr int kStretchEvents = 12;
constexpr milliseconds kStretchTime{4};

// Who listens has opened the device's file: so long is waited for that, and then for what it does next.
constexpr milliseconds kReaderPatience{1'000};
constexpr milliseconds kReaderSettles{50};

Error refused(int why) {
  if (why == EACCES || why == EPERM) return fail(Errc::kServiceMissing, "you may not use it", kDevice, kRule).error();
  if (why == ENOENT || why == ENODEV || why == ENXIO)
    return fail(Errc::kServiceMissing, "the kernel has no uinput", kDevice, "'sudo modprobe uinput'").error();
  return fail(Errc::kIo, std::strerror(why), kDevice).error();
}

int open_device() {
  return ::open(kDevice, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

// "event5" of what the kernel calls "input7"; empty where it does not tell.
std::string file_of(int device) {
  std::array<char, 64> name{};
  if (::ioctl(device, UI_GET_SYSNAME(name.size() - 1), name.data()) < 0) return {};
  DIR* const folder = ::opendir((std::string("/sys/devices/virtual/input/") + name.data()).c_str());
  if (folder == nullptr) return {};
  std::string file;
  while (const dirent* const entry = ::readdir(folder))
    if (std::string_view(&entry->d_name[0]).starts_with("event")) file = &entry->d_name[0];
  ::closedir(folder);
  return file;
}

bool make_device(int device) {
  bool made = true;
  const auto set = [&](unsigned long request, int value) { made = made && ::ioctl(device, request, value) == 0; };
  set(UI_SET_EVBIT, EV_KEY);
  for (int code = KEY_ESC; code <= UinputKeyboard::kLastCode; ++code)
    if (code != KEY_POWER) set(UI_SET_KEYBIT, code);
  set(UI_SET_EVBIT, EV_LED);
  for (const int lamp : {LED_NUML, LED_CAPSL, LED_SCROLLL}) set(UI_SET_LEDBIT, lamp);
  uinput_setup setup{};
  setup.id = {.bustype = BUS_VIRTUAL, .vendor = 0, .product = 0, .version = 1};
  constexpr std::string_view kName = "VoiceStand keyboard";
  std::ranges::copy(kName, &setup.name[0]);
  return made && ::ioctl(device, UI_SET_PHYS, std::string(kOwnDevice).c_str()) == 0 &&
         ::ioctl(device, UI_DEV_SETUP, &setup) == 0 && ::ioctl(device, UI_DEV_CREATE) == 0;
}

}  // namespace

Result<void> UinputKeyboard::check() {
  const posix::UniqueFd device(open_device());
  if (!device) return std::unexpected(refused(errno));
  return {};
}

Result<UinputKeyboard> UinputKeyboard::plug_in() {
  posix::UniqueFd device(open_device());
  if (!device) return std::unexpected(refused(errno));
  posix::UniqueFd folder(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  (void)::inotify_add_watch(folder.get(), kInputFolder, IN_OPEN);  // without it the time runs out
  if (!make_device(device.get())) return std::unexpected(refused(errno));
  UinputKeyboard keyboard(std::move(device), std::move(folder));
  keyboard.file_ = file_of(keyboard.device_.get());
  return keyboard;
}

void UinputKeyboard::wait_for_reader() {
  if (!folder_) return;
  bool opened = false;
  for (const Time until = plugged_in_at_ + kReaderPatience; !opened;) {
    alignas(inotify_event) std::array<char, 4096> bytes{};
    const ssize_t got = ::read(folder_.get(), bytes.data(), bytes.size());
    for (std::size_t at = 0; got > 0 && at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, &bytes.at(at), sizeof event);
      at += sizeof event;
      const std::string_view padded(&bytes.at(at - 1) + 1, event.len);
      opened = opened || padded.substr(0, padded.find('\0')) == file_;
      at += event.len;
    }
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    if (opened || left <= milliseconds(0)) break;
    pollfd wait{.fd = folder_.get(), .events = POLLIN, .revents = 0};
    ::poll(&wait, 1, static_cast<int>(left.count()));
  }
  if (opened) std::this_thread::sleep_for(kReaderSettles);
  folder_.reset();
}

Result<void> UinputKeyboard::move(std::uint16_t code, bool press) {
  std::array<input_event, 2> events{};
  events[0].type = EV_KEY;
  events[0].code = code;
  events[0].value = press ? 1 : 0;
  events[1].type = EV_SYN;
  events[1].code = SYN_REPORT;
  if (sent_ + static_cast<int>(events.size()) > kStretchEvents) {
    std::this_thread::sleep_until(stretch_at_ + kStretchTime);
    sent_ = 0;
  }
  if (sent_ == 0) stretch_at_ = steady_clock::now();
  sent_ += static_cast<int>(events.size());
  ssize_t written = 0;
  do written = ::write(device_.get(), events.data(), sizeof events);
  while (written < 0 && errno == EINTR);
  if (written != static_cast<ssize_t>(sizeof events)) return fail(Errc::kIo, std::strerror(errno), kDevice);
  return {};
}

bool UinputKeyboard::caps_lock() {
  input_event event{};
  while (::read(device_.get(), &event, sizeof event) == static_cast<ssize_t>(sizeof event))
    if (event.type == EV_LED && event.code == LED_CAPSL) caps_lock_ = event.value != 0;
  return caps_lock_;
}

}  // namespace voicestand::desktop
