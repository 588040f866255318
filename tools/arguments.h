// arguments.h - the options of one verb: declared once, for parsing, for help, for suggestions.
//
// Path:    a verb declares, main's argv -> THIS -> the verb's variables
// Threads: one owner; the targets must outlive it.
// Fails:   Parse() says what is wrong and returns the exit code to end with.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace scope::tools {

class Arguments {
 public:
  // `usage`: what follows "scope ", as help shows it.
  Arguments(std::string verb, std::string usage, std::string summary);

  // `names`: "-d,--dir". `value`: how help calls the value. Without a help text an option is left
  // to docs/commands.md: help is one screen.
  void Flag(const std::string& names, const std::string& help, bool* target);
  void Text(const std::string& names, const std::string& value, const std::string& help,
            std::string* target);
  void List(const std::string& names, const std::string& value, const std::string& help,
            std::vector<std::string>* target);
  void Count(const std::string& names, const std::string& help, std::optional<uint64_t>* target);
  void Size(const std::string& names, const std::string& help, uint64_t* target);
  void Value(const std::string& names, const std::string& value, const std::string& help,
             std::function<absl::Status(const std::string&)> set);

  // What is no option. Without this call there may be none.
  void Positional(std::optional<std::string>* target) { positional_ = target; }
  // The same for any number of words.
  void Positionals(std::vector<std::string>* target) { positionals_ = target; }
  // Everything from the first word that is no option, or behind "--", belongs to a command.
  void Command(std::vector<std::string>* target) { command_ = target; }
  void Example(const std::string& line, const std::string& what);
  // What wrong usage ends with; 2 unless set.
  void UsageExitCode(int exit_code) { usage_exit_code_ = exit_code; }

  // Nothing: go on. Otherwise the verb ends with this code: help was shown, or usage was wrong.
  std::optional<int> Parse(const std::vector<std::string>& args);

  std::string HelpText() const;

 private:
  struct Option {
    std::string names;
    std::string value;  // empty: a flag
    std::string help;
    std::function<absl::Status(const std::string&)> set;
  };

  const Option* Find(const std::string& name) const;
  // Where the command begins in `args`; args.size() if there is none.
  size_t CommandBegin(const std::vector<std::string>& args) const;
  absl::Status ParseOptions(std::vector<std::string> args);
  absl::Status UnknownOption(const std::string& option) const;
  absl::Status TakePositional(const std::vector<std::string>& rest) const;

  std::string verb_;
  std::string usage_;
  std::string summary_;
  std::vector<Option> options_;
  std::vector<std::pair<std::string, std::string>> examples_;
  std::optional<std::string>* positional_ = nullptr;
  std::vector<std::string>* positionals_ = nullptr;
  std::vector<std::string>* command_ = nullptr;
  int usage_exit_code_ = 2;
  bool help_ = false;
};

}  // namespace scope::tools
