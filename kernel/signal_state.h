// The data that signals need: masks, what is pending, dispositions. The rules are in kernel/signal.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "kernel/types.h"

namespace ipclab::kernel {

/// Bit n - 1 is signal n, as in Linux's kernel sigset_t.
using SignalMask = std::uint64_t;
constexpr SignalMask signal_bit(int signal) {
    return SignalMask{1} << (signal - 1);
}

inline constexpr int kSignals = 64;

enum Signal : int {
    kSigHup = 1,
    kSigInt = 2,
    kSigQuit = 3,
    kSigIll = 4,
    kSigTrap = 5,
    kSigAbrt = 6,
    kSigBus = 7,
    kSigFpe = 8,
    kSigKill = 9,
    kSigUsr1 = 10,
    kSigSegv = 11,
    kSigUsr2 = 12,
    kSigPipe = 13,
    kSigAlrm = 14,
    kSigTerm = 15,
    kSigStkflt = 16,
    kSigChld = 17,
    kSigCont = 18,
    kSigStop = 19,
    kSigTstp = 20,
    kSigTtin = 21,
    kSigTtou = 22,
    kSigUrg = 23,
    kSigXcpu = 24,
    kSigXfsz = 25,
    kSigVtalrm = 26,
    kSigProf = 27,
    kSigWinch = 28,
    kSigIo = 29,
    kSigPwr = 30,
    kSigSys = 31,
    kSigRtMin = 32,
    kSigRtMax = 64,
};

/// "SIGPIPE"; "SIGRT_3" for real-time signals, as strace prints them.
std::string_view signal_name(int signal);

/// Why a signal was sent: the fields of siginfo_t that the sender fills. Codes are Linux's (SI_USER,
/// CLD_EXITED ...).
struct SignalInfo {
    std::int32_t signal = 0;
    std::int32_t code = 0;
    Pid sender{};
    std::int32_t sender_uid = 0;
    std::int32_t status = 0;    ///< SIGCHLD: exit code or signal
    std::uint64_t address = 0;  ///< SIGSEGV, SIGBUS, SIGFPE, SIGILL
    std::uint64_t value = 0;    ///< union sigval of sigqueue(3) and of timers
    std::int32_t timer = 0;     ///< SI_TIMER: the timer's id
    std::int32_t overrun = 0;   ///< SI_TIMER
    bool operator==(const SignalInfo&) const = default;
};

/// signal(7): standard signals coalesce, real-time ones queue in order.
struct PendingSignals {
    SignalMask set = 0;
    std::vector<SignalInfo> queue;  ///< in the order of arrival; at most one entry for each standard signal
    bool operator==(const PendingSignals&) const = default;
};

/// sigaction(2): Linux's flag values.
inline constexpr std::uint64_t kSaNoCldStop = 1, kSaNoCldWait = 2, kSaSigInfo = 4, kSaOnStack = 0x08000000,
                               kSaRestart = 0x10000000, kSaNoDefer = 0x40000000, kSaResetHand = 0x80000000;
inline constexpr std::uint64_t kSigDfl = 0, kSigIgn = 1;

struct SignalActionEntry {
    std::uint64_t handler = kSigDfl;  ///< code address, or kSigDfl, kSigIgn
    std::uint64_t flags = 0;
    SignalMask mask = 0;
    bool operator==(const SignalActionEntry&) const = default;
};
using SignalActions = std::array<SignalActionEntry, kSignals + 1>;  ///< index = signal; 0 unused

}  // namespace ipclab::kernel
