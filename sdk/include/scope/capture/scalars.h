// scope/capture/scalars.h - writes numbers, characters, pointers and texts.
//
// Path:   scope/capture/put.h -> THIS -> scope/capture/writer.h
// Part of scope/capture.h.
#ifndef SCOPE_CAPTURE_SCALARS_H_
#define SCOPE_CAPTURE_SCALARS_H_

#include "scope/capture/shapes.h"

#pragma GCC system_header

#if defined(__cplusplus) && __cplusplus >= 201103L

namespace __scope {

// How a scalar is written; kNone for everything else.
enum class Scalar { kNone, kBool, kCharacter, kSigned, kUnsigned, kFloat, kWide };

template <class T>
struct ScalarOf {
  static constexpr Scalar value = IsCharacter<T>::value ? Scalar::kCharacter : Scalar::kNone;
};
#define SCOPE_SCALAR(Type, Kind)                     \
  template <>                                        \
  struct ScalarOf<Type> {                            \
    static constexpr Scalar value = Scalar::k##Kind; \
  };
SCOPE_SCALAR(bool, Bool)
SCOPE_SCALAR(signed char, Signed)
SCOPE_SCALAR(short, Signed)
SCOPE_SCALAR(int, Signed)
SCOPE_SCALAR(long, Signed)
SCOPE_SCALAR(long long, Signed)
SCOPE_SCALAR(unsigned char, Unsigned)
SCOPE_SCALAR(unsigned short, Unsigned)
SCOPE_SCALAR(unsigned int, Unsigned)
SCOPE_SCALAR(unsigned long, Unsigned)
SCOPE_SCALAR(unsigned long long, Unsigned)
SCOPE_SCALAR(float, Float)
SCOPE_SCALAR(double, Float)
SCOPE_SCALAR(long double, Float)
SCOPE_SCALAR(Wide, Wide)
SCOPE_SCALAR(UWide, Wide)
#undef SCOPE_SCALAR

template <Scalar kScalar>
struct PutScalar;

template <>
struct PutScalar<Scalar::kBool> {
  template <class T>
  SCOPE_CAPTURE static void Do(Writer& writer, const T& value) noexcept {
    // Its byte, since an unset one may be neither true nor false.
    unsigned char byte;
    __builtin_memcpy(&byte, &value, 1);
    writer.Tag(byte != 0 ? kScopeCapturedTrue : kScopeCapturedFalse);
  }
};
template <>
struct PutScalar<Scalar::kCharacter> {
  template <class T>
  SCOPE_CAPTURE static void Do(Writer& writer, const T& value) noexcept {
    const Bits mask = sizeof(T) >= sizeof(Bits) ? ~Bits() : (Bits(1) << (8 * sizeof(T))) - 1;
    writer.Number(kScopeCapturedChar, static_cast<Bits>(value) & mask);
  }
};
template <>
struct PutScalar<Scalar::kSigned> {
  template <class T>
  SCOPE_CAPTURE static void Do(Writer& writer, const T& value) noexcept {
    writer.Signed(value);
  }
};
template <>
struct PutScalar<Scalar::kUnsigned> {
  template <class T>
  SCOPE_CAPTURE static void Do(Writer& writer, const T& value) noexcept {
    writer.Number(kScopeCapturedUnsigned, value);
  }
};
template <>
struct PutScalar<Scalar::kFloat> {
  template <class T>
  SCOPE_CAPTURE static void Do(Writer& writer, const T& value) noexcept {
    writer.Raw(sizeof(T) == 4   ? kScopeCapturedF32
               : sizeof(T) == 8 ? kScopeCapturedF64
                                : kScopeCapturedF80,
               &value, sizeof(T) <= 8 ? sizeof(T) : 10);
  }
};
template <>
struct PutScalar<Scalar::kWide> {
  template <class T>
  SCOPE_CAPTURE static void Do(Writer& writer, const T& value) noexcept {
    writer.Raw(Same<T, Wide>::value ? kScopeCapturedI128 : kScopeCapturedU128, &value, 16);
  }
};

// Characters of more than a byte become UTF-8; what is no character becomes U+FFFD.
class Utf8 {
 public:
  bool Fits() const noexcept { return used_ + 4 <= kTextBytes; }
  Size used() const noexcept { return used_; }
  const char* bytes() const noexcept { return bytes_; }

  SCOPE_CAPTURE void Add(Bits c) noexcept {
    if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = 0xfffd;
    if (c < 0x80) return Byte(c);
    if (c < 0x800) {
      Byte(0xc0 | c >> 6);
    } else {
      if (c < 0x10000) {
        Byte(0xe0 | c >> 12);
      } else {
        Byte(0xf0 | c >> 18);
        Byte(0x80 | (c >> 12 & 0x3f));
      }
      Byte(0x80 | (c >> 6 & 0x3f));
    }
    Byte(0x80 | (c & 0x3f));
  }

 private:
  void Byte(Bits byte) noexcept { bytes_[used_++] = static_cast<char>(byte); }

  char bytes_[kTextBytes];
  Size used_ = 0;
};

template <Size kBytes>
struct PutText {
  template <class C>
  SCOPE_CAPTURE static void Do(Writer& writer, const C* text, Size count) noexcept {
    Utf8 utf8;
    Size i = 0;
    for (; i < count && utf8.Fits(); ++i) {
      Bits c = static_cast<Bits>(text[i]) & ((Bits(1) << (8 * kBytes)) - 1);
      const bool high = kBytes == 2 && c >= 0xd800 && c < 0xdc00 && i + 1 < count;
      const Bits next = high ? static_cast<Bits>(text[i + 1]) & 0xffff : 0;
      if (next >= 0xdc00 && next < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00);
        ++i;
      }
      utf8.Add(c);
    }
    // Of what is left out only the number of characters is known.
    writer.Text(utf8.bytes(), utf8.used(), utf8.used() + (count - i));
  }
};
template <>
struct PutText<1> {
  template <class C>
  SCOPE_CAPTURE static void Do(Writer& writer, const C* text, Size count) noexcept {
    writer.Text(reinterpret_cast<const char*>(text), count, count);
  }
};

}  // namespace __scope

#endif  // C++11
#endif  // SCOPE_CAPTURE_SCALARS_H_
