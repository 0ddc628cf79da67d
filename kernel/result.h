// errno and Result<T>: what a toy program gets when a call fails. Numbers and names are Linux's (errno(3)).
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

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

/// A value or an errno. `Result<void>` carries only success.
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::move(value)) {}
    Result(Errno error) : state_(error) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }
    Errno error() const {
        IPCLAB_ASSERT(!ok());
        return std::get<1>(state_);
    }
    T& value() {
        IPCLAB_ASSERT(ok());
        return std::get<0>(state_);
    }
    const T& value() const {
        IPCLAB_ASSERT(ok());
        return std::get<0>(state_);
    }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

  private:
    std::variant<T, Errno> state_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Errno error) : error_(error), ok_(false) {}

    bool ok() const { return ok_; }
    explicit operator bool() const { return ok_; }
    Errno error() const {
        IPCLAB_ASSERT(!ok_);
        return error_;
    }

  private:
    Errno error_{};
    bool ok_ = true;
};

}  // namespace ipclab::kernel
