#include "sim/trace/left_behind.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "sim/trace/decode.h"

namespace ipclab::trace {

using kernel::Event;
using kernel::EventKind;

namespace {

/// What each number of an object is called; empty: it is no part of the comparison, or of its name.
struct KindWords {
    std::string_view name;
    std::array<std::string_view, LEFT_NUMBERS> numbers;
    std::string_view part, part_number;
};

KindWords words_of(LeftKind kind) {
    switch (kind) {
        case LeftKind::message_queue:
            return {"System V message queue", {"", "mode", "capacity", "messages"}, "message", "type"};
        case LeftKind::semaphore_set:
            return {"System V semaphore set", {"", "mode", "semaphores", ""}, "semaphore", "value"};
        case LeftKind::segment:
            return {"System V shared memory segment", {"", "mode", "size", "attachments"}, "", ""};
        case LeftKind::posix_queue:
            return {"POSIX message queue",
                    {"mode", "most messages", "size of a message", "messages"},
                    "message",
                    "priority"};
        case LeftKind::regular_file:
            return {"file", {"mode", "links", "size", ""}, "", ""};
        case LeftKind::directory:
            return {"directory", {"mode", "entries", "", ""}, "", ""};
        case LeftKind::fifo:
            return {"FIFO", {"mode", "links", "", ""}, "", ""};
        case LeftKind::socket:
            return {"socket", {"mode", "links", "", ""}, "", ""};
        case LeftKind::symlink:
            return {"symbolic link", {"", "links", "length", ""}, "", ""};
        case LeftKind::other:
            return {"special file", {"mode", "links", "", ""}, "", ""};
        case LeftKind::too_many:
            return {"", {"number", "", "", ""}, "", ""};
        case LeftKind::unwaited:
            return {"process", {"", "how it ended", "", ""}, "", ""};
        case LeftKind::outliving:
            return {"process", {"", "", "", ""}, "", ""};
    }
    return {};
}

bool is_of_system_v(LeftKind kind) {
    return kind == LeftKind::message_queue || kind == LeftKind::semaphore_set || kind == LeftKind::segment;
}

std::string count_of(std::int64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// What tells an object from the others of its run: kind, key or path; of those that have no other name, which one.
struct Identity {
    LeftKind kind{};
    std::string name;
    int ordinal = 0;
    auto operator<=>(const Identity&) const = default;
};

std::string text_of(const Identity& identity) {
    const std::string_view kind = words_of(identity.kind).name;
    std::string text = fmt::format("{}{}{}", kind, kind.empty() ? "" : " ", identity.name);
    if (identity.kind == LeftKind::unwaited) text += ", that nobody waited for";
    if (identity.kind == LeftKind::outliving) text += ", that outlived the first one";
    if (identity.ordinal > 1) text += fmt::format(" (number {})", identity.ordinal);
    return text;
}

std::string name_of(const LeftObject& object) {
    if (is_of_system_v(object.kind))
        return object.numbers[0] == 0 ? "of IPC_PRIVATE"
                                      : fmt::format("{:#x}", static_cast<std::uint32_t>(object.numbers[0]));
    if (object.kind == LeftKind::unwaited || object.kind == LeftKind::outliving)
        return std::to_string(object.numbers[0]);
    std::string shown;  // a name may be any bytes
    for (const char c : object.name) {
        const auto byte = static_cast<unsigned char>(c);
        shown += byte < 0x20 || byte >= 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
    }
    return shown;
}

std::map<Identity, const LeftObject*> by_identity(const LeftBehind& left) {
    std::map<Identity, const LeftObject*> objects;
    for (const LeftObject& object : left.objects) {
        Identity identity{object.kind, name_of(object), 1};
        while (!objects.emplace(identity, &object).second) ++identity.ordinal;
    }
    return objects;
}

std::string number_text(std::string_view word, std::int64_t number) {
    return word == "mode" ? fmt::format("{:#o}", number) : std::to_string(number);
}

class Differences {
  public:
    std::vector<std::string> take() { return std::move(sentences_); }

    void compare(const Identity& identity, const LeftObject& left, const LeftObject& right) {
        const std::string object = text_of(identity);
        const KindWords words = words_of(identity.kind);
        for (std::size_t i = 0; i < LEFT_NUMBERS; ++i)
            if (left.numbers[i] != right.numbers[i])
                add(object, words.numbers[i], number_text(words.numbers[i], left.numbers[i]),
                    number_text(words.numbers[i], right.numbers[i]));
        for (std::size_t i = 0; i < std::min(left.parts.size(), right.parts.size()); ++i) {
            const std::string part = words.part.empty() ? "" : fmt::format(", {} {}", words.part, i);
            compare(object + part, words, left.parts[i], right.parts[i]);
        }
        if (left.parts.size() != right.parts.size())
            add(object, "what can be read of it", count_of(std::ssize(left.parts), "part"),
                count_of(std::ssize(right.parts), "part"));
    }

    void only(std::string_view kernel, const Identity& identity) {
        sentences_.push_back(fmt::format("{}: left by the {} kernel only", text_of(identity), kernel));
    }

  private:
    void add(const std::string& object, std::string_view what, const std::string& left,
             const std::string& right) {
        sentences_.push_back(fmt::format("{}: {}: simulated {}, real {}", object, what, left, right));
    }

    void compare(const std::string& object, const KindWords& words, const LeftPart& left,
                 const LeftPart& right) {
        if (left.number != right.number)
            add(object, words.part_number, std::to_string(left.number), std::to_string(right.number));
        // Of a whole file its size has been told.
        if (left.bytes != right.bytes && !words.part.empty())
            add(object, "bytes", std::to_string(left.bytes), std::to_string(right.bytes));
        const auto [one, other] =
            std::mismatch(left.begin.begin(), left.begin.end(), right.begin.begin(), right.begin.end());
        if (one == left.begin.end() || other == right.begin.end()) return;
        const auto hexadecimal = [](char c) { return fmt::format("{:#04x}", static_cast<unsigned char>(c)); };
        add(object, fmt::format("byte {}", one - left.begin.begin()), hexadecimal(*one), hexadecimal(*other));
    }

    std::vector<std::string> sentences_;
};

/// Of an object under a name, what it is and what removes it.
std::string sentence_of(const LeftObject& object) {
    const auto& n = object.numbers;
    const std::string name = name_of(object);
    const std::string_view kind = words_of(object.kind).name;
    constexpr std::string_view kShared = "/dev/shm/", kSemaphore = "/dev/shm/sem.";
    switch (object.kind) {
        case LeftKind::message_queue:
            return fmt::format("{} {} with {} (msgctl(IPC_RMID) removes it)", kind, name,
                               count_of(n[3], "message"));
        case LeftKind::semaphore_set:
            return fmt::format("{} {} of {} (semctl(IPC_RMID) removes it)", kind, name,
                               count_of(n[2], "semaphore"));
        case LeftKind::segment:
            return fmt::format("{} {} of {} (shmctl(IPC_RMID) removes it)", kind, name,
                               count_of(n[2], "byte"));
        case LeftKind::posix_queue:
            return fmt::format("{} {} with {} (mq_unlink() removes it)", kind, name,
                               count_of(n[3], "message"));
        case LeftKind::regular_file:
            if (name.starts_with(kSemaphore))
                return fmt::format("POSIX semaphore /{} (sem_unlink() removes it)",
                                   name.substr(kSemaphore.size()));
            if (name.starts_with(kShared))
                return fmt::format("POSIX shared memory /{} of {} (shm_unlink() removes it)",
                                   name.substr(kShared.size()), count_of(n[2], "byte"));
            return {};
        case LeftKind::fifo:
        case LeftKind::socket:
            return fmt::format("{} {} (unlink() removes it)", kind, name);
        case LeftKind::too_many:
            return fmt::format("{} {}", n[0], name);
        case LeftKind::unwaited:
            return fmt::format(
                "process {} was a zombie ({}) when its parent ended, which had not waited for it (wait() "
                "removes it)",
                name, ending_text(n[1]));
        case LeftKind::outliving:
            return fmt::format("process {} ended after the first one", name);
        case LeftKind::directory:
        case LeftKind::symlink:
        case LeftKind::other:
            return {};
    }
    return {};
}

}  // namespace

void LeftProcesses::note(const kernel::Trace& piece) {
    for (const Event& event : piece.events) {
        const std::int32_t process = event.process.value;
        if (!first_) first_ = process;
        ++events_;
        if (event.kind == EventKind::exited) ends_[process] = last_end_ = {events_, event.result};
        // Its parent has just ended.
        if (event.kind == EventKind::reparented) reparented_.push_back({process, events_, last_end_});
    }
}

bool LeftProcesses::End::is_by_same_signal_as(const End& other) const {
    return WIFSIGNALED(static_cast<int>(wait_status)) && wait_status == other.wait_status;
}

void LeftProcesses::add_unwaited(LeftBehind& left) const {
    for (const Reparented& each : reparented_) {
        const auto end = ends_.find(each.process);
        if (end == ends_.end() || end->second.event > each.event) continue;
        if (end->second.is_by_same_signal_as(each.parents)) continue;
        left.objects.push_back({LeftKind::unwaited, "", {each.process, end->second.wait_status}, {}});
    }
}

void LeftProcesses::add_outliving(LeftBehind& left) const {
    const auto first = first_ ? ends_.find(*first_) : ends_.end();
    if (first == ends_.end()) return;
    for (const auto& [process, end] : ends_)
        if (end.event > first->second.event && !end.is_by_same_signal_as(first->second))
            left.objects.push_back({LeftKind::outliving, "", {process}, {}});
}

std::vector<std::string> left_differences(const LeftBehind& simulated, const LeftBehind& real) {
    Differences differences;
    const auto left = by_identity(simulated), right = by_identity(real);
    for (const auto& [identity, object] : left) {
        const auto other = right.find(identity);
        if (other == right.end())
            differences.only("simulated", identity);
        else
            differences.compare(identity, *object, *other->second);
    }
    for (const auto& [identity, object] : right)
        if (!left.contains(identity)) differences.only("real", identity);
    return differences.take();
}

std::vector<std::string> left_sentences(const LeftBehind& left) {
    std::vector<std::string> sentences;
    for (const LeftObject& object : left.objects)
        if (std::string sentence = sentence_of(object); !sentence.empty())
            sentences.push_back(std::move(sentence));
    return sentences;
}

}  // namespace ipclab::trace
