#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/x11/connection.h"

namespace voicestand::x11 {

// What is copied, in one of the ways in which its owner gives it.
struct SelectionFormat {
  std::string name;
  std::string type;  // what it then says that it is: most often the same
  std::uint8_t unit_bits = 8;
  std::string bytes;
};
using SelectionContent = std::vector<SelectionFormat>;

// One of the display's selections, such as CLIPBOARD, for a program that gives what is on it. Has a connection of its
// own. Thread: one at a time. Real-time: no.
class Selection {
 public:
  // Errors: those of Connection::open().
  [[nodiscard]] static Result<Selection> open(std::string name);

  // Puts something there; nothing: empties it. Errors: kIo.
  [[nodiscard]] Result<void> put(std::shared_ptr<const SelectionContent> content);
  // The same where it is still the other's. Errors: kIo.
  [[nodiscard]] Result<void> put_instead_of(const Selection& other, std::shared_ptr<const SelectionContent> content);
  // What was put there is still there.
  [[nodiscard]] bool owned() const noexcept { return content_ != nullptr; }

  // Answers who asks, until there is nothing more to do for now, and then waits until somebody asks, `also` is readable
  // or the time is over; whether `also` is readable. Errors: kIo.
  [[nodiscard]] Result<bool> serve_until(std::chrono::steady_clock::time_point deadline, int also);
  // How often content has been given.
  [[nodiscard]] std::size_t given() const noexcept { return given_; }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  // Of its connection.
  [[nodiscard]] int fd() const noexcept { return connection_.fd(); }

 private:
  // A content that is too large to be given at once: each piece when the last has been taken.
  struct Transfer {
    WindowId to = 0;
    Atom property = 0;
    Atom type = 0;
    std::shared_ptr<const SelectionContent> content{};
    std::size_t format = 0;
    std::size_t sent_bytes = 0;
    std::chrono::steady_clock::time_point give_up_at{};
  };
  struct Request {
    WindowId from = 0;
    Atom selection = 0;
    Atom target = 0;
    Atom property = 0;  // where the content is to go
    std::uint32_t time_ms = 0;
  };
  struct Atoms {
    Atom selection = 0;
    Atom targets = 0;
    Atom timestamp = 0;
    Atom multiple = 0;
    Atom pair = 0;
    Atom pieces = 0;
  };

  Selection(Connection connection, std::string name) noexcept
      : connection_(std::move(connection)), name_(std::move(name)) {}
  [[nodiscard]] Result<void> set_up();
  [[nodiscard]] Result<void> take(std::shared_ptr<const SelectionContent> content, WindowId only_from);
  [[nodiscard]] Result<std::uint32_t> time_now();
  void answer_all();
  void answer(const Request& request);
  [[nodiscard]] bool give(WindowId to, Atom target, Atom property);
  [[nodiscard]] bool give_several(WindowId to, Atom property);
  [[nodiscard]] bool give_format(WindowId to, std::size_t format, Atom property);
  void go_on(WindowId to, Atom property);
  void watch(WindowId window, bool on);
  void change(WindowId window, Atom property, Atom type, std::uint8_t unit_bits, const void* data, std::size_t bytes);

  Connection connection_;
  std::string name_;
  Atoms atoms_;
  WindowId window_ = 0;
  std::uint32_t owned_since_ms_ = 0;  // by the server's clock
  std::uint32_t time_ms_ = 0;         // the last that the server told
  bool time_told_ = false;
  std::shared_ptr<const SelectionContent> content_;  // none: another has it
  std::vector<Atom> names_;                          // of content_'s formats
  std::vector<Atom> types_;
  std::vector<Transfer> transfers_;
  std::size_t given_ = 0;
};

// What another program has put onto a selection. Waits no longer than a moment for it; what it does not give in time,
// or what is too large, is left out. Thread: any. Real-time: no. Errors: those of Connection::open(), kIo.
[[nodiscard]] Result<SelectionContent> read_selection(const std::string& name);

}  // namespace voicestand::x11
