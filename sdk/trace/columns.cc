#include "sdk/trace/columns.h"

#include <cstring>

namespace scope::trace {
namespace {

struct Stamps {
  static uint64_t Encode(uint64_t value, uint64_t) { return value; }
  static uint64_t Decode(uint64_t coded, uint64_t) { return coded; }
};

struct Floats {
  static uint64_t Encode(uint64_t value, uint64_t last) { return __builtin_bswap64(value ^ last); }
  static uint64_t Decode(uint64_t coded, uint64_t last) { return __builtin_bswap64(coded) ^ last; }
};

struct Deltas {
  static uint64_t Encode(uint64_t value, uint64_t last) {
    const uint64_t delta = value - last;
    return delta << 1 ^ (0 - (delta >> 63));
  }
  static uint64_t Decode(uint64_t coded, uint64_t last) {
    return last + (coded >> 1 ^ (0 - (coded & 1)));
  }
};

inline uint8_t* PutVarint(uint64_t value, uint8_t* out) {
  while (value >= 0x80) {
    *out++ = static_cast<uint8_t>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<uint8_t>(value);
  return out;
}

// Eight values at a time: most columns of most blocks have small steps, of one byte or two.
template <typename Code>
uint8_t* Encode(const uint64_t* values, size_t count, uint8_t* out) {
  uint64_t last = 0;
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t coded[8];
    uint64_t any = 0;
    for (size_t k = 0; k < 8; ++k) {
      coded[k] = Code::Encode(values[i + k], k == 0 ? last : values[i + k - 1]);
      any |= coded[k];
    }
    last = values[i + 7];
    if (any < 0x80) {
      uint64_t bytes = 0;
      for (size_t k = 0; k < 8; ++k) bytes |= coded[k] << 8 * k;
      std::memcpy(out, &bytes, 8);
      out += 8;
    } else if (any < 0x4000) {
      // One byte or two, without a branch that cannot be foreseen.
      for (size_t k = 0; k < 8; ++k) {
        const uint32_t low = static_cast<uint32_t>(coded[k]) & 0x7f;
        const uint32_t high = static_cast<uint32_t>(coded[k]) >> 7;
        const uint32_t two = high != 0;
        const uint16_t pair = static_cast<uint16_t>(low | two << 7 | high << 8);
        std::memcpy(out, &pair, 2);
        out += 1 + two;
      }
    } else {
      for (size_t k = 0; k < 8; ++k) out = PutVarint(coded[k], out);
    }
  }
  for (; i < count; ++i) {
    out = PutVarint(Code::Encode(values[i], last), out);
    last = values[i];
  }
  return out;
}

// Null: the bytes end too early, or the varint is too long.
inline const uint8_t* GetVarint(const uint8_t* data, const uint8_t* end, uint64_t& value) {
  uint64_t result = 0;
  for (uint32_t shift = 0; shift < 70; shift += 7) {
    if (data == end) return nullptr;
    const uint64_t byte = *data++;
    if (shift == 63 && byte > 1) return nullptr;
    result |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      value = result;
      return data;
    }
  }
  return nullptr;
}

template <typename Code>
bool Decode(const uint8_t* data, size_t bytes, uint64_t* values, size_t count) {
  const uint8_t* const end = data + bytes;
  uint64_t last = 0;
  size_t i = 0;
  while (i < count) {
    uint64_t word;
    if (i + 8 <= count && end - data >= 8 &&
        (std::memcpy(&word, data, 8), (word & UINT64_C(0x8080808080808080)) == 0)) {
      for (size_t k = 0; k < 8; ++k) {
        last = values[i + k] = Code::Decode(word >> 8 * k & 0xff, last);
      }
      data += 8;
      i += 8;
      continue;
    }
    uint64_t coded;
    data = GetVarint(data, end, coded);
    if (data == nullptr) return false;
    last = values[i++] = Code::Decode(coded, last);
  }
  return data == end;
}

// Parts are not coded: what packs the block finds what repeats in them.
uint8_t* EncodeWide(const uint64_t* values, const uint8_t* is_part, size_t count, uint8_t* out) {
  uint64_t last_head = 0;
  size_t i = 0;
  const auto put_parts = [&] {
    size_t end = i;
    while (end < count && is_part[end] != 0) ++end;
    out = PutVarint(end - i, out);
    std::memcpy(out, values + i, 8 * (end - i));
    out += 8 * (end - i);
    i = end;
  };
  put_parts();
  while (i < count) {
    out = PutVarint(values[i] ^ last_head, out);
    last_head = values[i++];
    put_parts();
  }
  return out;
}

bool DecodeWide(const uint8_t* data, size_t bytes, uint64_t* values, uint8_t* is_part,
                size_t count) {
  const uint8_t* const end = data + bytes;
  uint64_t last_head = 0;
  size_t i = 0;
  const auto get_parts = [&] {
    uint64_t parts;
    data = GetVarint(data, end, parts);
    if (data == nullptr || parts > count - i) return false;
    if (parts > static_cast<size_t>(end - data) / 8) return false;
    std::memcpy(values + i, data, 8 * parts);
    std::memset(is_part + i, 1, parts);
    data += 8 * parts;
    i += parts;
    return true;
  };
  if (!get_parts()) return false;
  while (i < count) {
    uint64_t coded;
    data = GetVarint(data, end, coded);
    if (data == nullptr) return false;
    is_part[i] = 0;
    last_head = values[i++] = coded ^ last_head;
    if (!get_parts()) return false;
  }
  return data == end;
}

}  // namespace

Coding CodingOf(uint8_t kind, uint8_t type) {
  if (SCOPE_HAS_STAMP(kind)) return Coding::kStamps;
  if (SCOPE_IS_WIDE(type)) return Coding::kWide;
  return type == kScopeValueF32 || type == kScopeValueF64 ? Coding::kFloats : Coding::kDeltas;
}

uint8_t* EncodeColumn(Coding coding, const uint64_t* values, const uint8_t* is_part, size_t count,
                      uint8_t* out) {
  switch (coding) {
    case Coding::kStamps:
      return Encode<Stamps>(values, count, out);
    case Coding::kFloats:
      return Encode<Floats>(values, count, out);
    case Coding::kDeltas:
      return Encode<Deltas>(values, count, out);
    case Coding::kWide:
      return EncodeWide(values, is_part, count, out);
  }
  return out;
}

bool DecodeColumn(Coding coding, const uint8_t* data, size_t bytes, uint64_t* values,
                  uint8_t* is_part, size_t count) {
  switch (coding) {
    case Coding::kStamps:
      return Decode<Stamps>(data, bytes, values, count);
    case Coding::kFloats:
      return Decode<Floats>(data, bytes, values, count);
    case Coding::kDeltas:
      return Decode<Deltas>(data, bytes, values, count);
    case Coding::kWide:
      return DecodeWide(data, bytes, values, is_part, count);
  }
  return false;
}

}  // namespace scope::trace
