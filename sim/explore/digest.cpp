#include "sim/explore/digest.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#define XXH_INLINE_ALL  // short inputs are the common ones
#include <xxhash.h>

#include "sim/explore/reflect.h"

namespace ipclab::explore {

using kernel::Digest;
using kernel::kNever;

Digest hash(const void* bytes, std::size_t count) {
    const XXH128_hash_t value = XXH3_128bits(bytes, count);
    return {value.low64, value.high64};
}

namespace {

template <class T, template <class...> class Template>
inline constexpr bool kIs = false;
template <template <class...> class Template, class... Of>
inline constexpr bool kIs<Template<Of...>, Template> = true;
template <class T>
inline constexpr bool kIsArray = false;
template <class T, std::size_t N>
inline constexpr bool kIsArray<std::array<T, N>> = true;

/// What explains, or what is kept for speed: their own == calls them equal, too.
template <class T>
inline constexpr bool kIsIgnored =
    std::is_same_v<T, kernel::Origin> || std::is_same_v<T, kernel::LastReader> ||
    std::is_same_v<T, kernel::SpareSlot> || std::is_same_v<T, kernel::TimerBound> ||
    std::is_same_v<T, kernel::Watching> ||
    // The scheduler's: every task that is ready may go on.
    std::is_same_v<T, kernel::Scheduler> || std::is_same_v<T, kernel::TurnState> ||
    // Constant in a run.
    std::is_same_v<T, kernel::Limits> || std::is_same_v<T, kernel::Costs>;

/// Names a process, or what goes with it.
template <class T>
inline constexpr bool kIsExchanged =
    std::is_same_v<T, kernel::Pid> || std::is_same_v<T, kernel::Tid> || std::is_same_v<T, kernel::SpaceId>;

/// Bytes to be hashed.
class Bytes {
  public:
    /// `exchange`: where not null, of what is there after it.
    explicit Bytes(const Exchange* exchange = nullptr) : exchange_(exchange) {}

    template <class T>
    void put(const T& value) {
        if constexpr (kIsIgnored<T>) {
        } else if constexpr (kIsExchanged<T>) {
            put(exchange_ ? (*exchange_)(value).value : value.value);
        } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
            raw(&value, sizeof value);
        } else if constexpr (kIs<T, kernel::Id>) {
            put(value.value);
        } else if constexpr (std::is_same_v<T, std::string>) {
            put(value.size());
            raw(value.data(), value.size());
        } else if constexpr (kIs<T, std::vector>) {
            put(value.size());
            for (const auto& each : value) put(each);
        } else if constexpr (kIsArray<T>) {
            for (const auto& each : value) put(each);
        } else if constexpr (kIs<T, std::pair>) {
            put(value.first);
            put(value.second);
        } else if constexpr (kIs<T, std::optional>) {
            put(value.has_value());
            if (value) put(*value);
        } else if constexpr (kIs<T, kernel::Cow>) {
            const auto of = [this](const auto& inner) {
                Bytes own(exchange_);
                own.put(inner);
                return own.digest();
            };
            put(exchange_ ? of(*value) : value.digest(of));  // kept is what it is without
        } else if constexpr (kIs<T, kernel::Table>) {
            put(value.size());
            for_each_in_order(value, [&](const auto& id, const auto& component) {
                put(id);
                put(component);
            });
        } else if constexpr (kIs<T, kernel::SharedTable>) {
            put(value.whole());
        } else {
            put_object(value);
        }
    }
    /// The entries of a table, in the order of the ids that are put.
    template <class Id, class T, class Use>
    void for_each_in_order(const kernel::Table<Id, T>& table, Use use) const {
        if constexpr (kIsExchanged<Id>)
            if (exchange_) {
                std::vector<const typename kernel::Table<Id, T>::Entry*> entries;
                for (const auto& entry : table) entries.push_back(&entry);
                std::ranges::sort(entries, {},
                                  [this](const auto* entry) { return (*exchange_)(entry->first); });
                for (const auto* entry : entries) use(entry->first, entry->second);
                return;
            }
        for (const auto& [id, component] : table) use(id, component);
    }
    void raw(const void* from, std::size_t count) {
        if (size_ + count > kInline || !more_.empty()) return raw_beyond(from, count);
        std::memcpy(&bytes_[size_], from, count);
        size_ += count;
    }
    Digest digest() const {
        return more_.empty() ? hash(bytes_.data(), size_) : hash(more_.data(), more_.size());
    }

  private:
    void raw_beyond(const void* from, std::size_t count) {
        if (more_.empty()) more_.assign(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
        const auto* begin = static_cast<const std::uint8_t*>(from);
        more_.insert(more_.end(), begin, begin + count);
    }

    void put_object(const Digest& value) { raw(&value, sizeof value); }
    void put_object(const kernel::ObjectRef& object) {
        const kernel::ObjectRef now = exchange_ ? (*exchange_)(object) : object;
        put(now.kind);
        put(now.id);
    }
    void put_object(const kernel::AddressSpace& space) { put(space.digest(hash)); }
    void put_object(const kernel::MemoryObject& object) { put(object.digest(hash)); }
    void put_object(const kernel::FdTable& table) { put(table.entries()); }
    void put_object(const kernel::ResourceLimits& limits) {
        for (std::size_t i = 0; i < kernel::kResources; ++i) put(limits.of(static_cast<kernel::Resource>(i)));
    }
    void put_object(const kernel::Task& task) {
        put_without(task, {&task.wait_order, &task.state, &task.last_cpu, &task.ready_since_ns,
                           &task.ready_order, &task.slice_used_ns, &task.cpu_time_ns});
        put(task.state == kernel::TaskState::running ? kernel::TaskState::ready : task.state);
    }
    // Times are counted from now: see put_times().
    void put_object(const kernel::PendingCall& call) {
        put_without(call, {&call.entered_ns, &call.deadline_ns});
    }
    void put_object(const kernel::Process& process) {
        put_without(process, {&process.alarm_at_ns, &process.children_cpu_ns, &process.ended_threads_cpu_ns});
    }
    void put_object(const kernel::PosixTimer& timer) { put_without(timer, {&timer.due_ns}); }
    void put_object(const kernel::DescriptorTimer& timer) { put_without(timer, {&timer.due_ns}); }
    void put_object(const kernel::Socket& socket) { put_without(socket, {&socket.expires_ns}); }
    /// What is in a pipe is in its slots.
    void put_object(const kernel::Pipe& pipe) { put_without(pipe, {&pipe.bytes_written, &pipe.bytes_read}); }
    void put_object(const kernel::Network& network) {
        put(network.hosts);
        put(network.packets.size());
        for (const auto& [id, packet] : network.packets) put(packet);
        put(network.connections);
        put(network.memberships);
    }
    void put_object(const kernel::NetworkPacket& packet) {
        put_without(packet, {&packet.departs_ns, &packet.arrives_ns});
    }
    void put_object(const kernel::TcpConnection& connection) {
        put_without(connection, {&connection.timer_at_ns, &connection.timed_ns, &connection.retransmitted});
    }
    void put_object(const kernel::Interest& interest) { put_without(interest, {&interest.order}); }
    template <class T>
    void put_object(const T& value) {
        for_each_member(value, [&](const auto& member) { put(member); });
    }

    /// All members of a struct but these.
    template <class T>
    void put_without(const T& value, std::initializer_list<const void*> skipped) {
        for_each_member(value, [&](const auto& member) {
            if (std::find(skipped.begin(), skipped.end(), static_cast<const void*>(&member)) == skipped.end())
                put(member);
        });
    }

  public:
    void put_kernel(const kernel::Kernel& kernel) {
        put_without(kernel, {&kernel.spaces, &kernel.memory, &kernel.here, &kernel.now_ns, &kernel.cpu,
                             &kernel.wait_counter});
    }

  private:
    static constexpr std::size_t kInline = 2048;
    const Exchange* const exchange_;
    std::array<std::uint8_t, kInline> bytes_;
    std::size_t size_ = 0;
    std::vector<std::uint8_t> more_;
};

/// Who of two waiters is served first, wherever they wait for the same.
void put_order_of_waiters(Bytes& bytes, const kernel::Kernel& kernel) {
    struct Waiter {
        std::uint64_t order = 0;
        std::int64_t who = 0;
        const kernel::Task* task = nullptr;  // null: an entry of an epoll
    };
    constexpr std::size_t kFew = 2;
    std::vector<Waiter> waiters;
    std::size_t blocked = 0;
    for (const auto& [tid, task] : kernel.tasks) blocked += task->state == kernel::TaskState::blocked ? 1 : 0;
    const bool has_epolls = !kernel.event_fds->epolls.empty();
    if (blocked < kFew && !has_epolls) return;
    bytes.for_each_in_order(kernel.tasks, [&](kernel::Tid tid, const auto& task) {
        if (task->state == kernel::TaskState::blocked)
            waiters.push_back({task->wait_order, tid.value, &*task});
    });
    for (const auto& [id, epoll] : kernel.event_fds->epolls)
        for (const auto& interest : epoll->interests)
            waiters.push_back(
                {interest->order, -(std::int64_t{id.value} << 32 | interest->key.fd) - 1, nullptr});
    if (has_epolls) {
        std::sort(waiters.begin(), waiters.end(),
                  [](const Waiter& a, const Waiter& b) { return a.order < b.order; });
        for (const Waiter& each : waiters) bytes.put(each.who);
        return;
    }
    const auto share = [](const kernel::Task& a, const kernel::Task& b) {
        for (const kernel::WaitPoint& x : a.waits)
            for (const kernel::WaitPoint& y : b.waits)
                if (x.object == y.object && x.what == y.what) return true;
        return a.call && b.call && a.call->deadline_ns != kNever &&
               a.call->deadline_ns == b.call->deadline_ns;
    };
    for (std::size_t i = 0; i < waiters.size(); ++i)
        for (std::size_t j = i + 1; j < waiters.size(); ++j)
            if (share(*waiters[i].task, *waiters[j].task)) bytes.put(waiters[i].order < waiters[j].order);
}

/// When packets arrive, lines are free and TCP's timers are due, from now on.
void put_times(Bytes& bytes, const kernel::Network& network, kernel::Time now) {
    for (const auto& [id, packet] : network.packets) bytes.put(packet->arrives_ns - now);
    for (const kernel::Line& line : network.lines)
        if (line.free_ns > now) {
            bytes.put(line.host);
            bytes.put(line.free_ns - now);
        }
    for (const auto& [id, connection] : network.connections) {
        if (connection->timer_at_ns != kNever) {
            bytes.put(id);
            bytes.put(connection->timer_at_ns - now);
        }
        if (connection->timed_end != 0) bytes.put(connection->timed_ns - now);
    }
}

/// Deadlines and timers, from now on.
void put_times(Bytes& bytes, const kernel::Kernel& kernel) {
    const auto put = [&](std::int32_t id, kernel::Time at) {
        if (at == kNever) return;
        bytes.put(id);
        bytes.put(at - kernel.now_ns);
    };
    for (const auto& [id, socket] : kernel.sockets) put(id.value, socket->expires_ns);
    put_times(bytes, *kernel.network, kernel.now_ns);
    if (kernel.timers.at_ns == kNever) return;
    for (const auto& [tid, task] : kernel.tasks)
        if (task->call) put(tid.value, task->call->deadline_ns);
    for (const auto& [pid, process] : kernel.processes) {
        put(pid.value, process->alarm_at_ns);
        for (const kernel::PosixTimer& timer : process->timers->timers) put(timer.id, timer.due_ns);
    }
    for (const auto& [id, timer] : kernel.event_fds->timers) put(id.value, timer->due_ns);
}

Digest context_digest(const vm::Context& context, kernel::ProgramId program, Liveness& liveness,
                      bool all_registers) {
    Bytes bytes;
    for (std::size_t depth = 0; depth < context.frames.size(); ++depth) {
        const vm::Frame& frame = context.frames[depth];
        bytes.put(frame);
        // What lies above belongs to the function that was called.
        const std::size_t end = depth + 1 < context.frames.size() ? context.frames[depth + 1].register_base
                                                                  : context.registers.size();
        const std::uint64_t* live =
            depth + 1 < context.frames.size()
                ? liveness.at_call(program, frame.function, frame.pc, context.frames[depth + 1].function)
                : liveness.at(program, frame.function, frame.pc);
        for (std::size_t i = 0, count = end - frame.register_base; i < count; ++i)
            if (all_registers || (live[i / 64] >> i % 64 & 1) != 0)
                bytes.put(context.registers[frame.register_base + i]);
    }
    for (const vm::WaitingStore& each : context.stores) {
        bytes.put(each.place.object);
        bytes.put(each.place.begin);
        bytes.put(each.bytes);
    }
    bytes.put(context.thread_pointer);
    bytes.put(context.stack_begin);
    bytes.put(context.stack_end);
    bytes.put(context.alternate_begin);
    bytes.put(context.alternate_end);
    bytes.put(context.next_fails);
    return bytes.digest();
}

}  // namespace

kernel::Pid Exchange::operator()(kernel::Pid id) const {
    for (const One& each : all)
        if (each.from == id) return each.to;
    return id;
}

kernel::SpaceId Exchange::operator()(kernel::SpaceId id) const {
    for (const One& each : all)
        if (each.space == id && id) return kernel::SpaceId{-each.to.value};
    return id;
}

kernel::ObjectRef Exchange::operator()(kernel::ObjectRef object) const {
    if (object.kind == kernel::ObjectKind::process || object.kind == kernel::ObjectKind::task)
        return {object.kind, (*this)(kernel::Pid{object.id}).value};
    if (object.kind == kernel::ObjectKind::space) return ref((*this)(kernel::SpaceId{object.id}));
    return object;
}

Digest digest_of_process(const kernel::Process& process, const kernel::Task* task,
                         const Exchange& without_names) {
    Bytes bytes(&without_names);
    bytes.put(process);
    if (task) bytes.put(*task);
    return bytes.digest();
}

Digest digest_of_kernel(const kernel::Kernel& kernel, const Identity& identity, const Exchange* exchange) {
    Bytes bytes(exchange);
    bytes.put_kernel(kernel);
    put_order_of_waiters(bytes, kernel);
    put_times(bytes, kernel);
    if (identity.with_time) bytes.put(kernel.now_ns);
    return bytes.digest();
}

Digest digest_of(const kernel::MemoryObjects& memory) {
    Bytes bytes;
    bytes.put(memory);
    return bytes.digest();
}

Digest digest_of(const kernel::Cow<kernel::AddressSpace>& space) {
    Bytes bytes;
    bytes.put(space);
    return bytes.digest();
}

Digest digest_of(const kernel::Cow<vm::Context>& context, kernel::ProgramId program, Liveness& liveness,
                 const Identity& identity) {
    return context.digest([&](const vm::Context& value) {
        return context_digest(value, program, liveness, identity.with_dead_registers);
    });
}

}  // namespace ipclab::explore
