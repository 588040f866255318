#include "compiler_plugin/index/commands.h"

#include "clang/Tooling/JSONCompilationDatabase.h"
#include "compiler_plugin/options.h"
#include "llvm/Support/Path.h"

namespace scope::compiler_plugin {
namespace {

constexpr llvm::StringLiteral kOptionPrefix = "-fplugin-arg-scope-";

std::string Absolute(llvm::StringRef path, llvm::StringRef folder) {
  llvm::SmallString<256> absolute(path);
  if (!llvm::sys::path::is_absolute(path)) {
    absolute = folder;
    llvm::sys::path::append(absolute, path);
  }
  llvm::sys::path::remove_dots(absolute, /*remove_dot_dot=*/true);
  return absolute.str().str();
}

bool IsWanted(llvm::StringRef file, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return true;
  return llvm::any_of(wanted, [&](llvm::StringRef end) {
    end.consume_front("./");
    return file == end || file.ends_with(("/" + end).str());
  });
}

Command Split(clang::tooling::CompileCommand compile) {
  Command command;
  command.file = Absolute(compile.Filename, compile.Directory);
  std::vector<std::string> rest;
  for (const std::string& argument : compile.CommandLine) {
    const llvm::StringRef word = argument;
    if (word.starts_with(kOptionPrefix)) {
      command.options.push_back(word.drop_front(kOptionPrefix.size()).str());
    } else if (!word.starts_with("-fplugin=")) {
      rest.push_back(argument);
    }
  }
  compile.CommandLine = std::move(rest);
  command.compile = std::move(compile);
  return command;
}

}  // namespace

llvm::Expected<std::vector<Command>> ReadCommands(const std::string& build_folder,
                                                  const std::vector<std::string>& files) {
  const std::string path = build_folder + "/compile_commands.json";
  std::string message;
  const auto database = clang::tooling::JSONCompilationDatabase::loadFromFile(
      path, message, clang::tooling::JSONCommandLineSyntax::AutoDetect);
  if (database == nullptr) {
    return OptionError(path + ": " + llvm::StringRef(message).split('\n').first.str() +
                       "; cmake makes it with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON");
  }
  std::vector<Command> commands;
  for (clang::tooling::CompileCommand& compile : database->getAllCompileCommands()) {
    Command command = Split(std::move(compile));
    if (IsWanted(command.file, files)) commands.push_back(std::move(command));
  }
  if (commands.empty()) return OptionError(path + " says nothing about these files");
  return commands;
}

}  // namespace scope::compiler_plugin
