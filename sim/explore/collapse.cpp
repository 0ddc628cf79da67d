#include "sim/explore/collapse.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include "kernel/futex.h"
#include "kernel/network.h"
#include "kernel/processes.h"
#include "sim/explore/findings.h"
#include "sim/explore/huge_pages.h"

namespace ipclab::explore {

using engine::Machine;
using kernel::Tid;

namespace {

// About what a component takes.
constexpr std::uint64_t kBytesOfKernel = 6'000, kBytesOfMemory = 9'000, kBytesOfSpace = 12'000,
                        kBytesOfTask = 1'200, kBytesOfPatch = 200;

// Moves that read or write more of memory objects are looked up by all of their memory.
constexpr std::uint64_t kMostBytesTouched = 512;

std::uint64_t mix(std::uint64_t value) {
    value = (value ^ value >> 32) * 0x9e3779b97f4a7c15;
    return value ^ value >> 29;
}

/// Which objects of memory the space maps, and where.
std::uint64_t hash_of_mapped(const kernel::AddressSpace& space) {
    std::uint64_t all = 0;
    for (const kernel::Mapping& each : space.mappings())
        if (each.object)
            all = mix(all ^ mix(each.begin) ^ mix(each.end + 1) ^ mix(each.object_offset + 2) ^
                      static_cast<std::uint64_t>(each.object.value));
    return all;
}

template <class Id>
std::size_t place_of(const std::vector<Id>& sorted, Id id) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), id);
    return at != sorted.end() && *at == id ? static_cast<std::size_t>(at - sorted.begin()) : sorted.size();
}

std::size_t own_place(const KernelPart& part, Actor actor) {
    // Ids are mostly given out one after the other.
    const Tid task = task_of(actor);
    if (part.tasks.empty()) return 0;
    const auto near = static_cast<std::uint32_t>(task.value - part.tasks.front().value);
    return near < part.tasks.size() && part.tasks[near] == task ? near : place_of(part.tasks, task);
}

/// Tells by the digests of its parts what something is: each has a factor of its place, so that alike parts that change places
/// make another one.
class Sum {
  public:
    void add(const kernel::Digest& part) {
        all_.low += part.low * factor_;
        all_.high += part.high * factor_;
        factor_ *= 0xd1342543de82ef95;
    }
    const kernel::Digest& all() const { return all_; }

  private:
    kernel::Digest all_;
    std::uint64_t factor_ = 0x9e3779b97f4a7c15;
};

}  // namespace

std::uint64_t Collapse::Key::hash() const {
    constexpr std::uint64_t kFactor = 0xd1342543de82ef95;
    return mix(((std::uint64_t{kernel} << 32 | bytes) * kFactor ^ (std::uint64_t{space} << 32 | task)) *
                   kFactor ^
               static_cast<std::uint32_t>(actor));
}

std::uint64_t Collapse::MemoryKey::hash() const {
    return mix(std::uint64_t{memory} << 32 | what);
}

std::uint64_t Collapse::ExchangeKey::hash() const {
    return mix(mix(orders) ^ kernel);
}

Collapse::Collapse(const Machine& initial, Sharing& sharing, bool reduces)
    : initial_(initial),
      sharing_(sharing),
      reduces_(reduces),
      mover_(sharing, !reduces),
      liveness_(*initial.programs),
      identity_{.with_time = sharing.reads_clock(), .with_dead_registers = !reduces},
      patches_(1) {}

std::uint64_t Collapse::bytes_of_parts() const {
    return kernels_.size() * kBytesOfKernel + memories_.size() * kBytesOfMemory +
           spaces_.size() * kBytesOfSpace + tasks_.size() * kBytesOfTask + patches_.size() * kBytesOfPatch;
}

std::uint64_t Collapse::bytes() const {
    return bytes_of_parts() + results_.bytes() + results_of_several_.bytes() + patched_numbers_.bytes() +
           read_numbers_.bytes() + bytes_numbers_.bytes() + parts_.size() * sizeof(Number);
}

/// For the parts to come.
void Collapse::make_room() {
    const std::uint64_t taken = bytes_of_parts();
    if (taken < room_) return;
    make_room_in_heap();
    room_ = taken + kRoomInHeap * 2 / 3;  // not all that comes to the heap is parts
}

void Collapse::begin(Tuple& state) {
    reports_.clear();
    State first = explore::state_of(initial_);
    // Digests that another search with another notion of identity may have left.
    for (const Tid tid : engine::runnable(first.machine))
        static_cast<void>(first.machine.contexts.write(tid));
    all_reports_.push_back(mover_.settle(first));
    reports_.push_back(&all_reports_.back());
    take_apart(std::move(first), state);
    note_births(nullptr, state);
}

bool Collapse::move(TupleView from, Actor actor, MaySleep may_sleep, Tuple& to) {
    reports_.clear();
    steps_.clear();
    others_moved_.clear();
    has_looked_at_memory_ = false;
    begun_at_ = instructions_;
    // Where others may wake for no reason and sleep again, for ever, nobody's turn can be waited for.
    if (initial_.kernel.limits.spurious_wakeups > 0) may_sleep = MaySleep::yes;
    const Key key = key_of(from, actor);
    if (const MoveResult* known = results_.find(key)) {
        if (known->only_sleeps && may_sleep == MaySleep::no) return false;
        if (!known->is_whole) known = find_whole(key, from);
        if (known) {
            instructions_ += known->instructions;
            apply(*known, from, own_place(kernel_of(from), actor), to);
            // Where the kernel is as it was, what others can do alone is what they could before: nothing.
            if (to[0] != from[0]) go_on_alone(to, actor);
            return true;
        }
    }
    const bool only_sleeps = step(from, actor, key, to);
    if (only_sleeps && may_sleep == MaySleep::no) return false;
    if (!reduces_ || sharing_.has_signals()) return true;
    go_on_alone(to, actor);
    if (is_of_task(actor) && !only_sleeps && reports_.empty()) keep_whole(from, actor, to);
    return true;
}

/// What all steps of a move come to, where others stand as they did when they went on after it.
const Collapse::MoveResult* Collapse::find_whole(const Key& key, TupleView from) {
    const MoveResult* whole = results_of_several_.find(key);
    if (!whole) return nullptr;
    std::size_t at = std::size_t{whole->begin} + whole->count;
    for (std::size_t i = 0; i < whole->wanted; ++i, at += 2)
        if (from[parts_[at]] != parts_[at + 1]) return nullptr;
    return whole;
}

/// Remembers what all steps of a move came to.
void Collapse::keep_whole(TupleView from, Actor actor, TupleView to) {
    if (!results_.find(key_of(from, actor))) return;
    const KernelPart &part = kernel_of(from), &after = kernel_of(to);
    const std::size_t own = own_place(part, actor), own_space = part.space_of[own],
                      own_task = 2 + part.spaces.size() + own;
    MoveResult whole{.kernel = to[0]};
    whole.instructions = static_cast<std::uint32_t>(instructions_ - begun_at_);
    whole.is_whole = true;
    if (others_moved_.empty()) {
        if (part.spaces != after.spaces || part.tasks != after.tasks || part.space_of != after.space_of)
            return;
        if (!memory_of_whole(from[own_task], from, to, whole)) return;
        whole.space = to[own_space];
        whole.task = to[own_task];
        const Key key = key_of(from, actor);
        if (MoveResult* known = results_.find(key))
            *known = whole;
        else
            results_.insert(key, whole);
        return;
    }
    const auto is_known = [&] { return results_of_several_.find(key_of(from, actor)) != nullptr; };
    if (initial_.buffered || is_known()) return;  // with others that stood in another way
    if (!memory_of_whole(from[own_task], from, to, whole) || is_known()) return;
    std::vector<Number> moved{static_cast<Number>(own_space), static_cast<Number>(own_task)}, wanted;
    for (const Tid each : others_moved_) {
        const std::size_t index = place_of(part.tasks, each);
        if (index == part.tasks.size()) continue;  // it was born in this move
        for (const std::size_t place : {std::size_t{part.space_of[index]}, 2 + part.spaces.size() + index}) {
            moved.push_back(static_cast<Number>(place));
            wanted.insert(wanted.end(), {static_cast<Number>(place), from[place]});
        }
    }
    const auto is_moved = [&](std::size_t place) {
        return std::ranges::find(moved, static_cast<Number>(place)) != moved.end();
    };
    if (!rearrange(from, to, is_moved, whole)) return;
    whole.wanted = static_cast<std::uint16_t>(wanted.size() / 2);
    parts_.insert(parts_.end(), wanted.begin(), wanted.end());
    results_of_several_.insert(key_of(from, actor), whole);
}

/// What the steps of a move have done to memory; false where that depends on more of it than they can be looked up by.
bool Collapse::memory_of_whole(Number task, TupleView from, TupleView to, MoveResult& whole) {
    whole.memory = to[1];
    if (tasks_[task]->reads_all_memory) return true;
    Footprint footprint;
    for (const auto& [begun_with, memory] : steps_) {
        if ((memory & kPatched) == 0) return false;
        footprint.reads.add(tasks_[begun_with]->reads);
        footprint.writes.add(patches_[memory & ~kPatched].ranges);
    }
    if (has_looked_at_memory_ || footprint.reads.bytes() > kMostBytesTouched / 2 ||
        footprint.writes.bytes() > kMostBytesTouched)
        return false;
    whole.memory = number_of_patch(task, footprint, from[1], to[1]);
    return whole.memory != kNone;
}

/// What a task that stands like this has done to memory, with kPatched; kNone where that depends on all of memory. From now
/// on its moves are looked up by the bytes that it has read, too.
Number Collapse::number_of_patch(Number task, const Footprint& footprint, Number before, Number after) {
    TaskPart& part = *tasks_[task];
    if (part.reads_all_memory) return kNone;
    part.reads.add(footprint.reads);
    part.reads_number = number_of_ranges(part.reads);
    part.reads_all_memory = footprint.is_all || part.reads.bytes() > kMostBytesTouched ||
                            footprint.writes.bytes() > kMostBytesTouched;
    if (part.reads_all_memory) return kNone;
    Number number = 0;
    if (!footprint.writes.empty()) {
        MemoryPatch patch(memories_[after], footprint.writes);
        const DigestKey digest{patch.digest()};
        if (const Number* known = patch_numbers_.find(digest)) {
            number = *known;
        } else {
            number = patch_numbers_.insert(digest, static_cast<Number>(patches_.size()));
            patches_.push_back({std::move(patch), footprint.writes});
        }
    }
    if (patched(before, number) == after) return number | kPatched;
    part.reads_all_memory = true;  // something else has been written, or an object is gone
    return kNone;
}

Number Collapse::number_of_ranges(const MemoryRanges& ranges) {
    const DigestKey digest{digest_of(ranges)};
    if (const Number* known = ranges_numbers_.find(digest)) return *known;
    return ranges_numbers_.insert(digest, static_cast<Number>(ranges_numbers_.size()));
}

/// Of what the task's moves read.
Number Collapse::number_of_bytes(Number memory, const TaskPart& task) {
    const MemoryKey key{memory, task.reads_number};
    if (const Number* known = read_numbers_.find(key)) return *known;
    const DigestKey digest{digest_of_bytes(memories_[memory], task.reads)};
    const Number* known = bytes_numbers_.find(digest);
    const Number number =
        known ? *known : bytes_numbers_.insert(digest, static_cast<Number>(bytes_numbers_.size()));
    return read_numbers_.insert(key, number);
}

/// The memory with this written to it.
Number Collapse::patched(Number memory, Number patch) {
    if (patch == 0) return memory;
    const MemoryKey key{memory, patch};
    if (const Number* known = patched_numbers_.find(key)) return *known;
    kernel::MemoryObjects made = memories_[memory];
    patches_[patch].patch.apply(made);
    return patched_numbers_.insert(key, number_of_memory(made));
}

std::size_t Collapse::count_actors(TupleView state) const {
    if (!has_further_actors()) return kernel_of(state).actors.size();
    std::vector<Actor> actors;
    add_actors(state, actors);
    return actors.size();
}

bool Collapse::others_have_waiting_stores(TupleView state, Actor actor) const {
    if (!initial_.buffered) return false;
    const std::vector<Tid>& tasks = kernel_of(state).tasks;
    for (std::size_t i = 0; i < tasks.size(); ++i)
        if (tasks[i] != explore::task_of(actor) && task_of(state, i).has_waiting_stores) return true;
    return false;
}

/// Without who waits for its stores; with these, and with those that may not get what they ask for.
void Collapse::add_actors(TupleView state, std::vector<Actor>& actors) const {
    const KernelPart& part = kernel_of(state);
    for (const Actor actor : part.actors)
        if (!is_of_task(actor) || !task_of(state, own_place(part, actor)).waits_for_stores)
            actors.push_back(actor);
    for (std::size_t i = 0; i < part.tasks.size(); ++i) {
        if (task_of(state, i).has_waiting_stores) actors.push_back(drain_of(part.tasks[i]));
        if (task_of(state, i).may_be_refused && part.is_ready[i] != 0 &&
            !kernel::undecided_packet(part.kernel))
            actors.push_back(refused(part.tasks[i]));
    }
}

Actor Collapse::actor(TupleView state, Actor last, std::size_t index) const {
    const std::vector<Actor>* all = &kernel_of(state).actors;
    std::vector<Actor> further;
    if (has_further_actors()) {
        add_actors(state, further);
        all = &further;
    }
    const std::vector<Actor>& actors = *all;
    const std::size_t first =
        static_cast<std::size_t>(std::find(actors.begin(), actors.end(), last) - actors.begin());
    if (first == actors.size()) return actors[index];
    return index == 0 ? actors[first] : actors[index <= first ? index - 1 : index];
}

kernel::Digest Collapse::identity(TupleView state) const {
    Sum sum;
    sum.add(kernel_digests_[state[0]]);
    sum.add(memory_digests_[state[1]]);
    const std::size_t tasks = 2 + kernel_of(state).spaces.size();
    for (std::size_t i = 2; i < tasks; ++i) sum.add(space_digests_[state[i]]);
    for (std::size_t i = tasks; i < state.size(); ++i) sum.add(task_digests_[state[i]]);
    return sum.all();
}

/// Of a space in which the task's own id is at this address, where fork() has put it (twins.h): without it.
kernel::Digest Collapse::digest_without_id(Number space, Tid owner, std::uint64_t address) {
    if (address == 0) return space_digests_[space];
    SpacePart& part = spaces_[space];
    if (part.owner == owner) return part.without_id;
    part.owner = owner;
    part.without_id = space_digests_[space];
    const kernel::Mapping* mapping = part.space->mapping_at(address);
    kernel::MemoryObjects none;
    std::int32_t id = 0;
    if (!mapping || mapping->object || address + sizeof id > mapping->end) return part.without_id;
    kernel::Cow<kernel::AddressSpace> copy = part.space;
    const kernel::UserMemory memory{copy.write(), none};
    if (const auto found = memory.read_object<std::int32_t>(address); !found.ok() || *found != owner.value)
        return part.without_id;
    static_cast<void>(memory.write_object(address, id).ok());
    part.without_id = digest_of(copy);
    return part.without_id;
}

kernel::Digest Collapse::identity_of_all_alike(TupleView state) {
    const KernelPart& part = kernel_of(state);
    const Twins& twins = part.twins;
    if (twins.groups.empty()) return identity(state);
    const std::size_t tasks = 2 + part.spaces.size();
    Sum sum;
    sum.add(memory_digests_[state[1]]);
    for (const std::size_t place : twins.rest)
        sum.add((place < tasks ? space_digests_ : task_digests_)[state[place]]);
    // One order of the twins stands for all: that by what they are, and where they are the same, by who has waited longer.
    ExchangeKey key{.kernel = state[0]};
    std::array<std::uint8_t, Twins::kMost> order;
    std::array<kernel::Digest, Twins::kMost> whole;
    std::size_t begin = 0;
    for (const Twins::Group& group : twins.groups) {
        for (std::size_t i = 0; i < group.there.size(); ++i) {
            const Twins::One& one = group.there[i];
            order[begin + i] = static_cast<std::uint8_t>(i);
            whole[i] = one.kept;
            if (!one.space) continue;
            const kernel::Digest space = digest_without_id(state[one.space_place], Tid{one.process.value},
                                                           one.id_address),
                                 task = task_digests_[state[one.place]];
            whole[i].low += space.low * 3 + task.low * 5;
            whole[i].high += space.high * 3 + task.high * 5;
        }
        const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
        std::sort(first, first + static_cast<std::ptrdiff_t>(group.there.size()),
                  [&](std::uint8_t a, std::uint8_t b) {
                      return std::tie(whole[a].low, whole[a].high, group.there[a].wait_order) <
                             std::tie(whole[b].low, whole[b].high, group.there[b].wait_order);
                  });
        for (std::size_t i = 0; i < group.there.size(); ++i, ++begin) {
            sum.add(whole[order[begin]]);
            key.orders = key.orders << 4 | order[begin];
        }
    }
    if (const kernel::Digest* known = exchanged_.find(key)) {
        sum.add(*known);
    } else {
        const Exchange exchange = exchange_of(twins, order);
        sum.add(exchanged_.insert(key, digest_of_kernel(part.kernel, identity_, &exchange)));
    }
    return sum.all();
}

State Collapse::state_of(TupleView tuple) const {
    const KernelPart& part = kernel_of(tuple);
    State state{{.programs = initial_.programs,
                 .kernel = part.kernel,
                 .contexts = part.contexts,
                 .reports_leaks = initial_.reports_leaks,
                 .buffered = initial_.buffered,
                 .refusals = initial_.refusals},
                {}};
    state.machine.kernel.memory = memories_[tuple[1]];
    std::size_t at = 2;
    state.machine.kernel.spaces.share_each([&] { return spaces_[tuple[at++]].space; });
    const std::size_t first_task = at;
    state.machine.contexts.share_each([&] { return tasks_[tuple[at++]]->context; });
    at = first_task;
    for (const auto& entry : state.machine.contexts)
        if (const TaskPart& task = *tasks_[tuple[at++]]; task.standing)
            state.standings.emplace_back(entry.first, *task.standing);
    return state;
}

Collapse::Key Collapse::key_of(TupleView state, Actor actor) {
    const KernelPart& part = kernel_of(state);
    Key key{.kernel = state[0], .bytes = state[1] | kWhole, .actor = actor.value};
    if (!is_of_task(actor)) return key;
    const std::size_t index = own_place(part, actor);
    key.task = state[2 + part.spaces.size() + index];
    key.space = state[part.space_of[index]];
    const TaskPart& task = *tasks_[key.task];
    if (!task.reads_all_memory) key.bytes = number_of_bytes(state[1], task);
    return key;
}

/// True where the actor only goes to sleep.
bool Collapse::step(TupleView from, Actor actor, const Key& key, Tuple& to) {
    // Whoever ends others sends what waits in their buffers to memory.
    if (const MoveResult* known = results_.find(key);
        known && (!known->is_rearranged || !others_have_waiting_stores(from, actor))) {
        if (known->report >= 0) reports_.push_back(&all_reports_[static_cast<std::size_t>(known->report)]);
        steps_.emplace_back(key.task, known->memory);
        instructions_ += known->instructions;
        apply(*known, from, own_place(kernel_of(from), actor), to);
        return known->only_sleeps;
    }
    return carry_out(from, actor, to);
}

void Collapse::apply(const MoveResult& result, TupleView from, std::size_t own, Tuple& to) {
    const Number memory =
        (result.memory & kPatched) == 0 ? result.memory : patched(from[1], result.memory & ~kPatched);
    if (!result.is_rearranged) {
        const KernelPart& part = kernel_of(from);
        to.assign(from.begin(), from.end());
        to[0] = result.kernel;
        to[1] = memory;
        if (result.task == kNone) return;
        to[part.space_of[own]] = result.space;
        to[2 + part.spaces.size() + own] = result.task;
        return;
    }
    to.resize(2 + result.count);
    to[0] = result.kernel;
    to[1] = memory;
    for (std::uint32_t i = 0; i < result.count; ++i) {
        const Number part = parts_[result.begin + i];
        to[2 + i] = (part & kKept) != 0 ? from[part & ~kKept] : part;
    }
}

bool Collapse::carry_out(TupleView from, Actor actor, Tuple& to) {
    make_room();
    State state = state_of(from);
    MoveReport report;
    mover_.footprint() = {};
    const std::uint64_t before = mover_.instructions();
    mover_.step(state, actor, report);
    const std::uint64_t instructions = mover_.instructions() - before;
    instructions_ += instructions;
    const MemoryRanges written = mover_.footprint().writes;
    const Tid told = mover_.told_child();
    look_for_lost_readers(kernel_of(from).kernel, state.machine.kernel);
    take_apart(std::move(state), to);
    if (sharing_.seeks_twins()) note_births(&kernel_of(from), to);
    if (reduces_ && told && !sharing_.tells_children_apart()) look_who_minds(from, actor, to, told);
    mover_.footprint().writes = written;
    keep(from, actor, to, report, instructions);
    return report.only_sleeps;
}

void Collapse::look_for_lost_readers(const kernel::Kernel& before, const kernel::Kernel& after) {
    using kernel::FileKind;
    for (const auto& [id, pipe] : after.pipes)
        if (before.pipes.contains(id) && kernel::pipe_ends(after, id, FileKind::pipe_read).empty() &&
            !kernel::pipe_ends(before, id, FileKind::pipe_read).empty() &&
            !kernel::pipe_ends(after, id, FileKind::pipe_write).empty())
            sharing_.learn_of_lost_readers();
}

/// Makes the move again, with other children that wait() reports: whether that comes to the same.
void Collapse::look_who_minds(TupleView from, Actor actor, TupleView to, Tid told) {
    constexpr std::int32_t kNobody = 10'000;
    std::vector<Tid> others{Tid{told.value + kNobody}};
    for (const auto& alike : sharing_.twins())
        if (std::ranges::find(alike, told) != alike.end())
            std::ranges::remove_copy(alike, std::back_inserter(others), told);
    for (const Tid each : others) {
        State state = state_of(from);
        MoveReport report;
        mover_.report_child(each);
        mover_.step(state, actor, report);
        mover_.report_child({});
        Tuple other;
        take_apart(std::move(state), other);
        if (!std::equal(to.begin(), to.end(), other.begin(), other.end()))
            return sharing_.learn_of_children();
    }
}

/// Processes that are new in this state: what they are.
void Collapse::note_births(const KernelPart* before, TupleView to) {
    if (!sharing_.seeks_twins()) return;
    const KernelPart& after = kernel_of(to);
    for (std::size_t i = 0; i < after.tasks.size(); ++i) {
        const Tid tid = after.tasks[i];
        const kernel::Process* process = after.kernel.processes.find(kernel::Pid{tid.value});
        if (tid.value == kernel::kFirst.value || !process ||
            (before && place_of(before->tasks, tid) != before->tasks.size()))
            continue;
        const std::array<kernel::Digest, 3> what{
            digest_without_id(to[after.space_of[i]], tid, after.kernel.tasks[tid].clear_child_tid),
            task_digests_[to[2 + after.spaces.size() + i]],
            kernel::Digest{static_cast<std::uint64_t>(process->parent.value), 0}};
        sharing_.note_birth(tid, hash(what.data(), sizeof what));
    }
}

/// Remembers what the move did, whatever the other parts of a state are. Unless it has changed those: an execve() by one
/// of several threads does.
void Collapse::keep(TupleView from, Actor actor, TupleView to, const MoveReport& report,
                    std::uint64_t instructions) {
    const KernelPart &before = kernel_of(from), &after = kernel_of(to);
    const std::size_t own = is_of_task(actor) ? own_place(before, actor) : kNone;
    const std::size_t own_space = own == kNone ? 0 : before.space_of[own],
                      own_task = own == kNone ? 0 : 2 + before.spaces.size() + own;
    MoveResult result{.kernel = to[0], .memory = to[1], .space = kNone, .task = kNone};
    result.only_sleeps = report.only_sleeps;
    result.instructions = static_cast<std::uint32_t>(instructions);
    if (own != kNone) {
        Footprint& footprint = mover_.footprint();
        footprint.is_all |= !report.mistakes.empty() || !report.faults.empty();
        if (const Number patch = number_of_patch(from[own_task], footprint, from[1], to[1]); patch != kNone)
            result.memory = patch;
    }
    const Key key = key_of(from, actor);
    steps_.emplace_back(key.task, result.memory);
    if (!report.mistakes.empty() || !report.faults.empty() || !report.cores.empty() ||
        !report.unwaited.empty()) {
        result.report = static_cast<std::int32_t>(all_reports_.size());
        all_reports_.push_back(report);
        reports_.push_back(&all_reports_.back());
    }
    if (mover_.reaches_into_others()) return;
    if (before.spaces == after.spaces && before.tasks == after.tasks && before.space_of == after.space_of) {
        for (std::size_t i = 2; i < to.size(); ++i)
            if (to[i] != from[i] && i != own_space && i != own_task) return;
        if (own != kNone) {
            result.space = to[own_space];
            result.task = to[own_task];
        }
        results_.insert(key, result);
        return;
    }
    if (others_have_waiting_stores(from, actor)) return;
    if (rearrange(
            from, to, [&](std::size_t place) { return place == own_space || place == own_task; }, result))
        results_.insert(key, result);
}

/// Says of each part of a tuple whether it was there before, and where. False where one that nobody has moved has changed.
template <class IsMoved>
bool Collapse::rearrange(TupleView from, TupleView to, IsMoved is_moved, MoveResult& result) {
    const KernelPart &before = kernel_of(from), &after = kernel_of(to);
    result.is_rearranged = true;
    result.begin = static_cast<std::uint32_t>(parts_.size());
    result.count = static_cast<std::uint16_t>(to.size() - 2);
    bool is_own_affair = to.size() - 2 == result.count;
    const auto add = [&](std::size_t now, std::size_t then) {
        if (then == 0 || is_moved(then)) return parts_.push_back(to[now]);
        is_own_affair &= to[now] == from[then];
        parts_.push_back(kKept | static_cast<Number>(then));
    };
    for (std::size_t i = 0; i < after.spaces.size(); ++i) {
        const std::size_t then = place_of(before.spaces, after.spaces[i]);
        add(2 + i, then == before.spaces.size() ? 0 : 2 + then);
    }
    for (std::size_t i = 0; i < after.tasks.size(); ++i) {
        const std::size_t then = place_of(before.tasks, after.tasks[i]);
        add(2 + after.spaces.size() + i, then == before.tasks.size() ? 0 : 2 + before.spaces.size() + then);
    }
    if (!is_own_affair) parts_.resize(result.begin);
    return is_own_affair;
}

void Collapse::go_on_alone(Tuple& state, Actor actor) {
    int steps = 0;
    for (bool is_moving = !sharing_.has_endless_moves(); is_moving;) {
        is_moving = false;
        const KernelPart* part = &kernel_of(state);
        for (std::size_t i = 0; i < part->tasks.size(); ++i) {
            const Tid tid = part->tasks[i];
            while (i < part->tasks.size() && part->tasks[i] == tid && part->is_ready[i] != 0 &&
                   may_go_on_alone_[state[2 + part->spaces.size() + i]] != 0 && goes_on_alone(state, i)) {
                if (++steps > kMostStepsAlone) return sharing_.learn_of_endless_moves();
                between_ = state;
                step(between_, tid, key_of(between_, tid), state);
                part = &kernel_of(state);
                is_moving = true;
                if (tid != explore::task_of(actor)) others_moved_.push_back(tid);
            }
        }
    }
}

bool Collapse::goes_on_alone(TupleView state, std::size_t index) {
    const Tid tid = kernel_of(state).tasks[index];
    const Standing& standing = *task_of(state, index).standing;
    if (Mover::depends_on_memory(standing)) {
        has_looked_at_memory_ = true;
        return mover_.goes_on_alone(state_of(state).machine.kernel, tid, standing);
    }
    const Key key{
        .kernel = state[0], .task = state[2 + kernel_of(state).spaces.size() + index], .actor = tid.value};
    if (const bool* known = go_on_alone_.find(key)) return *known;
    return go_on_alone_.insert(key, mover_.goes_on_alone(kernel_of(state).kernel, tid, standing));
}

void Collapse::take_apart(State&& state, Tuple& to) {
    Machine& machine = state.machine;
    to.assign(2, 0);
    for (const auto& [id, space] : machine.kernel.spaces) to.push_back(number_of_space(space));
    for (const auto& [tid, context] : machine.contexts)
        to.push_back(number_of_task(machine, tid, context, state.standing(tid)));
    to[1] = number_of_memory(machine.kernel.memory);
    std::uint64_t mapped = 0;
    for (std::size_t i = 0; i < machine.kernel.spaces.size(); ++i) mapped += spaces_[to[2 + i]].mapped;
    to[0] = number_of_kernel(machine, mapped, to);
}

/// `mapped` by all: an object that nobody maps any more is gone, so that what a move does depends on it, too.
Number Collapse::number_of_kernel(const Machine& machine, std::uint64_t mapped, TupleView state) {
    const kernel::Kernel& kernel = machine.kernel;
    DigestKey digest{digest_of_kernel(kernel, identity_)};
    digest.low += mix(mapped);
    if (const Number* known = kernel_numbers_.find(digest)) return *known;
    KernelPart& part = *kernels_.emplace_back(std::make_unique<KernelPart>());
    for (const auto& [id, space] : kernel.spaces) part.spaces.push_back(id);
    for (const auto& [tid, task] : kernel.tasks) {
        part.tasks.push_back(tid);
        const std::size_t space = place_of(part.spaces, kernel.processes[task->process].space);
        part.space_of.push_back(space == part.spaces.size() ? 0 : static_cast<std::uint32_t>(2 + space));
        const bool is_ready =
            task->state == kernel::TaskState::ready || task->state == kernel::TaskState::running;
        part.is_ready.push_back(is_ready ? 1 : 0);
        if (is_ready || kernel::may_wake_spuriously(kernel, *task)) part.actors.push_back(tid);
    }
    if (kernel::next_deadline(kernel) != kernel::kNever) part.actors.push_back(Actor{});
    if (kernel::undecided_packet(kernel)) {
        part.actors.clear();
        for (const kernel::PacketFate fate : kernel::possible_fates(kernel.limits))
            part.actors.push_back(engine::chooser_of(fate));
    }
    part.rest = engine::rest(machine);
    part.kernel = machine.kernel;
    part.kernel.memory = {};
    part.contexts = machine.contexts;
    // What is equal to another one is not kept besides.
    std::size_t at = 2;
    part.kernel.spaces.share_each([&] { return spaces_[state[at++]].space; });
    part.contexts.share_each([&] { return tasks_[state[at++]]->context; });
    part.twins = twins_of(kernel, sharing_.twins(), part.spaces, part.tasks);
    const auto number = static_cast<Number>(kernels_.size() - 1);
    kernel_numbers_.insert(digest, number);
    kernel_digests_.push_back(digest);
    return number;
}

Number Collapse::number_of_memory(const kernel::MemoryObjects& memory) {
    const DigestKey digest{digest_of(memory)};
    if (const Number* known = memory_numbers_.find(digest)) return *known;
    memories_.push_back(memory);
    memory_digests_.push_back(digest);
    return memory_numbers_.insert(digest, static_cast<Number>(memories_.size() - 1));
}

Number Collapse::number_of_space(const kernel::Cow<kernel::AddressSpace>& space) {
    const DigestKey digest{digest_of(space)};
    if (const Number* known = space_numbers_.find(digest)) return *known;
    space_digests_.push_back(digest);
    spaces_.push_back({space, hash_of_mapped(*space), {}, {}});
    return space_numbers_.insert(digest, static_cast<Number>(spaces_.size() - 1));
}

Number Collapse::number_of_task(const Machine& machine, Tid tid, const kernel::Cow<vm::Context>& context,
                                const Standing* standing) {
    const kernel::ProgramId program = machine.kernel.processes[machine.kernel.tasks[tid].process].program;
    DigestKey digest{digest_of(context, program, liveness_, identity_)};
    // What it stands before is told by where it is, but for whether it has come there by itself, who else can read there, and
    // who else looks at what it notes there.
    if (standing) {
        digest.high += 1 + static_cast<std::uint64_t>(standing->before) + (standing->reads_alone ? 16u : 0u) +
                       (standing->may_come_now ? 32u : 0u);
        for (const std::uint64_t lock : standing->held.places) digest.low ^= mix(lock);
        for (std::size_t i = 0; i < standing->count; ++i)
            digest.high += mix(standing->accesses[i].place.object);
    }
    digest.high += static_cast<std::uint64_t>(program.value) << 8;
    if (const Number* known = task_numbers_.find(digest)) return *known;
    TaskPart& part = *tasks_.emplace_back(std::make_unique<TaskPart>());
    task_digests_.push_back(digest);
    part.context = context;
    part.reads_all_memory = !reduces_ || initial_.buffered;
    part.reads_number = number_of_ranges({});
    part.has_waiting_stores = !context->stores.empty();
    part.waits_for_stores = Mover::waits_for_stores(machine, tid);
    if (standing) {
        part.standing = *standing;
        part.may_be_refused = standing->before == Standing::Before::request &&
                              !machine.kernel.tasks[tid].call &&
                              !kernel::has_deliverable_signal(machine.kernel, tid);
        if (may_race(machine, tid, *standing)) part.racing_code = code_at(machine, tid);
    }
    may_go_on_alone_.push_back(standing && Mover::may_go_on_alone(*standing) && context->stores.empty() ? 1
                                                                                                        : 0);
    return task_numbers_.insert(digest, static_cast<Number>(tasks_.size() - 1));
}

}  // namespace ipclab::explore
