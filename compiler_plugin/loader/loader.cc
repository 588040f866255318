// What -fplugin=scope names: loads the plugin that fits the clang around it.
//
// Path:   clang -> dlopen -> THIS -> scope-clang19.so, beside this file
// Fails:  one line on stderr, exit code 1. A plugin for another clang would be loaded without
// complaint
//         and crash later, so this file uses no symbol of LLVM that may be missing.

#include <dlfcn.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

constexpr char kPluginVersion[] = "19";
constexpr char kPluginFile[] = "scope-clang19.so";

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "error: scope: %s\n", message.c_str());
  _exit(1);
}

// "Debian clang version 14.0.6" -> "14.0.6"
std::string VersionIn(const std::string& text) {
  const size_t begin = text.find_first_of("0123456789", text.find("version"));
  if (begin == std::string::npos) return text;
  return text.substr(begin, text.find_first_not_of("0123456789.", begin) - begin);
}

// Empty: not known.
std::string HostVersion() {
  // std::string clang::getClangFullVersion()
  using FullVersion = std::string (*)();
  if (void* found = dlsym(RTLD_DEFAULT, "_ZN5clang19getClangFullVersionB5cxx11Ev")) {
    return VersionIn(reinterpret_cast<FullVersion>(found)());
  }
  using ApiVersion = void (*)(unsigned* major, unsigned* minor, unsigned* patch);
  if (void* found = dlsym(RTLD_DEFAULT, "LLVMGetVersion")) {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned patch = 0;
    reinterpret_cast<ApiVersion>(found)(&major, &minor, &patch);
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  }
  return {};
}

std::string FolderOfThisFile() {
  Dl_info self;
  char path[PATH_MAX];
  if (dladdr(reinterpret_cast<const void*>(&FolderOfThisFile), &self) == 0 ||
      realpath(self.dli_fname, path) == nullptr) {
    Fail("cannot find the folder of the plugin");
  }
  const std::string file = path;
  return file.substr(0, file.rfind('/') + 1);
}

__attribute__((constructor)) void LoadPlugin() {
  const std::string version = HostVersion();
  if (version.substr(0, version.find('.')) != kPluginVersion) {
    Fail("this clang is " + (version.empty() ? "of an unknown version" : version) +
         " and scope has plugins for " + kPluginVersion + "; use clang++-" + kPluginVersion +
         ", or 'scope c++ FILE'");
  }
  const std::string plugin = FolderOfThisFile() + kPluginFile;
  if (dlopen(plugin.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) {
    Fail(std::string("cannot load the plugin: ") + dlerror());
  }
}

}  // namespace
