#include "sdk/trace/block_index.h"

#include <algorithm>
#include <utility>

namespace scope::trace {

bool BlockIndex::Add(const std::vector<uint8_t>& payload) {
  flatbuffers::Verifier verifier(payload.data(), payload.size());
  if (!verifier.VerifyBuffer<wire::Index>(nullptr)) return false;
  const auto* index = flatbuffers::GetRoot<wire::Index>(payload.data());
  std::vector<BlockSummary> blocks;
  if (index->data() == nullptr ||
      !UnpackSummaries(index->data()->data(), index->data()->size(), index->bytes(), blocks)) {
    return false;
  }
  for (BlockSummary& block : blocks) blocks_.push_back(std::move(block));
  return true;
}

void BlockIndex::Check(const std::vector<BlockPlace>& events, size_t node_count,
                       size_t thread_count) {
  uint64_t next_seq = 0;
  size_t good = 0;
  for (; good < std::min(blocks_.size(), events.size()); ++good) {
    const BlockSummary& block = blocks_[good];
    if (block.sequence != events[good].header.sequence || block.first_seq != next_seq) break;
    if (!Fits(block, node_count, thread_count)) break;
    next_seq += block.count;
  }
  blocks_.resize(good);
}

bool BlockIndex::Fits(const BlockSummary& block, size_t node_count, size_t thread_count) {
  uint64_t records = 0;
  uint64_t last_node = 0;
  for (const ColumnSummary& column : block.columns) {
    if (column.node >= node_count || column.node < last_node || column.count == 0) return false;
    if (column.parts > column.count || column.first_event > column.last_event) return false;
    if (column.last_event >= block.count) return false;
    last_node = uint64_t{column.node} + 1;
    records += column.count;
  }
  if (records != block.count) return false;
  for (const BlockSummary::Thread& thread : block.threads) {
    if (thread.number >= thread_count) return false;
    records -= std::min<uint64_t>(records, thread.count);
  }
  return records == 0;
}

void BlockIndex::AddBlock(const BlockPlace& place, EventBlock& block, const std::deque<Node>& nodes,
                          size_t thread_count) {
  BlockSummary& summary = blocks_.emplace_back();
  summary.sequence = place.header.sequence;
  summary.first_seq = block.events().first_seq();
  summary.count = block.count();
  summary.has_gaps = block.events().gaps() != nullptr && block.events().gaps()->size() > 0;
  summary.first_ticks = block.events().first_ticks();
  if (block.events().runs() != nullptr) {
    for (const wire::Run* run : *block.events().runs()) {
      auto thread = std::find_if(summary.threads.begin(), summary.threads.end(),
                                 [&](const auto& t) { return t.number == run->thread(); });
      if (thread == summary.threads.end()) {
        thread = summary.threads.insert(thread, {run->thread(), 0});
      }
      thread->count += run->count();
    }
  }
  std::sort(summary.threads.begin(), summary.threads.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  for (const EventBlock::Column& column : block.columns()) {
    ColumnSummary& added = summary.columns.emplace_back();
    added.node = column.node;
    if (column.count == 0) continue;
    const Node& node = nodes[column.node];
    if (column.is_part != nullptr) {
      for (uint32_t i = 0; i < column.count; ++i) {
        added.parts += column.is_part[i] != 0 || SCOPE_WIDE_OFFSET(column.next[i]) != 0;
      }
    } else if (!SCOPE_HAS_STAMP(node.kind)) {
      Summarise(node.value_type, column.next, column.count, added);
    }
  }
  walk_.Go(block, nodes, thread_count,
           [&](uint32_t event, uint32_t number, uint32_t, uint64_t ticks, uint64_t time) {
             ColumnSummary& column = summary.columns[number];
             const bool has_stamp = SCOPE_HAS_STAMP(nodes[column.node].kind);
             if (column.count++ == 0) {
               column.first_event = event;
               column.first_ticks = time;
               if (has_stamp) column.min = column.max = column.first = ticks;
             }
             column.last_event = event;
             column.last_ticks = time;
             if (!has_stamp) return;
             column.min = std::min(column.min, ticks);
             column.max = std::max(column.max, ticks);
             column.last = ticks;
           });
  const auto is_empty = [](const ColumnSummary& column) { return column.count == 0; };
  summary.columns.erase(std::remove_if(summary.columns.begin(), summary.columns.end(), is_empty),
                        summary.columns.end());
  std::sort(summary.columns.begin(), summary.columns.end(),
            [](const ColumnSummary& a, const ColumnSummary& b) { return a.node < b.node; });
}

void BlockIndex::Resize(size_t blocks) {
  if (blocks < blocks_.size()) blocks_.resize(blocks);
}

uint64_t BlockIndex::EventCount(size_t block) const {
  uint64_t count = 0;
  for (size_t number = 0; number < std::min(block, blocks_.size()); ++number) {
    for (const ColumnSummary& column : blocks_[number].columns) {
      count += column.count - column.parts;
    }
  }
  return count;
}

std::vector<BlockIndex::Entry> BlockIndex::Find(uint32_t node) const {
  std::vector<Entry> entries;
  for (uint32_t number = 0; number < blocks_.size(); ++number) {
    const BlockSummary& block = blocks_[number];
    const auto column =
        std::lower_bound(block.columns.begin(), block.columns.end(), node,
                         [](const ColumnSummary& c, uint32_t n) { return c.node < n; });
    if (column == block.columns.end() || column->node != node) continue;
    entries.push_back({&block, &*column, number});
  }
  return entries;
}

}  // namespace scope::trace
