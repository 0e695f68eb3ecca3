#include "voicestand/lib/posix/shared_library.h"

#include <string>

#include <dlfcn.h>

namespace voicestand::posix {

Result<SharedLibrary> SharedLibrary::open(const Name& name) {
  // All of its symbols are bound here: not one by one in calls from an audio thread.
  void* const handle = ::dlopen(name.soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle != nullptr) return SharedLibrary(name, handle);
  const char* const reason = ::dlerror();
  std::string what = reason != nullptr ? reason : "";
  // "libx.so.1: cannot open shared object file: …" where it is absent; else it names what is wrong elsewhere.
  if (what.empty() || what.starts_with(std::string(name.soname) + ": cannot open")) what = "not installed";
  return fail(Errc::kServiceMissing, std::move(what), name.soname,
              std::string("install it (package ") + name.package + ")");
}

void* SharedLibrary::address_of(const char* symbol) noexcept {
  void* const address = ::dlsym(handle_, symbol);
  if (address == nullptr && missing_ == nullptr) missing_ = symbol;
  return address;
}

Error SharedLibrary::lacks_a_function() const {
  return {Errc::kServiceMissing, std::string("it lacks ") + missing_, name_.soname,
          std::string("install a newer one (package ") + name_.package + ")"};
}

}  // namespace voicestand::posix
