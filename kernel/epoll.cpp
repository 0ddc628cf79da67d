// epoll(7), after Linux's fs/eventpoll.c.
//
// Whether something is ready is asked of ready_events() alone. What an epoll keeps besides its interests is the ready
// list: those on which something has happened. wake() passes every happening; there an interest that listens to the
// object goes to the end of the list, where it is not on it. epoll_wait() takes the list from its front and asks each one
// whether it is ready:
//
//   not ready            off the list, until something happens on it again
//   level-triggered      reported, and back to the end of the list: the next call asks again
//   EPOLLET              reported, and off the list: only something new brings it back
//   EPOLLONESHOT         reported, and disarmed until EPOLL_CTL_MOD
//
// So there is one predicate, edges are what wake() says, and everybody gets a turn where there is room for few.
#include "kernel/epoll.h"

#include <algorithm>
#include <span>

#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/poll.h"
#include "kernel/timed_wait.h"

namespace ipclab::kernel {

namespace {

/// epoll_ctl(2): flags in `events` that are no events.
constexpr std::uint32_t kEdge = 1u << 31, kOneShot = 1u << 30, kWakeUp = 1u << 29, kExclusive = 1u << 28,
                        kFlags = kEdge | kOneShot | kWakeUp | kExclusive;
constexpr std::uint32_t kIn = kPollIn | kPollRdNorm, kOut = kPollOut | kPollWrNorm,
                        kUnasked = kPollErr | kPollHup;
constexpr std::uint32_t kAll = kIn | kOut | kPollPri | kPollRdBand | kPollWrBand | kPollRdHup;
constexpr int kNestsMax = 4;  // fs/eventpoll.c, EP_MAX_NESTS

/// struct epoll_event is packed: 12 bytes.
struct [[gnu::packed]] AbiEpollEvent {
    std::uint32_t events = 0;
    std::uint64_t data = 0;
};
static_assert(sizeof(AbiEpollEvent) == 12);

EpollId id_of(const File& file) {
    return EpollId{file.number};
}

Epoll& to_write(Kernel& kernel, EpollId id) {
    return kernel.event_fds.write().epolls.write(id);
}

template <class EpollType>
auto place_of(EpollType& epoll, InterestKey key) {
    return std::ranges::lower_bound(epoll.interests, key, {},
                                    [](const Cow<Interest>& each) { return each->key; });
}

const Interest* find(const Epoll& epoll, InterestKey key) {
    const auto at = place_of(epoll, key);
    return at != epoll.interests.end() && (*at)->key == key ? &**at : nullptr;
}

/// Of what an interest asks for, what there is.
std::uint32_t ready_of(const Kernel& kernel, const Interest& interest) {
    return ready_events(kernel, kernel.files[interest.key.file]) & interest.events & ~kFlags;
}

bool has_waiter(const Kernel& kernel, EpollId id) {
    const auto sleepers = waiters(kernel, ref(id), WaitFor::readable);
    return std::ranges::any_of(sleepers,
                               [&](Tid task) { return kernel.tasks[task].waits.front().is_exclusive; });
}

/// Puts an interest on the ready list and wakes who waits for that.
void mark(Kernel& kernel, EpollId id, InterestKey key, Tid by, Trace* trace) {
    const auto& before = kernel.event_fds->epolls[id].ready;
    if (std::ranges::find(before, key) == before.end()) to_write(kernel, id).ready.push_back(key);
    wake(kernel, ref(id), WaitFor::readable, Wake::one, by, trace);
}

/// The events that a wake-up tells of; 0: any (Linux wakes for a hang-up without saying so).
constexpr std::uint32_t events_of(WaitFor what) {
    return what == WaitFor::readable ? kIn : what == WaitFor::writable ? kOut : 0;
}

bool listens(const Interest& interest, ObjectRef object, WaitFor what) {
    return std::ranges::any_of(interest.points, [&](const WaitPoint& point) {
        return point.object == object && point.what == what;
    });
}

}  // namespace

std::string describe_interest(const Kernel& kernel, const Epoll& epoll, const Interest& interest) {
    struct Word {
        std::uint32_t bit;
        std::string_view text;
    };
    constexpr Word kWords[] = {{kPollIn, "in"},           {kPollOut, "out"},
                               {kPollPri, "urgent"},      {kPollRdHup, "half-close"},
                               {kEdge, "edge-triggered"}, {kOneShot, "one-shot"},
                               {kExclusive, "exclusive"}};
    std::string text;
    for (const Word& word : kWords)
        if (interest.events & word.bit) text += (text.empty() ? "" : ", ") + std::string(word.text);
    if ((interest.events & ~kFlags) == 0) return text + ": disarmed";
    if (text.empty()) text = "hang-up";
    const bool is_listed = std::ranges::find(epoll.ready, interest.key) != epoll.ready.end();
    const bool is_ready = ready_of(kernel, interest) != 0;
    if (is_ready) return text + (is_listed ? ": ready" : ": ready, but reported already");
    return text + (is_listed ? ": something has happened, but it is not ready" : ": not ready");
}

// ---- What the kernel tells

namespace {

struct Listener {
    EpollId epoll{};
    InterestKey key{};
    std::uint64_t order = 0;
    bool is_exclusive = false;
};

/// The interests that are not disarmed and of which this is true, in the order in which they are told.
template <class Hears>
std::vector<Listener> listeners_of(const Kernel& kernel, Hears hears) {
    std::vector<Listener> listeners;
    for (const auto& [id, epoll] : kernel.event_fds->epolls)
        for (const Cow<Interest>& each : epoll->interests)
            if ((each->events & ~kFlags) != 0 && hears(*each))
                listeners.push_back({id, each->key, each->order, (each->events & kExclusive) != 0});
    // kernel/sched/wait.c: those that are not exclusive stand first in a wait queue, the newest of them foremost; the
    // exclusive ones in the order in which they came.
    std::ranges::sort(listeners, [](const Listener& a, const Listener& b) {
        if (a.is_exclusive != b.is_exclusive) return b.is_exclusive;
        return a.is_exclusive ? a.order < b.order : a.order > b.order;
    });
    return listeners;
}

}  // namespace

void tell_epolls_of_change(Kernel& kernel, ObjectRef object, Tid by, Trace* trace) {
    const auto hears = [&](const Interest& interest) {
        return std::ranges::any_of(interest.points,
                                   [&](const WaitPoint& point) { return point.object == object; });
    };
    for (const Listener& each : listeners_of(kernel, hears)) mark(kernel, each.epoll, each.key, by, trace);
}

bool tell_epolls(Kernel& kernel, ObjectRef object, WaitFor what, Wake how, std::uint64_t oldest_sleeper,
                 Tid by, Trace* trace) {
    const std::uint32_t told = events_of(what);
    const auto hears = [&](const Interest& interest) {
        return listens(interest, object, what) && (told == 0 || (told & interest.events) != 0);
    };
    for (const Listener& each : listeners_of(kernel, hears)) {
        if (each.is_exclusive && how == Wake::one && each.order > oldest_sleeper) break;
        const bool wakes_somebody = has_waiter(kernel, each.epoll);
        mark(kernel, each.epoll, each.key, by, trace);
        // epoll_ctl(2), EPOLLEXCLUSIVE: one that somebody waits for is enough.
        if (each.is_exclusive && how == Wake::one && wakes_somebody) return true;
    }
    return false;
}

bool is_listened_to(const Kernel& kernel, ObjectRef object, WaitFor what) {
    for (const auto& [id, epoll] : kernel.event_fds->epolls)
        for (const Cow<Interest>& each : epoll->interests)
            if (listens(*each, object, what)) return true;
    return false;
}

void forget_description(Kernel& kernel, FileId file) {
    std::vector<EpollId> concerned;
    for (const auto& [id, epoll] : kernel.event_fds->epolls)
        if (std::ranges::any_of(epoll->interests, [&](const auto& each) { return each->key.file == file; }))
            concerned.push_back(id);
    for (const EpollId id : concerned) {
        Epoll& epoll = to_write(kernel, id);
        std::erase_if(epoll.interests, [&](const auto& each) { return each->key.file == file; });
        std::erase_if(epoll.ready, [&](const InterestKey& key) { return key.file == file; });
    }
}

// ---- The description

namespace {

std::uint32_t ready_epoll(const Kernel& kernel, const File& file) {
    const Epoll& epoll = kernel.event_fds->epolls[id_of(file)];
    const bool any = std::ranges::any_of(
        epoll.ready, [&](const InterestKey& key) { return ready_of(kernel, *find(epoll, key)) != 0; });
    return any ? kIn : 0;
}

void epoll_closed(Kernel& kernel, const File& file, Tid by, Trace* trace) {
    kernel.event_fds.write().epolls.erase(id_of(file));
    wake(kernel, ref(id_of(file)), WaitFor::readable, Wake::all, by, trace);
}

Outcome open_epoll(Call& call, std::uint32_t flags) {
    EventDescriptors& all = call.kernel.event_fds.write();
    const EpollId id{++all.last_epoll};
    all.epolls.insert(id, {});
    return open_anonymous(call, {.kind = FileKind::epoll, .flags = kORdWr, .number = id.value}, flags);
}

}  // namespace

const FileOperations kEpollOperations{.object = [](const File& file) { return ref(id_of(file)); },
                                      .ready = ready_epoll,
                                      .status = anonymous_status,
                                      .closed = epoll_closed,
                                      .seek = Seek::idle};

Outcome sys_epoll_create(Call& call) {
    // epoll_create(2): the size is no longer used, but must be greater than 0.
    if (static_cast<std::int32_t>(call.arg(0)) <= 0) return Outcome::fail(Errno::einval);
    return open_epoll(call, 0);
}

Outcome sys_epoll_create1(Call& call) {
    const auto flags = static_cast<std::uint32_t>(call.arg(0));
    if (flags & ~kOCloExec) return Outcome::fail(Errno::einval);
    return open_epoll(call, flags);
}

// ---- epoll_ctl

namespace {

/// How many epolls watch each other in a row below this one.
int depth_below(const Kernel& kernel, EpollId id, int most = kNestsMax + 1) {
    int depth = 0;
    if (most == 0) return 0;
    for (const Cow<Interest>& each : kernel.event_fds->epolls[id].interests) {
        const File& file = kernel.files[each->key.file];
        if (file.kind == FileKind::epoll)
            depth = std::max(depth, 1 + depth_below(kernel, id_of(file), most - 1));
    }
    return depth;
}

bool watches(const Kernel& kernel, const Epoll& epoll, EpollId watched) {
    return std::ranges::any_of(epoll.interests, [&](const Cow<Interest>& each) {
        const File& file = kernel.files[each->key.file];
        return file.kind == FileKind::epoll && id_of(file) == watched;
    });
}

int depth_above(const Kernel& kernel, EpollId id, int most = kNestsMax + 1) {
    int depth = 0;
    if (most == 0) return 0;
    for (const auto& [outer, epoll] : kernel.event_fds->epolls)
        if (watches(kernel, *epoll, id)) depth = std::max(depth, 1 + depth_above(kernel, outer, most - 1));
    return depth;
}

bool reaches(const Kernel& kernel, EpollId from, EpollId to) {
    if (from == to) return true;
    const auto& interests = kernel.event_fds->epolls[from].interests;
    return std::ranges::any_of(interests, [&](const Cow<Interest>& each) {
        const File& file = kernel.files[each->key.file];
        return file.kind == FileKind::epoll && reaches(kernel, id_of(file), to);
    });
}

/// epoll_ctl(2): EPERM for what cannot be waited for: regular files, directories.
bool can_be_waited_for(const Kernel& kernel, const File& file) {
    if (file.kind == FileKind::stream && kernel.streams[file.stream()].kind == StreamKind::file) return false;
    return operations(file).ready != nullptr;
}

struct Change {
    EpollId epoll{};
    InterestKey key{};
    AbiEpollEvent event{};
};

/// What is ready by now is told at once.
void tell_if_ready(Call& call, const Change& change) {
    if (ready_of(call.kernel, *find(call.kernel.event_fds->epolls[change.epoll], change.key)) == 0) return;
    mark(call.kernel, change.epoll, change.key, call.task, call.trace);
}

Result<void> add(Call& call, const Change& change) {
    Kernel& kernel = call.kernel;
    const File& file = kernel.files[change.key.file];
    if (file.kind == FileKind::epoll) {
        // epoll_ctl(2): ELOOP for epolls in a circle, or more than five in a row.
        if (reaches(kernel, id_of(file), change.epoll) ||
            depth_above(kernel, change.epoll) + 1 + depth_below(kernel, id_of(file)) > kNestsMax)
            return Errno::eloop;
    }
    if (find(kernel.event_fds->epolls[change.epoll], change.key)) return Errno::eexist;
    std::size_t watched = 0;
    for (const auto& [id, epoll] : kernel.event_fds->epolls) watched += epoll->interests.size();
    if (watched >= kernel.limits.epoll_watches) return Errno::enospc;
    Interest interest{.key = change.key,
                      .events = change.event.events | kUnasked,
                      .data = change.event.data,
                      .order = ++kernel.wait_counter,
                      .points = {}};
    add_waits(kernel, file, kAll, interest.points);
    add_waits(kernel, file, 0, interest.points);
    Epoll& epoll = to_write(kernel, change.epoll);
    epoll.interests.insert(place_of(epoll, change.key), Cow<Interest>(std::move(interest)));
    tell_if_ready(call, change);
    return {};
}

Result<void> remove(Call& call, const Change& change) {
    if (!find(call.kernel.event_fds->epolls[change.epoll], change.key)) return Errno::enoent;
    Epoll& epoll = to_write(call.kernel, change.epoll);
    epoll.interests.erase(place_of(epoll, change.key));
    std::erase(epoll.ready, change.key);
    return {};
}

Result<void> modify(Call& call, const Change& change) {
    const Interest* before = find(call.kernel.event_fds->epolls[change.epoll], change.key);
    if (!before) return Errno::enoent;
    if (before->events & kExclusive) return Errno::einval;
    Interest& interest = place_of(to_write(call.kernel, change.epoll), change.key)->write();
    interest.events = change.event.events | kUnasked;
    interest.data = change.event.data;
    tell_if_ready(call, change);
    return {};
}

}  // namespace

Outcome sys_epoll_ctl(Call& call) {
    constexpr std::int32_t kAdd = 1, kDelete = 2, kModify = 3;
    const auto operation = static_cast<std::int32_t>(call.arg(1));
    Change change;
    if (operation != kDelete) {
        auto event = call.memory().read_object<AbiEpollEvent>(call.arg(3));
        if (!event) return Outcome::fail(event.error());
        change.event = *event;
    }
    const auto epoll_file = file_of(call, call.arg(0));
    if (!epoll_file) return Outcome::fail(epoll_file.error());
    const auto target = call.process_read().fds->get(static_cast<Fd>(call.arg(2)));
    if (!target) return Outcome::fail(target.error());
    const File& file = call.kernel.files[*target];
    if (!can_be_waited_for(call.kernel, file)) return Outcome::fail(Errno::eperm);
    const File& own = call.kernel.files[*epoll_file];
    if (*epoll_file == *target || own.kind != FileKind::epoll) return Outcome::fail(Errno::einval);
    if (operation != kDelete && (change.event.events & kExclusive)) {
        // epoll_ctl(2): EPOLLEXCLUSIVE goes with EPOLL_CTL_ADD only, not with EPOLLONESHOT, and not with an epoll.
        constexpr std::uint32_t kAllowed = kPollIn | kPollOut | kUnasked | kWakeUp | kEdge | kExclusive;
        if (operation == kModify) return Outcome::fail(Errno::einval);
        if (operation == kAdd && (file.kind == FileKind::epoll || (change.event.events & ~kAllowed)))
            return Outcome::fail(Errno::einval);
    }
    change.epoll = id_of(own);
    change.key = {*target, static_cast<Fd>(call.arg(2))};
    switch (operation) {
        case kAdd:
            return Outcome::from(add(call, change));
        case kDelete:
            return Outcome::from(remove(call, change));
        case kModify:
            return Outcome::from(modify(call, change));
        default:
            return Outcome::fail(Errno::einval);
    }
}

// ---- epoll_wait

namespace {

/// fs/eventpoll.c, ep_done_scan(): with something left on the list another one of those in epoll_wait() has a look.
void pass_on(Call& call, EpollId id) {
    if (call.kernel.event_fds->epolls[id].ready.empty()) return;
    for (const Tid task : waiters(call.kernel, ref(id), WaitFor::readable)) {
        if (!call.kernel.tasks[task].waits.front().is_exclusive) continue;
        return wake_task(call.kernel, task, ref(id), call.task, call.trace);
    }
}

/// Looks at the ready list once: how many events it has given.
Result<std::int64_t> give_events(Call& call, EpollId id, std::uint64_t address, std::int64_t most) {
    Kernel& kernel = call.kernel;
    if (kernel.event_fds->epolls[id].ready.empty()) return 0;
    const std::vector<InterestKey> listed = std::move(to_write(kernel, id).ready);
    to_write(kernel, id).ready.clear();
    const UserMemory memory = call.memory();
    Result<std::int64_t> given = std::int64_t{0};
    std::vector<InterestKey> again;
    std::size_t at = 0;
    for (; at < listed.size() && *given < most; ++at) {
        const Interest& interest = *find(kernel.event_fds->epolls[id], listed[at]);
        const std::uint32_t events = ready_of(kernel, interest);
        if (events == 0) continue;
        const AbiEpollEvent event{events, interest.data};
        if (!memory.write_object(address + static_cast<std::uint64_t>(*given) * sizeof event, event)) {
            if (*given == 0) given = Errno::efault;
            break;
        }
        ++*given;
        if (interest.events & kOneShot)
            place_of(to_write(kernel, id), listed[at])->write().events &= kFlags;
        else if (!(interest.events & kEdge))
            again.push_back(listed[at]);
    }
    // Those that nobody has looked at stay in front.
    std::vector<InterestKey> left(listed.begin() + static_cast<std::ptrdiff_t>(at), listed.end());
    left.insert(left.end(), again.begin(), again.end());
    to_write(kernel, id).ready = std::move(left);
    pass_on(call, id);
    return given;
}

Look look_at_list(Call& call) {
    constexpr std::int32_t kEventsMax = INT32_MAX / static_cast<std::int32_t>(sizeof(AbiEpollEvent));
    const auto file = file_of(call, call.arg(0));
    if (!file) return {.ready = file.error()};
    const auto most = static_cast<std::int32_t>(call.arg(2));
    if (most <= 0 || most > kEventsMax) return {.ready = Errno::einval};
    if (!is_user_range(call.arg(1), static_cast<std::uint64_t>(most) * sizeof(AbiEpollEvent)))
        return {.ready = Errno::efault};
    const File& own = call.kernel.files[*file];
    if (own.kind != FileKind::epoll) return {.ready = Errno::einval};
    const EpollId id = id_of(own);
    // epoll_wait(2): of several that wait for one epoll a single one is woken.
    return {.ready = give_events(call, id, call.arg(1), most),
            .waits = {{.object = ref(id), .what = WaitFor::readable, .is_exclusive = true}}};
}

}  // namespace

Outcome sys_epoll_wait(Call& call) {
    const auto timeout_ms = static_cast<std::int32_t>(call.arg(3));
    if (timeout_ms >= 0) start_timer(call, timeout_ms * kMillisecond);
    return conclude(call, look_at_list(call));
}

Outcome sys_epoll_pwait(Call& call) {
    if (auto set = set_temporary_mask(call, call.arg(4), call.arg(5)); !set)
        return Outcome::fail(set.error());
    return sys_epoll_wait(call);
}

Outcome sys_epoll_pwait2(Call& call) {
    if (auto set = start_timer_at(call, call.arg(3), kSecond); !set) return Outcome::fail(set.error());
    if (auto set = set_temporary_mask(call, call.arg(4), call.arg(5)); !set)
        return Outcome::fail(set.error());
    return conclude(call, look_at_list(call));
}

}  // namespace ipclab::kernel
