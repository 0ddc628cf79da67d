// The memory order of x86 CPUs: x86-TSO (Sewell, Sarkar, Owens, Zappa Nardelli, Myreen: "x86-TSO: a rigorous and usable
// programmer's model for x86 multiprocessors", CACM 53(7), 2010).
//
// Each task is as if on a CPU of its own, whose stores wait in a buffer, first in, first out, until each reaches memory at
// some later moment. A load finds the bytes of the youngest store that waits in its own CPU's buffer, else what memory has.
// Locked instructions and mfence wait until the buffer is empty. So do here:
// - system calls, but for those that only tell a task who it is: Linux takes a lock in each of them, and the lock prefix
//   drains the buffer;
// - a signal's handler, and the task's end: an interrupt's iret is serialising (Intel SDM 3A, 9.3).
// That munmap() and the like may interrupt the CPUs of other threads is left out: it would let less happen, not more.
//
// Only stores to what tasks may have in common wait: when others, whom nobody sees, reach memory makes no difference. What
// tasks have in common is told from outside (SharedPlaces; the explorer finds it out), so that a schedule can be replayed.
// The C library's own stores do not wait either: what its locks do is the business of theirs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/address_space.h"
#include "kernel/types.h"
#include "sim/vm/program.h"

namespace ipclab::vm {

/// Bytes that tasks may have in common, however each of them addresses these: of a memory object, or of an address space
/// that threads share.
struct Place {
    std::uint64_t object = 0;  ///< MemoryId * 2, or SpaceId * 2 + 1; 0: nothing is mapped there
    std::uint64_t begin = 0, bytes = 0;
    bool operator==(const Place&) const = default;
    bool overlaps(const Place& other) const {
        return object == other.object && begin < other.begin + other.bytes && other.begin < begin + bytes;
    }
};
Place place_of(const kernel::AddressSpace& space, kernel::SpaceId id, std::uint64_t address,
               std::uint64_t bytes);

/// Which places tasks have in common.
class SharedPlaces {
  public:
    /// All that several tasks can address.
    static SharedPlaces everything();
    bool is_everything() const { return is_everything_; }
    void add(const Place& place);
    bool overlap(const Place& place) const;
    /// In order, not overlapping.
    const std::vector<Place>& all() const { return places_; }
    bool operator==(const SharedPlaces&) const = default;

  private:
    std::vector<Place> places_;
    bool is_everything_ = false;
};

/// A store that has not reached memory yet.
struct WaitingStore {
    Place place;
    std::string bytes;
    bool operator==(const WaitingStore&) const = default;
};
using StoreBuffer = std::vector<WaitingStore>;  ///< the oldest first

/// The store reaches memory; `memory` is its task's. Where the place is gone, nothing happens.
void reach_memory(const WaitingStore& store, kernel::UserMemory memory);
/// The oldest one, or all, in order.
void drain_one(StoreBuffer& buffer, kernel::UserMemory memory);
void drain(StoreBuffer& buffer, kernel::UserMemory memory);

/// Whether the function makes accesses that the program itself asks for: it is the program's own, or touches the bytes
/// that it is told to (memcpy, strlen). What the library does to its own objects is its own affair.
bool makes_own_accesses(const Function& function);

struct Context;
/// Whether the instruction that the context stands at waits until the buffer is empty.
bool waits_for_buffer(const Program& program, const Context& context);
/// The same of a system call.
bool drains_buffer(std::uint64_t system_call);

/// What a run needs to let stores wait.
struct StoreOrder {
    const SharedPlaces& places;
    kernel::SpaceId space{};
    bool is_space_shared = false;  ///< several tasks run in it
    std::size_t capacity = 0;      ///< of the buffer, in stores; where it is full, the oldest goes first
};

}  // namespace ipclab::vm
