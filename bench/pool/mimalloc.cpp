#include <dlfcn.h>

#include "bench/pool/allocators.h"

namespace voicestand::bench::pool {

Result<Mimalloc> Mimalloc::load(const char* library) {
  void* const handle = ::dlopen(library, RTLD_NOW | RTLD_LOCAL);  // stays until the program ends
  if (handle == nullptr) return fail(Errc::kServiceMissing, ::dlerror(), library, "install libmimalloc-dev");
  const auto malloc_function = reinterpret_cast<MallocFunction>(::dlsym(handle, "mi_malloc"));
  const auto free_function = reinterpret_cast<FreeFunction>(::dlsym(handle, "mi_free"));
  if (malloc_function == nullptr || free_function == nullptr)
    return fail(Errc::kServiceMissing, "has no mi_malloc", library, "install libmimalloc-dev");
  return Mimalloc(malloc_function, free_function);
}

}  // namespace voicestand::bench::pool
