#include "sim/engine/locks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "kernel/processes.h"

namespace ipclab::engine {

namespace {

using kernel::Pid;
using kernel::Tid;
using TypeKind = vm::TypeInfo::Kind;

constexpr std::uint64_t kMostElements = 64;  // of an array that are looked at
constexpr int kMostPointers = 2;             // that are followed one after the other
constexpr int kDeepest = 6;                  // structures within structures

/// Each of the library's types is a union with this member, a structure whose own members tell the kinds apart
/// (sim/libc/include/bits/pthreadtypes.h, semaphore.h).
constexpr std::string_view kData = "__data";
struct Shape {
    Lock::Kind kind{};
    std::string_view mark;    ///< a member that only this kind has
    std::string_view value;   ///< the member for Lock::value
    std::string_view holder;  ///< for Lock::holder; empty: nobody holds it
    std::string_view wanted;  ///< for Lock::wanted
};
constexpr Shape kShapes[] = {
    {Lock::Kind::mutex, "__nusers", "__lock", "__owner", ""},
    {Lock::Kind::condition, "__sequence", "", "", ""},
    {Lock::Kind::readers_writer, "__writers", "__state", "__owner", ""},
    {Lock::Kind::barrier, "__arrived", "__arrived", "", "__count"},
    {Lock::Kind::semaphore, "__reserved", "__value", "", ""},
};

/// Where a byte really is: two addresses of one byte of shared memory are equal.
struct Location {
    bool is_shared = false;
    std::int64_t memory = 0;  ///< of the memory object; of the address space where it is private
    std::uint64_t offset = 0;
    auto operator<=>(const Location&) const = default;
};

class Search {
  public:
    explicit Search(const Machine& machine) : machine_(machine), kernel_(machine.kernel) {}

    std::vector<Lock> run() {
        if (!machine_.programs) return {};  // a kernel alone
        note_waiters();
        for (const auto& [pid, process] : kernel_.processes)
            if (!process->is_zombie && process->space && process->program) look_into(pid, *process);
        return std::move(found_);
    }

  private:
    struct Waiter {
        Tid tid{};
        Location word;
    };

    void note_waiters() {
        for (const auto& [tid, task] : kernel_.tasks) {
            if (task->state != kernel::TaskState::blocked || !task->call || task->waits.empty() ||
                task->waits.front().what != kernel::WaitFor::futex)
                continue;
            const kernel::Process& process = kernel_.processes[task->process];
            waiters_.push_back({tid, location(process, task->call->args[0])});
        }
    }

    Location location(const kernel::Process& process, std::uint64_t address) const {
        const kernel::Mapping* mapping = kernel_.spaces[process.space].mapping_at(address);
        if (mapping && mapping->is_shared && mapping->object)
            return {true, mapping->object.value, mapping->object_offset + (address - mapping->begin)};
        return {false, process.space.value, address};
    }

    void look_into(Pid pid, const kernel::Process& process) {
        pid_ = pid;
        process_ = &process;
        space_ = &kernel_.spaces[process.space];
        program_ = &machine_.program(process.program);
        has_locks_.assign(program_->types.size(), Known::not_asked);
        // What has a name of its own is not called by a pointer's.
        for (most_pointers_ = 0; most_pointers_ <= kMostPointers; most_pointers_ += kMostPointers) {
            for (const vm::Variable& global : program_->globals)
                look_at(global.name, global.type, global.location, 0, 0);
            for (Tid tid : kernel::threads_of(kernel_, pid)) look_into_frames(tid);
        }
    }

    void look_into_frames(Tid tid) {
        const vm::Context* context = machine_.contexts.find(tid);
        for (std::size_t depth = 0; context && depth < context->frames.size(); ++depth) {
            if (program_->functions[context->frames[depth].function].is_library) continue;
            for (const vm::VariablePlace& place : vm::variable_places(*program_, *context, depth)) {
                if (!place.is_in_register)
                    look_at(place.variable->name, place.variable->type, place.address, 0, 0);
                else if (place.value != vm::kUnset)
                    follow(place.variable->name, type(place.variable->type), place.value, 0, 0);
            }
        }
    }

    const vm::TypeInfo& type(std::uint32_t index) const {
        static const vm::TypeInfo nothing{};
        return index < program_->types.size() ? program_->types[index] : nothing;
    }

    static const vm::TypeInfo::Member* member(const vm::TypeInfo& of, std::string_view wanted) {
        const auto found = std::ranges::find(of.members, wanted, &vm::TypeInfo::Member::name);
        return found == of.members.end() ? nullptr : &*found;
    }

    const Shape* shape_of(const vm::TypeInfo& of) const {
        if (of.kind != TypeKind::union_) return nullptr;
        const vm::TypeInfo::Member* data = member(of, kData);
        if (!data) return nullptr;
        for (const Shape& shape : kShapes)
            if (member(type(data->type), shape.mark)) return &shape;
        return nullptr;
    }

    /// Whether an object of this type has or leads to a lock; asked once for each type.
    enum class Known : std::uint8_t { not_asked, no, yes };
    bool has_locks(std::uint32_t index) {
        if (index >= has_locks_.size()) return false;
        if (has_locks_[index] != Known::not_asked) return has_locks_[index] == Known::yes;
        has_locks_[index] = Known::no;  // while it is being asked: a list's node points to its like
        const vm::TypeInfo& of = program_->types[index];
        bool has = shape_of(of) != nullptr;
        if (of.kind == TypeKind::array || of.kind == TypeKind::pointer) has = has_locks(of.element);
        if (of.kind == TypeKind::structure)
            for (const vm::TypeInfo::Member& part : of.members) has = has_locks(part.type) || has;
        has_locks_[index] = has ? Known::yes : Known::no;
        return has;
    }

    void look_at(const std::string& path, std::uint32_t index, std::uint64_t address, int pointers,
                 int depth) {
        if (found_.size() >= kMostLocks || depth > kDeepest || !has_locks(index)) return;
        const vm::TypeInfo& of = type(index);
        if (const Shape* shape = shape_of(of)) return add(path, *shape, of, address);
        switch (of.kind) {
            case TypeKind::array:
                for (std::uint64_t i = 0; i < std::min(of.count, kMostElements); ++i)
                    look_at(fmt::format("{}[{}]", path, i), of.element, address + i * type(of.element).size,
                            pointers, depth + 1);
                return;
            case TypeKind::structure:
                for (const vm::TypeInfo::Member& part : of.members)
                    look_at(path + '.' + part.name, part.type, address + part.offset, pointers, depth + 1);
                return;
            case TypeKind::pointer:
                if (const auto value = word<std::uint64_t>(address))
                    follow(path, of, *value, pointers, depth);
                return;
            default:
                return;
        }
    }

    /// What a pointer of this type and value points to.
    void follow(const std::string& path, const vm::TypeInfo& pointer, std::uint64_t value, int pointers,
                int depth) {
        if (pointer.kind != TypeKind::pointer || pointers == most_pointers_ || value == 0) return;
        const vm::TypeInfo& target = type(pointer.element);
        if (target.kind != TypeKind::structure || shape_of(target))
            return look_at('*' + path, pointer.element, value, pointers + 1, depth + 1);
        for (const vm::TypeInfo::Member& part : target.members)
            look_at(path + "->" + part.name, part.type, value + part.offset, pointers + 1, depth + 1);
    }

    template <class T>
    std::optional<T> word(std::uint64_t address) const {
        T value{};
        if (space_->shade_at(address) == kernel::Shade::unset ||
            !space_->peek(address, {reinterpret_cast<std::uint8_t*>(&value), sizeof value}, kernel_.memory))
            return std::nullopt;
        return value;
    }

    void add(const std::string& path, const Shape& shape, const vm::TypeInfo& of, std::uint64_t address) {
        if (!word<std::uint32_t>(address)) return;  // not yet initialised, or the memory is gone
        const Location place = location(*process_, address);
        if (!known_.insert(place).second) return;
        const vm::TypeInfo::Member& data = *member(of, kData);
        const auto part = [&](std::string_view wanted) -> std::uint32_t {
            const vm::TypeInfo::Member* found = wanted.empty() ? nullptr : member(type(data.type), wanted);
            return found ? word<std::uint32_t>(address + data.offset + found->offset).value_or(0) : 0;
        };
        Lock lock;
        lock.kind = shape.kind;
        lock.name = path;
        lock.process = pid_;
        lock.is_shared = place.is_shared;
        lock.value = part(shape.value);
        lock.wanted = part(shape.wanted);
        if (lock.value != 0) lock.holder = Tid{static_cast<std::int32_t>(part(shape.holder))};
        constexpr std::uint32_t kWritten = ~0u;  // a readers-writer lock's state
        if (lock.kind == Lock::Kind::readers_writer && lock.value != kWritten) lock.holder = {};
        if (lock.kind == Lock::Kind::readers_writer && lock.value == kWritten) lock.value = 0;
        for (const Waiter& waiter : waiters_)
            if (waiter.word.is_shared == place.is_shared && waiter.word.memory == place.memory &&
                waiter.word.offset - place.offset < of.size)
                lock.waiters.push_back(waiter.tid);
        found_.push_back(std::move(lock));
    }

    const Machine& machine_;
    const kernel::Kernel& kernel_;
    std::vector<Waiter> waiters_;
    std::set<Location> known_;
    std::vector<Lock> found_;

    // of the process that is being looked into
    Pid pid_{};
    const kernel::Process* process_ = nullptr;
    const kernel::AddressSpace* space_ = nullptr;
    const vm::Program* program_ = nullptr;
    int most_pointers_ = 0;
    std::vector<Known> has_locks_;
};

}  // namespace

std::string_view name(Lock::Kind kind) {
    switch (kind) {
        case Lock::Kind::mutex:
            return "mutex";
        case Lock::Kind::condition:
            return "condition variable";
        case Lock::Kind::readers_writer:
            return "readers-writer lock";
        case Lock::Kind::barrier:
            return "barrier";
        case Lock::Kind::semaphore:
            return "semaphore";
    }
    return "?";
}

std::vector<Lock> locks(const Machine& machine) {
    return Search(machine).run();
}

}  // namespace ipclab::engine
