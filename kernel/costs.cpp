#include "kernel/costs.h"

#include "kernel/kernel.h"
#include "kernel/syscalls.h"

namespace ipclab::kernel {

namespace {

constexpr CostSpec kSpecs[] = {
#define COST(member, usual, name, what) {name, what, usual, &Costs::member},
#include "kernel/costs.def"
#undef COST
};

Time of_socket(const Kernel& kernel, ObjectRef object) {
    const Socket* socket = kernel.sockets.find(SocketId{object.id});
    if (!socket || socket->family == SocketFamily::local) return kernel.costs.unix_socket_ns;
    return socket->type == SocketType::datagram ? kernel.costs.udp_ns : kernel.costs.tcp_ns;
}

/// Of a call that moves data through an object.
Time of_transfer(const Kernel& kernel, ObjectRef object) {
    switch (object.kind) {
        case ObjectKind::pipe:
            return kernel.costs.pipe_ns;
        case ObjectKind::socket:
            return of_socket(kernel, object);
        case ObjectKind::eventfd:
        case ObjectKind::signalfd:
        case ObjectKind::timerfd:
        case ObjectKind::inotify:
            return kernel.costs.eventfd_ns;
        default:
            return kernel.costs.file_ns;
    }
}

}  // namespace

Costs Costs::none() {
    Costs costs;
    for (const CostSpec& spec : kSpecs) costs.*spec.member = 0;
    return costs;
}

std::span<const CostSpec> cost_specs() {
    return kSpecs;
}

const CostSpec* cost_named(std::string_view name) {
    for (const CostSpec& spec : kSpecs)
        if (spec.name == name) return &spec;
    return nullptr;
}

Time work_ns(const Call& call) {
    const Costs& costs = call.kernel.costs;
    switch (static_cast<Sys>(call.pending.number)) {
        case Sys::read:
        case Sys::write:
        case Sys::readv:
        case Sys::writev:
        case Sys::pread64:
        case Sys::pwrite64:
        case Sys::preadv:
        case Sys::pwritev:
        case Sys::splice:
        case Sys::tee:
        case Sys::vmsplice:
        case Sys::sendto:
        case Sys::recvfrom:
        case Sys::sendmsg:
        case Sys::recvmsg:
        case Sys::sendmmsg:
        case Sys::recvmmsg:
            return of_transfer(call.kernel, call.object);
        case Sys::open:
        case Sys::openat:
        case Sys::creat:
            return costs.open_ns;
        case Sys::msgsnd:
        case Sys::msgrcv:
            return costs.message_queue_ns;
        case Sys::mq_timedsend:
        case Sys::mq_timedreceive:
            return costs.posix_queue_ns;
        case Sys::semop:
        case Sys::semtimedop:
            return costs.semaphore_ns;
        case Sys::futex:
            return costs.futex_ns;
        case Sys::kill:
        case Sys::tkill:
        case Sys::tgkill:
        case Sys::rt_sigqueueinfo:
            return costs.kill_ns;
        default:
            return 0;
    }
}

}  // namespace ipclab::kernel
