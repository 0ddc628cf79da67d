// The tracer's side of the memory that a program's recorder writes (recorder_protocol.h).
//
// The program can write anything there at any time: every field is read once, and means something only for the tasks
// that share the memory.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/capture.h"
#include "sim/host/recorder_protocol.h"

namespace ipclab::host {

/// An entry of a task's auxiliary vector (getauxval(3)); 0: it has none.
std::uint64_t auxiliary_value(pid_t task, std::uint64_t type);

class SharedRecords {
  public:
    static constexpr std::uint32_t kCount = RECORDER_RECORDS;

    /// The memory behind a descriptor of a stopped task, which is then told that its records are read. Null where it is not
    /// memory that stays there whatever the task does.
    static std::shared_ptr<SharedRecords> of(pid_t task, std::int64_t fd);
    ~SharedRecords();
    SharedRecords(const SharedRecords&) = delete;
    SharedRecords& operator=(const SharedRecords&) = delete;

    /// The inner number of the task that has the record; 0: it is free.
    std::int32_t owner(std::uint32_t index) const;
    std::uint32_t state(std::uint32_t index) const;
    bool is_taken(std::uint32_t index) const;
    void take(std::uint32_t index);
    void free(std::uint32_t index);
    void free_all_of(std::int32_t task);

    /// Whether the tracer has seen the call begin.
    bool has_begun(std::uint32_t index) const { return begun_[index]; }
    void set_begun(std::uint32_t index) { begun_[index] = true; }

    volatile const CallRecord& record(std::uint32_t index) const { return memory_->records[index]; }
    /// What the record holds of the bytes that the call read or wrote, at most RECORDER_BYTES.
    std::vector<std::uint8_t> bytes(std::uint32_t index) const;

  private:
    explicit SharedRecords(RecorderMemory* memory) : memory_(memory), begun_(kCount) {}
    RecorderMemory* memory_;
    std::vector<bool> begun_;
};

/// The captured bytes of a record as the memory that they come from.
class RecordedMemory : public kernel::MemoryReader {
  public:
    RecordedMemory(std::uint64_t address, std::vector<std::uint8_t> bytes)
        : address_(address), bytes_(std::move(bytes)) {}
    bool read(std::uint64_t address, std::span<std::uint8_t> out) override;

  private:
    std::uint64_t address_;
    std::vector<std::uint8_t> bytes_;
};

}  // namespace ipclab::host
