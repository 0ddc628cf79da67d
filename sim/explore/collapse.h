// States as tuples of small numbers: one for the kernel's objects, one for shared memory and files, one for each address
// space, one for each task's registers. Each number stands for a component that has been met, kept once however many states
// have it, so that a state is a few words (Holzmann's collapse compression).
//
// What a move does depends on the kernel, on the bytes of memory objects that it reads and on what the task itself has, not on
// the registers and private memory of others. So it is carried out once for each combination of these, and looked up from then
// on: most moves of a search cost a look into a table.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/engine/machine.h"
#include "sim/explore/digest.h"
#include "sim/explore/flat_table.h"
#include "sim/explore/footprint.h"
#include "sim/explore/mover.h"
#include "sim/explore/twins.h"

namespace ipclab::explore {

using Number = std::uint32_t;
/// kernel, memory, then the address spaces and the tasks in the order of their ids.
using Tuple = std::vector<Number>;
using TupleView = std::span<const Number>;

/// All that a state has but memory, address spaces and registers.
struct KernelPart {
    kernel::Kernel
        kernel;  ///< with the address spaces of one state that has it, in whose place others are put
    kernel::Table<kernel::Tid, vm::Context> contexts;  ///< likewise
    std::vector<kernel::SpaceId> spaces;
    std::vector<kernel::Tid> tasks;
    std::vector<std::uint32_t> space_of;  ///< of each task: its place in the tuple
    std::vector<Actor> actors;            ///< who can move, time last
    engine::Rest rest{};
    std::vector<std::uint8_t> is_ready;  ///< each task: 0 or 1
    Twins twins;
};

/// What belongs to one task.
struct TaskPart {
    kernel::Cow<vm::Context> context;
    std::optional<Standing> standing;  ///< none: it has not run yet
    std::uint64_t racing_code =
        0;               ///< it stands before an access of the program's own: where; 0: it does not
    MemoryRanges reads;  ///< what its moves have read of memory objects so far
    std::uint32_t reads_number = 0;  ///< of these ranges
    bool reads_all_memory = true;    ///< its moves may read or write anything there
    bool has_waiting_stores = false, waits_for_stores = false;
    bool may_be_refused = false;  ///< it stands before what it may not get
};

class Collapse {
  public:
    Collapse(const engine::Machine& initial, Sharing& sharing, bool reduces);

    /// The state at the start.
    void begin(Tuple& state);
    /// `to` becomes the state after this move; reports() tells what happened in it. False where all that would happen is
    /// that the actor finds a lock taken or a pipe empty and goes to sleep, and it may not: it can as well come later, as
    /// long as others can move.
    enum class MaySleep : std::uint8_t { no, yes };
    bool move(TupleView from, Actor actor, MaySleep may_sleep, Tuple& to);
    /// Of the last begin() or move().
    const std::vector<const MoveReport*>& reports() const { return reports_; }

    const KernelPart& kernel_of(TupleView state) const { return *kernels_[state[0]]; }
    const TaskPart& task_of(TupleView state, std::size_t index) const {
        return *tasks_[state[2 + kernel_of(state).spaces.size() + index]];
    }
    /// Who can move, in the order in which a search takes them: `last` first.
    std::size_t count_actors(TupleView state) const;
    Actor actor(TupleView state, Actor last, std::size_t index) const;
    void add_actors(TupleView state, std::vector<Actor>& actors) const;
    const kernel::AddressSpace& space_at(TupleView state, std::size_t place) const {
        return *spaces_[state[place]].space;
    }
    /// By what the components are, whatever numbers they have here.
    kernel::Digest identity(TupleView state) const;
    /// The same for all states in which only twins have changed places.
    kernel::Digest identity_of_all_alike(TupleView state);
    State state_of(TupleView tuple) const;
    /// The same state, as another one's state_of() gives it.
    void take_apart(State&& state, Tuple& to);

    Mover& mover() { return mover_; }
    /// Of all moves so far, whether they were carried out or looked up.
    std::uint64_t instructions() const { return instructions_; }
    bool has_signals() const { return sharing_.has_signals(); }
    const vm::Program& program(kernel::ProgramId id) const { return initial_.program(id); }
    /// What the components and the table of moves take, about.
    std::uint64_t bytes() const;

  private:
    struct SpacePart {
        kernel::Cow<kernel::AddressSpace> space;
        std::uint64_t mapped = 0;  ///< a hash of what it maps of memory and files
        kernel::Tid owner{};       ///< `without_id` is for this one
        kernel::Digest without_id{};
    };
    /// All that decides what a move does.
    struct Key {
        Number kernel = kNone, space = kNone, task = kNone;
        Number bytes = 0;  ///< what it reads of memory, or, with kWhole, all of it
        std::int32_t actor = 0;
        bool operator==(const Key&) const = default;
        std::uint64_t hash() const;
    };
    static constexpr Number kWhole = Number{1} << 31;
    static constexpr Number kNone = ~Number{0};
    static constexpr Number kKept = Number{1} << 31;  // | place in the tuple before
    static constexpr Number kPatched = Number{1} << 31;
    struct MoveResult {
        Number kernel = 0;
        Number memory = 0;           ///< or, with kPatched, the number of what is to be written
        Number space = 0, task = 0;  ///< where the tuple stays as it is otherwise
        std::uint32_t begin = 0;   ///< in parts_, of the new tuple where tasks have come, gone or moved, too
        std::uint16_t count = 0;   ///< of its parts
        std::uint16_t wanted = 0;  ///< behind them, pairs: a place in the tuple before, what must be there
        std::int32_t report = -1;
        std::uint32_t instructions = 0;
        bool is_rearranged = false;
        bool only_sleeps = false;
        bool is_whole = false;  ///< with all that the actor can then do alone, or that it and others can
    };
    struct DigestKey : kernel::Digest {
        std::uint64_t hash() const { return low; }
    };
    using Numbers = FlatTable<DigestKey, Number>;
    /// Of memory, and what is read of it or written to it.
    struct MemoryKey {
        Number memory = kNone, what = kNone;
        bool operator==(const MemoryKey&) const = default;
        std::uint64_t hash() const;
    };

    bool others_have_waiting_stores(TupleView state, Actor actor) const;
    /// Not all actors are told by the kernel alone.
    bool has_further_actors() const { return initial_.buffered || initial_.refusals.any(); }
    Key key_of(TupleView state, Actor actor);
    Number number_of_ranges(const MemoryRanges& ranges);
    Number number_of_bytes(Number memory, const TaskPart& task);
    bool step(TupleView from, Actor actor, const Key& key, Tuple& to);
    bool carry_out(TupleView from, Actor actor, Tuple& to);
    std::uint64_t bytes_of_parts() const;
    void make_room();
    void go_on_alone(Tuple& state, Actor actor);
    void keep_whole(TupleView from, Actor actor, TupleView to);
    const MoveResult* find_whole(const Key& key, TupleView from);
    bool memory_of_whole(Number task, TupleView from, TupleView to, MoveResult& whole);
    template <class IsMoved>
    bool rearrange(TupleView from, TupleView to, IsMoved is_moved, MoveResult& result);
    Number number_of_patch(Number task, const Footprint& footprint, Number before, Number after);
    Number patched(Number memory, Number patch);
    bool goes_on_alone(TupleView state, std::size_t index);
    void look_for_lost_readers(const kernel::Kernel& before, const kernel::Kernel& after);
    kernel::Digest digest_without_id(Number space, kernel::Tid owner, std::uint64_t address);
    void look_who_minds(TupleView from, Actor actor, TupleView to, kernel::Tid told);
    void note_births(const KernelPart* before, TupleView to);
    void keep(TupleView from, Actor actor, TupleView to, const MoveReport& report,
              std::uint64_t instructions);
    void apply(const MoveResult& result, TupleView from, std::size_t own, Tuple& to);
    Number number_of_kernel(const engine::Machine& machine, std::uint64_t mapped, TupleView state);
    Number number_of_memory(const kernel::MemoryObjects& memory);
    Number number_of_space(const kernel::Cow<kernel::AddressSpace>& space);
    Number number_of_task(const engine::Machine& machine, kernel::Tid tid,
                          const kernel::Cow<vm::Context>& context, const Standing* standing);

    const engine::Machine& initial_;
    Sharing& sharing_;
    const bool reduces_;
    Mover mover_;
    Liveness liveness_;
    Identity identity_;
    std::vector<std::unique_ptr<KernelPart>> kernels_;
    std::deque<kernel::MemoryObjects> memories_;
    std::deque<SpacePart> spaces_;
    std::vector<std::unique_ptr<TaskPart>> tasks_;
    std::vector<std::uint8_t> may_go_on_alone_;  // each task: 0 or 1; looked at more often than all else
    struct PatchPart {
        MemoryPatch patch;
        MemoryRanges ranges;
    };
    /// A kernel, and who takes whose place.
    struct ExchangeKey {
        Number kernel = kNone;
        std::uint64_t orders = 0;
        bool operator==(const ExchangeKey&) const = default;
        std::uint64_t hash() const;
    };
    std::deque<PatchPart> patches_;  // the first one changes nothing
    std::vector<kernel::Digest> kernel_digests_, memory_digests_, space_digests_, task_digests_;
    FlatTable<ExchangeKey, kernel::Digest> exchanged_;
    Numbers kernel_numbers_, memory_numbers_, space_numbers_, task_numbers_, patch_numbers_, ranges_numbers_,
        bytes_numbers_;
    FlatTable<MemoryKey, Number> patched_numbers_, read_numbers_;
    FlatTable<Key, MoveResult> results_;
    FlatTable<Key, MoveResult> results_of_several_;  // whole moves, with what others have then done alone
    FlatTable<Key, bool> go_on_alone_;
    std::vector<Number> parts_;
    std::deque<MoveReport> all_reports_;
    std::vector<const MoveReport*> reports_;
    Tuple between_;
    // Of the move that is being made: the tasks that its steps began with, and what they did to memory.
    std::vector<std::pair<Number, Number>> steps_;
    std::vector<kernel::Tid> others_moved_;
    bool has_looked_at_memory_ = false;  // to find out who goes on alone
    std::uint64_t instructions_ = 0, begun_at_ = 0;
    std::uint64_t room_ = 0;  // for so many bytes of parts
};

}  // namespace ipclab::explore
