#include "kernel/address_space.h"

#include <doctest/doctest.h>

#include <cstring>
#include <random>
#include <tuple>

using namespace ipclab::kernel;

namespace {

constexpr std::uint64_t kPage = kPageSize;

struct Fixture {
    AddressSpace space;
    MemoryObjects objects;
    UserMemory memory{space, objects};
    Fault fault;

    std::uint64_t map_anonymous(std::uint64_t pages, Protection protection = kProtRead | kProtWrite) {
        Mapping mapping;
        mapping.end = pages * kPage;
        mapping.protection = protection;
        return *space.map(mapping, false);
    }
    Result<std::uint64_t> map_at(std::uint64_t begin, std::uint64_t pages,
                                 Protection protection = kProtRead | kProtWrite) {
        Mapping mapping;
        mapping.begin = begin;
        mapping.end = begin + pages * kPage;
        mapping.protection = protection;
        return space.map(mapping, true);
    }
    std::uint64_t map_object(MemoryId id, std::uint64_t pages, bool is_shared, std::uint64_t offset = 0) {
        Mapping mapping;
        mapping.end = pages * kPage;
        mapping.protection = kProtRead | kProtWrite;
        mapping.is_shared = is_shared;
        mapping.object = id;
        mapping.object_offset = offset;
        return *space.map(mapping, false);
    }
    void map_stack(std::uint64_t limit_bytes) {
        Mapping stack;
        stack.end = kUserTop;
        stack.begin = kUserTop - kPage;
        stack.protection = kProtRead | kProtWrite;
        stack.use = Mapping::Use::stack;
        stack.grows_down = true;
        stack.limit = kUserTop - limit_bytes;
        REQUIRE(space.map(stack, true).ok());
    }
};

std::uint32_t get(UserMemory memory, std::uint64_t address) {
    return *memory.read_object<std::uint32_t>(address);
}

}  // namespace

TEST_CASE("new anonymous memory reads as zeroes and takes no page until it is written") {
    Fixture f;
    auto at = f.map_anonymous(4);
    CHECK(get(f.memory, at + 3 * kPage) == 0);
    CHECK(f.space.resident_pages() == 0);
    REQUIRE(f.memory.write_object(at + 8, 42u).ok());
    CHECK(get(f.memory, at + 8) == 42);
    CHECK(f.space.resident_pages() == 1);
}

TEST_CASE("an access outside of every mapping is a bad address") {
    Fixture f;
    CHECK(f.memory.read_object<int>(0).error() == Errno::efault);
    CHECK(f.memory.write_object(0x1234, 1).error() == Errno::efault);
    CHECK(f.memory.read_object<std::uint64_t>(~0ull - 3).error() == Errno::efault);
    CHECK(f.space.for_read(0x10, f.objects, f.fault) == nullptr);
    CHECK(f.fault == Fault{0x10, Access::read, Fault::Why::unmapped});
}

TEST_CASE("a copy to user memory that runs into a hole has written what lies before the hole") {
    Fixture f;
    auto at = f.map_anonymous(1);
    std::array<std::uint8_t, 16> bytes;
    bytes.fill(7);
    CHECK(f.memory.write(at + kPage - 4, bytes).error() == Errno::efault);
    CHECK(get(f.memory, at + kPage - 4) == 0x07070707);
    CHECK(f.memory.writable_bytes(at + kPage - 4, 16) == 4);
    CHECK(f.memory.readable_bytes(at, 2 * kPage) == kPage);
}

TEST_CASE("protection decides what an access may do") {
    Fixture f;
    auto read_only = f.map_anonymous(1, kProtRead);
    CHECK(f.space.for_read(read_only, f.objects, f.fault) != nullptr);
    CHECK(f.space.for_write(read_only, f.objects, f.fault) == nullptr);
    CHECK(f.fault.why == Fault::Why::protection);
    auto none = f.map_anonymous(1, kProtNone);
    CHECK(f.space.for_read(none, f.objects, f.fault) == nullptr);
    CHECK(f.fault.why == Fault::Why::protection);
    // x86-64: what can be written can be read.
    auto write_only = f.map_anonymous(1, kProtWrite);
    CHECK(f.space.for_read(write_only, f.objects, f.fault) != nullptr);
}

TEST_CASE("mprotect cuts a mapping in three and joins it again") {
    Fixture f;
    auto at = f.map_anonymous(3);
    REQUIRE(f.memory.write_object(at + kPage, 5u).ok());
    REQUIRE(f.space.protect(at + kPage, 1, kProtRead).ok());
    CHECK(f.space.mappings().size() == 3);
    CHECK(f.memory.write_object(at + kPage, 6u).error() == Errno::efault);
    CHECK(f.memory.write_object(at, 6u).ok());
    CHECK(f.memory.write_object(at + 2 * kPage, 6u).ok());
    CHECK(get(f.memory, at + kPage) == 5);
    REQUIRE(f.space.protect(at, 3 * kPage, kProtRead | kProtWrite).ok());
    CHECK(f.space.mappings().size() == 1);
}

TEST_CASE("mprotect over a hole fails with ENOMEM and has changed what lies before it") {
    Fixture f;
    REQUIRE(f.map_at(0x100000, 1).ok());
    REQUIRE(f.map_at(0x102000, 1).ok());
    CHECK(f.space.protect(0x100000, 3 * kPage, kProtRead).error() == Errno::enomem);
    CHECK(f.space.mapping_at(0x100000)->protection == kProtRead);
    CHECK(f.space.mapping_at(0x102000)->protection == (kProtRead | kProtWrite));
    CHECK(f.space.protect(0x100001, 1, kProtRead).error() == Errno::einval);
}

TEST_CASE("munmap of the middle leaves both ends, and their bytes") {
    Fixture f;
    auto at = f.map_anonymous(3);
    for (unsigned i = 0; i < 3; ++i) REQUIRE(f.memory.write_object(at + i * kPage, i + 1).ok());
    REQUIRE(f.space.unmap(at + kPage, kPage).ok());
    CHECK(get(f.memory, at) == 1);
    CHECK(get(f.memory, at + 2 * kPage) == 3);
    CHECK(f.memory.read_object<int>(at + kPage).error() == Errno::efault);
    CHECK(f.space.resident_pages() == 2);
    CHECK(f.space.unmap(at + kPage, kPage).ok());
    CHECK(f.space.unmap(at, 0).error() == Errno::einval);
    CHECK(f.space.unmap(at + 1, kPage).error() == Errno::einval);
    CHECK(f.space.unmap(kUserTop - kPage, 2 * kPage).error() == Errno::einval);
}

TEST_CASE("memory that is unmapped and mapped again reads as zeroes") {
    Fixture f;
    REQUIRE(f.map_at(0x100000, 1).ok());
    REQUIRE(f.memory.write_object(0x100000, 9u).ok());
    REQUIRE(f.space.unmap(0x100000, kPage).ok());
    REQUIRE(f.map_at(0x100000, 1).ok());
    CHECK(get(f.memory, 0x100000) == 0);
    REQUIRE(f.memory.write_object(0x100000, 9u).ok());
    REQUIRE(f.map_at(0x100000, 1).ok());  // MAP_FIXED replaces
    CHECK(get(f.memory, 0x100000) == 0);
}

TEST_CASE("mappings without an address are placed from the top downwards, at a hint where it is free") {
    Fixture f;
    auto first = f.map_anonymous(2, kProtRead), second = f.map_anonymous(1, kProtWrite);
    CHECK(first == kMapTop - 2 * kPage);
    CHECK(second == first - kPage);
    Mapping hinted;
    hinted.begin = 0x500123;
    hinted.end = hinted.begin + kPage;
    CHECK(*f.space.map(hinted, false) == 0x500000);
    hinted.protection = kProtRead;
    CHECK(*f.space.map(hinted, false) == second - kPage);
    REQUIRE(f.space.unmap(first, kPage).ok());
    CHECK(f.map_anonymous(1, kProtNone) == first);
}

TEST_CASE("map refuses empty, misaligned and impossible ranges") {
    Fixture f;
    CHECK(f.map_at(0x100000, 0).error() == Errno::einval);
    CHECK(f.map_at(0x100800, 1).error() == Errno::einval);
    CHECK(f.map_at(0, 1).error() == Errno::eperm);
    CHECK(f.map_at(kUserTop, 1).error() == Errno::enomem);
    CHECK(f.map_at(0x100000, 1ull << 40).error() == Errno::enomem);
    Mapping huge;
    huge.end = ~0ull / kPage * kPage;
    CHECK(f.space.map(huge, false).error() == Errno::enomem);
}

TEST_CASE("map and brk fail over the limit of mapped bytes") {
    Limits limits;
    limits.address_space_bytes = 10 * kPage;
    Fixture f{AddressSpace(limits), {}, {f.space, f.objects}, {}};
    f.map_anonymous(9);
    Mapping two;
    two.end = 2 * kPage;
    CHECK(f.space.map(two, false).error() == Errno::enomem);
    f.space.set_heap_begin(0x404000);
    CHECK(f.space.set_break(0x404000 + kPage) == 0x405000);
    CHECK(f.space.set_break(0x404000 + 2 * kPage) == 0x405000);
}

TEST_CASE("touching more pages than the limit of resident bytes is a fault for lack of memory") {
    Limits limits;
    limits.resident_bytes = 2 * kPage;
    Fixture f{AddressSpace(limits), {}, {f.space, f.objects}, {}};
    auto at = f.map_anonymous(3);
    REQUIRE(f.space.for_write(at, f.objects, f.fault));
    REQUIRE(f.space.for_write(at + kPage, f.objects, f.fault));
    CHECK(f.space.for_write(at + 2 * kPage, f.objects, f.fault) == nullptr);
    CHECK(f.fault.why == Fault::Why::out_of_memory);
    CHECK(f.space.for_write(at, f.objects, f.fault) != nullptr);
}

TEST_CASE("brk moves the end of the heap; what it gives back is zero when it comes again") {
    Fixture f;
    f.space.set_heap_begin(0x404000);
    CHECK(f.space.set_break(0) == 0x404000);
    CHECK(f.space.set_break(0x404010) == 0x404010);
    REQUIRE(f.memory.write_object(0x404ff0, 3u).ok());  // the whole page is there, as on Linux
    CHECK(f.space.set_break(0x407000) == 0x407000);
    REQUIRE(f.memory.write_object(0x406000, 4u).ok());
    CHECK(f.space.set_break(0x405000) == 0x405000);
    CHECK(f.memory.read_object<int>(0x406000).error() == Errno::efault);
    CHECK(f.space.set_break(0x407000) == 0x407000);
    CHECK(get(f.memory, 0x406000) == 0);
    CHECK(get(f.memory, 0x404ff0) == 3);
    CHECK(f.space.mappings().size() == 1);
    REQUIRE(f.map_at(0x409000, 1).ok());
    CHECK(f.space.set_break(0x40a000) == 0x407000);
}

TEST_CASE("a stack grows down to its limit by being touched, and no further") {
    Fixture f;
    f.map_stack(64 * kPage);
    std::uint64_t deep = kUserTop - 40 * kPage;
    CHECK(get(f.memory, deep) == 0);
    CHECK(f.space.mappings().front().begin == deep);
    REQUIRE(f.memory.write_object(kUserTop - 64 * kPage, 1u).ok());
    CHECK(f.space.for_write(kUserTop - 64 * kPage - 1, f.objects, f.fault) == nullptr);
    CHECK(f.fault.why == Fault::Why::stack_overflow);
    CHECK(f.space.for_write(kUserTop - 64 * kPage - (8 << 20), f.objects, f.fault) == nullptr);
    CHECK(f.fault.why == Fault::Why::unmapped);
}

TEST_CASE("peek looks without touching") {
    Fixture f;
    f.map_stack(64 * kPage);
    auto before = f.space;
    std::array<std::uint8_t, 8> bytes{};
    CHECK(!f.space.peek(kUserTop - 9 * kPage, bytes, f.objects));
    CHECK(f.space.peek(kUserTop - 8, bytes, f.objects));
    CHECK(!f.space.peek(kUserTop - 4, bytes, f.objects));
    CHECK(!f.space.peek(~0ull - 3, bytes, f.objects));
    CHECK(f.space == before);
}

TEST_CASE("after a copy both sides write without the other seeing it, and share the other pages") {
    Fixture f;
    auto at = f.map_anonymous(200);
    for (unsigned i = 0; i < 200; ++i) REQUIRE(f.memory.write_object(at + i * kPage, i).ok());
    AddressSpace copy = f.space;
    CHECK(copy == f.space);
    CHECK(copy.pages_unshared_with(f.space) == 0);
    UserMemory copied{copy, f.objects};
    REQUIRE(copied.write_object(at + 7 * kPage, 1000u).ok());
    CHECK(get(f.memory, at + 7 * kPage) == 7);
    REQUIRE(f.memory.write_object(at + 8 * kPage, 2000u).ok());
    CHECK(get(copied, at + 8 * kPage) == 8);
    CHECK(copy.pages_unshared_with(f.space) == 2);
    CHECK(copy != f.space);
    REQUIRE(copied.write_object(at + 7 * kPage, 7u).ok());
    REQUIRE(f.memory.write_object(at + 8 * kPage, 8u).ok());
    CHECK(copy == f.space);  // equal again by content
}

TEST_CASE("a copy makes the translations of the original stale, and has none itself") {
    Fixture f;
    auto at = f.map_anonymous(1);
    REQUIRE(f.memory.write_object(at, 1u).ok());
    f.space.cache().begin_run();
    CHECK(f.space.cache().entry(at).writable == at);
    AddressSpace copy = f.space;
    CHECK(copy.cache().entry(at).readable == TranslationCache::kNone);
    f.space.cache().begin_run();
    CHECK(f.space.cache().entry(at).writable == TranslationCache::kNone);
}

TEST_CASE("translations of memory objects last for one run only") {
    Fixture f;
    MemoryId id(1);
    f.objects.insert(id, MemoryObject()).resize(kPage);
    auto at = f.map_object(id, 1, true);
    REQUIRE(f.memory.write_object(at, 1u).ok());
    MemoryObjects snapshot = f.objects;
    f.space.cache().begin_run();
    CHECK(f.space.cache().entry(at).readable == TranslationCache::kNone);
    REQUIRE(f.memory.write_object(at, 2u).ok());
    std::uint32_t old = 0;
    snapshot[id].read(0, {reinterpret_cast<std::uint8_t*>(&old), 4});
    CHECK(old == 1);
}

TEST_CASE("two shared mappings of one object, in two processes, show the same bytes") {
    Fixture f;
    MemoryId id(1);
    f.objects.insert(id, MemoryObject()).resize(2 * kPage);
    auto at = f.map_object(id, 2, true);
    AddressSpace child = f.space;
    UserMemory childs{child, f.objects};
    REQUIRE(childs.write_object(at + kPage, 77u).ok());
    CHECK(get(f.memory, at + kPage) == 77);
    std::uint32_t in_file = 0;
    CHECK(f.objects[id].read(kPage, {reinterpret_cast<std::uint8_t*>(&in_file), 4}) == 4);
    CHECK(in_file == 77);
    CHECK(f.space.resident_pages() == 0);
}

TEST_CASE("a private mapping of an object sees the object's bytes until it writes its own") {
    Fixture f;
    MemoryId id(1);
    const std::uint8_t text[] = "hello";
    f.objects.insert(id, MemoryObject()).write(kPage, text);
    auto at = f.map_object(id, 1, false, kPage);
    CHECK(*f.memory.read_string(at, 100) == "hello");
    f.objects.write(id).write(kPage, std::array<std::uint8_t, 1>{'j'});
    CHECK(*f.memory.read_string(at, 100) == "jello");
    REQUIRE(f.memory.write(at + 4, std::array<std::uint8_t, 1>{'y'}).ok());
    f.objects.write(id).write(kPage, std::array<std::uint8_t, 1>{'c'});
    CHECK(*f.memory.read_string(at, 100) == "jelly");
}

TEST_CASE("an access past the object's last page is a bus error, within the last page it is not") {
    Fixture f;
    MemoryId id(1);
    f.objects.insert(id, MemoryObject()).resize(10);
    auto at = f.map_object(id, 2, true);
    CHECK(f.space.for_write(at + kPage - 1, f.objects, f.fault) != nullptr);
    CHECK(f.space.for_read(at + kPage, f.objects, f.fault) == nullptr);
    CHECK(f.fault.why == Fault::Why::past_end_of_object);
    f.objects.write(id).resize(0);
    CHECK(f.space.for_read(at, f.objects, f.fault) == nullptr);
    CHECK(f.fault.why == Fault::Why::past_end_of_object);
}

TEST_CASE("bytes that a mapping wrote behind the end of a file do not appear when the file grows") {
    MemoryObject object;
    object.resize(10);
    object.page_for_write(0)[20] = 'x';
    object.resize(30);
    CHECK(object.text() == std::string(30, '\0'));
}

TEST_CASE("a file that shrinks and grows again reads as zeroes there") {
    MemoryObject object;
    std::vector<std::uint8_t> bytes(3 * kPage, 'a');
    object.write(0, bytes);
    object.resize(kPage + 5);
    object.resize(3 * kPage);
    CHECK(object.resident_pages() == 2);
    auto text = object.text();
    CHECK(text.substr(0, kPage + 5) == std::string(kPage + 5, 'a'));
    CHECK(text.substr(kPage + 5) == std::string(2 * kPage - 5, '\0'));
    CHECK(object.read(3 * kPage, bytes) == 0);
}

TEST_CASE(
    "strings are read up to their end over pages, and refused where they are too long or unterminated") {
    Fixture f;
    auto at = f.map_anonymous(2);
    std::vector<std::uint8_t> text(6, 'x');
    REQUIRE(f.memory.write(at + kPage - 3, text).ok());
    CHECK(*f.memory.read_string(at + kPage - 3, 6) == "xxxxxx");
    CHECK(f.memory.read_string(at + kPage - 3, 5).error() == Errno::enametoolong);
    std::vector<std::uint8_t> fill(kPage, 'y');
    REQUIRE(f.memory.write(at + kPage, fill).ok());
    CHECK(f.memory.read_string(at + kPage, 2 * kPage).error() == Errno::efault);
}

TEST_CASE("a gigabyte of touched memory works, and a snapshot of it copies one page for one write") {
    Limits limits;
    limits.resident_bytes = 2ull << 30;
    Fixture f{AddressSpace(limits), {}, {f.space, f.objects}, {}};
    constexpr std::uint64_t kPages = (1ull << 30) / kPage / 16;  // every 16th page: the tables are as large
    auto at = f.map_anonymous(kPages * 16);
    for (std::uint64_t i = 0; i < kPages; ++i) REQUIRE(f.memory.write_object(at + i * 16 * kPage, i).ok());
    AddressSpace copy = f.space;
    REQUIRE(UserMemory{copy, f.objects}.write_object(at, std::uint64_t{1}).ok());
    CHECK(copy.pages_unshared_with(f.space) == 1);
    CHECK(copy.resident_pages() == kPages);
    CHECK(*f.memory.read_object<std::uint64_t>(at + (kPages - 1) * 16 * kPage) == kPages - 1);
}

TEST_CASE("random operations agree with a plain model of bytes, over snapshots") {
    constexpr std::uint64_t kBase = 0x100000, kPages = 200;
    std::mt19937 random(1);
    auto below = [&](std::uint64_t n) { return random() % n; };
    Fixture f;
    struct Model {
        std::vector<int> bytes = std::vector<int>(kPages * kPage, -1);  // -1: unmapped
    } model;
    std::vector<std::pair<AddressSpace, Model>> snapshots;
    for (int i = 0; i < 20'000; ++i) {
        std::uint64_t page = below(kPages), count = 1 + below(std::min<std::uint64_t>(5, kPages - page));
        auto begin = model.bytes.begin() + static_cast<std::ptrdiff_t>(page * kPage);
        auto end = begin + static_cast<std::ptrdiff_t>(count * kPage);
        switch (below(100)) {
            case 0:
            case 1:
                REQUIRE(f.map_at(kBase + page * kPage, count).ok());
                std::fill(begin, end, 0);
                break;
            case 2:
                REQUIRE(f.space.unmap(kBase + page * kPage, count * kPage).ok());
                std::fill(begin, end, -1);
                break;
            case 3:
                if (snapshots.size() < 8)
                    snapshots.emplace_back(f.space, model);
                else
                    std::tie(f.space, model) = snapshots[below(snapshots.size())];
                break;
            default: {
                std::uint64_t offset = page * kPage + below(kPage);
                bool is_mapped = model.bytes[offset] >= 0;
                auto value = static_cast<std::uint8_t>(random());
                REQUIRE(f.memory.write_object(kBase + offset, value).ok() == is_mapped);
                if (is_mapped) model.bytes[offset] = value;
            }
        }
    }
    snapshots.emplace_back(f.space, model);
    for (auto& [space, expected] : snapshots) {
        std::uint64_t wrong = 0;
        for (std::uint64_t page = 0; page < kPages; ++page) {
            Page bytes{};
            bool is_mapped = space.peek(kBase + page * kPage, bytes, f.objects);
            for (std::uint64_t k = 0; k < kPage; ++k)
                wrong += expected.bytes[page * kPage + k] != (is_mapped ? bytes[k] : -1);
        }
        CHECK(wrong == 0);
    }
}
