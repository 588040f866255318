// A sink: each event, gap and thread as a line of JSON, on stdout or in a file.
//
//   scope feed --sink json | jq .name
//   scope run --sink json:events.jsonl -- ./demo

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "scope/sink.h"

namespace {

using Json = nlohmann::ordered_json;

class JsonLines : public scope::Sink {
 public:
  ~JsonLines() override {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  }

  void Begin() override {
    file_ = options().empty() || options() == "-" ? stdout : std::fopen(options().c_str(), "we");
    if (file_ == nullptr) throw Error();
  }

  void Thread(const scope_thread_info& thread) override {
    Put({{"thread", thread.number},
         {"process", thread.process},
         {"pid", thread.pid},
         {"tid", thread.tid},
         {"name", thread.name}});
  }

  void Event(const scope_event_info& event) override {
    Json line = {{"seq", event.seq},
                 {"thread_seq", event.thread_seq},
                 {"time_ns", event.time_ns},
                 {"thread", event.thread}};
    const scope_node_info* const of = node(event);
    if (of == nullptr) {
      line["kind"] = "gap";
      line["missing"] = event.gap_count;
      Put(line);
      return;
    }
    line["kind"] = of->kind_word;
    line["name"] = of->name;
    line["function"] = of->function;
    line["file"] = of->file;
    line["line"] = of->line;
    line["node"] = Hexadecimal(of->id);
    line["call"] = event.call == SCOPE_NO_CALL ? Json() : Json(event.call);
    line["depth"] = event.depth;
    if (const std::string value = Format(event); !value.empty()) line["value"] = value;
    if (event.truncated != 0) line["truncated"] = true;
    Put(line);
  }

  void End(const scope_end_info& end) override {
    Put({{"end", true},
         {"complete", end.complete != 0},
         {"events", end.events},
         {"lost", end.lost},
         {"exit_code", end.exit_code}});
    if (std::fflush(file_) != 0) throw Error();
  }

 private:
  static std::string Hexadecimal(uint64_t id) {
    char digits[17];
    std::snprintf(digits, sizeof(digits), "%016llx", static_cast<unsigned long long>(id));
    return digits;
  }
  std::runtime_error Error() const {
    const std::string file = file_ == stdout ? "stdout" : options();
    return std::runtime_error(file + ": " + std::strerror(errno));
  }
  // Texts come from programs: bytes that are no UTF-8 become U+FFFD.
  void Put(const Json& line) {
    const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) throw Error();
  }

  std::FILE* file_ = nullptr;
};

}  // namespace

SCOPE_SINK(JsonLines, "json", "a line of JSON for each event: json or json:FILE")
