#include "compiler_plugin/index/index_folder.h"

#include "compiler_plugin/options.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

namespace scope::compiler_plugin {
namespace {

constexpr char kVersion[] = "1";  // Of what a map is made of: an older one is made again.

llvm::Error WriteWhole(const std::string& path, llvm::StringRef bytes) {
  const std::string unfinished = path + ".part";
  std::error_code error;
  {
    llvm::raw_fd_ostream file(unfinished, error);
    if (!error) {
      file << bytes;
      file.flush();
      error = file.error();
      file.clear_error();
    }
  }
  if (!error) error = llvm::sys::fs::rename(unfinished, path);
  if (!error) return llvm::Error::success();
  return OptionError("cannot write " + path + ": " + error.message());
}

}  // namespace

llvm::Error IndexFolder::Create() const {
  const std::error_code error = llvm::sys::fs::create_directories(path_);
  if (!error) return llvm::Error::success();
  return OptionError("cannot make folder " + path_ + ": " + error.message());
}

std::string IndexFolder::NameOf(const Command& command) const {
  std::string text = kVersion;
  for (const std::string& part : {command.compile.Directory, command.file}) text += '\n' + part;
  for (const std::string& argument : command.compile.CommandLine) text += '\n' + argument;
  for (const std::string& option : command.options) text += '\n' + option;
  return path_ + "/" + llvm::sys::path::filename(command.file).str() + "-" +
         llvm::utohexstr(llvm::xxh3_64bits(text), /*LowerCase=*/true);
}

uint64_t IndexFolder::HashOf(const std::string& path) {
  const auto [known, added] = hashes_.try_emplace(path, 0);
  if (added) {
    const auto content = llvm::MemoryBuffer::getFile(path);
    if (content) known->second = llvm::xxh3_64bits((*content)->getBuffer());
  }
  return known->second;
}

bool IndexFolder::IsCurrent(const std::string& name) {
  if (!llvm::sys::fs::exists(name + ".map")) return false;
  const auto list = llvm::MemoryBuffer::getFile(name + ".deps");
  if (!list) return false;
  llvm::SmallVector<llvm::StringRef, 64> lines;
  (*list)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  return llvm::all_of(lines, [&](llvm::StringRef line) {
    const auto [hash, path] = line.split(' ');
    uint64_t known = 0;
    return !hash.getAsInteger(16, known) && known == HashOf(path.str());
  });
}

llvm::Error IndexFolder::Write(const std::string& name, const FileIndex& index,
                               const std::string& config_path) {
  std::string dependencies;
  const auto add = [&](const std::string& path) {
    dependencies += llvm::utohexstr(HashOf(path), /*LowerCase=*/true) + " " + path + "\n";
  };
  for (const std::string& path : index.dependencies) add(path);
  if (!config_path.empty()) add(config_path);
  if (llvm::Error error = WriteWhole(name + ".map", index.maps)) return error;
  return WriteWhole(name + ".deps", dependencies);
}

void IndexFolder::RemoveOthers(const llvm::StringSet<>& names) const {
  std::error_code error;
  std::vector<std::string> stale;
  for (llvm::sys::fs::directory_iterator at(path_, error), end; !error && at != end;
       at.increment(error)) {
    const llvm::StringRef path = at->path();
    const llvm::StringRef ending = llvm::sys::path::extension(path);
    if (ending != ".map" && ending != ".deps") continue;
    if (!names.contains(path.drop_back(ending.size()))) stale.push_back(path.str());
  }
  for (const std::string& path : stale) llvm::sys::fs::remove(path);
}

}  // namespace scope::compiler_plugin
