#include "kernel/page_table.h"

#include <algorithm>
#include <new>

#include "kernel/assert.h"

namespace ipclab::kernel {

const Page kZeroPage{};

namespace {

// Freed pages are kept for the next allocation: memory that this thread has touched already, where fresh
// memory would cost a page fault of the host. Trivially destructible, because tables may outlive it.
struct PagePool {
    void* free = nullptr;  // each holds the address of the next
    std::size_t kept = 0;
    bool is_closed = false;

    void* take() {
        void* node = free;
        if (node) {
            free = *static_cast<void**>(node);
            --kept;
        }
        return node;
    }
};
constinit thread_local PagePool pool;

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kMostKept = 0;  // let the sanitizer see every page go
#else
constexpr std::size_t kMostKept = 1024;  // 4 MiB
#endif

struct PoolCloser {
    bool is_armed = false;
    ~PoolCloser() {
        while (void* node = pool.take()) ::operator delete(node);
        pool.is_closed = true;
    }
};
thread_local PoolCloser pool_closer;

}  // namespace

void* PageTable::PageNode::operator new(std::size_t bytes) {
    if (void* node = pool.take()) return node;
    return ::operator new(bytes);
}

void PageTable::PageNode::operator delete(void* node) {
    if (pool.is_closed || pool.kept >= kMostKept) return ::operator delete(node);
    pool_closer.is_armed = true;
    *static_cast<void**>(node) = pool.free;
    pool.free = node;
    ++pool.kept;
}

const PageTable::Leaf* PageTable::find_leaf(std::uint64_t page_number) const {
    auto number = page_number >> kDirectoryBits;
    auto root = std::lower_bound(roots_.begin(), roots_.end(), number,
                                 [](const Root& r, std::uint64_t wanted) { return r.number < wanted; });
    if (root == roots_.end() || root->number != number) return nullptr;
    return root->directory.get()->children[page_number >> kLeafBits & (kFanOut - 1)].get();
}

const Page* PageTable::find(std::uint64_t page_number) const {
    const Leaf* leaf = find_leaf(page_number);
    if (!leaf) return nullptr;
    const PageNode* page = leaf->children[page_number & (kFanOut - 1)].get();
    return page ? &page->bytes : nullptr;
}

PageTable::Handle<PageTable::PageNode>& PageTable::slot(std::uint64_t page_number) {
    auto number = page_number >> kDirectoryBits;
    auto root = std::lower_bound(roots_.begin(), roots_.end(), number,
                                 [](const Root& r, std::uint64_t wanted) { return r.number < wanted; });
    if (root == roots_.end() || root->number != number) root = roots_.insert(root, Root{number, {}});
    Leaf& leaf = root->directory.own().children[page_number >> kLeafBits & (kFanOut - 1)].own();
    return leaf.children[page_number & (kFanOut - 1)];
}

Page& PageTable::write(std::uint64_t page_number) {
    auto& handle = slot(page_number);
    if (handle.get()) return handle.own().bytes;
    ++count_;
    Page& bytes = handle.own().bytes;
    bytes.fill(0);
    return bytes;
}

Page& PageTable::insert(std::uint64_t page_number, const Page& content) {
    auto& handle = slot(page_number);
    IPCLAB_ASSERT(!handle.get());
    ++count_;
    return handle.own().bytes = content;
}

void PageTable::erase(std::uint64_t first, std::uint64_t last) {
    auto erase_from_leaf = [&](Handle<Leaf>& handle, std::uint64_t base) {
        for (std::uint64_t i = 0; i < kFanOut; ++i) {
            if (base + i < first || base + i >= last || !handle.get()->children[i].get()) continue;
            handle.own().children[i] = {};
            --count_;
        }
        if (handle.get()->is_empty()) handle = {};
    };
    for (Root& root : roots_) {
        std::uint64_t base = root.number << kDirectoryBits;
        if (base >= last || base + (1u << kDirectoryBits) <= first) continue;
        for (std::uint64_t i = 0; i < kFanOut; ++i) {
            std::uint64_t leaf_base = base + (i << kLeafBits);
            if (leaf_base >= last || leaf_base + kFanOut <= first) continue;
            if (root.directory.get()->children[i].get())
                erase_from_leaf(root.directory.own().children[i], leaf_base);
        }
        if (root.directory.get()->is_empty()) root.directory = {};
    }
    std::erase_if(roots_, [](const Root& root) { return !root.directory.get(); });
}

std::size_t PageTable::unshared_with(const PageTable& other) const {
    std::size_t unshared = 0;
    for (const Root& root : roots_)
        for (std::uint64_t i = 0; i < kFanOut; ++i) {
            const Leaf* leaf = root.directory.get()->children[i].get();
            std::uint64_t base = (root.number << kDirectoryBits) + (i << kLeafBits);
            const Leaf* others = other.find_leaf(base);
            if (!leaf || leaf == others) continue;
            for (std::uint64_t k = 0; k < kFanOut; ++k)
                if (leaf->children[k].get() &&
                    (!others || leaf->children[k].get() != others->children[k].get()))
                    ++unshared;
        }
    return unshared;
}

Digest PageTable::digest_of(const PageNode& page, DigestFunction function) {
    return page.digest.get([&] { return function(page.bytes.data(), page.bytes.size()); });
}

template <class Child>
Digest PageTable::digest_of(const Branch<Child>& branch, DigestFunction function) {
    return branch.digest.get([&] {
        std::array<std::uint64_t, 3 * kFanOut> parts;
        std::size_t count = 0;
        for (std::uint64_t i = 0; i < kFanOut; ++i) {
            const Child* child = branch.children[i].get();
            if (!child) continue;
            const Digest below = digest_of(*child, function);
            parts[count++] = i;
            parts[count++] = below.low;
            parts[count++] = below.high;
        }
        return function(parts.data(), count * sizeof parts[0]);
    });
}

Digest PageTable::digest(DigestFunction function) const {
    std::vector<std::uint64_t> parts;
    parts.reserve(3 * roots_.size());
    for (const Root& root : roots_) {
        const Digest below = digest_of(*root.directory.get(), function);
        parts.insert(parts.end(), {root.number, below.low, below.high});
    }
    return function(parts.data(), parts.size() * sizeof(std::uint64_t));
}

bool PageTable::operator==(const PageTable& other) const {
    return count_ == other.count_ && roots_ == other.roots_;
}

}  // namespace ipclab::kernel
