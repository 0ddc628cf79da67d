// Small calls about the system itself: uname(2), sysinfo(2), getrandom(2), limits, CPUs.
#include <algorithm>
#include <array>
#include <cstring>

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/random.h"
#include "kernel/transfer.h"

namespace ipclab::kernel {

Outcome sys_uname(Call& call) {
    constexpr std::size_t kField = 65;
    std::array<std::uint8_t, 6 * kField> names{};
    constexpr std::array<std::string_view, 6> kTexts{"Linux",  "ipclab", "6.1.0",
                                                     "#1 SMP", "x86_64", "(none)"};
    for (std::size_t i = 0; i < kTexts.size(); ++i)
        std::memcpy(&names[i * kField], kTexts[i].data(), kTexts[i].size());
    return Outcome::from(call.memory().write(call.arg(0), names));
}

Outcome sys_sysinfo(Call& call) {
    struct AbiSysinfo {
        std::int64_t uptime = 0;
        std::array<std::uint64_t, 3> loads{};
        std::uint64_t total_ram = 4ull << 30, free_ram = 2ull << 30, shared_ram = 0, buffer_ram = 0,
                      total_swap = 0, free_swap = 0;
        std::uint16_t processes = 0;
        std::array<std::uint16_t, 3> padding{};
        std::uint64_t total_high = 0, free_high = 0;
        std::uint32_t unit = 1, end = 0;
    } info;
    static_assert(sizeof(AbiSysinfo) == 112);
    info.uptime = call.kernel.now_ns / kSecond;
    info.processes = static_cast<std::uint16_t>(call.kernel.processes.size());
    return Outcome::from(call.memory().write_object(call.arg(0), info));
}

Outcome sys_getrandom(Call& call) {
    constexpr std::uint32_t kFlags = 7;  // GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE
    if (call.arg(2) & ~std::uint64_t{kFlags}) return Outcome::fail(Errno::einval);
    Transfer to(call.memory());
    auto set = to.set_buffer(call.arg(0), std::min(call.arg(1), kTransferMax));
    if (!set) return Outcome::fail(set.error());
    while (to.left() > 0) {
        const std::uint64_t number = next_random(call.kernel.random_state);
        std::array<std::uint8_t, 8> bytes;
        std::memcpy(bytes.data(), &number, bytes.size());
        const std::size_t wanted = std::min<std::uint64_t>(bytes.size(), to.left());
        if (to.copy_out(std::span(bytes).first(wanted)) < wanted) break;
    }
    if (to.done() == 0 && to.total() > 0) return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(to.done()));
}

}  // namespace ipclab::kernel
