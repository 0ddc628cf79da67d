// A sparse table of 4 KiB pages by page number, as a value that is cheap to copy: what an address space owns
// and what a memory object consists of.
//
// A radix tree of reference-counted nodes: directory (64 leaves, 16 MiB), leaf (64 pages, 256 KiB), page. The
// root is a short sorted list of directories, so copying a table copies a handful of handles however large it
// is. Writing clones what is shared on the way down: one directory and one leaf of handles, and one page.
// A page that was never written is absent and reads as zeroes.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernel/digest.h"
#include "kernel/types.h"

namespace ipclab::kernel {

using Page = std::array<std::uint8_t, kPageSize>;

/// The page that every absent page reads as.
extern const Page kZeroPage;

class PageTable {
  public:
    /// The page, or null where it is absent. Good until the table is written or destroyed.
    const Page* find(std::uint64_t page_number) const;
    /// The page, this table's own, for writing: zero-filled where it was absent. Good until the table is
    /// copied.
    Page& write(std::uint64_t page_number);
    /// Puts a copy of `content` in place of an absent page and returns it.
    Page& insert(std::uint64_t page_number, const Page& content);
    /// Forgets the pages [first, last).
    void erase(std::uint64_t first, std::uint64_t last);
    /// Pages present.
    std::size_t count() const { return count_; }
    /// Pages of this table that `other` does not share by identity: what copying did not save.
    std::size_t unshared_with(const PageTable& other) const;

    /// Of the pages and their numbers. Equal tables have equal digests, except that a page of zeroes differs from none.
    Digest digest(DigestFunction function) const;

    /// The same pages present with the same bytes. Shared nodes are equal without looking.
    bool operator==(const PageTable& other) const;

  private:
    static constexpr std::uint64_t kFanOut = 64;
    static constexpr int kLeafBits = 6, kDirectoryBits = 12;

    struct PageNode {
        std::atomic<std::uint32_t> references{1};
        DigestSlot digest;
        Page bytes;
        PageNode() {}  // leaves the bytes uninitialised: every caller fills them
        PageNode(const PageNode& other) : bytes(other.bytes) {}
        bool operator==(const PageNode& other) const { return bytes == other.bytes; }
        static void* operator new(std::size_t bytes);
        static void operator delete(void* node);
    };

    /// A counted reference to a node that may be absent.
    template <class Node>
    class Handle {
      public:
        Handle() = default;
        explicit Handle(Node* node) : node_(node) {}
        Handle(const Handle& other) noexcept : node_(other.node_) {
            if (node_) node_->references.fetch_add(1, std::memory_order_relaxed);
        }
        Handle(Handle&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
        Handle& operator=(Handle other) noexcept {
            std::swap(node_, other.node_);
            return *this;
        }
        ~Handle() {
            if (node_ && node_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete node_;
        }
        const Node* get() const { return node_; }
        /// The node for writing: created where absent, cloned where shared.
        Node& own() {
            if (!node_)
                node_ = new Node();
            else if (node_->references.load(std::memory_order_acquire) != 1)
                *this = Handle(new Node(*node_));
            node_->digest.forget();
            return *node_;
        }
        bool operator==(const Handle& other) const {
            return node_ == other.node_ || (node_ && other.node_ && *node_ == *other.node_);
        }

      private:
        Node* node_ = nullptr;
    };

    template <class Child>
    struct Branch {
        std::atomic<std::uint32_t> references{1};
        DigestSlot digest;
        std::array<Handle<Child>, kFanOut> children;
        Branch() = default;
        Branch(const Branch& other) : children(other.children) {}
        bool operator==(const Branch& other) const { return children == other.children; }
        bool is_empty() const {
            for (const auto& child : children)
                if (child.get()) return false;
            return true;
        }
    };
    using Leaf = Branch<PageNode>;
    using Directory = Branch<Leaf>;
    struct Root {
        std::uint64_t number = 0;  ///< page number >> kDirectoryBits
        Handle<Directory> directory;
        bool operator==(const Root&) const = default;
    };

    static Digest digest_of(const PageNode& page, DigestFunction function);
    template <class Child>
    static Digest digest_of(const Branch<Child>& branch, DigestFunction function);
    Handle<PageNode>& slot(std::uint64_t page_number);
    const Leaf* find_leaf(std::uint64_t page_number) const;

    std::vector<Root> roots_;  // sorted by number; no empty directory or leaf is kept, so equality is simple
    std::size_t count_ = 0;
};

}  // namespace ipclab::kernel
