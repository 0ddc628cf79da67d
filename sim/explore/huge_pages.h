// Memory in huge pages, where Linux has them: of large tables, whose places are looked up in no order, as most look-ups would
// first have to find out where a page is; and of the many small things that a search keeps, as a page fault for each 4 KiB
// of them takes longer than to make them.
#pragma once

#include <malloc.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

namespace ipclab::explore {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

/// Asks for them; a kernel that has none goes on with others.
inline void prefer_huge_pages(void* memory, std::size_t bytes) {
    const auto begin = (reinterpret_cast<std::uintptr_t>(memory) + kHugePage - 1) & ~(kHugePage - 1);
    const auto end = reinterpret_cast<std::uintptr_t>(memory) + bytes;
    if (begin < end) static_cast<void>(madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE));
}

inline constexpr std::size_t kRoomInHeap = std::size_t{24} << 20;

/// The next small things that this thread allocates lie in huge pages: about kRoomInHeap bytes of them. What is never touched
/// takes no memory.
inline void make_room_in_heap() {
#ifdef __GLIBC__
    // malloc(3) takes small things from the end of the heap: that is where a block comes from that is no mapping of its own,
    // and where it stays when it is freed, unless so much is free there that it is given back. What malloc() notes at the
    // end of the block costs one huge page each time: so blocks are large.
    constexpr int kMebibyte = 1 << 20;
    static const bool is_set =
        mallopt(M_MMAP_THRESHOLD, 32 * kMebibyte) != 0 && mallopt(M_TRIM_THRESHOLD, 64 * kMebibyte) != 0;
    if (!is_set) return;
    void* const block = std::malloc(kRoomInHeap);
    if (block) prefer_huge_pages(block, kRoomInHeap);
    std::free(block);
#endif
}

/// An allocator for containers.
template <class T>
struct HugePages {
    using value_type = T;
    HugePages() = default;
    template <class Other>
    HugePages(const HugePages<Other>&) {}

    T* allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
        if (bytes < kHugePage) return static_cast<T*>(::operator new (bytes, std::align_val_t{alignof(T)}));
        void* const memory = ::operator new (bytes, std::align_val_t{kHugePage});
        prefer_huge_pages(memory, bytes);
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t count) {
        if (count * sizeof(T) < kHugePage)
            ::operator delete (memory, std::align_val_t{alignof(T)});
        else
            ::operator delete (memory, std::align_val_t{kHugePage});
    }
    bool operator==(const HugePages&) const = default;
};

template <class T>
using HugeVector = std::vector<T, HugePages<T>>;

}  // namespace ipclab::explore
