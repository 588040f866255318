// names.h - sites for names that are only known at run time.
//
// Path:    scope_site_named() -> THIS -> declare.h
// Threads: any; a look-up that finds takes no lock.
// Fails:   nullptr, when the table or its memory is full.

#pragma once

#include "scope/report_api.h"

namespace scope::runtime {

scope_site* FindSite(uint8_t kind, uint8_t type, const char* file, const char* function,
                     const char* name, uint32_t line);

}  // namespace scope::runtime
