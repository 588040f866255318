// config_file.h - reads scope.toml; docs/configuration.md has all of its keys:
//
//   level = "values"
//   match = 'binaryOperator(hasOperatorName("/"))'
//   [functions]
//   include = ["parse*"]
//   exclude = ["ns::hot_*"]

#pragma once

#include "compiler_plugin/options.h"

namespace scope::compiler_plugin {

// Errors name the file, and where it is the file's content the line and column.
llvm::Error ReadConfigFile(const std::string& path, Options& options);

}  // namespace scope::compiler_plugin
