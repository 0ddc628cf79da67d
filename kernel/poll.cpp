// Waiting for several descriptors: poll(2), ppoll(2), select(2), pselect(2), after Linux's fs/select.c. What is ready
// is asked of ready_events() alone. Where a blocked call looks again, it reads what it was asked for again from the
// program's memory, which Linux has copied: only another thread could have changed it.
#include "kernel/poll.h"

#include <algorithm>
#include <array>
#include <bit>

#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/signals.h"
#include "kernel/syscalls.h"
#include "kernel/timed_wait.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

std::uint32_t ready_events(const Kernel& kernel, const File& file) {
    const auto ready = operations(file).ready;
    // poll(2): regular files are always ready.
    return ready ? ready(kernel, file) : kPollIn | kPollOut | kPollRdNorm | kPollWrNorm;
}

bool is_readable(const Kernel& kernel, const File& file) {
    return (ready_events(kernel, file) & kSelectReadable) != 0;
}

bool is_writable(const Kernel& kernel, const File& file) {
    return (ready_events(kernel, file) & kSelectWritable) != 0;
}

void add_waits(const Kernel& kernel, const File& file, std::uint32_t events, std::vector<WaitPoint>& waits) {
    const FileOperations& can = operations(file);
    if (can.add_waits) return can.add_waits(kernel, file, events, waits);
    const ObjectRef object = can.object(file);
    const bool wants_in = file.readable() && (events & (kPollIn | kPollRdNorm)) != 0,
               wants_out = file.writable() && (events & (kPollOut | kPollWrNorm)) != 0;
    if (wants_in) add_wait(waits, object, WaitFor::readable);
    if (wants_out) add_wait(waits, object, WaitFor::writable);
    // Hang-ups and errors are reported unasked.
    if (!wants_in && !wants_out) add_wait(waits, object, WaitFor::peer);
}

namespace {

const File* open_file(const Call& call, std::int32_t fd) {
    const auto file = call.process_read().fds->get(fd);
    return file ? &call.kernel.files[*file] : nullptr;
}

/// fs/select.c, __pollwait(): a call waits for what its descriptors named at its begin (Task::kept_files), also where it
/// finds something else behind them when it looks again.
void add_waits_of(const Call& call, std::int32_t fd, std::uint32_t events, std::vector<WaitPoint>& waits) {
    if (const auto file = description_of(call, fd))
        add_waits(call.kernel, call.kernel.files[*file], events, waits);
}

}  // namespace

// ---- Time-outs and masks

void start_timer(Call& call, Time duration) {
    if (!call.pending.has_slept) call.pending.deadline_ns = saturating_add(call.kernel.now_ns, duration);
}

Result<void> start_timer_at(Call& call, std::uint64_t address, Time units_per_second) {
    if (call.pending.has_slept || !address) return {};
    auto limit = call.memory().read_object<TimePair>(address);
    if (!limit) return limit.error();
    if (units_per_second != kSecond && limit->seconds >= 0 && limit->fraction >= 0) {
        // fs/select.c, kern_select(): more than a million microseconds are carried over.
        limit->seconds = saturating_add(limit->seconds, limit->fraction / units_per_second);
        limit->fraction %= units_per_second;
    }
    const auto duration = to_ns(*limit, units_per_second);
    if (!duration) return duration.error();
    start_timer(call, *duration);
    return {};
}

namespace {

/// select(2): Linux leaves the time that was not slept in the timeout, where the call returns.
void store_time_left(Call& call, const Outcome& outcome, std::uint64_t address, Time units_per_second) {
    const bool sleeps_on = outcome.kind == Outcome::Kind::blocked && !call.is_interrupted();
    if (!address || sleeps_on) return;
    const Time left = std::max<Time>(call.pending.deadline_ns - call.kernel.now_ns, 0);
    // fs/select.c: a timeout that cannot be written is no error.
    static_cast<void>(call.memory().write_object(
        address, units_per_second == kSecond ? to_timespec(left) : to_timeval(left)));
}

}  // namespace

Result<void> set_temporary_mask(Call& call, std::uint64_t address, std::uint64_t bytes) {
    if (!address || call.me->saved_mask) return {};  // it is in place already
    if (bytes != sizeof(SignalMask)) return Errno::einval;
    auto mask = call.memory().read_object<SignalMask>(address);
    if (!mask) return mask.error();
    call.me->saved_mask = call.me->blocked_signals;
    set_mask(call.kernel, call.task, *mask, call.trace);
    return {};
}

namespace {

Outcome sleep(Call& call, const Look& look) {
    std::vector<WaitPoint> waits = look.waits;
    if (waits.empty())
        waits.push_back({.object = ref(call.task), .what = WaitFor::signal, .is_exclusive = false});
    if (call.pending.deadline_ns != kNever)
        waits.push_back({.object = {ObjectKind::clock, 0}, .what = WaitFor::time, .is_exclusive = false});
    call.object = waits.front().object;
    return call.block(waits);
}

/// fs/select.c, do_poll() and do_select(): where nothing is ready, a signal comes before the end of the time, even of none.
bool is_interrupted(const Call& call, const Look& look) {
    return look.ready && *look.ready == 0 && call.is_interrupted();
}

}  // namespace

Outcome conclude(Call& call, const Look& look) {
    if (look.ready && *look.ready == 0 && !call.has_timed_out()) return sleep(call, look);
    if (call.me->saved_mask) {
        set_mask(call.kernel, call.task, *call.me->saved_mask, call.trace);
        call.me->saved_mask.reset();
    }
    return Outcome::from(look.ready);
}

// ---- poll

namespace {

struct AbiPollfd {
    std::int32_t fd = 0;
    std::uint16_t events = 0, revents = 0;
};
static_assert(sizeof(AbiPollfd) == 8);

Look look_at_array(Call& call, std::uint64_t address, std::uint64_t count) {
    Look look;
    const UserMemory memory = call.memory();
    std::int64_t ready = 0;
    for (std::uint64_t i = 0; i < count && look.ready.ok(); ++i) {
        const std::uint64_t at = address + i * sizeof(AbiPollfd);
        auto entry = memory.read_object<AbiPollfd>(at);
        if (!entry) {
            look.ready = entry.error();
            break;
        }
        entry->revents = 0;
        // poll(2): a negative descriptor is ignored.
        if (entry->fd >= 0) {
            const std::uint32_t asked = entry->events | kPollErr | kPollHup;
            const File* file = open_file(call, entry->fd);
            const std::uint32_t found =
                file ? ready_events(call.kernel, *file) & asked : std::uint32_t{kPollNval};
            entry->revents = static_cast<std::uint16_t>(found);
            if (found)
                ++ready;
            else
                add_waits_of(call, entry->fd, asked, look.waits);
        }
        if (auto written = memory.write_object(at + offsetof(AbiPollfd, revents), entry->revents); !written)
            look.ready = written.error();
    }
    if (look.ready) look.ready = ready;
    return look;
}

Outcome poll_array(Call& call) {
    const std::uint64_t count = static_cast<std::uint32_t>(call.arg(1));
    // poll(2): EINVAL where there are more than RLIMIT_NOFILE.
    if (count > static_cast<std::uint64_t>(open_files_limit(call.process_read())))
        return conclude(call, {.ready = Errno::einval, .waits = {}});
    const Look look = look_at_array(call, call.arg(0), count);
    return is_interrupted(call, look) ? sleep(call, look) : conclude(call, look);
}

}  // namespace

Outcome sys_poll(Call& call) {
    const auto timeout_ms = static_cast<std::int32_t>(call.arg(2));
    if (timeout_ms >= 0) start_timer(call, timeout_ms * kMillisecond);
    return poll_array(call);
}

Outcome sys_ppoll(Call& call) {
    if (auto set = start_timer_at(call, call.arg(2), kSecond); !set) return Outcome::fail(set.error());
    if (auto set = set_temporary_mask(call, call.arg(3), call.arg(4)); !set)
        return Outcome::fail(set.error());
    Outcome outcome = poll_array(call);
    store_time_left(call, outcome, call.arg(2), kSecond);
    return outcome;
}

// ---- select

namespace {

constexpr std::uint64_t kWordBits = 64;

/// fs/file.c: how many descriptors the process's table has room for; it grows by powers of two from 64 on.
std::uint64_t table_room(const Call& call) {
    const std::uint64_t used = call.process_read().fds->entries().size();
    return used <= kWordBits ? kWordBits : std::max<std::uint64_t>(std::bit_ceil(used), 128);
}

struct DescriptorSets {
    static constexpr std::size_t kSets = 3;
    std::uint64_t words = 0;
    std::array<std::vector<std::uint64_t>, kSets> asked, found;

    bool has(std::size_t set, std::uint64_t fd) const {
        return !asked[set].empty() && (asked[set][fd / kWordBits] >> fd % kWordBits & 1) != 0;
    }
};

Result<DescriptorSets> read_sets(const Call& call, std::uint64_t count) {
    DescriptorSets sets;
    sets.words = (count + kWordBits - 1) / kWordBits;
    for (std::size_t i = 0; i < DescriptorSets::kSets; ++i) {
        const std::uint64_t address = call.arg(static_cast<int>(i) + 1);
        if (!address) continue;
        sets.asked[i].resize(sets.words);
        sets.found[i].resize(sets.words);
        const std::span bytes(reinterpret_cast<std::uint8_t*>(sets.asked[i].data()), sets.words * 8);
        if (auto read = call.memory().read(address, bytes); !read) return read.error();
    }
    return sets;
}

Look look_at_sets(Call& call, std::uint64_t count, DescriptorSets& sets) {
    constexpr std::array<std::uint32_t, DescriptorSets::kSets> kMeaning{kSelectReadable, kSelectWritable,
                                                                        kSelectExceptional};
    const bool is_first = begins(call);
    Look look;
    std::int64_t ready = 0;
    for (std::uint64_t fd = 0; fd < count; ++fd) {
        std::uint32_t asked = 0;
        for (std::size_t i = 0; i < DescriptorSets::kSets; ++i)
            if (sets.has(i, fd)) asked |= kMeaning[i];
        if (!asked) continue;
        const File* file = open_file(call, static_cast<std::int32_t>(fd));
        // select(2): EBADF for a descriptor that is not open.
        if (!file && is_first) {
            look.ready = Errno::ebadf;
            return look;
        }
        // fs/select.c, select_poll_one(): closed while the call slept, it is ready for everything, but wakes nobody.
        const std::uint32_t events = file ? ready_events(call.kernel, *file) : asked;
        bool is_ready = false;
        for (std::size_t i = 0; i < DescriptorSets::kSets; ++i) {
            if (!sets.has(i, fd) || (events & kMeaning[i]) == 0) continue;
            sets.found[i][fd / kWordBits] |= std::uint64_t{1} << fd % kWordBits;
            is_ready = true;
            ++ready;
        }
        if (!is_ready) add_waits_of(call, static_cast<Fd>(fd), asked, look.waits);
    }
    look.ready = ready;
    return look;
}

/// select(2): the sets that are left behind hold what is ready, in place of what was asked.
Result<void> write_sets(const Call& call, const DescriptorSets& sets) {
    for (std::size_t i = 0; i < DescriptorSets::kSets; ++i) {
        const std::uint64_t address = call.arg(static_cast<int>(i) + 1);
        if (!address) continue;
        const std::span bytes(reinterpret_cast<const std::uint8_t*>(sets.found[i].data()), sets.words * 8);
        if (auto written = call.memory().write(address, bytes); !written) return written.error();
    }
    return {};
}

Outcome select_sets(Call& call) {
    const auto wanted = static_cast<std::int32_t>(call.arg(0));
    if (wanted < 0) return conclude(call, {.ready = Errno::einval, .waits = {}});
    // fs/select.c: beyond the end of the process's table nothing is looked at.
    const std::uint64_t count = std::min<std::uint64_t>(static_cast<std::uint64_t>(wanted), table_room(call));
    auto sets = read_sets(call, count);
    if (!sets) return conclude(call, {.ready = sets.error(), .waits = {}});
    Look look = look_at_sets(call, count, *sets);
    if (is_interrupted(call, look)) return sleep(call, look);
    const bool is_final = look.ready && (*look.ready > 0 || call.has_timed_out());
    if (is_final)
        if (auto written = write_sets(call, *sets); !written) look.ready = written.error();
    return conclude(call, look);
}

}  // namespace

Outcome sys_select(Call& call) {
    constexpr Time kMicroseconds = kSecond / kMicrosecond;
    if (auto set = start_timer_at(call, call.arg(4), kMicroseconds); !set) return Outcome::fail(set.error());
    Outcome outcome = select_sets(call);
    store_time_left(call, outcome, call.arg(4), kMicroseconds);
    return outcome;
}

Outcome sys_pselect6(Call& call) {
    // pselect6: the sixth argument points to the mask's address and size.
    std::array<std::uint64_t, 2> mask{};
    if (call.arg(5) && !call.me->saved_mask) {
        auto read = call.memory().read_object<std::array<std::uint64_t, 2>>(call.arg(5));
        if (!read) return Outcome::fail(read.error());
        mask = *read;
    }
    if (auto set = start_timer_at(call, call.arg(4), kSecond); !set) return Outcome::fail(set.error());
    if (auto set = set_temporary_mask(call, mask[0], mask[1]); !set) return Outcome::fail(set.error());
    Outcome outcome = select_sets(call);
    store_time_left(call, outcome, call.arg(4), kSecond);
    return outcome;
}

// ---- Who looks at what

namespace {

bool is_in_array(const Kernel& kernel, const AddressSpace& space, const PendingCall& call, Fd fd) {
    const std::uint64_t count = static_cast<std::uint32_t>(call.args[1]);
    for (std::uint64_t i = 0; i < count; ++i) {
        std::array<std::uint8_t, sizeof(Fd)> bytes{};
        if (!space.peek(call.args[0] + i * sizeof(AbiPollfd), bytes, kernel.memory)) return false;
        if (std::bit_cast<Fd>(bytes) == fd) return true;
    }
    return false;
}

bool is_in_sets(const Kernel& kernel, const AddressSpace& space, const PendingCall& call, Fd fd) {
    if (fd >= static_cast<std::int32_t>(call.args[0])) return false;
    for (std::size_t set = 1; set <= DescriptorSets::kSets; ++set) {
        std::array<std::uint8_t, 1> byte{};
        const auto number = static_cast<std::uint64_t>(fd);
        if (call.args[set] && space.peek(call.args[set] + number / 8, byte, kernel.memory) &&
            (byte[0] >> number % 8 & 1) != 0)
            return true;
    }
    return false;
}

}  // namespace

bool waits_in_poll(const Kernel& kernel, const Task& task, Fd fd) {
    const AddressSpace& space = kernel.spaces[kernel.processes[task.process].space];
    switch (static_cast<Sys>(task.call->number)) {
        case Sys::poll:
        case Sys::ppoll:
            return is_in_array(kernel, space, *task.call, fd);
        case Sys::select:
        case Sys::pselect6:
            return is_in_sets(kernel, space, *task.call, fd);
        default:
            return false;
    }
}

}  // namespace ipclab::kernel
