// Memory of large tables, whose places are looked up in no order: in huge pages, where Linux has them, or most look-ups
// would first have to find out where a page is.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace ipclab::explore {

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
        static_cast<void>(
            madvise(memory, bytes, MADV_HUGEPAGE));  // a kernel without them goes on with others
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t count) {
        if (count * sizeof(T) < kHugePage)
            ::operator delete (memory, std::align_val_t{alignof(T)});
        else
            ::operator delete (memory, std::align_val_t{kHugePage});
    }
    bool operator==(const HugePages&) const = default;

  private:
    static constexpr std::size_t kHugePage = std::size_t{2} << 20;
};

}  // namespace ipclab::explore
