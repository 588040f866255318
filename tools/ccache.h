// ccache.h - tells ccache what an object depends on that it does not look at by itself.
//
// Path:    plugin, config file -> THIS -> environment of the build

#pragma once

#include <string>

namespace scope::tools {

// `options`: what clang is given where ccache does not see it. `config`: empty, or the file.
void TellCcache(const std::string& plugin, const std::string& config, const std::string& options);

}  // namespace scope::tools
