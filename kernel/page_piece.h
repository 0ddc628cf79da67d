// Where bytes lie that splice(2) passes on without a copy. It decides how many places of a pipe they take.
#pragma once

#include <cstdint>

#include "kernel/limits.h"
#include "kernel/types.h"

namespace ipclab::kernel {

/// net/core/sock.c, skb_page_frag_refill(): memory of a task's own, into which it copies what lies in no page when it moves
/// that from a socket into a pipe. One follows the other; one that nobody has any more is used again.
struct Fragment {
    static constexpr std::uint32_t kBytes = 32'768;
    Tid task{};  ///< none: other memory
    std::uint32_t number = 0;
    bool operator==(const Fragment&) const = default;
};

struct PagePiece {
    std::uint32_t bytes = 0;
    std::uint32_t end = 0;  ///< behind its last byte, from the begin of its page, run of pages or fragment
    Fragment fragment;
    std::uint32_t begin() const { return end - bytes; }
    bool operator==(const PagePiece&) const = default;
};

/// alloc_skb_with_frags(): the longest run of pages that Linux asks for (PAGE_ALLOC_COSTLY_ORDER).
inline constexpr std::uint64_t kRunOfPagesMax = 8 * kPageSize;

}  // namespace ipclab::kernel
