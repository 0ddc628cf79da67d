#include "sim/host/filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "kernel/syscalls.h"
#include "sim/host/command.h"
#include "sim/host/recorder_protocol.h"

namespace ipclab::host {

namespace {

/// Reaches outside of the sandbox, or around the tracer: refused with EPERM.
constexpr std::array kRefused = {
    SYS_ptrace,        SYS_mount,         SYS_umount2,
    SYS_pivot_root,    SYS_chroot,        SYS_unshare,
    SYS_setns,         SYS_bpf,           SYS_perf_event_open,
    SYS_userfaultfd,   SYS_keyctl,        SYS_add_key,
    SYS_request_key,   SYS_init_module,   SYS_finit_module,
    SYS_delete_module, SYS_kexec_load,    SYS_reboot,
    SYS_swapon,        SYS_swapoff,       SYS_open_by_handle_at,
    SYS_fsopen,        SYS_fsmount,       SYS_move_mount,
    SYS_open_tree,     SYS_mount_setattr, SYS_acct,
    SYS_quotactl,      SYS_syslog,        SYS_settimeofday,
    SYS_clock_settime, SYS_adjtimex,      SYS_iopl,
    SYS_ioperm,
};

/// Refused with ENOSYS, so that the C library uses the older call: clone3 hides its flags from filters, and
/// io_uring does its work without system calls.
constexpr std::array kUnknown = {SYS_clone3, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register};

/// Calls of the table that a C library makes for itself, by the dozen. mmap is traced where it maps shared, or a file.
constexpr std::array kHousekeeping = {SYS_brk, SYS_mprotect, SYS_mmap};

/// Not in the table of calls, but needed to follow what happens: who is signalled, who is waited for, which
/// descriptors are closed, which call goes on after a stop.
constexpr std::array kFollowed = {
    SYS_vfork,  SYS_tkill,       SYS_tgkill,         SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
    SYS_waitid, SYS_close_range, SYS_restart_syscall};

template <class Range>
bool contains(const Range& range, long number) {
    return std::find(range.begin(), range.end(), number) != range.end();
}

std::vector<std::uint8_t> exported(scmp_filter_ctx context) {
    std::vector<std::uint8_t> bytes;
    UniqueFd file(memfd_create("filter", MFD_CLOEXEC));
    if (!file || seccomp_export_bpf(context, file.get()) != 0) return bytes;
    const off_t size = lseek(file.get(), 0, SEEK_END);
    if (size <= 0) return bytes;
    bytes.resize(static_cast<std::size_t>(size));
    if (pread(file.get(), bytes.data(), bytes.size(), 0) != size) bytes.clear();
    return bytes;
}

bool add_rules(scmp_filter_ctx context, FilterKind kind) {
    bool ok = true;
    const auto add = [&](std::uint32_t action, long number) {
        ok = ok && seccomp_rule_add(context, action, static_cast<int>(number), 0) == 0;
    };
    for (long number : kRefused) add(SCMP_ACT_ERRNO(EPERM), number);
    for (long number : kUnknown) add(SCMP_ACT_ERRNO(ENOSYS), number);
    constexpr std::array kNamespaceFlags = {CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNS,
                                            CLONE_NEWNET,  CLONE_NEWIPC, CLONE_NEWUTS};
    for (int flag : kNamespaceFlags) {
        const auto bit = static_cast<scmp_datum_t>(flag);
        ok = ok && seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                    SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit)) == 0;
    }
    if (kind == FilterKind::free) return ok;
    for (const kernel::SyscallSpec& spec : kernel::syscall_table())
        if (!contains(kHousekeeping, spec.number) && spec.number != SYS_clone)
            add(SCMP_ACT_TRACE(0), spec.number);
    for (long number : kFollowed) add(SCMP_ACT_TRACE(0), number);
    ok = ok && seccomp_rule_add(context, SCMP_ACT_TRACE(0), SCMP_SYS(mmap), 1,
                                SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED, MAP_SHARED)) == 0;
    ok = ok && seccomp_rule_add(context, SCMP_ACT_TRACE(0), SCMP_SYS(mmap), 1,
                                SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0)) == 0;
    // A rule without conditions would swallow the refusals above.
    scmp_datum_t namespaces = 0;
    for (int flag : kNamespaceFlags) namespaces |= static_cast<scmp_datum_t>(flag);
    ok = ok && seccomp_rule_add(context, SCMP_ACT_TRACE(0), SCMP_SYS(clone), 1,
                                SCMP_A0(SCMP_CMP_MASKED_EQ, namespaces, 0)) == 0;
    return ok;
}

/// In front of a filter: lets these calls go where the recorder makes them. By number first: Linux keeps the answer for
/// all numbers whose answer does not depend on more (seccomp_cache_prepare()). libseccomp knows no instruction pointers.
void put_recorder_before(std::vector<std::uint8_t>& filter) {
    constexpr std::array<std::uint32_t, 5> kNumbers = {SYS_read, SYS_write, SYS_gettid, SYS_getrusage,
                                                       SYS_process_vm_readv};
    constexpr auto load = [](std::size_t offset) {
        return sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
    };
    constexpr std::size_t kAddress = offsetof(seccomp_data, instruction_pointer);
    std::vector<sock_filter> code{load(offsetof(seccomp_data, nr))};
    for (std::size_t i = 0; i < kNumbers.size(); ++i)  // the last one leaves where it is not that either
        code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kNumbers[i],
                                static_cast<std::uint8_t>(kNumbers.size() - 1 - i),
                                static_cast<std::uint8_t>(i + 1 < kNumbers.size() ? 0 : 8)));
    code.push_back(load(offsetof(seccomp_data, arch)));
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 6));
    code.push_back(load(kAddress + 4));
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 4));
    code.push_back(load(kAddress));
    code.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~std::uint32_t{RECORDER_PAGE - 1}));
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RECORDER_CODE, 0, 1));
    code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(code.data());
    filter.insert(filter.begin(), bytes, bytes + code.size() * sizeof(sock_filter));
}

}  // namespace

bool is_traced(std::uint16_t number) {
    return contains(kFollowed, number) ||
           (kernel::syscall_spec(number) != nullptr && !contains(kHousekeeping, number)) ||
           number == SYS_mmap;
}

std::vector<std::uint8_t> make_filter(FilterKind kind) {
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
    if (context == nullptr) return {};
    // Level 2: a binary tree over the numbers rather than a list.
    seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    std::vector<std::uint8_t> bytes;
    if (add_rules(context, kind)) bytes = exported(context);
    if (kind == FilterKind::recorded && !bytes.empty()) put_recorder_before(bytes);
    seccomp_release(context);
    return bytes;
}

}  // namespace ipclab::host
