// errno and Result<T>: what a toy program gets when a call fails. Numbers and names are Linux's (errno(3)).
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "kernel/assert.h"

namespace ipclab::kernel {

enum class Errno : std::int32_t {
#define ERRNO(member, name, number, text) member = number,
#include "kernel/errno.def"
#undef ERRNO
};

/// "EAGAIN", or "E?" for a number that Linux does not define.
std::string_view errno_name(Errno error);
/// As strerror(3): "Resource temporarily unavailable".
std::string_view errno_text(Errno error);

inline constexpr Errno kNoErrno{0};  ///< no error has this number

/// A value or an errno. `Result<void>` carries only success.
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : value_(std::move(value)) {}
    Result(Errno error) : error_(error) {}

    bool ok() const { return error_ == kNoErrno; }
    explicit operator bool() const { return ok(); }
    Errno error() const {
        IPCLAB_ASSERT(!ok());
        return error_;
    }
    T& value() {
        IPCLAB_ASSERT(ok());
        return value_;
    }
    const T& value() const {
        IPCLAB_ASSERT(ok());
        return value_;
    }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

  private:
    // Two plain members, not a variant: small results are returned in registers.
    T value_{};
    Errno error_ = kNoErrno;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Errno error) : error_(error) {}

    bool ok() const { return error_ == kNoErrno; }
    explicit operator bool() const { return ok(); }
    Errno error() const {
        IPCLAB_ASSERT(!ok());
        return error_;
    }

  private:
    Errno error_ = kNoErrno;
};

}  // namespace ipclab::kernel
