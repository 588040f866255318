// real_function.h - the library's own function behind one that stands in front of it.
//
// Path:    an ingestor's function -> THIS -> the library's
// Threads: any; the first call looks it up.
// Fails:   without the library's function the program ends, as it would have without us.

#pragma once

#include <dlfcn.h>
#include <stdlib.h>

namespace scope::ingestors {

// `version`: of the symbol, where the library has several of the name; otherwise null.
template <typename Function>
Function RealFunction(Function& known, const char* name, const char* version = nullptr) {
  Function function = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (function != nullptr) return function;
  void* const symbol =
      version != nullptr ? dlvsym(RTLD_NEXT, name, version) : dlsym(RTLD_NEXT, name);
  if (symbol == nullptr) abort();
  function = reinterpret_cast<Function>(symbol);
  __atomic_store_n(&known, function, __ATOMIC_RELAXED);
  return function;
}

}  // namespace scope::ingestors
