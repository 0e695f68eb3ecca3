#pragma once

#include <utility>

#include "voicestand/base/result.h"

namespace voicestand::posix {

// A library of the system that is opened when it is first needed instead of with the program: who never asks for what
// it does neither waits for it nor has it in memory. It stays open; its functions are valid to the program's end.
// Thread: one at a time. Real-time: no.
class SharedLibrary {
 public:
  struct Name {
    const char* soname;   // as the linker would note it down: "libcurl.so.4"
    const char* package;  // where it comes from, for people: "libcurl4, or libcurl"
  };

  // Errors: kServiceMissing where it, or what it needs, is not installed.
  [[nodiscard]] static Result<SharedLibrary> open(const Name& name);

  // Sets `function` to the library's of this name, whose type the caller knows from its header.
  template <typename Function>
  void find(const char* symbol, Function*& function) noexcept {
    function = reinterpret_cast<Function*>(address_of(symbol));
  }

  // `functions` where all that was looked for was there. Errors: kServiceMissing, naming the first that was not.
  template <typename Functions>
  [[nodiscard]] Result<Functions> complete(const Functions& functions) const {
    if (missing_ != nullptr) return std::unexpected(lacks_a_function());
    return functions;
  }

 private:
  SharedLibrary(const Name& name, void* handle) noexcept : name_(name), handle_(handle) {}
  [[nodiscard]] void* address_of(const char* symbol) noexcept;
  [[nodiscard]] Error lacks_a_function() const;

  Name name_;
  void* handle_;
  const char* missing_ = nullptr;
};

// What a module uses of a library: a struct of functions with a find_in(SharedLibrary&) that finds them. Thread: one at
// a time. Real-time: no. Errors: kServiceMissing.
template <typename Functions>
[[nodiscard]] Result<Functions> functions_of(const SharedLibrary::Name& name) {
  auto library = SharedLibrary::open(name);
  if (!library) return std::unexpected(std::move(library.error()));
  Functions functions;
  functions.find_in(*library);
  return library->complete(functions);
}

// Whether they were there.
template <typename Functions>
[[nodiscard]] Result<void> outcome_of(const Result<Functions>& functions) {
  if (!functions) return std::unexpected(functions.error());
  return {};
}

}  // namespace voicestand::posix

// A module lists the functions that it uses once, `#define VS_X_FUNCTIONS(each) each(x_open) each(x_close)`. The first
// of these makes members of the list, with the types of the library's header; the second is for their find_in(library).
// NOLINTNEXTLINE(bugprone-macro-parentheses): the name of a member
#define VS_FUNCTION_MEMBER(name) decltype(&::name) name = nullptr;
#define VS_FUNCTION_FIND(name) library.find(#name, this->name);
