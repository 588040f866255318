#include "tools/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "tools/nearest.h"
#include "tools/quantity.h"
#include "tools/say.h"

namespace scope::tools {
namespace {

bool LooksLikeOption(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

std::string NameOf(const std::string& option) { return option.substr(0, option.find('=')); }

}  // namespace

Arguments::Arguments(std::string verb, std::string usage, std::string summary)
    : verb_(std::move(verb)), usage_(std::move(usage)), summary_(std::move(summary)) {}

void Arguments::Flag(const std::string& names, const std::string& help, bool* target) {
  options_.push_back({names, "", help, [target](const std::string&) {
                        *target = true;
                        return absl::OkStatus();
                      }});
}

void Arguments::Text(const std::string& names, const std::string& value, const std::string& help,
                     std::string* target) {
  Value(names, value, help, [target](const std::string& text) {
    *target = text;
    return absl::OkStatus();
  });
}

void Arguments::List(const std::string& names, const std::string& value, const std::string& help,
                     std::vector<std::string>* target) {
  Value(names, value, help, [target](const std::string& text) {
    target->push_back(text);
    return absl::OkStatus();
  });
}

void Arguments::Count(const std::string& names, const std::string& help,
                      std::optional<uint64_t>* target) {
  Value(names, "N", help, [target](const std::string& text) {
    const auto count = ParseCount(text);
    if (count.ok()) *target = *count;
    return count.status();
  });
}

void Arguments::Size(const std::string& names, const std::string& help, uint64_t* target) {
  Value(names, "SIZE", help, [target](const std::string& text) {
    const auto size = ParseSize(text);
    if (size.ok()) *target = *size;
    return size.status();
  });
}

void Arguments::Value(const std::string& names, const std::string& value, const std::string& help,
                      std::function<absl::Status(const std::string&)> set) {
  options_.push_back({names, value, help, std::move(set)});
}

void Arguments::Example(const std::string& line, const std::string& what) {
  examples_.emplace_back(line, what);
}

const Arguments::Option* Arguments::Find(const std::string& name) const {
  for (const Option& option : options_) {
    for (const auto known : absl::StrSplit(option.names, ',')) {
      if (known == name) return &option;
    }
  }
  return nullptr;
}

size_t Arguments::CommandBegin(const std::vector<std::string>& args) const {
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "--" || !LooksLikeOption(args[i])) return i;
    const Option* option = Find(args[i]);
    if (option != nullptr && !option->value.empty()) ++i;  // Its value is the next word.
  }
  return args.size();
}

std::optional<int> Arguments::Parse(const std::vector<std::string>& args) {
  help_ = false;
  std::vector<std::string> options = args;
  if (command_ != nullptr) {
    const size_t begin = CommandBegin(args);
    options.assign(args.begin(), args.begin() + static_cast<ptrdiff_t>(begin));
    const size_t skip = begin < args.size() && args[begin] == "--" ? 1 : 0;
    command_->assign(args.begin() + static_cast<ptrdiff_t>(begin + skip), args.end());
  }
  const absl::Status status = ParseOptions(std::move(options));
  if (help_) {
    std::fputs(HelpText().c_str(), stdout);
    return 0;
  }
  if (status.ok()) return std::nullopt;
  return Fail(usage_exit_code_, absl::StrCat(verb_, ": ", status.message(), " ('scope ", verb_,
                                             " --help' says more)"));
}

absl::Status Arguments::ParseOptions(std::vector<std::string> args) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  app.add_flag("-h,--help", help_);
  std::vector<std::vector<std::string>> values(options_.size());
  for (size_t i = 0; i < options_.size(); ++i) {
    if (options_[i].value.empty()) {
      app.add_flag_callback(options_[i].names, [&values, i] { values[i].push_back(""); });
    } else {
      app.add_option(options_[i].names, values[i])
          ->expected(1)
          ->take_all()
          ->allow_extra_args(false);
    }
  }
  try {
    std::reverse(args.begin(), args.end());  // CLI11 takes them from the back.
    app.parse(args);
  } catch (const CLI::ParseError& error) {
    return help_ ? absl::OkStatus() : absl::InvalidArgumentError(error.what());
  }
  if (help_) return absl::OkStatus();
  for (size_t i = 0; i < options_.size(); ++i) {
    for (const std::string& value : values[i]) {
      const absl::Status status = options_[i].set(value);
      if (!status.ok()) {
        const std::vector<std::string> names = absl::StrSplit(options_[i].names, ',');
        return absl::InvalidArgumentError(absl::StrCat(names.back(), ": ", status.message()));
      }
    }
  }
  return TakePositional(app.remaining());
}

absl::Status Arguments::TakePositional(const std::vector<std::string>& rest) const {
  bool options_end = false;
  for (const std::string& word : rest) {
    if (!options_end && word == "--") {
      options_end = true;
    } else if (!options_end && LooksLikeOption(word)) {
      return UnknownOption(NameOf(word));
    } else if (positionals_ != nullptr) {
      positionals_->push_back(word);
    } else if (positional_ == nullptr || positional_->has_value()) {
      return absl::InvalidArgumentError(absl::StrCat("does not know what to do with '", word, "'"));
    } else {
      *positional_ = word;
    }
  }
  return absl::OkStatus();
}

absl::Status Arguments::UnknownOption(const std::string& option) const {
  std::vector<std::string> known = {"--help"};
  for (const Option& each : options_) {
    for (const auto name : absl::StrSplit(each.names, ',')) known.emplace_back(name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there is no option '", option, "'", DidYouMean(option, known)));
}

std::string Arguments::HelpText() const {
  std::string text = absl::StrCat("usage: scope ", usage_, "\n", summary_, "\n");
  if (!options_.empty()) text += "\n";
  std::vector<std::pair<std::string, std::string>> rows;
  size_t width = 10;
  for (const Option& option : options_) {
    if (option.help.empty()) continue;
    std::string left = absl::StrReplaceAll(option.names, {{",", ", "}});
    if (left.rfind("--", 0) == 0) left = absl::StrCat("    ", left);
    if (!option.value.empty()) absl::StrAppend(&left, " ", option.value);
    width = std::max(width, left.size());
    rows.emplace_back(left, option.help);
  }
  for (const auto& [left, help] : rows) {
    absl::StrAppend(&text, "  ", left, std::string(width - left.size() + 2, ' '), help, "\n");
  }
  if (!examples_.empty()) text += "\nexamples:\n";
  for (const auto& [line, what] : examples_) {
    absl::StrAppend(&text, "  ", line, "\n      ", what, "\n");
  }
  return text;
}

}  // namespace scope::tools
