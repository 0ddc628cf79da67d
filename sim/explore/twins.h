// Twins: processes that were born alike and that the program cannot tell apart, so that states in which they have only
// changed places count as one (symmetry reduction).
//
// Why that is right. Let an exchange be a permutation of process ids, of twins that are born, with which their tasks, address
// spaces and what is kept of them in the kernel go along; the bytes of all memory (but one word, below) and all registers stay as they are. Each
// process keeps all it has, it only has another id. Then what a task can do in a state, the task that takes its place can do
// after the exchange, and comes to the same state, exchanged, as long as
//   - the kernel treats all ids alike: it compares them, but draws nothing from which is the smaller one. In the calls that
//     Sharing::has_other_calls() does not tell of there is one exception: wait4() takes the first child that has ended. Where
//     nobody minds which one it was (Sharing::tells_children_apart(); look_who_minds() tries the twins' own ids, too) that
//     is no difference: of what has ended only the number matters.
//   - the program neither gets to know ids nor gives any to a call. fork() tells its parent an id, but one that is not born
//     yet, which every exchange leaves alone; that number may be kept and printed. It puts the child's own id into the
//     child's memory (CLONE_CHILD_SETTID, for locks that have owners): that word goes along with an exchange, too, until
//     somebody looks at it. What else tells a process its own id, or takes one, ends the search for twins:
//     Sharing::learn_of_told_ids(), names_processes(), has_signals(), has_other_calls(), reads_clock(). Then all begins anew
//     without.
//   - what the explorer passes over is passed over for all twins: what is learned of one in sharing.h is learned of each of
//     them, what others could do at the same time as it included. Twins start nobody themselves, so that nothing has to go
//     along with them that is found by its parent.
// So the states that can be reached, what they print, and the places in the code that findings are about are the same; of
// findings that name processes those are left out that are the same ones with the names of twins exchanged.
//
// That they were born alike is not needed for this: processes that are different would only never be found in each other's
// place, and what one has touched would count for the other.
//
// Threads are no twins: each has its own stack in the memory that they share, and main has each one's pthread_t; an exchange
// would have to change every number there that is an address of one of these, and no number says whether it is one.
//
// A deadline or an epoll (whose ready list has an order) in a kernel: then its states count each by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/kernel.h"
#include "sim/explore/digest.h"

namespace ipclab::explore {

/// Of a kernel.
struct Twins {
    static constexpr std::size_t kMost = 16;
    struct One {
        kernel::Pid process{};
        kernel::SpaceId space{};                 ///< none: it has ended, and nobody has waited for it
        std::size_t space_place = 0, place = 0;  ///< of its space and its task in a tuple
        kernel::Digest kept{};                   ///< what the kernel has of it
        std::uint64_t wait_order = 0;
        std::uint64_t id_address = 0;  ///< where fork() has put its id into its own memory; 0: nowhere
    };
    struct Group {
        std::vector<kernel::Pid> born;  ///< all, those that are gone included
        std::vector<One> there;         ///< those that are not gone
    };
    std::vector<Group> groups;
    std::vector<std::size_t> rest;  ///< places in a tuple of all that is no twin's
};

/// `alike`: by their ids (Sharing::twins()). `spaces` and `tasks` of the kernel, as a tuple has them.
Twins twins_of(const kernel::Kernel& kernel, const std::vector<std::vector<kernel::Tid>>& alike,
               const std::vector<kernel::SpaceId>& spaces, const std::vector<kernel::Tid>& tasks);

/// Each group's twins, in the order in which their numbers come (group after group), take the group's ids one after the
/// other.
Exchange exchange_of(const Twins& twins, std::span<const std::uint8_t> order);

}  // namespace ipclab::explore
