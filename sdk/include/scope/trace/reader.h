// scope/trace/reader.h - reads a recorded trace.
//
// Path:    scope.data/ -> THIS -> viewers, tools, programs of your own
// Threads: one reader, one thread; open the trace again for another.
// Fails:   absl::Status with the file's name and what to do; never aborts on bad bytes.

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scope/event.h"
#include "scope/trace/code_graph.h"
#include "scope/trace/history.h"
#include "scope/trace/type.h"

namespace scope::trace {

struct Function {
  uint64_t id = 0;
  std::string name;           // qualified: "ns::Class<int>::method"; "?" when there is no map
  uint64_t instance = 0;      // of a template; tells apart those with one id; 0: it is none
  std::string template_name;  // of an instance: "ns::Class::method"; otherwise empty
  std::string signature;
  std::string file;  // absolute; empty when unknown
  uint32_t line = 0;
  uint32_t column = 0;
  bool by_hand = false;  // reported with scope/report.h: perhaps a stretch of another function
};

struct Node {
  uint32_t number = 0;  // in the trace: index into TraceReader::nodes()
  uint64_t id =
      0;  // stable across builds; several nodes may share it (copies of an inline function)
  scope_event_kind kind = kScopeEventEnter;
  scope_value_type value_type = kScopeValueNone;
  const Function* function = nullptr;  // never null
  uint64_t function_id = 0;
  uint64_t parent = 0;
  std::string file;   // absolute; empty when unknown
  uint32_t line = 0;  // from 1; 0 when unknown
  uint32_t column = 0;
  uint32_t end_line = 0;
  uint32_t end_column = 0;
  std::string name;            // variable, condition's text or callee; may be empty
  std::string type_name;       // "unsigned int"; may be empty
  std::string unit;            // of a declared value: "ms"; mostly empty
  const Type* type = nullptr;  // what a value of it is made of; null: unknown
  uint64_t of = 0;             // of a Reserve: id of the assignment
  uint64_t loop = 0;           // id of the innermost Loop node around it; 0: none
  bool ends_turn = false;      // Loop: its event ends a turn (do) instead of beginning one
  uint32_t module = 0;
  bool armed = false;     // off unless a choice names it
  bool redacted = false;  // its events have no value: it was never written down
};

struct Module {
  uint32_t number = 0;
  uint32_t process = 0;
  std::string path;
  std::string build_id;  // hexadecimal; empty when the binary has none
  uint32_t node_count = 0;
  std::string note;  // why its nodes have no places, if so
};

struct Process {
  uint32_t number = 0;
  uint32_t pid = 0;
  uint32_t parent_pid = 0;
  std::string executable;
};

struct Thread {
  uint32_t number = 0;
  uint32_t process = 0;
  uint32_t pid = 0;
  uint32_t tid = 0;
  std::string name;
  // emitted = stored + dropped + torn + not_kept. For a recording that was cut off: what its last
  // block says.
  uint64_t emitted = 0;
  uint64_t stored = 0;
  uint64_t dropped = 0;
  uint64_t torn = 0;
  uint64_t not_kept = 0;    // of a snapshot: before its window
  uint64_t blocked_ns = 0;  // how long it waited for the collector
};

// A node of which not every event is stored, by --sample, --rate or 'scope switch'.
struct Meter {
  uint64_t id = 0;             // of the node; of all nodes that have it
  const Node* node = nullptr;  // the first of them; null: the trace has none
  uint32_t every = 1;          // 1 in so many, as it was in the end
  uint32_t per_second = 0;     // at most so many of those; 0: no limit
  bool follows_call = false;   // stored or skipped with the whole call that it belongs to
  uint64_t passed = 0;         // events that were let pass, while there was a rule ...
  uint64_t skipped = 0;        // ... and that were not: counted here, and nowhere else in the trace
};

inline constexpr uint64_t kNoCall = ~uint64_t{0};
inline constexpr uint64_t kNoSeq = ~uint64_t{0};
inline constexpr uint64_t kNoIteration = ~uint64_t{0};

// One event, or a gap where events are missing.
struct Event {
  uint64_t seq = 0;     // global, dense from 0 over the stored records; a gap has its successor's
  uint32_t thread = 0;  // number of the thread
  uint64_t thread_seq =
      0;                // dense in the thread over everything emitted; a gap: of the first missing
  int64_t time_ns = 0;  // since the recording began: the thread's latest stamp
  uint32_t order = 0;   // place among the events of one statement that share the stamp: 0, 1, 2
  const Node* node = nullptr;  // null: a gap
  uint64_t bits = 0;  // the value; read it with FormatValue or by node->value_type. A wide value's
                      // first 8 bytes
  // Of a wide value, valid while the event is visited. It is one event with the numbers of its last
  // record: `seq` and `thread_seq` jump over those before.
  absl::string_view bytes;
  uint64_t whole_bytes = 0;  // its length; SCOPE_WIDE_LENGTH_MAX: at least that
  bool truncated = false;    // there are fewer `bytes`: a limit, or its records are missing
  uint64_t call =
      kNoCall;           // seq of the Enter event of the call it belongs to (its own for an Enter)
  uint32_t depth = 0;    // calls around it in its thread; an Enter and its Exit have the same
  uint8_t exit_how = 0;  // Exit: scope_exit_how
  const Node* thrown = nullptr;  // Exit by an exception, Catch: the Throw it comes from, if known
  uint32_t unwound = 0;  // calls that ended without an Exit just before this event (longjmp)
  // Which turn of the innermost loop it belongs to, from 0; of a Loop: which turn it decides on.
  // kNoIteration: there is none, or its conditions were not all recorded.
  uint64_t iteration = kNoIteration;
  uint64_t reserved_seq = kNoSeq;       // of an assignment: seq of the Reserve that began it
  const uint64_t* abandoned = nullptr;  // seqs of Reserves whose assignments never come:
  uint32_t abandoned_count = 0;         // this event shows that they were given up
  uint64_t gap_count = 0;               // a gap: how many events are missing
  uint32_t gap_reason = 0;              // a gap: scope_gap_reason
};

struct TraceInfo {
  std::string directory;
  std::string version;
  std::vector<std::string> command;
  std::vector<std::string> selection;
  std::string working_directory;
  std::string host;
  int64_t started_unix_ns = 0;
  scope::trace::Process main_process;
  uint8_t on_full = 0;
  uint8_t clock = 0;
  uint8_t clock_source = 0;
  uint64_t ring_bytes = 0;
  uint64_t file_bytes = 0;
  uint64_t event_count = 0;  // whole and readable; a wide value is one
  uint64_t block_count = 0;
  bool complete = false;  // the recording ended as it should
  bool limit_reached = false;
  std::string failure;      // empty, or why no more could be written
  std::string damage;       // empty, or one sentence: what is missing and from where
  int64_t recorded_ns = 0;  // length of the recording
  int exit_code = 0;
  uint64_t dropped_without_ring = 0;
  std::string keep;       // of a snapshot: the window that was asked for, "10s, at most 256M"
  uint32_t snapshot = 0;  // its number in the recording, from 1; 0: the trace is no snapshot
  std::string cause;      // why it was written
  bool running = false;   // of a snapshot: the program still ran, there is no exit code
};

// Which events ForEach delivers. Calls and depths are right whatever is left out.
struct Selection {
  uint64_t first_seq = 0;
  uint64_t last_seq = ~uint64_t{0};  // inclusive
  // Null: every node. Otherwise only nodes for which it is true at [node number].
  const std::vector<bool>* nodes = nullptr;
  bool gaps = true;
  // Null: every thread. Otherwise only threads for which it is true at [thread number].
  const std::vector<bool>* threads = nullptr;
};

class TraceReader {
 public:
  // `directory`: the folder that `scope record` wrote, or a bundle. NotFound, when it is no trace.
  static absl::StatusOr<std::unique_ptr<TraceReader>> Open(const std::string& directory);
  virtual ~TraceReader() = default;

  virtual const TraceInfo& info() const = 0;
  virtual const std::deque<Node>& nodes() const = 0;
  virtual const std::vector<Module>& modules() const = 0;
  virtual const std::vector<Process>& processes() const = 0;
  virtual const std::vector<Thread>& threads() const = 0;
  // Flows, blocks, calls and source text of all modules together; empty unless overridden.
  virtual const CodeGraph& graph() const;
  // In the order in which they first got a rule; empty unless overridden.
  virtual const std::vector<Meter>& meters() const;

  // Calls `visit` for each selected event in global order until it returns false. May be repeated.
  virtual absl::Status ForEach(const Selection& selection,
                               const std::function<bool(const Event&)>& visit) = 0;

  // One node's events, many at a time, without those of others, until `visit` returns false.
  // InvalidArgument: there is no such node.
  virtual absl::Status History(const HistoryQuery& query, const HistoryVisit& visit);
  // At most `buckets` buckets of a node's events in `range`, about as long as each other: their
  // borders lie where the store has them. 0: as fine as the store knows without reading events.
  virtual absl::StatusOr<std::vector<Bucket>> Pyramid(uint32_t node, size_t buckets,
                                                      const SeqRange& range);
  // How many events ForEach delivers of each node, by its number.
  virtual absl::StatusOr<std::vector<uint64_t>> Counts();
};

// The value of an event of type `type` as a person writes it: -3, 0.1, true, 'a', 0x7ffe12.
std::string FormatValue(scope_value_type type, uint64_t bits);
// The same for any event that is no gap. What is missing of a wide value is said: "abc"... (7)
std::string FormatValue(const Event& event);

}  // namespace scope::trace
