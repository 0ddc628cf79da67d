// Objects by name, and why a call has to wait for one.
#include <algorithm>

#include "kernel/capture.h"
#include "sim/trace/decode.h"
#include "sim/trace/flags.h"

namespace ipclab::trace {

using kernel::ArgKind;
using kernel::ObjectKind;
using kernel::PayloadItem;
using kernel::Sys;

namespace {

std::string numbered_name(kernel::ObjectRef object) {
    auto numbered = [&](const char* kind) { return kind + std::to_string(object.id); };
    switch (object.kind) {
        case ObjectKind::none:
            return "nothing";
        case ObjectKind::task:
            return numbered("task ");
        case ObjectKind::process:
            return numbered("process ");
        case ObjectKind::file:
            return numbered("open file ");
        case ObjectKind::inode:
            return numbered("inode ");
        case ObjectKind::pipe:
            return numbered("pipe ");
        case ObjectKind::stream:
            return object.id == 1 ? "standard input" : object.id == 2 ? "standard output" : "standard error";
        case ObjectKind::memory:
            return numbered("memory ");
        case ObjectKind::clock:
            return "the clock";
        case ObjectKind::space:
            return numbered("address space ");
        case ObjectKind::message_queue:
            return numbered("message queue ");
        case ObjectKind::semaphore_set:
            return numbered("semaphore set ");
        case ObjectKind::segment:
            return numbered("shared memory segment ");
        case ObjectKind::eventfd:
            return numbered("eventfd ");
        case ObjectKind::timerfd:
            return numbered("timerfd ");
        case ObjectKind::signalfd:
            return numbered("signalfd ");
        case ObjectKind::epoll:
            return numbered("epoll ");
        case ObjectKind::inotify:
            return numbered("inotify ");
        case ObjectKind::socket:
            return numbered("socket ");
        case ObjectKind::terminal:
            return numbered("terminal ");
        case ObjectKind::pty_master:
            return numbered("master of terminal ");
        case ObjectKind::posix_queue:
            return numbered("POSIX message queue ");
        case ObjectKind::link:
            return "the link";
    }
    return "?";
}

}  // namespace

std::string object_name(const CallView& call) {
    const PayloadItem* name = call.item(kernel::kObjectNameItem);
    if (!name) return numbered_name(call.event().object);
    std::string text(name->text());
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<std::uint8_t>(c) < ' '; }, '?');
    return text;
}

std::string blocked_reason(const CallView& call) {
    const kernel::ObjectRef object = call.event().object;
    std::string what = object_name(call);
    if (object.kind == ObjectKind::none)
        what = call.spec() && call.spec()->argument_count > 0 && call.spec()->args[0].kind == ArgKind::fd
                   ? "descriptor " + std::to_string(static_cast<std::int32_t>(call.arg(0)))
                   : "something";
    switch (static_cast<Sys>(call.event().number)) {
        case Sys::read:
        case Sys::readv:
        case Sys::pread64:
            return what + (object.kind == ObjectKind::pipe      ? " is empty"
                           : object.kind == ObjectKind::socket  ? " has received nothing yet"
                           : object.kind == ObjectKind::stream  ? " has no input yet"
                           : object.kind == ObjectKind::eventfd ? " is 0"
                                                                : " has no data yet");
        case Sys::write:
        case Sys::writev:
        case Sys::pwrite64:
            what += object.kind == ObjectKind::pipe      ? " is full"
                    : object.kind == ObjectKind::eventfd ? " would overflow"
                                                         : " takes no more";
            if (call.event().result > 0)
                what.append(", ").append(std::to_string(call.event().result)).append(" bytes are written");
            return what;
        case Sys::recvfrom:
        case Sys::recvmsg:
        case Sys::recvmmsg:
            return what + " has received nothing yet";
        case Sys::sendto:
        case Sys::sendmsg:
        case Sys::sendmmsg:
            return what + " takes no more";
        case Sys::accept:
        case Sys::accept4:
            return "nobody has connected to " + what;
        case Sys::connect:
            return "the backlog is full";
        case Sys::msgsnd:
            return what + " has no room for the message";
        case Sys::msgrcv:
            return what + " has no such message";
        case Sys::semop:
        case Sys::semtimedop:
            return what + " does not allow the operation";
        case Sys::wait4:
            return "no child has changed its state";
        case Sys::vfork:
        case Sys::clone:
            return what + " has neither executed nor ended";
        case Sys::nanosleep:
        case Sys::clock_nanosleep:
            return "the time is not up";
        case Sys::poll:
        case Sys::ppoll:
        case Sys::select:
        case Sys::pselect6:
        case Sys::epoll_wait:
        case Sys::epoll_pwait:
        case Sys::epoll_pwait2:
            return object.kind == ObjectKind::clock  ? "the time is not up"
                   : object.kind == ObjectKind::task ? "no signal has arrived"
                                                     : "nothing is ready yet";
        case Sys::pause:
        case Sys::rt_sigsuspend:
            return "no signal has arrived";
        case Sys::futex:
            if (call.item(kernel::kObjectNameItem)) return "waits for " + what;
            what = "waits for the lock or condition at ";
            append_hex(what, call.arg(0));
            return what;
        case Sys::open:
        case Sys::openat:
            return "nobody has the other end of " + what + " open";
        case Sys::mq_timedsend:
            return what + " is full";
        case Sys::mq_timedreceive:
            return what + " is empty";
        case Sys::fcntl:
        case Sys::flock:
            return "somebody else has locked " + what;
        default:
            return "waits for " + what;
    }
}

}  // namespace ipclab::trace
