#include "sim/lesson/cast.h"

#include <algorithm>

#include "kernel/syscalls.h"

namespace ipclab::lesson {
namespace {

std::string last_part(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
}

bool is_pipe_call(std::uint16_t number) {
    const std::string_view name = kernel::linux_syscall_name(number);
    return name == "pipe" || name == "pipe2";
}

}  // namespace

Cast::Cast(std::string program, kernel::Pid first) : first_program_(std::move(program)), first_(first) {
    reset();
}

void Cast::reset() {
    followed_ = 0;
    members_.clear();
    pipes_.clear();
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
        return;
    }
    inside_.erase(event.task);
    calls.last_result = event.result;
    calls.last_order = followed_;
    if (is_pipe_call(event.number) && event.result == 0 && event.object.kind == kernel::ObjectKind::pipe)
        pipes_.push_back(event.object);
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
    switch (name.kind) {
        case ObjectName::Kind::pipe:
            if (static_cast<std::size_t>(name.index) <= pipes_.size())
                return pipes_[static_cast<std::size_t>(name.index) - 1];
            break;
    }
    return {};
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
    constexpr std::string_view word = "pipe ";
    std::string result;
    std::size_t at = 0;
    for (std::size_t found; (found = text.find(word, at)) != std::string::npos;) {
        const std::size_t begin = found + word.size(),
                          end = std::min(text.find_first_not_of("0123456789", begin), text.size());
        const std::string number = text.substr(begin, end - begin);
        const auto known = std::find_if(pipes_.begin(), pipes_.end(), [&](kernel::ObjectRef pipe) {
            return std::to_string(pipe.id) == number;
        });
        result += text.substr(at, begin - at);
        result += known == pipes_.end() ? number : std::to_string(known - pipes_.begin() + 1);
        at = end;
    }
    return result + text.substr(at);
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
