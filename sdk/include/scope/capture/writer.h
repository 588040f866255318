// scope/capture/writer.h - writes one captured value into a buffer of fixed size.
//
// Path:    scope/capture/put.h -> THIS -> the bytes of scope/wire/captured.h
// Threads: a writer belongs to one capture on one stack.
// Fails:   what does not fit is left out and marked; nothing is allocated or thrown.
//
// Part of scope/capture.h, which the compiler plugin puts in front of every C++ unit: so it
// includes nothing of the standard library and declares nothing outside the reserved namespace
// __scope.
#ifndef SCOPE_CAPTURE_WRITER_H_
#define SCOPE_CAPTURE_WRITER_H_

#include "scope/wire/captured.h"

#pragma GCC system_header

#if defined(__cplusplus) && __cplusplus >= 201103L

// Members that the program has not set yet may be read, but never decide what the program does.
#if defined(__clang__)
#define SCOPE_CAPTURE                                                             \
  __attribute__((nodebug, no_instrument_function, visibility("hidden"), noinline, \
                 no_sanitize("memory", "thread", "undefined")))
#else
#define SCOPE_CAPTURE __attribute__((visibility("hidden"), noinline))
#endif

namespace __scope {

typedef decltype(sizeof(0)) Size;
typedef unsigned long long Bits;
__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 UWide;

enum Limits : Size {
  kValueBytes = 496,  // Of a whole captured value.
  kTextBytes = 160,   // Of one text.
  kElements = 16,     // Of one sequence or map.
  kDepth = 6          // Values in values.
};

class Writer {
 public:
  Writer(unsigned char* bytes, Size capacity) noexcept
      : begin_(bytes), at_(bytes), end_(bytes + capacity) {}

  Size size() const noexcept { return static_cast<Size>(at_ - begin_); }
  bool full() const noexcept { return full_; }

  SCOPE_CAPTURE void Tag(unsigned char tag) noexcept {
    if (Room(1)) *at_++ = tag;
  }
  SCOPE_CAPTURE void Number(unsigned char tag, Bits value) noexcept {
    if (!Room(1 + kNumberBytes)) return;
    *at_++ = tag;
    Varint(value);
  }
  SCOPE_CAPTURE void Signed(long long value) noexcept {
    Number(kScopeCapturedSigned, Zigzag(value));
  }
  SCOPE_CAPTURE void Raw(unsigned char tag, const void* bytes, Size count) noexcept {
    if (!Room(1 + count)) return;
    *at_++ = tag;
    Copy(bytes, count);
  }

  // A group is open until Close(); nothing is to be written or closed if this returns false.
  SCOPE_CAPTURE bool Open(unsigned char tag) noexcept {
    if (!Room(2)) return false;
    *at_++ = tag;
    ++open_;
    return true;
  }
  SCOPE_CAPTURE bool Open(unsigned char tag, Bits count) noexcept {
    if (!Room(2 + kNumberBytes)) return false;
    *at_++ = tag;
    Varint(count);
    ++open_;
    return true;
  }
  SCOPE_CAPTURE void Close() noexcept {
    --open_;
    *at_++ = kScopeCapturedEnd;
  }
  // A tag that is followed by a name and one value.
  SCOPE_CAPTURE bool Named(unsigned char tag, const char* name) noexcept {
    const Size length = Length(name);
    if (!Room(2 + kNumberBytes + length)) return false;
    *at_++ = tag;
    Varint(length);
    Copy(name, length);
    return true;
  }
  // A tag that is followed by one value.
  SCOPE_CAPTURE bool Prefix(unsigned char tag) noexcept {
    if (!Room(2)) return false;
    *at_++ = tag;
    return true;
  }
  SCOPE_CAPTURE bool Prefix(unsigned char tag, Bits number) noexcept {
    if (!Room(2 + kNumberBytes)) return false;
    *at_++ = tag;
    Varint(number);
    return true;
  }
  SCOPE_CAPTURE bool Name(const char* name) noexcept {
    const Size length = Length(name);
    if (!Room(1 + kNumberBytes + length)) return false;
    Varint(length);
    Copy(name, length);
    return true;
  }
  // `count` bytes of a text are there, of `whole` that it has.
  SCOPE_CAPTURE void Text(const char* text, Size count, Size whole) noexcept {
    Size stored = count < kTextBytes ? count : static_cast<Size>(kTextBytes);
    const Size header = 1 + 2 * kNumberBytes;
    if (Left() < header + (stored < 8 ? stored : 8)) return Fill();
    if (stored > Left() - header) stored = Left() - header;
    // Not in the middle of a character.
    while (stored > 0 && stored < count && (text[stored] & 0xc0) == 0x80) --stored;
    *at_++ = kScopeCapturedText;
    Varint(whole);
    Varint(stored);
    Copy(text, stored);
  }
  SCOPE_CAPTURE void Code(const char* category, long long value) noexcept {
    const Size length = Length(category);
    if (!Room(1 + 2 * kNumberBytes + length)) return;
    *at_++ = kScopeCapturedErrorCode;
    Varint(length);
    Copy(category, length);
    Varint(Zigzag(value));
  }

  bool Ratio(Bits numerator, Bits denominator) noexcept {
    if (!Room(2 + 2 * kNumberBytes)) return false;
    *at_++ = kScopeCapturedDuration;
    Varint(numerator);
    Varint(denominator);
    return true;
  }
  void BitText(const char* bits, Size count, Size whole) noexcept {
    if (!Room(1 + 2 * kNumberBytes + count)) return;
    *at_++ = kScopeCapturedBits;
    Varint(whole);
    Varint(count);
    Copy(bits, count);
  }

  bool Deeper() noexcept { return ++depth_ <= kDepth; }
  void Back() noexcept { --depth_; }

 private:
  static const Size kNumberBytes = 10;

  static Bits Zigzag(long long value) noexcept {
    return (static_cast<Bits>(value) << 1) ^ static_cast<Bits>(value >> 63);
  }
  static Size Length(const char* text) noexcept { return __builtin_strlen(text); }

  // Beside the Ends of what is open and one More.
  Size Left() const noexcept {
    const Size left = static_cast<Size>(end_ - at_);
    const Size kept = open_ + 1;
    return full_ || left < kept ? 0 : left - kept;
  }
  bool Room(Size bytes) noexcept {
    if (Left() >= bytes) return true;
    Fill();
    return false;
  }
  void Fill() noexcept {
    if (!full_) *at_++ = kScopeCapturedMore;
    full_ = true;
  }
  void Varint(Bits value) noexcept {
    for (; value >= 0x80; value >>= 7) *at_++ = static_cast<unsigned char>(value | 0x80);
    *at_++ = static_cast<unsigned char>(value);
  }
  SCOPE_CAPTURE void Copy(const void* bytes, Size count) noexcept {
    __builtin_memcpy(at_, bytes, count);
    at_ += count;
  }

  unsigned char* begin_;
  unsigned char* at_;
  unsigned char* end_;
  Size open_ = 0;
  Size depth_ = 0;
  bool full_ = false;
};

}  // namespace __scope

#endif  // C++11
#endif  // SCOPE_CAPTURE_WRITER_H_
