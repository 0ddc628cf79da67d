#include "sim/trace/flags.h"

#include <array>
#include <charconv>

#include "sim/trace/decode.h"

namespace ipclab::trace {

namespace {

constexpr NamedValue kOpenAccess[] = {{0, "O_RDONLY"}, {1, "O_WRONLY"}, {2, "O_RDWR"}, {3, "O_ACCMODE"}};
constexpr NamedValue kOpenFlags[] = {
    {0100, "O_CREAT"},          {0200, "O_EXCL"},         {0400, "O_NOCTTY"},       {01000, "O_TRUNC"},
    {02000, "O_APPEND"},        {04000, "O_NONBLOCK"},    {04010000, "O_SYNC"},     {04000000, "__O_SYNC"},
    {010000, "O_DSYNC"},        {040000, "O_DIRECT"},     {0100000, "O_LARGEFILE"}, {0400000, "O_NOFOLLOW"},
    {01000000, "O_NOATIME"},    {02000000, "O_CLOEXEC"},  {010000000, "O_PATH"},    {020200000, "O_TMPFILE"},
    {020000000, "__O_TMPFILE"}, {0200000, "O_DIRECTORY"}, {020000, "FASYNC"}};
constexpr NamedValue kDescriptorFlags[] = {{1, "FD_CLOEXEC"}};
constexpr NamedValue kWaitFlags[] = {
    {1, "WNOHANG"},          {4, "WEXITED"},           {2, "WSTOPPED"},        {8, "WCONTINUED"},
    {0x01000000, "WNOWAIT"}, {0x80000000, "__WCLONE"}, {0x40000000, "__WALL"}, {0x20000000, "__WNOTHREAD"}};
constexpr NamedValue kProtections[] = {{1, "PROT_READ"},
                                       {2, "PROT_WRITE"},
                                       {4, "PROT_EXEC"},
                                       {8, "PROT_SEM"},
                                       {0x01000000, "PROT_GROWSDOWN"},
                                       {0x02000000, "PROT_GROWSUP"}};
constexpr NamedValue kMappingTypes[] = {
    {0, "MAP_FILE"}, {1, "MAP_SHARED"}, {2, "MAP_PRIVATE"}, {3, "MAP_SHARED_VALIDATE"}};
constexpr NamedValue kMappingFlags[] = {
    {0x10, "MAP_FIXED"},       {0x20, "MAP_ANONYMOUS"},          {0x40, "MAP_32BIT"},
    {0x4000, "MAP_NORESERVE"}, {0x8000, "MAP_POPULATE"},         {0x10000, "MAP_NONBLOCK"},
    {0x100, "MAP_GROWSDOWN"},  {0x800, "MAP_DENYWRITE"},         {0x1000, "MAP_EXECUTABLE"},
    {0x2000, "MAP_LOCKED"},    {0x20000, "MAP_STACK"},           {0x40000, "MAP_HUGETLB"},
    {0x80000, "MAP_SYNC"},     {0x100000, "MAP_FIXED_NOREPLACE"}};
constexpr NamedValue kFutexCommands[] = {
    {0, "FUTEX_WAIT"},
    {1, "FUTEX_WAKE"},
    {2, "FUTEX_FD"},
    {3, "FUTEX_REQUEUE"},
    {4, "FUTEX_CMP_REQUEUE"},
    {5, "FUTEX_WAKE_OP"},
    {6, "FUTEX_LOCK_PI"},
    {7, "FUTEX_UNLOCK_PI"},
    {8, "FUTEX_TRYLOCK_PI"},
    {9, "FUTEX_WAIT_BITSET"},
    {10, "FUTEX_WAKE_BITSET"},
    {11, "FUTEX_WAIT_REQUEUE_PI"},
    {12, "FUTEX_CMP_REQUEUE_PI"},
    {13, "FUTEX_LOCK_PI2"},
};
constexpr NamedValue kCloneFlags[] = {{0x100, "CLONE_VM"},
                                      {0x200, "CLONE_FS"},
                                      {0x400, "CLONE_FILES"},
                                      {0x800, "CLONE_SIGHAND"},
                                      {0x1000, "CLONE_PIDFD"},
                                      {0x2000, "CLONE_PTRACE"},
                                      {0x4000, "CLONE_VFORK"},
                                      {0x8000, "CLONE_PARENT"},
                                      {0x10000, "CLONE_THREAD"},
                                      {0x20000, "CLONE_NEWNS"},
                                      {0x40000, "CLONE_SYSVSEM"},
                                      {0x80000, "CLONE_SETTLS"},
                                      {0x100000, "CLONE_PARENT_SETTID"},
                                      {0x200000, "CLONE_CHILD_CLEARTID"},
                                      {0x400000, "CLONE_DETACHED"},
                                      {0x800000, "CLONE_UNTRACED"},
                                      {0x1000000, "CLONE_CHILD_SETTID"},
                                      {0x2000000, "CLONE_NEWCGROUP"},
                                      {0x4000000, "CLONE_NEWUTS"},
                                      {0x8000000, "CLONE_NEWIPC"},
                                      {0x10000000, "CLONE_NEWUSER"},
                                      {0x20000000, "CLONE_NEWPID"},
                                      {0x40000000, "CLONE_NEWNET"},
                                      {0x80000000, "CLONE_IO"}};
constexpr NamedValue kSignalActionFlags[] = {{0x04000000, "SA_RESTORER"}, {0x08000000, "SA_ONSTACK"},
                                             {0x10000000, "SA_RESTART"},  {0x20000000, "SA_INTERRUPT"},
                                             {0x40000000, "SA_NODEFER"},  {0x80000000, "SA_RESETHAND"},
                                             {4, "SA_SIGINFO"},           {1, "SA_NOCLDSTOP"},
                                             {2, "SA_NOCLDWAIT"}};
constexpr NamedValue kAtFlags[] = {{0x100, "AT_SYMLINK_NOFOLLOW"}, {0x200, "AT_REMOVEDIR"},
                                   {0x400, "AT_SYMLINK_FOLLOW"},   {0x800, "AT_NO_AUTOMOUNT"},
                                   {0x1000, "AT_EMPTY_PATH"},      {0x8000, "AT_RECURSIVE"}};
constexpr NamedValue kAccessModes[] = {{4, "R_OK"}, {2, "W_OK"}, {1, "X_OK"}};
constexpr NamedValue kClockFlags[] = {{1, "TIMER_ABSTIME"}};
constexpr NamedValue kClocks[] = {
    {0, "CLOCK_REALTIME"},          {1, "CLOCK_MONOTONIC"},     {2, "CLOCK_PROCESS_CPUTIME_ID"},
    {3, "CLOCK_THREAD_CPUTIME_ID"}, {4, "CLOCK_MONOTONIC_RAW"}, {5, "CLOCK_REALTIME_COARSE"},
    {6, "CLOCK_MONOTONIC_COARSE"},  {7, "CLOCK_BOOTTIME"},      {8, "CLOCK_REALTIME_ALARM"},
    {9, "CLOCK_BOOTTIME_ALARM"},    {10, "CLOCK_SGI_CYCLE"},    {11, "CLOCK_TAI"}};
constexpr NamedValue kFcntlCommands[] = {{0, "F_DUPFD"},         {1, "F_GETFD"},
                                         {2, "F_SETFD"},         {3, "F_GETFL"},
                                         {4, "F_SETFL"},         {5, "F_GETLK"},
                                         {6, "F_SETLK"},         {7, "F_SETLKW"},
                                         {8, "F_SETOWN"},        {9, "F_GETOWN"},
                                         {10, "F_SETSIG"},       {11, "F_GETSIG"},
                                         {12, "F_GETLK64"},      {13, "F_SETLK64"},
                                         {14, "F_SETLKW64"},     {15, "F_SETOWN_EX"},
                                         {16, "F_GETOWN_EX"},    {17, "F_GETOWNER_UIDS"},
                                         {36, "F_OFD_GETLK"},    {37, "F_OFD_SETLK"},
                                         {38, "F_OFD_SETLKW"},   {1024, "F_SETLEASE"},
                                         {1025, "F_GETLEASE"},   {1026, "F_NOTIFY"},
                                         {1029, "F_CANCELLK"},   {1030, "F_DUPFD_CLOEXEC"},
                                         {1031, "F_SETPIPE_SZ"}, {1032, "F_GETPIPE_SZ"},
                                         {1033, "F_ADD_SEALS"},  {1034, "F_GET_SEALS"}};
constexpr NamedValue kIoctlCommands[] = {
    {0x5401, "TCGETS"},         {0x5402, "TCSETS"},        {0x5403, "TCSETSW"},     {0x5404, "TCSETSF"},
    {0x5409, "TCSBRK"},         {0x540a, "TCXONC"},        {0x540b, "TCFLSH"},      {0x540e, "TIOCSCTTY"},
    {0x540f, "TIOCGPGRP"},      {0x5410, "TIOCSPGRP"},     {0x5411, "TIOCOUTQ"},    {0x5412, "TIOCSTI"},
    {0x5413, "TIOCGWINSZ"},     {0x5414, "TIOCSWINSZ"},    {0x541b, "FIONREAD"},    {0x5421, "FIONBIO"},
    {0x540c, "TIOCEXCL"},       {0x540d, "TIOCNXCL"},      {0x5420, "TIOCPKT"},     {0x5425, "TCSBRKP"},
    {0x5422, "TIOCNOTTY"},      {0x5429, "TIOCGSID"},      {0x5441, "TIOCGPTPEER"}, {0x40045436, "TIOCSIG"},
    {0x5450, "FIONCLEX"},       {0x5451, "FIOCLEX"},       {0x5452, "FIOASYNC"},    {0x80045430, "TIOCGPTN"},
    {0x40045431, "TIOCSPTLCK"}, {0x80045439, "TIOCGPTLCK"}};
constexpr NamedValue kSigmaskHow[] = {{0, "SIG_BLOCK"}, {1, "SIG_UNBLOCK"}, {2, "SIG_SETMASK"}};
constexpr NamedValue kSeekWhence[] = {
    {0, "SEEK_SET"}, {1, "SEEK_CUR"}, {2, "SEEK_END"}, {3, "SEEK_DATA"}, {4, "SEEK_HOLE"}};
constexpr NamedValue kPriorityWhich[] = {{0, "PRIO_PROCESS"}, {1, "PRIO_PGRP"}, {2, "PRIO_USER"}};
constexpr NamedValue kIpcFlags[] = {{01000, "IPC_CREAT"}, {02000, "IPC_EXCL"}, {04000, "IPC_NOWAIT"}};
constexpr NamedValue kIpcCommands[] = {{0, "IPC_RMID"}, {1, "IPC_SET"}, {2, "IPC_STAT"}, {3, "IPC_INFO"}};
constexpr NamedValue kMessageCommands[] = {{11, "MSG_STAT"}, {12, "MSG_INFO"}, {13, "MSG_STAT_ANY"}};
constexpr NamedValue kSemaphoreCommands[] = {
    {11, "GETPID"}, {12, "GETVAL"}, {13, "GETALL"},   {14, "GETNCNT"},  {15, "GETZCNT"},
    {16, "SETVAL"}, {17, "SETALL"}, {18, "SEM_STAT"}, {19, "SEM_INFO"}, {20, "SEM_STAT_ANY"}};
constexpr NamedValue kSegmentCommands[] = {
    {11, "SHM_LOCK"}, {12, "SHM_UNLOCK"}, {13, "SHM_STAT"}, {14, "SHM_INFO"}, {15, "SHM_STAT_ANY"}};
constexpr NamedValue kShmatFlags[] = {
    {010000, "SHM_RDONLY"}, {020000, "SHM_RND"}, {040000, "SHM_REMAP"}, {0100000, "SHM_EXEC"}};
constexpr NamedValue kSpliceFlags[] = {
    {1, "SPLICE_F_MOVE"}, {2, "SPLICE_F_NONBLOCK"}, {4, "SPLICE_F_MORE"}, {8, "SPLICE_F_GIFT"}};
constexpr NamedValue kMremapFlags[] = {{1, "MREMAP_MAYMOVE"}, {2, "MREMAP_FIXED"}, {4, "MREMAP_DONTUNMAP"}};
constexpr NamedValue kMemfdFlags[] = {{1, "MFD_CLOEXEC"},
                                      {2, "MFD_ALLOW_SEALING"},
                                      {4, "MFD_HUGETLB"},
                                      {8, "MFD_NOEXEC_SEAL"},
                                      {16, "MFD_EXEC"}};
constexpr NamedValue kLockTypes[] = {{0, "F_RDLCK"}, {1, "F_WRLCK"}, {2, "F_UNLCK"}};
constexpr NamedValue kFlockOperations[] = {{1, "LOCK_SH"}, {2, "LOCK_EX"}, {8, "LOCK_UN"}, {4, "LOCK_NB"}};
constexpr NamedValue kSchedPolicies[] = {{0, "SCHED_OTHER"}, {1, "SCHED_FIFO"}, {2, "SCHED_RR"},
                                         {3, "SCHED_BATCH"}, {5, "SCHED_IDLE"}, {6, "SCHED_DEADLINE"}};
constexpr NamedValue kResources[] = {
    {0, "RLIMIT_CPU"},       {1, "RLIMIT_FSIZE"}, {2, "RLIMIT_DATA"},    {3, "RLIMIT_STACK"},
    {4, "RLIMIT_CORE"},      {5, "RLIMIT_RSS"},   {6, "RLIMIT_NPROC"},   {7, "RLIMIT_NOFILE"},
    {8, "RLIMIT_MEMLOCK"},   {9, "RLIMIT_AS"},    {10, "RLIMIT_LOCKS"},  {11, "RLIMIT_SIGPENDING"},
    {12, "RLIMIT_MSGQUEUE"}, {13, "RLIMIT_NICE"}, {14, "RLIMIT_RTPRIO"}, {15, "RLIMIT_RTTIME"}};
constexpr NamedValue kPrctlOptions[] = {
    {1, "PR_SET_PDEATHSIG"},        {2, "PR_GET_PDEATHSIG"},     {3, "PR_GET_DUMPABLE"},
    {4, "PR_SET_DUMPABLE"},         {15, "PR_SET_NAME"},         {16, "PR_GET_NAME"},
    {29, "PR_SET_TIMERSLACK"},      {30, "PR_GET_TIMERSLACK"},   {36, "PR_SET_CHILD_SUBREAPER"},
    {37, "PR_GET_CHILD_SUBREAPER"}, {38, "PR_SET_NO_NEW_PRIVS"}, {39, "PR_GET_NO_NEW_PRIVS"}};
constexpr NamedValue kMessageFlags[] = {
    {010000, "MSG_NOERROR"}, {020000, "MSG_EXCEPT"}, {040000, "MSG_COPY"}, {04000, "IPC_NOWAIT"}};
constexpr NamedValue kSemaphoreFlags[] = {{0x1000, "SEM_UNDO"}, {04000, "IPC_NOWAIT"}};
constexpr NamedValue kFileTypes[] = {{0140000, "S_IFSOCK"}, {0120000, "S_IFLNK"}, {0100000, "S_IFREG"},
                                     {0060000, "S_IFBLK"},  {0040000, "S_IFDIR"}, {0020000, "S_IFCHR"},
                                     {0010000, "S_IFIFO"}};

constexpr std::string_view kSignals[] = {
    "",        "SIGHUP",   "SIGINT",  "SIGQUIT", "SIGILL",  "SIGTRAP", "SIGABRT", "SIGBUS",    "SIGFPE",
    "SIGKILL", "SIGUSR1",  "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD",
    "SIGCONT", "SIGSTOP",  "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG",  "SIGXCPU", "SIGXFSZ",   "SIGVTALRM",
    "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",  "SIGRTMIN"};

/// Appends the known bits with '|' between them; returns the bits that are left.
std::uint64_t append_known(std::string& out, std::uint64_t value, std::span<const NamedValue> names,
                           bool& is_first) {
    for (const NamedValue& flag : names)
        if ((value & flag.value) == flag.value) {
            if (!is_first) out += '|';
            is_first = false;
            out += flag.name;
            value &= ~flag.value;
            if (value == 0) break;
        }
    return value;
}

void append_rest(std::string& out, std::uint64_t rest) {
    if (rest == 0) return;
    out += '|';
    append_hex(out, rest);
}

}  // namespace

void append_hex(std::string& out, std::uint64_t value) {
    char buffer[20];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, 16).ptr;
    if (value != 0) out += "0x";
    out.append(buffer, end);
}

void append_octal(std::string& out, std::uint32_t value) {
    char buffer[16];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, 8).ptr;
    const auto digits = static_cast<std::size_t>(end - buffer);
    out += '0';
    if (digits < 2) out += '0';
    out.append(buffer, digits);
}

void append_number(std::string& out, std::int64_t value) {
    char buffer[24];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void append_number(std::string& out, std::uint64_t value) {
    char buffer[24];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void append_flags(std::string& out, std::uint64_t value, std::span<const NamedValue> names,
                  std::string_view unknown) {
    if (value == 0) {
        out += '0';
        return;
    }
    bool is_first = true;
    const std::uint64_t rest = append_known(out, value, names, is_first);
    if (!is_first) return append_rest(out, rest);
    append_hex(out, rest);
    out.append(" /* ").append(unknown).append(" */");
}

void append_choice(std::string& out, std::uint64_t value, std::span<const NamedValue> names,
                   std::string_view unknown) {
    for (const NamedValue& choice : names)
        if (choice.value == value) {
            out += choice.name;
            return;
        }
    append_hex(out, value);
    out.append(" /* ").append(unknown).append(" */");
}

void append_open_flags(std::string& out, std::uint32_t flags) {
    out += kOpenAccess[flags & 3].name;
    bool is_first = false;
    append_rest(out, append_known(out, flags & ~3u, kOpenFlags, is_first));
}

void append_pipe_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kOpenFlags, "O_???");
}

void append_descriptor_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kDescriptorFlags, "FD_???");
}

void append_wait_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kWaitFlags, "W???");
}

void append_protection(std::string& out, std::uint32_t protection) {
    if (protection == 0)
        out += "PROT_NONE";
    else
        append_flags(out, protection, kProtections, "PROT_???");
}

void append_mmap_flags(std::string& out, std::uint32_t flags) {
    append_choice(out, flags & 15, kMappingTypes, "MAP_???");
    bool is_first = false;
    append_rest(out, append_known(out, flags & ~15u, kMappingFlags, is_first));
}

void append_clone_flags(std::string& out, std::uint64_t flags) {
    const std::uint64_t signal = flags & 0xff;
    bool is_first = true;
    const std::uint64_t rest = append_known(out, flags & ~0xffull, kCloneFlags, is_first);
    if (rest != 0) {
        if (!is_first) out += '|';
        is_first = false;
        append_hex(out, rest);
    }
    if (signal == 0 && !is_first) return;
    if (!is_first) out += '|';
    append_signal(out, static_cast<std::int64_t>(signal));
}

void append_futex_operation(std::string& out, std::uint32_t operation) {
    constexpr std::uint32_t kPrivate = 128, kRealtime = 256;
    append_choice(out, operation & ~(kPrivate | kRealtime), kFutexCommands, "FUTEX_???");
    if (operation & kPrivate) out += "_PRIVATE";
    if (operation & kRealtime) out += "|FUTEX_CLOCK_REALTIME";
}

void append_signal_action_flags(std::string& out, std::uint64_t flags) {
    append_flags(out, flags, kSignalActionFlags, "SA_???");
}

void append_at_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kAtFlags, "AT_???");
}

void append_access_mode(std::string& out, std::uint32_t mode) {
    if (mode == 0)
        out += "F_OK";
    else
        append_flags(out, mode, kAccessModes, "?_OK");
}

void append_ipc_key(std::string& out, std::uint32_t key) {
    if (key == 0)
        out += "IPC_PRIVATE";
    else
        append_hex(out, key);
}

void append_ipc_flags(std::string& out, std::uint32_t flags) {
    bool is_first = true;
    const std::uint64_t rest = append_known(out, flags & ~0777u, kIpcFlags, is_first);
    if (rest != 0) {
        if (!is_first) out += '|';
        is_first = false;
        append_hex(out, rest);
    }
    if (!is_first) out += '|';
    append_octal(out, flags & 0777);
}

void append_ipc_command(std::string& out, kernel::Sys call, std::uint32_t command) {
    constexpr std::uint32_t kFirstOfItsOwn = 11;
    if (command < kFirstOfItsOwn) return append_choice(out, command, kIpcCommands, "IPC_???");
    if (call == kernel::Sys::msgctl) return append_choice(out, command, kMessageCommands, "MSG_???");
    if (call == kernel::Sys::semctl) return append_choice(out, command, kSemaphoreCommands, "SEM_???");
    append_choice(out, command, kSegmentCommands, "SHM_???");
}

void append_shmat_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kShmatFlags, "SHM_???");
}

void append_message_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kMessageFlags, "MSG_???");
}

void append_lock_type(std::string& out, std::uint32_t type) {
    append_choice(out, type, kLockTypes, "F_???");
}

void append_splice_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kSpliceFlags, "SPLICE_F_???");
}

void append_mremap_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kMremapFlags, "MREMAP_???");
}

void append_memfd_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kMemfdFlags, "MFD_???");
}

void append_flock_operation(std::string& out, std::uint32_t operation) {
    append_flags(out, operation, kFlockOperations, "LOCK_???");
}

void append_sched_policy(std::string& out, std::uint32_t policy) {
    constexpr std::uint32_t kResetOnFork = 0x40000000;
    append_choice(out, policy & ~kResetOnFork, kSchedPolicies, "SCHED_???");
    if (policy & kResetOnFork) out += "|SCHED_RESET_ON_FORK";
}

void append_resource(std::string& out, std::uint32_t resource) {
    append_choice(out, resource, kResources, "RLIMIT_???");
}

void append_prctl_option(std::string& out, std::uint32_t option) {
    append_choice(out, option, kPrctlOptions, "PR_???");
}

void append_semaphore_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kSemaphoreFlags, "SEM_???");
}

void append_clock_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kClockFlags, "TIMER_???");
}

void append_clock(std::string& out, std::uint32_t clock) {
    append_choice(out, clock, kClocks, "CLOCK_???");
}

void append_fcntl_command(std::string& out, std::uint32_t command) {
    append_choice(out, command, kFcntlCommands, "F_???");
}

void append_ioctl_command(std::string& out, std::uint32_t command) {
    for (const NamedValue& choice : kIoctlCommands)
        if (choice.value == command) {
            out += choice.name;
            return;
        }
    // ioctl(2): direction (2 bits), size (14 bits), type and number (8 bits each).
    constexpr std::string_view kDirections[] = {"_IOC_NONE", "_IOC_WRITE", "_IOC_READ",
                                                "_IOC_READ|_IOC_WRITE"};
    out.append("_IOC(").append(kDirections[command >> 30]).append(", ");
    append_hex(out, command >> 8 & 0xff);
    out += ", ";
    append_hex(out, command & 0xff);
    out += ", ";
    append_hex(out, command >> 16 & 0x3fff);
    out += ')';
}

void append_sigmask_how(std::string& out, std::uint32_t how) {
    append_choice(out, how, kSigmaskHow, "SIG_???");
}

void append_seek_whence(std::string& out, std::uint32_t whence) {
    append_choice(out, whence, kSeekWhence, "SEEK_???");
}

void append_priority_which(std::string& out, std::uint32_t which) {
    append_choice(out, which, kPriorityWhich, "PRIO_???");
}

void append_file_mode(std::string& out, std::uint32_t mode) {
    bool has_type = false;
    for (const NamedValue& type : kFileTypes)
        if ((mode & 0170000) == type.value) {
            out.append(type.name).append("|");
            has_type = true;
        }
    if (!has_type && (mode & 0170000) != 0) {
        append_octal(out, mode & 0170000);
        out += '|';
    }
    if (mode & 04000) out += "S_ISUID|";
    if (mode & 02000) out += "S_ISGID|";
    if (mode & 01000) out += "S_ISVTX|";
    append_octal(out, mode & 0777);
}

std::string_view standard_signal_name(int signal) {
    return signal > 0 && signal < static_cast<int>(std::size(kSignals)) ? kSignals[signal]
                                                                        : std::string_view{};
}

std::string_view signal_code_name(int signal, int code) {
    // sigaction(2), "The siginfo_t argument"; SI_TKILL and the like hold for every signal.
    constexpr NamedValue kAny[] = {{0, "SI_USER"}, {0x80, "SI_KERNEL"}};
    constexpr std::array<std::string_view, 6> kNegative{"SI_QUEUE",   "SI_TIMER", "SI_MESGQ",
                                                        "SI_ASYNCIO", "SI_SIGIO", "SI_TKILL"};
    constexpr std::array<std::string_view, 6> kChild{"CLD_EXITED",  "CLD_KILLED",  "CLD_DUMPED",
                                                     "CLD_TRAPPED", "CLD_STOPPED", "CLD_CONTINUED"};
    constexpr std::array<std::string_view, 4> kSegv{"SEGV_MAPERR", "SEGV_ACCERR", "SEGV_BNDERR",
                                                    "SEGV_PKUERR"};
    constexpr std::array<std::string_view, 3> kBus{"BUS_ADRALN", "BUS_ADRERR", "BUS_OBJERR"};
    constexpr std::array<std::string_view, 8> kFpe{"FPE_INTDIV", "FPE_INTOVF", "FPE_FLTDIV", "FPE_FLTOVF",
                                                   "FPE_FLTUND", "FPE_FLTRES", "FPE_FLTINV", "FPE_FLTSUB"};
    constexpr std::array<std::string_view, 8> kIll{"ILL_ILLOPC", "ILL_ILLOPN", "ILL_ILLADR", "ILL_ILLTRP",
                                                   "ILL_PRVOPC", "ILL_PRVREG", "ILL_COPROC", "ILL_BADSTK"};
    for (const NamedValue& any : kAny)
        if (any.value == static_cast<std::uint64_t>(code)) return any.name;
    if (code < 0 && code >= -6) return kNegative[static_cast<std::size_t>(-code - 1)];
    std::span<const std::string_view> own;
    switch (signal) {
        case 4:
            own = kIll;
            break;
        case 7:
            own = kBus;
            break;
        case 8:
            own = kFpe;
            break;
        case 11:
            own = kSegv;
            break;
        case 17:
            own = kChild;
            break;
        default:
            break;
    }
    return code > 0 && static_cast<std::size_t>(code) <= own.size() ? own[static_cast<std::size_t>(code - 1)]
                                                                    : std::string_view{};
}

}  // namespace ipclab::trace
