// config_file.h - reads scope.toml:
//
//   level = "values"       # functions, values, all
//   lower = "inline"       # inline, calls
//   [files]
//   include = ["src/*"]    # patterns with *, ? and []
//   exclude = ["*_test.cc"]
//   [functions]
//   include = ["parse*"]
//   exclude = ["ns::hot_*"]

#pragma once

#include "compiler_plugin/options.h"

namespace scope::compiler_plugin {

// Errors name the file, and where it is the file's content the line and column.
llvm::Error ReadConfigFile(const std::string& path, Options& options);

}  // namespace scope::compiler_plugin
