#include "sim/host/records.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "sim/host/command.h"

namespace ipclab::host {

namespace {

/// Where clock_gettime() is from the begin of the vDSO, which is the same in all processes (vdso(7)); 0: unknown.
std::uint64_t clock_offset() {
    static const std::uint64_t offset = [] {
        const auto begin = static_cast<std::uint64_t>(getauxval(AT_SYSINFO_EHDR));
        void* const vdso = dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_NOLOAD);
        void* const found = vdso != nullptr ? dlsym(vdso, "__vdso_clock_gettime") : nullptr;
        return begin != 0 && found != nullptr ? reinterpret_cast<std::uint64_t>(found) - begin : 0;
    }();
    return offset;
}

}  // namespace

std::uint64_t auxiliary_value(pid_t task, std::uint64_t type) {
    std::array<std::uint64_t, 128> auxiliary{};
    UniqueFd file(open(("/proc/" + std::to_string(task) + "/auxv").c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t bytes = file ? read(file.get(), auxiliary.data(), sizeof auxiliary) : 0;
    for (std::size_t i = 0; bytes > 0 && i + 1 < static_cast<std::size_t>(bytes) / 8; i += 2)
        if (auxiliary[i] == type) return auxiliary[i + 1];
    return 0;
}

std::shared_ptr<SharedRecords> SharedRecords::of(pid_t task, std::int64_t fd) {
    const std::uint64_t vdso = auxiliary_value(task, AT_SYSINFO_EHDR);
    if (clock_offset() == 0 || vdso == 0) return nullptr;
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%d/fd/%lld", task, static_cast<long long>(fd));
    // Not to be opened before it is known what it is: opening a terminal or a FIFO has effects.
    struct stat status {};
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size != sizeof(RecorderMemory))
        return nullptr;
    const UniqueFd file(open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK));
    struct statfs system {};
    // Sealed: a file that shrinks would let the tracer die of SIGBUS (memfd_create(2)). Huge pages may run out, too.
    if (!file || fstat(file.get(), &status) != 0 || status.st_size != sizeof(RecorderMemory) ||
        fstatfs(file.get(), &system) != 0 || system.f_type != TMPFS_MAGIC ||
        (fcntl(file.get(), F_GET_SEALS) & F_SEAL_SHRINK) == 0)
        return nullptr;
    void* const at = mmap(nullptr, sizeof(RecorderMemory), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (at == MAP_FAILED) return nullptr;
    auto* const memory = static_cast<RecorderMemory*>(at);
    memory->clock_gettime = vdso + clock_offset();
    return std::shared_ptr<SharedRecords>(new SharedRecords(memory));
}

SharedRecords::~SharedRecords() {
    munmap(memory_, sizeof *memory_);
}

std::int32_t SharedRecords::owner(std::uint32_t index) const {
    return __atomic_load_n(&memory_->owners[index], __ATOMIC_ACQUIRE);
}

std::uint32_t SharedRecords::state(std::uint32_t index) const {
    return __atomic_load_n(&memory_->records[index].state, __ATOMIC_ACQUIRE);
}

bool SharedRecords::is_taken(std::uint32_t index) const {
    return __atomic_load_n(&memory_->records[index].taken, __ATOMIC_RELAXED) != 0;
}

void SharedRecords::take(std::uint32_t index) {
    __atomic_store_n(&memory_->records[index].taken, 1u, __ATOMIC_RELEASE);
}

void SharedRecords::free(std::uint32_t index) {
    begun_[index] = false;
    __atomic_store_n(&memory_->records[index].taken, 0u, __ATOMIC_RELAXED);
    __atomic_store_n(&memory_->records[index].state, std::uint32_t{RECORD_CLAIMED}, __ATOMIC_RELAXED);
    __atomic_store_n(&memory_->owners[index], 0, __ATOMIC_RELEASE);
}

void SharedRecords::free_all_of(std::int32_t task) {
    for (std::uint32_t i = 0; i < kCount; ++i)
        if (owner(i) == task) free(i);
}

std::vector<std::uint8_t> SharedRecords::bytes(std::uint32_t index) const {
    const std::uint64_t captured = record(index).captured_bytes;
    std::vector<std::uint8_t> bytes(std::min<std::uint64_t>(captured, RECORDER_BYTES));
    std::memcpy(bytes.data(), memory_->records[index].bytes, bytes.size());
    return bytes;
}

bool RecordedMemory::read(std::uint64_t address, std::span<std::uint8_t> out) {
    if (address < address_ || address - address_ > bytes_.size() ||
        out.size() > bytes_.size() - (address - address_))
        return false;
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(address - address_), out.size(), out.begin());
    return true;
}

}  // namespace ipclab::host
