// event_table.h - tables whose rows are events: events, values, metrics, declared types, history().
//
// Path:    EventScan -> THIS -> module.cc
// Threads: the Database's.
// Fails:   the scan's status; NotFound: history() of no node.

#pragma once

#include <memory>
#include <vector>

#include "sdk/query/source.h"
#include "sdk/query/table.h"

namespace scope::query {

enum class EventField {
  kSeq,
  kTime,
  kThread,
  kThreadSeq,
  kOrder,
  kNode,
  kKind,
  kName,
  kFunction,
  kFile,
  kLine,
  kCall,
  kDepth,
  kIteration,
  kValue,
  kText,
  kUnit,
  kHow,
  kException,
  kUnwound,
  kReservedSeq,
  kTruncated,
  kMember,    // of a declared event
  kArgument,  // node or nodes that history() is asked for
};

struct EventTableSpec {
  TableInfo info;                  // a column for each field
  std::vector<EventField> fields;  // members last
  NodeSet nodes;                   // whose events are rows
};

class EventTable final : public Table {
 public:
  EventTable(Source& source, EventTableSpec spec);

  bool Takes(int column, Op op) const override;
  bool Thins(int column, Op op) const override;
  bool TakesSet(int column) const override;
  bool Ascends(int column) const override;
  bool Groups(int column) const override;
  double RowCount() const override;
  double CostShare(int column, Op op) const override;
  std::unique_ptr<Cursor> Open() const override;

 private:
  EventField FieldOf(int column) const { return spec_.fields[static_cast<size_t>(column)]; }

  Source& source_;
  EventTableSpec spec_;
};

std::unique_ptr<Table> MakeEvents(Source& source);
std::unique_ptr<Table> MakeValues(Source& source);
std::unique_ptr<Table> MakeMetrics(Source& source);
std::unique_ptr<Table> MakeHistory(Source& source);
// One for each declared event type; `taken`: names that are in use.
std::vector<std::unique_ptr<Table>> MakeDeclared(Source& source, std::vector<std::string> taken);

}  // namespace scope::query
