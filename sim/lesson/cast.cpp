#include "sim/lesson/cast.h"

#include <algorithm>
#include <iterator>

#include "kernel/processes.h"
#include "kernel/syscalls.h"
#include "sim/engine/machine.h"

namespace ipclab::lesson {
namespace {

std::string last_part(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
}

/// Whether a call that succeeded gives the program an object, perhaps one that it has already.
bool is_maker(std::uint16_t number) {
    constexpr kernel::Sys kMakers[] = {
        kernel::Sys::pipe,         kernel::Sys::pipe2,        kernel::Sys::open,
        kernel::Sys::openat,       kernel::Sys::creat,        kernel::Sys::mq_open,
        kernel::Sys::msgget,       kernel::Sys::semget,       kernel::Sys::shmget,
        kernel::Sys::eventfd,      kernel::Sys::eventfd2,     kernel::Sys::timerfd_create,
        kernel::Sys::epoll_create, kernel::Sys::epoll_create1};
    return std::any_of(std::begin(kMakers), std::end(kMakers),
                       [&](kernel::Sys maker) { return number == static_cast<std::uint16_t>(maker); });
}

/// What the kernel's sentences call an object, and what a lesson does.
struct FamiliarWord {
    kernel::ObjectKind kind;
    std::string_view kernel_word, lesson_word;
};
constexpr FamiliarWord kFamiliarWords[] = {
    {kernel::ObjectKind::pipe, "pipe ", "pipe "},
    {kernel::ObjectKind::message_queue, "message queue ", "queue "},
    {kernel::ObjectKind::semaphore_set, "semaphore set ", "semaphores "},
    {kernel::ObjectKind::segment, "shared memory segment ", "segment "},
    {kernel::ObjectKind::eventfd, "eventfd ", "eventfd "},
    {kernel::ObjectKind::timerfd, "timerfd ", "timerfd "},
    {kernel::ObjectKind::epoll, "epoll ", "epoll "},
    {kernel::ObjectKind::terminal, "terminal ", "terminal "},
};

std::string with_own_numbers(const std::string& text, const FamiliarWord& word,
                             const std::vector<kernel::ObjectRef>& known) {
    std::string result;
    std::size_t at = 0;
    for (std::size_t found; (found = text.find(word.kernel_word, at)) != std::string::npos;) {
        const std::size_t begin = found + word.kernel_word.size(),
                          end = std::min(text.find_first_not_of("0123456789", begin), text.size());
        const std::string number = text.substr(begin, end - begin);
        const auto object = std::find_if(known.begin(), known.end(), [&](kernel::ObjectRef each) {
            return std::to_string(each.id) == number;
        });
        result += text.substr(at, found - at);
        result += word.lesson_word;
        result += object == known.end() ? number : std::to_string(object - known.begin() + 1);
        at = end;
    }
    return result + text.substr(at);
}

}  // namespace

Cast::Cast(std::string program, kernel::Pid first) : first_program_(std::move(program)), first_(first) {
    reset();
}

Cast Cast::of(const engine::Machine& machine, std::string program) {
    const kernel::Kernel& kernel = machine.kernel;
    Cast cast(std::move(program), kernel::kFirst);
    cast.members_.front().wait_status = kernel.first_wait_status;
    // Numbers of processes and of threads rise by one: where one is missing, somebody has been.
    for (std::int32_t id = kernel::kFirst.value + 1; id <= kernel.last_pid; ++id)
        if (!kernel.processes.contains(kernel::Pid{id}) && !kernel.tasks.contains(kernel::Tid{id}))
            return cast;
    for (const auto& [pid, process] : kernel.processes) {
        if (pid.value <= kernel::kFirst.value) continue;
        cast.members_.push_back({pid, process->parent, process->name, {}});
        if (process->is_zombie) cast.members_.back().wait_status = process->wait_status;
    }
    return cast;
}

void Cast::reset() {
    followed_ = 0;
    members_.clear();
    objects_.clear();
    calls_.clear();
    inside_.clear();
    if (first_) members_.push_back({first_, {}, first_program_, {}});
}

void Cast::follow(const kernel::Trace& trace, std::size_t count) {
    if (count < followed_) reset();
    while (followed_ < count && followed_ < trace.events.size()) add(trace, trace.events[followed_]);
}

void Cast::add(const kernel::Trace& trace, const kernel::Event& event) {
    followed_++;
    if (members_.empty() && event.process) members_.push_back({event.process, {}, first_program_, {}});
    const auto self = std::find_if(members_.begin(), members_.end(),
                                   [&](const Member& member) { return member.pid == event.process; });
    switch (event.kind) {
        case kernel::EventKind::forked:
            if (event.result == 1) break;  // a thread
            members_.push_back(
                {kernel::Pid(event.other), event.process, self != members_.end() ? self->program : "", {}});
            break;
        case kernel::EventKind::executed:
            if (self != members_.end()) self->program = last_part(trace.item(event, 0).text());
            break;
        case kernel::EventKind::exited:
            inside_.erase(event.task);
            if (self != members_.end()) self->wait_status = static_cast<std::int32_t>(event.result);
            break;
        case kernel::EventKind::syscall:
        case kernel::EventKind::blocked:
            count_call(event);
            break;
        default:
            break;
    }
}

void Cast::count_call(const kernel::Event& event) {
    Calls& calls = calls_[{event.process, event.number}];
    const bool was_inside = inside_.count(event.task) != 0;
    if (!was_inside) calls.made++;
    if (event.kind == kernel::EventKind::blocked) {
        inside_[event.task] = event.number;
        // open() of a FIFO makes its pipe before it waits for the other end.
        if (event.object.kind != kernel::ObjectKind::pipe) return;
    } else {
        inside_.erase(event.task);
        calls.last_result = event.result;
        calls.last_order = followed_;
    }
    if (event.result < 0 || !is_maker(event.number) || event.object.kind == kernel::ObjectKind::none) return;
    kernel::ObjectRef object = event.object;
    // A pseudo-terminal is made by opening its master.
    if (object.kind == kernel::ObjectKind::pty_master) object.kind = kernel::ObjectKind::terminal;
    auto& known = objects_[object.kind];
    if (std::find(known.begin(), known.end(), object) == known.end()) known.push_back(object);
}

const Cast::Member* Cast::find(kernel::Pid pid) const {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [&](const Member& member) { return member.pid == pid; });
    return found == members_.end() ? nullptr : &*found;
}

const Cast::Member* Cast::find(const ProcessName& name) const {
    if (members_.empty() || name.kind == ProcessName::Kind::anybody) return nullptr;
    const kernel::Pid first = members_[0].pid;
    int left = name.index;
    for (const Member& member : members_) {
        bool fits = false;
        switch (name.kind) {
            case ProcessName::Kind::first:
                fits = member.pid == first;
                break;
            case ProcessName::Kind::child:
                fits = member.parent == first;
                break;
            case ProcessName::Kind::grandchild: {
                const Member* parent = find(member.parent);
                fits = parent != nullptr && parent->parent == first;
                break;
            }
            case ProcessName::Kind::program:
                fits = member.program == name.program;
                break;
            case ProcessName::Kind::anybody:
                break;
        }
        if (fits && --left == 0) return &member;
    }
    return nullptr;
}

bool Cast::matches(const ProcessName& name, kernel::Pid pid) const {
    if (name.kind == ProcessName::Kind::anybody) return true;
    const Member* member = find(name);
    return member != nullptr && member->pid == pid;
}

kernel::ObjectRef Cast::find(const ObjectName& name) const {
    // The kernel counts sockets as people do: both ends of a pair, and what connect() makes for accept() to hand out.
    if (name.kind == kernel::ObjectKind::socket) return {name.kind, name.index};
    const auto known = objects_.find(name.kind);
    const auto place = static_cast<std::size_t>(name.index) - 1;
    return known != objects_.end() && place < known->second.size() ? known->second[place]
                                                                   : kernel::ObjectRef{};
}

std::string Cast::title(kernel::Pid pid) const {
    const Member* member = find(pid);
    if (member == nullptr) return "process " + std::to_string(pid.value);
    const kernel::Pid first = members_[0].pid;
    if (pid == first) return "parent";
    int children = 0, index = 0;
    for (const Member& other : members_) {
        if (other.parent != first) continue;
        children++;
        if (other.pid == pid) index = children;
    }
    if (member->parent == first) return children == 1 ? "child" : "child " + std::to_string(index);
    return "process " + std::to_string(pid.value);
}

std::string Cast::familiar(const std::string& text) const {
    std::string result = text;
    for (const FamiliarWord& word : kFamiliarWords) {
        const auto known = objects_.find(word.kind);
        if (known != objects_.end()) result = with_own_numbers(result, word, known->second);
    }
    return result;
}

bool Cast::is_inside_call(kernel::Tid task) const {
    return inside_.count(task) != 0;
}

int Cast::calls_made(kernel::Pid process, const std::vector<std::uint16_t>& numbers) const {
    int made = 0;
    for (const std::uint16_t number : numbers) {
        const auto found = calls_.find({process, number});
        if (found != calls_.end()) made += found->second.made;
    }
    return made;
}

std::optional<std::int64_t> Cast::last_result(kernel::Pid process,
                                              const std::vector<std::uint16_t>& numbers) const {
    const Calls* last = nullptr;
    for (const std::uint16_t number : numbers) {
        const auto found = calls_.find({process, number});
        if (found == calls_.end() || !found->second.last_result) continue;
        if (last == nullptr || found->second.last_order > last->last_order) last = &found->second;
    }
    return last == nullptr ? std::nullopt : last->last_result;
}

}  // namespace ipclab::lesson
