// The first and only program of a kernel that uinput_vm_test.py starts: loads the modules that it is given, tries what
// VoiceStand does with /dev/uinput and /dev/input, prints a line "ok NAME", "failed NAME: …" or "measured …" for each,
// and at last "done"; then the machine is switched off.
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/uinput.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xkbcommon/xkbcommon.h>

#include "voicestand/base/clock.h"
#include "voicestand/base/utf8.h"
#include "voicestand/desktop/evdev_trigger.h"
#include "voicestand/desktop/typed_text.h"
#include "voicestand/desktop/uinput_sink.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::desktop {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPatience{20'000};  // an emulated processor takes its time

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

void report(const std::string& name, const std::string& got, const std::string& wanted) {
  say(got == wanted ? "ok " + name : fmt::format("failed {}: got '{}' instead of '{}'", name, got, wanted));
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The file of the input device that is called so; empty while there is none.
std::string file_called(std::string_view wanted) {
  std::string found;
  DIR* const folder = ::opendir("/dev/input");
  if (folder == nullptr) return found;
  while (const dirent* const entry = ::readdir(folder)) {
    if (!std::string_view(&entry->d_name[0]).starts_with("event")) continue;
    // Its name is asked of the kernel's list, so that nobody opens it who does not read it.
    std::string name = content_of(fmt::format("/sys/class/input/{}/device/name", &entry->d_name[0]));
    if (!name.empty()) name.pop_back();
    if (name == wanted) found = fmt::format("/dev/input/{}", &entry->d_name[0]);
  }
  ::closedir(folder);
  return found;
}

std::string wait_for_called(std::string_view name) {
  for (const auto until = steady_clock::now() + kPatience; steady_clock::now() < until;) {
    if (auto found = file_called(name); !found.empty()) return found;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return {};
}

posix::UniqueFd open_called(std::string_view name) {
  return posix::UniqueFd(::open(wait_for_called(name).c_str(), O_RDWR | O_NONBLOCK));
}

// What a program makes of a keyboard's events.
class Reader {
 public:
  explicit Reader(const char* layout) {
    context_ = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
    const xkb_rule_names names{"evdev", "pc105", layout, nullptr, nullptr};
    keymap_ = xkb_keymap_new_from_names(context_, &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
    state_ = xkb_state_new(keymap_);
  }
  ~Reader() {
    xkb_state_unref(state_);
    xkb_keymap_unref(keymap_);
    xkb_context_unref(context_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  void lock_caps() { xkb_state_update_mask(state_, 0, 0, 1U << 1U, 0, 0, 0); }

  void read(int file) {
    std::array<input_event, 64> events{};
    const ssize_t got = ::read(file, events.data(), sizeof events);
    for (ssize_t at = 0; at * static_cast<ssize_t>(sizeof(input_event)) < got; ++at)
      take(events.at(static_cast<std::size_t>(at)));
  }
  void take(const input_event& event) {
    if (event.type == EV_SYN && event.code == SYN_DROPPED) ++dropped;
    if (event.type != EV_KEY || event.value > 1) return;
    const xkb_keycode_t key = event.code + 8U;
    if (event.value == 1) {
      const std::uint32_t character = xkb_state_key_get_utf32(state_, key);
      if (character != 0) append_utf8(text, character == '\r' ? '\n' : character);
    }
    down_ += event.value == 1 ? 1 : -1;
    xkb_state_update_key(state_, key, event.value == 1 ? XKB_KEY_DOWN : XKB_KEY_UP);
  }
  [[nodiscard]] int down() const { return down_; }

  std::string text;
  int dropped = 0;

 private:
  xkb_context* context_;
  xkb_keymap* keymap_;
  xkb_state* state_;
  int down_ = 0;
};

struct Ended {
  int code = -1;
  std::string out;  // and what it said of errors
};

// A program that runs beside us.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments, uid_t user = 0) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], 1);
      ::dup2(ends[1], 2);
      if (user != 0 && (::setgid(user) != 0 || ::setuid(user) != 0)) ::_exit(99);
      std::vector<char*> argv;
      for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
      argv.push_back(nullptr);
      ::execv(argv[0], argv.data());
      ::_exit(98);
    }
    ::close(ends[1]);
    out_ = posix::UniqueFd(ends[0]);
  }

  // Until it has said `what`.
  bool says(std::string_view what) {
    while (said_.find(what) == std::string::npos)
      if (!hear()) return false;
    return true;
  }
  [[nodiscard]] bool has_ended() { return !ended_ && ::waitpid(pid_, &status_, WNOHANG) == pid_ && (ended_ = true); }
  Ended end(int signal = 0) {
    if (signal != 0) ::kill(pid_, signal);
    while (hear()) {
    }
    if (!ended_) ::waitpid(pid_, &status_, 0);
    return {.code = WIFEXITED(status_) ? WEXITSTATUS(status_) : -1, .out = said_};
  }
  [[nodiscard]] const std::string& said() const { return said_; }

 private:
  bool hear() {
    pollfd wait{.fd = out_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, static_cast<int>(kPatience.count())) <= 0) return false;
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(out_.get(), bytes.data(), bytes.size());
    if (got <= 0) return false;
    said_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }

  pid_t pid_ = -1;
  posix::UniqueFd out_;
  std::string said_;
  int status_ = 0;
  bool ended_ = false;
};

// A keyboard and mouse as if of hardware, which repeats its keys.
class Hardware {
 public:
  explicit Hardware(const char* name) : device_(::open("/dev/uinput", O_RDWR)) {
    ::ioctl(device_.get(), UI_SET_EVBIT, EV_KEY);
    for (int code = 1; code < 128; ++code) ::ioctl(device_.get(), UI_SET_KEYBIT, code);
    for (int code = BTN_LEFT; code <= BTN_TASK; ++code) ::ioctl(device_.get(), UI_SET_KEYBIT, code);
    uinput_setup setup{};
    setup.id.bustype = BUS_USB;
    std::strncpy(&setup.name[0], name, sizeof setup.name - 1);
    ::ioctl(device_.get(), UI_DEV_SETUP, &setup);
    if (::ioctl(device_.get(), UI_DEV_CREATE) != 0) say(fmt::format("failed hardware: {}", std::strerror(errno)));
  }
  void move(int code, int value) {
    std::array<input_event, 2> events{};
    events[0].type = EV_KEY;
    events[0].code = static_cast<std::uint16_t>(code);
    events[0].value = value;
    if (::write(device_.get(), events.data(), sizeof events) < 0) say("failed hardware: write");
  }
  void strike(std::initializer_list<int> codes) {
    for (const int code : codes) move(code, 1);
    for (const int code : std::views::reverse(codes)) move(code, 0);
  }

 private:
  posix::UniqueFd device_;
};

void write_config(const std::string& text) {
  ::mkdir("/root/.config", 0755);
  ::mkdir("/root/.config/voicestand", 0755);
  std::ofstream("/root/.config/voicestand/config.toml") << text;
}

std::vector<std::string> type_command(const std::string& text) {
  return {"/bin/voicestand", "type", "--backend", "uinput", text};
}

// What has been read when the program has ended.
void read_while(Program& program, Reader& reader, int file, milliseconds pause = milliseconds(1)) {
  for (bool last = false; !last;) {
    last = program.has_ended();
    for (int at = 0; at < 4; ++at) reader.read(file);
    std::this_thread::sleep_for(pause);
  }
}

// The reader comes late, and nothing is lost.
void types_with_layout(const std::string& layout, bool by_system) {
  const std::string text = content_of("/corpus/" + layout);
  write_config(by_system ? "" : "[type]\nlayout = \"" + layout + "\"\n");
  std::ofstream("/etc/default/keyboard") << "XKBLAYOUT=\"" << (by_system ? layout : "us") << "\"\n";
  Reader reader(layout.c_str());
  Program program(type_command(text));
  (void)wait_for_called("VoiceStand keyboard");
  std::this_thread::sleep_for(milliseconds(300));
  const auto file = open_called("VoiceStand keyboard");
  read_while(program, reader, file.get());
  const Ended ended = program.end();
  report("type " + layout + (by_system ? " of the system" : ""),
         fmt::format("{} {} {} {} {}", ended.code, ended.out, reader.dropped, reader.down(), reader.text),
         fmt::format("0  0 0 {}", text));
}

void refuses() {
  write_config("[type]\nlayout = \"us\"\n");
  Program foreign(type_command("Zoë"));
  const Ended ended = foreign.end();
  report("refuses what the layout lacks",
         fmt::format("{} {}", ended.code, ended.out.find("ë: the keyboard's layout") != std::string::npos), "2 true");
  Program denied(type_command("x"), 65'534);
  const Ended none = denied.end();
  report("says who is let in",
         fmt::format("{} {}", none.code, none.out.find("you may not use it") != std::string::npos), "4 true");
  Program keys({"/bin/voicestand", "keys"}, 65'534);
  const Ended blind = keys.end();
  report("says who may read",
         fmt::format("{} {}", blind.code, blind.out.find("usermod -aG input") != std::string::npos), "4 true");
}

void suits_caps_lock_and_hands() {
  const SteadyClock clock;
  auto sink = UinputSink::open({.layout = {.layouts = "de", .variants = ""}});
  if (!sink) return say("failed sink: " + sink.error().message());
  const auto file = open_called("VoiceStand keyboard");
  const auto text = TypedText::from("Grün 1! Ä x");
  input_event lamp{};
  lamp.type = EV_LED;
  lamp.code = LED_CAPSL;
  lamp.value = 1;
  (void)!::write(file.get(), &lamp, sizeof lamp);
  const auto typed = (*sink)->type(*text, std::nullopt);
  Reader reader("de");
  reader.lock_caps();
  for (int at = 0; at < 8; ++at) reader.read(file.get());
  report("caps lock", (typed ? "" : typed.error().message()) + reader.text, text->utf8());

  const auto unlike = (*sink)->type(*TypedText::from("ß"), std::nullopt);
  report("what caps lock changes", unlike ? "typed" : unlike.error().remedy, "switch Caps Lock off");

  Hardware hands("Test hands");
  hands.move(KEY_RIGHTCTRL, 1);
  const auto held_back = (*sink)->type(*text, std::nullopt);
  Reader none("de");
  none.read(file.get());
  report("a key that is held", held_back ? "typed" : held_back.error().what + none.text,
         "a key such as Ctrl or Shift is held");
  std::thread lets_go([&] {
    std::this_thread::sleep_for(milliseconds(200));
    hands.move(KEY_RIGHTCTRL, 0);
  });
  const auto later = (*sink)->type(*text, std::nullopt);
  lets_go.join();
  Reader after("de");
  after.lock_caps();
  for (int at = 0; at < 8; ++at) after.read(file.get());
  report("a key that is let go of", later ? after.text : later.error().message(), text->utf8());
}

// How late a reader may read.
void measures_late_readers() {
  auto sink = UinputSink::open({.layout = {.layouts = "us", .variants = ""}});
  if (!sink) return say("failed sink: " + sink.error().message());
  const auto file = open_called("VoiceStand keyboard");
  std::string words;
  for (int at = 0; at < 40; ++at) words += "some words ";
  const auto text = TypedText::from(words);
  (void)(*sink)->type(*TypedText::from("x"), std::nullopt);  // waits for the reader
  for (const int late : {1, 5, 10, 15, 20, 40}) {
    Reader reader("us");
    reader.read(file.get());
    reader.text.clear();
    bool typing = true;
    const auto begun = steady_clock::now();
    milliseconds took{};
    std::thread types([&] {
      (void)(*sink)->type(*text, std::nullopt);
      took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun);
      __atomic_store_n(&typing, false, __ATOMIC_RELEASE);
    });
    while (__atomic_load_n(&typing, __ATOMIC_ACQUIRE)) {
      std::this_thread::sleep_for(milliseconds(late));
      reader.read(file.get());
    }
    types.join();
    reader.read(file.get());
    say(fmt::format("measured {} characters in {} ms, read every {} ms: {} losses", words.size(), took.count(), late,
                    reader.dropped));
    if (late <= 10) report(fmt::format("read every {} ms", late), reader.text, words);
  }
}

class Keys {
 public:
  Keys() {
    const std::vector<Binding> bindings{{.id = "talk", .chord = *KeyChord::parse("ctrl+alt+space")},
                                        {.id = "side", .chord = *KeyChord::parse("button8")},
                                        {.id = "y", .chord = *KeyChord::parse("super+y")}};
    auto trigger = EvdevTrigger::open(bindings, {.layouts = "de", .variants = ""}, clock_);
    if (trigger)
      trigger_ = std::move(*trigger);
    else
      say("failed trigger: " + trigger.error().message());
  }
  // What is told until nothing more has been for a while.
  std::string told(milliseconds quiet = milliseconds(150)) {
    std::string all;
    if (!trigger_) return all;
    do {
      const auto events = trigger_->read();
      if (!events) return all + events.error().message();
      for (const TriggerEvent& event : *events) {
        all += event.id + (event.kind == TriggerEvent::Kind::kPressed ? "+" : "-");
        if (clock_.now() - event.at > std::chrono::seconds(5) || event.at > clock_.now()) all += "?";
      }
      pollfd wait{.fd = trigger_->fd(), .events = POLLIN, .revents = 0};
      if (::poll(&wait, 1, static_cast<int>(quiet.count())) == 0) return all;
    } while (true);
  }

 private:
  SteadyClock clock_;
  std::unique_ptr<EvdevTrigger> trigger_;
};

void hears_keys() {
  Keys keys;
  (void)keys.told();
  auto first = std::make_unique<Hardware>("Test one");
  Hardware second("Test two");
  (void)keys.told();
  first->move(KEY_LEFTCTRL, 1);
  first->move(KEY_LEFTALT, 1);
  second.move(KEY_SPACE, 1);
  second.move(KEY_SPACE, 2);
  report("a chord on two keyboards that came later", keys.told(), "talk+");
  second.move(KEY_SPACE, 0);
  report("its release", keys.told(), "talk-");
  first->move(KEY_SPACE, 1);
  report("pressed again", keys.told(), "talk+");
  first.reset();
  report("unplugged while it is held", keys.told(), "talk-");
  second.strike({BTN_SIDE});
  report("a button of a mouse", keys.told(), "side+side-");
  second.strike({KEY_LEFTMETA, KEY_Z});
  report("a letter where the layout has it", keys.told(), "y+y-");
  Hardware again("Test three");
  (void)keys.told();
  again.move(KEY_LEFTCTRL, 1);
  again.move(KEY_LEFTALT, 1);
  again.move(KEY_SPACE, 1);
  report("plugged in anew", keys.told(), "talk+");
  for (int at = 0; at < 200; ++at) again.strike({KEY_A});
  again.move(KEY_SPACE, 0);
  for (int at = 0; at < 200; ++at) again.strike({KEY_A});
  report("a release among more than the kernel keeps", keys.told(), "talk-");
  again.strike({KEY_SPACE});
  report("and after it", keys.told(), "talk+talk-");
  auto sink = UinputSink::open({.layout = {.layouts = "de", .variants = ""}});
  again.move(KEY_LEFTALT, 0);
  again.move(KEY_LEFTCTRL, 0);
  if (sink) (void)(*sink)->type(*TypedText::from("y y y"), std::nullopt);
  again.move(KEY_LEFTMETA, 1);
  report("what we type is no key", keys.told(), "");
}

void shows_keys() {
  write_config("[type]\nlayout = \"de\"\n");
  Hardware before("Test before");
  Program keys({"/bin/voicestand", "keys"});
  const bool ready = keys.says("press a key");
  std::this_thread::sleep_for(milliseconds(300));
  before.strike({KEY_LEFTCTRL, KEY_LEFTALT, KEY_SPACE});
  const bool heard = ready && keys.says("ctrl+alt+space\n");
  Hardware later("Test later");
  std::this_thread::sleep_for(milliseconds(300));
  later.strike({KEY_Y});
  const bool hot = keys.says("\nz\n");
  Program types(type_command("xyz"));
  const Ended typed = types.end();
  later.strike({KEY_F1});
  const bool rest = keys.says("\nF1\n");
  const bool ours = keys.said().find("\nx\n") != std::string::npos;
  const Ended ended = keys.end(SIGINT);
  report("voicestand keys", fmt::format("{} {} {} {} {} {}", heard, hot, typed.code, rest, ours, ended.code),
         "true true 0 true false 130");
}

bool load(const char* path) {
  const posix::UniqueFd file(::open(path, O_RDONLY));
  return file && ::syscall(SYS_finit_module, file.get(), "", 0) == 0;
}

void run() {
  ::mount("proc", "/proc", "proc", 0, nullptr);
  ::mount("sys", "/sys", "sysfs", 0, nullptr);
  ::mount("dev", "/dev", "devtmpfs", 0, nullptr);
  ::setenv("HOME", "/root", 1);
  ::setenv("XDG_RUNTIME_DIR", "/tmp", 1);
  ::setenv("LC_ALL", "C.UTF-8", 1);
  Program absent(type_command("x"));
  const Ended none = absent.end();
  report("says what the kernel lacks",
         fmt::format("{} {}", none.code, none.out.find("'sudo modprobe uinput'") != std::string::npos), "4 true");
  for (const char* module : {"/modules/evdev.ko", "/modules/uinput.ko"})
    if (!load(module) && errno != ENOENT) say(fmt::format("failed {}: {}", module, std::strerror(errno)));
  types_with_layout("us", false);
  types_with_layout("de", false);
  types_with_layout("fr", true);
  refuses();
  suits_caps_lock_and_hands();
  measures_late_readers();
  hears_keys();
  shows_keys();
  say("done");
}

}  // namespace
}  // namespace voicestand::desktop

int main() {
  voicestand::desktop::run();
  ::reboot(RB_POWER_OFF);
}
