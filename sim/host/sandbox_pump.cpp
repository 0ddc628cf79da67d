// The part of a sandbox that runs on the caller's thread: streams, messages of the launcher, limits.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sim/host/process_tree.h"
#include "sim/host/sandbox.h"

namespace ipclab::host {

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kWatchInterval = 40 * kMillisecond;
constexpr char kEndOfFile = 4;
/// A terminal's end of file is over once it is read, so a finished input needs one for each read to come.
constexpr std::size_t kEndsOfFile = 256;

std::string size_text(std::uint64_t bytes) {
    return bytes >= 1 << 20 ? fmt::format("{} MiB", bytes >> 20) : fmt::format("{} bytes", bytes);
}

std::string seconds_text(std::int64_t ns) {
    return fmt::format("{:g} s", static_cast<double>(ns / kMillisecond) / 1e3);
}

}  // namespace

void Sandbox::start_clock(std::int64_t now) {
    if (started_ns_ == 0) started_ns_ = now;
}

/// A message 'L', 'P', 'C' or 'F' of the launcher, which no program can write to.
void Sandbox::take_left(std::string_view message) {
    trace::LeftBehind& left = left_so_far_;
    const char what = message.front();
    message.remove_prefix(1);
    const auto take_header = [&](auto& header) {
        if (message.size() < sizeof header) return false;
        std::memcpy(&header, message.data(), sizeof header);
        message.remove_prefix(sizeof header);
        return true;
    };
    LaunchObject object{};
    LaunchPart part{};
    if (what == 'C') {
        left.is_cut = true;
    } else if (what == 'F') {
        left_ = std::move(left);
    } else if (what == 'L' && take_header(object)) {
        left.objects.push_back({static_cast<trace::LeftKind>(object.kind), std::string(message), {}, {}});
        std::copy_n(object.numbers, LEFT_NUMBERS, left.objects.back().numbers.begin());
    } else if (what == 'P' && take_header(part) && !left.objects.empty()) {
        left.objects.back().parts.push_back({part.number, part.bytes, std::string(message)});
    }
}

void Sandbox::take_message() {
    char bytes[LAUNCH_MAX_REPORT];
    iovec part{bytes, sizeof bytes};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))];
    for (;;) {
        msghdr header{};
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        header.msg_control = control;
        header.msg_controllen = sizeof control;
        const ssize_t length = recvmsg(socket_ours_.get(), &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (length < 0 && errno == EINTR) continue;
        std::lock_guard lock(mutex_);
        if (length <= 0) {
            if (length == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
                // All its holders are gone, or the program has been executed.
                if (ready_ == 0) failed_ = true;
                socket_ours_.reset();
                changed_.notify_all();
            }
            return;
        }
        ucred sender{};
        if (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr && item->cmsg_type == SCM_CREDENTIALS)
            std::memcpy(&sender, CMSG_DATA(item), sizeof sender);
        switch (bytes[0]) {
            case 'I':
                init_ = sender.pid;
                init_handle_.reset(static_cast<int>(syscall(SYS_pidfd_open, init_, 0)));
                if (limit_) kill_all();
                break;
            case 'R':
                ready_ = sender.pid;
                start_clock(monotonic_ns());
                break;
            case 'N':
            case 'E': {
                std::int32_t error = 0;
                std::memcpy(&error, bytes + 1, sizeof error);
                launch_error_ = fmt::format("{}: {}",
                                            bytes[0] == 'E' ? "cannot execute " + request_.path
                                                            : "cannot make the network of the sandbox",
                                            std::strerror(error));
                failed_ = true;
                break;
            }
            case 'X': {
                LaunchExit end{};
                std::memcpy(&end, bytes + 1, sizeof end);
                end_ = end;
                first_ended_ns_ = monotonic_ns();
                break;
            }
            case 'D':
                ended_ns_ = monotonic_ns();
                break;
            case 'L':
            case 'P':
            case 'C':
            case 'F':
                take_left({bytes, static_cast<std::size_t>(length)});
                break;
            default:
                break;
        }
        changed_.notify_all();
    }
}

void Sandbox::keep_output(int stream, std::string_view bytes) {
    const std::uint64_t room =
        request_.limits.output_bytes - std::min(request_.limits.output_bytes, output_total_);
    output_total_ += bytes.size();
    const bool too_much = bytes.size() > room;
    if (too_much) bytes = bytes.substr(0, room);
    outputs_[static_cast<std::size_t>(stream)].append(bytes);
    if (request_.on_output && !bytes.empty()) request_.on_output(stream, bytes);
    if (too_much)
        stop(LimitKind::output,
             fmt::format("stopped: more than {} of output", size_text(request_.limits.output_bytes)));
}

/// Reads what is there, at most 64 KiB; false where nothing more will come.
bool Sandbox::take_output(int stream) {
    char buffer[65536];
    UniqueFd& source = streams_[static_cast<std::size_t>(stream)].ours;
    const ssize_t bytes = read(source.get(), buffer, sizeof buffer);
    if (bytes > 0) {
        keep_output(stream, {buffer, static_cast<std::size_t>(bytes)});
        return true;
    }
    if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    source.reset();  // end of file, or EIO: a terminal that nobody has open any more
    return false;
}

void Sandbox::read_output_file(int stream) {
    const auto index = static_cast<std::size_t>(stream);
    char buffer[65536];
    for (;;) {
        const ssize_t bytes = pread(streams_[index].ours.get(), buffer, sizeof buffer,
                                    static_cast<off_t>(file_read_bytes_[index]));
        if (bytes <= 0 || is_stopped()) return;
        file_read_bytes_[index] += static_cast<std::uint64_t>(bytes);
        keep_output(stream, {buffer, static_cast<std::size_t>(bytes)});
    }
}

void Sandbox::fetch_input() {
    char buffer[16384];
    const ssize_t bytes = read(request_.stdio.input_fd, buffer, sizeof buffer);
    constexpr std::size_t kMostInputBytes = 64 << 20;
    if (bytes > 0 && request_.stdio.input.size() < kMostInputBytes)
        request_.stdio.input.append(buffer, static_cast<std::size_t>(bytes));
    else if (bytes >= 0 || (errno != EINTR && errno != EAGAIN))
        input_source_done_ = true;
}

void Sandbox::end_input() {
    input_done_ = true;
    if (request_.stdio.in == StdioKind::terminal) {
        // In the middle of a line the first one only hands over what there is (termios(3)).
        const std::string ends(kEndsOfFile, kEndOfFile);
        [[maybe_unused]] const ssize_t written = write(streams_[0].ours.get(), ends.data(), ends.size());
    } else {
        streams_[0].ours.reset();
    }
}

void Sandbox::give_input() {
    std::string& input = request_.stdio.input;
    while (input_given_ < input.size()) {
        const std::size_t piece = std::min<std::size_t>(input.size() - input_given_, 2048);
        const ssize_t bytes = write(streams_[0].ours.get(), input.data() + input_given_, piece);
        if (bytes < 0 && errno != EAGAIN && errno != EINTR)
            input_done_ = true;  // nobody has it open any more
        if (bytes <= 0) return;
        input_given_ += static_cast<std::size_t>(bytes);
    }
    if (input_source_done_) end_input();
}

/// Every few hundredths of a second: what no resource limit of the kernel covers.
void Sandbox::watch(std::int64_t now) {
    const RunLimits& limits = request_.limits;
    next_watch_ns_ = now + kWatchInterval;
    for (int stream : {1, 2})
        if ((stream == 1 ? request_.stdio.out : request_.stdio.err) == StdioKind::file)
            read_output_file(stream);
    pid_t init = 0;
    {
        std::lock_guard lock(mutex_);
        if (limit_) return kill_all();
        init = init_;
    }
    if (now - started_ns_ >= limits.deadline_ns)
        return stop(LimitKind::deadline,
                    fmt::format("stopped after {} (deadline)", seconds_text(limits.deadline_ns)));
    if (init == 0) return;
    Usage usage = measure_tree(init);
    if (usage.tasks > limits.processes)
        return stop(LimitKind::processes, fmt::format("stopped: more than {} processes", limits.processes));
    for (const char* path : {"tmp", "dev/shm", "home/student"}) {
        struct statfs space {};
        if (!request_.without_sandbox &&
            statfs(fmt::format("/proc/{}/root/{}", init, path).c_str(), &space) == 0)
            usage.resident_bytes +=
                (space.f_blocks - space.f_bfree) * static_cast<std::uint64_t>(space.f_bsize);
    }
    if (usage.resident_bytes > limits.memory_bytes)
        return stop(LimitKind::memory,
                    fmt::format("stopped: more than {} of memory", size_text(limits.memory_bytes)));
    if (first_ended_ns_ != 0 && now - first_ended_ns_ >= limits.linger_ns && usage.tasks > 0)
        stop(LimitKind::left_behind,
             fmt::format("stopped: {} process{} still there {} after the program ended", usage.tasks,
                         usage.tasks == 1 ? " was" : "es were", seconds_text(limits.linger_ns)));
}

/// Waits for something to do until the next watch; how many outputs are still open.
int Sandbox::poll_once(std::int64_t now) {
    pollfd polled[6];
    int count = 0;
    const auto add = [&](int fd, short events) {
        polled[count] = {fd, events, 0};
        return count++;
    };
    add(wake_.get(), POLLIN);
    const int socket = add(socket_ours_.get(), POLLIN);
    int outputs[3] = {-1, -1, -1}, open_outputs = 0;
    for (int stream : {1, 2}) {
        const UniqueFd& ours = streams_[static_cast<std::size_t>(stream)].ours;
        const StdioKind kind = stream == 1 ? request_.stdio.out : request_.stdio.err;
        if (!ours || kind == StdioKind::file) continue;
        outputs[stream] = add(ours.get(), POLLIN);
        ++open_outputs;
    }
    const bool has_input = input_given_ < request_.stdio.input.size();
    int input = -1, source = -1;
    if (!input_done_ && (has_input || input_source_done_)) input = add(streams_[0].ours.get(), POLLOUT);
    if (!input_done_ && !has_input && !input_source_done_) source = add(request_.stdio.input_fd, POLLIN);

    const std::int64_t wait_ns = std::max<std::int64_t>(0, next_watch_ns_ - now);
    const timespec timeout{wait_ns / 1'000'000'000, wait_ns % 1'000'000'000};
    if (ppoll(polled, static_cast<nfds_t>(count), &timeout, nullptr) <= 0) return open_outputs;
    if (polled[0].revents != 0) {
        eventfd_t ignored = 0;
        eventfd_read(wake_.get(), &ignored);
    }
    if (polled[socket].revents != 0) take_message();
    for (int stream : {1, 2})
        if (outputs[stream] >= 0 && polled[outputs[stream]].revents != 0 && !take_output(stream))
            --open_outputs;
    if (input >= 0 && polled[input].revents != 0) give_input();
    if (source >= 0 && polled[source].revents != 0) fetch_input();
    return open_outputs;
}

void Sandbox::pump() {
    start_clock(monotonic_ns());
    for (;;) {
        const std::int64_t now = monotonic_ns();
        if (now >= next_watch_ns_) watch(now);
        poll_once(now);
        std::lock_guard lock(mutex_);
        if (finished_) break;
    }
    take_message();
    // Nobody can write any more: what is in the pipes is all there is. Once stopped, the rest is not wanted.
    for (int stream : {1, 2}) {
        const auto index = static_cast<std::size_t>(stream);
        const StdioKind kind = stream == 1 ? request_.stdio.out : request_.stdio.err;
        if (kind == StdioKind::file) {
            read_output_file(stream);
            continue;
        }
        for (std::size_t before = ~std::size_t{0};
             streams_[index].ours && before != outputs_[index].size();) {
            before = outputs_[index].size();
            take_output(stream);
        }
    }
    if (ready_ == 0 && launch_error_.empty())
        launch_error_ = outputs_[2].empty() ? "the sandbox could not be started" : outputs_[2];
}

}  // namespace ipclab::host
