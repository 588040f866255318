// units.h - numbers as people read them: 1,203,118 and 412.0 us and 1.1 MB.
//
// Path:    counts, nanoseconds and bytes -> THIS -> every text view
// Threads: any.
// Fails:   never.

#pragma once

#include <cstdint>
#include <string>

namespace scope::viewers {

// 1,203,118
std::string CountText(uint64_t count);
// "1 thread", "2,000 threads": `noun` takes an s where the count asks for it.
std::string CountText(uint64_t count, const char* noun);
// 12 ns, 412.0 us, 3.1 ms, 0.41 s, 2 min 5 s
std::string DurationText(int64_t ns);
// The same in ten columns with as many digits as they hold, so that close stamps stay apart.
std::string StampText(int64_t ns);
// Decimal units, as disks are sold: 812 B, 1.1 MB
std::string BytesText(uint64_t bytes);
// 17.5%
std::string PercentText(uint64_t part, uint64_t whole);
// Sizes as they are typed: 64K, 4M; powers of 1024, rounded up to a whole unit.
std::string SizeArgument(uint64_t bytes);

}  // namespace scope::viewers
